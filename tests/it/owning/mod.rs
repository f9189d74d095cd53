//! Ownership and control, on networks made by hand and by chance.

mod brute;
mod control;
mod exact;
mod golden;
mod large;
mod odd;
mod shape;
mod tool;
mod trusts;
mod whole;
