//! Rule packs and the control gate over small hand-made tables.

mod gate;
mod packs;
mod size;
mod support;
mod texts;
mod time;
