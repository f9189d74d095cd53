//! The text of a `:86:`: its lines joined, and where they were folded.

/// Lines joined without anything between them, because structured text is cut into lines anywhere, also within words.
#[derive(Debug, Default)]
pub struct Folded {
    joined: String,
    /// Where each line but the first begins.
    folds: Vec<usize>,
}

impl Folded {
    /// Nothing.
    pub fn clear(&mut self) {
        self.joined.clear();
        self.folds.clear();
    }

    /// Whether there is neither text nor a further line.
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.folds.is_empty()
    }

    /// Bytes, the ends of lines among them.
    pub fn len(&self) -> usize {
        self.joined.len() + self.folds.len()
    }

    /// Takes the first line.
    pub fn begin(&mut self, line: &str) {
        self.clear();
        self.joined.push_str(line);
    }

    /// Adds a further line.
    pub fn add_line(&mut self, line: &str) {
        self.folds.push(self.joined.len());
        self.joined.push_str(line);
    }

    /// Adds the lines of another text.
    pub fn append(&mut self, other: &Folded) {
        if !self.is_empty() {
            self.folds.push(self.joined.len());
        }
        let base = self.joined.len();
        self.folds.extend(other.folds.iter().map(|fold| base + fold));
        self.joined.push_str(&other.joined);
    }

    /// The lines joined.
    pub fn joined(&self) -> &str {
        &self.joined
    }

    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.folds.iter().copied());
        let ends = self.folds.iter().copied().chain([self.joined.len()]);
        starts
            .zip(ends)
            .map(|(start, end)| self.joined.get(start..end).unwrap_or(""))
    }
}
