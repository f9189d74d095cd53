//! What the release check says.

use super::protected::{Kind, Why};

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the name of the file or of a member.
    Name,
    /// From 1; columns in characters.
    Line { line: usize, column: usize },
    /// From 1, of a table.
    Row(u64),
    /// Bytes from the beginning.
    Byte(usize),
    /// Of a file whose content has no lines: what it was read from.
    Part(String),
}

/// A term of a protected person that was found. It never holds the term.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The path of the file, terms in it withheld.
    pub file: String,
    /// Which file, from 1, in the order given: the path alone may say little where its name is withheld.
    pub number: usize,
    /// Members of archives and parts of files that lead to the place, outermost first.
    pub members: Vec<String>,
    pub place: Place,
    pub kind: Kind,
    /// The pseudonym.
    pub person: String,
    pub why: Why,
}

/// A file or part of one that nobody can read, so that it cannot be let go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    pub file: String,
    pub number: usize,
    pub members: Vec<String>,
    /// What it is that cannot be read.
    pub what: String,
    /// Whether the settings let it go nevertheless.
    pub is_allowed: bool,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub hits: Vec<Hit>,
    /// Hits beyond those that are told.
    pub more: usize,
    pub unread: Vec<Unread>,
    /// Files and bytes looked through.
    pub files: usize,
    pub bytes: u64,
}

impl Outcome {
    /// Whether nothing may leave.
    pub fn blocks(&self) -> bool {
        !self.hits.is_empty() || self.more > 0 || self.unread.iter().any(|unread| !unread.is_allowed)
    }

    /// One line a finding, for a person.
    pub fn messages(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.hits.iter().map(Hit::to_string).collect();
        if self.more > 0 {
            lines.push(format!("and {} more terms of protected persons", self.more));
        }
        lines.extend(self.unread.iter().map(Unread::to_string));
        lines
    }

    pub(super) fn sort(&mut self) {
        self.hits
            .sort_by(|a, b| a.number.cmp(&b.number).then_with(|| a.cmp(b)));
        self.hits.dedup();
        self.unread
            .sort_by(|a, b| a.number.cmp(&b.number).then_with(|| a.cmp(b)));
        self.unread.dedup();
    }
}

fn path(file: &str, members: &[String]) -> String {
    let mut path = file.to_owned();
    for member in members {
        path.push_str(" → ");
        path.push_str(member);
    }
    path
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Name => f.write_str("in its name"),
            Place::Line { line, column } => write!(f, "line {line}, column {column}"),
            Place::Row(row) => write!(f, "row {row}"),
            Place::Byte(byte) => write!(f, "byte {byte}"),
            Place::Part(part) => f.write_str(part),
        }
    }
}

impl std::fmt::Display for Hit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} (file {}), {}: {} of {} stands here, and {}; take it out or put the pseudonym in its place",
            path(&self.file, &self.members),
            self.number,
            self.place,
            self.kind.as_str(),
            self.person,
            self.why.as_str()
        )
    }
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (path, what) = (path(&self.file, &self.members), &self.what);
        match self.is_allowed {
            true => write!(
                f,
                "{path} (file {}): not looked through, {what}; the settings let it go",
                self.number
            ),
            false => write!(
                f,
                "{path} (file {}): cannot be scanned, {what}; leave it out, or give it in a form that can be read",
                self.number
            ),
        }
    }
}
