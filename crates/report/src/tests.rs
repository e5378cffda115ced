//! Pages as people see them.

mod run;
mod compare;
