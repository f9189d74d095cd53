//! Writing JSON as a stream, one object a time.

use std::io::{self, BufWriter, Write};

use serde_json::{Map, Value};

/// A JSON file under way.
pub struct Json<W: Write> {
    out: BufWriter<W>,
    written: u64,
    replaced: u64,
}

impl<W: Write> Json<W> {
    /// Begins with a text of our own (nothing for JSON lines).
    pub fn new(out: W, opening: &str) -> io::Result<Json<W>> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        out.write_all(opening.as_bytes())?;
        Ok(Json {
            out,
            written: 0,
            replaced: 0,
        })
    }

    /// One object, on a line of its own, behind a separator where it is not the first.
    pub fn object(&mut self, separator: &str, object: Map<String, Value>) -> io::Result<()> {
        let mut value = Value::Object(object);
        self.replaced += without_nul(&mut value);
        if self.written > 0 {
            self.out.write_all(separator.as_bytes())?;
        }
        self.written += 1;
        serde_json::to_writer(&mut self.out, &value)?;
        self.out.write_all(b"\n")
    }

    /// Ends with a text of our own, and tells what was replaced.
    pub fn finish(&mut self, closing: &str) -> io::Result<Vec<String>> {
        self.out.write_all(closing.as_bytes())?;
        self.out.flush()?;
        Ok(match self.replaced {
            0 => Vec::new(),
            n => vec![format!(
                "{n} NUL characters stand in the file as U+FFFD, because the databases that read it hold none; the records \
                 as received hold them"
            )],
        })
    }
}

/// An object of the members that are given.
pub fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs
        .into_iter()
        .filter(|(_, value)| !empty(value))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The same as a value.
pub fn value<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Object(members(pairs))
}

/// A list of the texts that are given.
pub fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    texts
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(Value::from)
        .collect()
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn without_nul(value: &mut Value) -> u64 {
    match value {
        Value::String(text) => {
            let nuls = text.bytes().filter(|byte| *byte == 0).count() as u64;
            if nuls > 0 {
                *text = text.replace('\0', "\u{fffd}");
            }
            nuls
        }
        Value::Array(list) => list.iter_mut().map(without_nul).sum(),
        Value::Object(map) => map.values_mut().map(without_nul).sum(),
        _ => 0,
    }
}
