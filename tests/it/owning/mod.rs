//! Ownership and control, on networks made by hand and by chance.

mod brute;
mod exact;
mod golden;
mod large;
mod odd;
mod tool;
