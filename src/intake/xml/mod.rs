//! XML as records come in: read as a stream, cited by the byte, with bounds that hostile files meet.
//!
//! `walk` goes through a file and tells a format what stands where; `ordinary` does so for whole tags and texts inside
//! a block, which is nearly all of a file, and `signs` finds where these end. `names` turns names of elements into
//! values that compare fast, `limit` bounds the memory of one event, `head` looks at the first bytes for recognition.
//!
//! What holds for every format read here: a DOCTYPE ends the reading, so no entity can be defined or expanded; nesting
//! deeper than 256 ends it; a text longer than a megabyte is refused by itself; broken XML ends it, and what stood
//! before stays.

mod head;
mod limit;
mod names;
mod ordinary;
mod signs;
mod walk;

pub use head::Head;
pub(crate) use names::names;
pub use names::{Name, Table, local};
pub use ordinary::{attribute, keep_attribute};
#[cfg(test)]
pub(crate) use walk::read_from;
pub use walk::{Break, Handler, Walk, read, shape};
