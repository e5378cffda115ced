//! Answers to *liquidity*: who trades against forced sales, and at what price?

mod square_root_depth;

pub use square_root_depth::SquareRootDepth;
