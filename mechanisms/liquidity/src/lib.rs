//! Answers to *liquidity*: who trades against orders and forced sales, and at what price?

mod curve;
mod displacement;
mod linear_depth;
mod order_book;
mod square_root_depth;
mod thinning_depth;

pub use curve::Curve;
pub use linear_depth::LinearDepth;
pub use order_book::OrderBook;
pub use square_root_depth::SquareRootDepth;
pub use thinning_depth::ThinningDepth;
