//! What can be set, and the numbers that a pair is weighed with.

use super::block::Block;
use super::levels::{MISSPELT, WORD, table};
use super::records::{Field, Records};

/// What a scheme of identifiers is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// As it stands before the colon of a value.
    pub name: String,
    /// A party has one for life: two different ones are two parties.
    pub once: bool,
    /// It is given to one party alone: two records with the same one are one party. What is had once and is not given to
    /// one alone only rules out: a suffix such as junior.
    pub identifying: bool,
}

/// A number given for a level instead of the learned or default one.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The name of the field.
    pub field: String,
    /// The level's words, as explanations show them.
    pub level: String,
    /// How often records of one party are at this level.
    pub m: Option<f64>,
    /// How often records of two parties are.
    pub u: Option<f64>,
}

/// How records are resolved.
#[derive(Clone, Debug)]
pub struct Settings {
    /// From this posterior two records are one party, if hard evidence is there and nothing speaks against. 0.99: one in
    /// a hundred of the very weakest merges may be wrong. On a million records of known truth four pairs in 100,000 were,
    /// of all that ended in one party; 0.9 would find 0.3 % more and have four times as many wrong, 0.999 one in 100,000 and
    /// 0.8 % fewer found.
    pub threshold: f64,
    /// From this posterior a pair is shown to a person.
    pub possible: f64,
    /// Learn from the records where there are enough of them.
    pub estimate: bool,
    /// From how many expected matches is enough.
    pub least_matches: f64,
    /// As how many records that have nothing special about them the defaults count beside each value's own count. A
    /// thousand: a handful of records says little about how common a name is.
    pub usual: f64,
    /// The share of all pairs that are one party, given.
    pub prior: Option<f64>,
    /// Numbers of levels, given.
    pub given: Vec<Given>,
    /// The schemes whose meaning is known; the others weigh as the model says and decide nothing.
    pub schemes: Vec<Scheme>,
    /// Which pairs are looked at; none for the standard ones of [`Block::standard`].
    pub blocks: Option<Vec<Block>>,
    /// Blocks with more records are divided, or else refused with a note.
    pub most_in_block: usize,
    /// A phone number under more names than this is no hard evidence; nor is a date, if also more than one in a thousand
    /// records have it.
    pub most_users: u32,
    /// No household is told where more parties than this share an address or number.
    pub most_in_household: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            threshold: 0.99,
            possible: 0.5,
            estimate: true,
            least_matches: 50.0,
            usual: 1_000.0,
            prior: None,
            given: Vec::new(),
            schemes: Vec::new(),
            blocks: None,
            most_in_block: 1_000,
            most_users: 10,
            most_in_household: 12,
        }
    }
}

/// The numbers of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldParameters {
    pub field: String,
    /// Of each level but *absent*, the closest first.
    pub m: Vec<f64>,
    pub u: Vec<f64>,
    /// Of names: what share a word has that two parties have in common by chance.
    pub word: f64,
    /// Of names: the same for the rarer of two words that are spelled closely by chance.
    pub misspelt: f64,
}

/// The numbers that pairs are weighed with.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// The share of all pairs that are one party.
    pub prior: f64,
    pub fields: Vec<FieldParameters>,
    /// Whether they were learned from these records; otherwise they are the defaults.
    pub estimated: bool,
    /// How many pairs were looked at to learn them.
    pub pairs: u64,
    /// How many of these are expected to be one party.
    pub matches: f64,
}

impl Parameters {
    /// What is taken where nothing can be learned: as many pairs that are one party as there are records, and the
    /// tables of each kind of field.
    pub fn standard(records: &Records) -> Parameters {
        let fields = records.fields().iter().map(|field| {
            let table = table(field.compare);
            FieldParameters {
                field: field.name.clone(),
                m: table.m.to_vec(),
                u: table.u.to_vec(),
                word: WORD,
                misspelt: MISSPELT,
            }
        });
        Parameters {
            // A pair of two records is not one party more likely than not before anything is compared.
            prior: 1.0 / (records.len() as f64).max(4.0),
            fields: fields.collect(),
            estimated: false,
            pairs: 0,
            matches: 0.0,
        }
    }

    /// Puts given numbers in. The name of a field or level that does not exist is told.
    pub(super) fn put(&mut self, fields: &[Field], settings: &Settings) -> Result<(), String> {
        if let Some(prior) = settings.prior {
            if !(prior > 0.0 && prior < 1.0) {
                return Err(format!("prior is {prior}, expected more than 0 and less than 1"));
            }
            self.prior = prior;
        }
        for given in &settings.given {
            let Some(place) = fields.iter().position(|field| field.name == given.field) else {
                let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                return Err(format!(
                    "field `{}` is not there, expected one of {}",
                    given.field,
                    known.join(", ")
                ));
            };
            let levels = table(fields[place].compare).levels;
            let Some(level) = levels.iter().position(|level| *level == given.level) else {
                return Err(format!(
                    "field `{}` has no level `{}`, expected one of {}",
                    given.field,
                    given.level,
                    levels.join(", ")
                ));
            };
            let numbers = &mut self.fields[place];
            for (number, value) in [(&mut numbers.m[level], given.m), (&mut numbers.u[level], given.u)] {
                let Some(value) = value else { continue };
                if !(value > 0.0 && value <= 1.0) {
                    return Err(format!(
                        "field `{}`, level `{}`: {value}, expected a share of more than 0 and at most 1",
                        given.field, given.level
                    ));
                }
                *number = value;
            }
        }
        Ok(())
    }
}

/// How many bits speak for one party where `m` against `u` holds.
pub(super) fn bits(m: f64, u: f64) -> f64 {
    (m / u).log2()
}

/// The posterior of a sum of bits.
pub(super) fn posterior(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp2())
}
