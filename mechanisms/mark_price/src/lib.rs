//! Answers to *mark price*: at which price are positions valued?

mod median_of_three;

pub use median_of_three::MedianOfThree;
