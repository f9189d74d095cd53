//! The records that are compared: a column a field, texts kept once, order by id alone.

use rayon::prelude::*;
use thiserror::Error;

use super::dates::Day;
use super::texts::{Texts, hash, join, mix};
use super::words::Words;

/// The most fields that records may have.
pub const MOST_FIELDS: usize = 16;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Not said.
    Unknown,
    Person,
    Organisation,
}

/// How the values of a field are compared. Texts come in normal form: what is to count as the same is the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Words in any order, initials for words, close spellings. A comma parts the family's words from the others
    /// (`de vries, jan`) where the source says which they are.
    PersonName,
    /// The core of a company's name: words in any order, close spellings.
    CompanyName,
    /// `1984-03-05`, or `1984-03` or `1984` where no more is known. Other texts are left out and counted.
    Date,
    /// A text that is the same or not: city, country.
    Text,
    /// A phone number or e-mail address.
    Contact,
    /// An address as one text: words and numbers.
    Address,
    /// A valid identifier as `scheme:key`; schemes are never compared with each other.
    Identifier,
}

/// A field of the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name that explanations use.
    pub name: String,
    pub compare: Compare,
    /// Of dates: two that disagree beyond a digit or a swap are never of one party. True unless set otherwise.
    pub vetoes: bool,
}

impl Field {
    /// A field; a date vetoes.
    pub fn new(name: &str, compare: Compare) -> Field {
        Field {
            name: name.to_owned(),
            compare,
            vetoes: compare == Compare::Date,
        }
    }
}

/// What is wrong with the records.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordsError {
    /// Two records have one id.
    #[error("record {0}: the id is there twice, expected each id once; give every record an id of its own")]
    Twice(String),
    /// More fields than can be compared.
    #[error("{0} fields, expected {MOST_FIELDS} at most; leave out those that tell least")]
    Fields(usize),
    /// Texts or records fill what numbers can count.
    #[error(
        "the records have more than 4 GB of different texts in a field, or more than 4 billion values; resolve them in parts"
    )]
    TooMuch,
}

/// Takes records in, in any order.
#[derive(Debug)]
pub struct RecordsBuilder {
    fields: Vec<Field>,
    ids: Texts,
    twice: Option<String>,
    too_much: bool,
    kinds: Vec<Kind>,
    columns: Vec<(Texts, Vec<(u32, u32)>)>,
}

impl RecordsBuilder {
    /// Begins with the fields that there are.
    pub fn new(fields: Vec<Field>) -> RecordsBuilder {
        RecordsBuilder {
            columns: fields.iter().map(|_| (Texts::default(), Vec::new())).collect(),
            fields,
            ids: Texts::default(),
            twice: None,
            too_much: false,
            kinds: Vec::new(),
        }
    }

    /// A further record; [`RecordsBuilder::value`] gives it values.
    pub fn record(&mut self, id: &str, kind: Kind) {
        match self.ids.number(id) {
            None => self.too_much = true,
            Some(number) if (number as usize) < self.kinds.len() => self.twice = Some(id.to_owned()),
            Some(_) => {}
        }
        self.kinds.push(kind);
    }

    /// A value of the last record; several in one field are several names, numbers and so on. An empty text is no value.
    pub fn value(&mut self, field: usize, text: &str) {
        let (Some((texts, values)), Some(record)) =
            (self.columns.get_mut(field), self.kinds.len().checked_sub(1))
        else {
            return;
        };
        if text.is_empty() {
            return;
        }
        match (u32::try_from(record), texts.number(text)) {
            (Ok(record), Some(number)) => values.push((record, number)),
            _ => self.too_much = true,
        }
    }

    /// Sorts, counts, and takes names and dates apart.
    pub fn finish(self) -> Result<Records, RecordsError> {
        if let Some(id) = self.twice {
            return Err(RecordsError::Twice(id));
        }
        if self.too_much {
            return Err(RecordsError::TooMuch);
        }
        if self.fields.len() > MOST_FIELDS {
            return Err(RecordsError::Fields(self.fields.len()));
        }
        let mut ids = self.ids;
        ids.close();
        let mut order: Vec<u32> = (0..self.kinds.len() as u32).collect();
        order.par_sort_unstable_by(|left, right| ids.get(*left).cmp(ids.get(*right)));
        let mut place = vec![0_u32; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old as usize] = new as u32;
        }
        let mut columns = Vec::new();
        for (field, (texts, values)) in self.fields.iter().zip(self.columns) {
            columns.push(Column::new(field.compare, texts, values, &place).ok_or(RecordsError::TooMuch)?);
        }
        let mut records = Records {
            kinds: order.iter().map(|old| self.kinds[*old as usize]).collect(),
            fields: self.fields,
            ids,
            order,
            columns,
            contents: 0,
        };
        records.count();
        Ok(records)
    }
}

/// Records, sorted by id.
#[derive(Debug)]
pub struct Records {
    pub(super) fields: Vec<Field>,
    ids: Texts,
    order: Vec<u32>,
    kinds: Vec<Kind>,
    pub(super) columns: Vec<Column>,
    /// How many records differ in what they say.
    pub(super) contents: u32,
}

impl Records {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The fields as they were given.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The id of a record.
    pub fn id(&self, record: u32) -> &str {
        self.ids.get(self.order[record as usize])
    }

    /// The record with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let place = self.order.binary_search_by(|old| self.ids.get(*old).cmp(id));
        place.ok().map(|place| place as u32)
    }

    /// What a record is about.
    pub fn kind(&self, record: u32) -> Kind {
        self.kinds[record as usize]
    }

    /// The values of a record in a field, sorted.
    pub fn values(&self, field: usize, record: u32) -> impl Iterator<Item = &str> {
        let column = &self.columns[field];
        column.of(record).iter().map(|value| column.texts.get(*value))
    }

    /// How many values were left out because they are no date.
    pub fn unread_dates(&self) -> u64 {
        self.columns.iter().map(|column| column.unread).sum()
    }

    /// A number for everything that a record says.
    pub(super) fn content(&self, record: u32) -> u64 {
        let start = self.kinds[record as usize] as u64;
        self.columns
            .iter()
            .enumerate()
            .fold(start, |state, (field, column)| {
                let values = column.of(record).iter();
                values.fold(join(state, field as u64), |state, value| {
                    join(state, hash(column.texts.get(*value).as_bytes()))
                })
            })
    }

    /// Counts how often each value and word is used. Records that say exactly the same count once: the same person
    /// written down a hundred times makes neither name nor number a common one.
    fn count(&mut self) {
        let mut contents: Vec<(u64, u32)> = (0..self.len() as u32)
            .into_par_iter()
            .map(|record| (self.content(record), record))
            .collect();
        contents.par_sort_unstable();
        contents.dedup_by_key(|(content, _)| *content);
        self.contents = contents.len() as u32;
        let names: Vec<usize> = (0..self.fields.len())
            .filter(|field| {
                matches!(
                    self.fields[*field].compare,
                    Compare::PersonName | Compare::CompanyName
                )
            })
            .collect();
        let name = |record: u32| {
            let first = names.iter().find_map(|field| {
                let column = &self.columns[*field];
                column.of(record).first().map(|value| column.key(*value))
            });
            first.unwrap_or(mix(u64::from(record)))
        };
        // Who uses a phone number, or a date: as many as there are names with it.
        let users: Vec<Vec<u32>> = self
            .columns
            .par_iter()
            .map(|column| {
                if !matches!(column.compare, Compare::Contact | Compare::Date) {
                    return Vec::new();
                }
                let mut pairs: Vec<(u32, u64)> = Vec::new();
                for (_, record) in &contents {
                    pairs.extend(column.of(*record).iter().map(|value| (*value, name(*record))));
                }
                pairs.sort_unstable();
                pairs.dedup();
                let mut users = vec![0; column.texts.len()];
                for (value, _) in pairs {
                    users[value as usize] += 1;
                }
                users
            })
            .collect();
        self.columns
            .par_iter_mut()
            .zip(users)
            .for_each(|(column, users)| {
                column.users = users;
                column.count_values(&contents);
            });
    }
}

/// The values of one field.
#[derive(Debug)]
pub(super) struct Column {
    pub compare: Compare,
    pub texts: Texts,
    offsets: Vec<u32>,
    values: Vec<u32>,
    /// How many different contents of records have a value.
    pub count: Vec<u32>,
    /// Of contacts and dates: how many names use it.
    pub users: Vec<u32>,
    pub days: Vec<Day>,
    pub words: Words,
    /// Of identifiers: the scheme of a value.
    pub scheme_of: Vec<u32>,
    pub schemes: Texts,
    unread: u64,
}

impl Column {
    fn new(compare: Compare, mut texts: Texts, mut values: Vec<(u32, u32)>, place: &[u32]) -> Option<Column> {
        texts.close();
        let (mut days, mut words, mut scheme_of, mut schemes) =
            (Vec::new(), Words::default(), Vec::new(), Texts::default());
        for number in 0..texts.len() as u32 {
            let text = texts.get(number);
            match compare {
                Compare::Date => days.push(Day::read(text).unwrap_or_default()),
                Compare::PersonName | Compare::CompanyName | Compare::Address => words.add(text)?,
                Compare::Identifier => {
                    scheme_of.push(schemes.number(text.split_once(':').map_or("", |(scheme, _)| scheme))?);
                }
                Compare::Text | Compare::Contact => {}
            }
        }
        words.close();
        let before = values.len();
        if compare == Compare::Date {
            values.retain(|(_, value)| days[*value as usize].year != 0);
        }
        let unread = (before - values.len()) as u64;
        for (record, _) in &mut values {
            *record = place[*record as usize];
        }
        values.par_sort_unstable_by(|left, right| {
            let text = |value: &(u32, u32)| texts.get(value.1);
            left.0.cmp(&right.0).then_with(|| text(left).cmp(text(right)))
        });
        values.dedup();
        let mut offsets = vec![0_u32; place.len() + 1];
        u32::try_from(values.len()).ok()?;
        for (record, _) in &values {
            offsets[*record as usize + 1] += 1;
        }
        for record in 0..place.len() {
            offsets[record + 1] += offsets[record];
        }
        Some(Column {
            compare,
            count: vec![0; texts.len()],
            texts,
            offsets,
            values: values.iter().map(|(_, value)| *value).collect(),
            users: Vec::new(),
            days,
            words,
            scheme_of,
            schemes,
            unread,
        })
    }

    /// The values of a record.
    #[inline]
    pub fn of(&self, record: u32) -> &[u32] {
        let record = record as usize;
        &self.values[self.offsets[record] as usize..self.offsets[record + 1] as usize]
    }

    /// The same for values that are the same.
    pub fn key(&self, value: u32) -> u64 {
        match self.compare {
            Compare::PersonName | Compare::CompanyName => self.words.key(value),
            _ => mix(hash(self.texts.get(value).as_bytes())),
        }
    }

    fn count_values(&mut self, contents: &[(u64, u32)]) {
        let mut seen: Vec<u32> = Vec::new();
        for (_, record) in contents {
            let record = *record as usize;
            let values = &self.values[self.offsets[record] as usize..self.offsets[record + 1] as usize];
            seen.clear();
            for value in values {
                self.count[*value as usize] += 1;
                if matches!(self.compare, Compare::PersonName | Compare::CompanyName) {
                    seen.extend(self.words.of(*value));
                }
            }
            seen.sort_unstable();
            seen.dedup();
            for word in &seen {
                self.words.count[*word as usize] += 1;
            }
        }
    }

    /// What share of two different records chosen blindly have a value in common, and how many values there are.
    pub fn coincidence(&self) -> (f64, usize) {
        let present = self.count.iter().map(|count| f64::from(*count)).sum::<f64>();
        let same: f64 = self
            .count
            .iter()
            .map(|count| f64::from(*count) * (f64::from(*count) - 1.0).max(0.0))
            .sum();
        let pairs = present * (present - 1.0);
        (if pairs > 0.0 { same / pairs } else { 0.0 }, self.count.len())
    }
}
