//! Answers to *backstop*: who takes over positions before they are bankrupt?

mod vault;

pub use vault::Vault;
