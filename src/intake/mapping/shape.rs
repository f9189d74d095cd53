//! The shape of a file in a mapping: delimiter, header, and how its columns are found.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::pattern::Pattern;

/// The shape of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileShape {
    /// One character each, `tab` for the tabulator. The one under which the header reads is taken.
    pub delimiters: Vec<String>,
    /// The quoting character; empty for none. Doubled inside quotes it stands for itself.
    pub quote: String,
    /// Whether a line of column names comes first. Without it columns are numbers and `fields` says how many.
    pub header: bool,
    /// Lines that the header takes; the names of a column are joined by a space.
    pub header_rows: usize,
    /// The columns of the header in the order in which they stood when the mapping was written. Columns are found by
    /// name all the same; a file that differs is read with a note of the difference.
    pub headings: Vec<String>,
    /// Whether records may end in empty columns that the header lacks, or lack columns at their end.
    pub loose_end: bool,
    /// Number of columns where there is no header.
    pub fields: usize,
    /// Lines before the header: a number, or `"until header"`.
    pub preamble: Preamble,
    /// The code page, taken where the bytes themselves do not say it for certain.
    pub code_page: String,
    /// The header has no columns but those of the mapping: for headers that are short and common.
    pub exact: bool,
    /// The file is recognised only if its name fits one of these: for headers that several banks write, each with days or
    /// signs of its own. With the mapping given by a person the name does not matter.
    pub names: Vec<Pattern>,
}

/// Lines before the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preamble {
    /// So many.
    Lines(usize),
    /// All until the header is found, at most [`Preamble::MOST`].
    UntilHeader,
}

/// How a column is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Names it goes by; `Account#2` is the second column of that name.
    pub names: Vec<String>,
    /// Its number from 1, in files without header.
    pub number: usize,
    /// Whether a file may lack it.
    pub optional: bool,
    /// Instead of names: the heading fits this pattern. What its group finds there is the value of `heading:...`.
    pub heading: Option<Pattern>,
    /// The value is what this pattern finds in the column; empty where it does not fit.
    pub pattern: Option<Pattern>,
}

impl Preamble {
    /// Lines that are searched for the header.
    pub const MOST: usize = 100;
}

impl Default for FileShape {
    fn default() -> Self {
        FileShape {
            delimiters: vec![",".to_owned()],
            quote: "\"".to_owned(),
            header: true,
            header_rows: 1,
            headings: Vec::new(),
            loose_end: false,
            fields: 0,
            preamble: Preamble::Lines(0),
            code_page: String::new(),
            exact: false,
            names: Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Preamble {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Preamble;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of lines or \"until header\"")
            }
            fn visit_i64<E: de::Error>(self, lines: i64) -> Result<Preamble, E> {
                usize::try_from(lines)
                    .map(Preamble::Lines)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(lines), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Preamble, E> {
                if text == "until header" {
                    Ok(Preamble::UntilHeader)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(text), &self))
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for ColumnSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = ColumnSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a column's name, a list of names, a number from 1, or { names, number, optional, heading, pattern }",
                )
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<ColumnSpec, E> {
                match usize::try_from(number) {
                    Ok(number) if number > 0 => Ok(ColumnSpec {
                        number,
                        ..ColumnSpec::default()
                    }),
                    _ => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
                }
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<ColumnSpec, E> {
                Ok(ColumnSpec {
                    names: vec![name.to_owned()],
                    ..ColumnSpec::default()
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ColumnSpec, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = seq.next_element::<String>()? {
                    names.push(name);
                }
                Ok(ColumnSpec {
                    names,
                    ..ColumnSpec::default()
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ColumnSpec, A::Error> {
                let mut spec = ColumnSpec::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "names" => spec.names = map.next_value()?,
                        "number" => spec.number = map.next_value()?,
                        "optional" => spec.optional = map.next_value()?,
                        "heading" => spec.heading = Some(map.next_value()?),
                        "pattern" => spec.pattern = Some(map.next_value()?),
                        other => {
                            return Err(de::Error::unknown_field(
                                other,
                                &["names", "number", "optional", "heading", "pattern"],
                            ));
                        }
                    }
                }
                Ok(spec)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
