//! Shell indicators and rules on who stands behind whom: each finds a true case, leaves its lawful look-alike, and says
//! what it cannot compute.

mod flows;
mod holders;
mod lists;
mod registers;
mod size;
mod whole;
pub mod world;
