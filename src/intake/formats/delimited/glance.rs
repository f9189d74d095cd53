//! A first look at the front of a file that leaves out mappings which cannot fit: the names in its lines are cut once for
//! all mappings that separate columns alike, so that recognition does not take longer for every mapping more.

use std::sync::OnceLock;

use hashbrown::HashSet;

use super::dialect::{Dialect, Ending};
use super::fields::Splitter;
use crate::intake::encoding::{CodePage, Encoding};
use crate::intake::mapping::spec::Preamble;
use crate::intake::mapping::{Mapping, builtin};

/// Names of a built-in mapping's columns in small letters: for each column that a file must have, the names it may go by.
type Wanted = Vec<Vec<String>>;

/// How a file is cut: delimiter, quote, code page.
type Way = (u8, Option<u8>, CodePage);

/// The front of a file, cut in the ways that mappings ask for.
pub struct Glance<'a> {
    head: &'a [u8],
    encoding: Encoding,
    limit: usize,
    whole: bool,
    lines: Vec<(Way, Vec<HashSet<String>>)>,
}

impl<'a> Glance<'a> {
    pub fn new(head: &'a [u8], encoding: Encoding, limit: usize, whole: bool) -> Glance<'a> {
        Glance {
            head,
            encoding,
            limit,
            whole,
            lines: Vec::new(),
        }
    }

    /// Whether a line has all names that the mapping needs, or all but one: what lacks more is neither the mapping's file
    /// nor a near miss. `at` is the mapping's place in the list of those built in.
    pub fn may_fit(&mut self, at: usize, mapping: &Mapping) -> bool {
        let shape = &mapping.file;
        let Some(wanted) = wanted().get(at) else {
            return true;
        };
        if !shape.header || shape.header_rows > 1 || wanted.len() < 2 {
            return true;
        }
        let most = match shape.preamble {
            Preamble::Lines(0) => 1,
            _ => usize::MAX,
        };
        let page = mapping.encoding(self.encoding).page;
        shape.delimiters.iter().any(|text| {
            let delimiter = match text.as_str() {
                "tab" => b'\t',
                text => text.bytes().next().unwrap_or(b','),
            };
            let way = (delimiter, shape.quote.bytes().next(), page);
            self.lines(way).iter().take(most).any(|line| {
                let missing = wanted
                    .iter()
                    .filter(|names| !names.iter().any(|name| line.contains(name.as_str())));
                missing.take(2).count() < 2
            })
        })
    }

    fn lines(&mut self, way: Way) -> &[HashSet<String>] {
        let at = match self.lines.iter().position(|(known, _)| *known == way) {
            Some(at) => at,
            None => {
                let lines = self.cut(way);
                self.lines.push((way, lines));
                self.lines.len() - 1
            }
        };
        self.lines.get(at).map_or(&[], |(_, lines)| lines.as_slice())
    }

    // The names in each of the first lines that are not blank.
    fn cut(&self, (delimiter, quote, page): Way) -> Vec<HashSet<String>> {
        let head = self.head;
        let dialect = Dialect {
            delimiter,
            quote,
            terminator: Dialect::terminator_of(head, page),
            page,
            rendered: false,
        };
        let mut lines = Vec::new();
        let mut at = usize::from(self.encoding.mark);
        let mut text = String::new();
        let mut splitter = Splitter::default();
        while at < head.len() && lines.len() < Preamble::MOST {
            let (end, next) = match dialect.record_end(head, at, self.limit, self.whole) {
                Ending::Record { end, next } | Ending::Stray { end, next } => (end, next),
                Ending::TooLong | Ending::More => (head.len(), head.len()),
            };
            let bytes = &head[at..dialect.trim_end(head, at, end)];
            at = next;
            let mut names = HashSet::new();
            if let Ok(decoded) = page.decode(bytes, &mut text) {
                if decoded.trim().is_empty() {
                    continue;
                }
                if let Ok(record) = splitter.split(decoded, &dialect) {
                    names.extend(record.iter().map(|name| name.trim().to_lowercase()));
                }
            }
            lines.push(names);
        }
        lines
    }
}

fn wanted() -> &'static [Wanted] {
    static WANTED: OnceLock<Vec<Wanted>> = OnceLock::new();
    WANTED.get_or_init(|| {
        builtin()
            .iter()
            .map(|mapping| {
                let needed = mapping
                    .columns
                    .values()
                    .filter(|column| !column.optional && column.heading.is_none());
                needed
                    .map(|column| column.names.iter().map(|name| plain(name)).collect())
                    .collect()
            })
            .collect()
    })
}

// `Account#2` is the second column called Account.
fn plain(name: &str) -> String {
    let front = match name.rsplit_once('#') {
        Some((front, digits)) if digits.parse::<usize>().is_ok() => front,
        _ => name,
    };
    front.to_lowercase()
}
