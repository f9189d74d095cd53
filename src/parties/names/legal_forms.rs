//! Legal forms: which company form a name ends (or begins) with.
//!
//! A form is taken off only where its countries write it: at the end nearly everywhere, at the beginning in Romania
//! (“SC … SRL”), Ukraine and Russia (“ТОВ «…»”), for Dutch foundations and a few more. So “AG Insurance” and “Sa Pa” keep
//! their names. Short forms that are names or words too (“SA”, “AS”, “Co”) count only where they are written as a form:
//! with full stops, in capitals among small letters, or where the record says that it is a company.

use std::sync::LazyLock;

use super::letters::{self, CAPS, DOT, QUOTED, TIED};
use super::{Kind, Role, Token};

/// A legal form as a name writes it.
#[derive(Debug, PartialEq, Eq)]
pub struct LegalForm {
    /// One name for all its writings: “BV”, “GmbH”, “SRL”.
    pub form: &'static str,
    /// Countries (ISO 3166) that use this writing.
    pub countries: Vec<&'static str>,
    /// Codes of ISO 20275 by country, where they are certain.
    pub elf: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    End,
    Start,
    Both,
    /// At the start, if a form of the same country ends the name.
    StartIfEnd,
    /// At either end; at the beginning the name holds no other form (“Stichting Pensioenfonds X N.V.”).
    Alone,
    /// “in liquidation”: taken off, but no form.
    Status,
}

struct Entry {
    form: LegalForm,
    place: Place,
    weak: Weak,
}

/// How far a writing can be trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weak {
    No,
    /// A name or a word, too.
    Yes,
    /// Too short to count without full stops or a stroke.
    Dots,
}

#[derive(Default)]
struct Node {
    next: Vec<(u8, u32)>,
    entry: Option<u32>,
}

/// Forms by letters: read from the end for endings, from the beginning for beginnings.
struct Table {
    entries: Vec<Entry>,
    endings: Vec<Node>,
    beginnings: Vec<Node>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(include_str!("legal_forms.csv")));

/// Letters up to which a weak form is weak: in full it is beyond doubt.
const SHORT: usize = 4;
/// How many forms and remarks may follow one another (“Sp. z o.o. w likwidacji”).
const LAYERS: usize = 3;

impl Table {
    fn of(text: &'static str) -> Table {
        let mut table = Table {
            entries: Vec::new(),
            endings: vec![Node::default()],
            beginnings: vec![Node::default()],
        };
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let mut fields = line.splitn(6, ',');
            let mut field = || fields.next().unwrap_or_default();
            let (form, countries, place) = (field(), field(), place_of(field()));
            let (weak, elf, variants) = (weak_of(field()), field(), field().trim_matches('"'));
            let Some(place) = place else {
                continue;
            };
            for variant in variants.split('|') {
                for key in keys(variant) {
                    table.add(
                        &key,
                        form,
                        countries,
                        place,
                        if key.len() <= SHORT { weak } else { Weak::No },
                        elf,
                    );
                }
            }
        }
        table
    }

    fn add(
        &mut self,
        key: &str,
        form: &'static str,
        countries: &'static str,
        place: Place,
        weak: Weak,
        elf: &'static str,
    ) {
        let ends = matches!(place, Place::End | Place::Both | Place::Alone | Place::Status);
        let begins = matches!(
            place,
            Place::Start | Place::Both | Place::Alone | Place::StartIfEnd
        );
        let reversed: Vec<u8> = key.bytes().rev().collect();
        for (wanted, nodes, letters) in [
            (ends, &mut self.endings, reversed.as_slice()),
            (begins, &mut self.beginnings, key.as_bytes()),
        ] {
            if !wanted || letters.is_empty() {
                continue;
            }
            let mut at = 0;
            for &letter in letters {
                at = match nodes[at].next.iter().find(|(known, _)| *known == letter) {
                    Some(&(_, next)) => next as usize,
                    None => {
                        let fresh = nodes.len();
                        nodes[at].next.push((letter, fresh as u32));
                        nodes.push(Node::default());
                        fresh
                    }
                };
            }
            let entry = match nodes[at].entry {
                Some(known) => &mut self.entries[known as usize],
                None => {
                    nodes[at].entry = Some(self.entries.len() as u32);
                    self.entries.push(Entry {
                        form: LegalForm {
                            form,
                            countries: Vec::new(),
                            elf: Vec::new(),
                        },
                        place,
                        weak,
                    });
                    let last = self.entries.len() - 1;
                    &mut self.entries[last]
                }
            };
            // The same letters in several rows: the first names the form, all say where it is used.
            for country in countries.split(' ').filter(|country| !country.is_empty()) {
                if !entry.form.countries.contains(&country) {
                    entry.form.countries.push(country);
                }
            }
            for code in elf.split(' ').filter_map(|pair| pair.split_once(':')) {
                if !entry.form.elf.iter().any(|known| known.0 == code.0) {
                    entry.form.elf.push(code);
                }
            }
        }
    }

    /// The longest form that ends `tokens`: its first word and itself.
    fn ending(&self, tokens: &[Token]) -> Option<(usize, &Entry)> {
        let mut found = None;
        let mut node = 0;
        for at in (0..tokens.len()).rev() {
            for letter in tokens[at].text.bytes().rev() {
                match step(&self.endings, node, letter) {
                    Some(next) => node = next,
                    None => return found,
                }
            }
            if let Some(entry) = self.endings[node].entry {
                found = Some((at, &self.entries[entry as usize]));
            }
            if at > 0 && !run(tokens, at - 1) {
                match step(&self.endings, node, b' ') {
                    Some(next) => node = next,
                    None => return found,
                }
            }
        }
        found
    }

    /// The longest form that begins `tokens`: the word after it and itself.
    fn beginning(&self, tokens: &[Token]) -> Option<(usize, &Entry)> {
        let mut found = None;
        let mut node = 0;
        for (at, token) in tokens.iter().enumerate() {
            for letter in token.text.bytes() {
                match step(&self.beginnings, node, letter) {
                    Some(next) => node = next,
                    None => return found,
                }
            }
            if let Some(entry) = self.beginnings[node].entry {
                found = Some((at + 1, &self.entries[entry as usize]));
            }
            if at + 1 < tokens.len() && !run(tokens, at) {
                match step(&self.beginnings, node, b' ') {
                    Some(next) => node = next,
                    None => return found,
                }
            }
        }
        found
    }
}

fn step(nodes: &[Node], at: usize, letter: u8) -> Option<usize> {
    nodes[at]
        .next
        .iter()
        .find(|(known, _)| *known == letter)
        .map(|&(_, next)| next as usize)
}

/// Whether a word and the next are letters of one abbreviation: “b v” is “bv”.
fn run(tokens: &[Token], at: usize) -> bool {
    tokens[at].text.len() == 1 && tokens[at + 1].text.len() == 1
}

fn weak_of(text: &str) -> Weak {
    match text {
        "" => Weak::No,
        "dots" => Weak::Dots,
        _ => Weak::Yes,
    }
}

fn place_of(text: &str) -> Option<Place> {
    Some(match text {
        "end" => Place::End,
        "start" => Place::Start,
        "both" => Place::Both,
        "start_if_end" => Place::StartIfEnd,
        "alone" => Place::Alone,
        "status" => Place::Status,
        _ => return None,
    })
}

/// A writing as names are read: single letters that follow each other are one word. With umlauts written out, too.
fn keys(variant: &str) -> Vec<String> {
    let tokens = letters::read(variant).tokens;
    let mut plain = String::new();
    let mut written_out = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 && !run(&tokens, at - 1) {
            plain.push(' ');
            written_out.push(' ');
        }
        plain.push_str(&token.text);
        written_out.push_str(token.variants.first().unwrap_or(&token.text));
    }
    if written_out == plain {
        vec![plain]
    } else {
        vec![plain, written_out]
    }
}

/// Whether letters stand apart as an abbreviation's do: “s.p.”, “K/S”.
fn apart(form: &[Token]) -> bool {
    form.len() > 1
        && form
            .windows(2)
            .all(|pair| pair[0].marks & DOT != 0 || pair[1].marks & TIED != 0)
}

/// Whether short letters are written as a form and not as a name.
fn written_as_form(tokens: &[Token], from: usize, to: usize) -> bool {
    let form = &tokens[from..to];
    if apart(form) {
        return true;
    }
    form.len() == 1
        && form[0].marks & CAPS != 0
        && tokens
            .iter()
            .enumerate()
            .any(|(at, token)| !(from..to).contains(&at) && token.text.len() > 1 && token.marks & CAPS == 0)
}

/// Finds the legal form and marks its words. Something must be left that names.
pub(super) fn mark(tokens: &mut [Token], raw: &str, kind: Kind) -> Option<&'static LegalForm> {
    let table = &*TABLE;
    let mut found: Option<&'static LegalForm> = None;
    let mut end = tokens.len();
    let alone = table
        .beginning(tokens)
        .is_some_and(|(after, entry)| entry.place == Place::Alone && after < end);
    for _ in 0..LAYERS {
        let Some((from, entry)) = table.ending(&tokens[..end]) else {
            break;
        };
        if from == 0 {
            break;
        }
        let status = entry.place == Place::Status;
        let doubtful = match entry.weak {
            Weak::No => false,
            Weak::Yes => kind != Kind::Company && !written_as_form(tokens, from, end),
            Weak::Dots => !apart(&tokens[from..end]),
        };
        if doubtful {
            break;
        }
        if status {
            // “f.a.”, “i.o.”, “v.a.” are remarks only after a form: else they are initials.
            let short = tokens[from..end].iter().all(|token| token.text.len() == 1);
            if short && table.ending(&tokens[..from]).is_none_or(|(first, _)| first == 0) {
                break;
            }
        } else if found.is_some() || alone {
            break;
        }
        for token in &mut tokens[from..end] {
            token.role = Role::LegalForm;
        }
        end = from;
        if !status {
            found = Some(&entry.form);
        }
    }
    if found.is_none() {
        found = italian(table, tokens);
    }
    if let Some((after, entry)) = table.beginning(&tokens[..end])
        && after < end
        && begins(tokens, after, entry, found, raw)
    {
        for token in &mut tokens[..after] {
            token.role = Role::LegalForm;
        }
        if found.is_none() {
            found = Some(&entry.form);
        }
    }
    found
}

/// “Hotel Filey S.A.S. di Machet Irma & C.”: Italian partnerships name the partners after their form.
fn italian(table: &'static Table, tokens: &mut [Token]) -> Option<&'static LegalForm> {
    let place = tokens.iter().position(|token| token.text == "di")?;
    let (from, entry) = table.ending(&tokens[..place])?;
    if from == 0 || !matches!(entry.form.form, "SAS" | "SNC") || place + 1 == tokens.len() {
        return None;
    }
    for token in &mut tokens[from..place] {
        token.role = Role::LegalForm;
    }
    Some(&entry.form)
}

fn begins(tokens: &[Token], after: usize, entry: &Entry, found: Option<&LegalForm>, raw: &str) -> bool {
    if entry.place == Place::StartIfEnd {
        return found.is_some_and(|ending| {
            ending
                .countries
                .iter()
                .any(|country| entry.form.countries.contains(country))
        });
    }
    if entry.weak == Weak::No {
        return true;
    }
    let written = &raw[tokens[0].span.start as usize..tokens[after - 1].span.end as usize];
    !written.is_ascii() || tokens[after].marks & QUOTED != 0
}

/// Whether a text is a company's name, by its legal form only: `Some(true)` with one, `None` without. Never
/// `Some(false)`: most shops and many companies are written without their form.
pub fn looks_like_company(text: &str) -> Option<bool> {
    let mut read = letters::read(text);
    mark(&mut read.tokens, text, Kind::Unknown).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let text = include_str!("legal_forms.csv");
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let fields: Vec<&str> = line.splitn(6, ',').collect();
            assert_eq!(fields.len(), 6, "{line}");
            assert!(place_of(fields[2]).is_some(), "{line}");
            for variant in fields[5].trim_matches('"').split('|') {
                assert!(
                    keys(variant).iter().all(|key| !key.is_empty()),
                    "{line}: {variant}"
                );
            }
        }
        assert!(TABLE.entries.len() > 900, "{}", TABLE.entries.len());
    }

    #[test]
    fn a_form_is_stripped_only_where_its_countries_write_it() {
        for (name, company) in [
            ("Jansen & Zonen B.V.", Some(true)),
            ("AG Insurance", None),
            ("Sa Pa", None),
            ("SE", None),
            ("Maria Sa", None),
            ("Jan van As", None),
            ("Carrefour SA", Some(true)),
            ("SC Freiburg", None),
            ("SC ALFA CONSTRUCT SRL", Some(true)),
            ("ТОВ «Ромашка»", Some(true)),
            ("ИП Иванов Иван", Some(true)),
        ] {
            assert_eq!(looks_like_company(name), company, "{name}");
        }
    }
}
