//! Lexicons from their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::builtin::BUILT_IN;
use super::matching::{Codes, MERCHANT_CATEGORIES, Matcher, PURPOSES, Word};
use crate::model::{hex, sha256};

/// Marks that say what a payment is for, not whom it goes to: a name is no sign of them (there are people called Loon).
const OF_TEXT: [&str; 9] = [
    "wage",
    "wage_tax",
    "rent",
    "advance_repayment",
    "housing_deduction",
    "gift_words",
    "recruitment",
    "loan",
    "school",
];
const SECTORS: &str = "sectors";

/// A NACE prefix of an environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SectorCode {
    pub environment: String,
    /// `2` or `2.1`.
    pub revision: String,
    /// As `55.10`; a prefix counts for everything below it.
    pub nace: String,
}

/// All lexicons of a case.
#[derive(Debug)]
pub struct Lexicons {
    pub matcher: Matcher,
    pub sectors: Vec<SectorCode>,
}

/// Why a lexicon cannot be gone by.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LexiconError {
    /// The file cannot be read.
    #[error("{file}: {reason}; mend the lexicon or take it out of the folder")]
    Unreadable { file: String, reason: String },
    /// A line is something else than expected.
    #[error(
        "{file}, line {line}: found ‘{found}’, expected {expected}; mend the line or take the file out of the folder"
    )]
    Line {
        file: String,
        line: u64,
        found: String,
        expected: &'static str,
    },
}

impl Lexicons {
    /// The built-in lexicons, with those of a case in the place of the ones of the same name.
    pub fn load(case: Option<&Path>) -> Result<Lexicons, LexiconError> {
        let mut files: BTreeMap<String, String> = BUILT_IN
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        for (name, path) in own(case)? {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            files.insert(name, text);
        }
        Lexicons::of(files)
    }

    /// The sectors alone, without making the words ready to be looked for.
    pub fn sectors(case: &Path) -> Result<Vec<SectorCode>, LexiconError> {
        let own = own(Some(case))?.into_iter().find(|(name, _)| name == SECTORS);
        let text = match own {
            Some((_, path)) => std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?,
            None => BUILT_IN
                .iter()
                .find(|(name, _)| *name == SECTORS)
                .map_or_else(String::new, |(_, text)| (*text).to_owned()),
        };
        let mut made = Made::default();
        made.read(SECTORS, &text)?;
        made.sectors.sort();
        Ok(made.sectors)
    }

    /// Lexicons from name and text of each file.
    pub(super) fn of(files: impl IntoIterator<Item = (String, String)>) -> Result<Lexicons, LexiconError> {
        let mut made = Made::default();
        for (name, text) in files {
            made.read(&name, &text)?;
        }
        made.finish()
    }
}

/// Name and hash of every lexicon that a case goes by, a line each.
pub fn digests(case: &Path) -> Result<Vec<String>, LexiconError> {
    let mut lines: Vec<String> = BUILT_IN
        .iter()
        .map(|(name, text)| format!("lexicon {name} {}", hex(&sha256(text.as_bytes()))))
        .collect();
    for (name, path) in own(Some(case))? {
        let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        lines.push(format!("own lexicon {name} {}", hex(&sha256(&bytes))));
    }
    Ok(lines)
}

/// Path under `queries/` and text of every lexicon that is built in.
pub fn built_in_texts() -> impl Iterator<Item = (String, &'static str)> {
    BUILT_IN
        .iter()
        .map(|(name, text)| (format!("lexicons/{name}.csv"), *text))
}

/// The lexicons of a case, by name.
fn own(case: Option<&Path>) -> Result<Vec<(String, PathBuf)>, LexiconError> {
    let folder = case.map(|case| case.join("queries").join("lexicons"));
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for item in std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
        let path = item.map_err(|error| unreadable(&folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            found.push((name, path));
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> LexiconError {
    LexiconError::Unreadable {
        file: path.display().to_string(),
        reason: error.to_string(),
    }
}

/// Lexicons in the making.
#[derive(Default)]
struct Made {
    marks: BTreeMap<String, usize>,
    lexicons: Vec<String>,
    words: Vec<Word>,
    codes: Vec<Codes>,
    purposes: Vec<(String, usize)>,
    sectors: Vec<SectorCode>,
}

impl Made {
    fn mark(&mut self, name: &str) -> usize {
        let next = self.marks.len();
        *self.marks.entry(name.to_owned()).or_insert(next)
    }

    fn read(&mut self, name: &str, text: &str) -> Result<(), LexiconError> {
        let file = format!("queries/lexicons/{name}.csv");
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let wanted: &[&str] = match name {
            MERCHANT_CATEGORIES => &["mark", "from", "to"],
            PURPOSES => &["mark", "code"],
            SECTORS => &["environment", "revision", "nace"],
            _ => &["mark", "language", "word"],
        };
        let unread = |error: csv::Error| LexiconError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        };
        let header: Vec<String> = reader
            .headers()
            .map_err(unread)?
            .iter()
            .map(str::to_lowercase)
            .collect();
        let mut places = Vec::new();
        for column in wanted {
            match header.iter().position(|own| own == column) {
                Some(place) => places.push(place),
                None => {
                    return Err(LexiconError::Line {
                        file,
                        line: 1,
                        found: header.join(","),
                        expected: match name {
                            MERCHANT_CATEGORIES => "the columns mark, from, to",
                            PURPOSES => "the columns mark, code",
                            SECTORS => "the columns environment, revision, nace",
                            _ => "the columns mark, language, word",
                        },
                    });
                }
            }
        }
        let whereabouts = header.iter().position(|own| own == "where");
        self.lexicons.push(name.to_owned());
        for record in reader.records() {
            let record = record.map_err(unread)?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let values: Vec<&str> = places.iter().map(|place| cell(*place)).collect();
            let wrong = |found: &str, expected: &'static str| LexiconError::Line {
                file: file.clone(),
                line,
                found: found.to_owned(),
                expected,
            };
            match name {
                SECTORS => {
                    let is_nace =
                        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
                    if !is_nace(values[2]) {
                        return Err(wrong(values[2], "a NACE code or its beginning, as 55.10"));
                    }
                    self.sectors.push(SectorCode {
                        environment: values[0].to_owned(),
                        revision: values[1].to_owned(),
                        nace: values[2].to_owned(),
                    });
                    continue;
                }
                MERCHANT_CATEGORIES => {
                    let mark = self
                        .checked_mark(values[0])
                        .ok_or_else(|| wrong(values[0], MARK))?;
                    let code = |text: &str| {
                        let is_code = text.len() == 4 && text.chars().all(|c| c.is_ascii_digit());
                        text.parse::<u16>().ok().filter(|_| is_code)
                    };
                    let from = code(values[1]).ok_or_else(|| wrong(values[1], CODE))?;
                    let to = match values[2] {
                        "" => from,
                        text => code(text)
                            .filter(|to| *to >= from)
                            .ok_or_else(|| wrong(text, CODE))?,
                    };
                    let written = match from == to {
                        true => format!("{from:04}"),
                        false => format!("{from:04}-{to:04}"),
                    };
                    self.codes.push(Codes {
                        mark,
                        from,
                        to,
                        written,
                    });
                }
                PURPOSES => {
                    let mark = self
                        .checked_mark(values[0])
                        .ok_or_else(|| wrong(values[0], MARK))?;
                    let is_code = values[1].len() == 4
                        && values[1]
                            .chars()
                            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
                    if !is_code {
                        return Err(wrong(values[1], "a purpose code of ISO 20022, four capitals"));
                    }
                    self.purposes.push((values[1].to_owned(), mark));
                }
                _ => {
                    let (takes_away, mark_name) = match values[0].strip_prefix('!') {
                        Some(rest) => (true, rest),
                        None => (false, values[0]),
                    };
                    let mark = self
                        .checked_mark(mark_name)
                        .ok_or_else(|| wrong(values[0], MARK))?;
                    let letters = values[2].chars().filter(|c| c.is_alphanumeric()).count();
                    let has_room = values[2].contains('~');
                    if letters < 2 || (has_room && letters < 3) {
                        return Err(wrong(
                            values[2],
                            "a word of two letters or more, three where letters may follow",
                        ));
                    }
                    let (in_text, in_name) = match whereabouts.map_or("", cell) {
                        "text" => (true, false),
                        "name" => (false, true),
                        "" => (true, !OF_TEXT.contains(&mark_name)),
                        other => return Err(wrong(other, "text, name, or nothing for both")),
                    };
                    self.words.push(Word {
                        mark,
                        takes_away,
                        word: values[2].to_owned(),
                        lexicon: self.lexicons.len() - 1,
                        in_text,
                        in_name,
                    });
                }
            }
        }
        Ok(())
    }

    fn checked_mark(&mut self, name: &str) -> Option<usize> {
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        is_name.then(|| self.mark(name))
    }

    fn finish(mut self) -> Result<Lexicons, LexiconError> {
        // By name, so that what a file adds does not change the order of others.
        let mut names: Vec<String> = vec![String::new(); self.marks.len()];
        for (name, number) in &self.marks {
            names[*number] = name.clone();
        }
        self.sectors.sort();
        let matcher =
            Matcher::new(names, self.lexicons, self.words, self.codes, self.purposes).map_err(|error| {
                LexiconError::Unreadable {
                    file: "queries/lexicons".to_owned(),
                    reason: error.to_string(),
                }
            })?;
        Ok(Lexicons {
            matcher,
            sectors: self.sectors,
        })
    }
}

const MARK: &str = "a mark in small letters, digits and _, as lodging";
const CODE: &str = "a merchant category of four digits, the last not before the first";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_ones_can_be_read() {
        let lexicons = Lexicons::load(None).expect("they can be read");
        assert!(lexicons.matcher.marks().iter().any(|mark| mark == "wage"));
        assert!(lexicons.sectors.iter().any(|code| code.nace == "55.10"));
    }

    #[test]
    fn faults_name_file_line_and_expectation() {
        let fault = |name: &str, text: &str| {
            let files = [(name.to_owned(), text.to_owned())];
            Lexicons::of(files).expect_err("it is at fault").to_string()
        };
        for (name, text, expected) in [
            ("own", "mark,word\nx,y\n", "line 1: found ‘mark,word’"),
            (
                "own",
                "mark,language,word\nBad Mark,nl,loon\n",
                "line 2: found ‘Bad Mark’",
            ),
            ("own", "mark,language,word\nwage,nl,a\n", "two letters"),
            (
                "own",
                "mark,language,word,where\nwage,nl,loon,here\n",
                "found ‘here’",
            ),
            (
                "merchant_categories",
                "mark,from,to\nlodging,70,\n",
                "four digits",
            ),
            (
                "merchant_categories",
                "mark,from,to\nlodging,7011,7010\n",
                "found ‘7010’",
            ),
            ("purposes", "mark,code\nwage,sala\n", "four capitals"),
            ("sectors", "environment,revision,nace\nhotels,2,I55\n", "55.10"),
        ] {
            let told = fault(name, text);
            assert!(told.contains(expected) && told.contains(name), "{told}");
        }
    }

    #[test]
    fn a_case_takes_the_place_of_a_file_and_adds_others() -> std::io::Result<()> {
        let case = tempfile::tempdir()?;
        let before = digests(case.path()).expect("nothing is there");
        let folder = case.path().join("queries/lexicons");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(
            folder.join("wages.csv"),
            "mark,language,word,note\nwage,xx,zork,\n",
        )?;
        std::fs::write(
            folder.join("own.csv"),
            "mark,language,word,note\nour_mark,xx,grum~,\n",
        )?;
        let lexicons = Lexicons::load(Some(case.path())).expect("they can be read");
        assert!(lexicons.matcher.marks().iter().any(|mark| mark == "our_mark"));
        assert_eq!(
            digests(case.path()).expect("they can be read").len(),
            before.len() + 2
        );
        std::fs::write(folder.join("own.csv"), "nonsense\n")?;
        let told = Lexicons::load(Some(case.path()))
            .expect_err("at fault")
            .to_string();
        assert!(told.contains("queries/lexicons/own.csv, line 1"), "{told}");
        Ok(())
    }
}
