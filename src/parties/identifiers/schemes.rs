//! The table of national schemes (`schemes.csv`): what a number looks like, how it is checked, who says so.

use std::sync::OnceLock;

use super::weights::Weights;

const TABLE: &str = include_str!("schemes.csv");

/// How a number is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// By its form alone.
    Form,
    /// By its form and rules of its own that are no check digit.
    OwnForm,
    /// Luhn.
    Luhn,
    /// ISO 7064 97-10.
    Iso97,
    /// ISO 7064 11-10.
    Iso11,
    /// Weights and a rest.
    Weights(Weights),
    /// In `national.rs`.
    Own,
}

/// Whom a number of a scheme stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// One company.
    Company,
    /// One natural person.
    Person,
    /// One of either.
    Either,
    /// One payer of VAT, which may be several companies.
    Unit,
}

/// A national scheme.
#[derive(Debug)]
pub struct Rule {
    /// The word in tables.
    pub name: &'static str,
    /// The same with nothing but letters and digits, in capitals.
    pub bare_name: String,
    /// Who gives the numbers: ISO 3166-1 alpha-2, empty where it is no state.
    pub country: &'static str,
    /// Words by which records name the scheme, letters and digits alone.
    pub hints: Vec<String>,
    /// The general words that may mean it: `r`, `v`, `t`, `p`.
    pub general: &'static str,
    /// Forms of the number.
    pub forms: Vec<&'static str>,
    /// From which length on lost leading zeros are put back.
    pub shortest: Option<usize>,
    /// Words that may follow the number.
    pub suffixes: Vec<&'static str>,
    /// How it is checked.
    pub check: Check,
    /// Whom it stands for.
    pub who: Who,
    /// Who describes it.
    pub source: &'static str,
    /// Published numbers that are right.
    pub examples: &'static str,
}

/// All schemes of the table.
pub fn rules() -> &'static [Rule] {
    static READ: OnceLock<Vec<Rule>> = OnceLock::new();
    READ.get_or_init(|| lines().filter_map(parse).collect())
}

/// A text with nothing but its letters and digits, in capitals.
pub fn bare(text: &str) -> String {
    text.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

fn lines() -> impl Iterator<Item = &'static str> {
    let content = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    content.skip(1)
}

fn parse(line: &'static str) -> Option<Rule> {
    let mut cells = line.split(';');
    let mut next = || cells.next();
    let name = next()?;
    let rule = Rule {
        name,
        bare_name: bare(name),
        country: next()?,
        hints: next()?.split(' ').map(bare).collect(),
        general: next()?,
        forms: next()?.split(' ').filter(|form| !form.is_empty()).collect(),
        shortest: match next()? {
            "" => None,
            length => Some(length.parse().ok()?),
        },
        suffixes: next()?.split_whitespace().collect(),
        check: match next()? {
            "form" => Check::Form,
            "own-form" => Check::OwnForm,
            "luhn" => Check::Luhn,
            "97-10" => Check::Iso97,
            "11-10" => Check::Iso11,
            "own" => Check::Own,
            weights => Check::Weights(Weights::parse(weights)?),
        },
        who: match next()? {
            "company" => Who::Company,
            "person" => Who::Person,
            "either" => Who::Either,
            "unit" => Who::Unit,
            _ => return None,
        },
        source: next()?,
        examples: next()?,
    };
    next().is_none().then_some(rule)
}

/// Whether a text has a form of the table, its first signs at least: `(fits, how many signs the form has)`.
pub fn fits_so_far(text: &str, form: &str) -> bool {
    text.len() <= form.len()
        && text.bytes().zip(form.bytes()).all(|(sign, place)| match place {
            b'9' => sign.is_ascii_digit(),
            b'1' => matches!(sign, b'1'..=b'9'),
            b'A' => sign.is_ascii_uppercase(),
            b'*' => sign.is_ascii_uppercase() || sign.is_ascii_digit(),
            literal => sign == literal,
        })
}

/// Whether a text has a form of the table.
pub fn fits(text: &str, form: &str) -> bool {
    text.len() == form.len() && fits_so_far(text, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_names_its_source() {
        assert_eq!(rules().len(), lines().count());
        for rule in rules() {
            assert_eq!(
                rules().iter().filter(|other| other.name == rule.name).count(),
                1,
                "{}",
                rule.name
            );
            assert!(!rule.source.is_empty(), "{}", rule.name);
            let prefix = rule.country.to_lowercase();
            assert!(
                rule.country.is_empty() || rule.name.starts_with(&prefix),
                "{}",
                rule.name
            );
        }
    }

    #[test]
    fn forms() {
        assert!(fits("NL1", "NL9") && fits("HE1A", "HE1*") && !fits("HE0A", "HE1*") && !fits("12", "999"));
        assert!(fits_so_far("12", "999") && !fits_so_far("1A", "999") && !fits_so_far("é", "**"));
    }
}
