//! Which parties and accounts an export holds, so that nothing points at what is not there.

use std::collections::HashMap;

use super::text::digest;
use super::{ExportError, Table};

/// The ids given so far, each with a number counted from 1 in the order of their coming. Holds a hash for an id, so a
/// million take some 40 MB however long they are.
#[derive(Default)]
pub struct Known {
    numbers: HashMap<[u8; 16], u32>,
}

fn key(kind: &str, id: &str) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&digest(&[kind, id])[..16]);
    short
}

impl Known {
    /// Takes up a party or account, and refuses a second one with the same id.
    pub fn add(&mut self, table: Table, id: &str) -> Result<u32, ExportError> {
        let number = self.numbers.len() as u32 + 1;
        match self.numbers.insert(key(table.as_str(), id), number) {
            None => Ok(number),
            Some(_) => Err(ExportError::Twice {
                table,
                id: id.to_owned(),
            }),
        }
    }

    /// The number of a party or account that a row names.
    pub fn find(&self, of: Table, id: &str, row: (Table, &str)) -> Result<u32, ExportError> {
        self.number(of, id).ok_or_else(|| ExportError::Missing {
            table: row.0,
            id: row.1.to_owned(),
            missing: id.to_owned(),
        })
    }

    /// The same, or nothing.
    pub fn number(&self, of: Table, id: &str) -> Option<u32> {
        self.numbers.get(&key(of.as_str(), id)).copied()
    }
}
