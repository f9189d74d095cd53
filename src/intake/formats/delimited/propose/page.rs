//! Lines of TOML with reasons and doubts above them.

use super::Proposal;
use super::settle::Choice;

/// Lines of TOML, and the doubts among them.
#[derive(Default)]
pub struct Page {
    text: String,
    doubts: Vec<String>,
    unread: Vec<String>,
    left_out: Vec<String>,
}

impl Page {
    /// A line as it stands.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A reason, as lines of comment.
    pub fn why(&mut self, reason: &str) {
        for part in wrap(reason) {
            self.line(&format!("# {part}"));
        }
    }

    /// The head of a section.
    pub fn section(&mut self, name: &str) {
        self.line(&format!("\n[{name}]"));
    }

    /// A key with a text.
    pub fn key(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    /// A key that a person must settle, with what would settle it: an example, or every answer that there is.
    pub fn doubt(&mut self, key: &str, choice: &Choice, unsettled: &str, answers: &[String]) {
        self.why(&format!("DOUBT: {}", choice.reason));
        for answer in answers {
            self.line(&format!("# {key} = {answer}"));
        }
        self.line(&format!("{key} = {unsettled}"));
        // What is open in several keys is one doubt.
        if !self.doubts.contains(&choice.reason) {
            self.doubts.push(choice.reason.clone());
        }
    }

    /// A column that no field takes.
    pub fn unread(&mut self, column: &str) {
        self.why(&format!("not read: {column}"));
        self.unread.push(column.to_owned());
    }

    /// Something that a person may add, with how.
    pub fn left_out(&mut self, what: &str, how: &[String]) {
        self.why(what);
        for line in how {
            self.line(&format!("# {line}"));
        }
        self.left_out.push(what.to_owned());
    }

    /// A further key of the doubt above it.
    pub fn open(&mut self, key: &str) {
        self.line(&format!("{key} = \"?\""));
    }

    /// The proposal, from so many records.
    pub fn finish(self, records: usize) -> Proposal {
        Proposal {
            text: self.text,
            doubts: self.doubts,
            unread: self.unread,
            left_out: self.left_out,
            records,
        }
    }
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

// Lines of a comment of at most 110 characters.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
                continue;
            }
            if line.chars().count() + word.chars().count() < 110 {
                line.push(' ');
                line.push_str(word);
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}
