//! Refuses packs that lack a field, describe nobody, or judge people by what they are.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use thiserror::Error;

use super::pack::{Pack, ParameterKind};
use crate::victims::words;

/// Why a pack must not run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum LintFault {
    /// A field of the header is missing or empty.
    #[error("{file}: the header has no `{field}`; add the line `-- {field}: ...`")]
    Missing { file: String, field: &'static str },
    /// The header names no side.
    #[error(
        "{file}: describes nobody; add `-- describes:` with controller, exploited, business, demand, network or account"
    )]
    DescribesNobody { file: String },
    /// The query uses a parameter that the header does not have.
    #[error(
        "{file}: the query uses ${name}, which the header does not declare; add `-- parameter: {name} ...`"
    )]
    UnknownParameter { file: String, name: String },
    /// The header has a parameter that nothing uses.
    #[error("{file}: nothing uses parameter {name}; take it out of the header or use ${name}")]
    UnusedParameter { file: String, name: String },
    /// The rule looks at what a person is instead of what money does.
    #[error(
        "{file}: uses ‘{word}’; nationality, ethnicity, religion, sex and birth country are never inputs"
    )]
    ProtectedAttribute { file: String, word: String },
    /// The rule rests on sex work or migration alone.
    #[error(
        "{file}: rests on {on} alone; add a measure that shows control by somebody else and `-- control: measure -- why`"
    )]
    NoControlIndicator { file: String, on: &'static str },
    /// A control indicator that the query does not compute.
    #[error("{file}: the query has no measure `{measure}`, which `-- control:` names")]
    UnknownControl { file: String, measure: String },
    /// A word that no output may have.
    #[error(
        "{file}: has the word ‘{word}’, which no output may have; say what was seen, not what somebody is"
    )]
    ForbiddenWord { file: String, word: String },
    /// The query is no SQL.
    #[error("{file}: the query cannot be read as SQL: {reason}")]
    NotSql { file: String, reason: String },
}

const ATTRIBUTES: [&str; 17] = [
    "nationality",
    "nationalities",
    "nationaliteit",
    "citizenship",
    "ethnic",
    "ethnicity",
    "etniciteit",
    "race",
    "religion",
    "religious",
    "religie",
    "faith",
    "sex",
    "gender",
    "geslacht",
    "birthplace",
    "birthcountry",
];
const ATTRIBUTE_PAIRS: [&str; 4] = [
    "_birth_country_",
    "_country_of_birth_",
    "_birth_place_",
    "_place_of_birth_",
];
const SEX_WORK: [&str; 4] = ["escort", "brothel", "adult_ad", "sex_work"];
const MIGRATION: [&str; 6] = ["migration", "migrant", "asylum", "refugee", "visa", "arrival"];

/// Every fault of a pack, sorted; none where it may run.
pub fn lint(pack: &Pack) -> Vec<LintFault> {
    let file = || pack.file.clone();
    let mut faults = Vec::new();
    for (field, missing) in [
        ("id", pack.id.is_empty()),
        ("version", pack.version.is_empty()),
        ("title", pack.title.is_empty()),
        // One kind of evidence alone makes no cluster, so it must be known of which a rule is.
        (
            "family",
            pack.family.is_empty() && !matches!(pack.form.as_str(), "" | "-"),
        ),
        ("needs", pack.needs.is_empty()),
        ("source", pack.sources.iter().all(String::is_empty)),
        ("explanation", pack.explanation.is_empty()),
        ("innocent", pack.innocent.iter().all(String::is_empty)),
    ] {
        if missing {
            faults.push(LintFault::Missing { file: file(), field });
        }
    }
    if pack.describes.is_none() {
        faults.push(LintFault::DescribesNobody { file: file() });
    }
    faults.extend(
        words::scan(&pack.text)
            .into_iter()
            .map(|hit| LintFault::ForbiddenWord {
                file: file(),
                word: hit.word,
            }),
    );
    match read(pack) {
        Ok(read) => {
            check_parameters(pack, &read, &mut faults);
            check_people(pack, &read, &mut faults);
        }
        Err(reason) => faults.push(LintFault::NotSql { file: file(), reason }),
    }
    faults.sort();
    faults.dedup();
    faults
}

/// The parameters that an SQL text uses, sorted, each once.
pub(super) fn used(sql: &str) -> Result<Vec<String>, String> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize()
        .map_err(|error| error.to_string())?;
    let mut names: Vec<String> = tokens
        .into_iter()
        .filter_map(|token| match token {
            Token::Placeholder(name) => Some(name.trim_start_matches('$').to_owned()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// What the query and the gaps are made of.
struct Read {
    parameters: Vec<String>,
    /// Words of SQL as `_lower_case_`, identifiers and texts alike.
    words: Vec<String>,
}

fn read(pack: &Pack) -> Result<Read, String> {
    let mut found = Read {
        parameters: Vec::new(),
        words: Vec::new(),
    };
    let mut significant = 0_usize;
    let asides = pack.gaps.iter().chain(&pack.lacks).map(|gap| &gap.condition);
    let pieces = std::iter::once(&pack.sql).chain(asides);
    for (index, sql) in pieces.enumerate() {
        let tokens = Tokenizer::new(&GenericDialect {}, sql)
            .tokenize()
            .map_err(|error| error.to_string())?;
        for token in tokens {
            if index == 0 && !matches!(token, Token::Whitespace(_) | Token::SemiColon) {
                significant += 1;
            }
            match token {
                Token::Placeholder(name) => found.parameters.push(name.trim_start_matches('$').to_owned()),
                Token::Word(word) => found.words.push(fold(&word.value)),
                Token::SingleQuotedString(text) => found.words.push(fold(&text)),
                _ => {}
            }
        }
    }
    if significant == 0 {
        return Err("there is none below the header".to_owned());
    }
    Ok(found)
}

fn check_parameters(pack: &Pack, read: &Read, faults: &mut Vec<LintFault>) {
    for name in &read.parameters {
        if !pack.parameters.iter().any(|parameter| &parameter.name == name) {
            faults.push(LintFault::UnknownParameter {
                file: pack.file.clone(),
                name: name.clone(),
            });
        }
    }
    for parameter in &pack.parameters {
        if !read.parameters.contains(&parameter.name) {
            faults.push(LintFault::UnusedParameter {
                file: pack.file.clone(),
                name: parameter.name.clone(),
            });
        }
    }
}

fn check_people(pack: &Pack, read: &Read, faults: &mut Vec<LintFault>) {
    let mut words = read.words.clone();
    words.push(fold(&pack.title));
    words.push(fold(&pack.explanation));
    words.extend(
        pack.titles
            .values()
            .chain(pack.explanations.values())
            .map(|text| fold(text)),
    );
    words.extend(pack.needs.iter().map(|column| fold(&column.column)));
    for parameter in &pack.parameters {
        words.push(fold(&parameter.name));
        if parameter.kind == ParameterKind::Text {
            words.push(fold(&parameter.default));
        }
    }
    let mentions = |needle: &str| words.iter().any(|text| text.contains(needle));
    let whole = ATTRIBUTES.iter().map(|word| format!("_{word}_"));
    for needle in whole.chain(ATTRIBUTE_PAIRS.iter().map(|pair| (*pair).to_owned())) {
        if mentions(&needle) {
            faults.push(LintFault::ProtectedAttribute {
                file: pack.file.clone(),
                word: needle.trim_matches('_').replace('_', " "),
            });
        }
    }
    let sexual = pack.form.contains('S') || SEX_WORK.iter().any(|word| mentions(word));
    let migration = MIGRATION.iter().any(|word| mentions(&format!("_{word}")));
    for (rests, on) in [(sexual, "sex work"), (migration, "migration")] {
        if rests && pack.controls.is_empty() {
            faults.push(LintFault::NoControlIndicator {
                file: pack.file.clone(),
                on,
            });
        }
    }
    for (measure, _) in &pack.controls {
        if !read.words.contains(&fold(measure)) {
            faults.push(LintFault::UnknownControl {
                file: pack.file.clone(),
                measure: measure.clone(),
            });
        }
    }
}

// Lower case, with one `_` for whatever is no letter or digit, and one at each end.
fn fold(text: &str) -> String {
    let mut folded = String::from("_");
    for c in text.chars() {
        if c.is_alphanumeric() {
            folded.extend(c.to_lowercase());
        } else if !folded.ends_with('_') {
            folded.push('_');
        }
    }
    if !folded.ends_with('_') {
        folded.push('_');
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- id: X-01\n-- version: 1\n-- title: A title\n-- describes: account\n-- form: -\n\
        -- needs: entries.amount\n-- parameter: least number 3 -- few is chance\n-- source: a page\n\
        -- explanation: {n} of them\n-- innocent: a shop\n\nSELECT count(*) AS n FROM entries HAVING count(*) > $least\n";

    fn faults(from: &str, to: &str) -> Vec<String> {
        assert!(GOOD.contains(from), "{from}");
        let pack = Pack::parse("x.sql", &GOOD.replace(from, to)).expect("the header can be read");
        lint(&pack).into_iter().map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn a_good_pack_and_all_built_in_ones_pass() {
        assert_eq!(faults("a shop", "a shop"), Vec::<String>::new());
        for pack in crate::rules::builtin().expect("they parse") {
            assert_eq!(lint(&pack), Vec::new(), "{}", pack.file);
        }
    }

    #[test]
    fn each_fault_is_named() {
        let forbidden = format!("a {}", concat!("mu", "le"));
        for (from, to, expected) in [
            ("-- id: X-01\n", "", "no `id`"),
            ("-- version: 1\n", "", "no `version`"),
            ("-- title: A title\n", "", "no `title`"),
            ("-- describes: account\n", "", "describes nobody"),
            ("-- needs: entries.amount\n", "", "no `needs`"),
            ("-- source: a page\n", "", "no `source`"),
            ("-- source: a page\n", "-- source:\n", "no `source`"),
            ("-- explanation: {n} of them\n", "", "no `explanation`"),
            ("-- innocent: a shop\n", "", "no `innocent`"),
            ("> $least", "> $most", "uses $most"),
            ("> $least", "> 3", "nothing uses parameter least"),
            (
                "FROM entries",
                "FROM entries WHERE nationality = 'XX'",
                "‘nationality’",
            ),
            (
                "FROM entries",
                "FROM parties WHERE birth_country = 'XX'",
                "‘birth country’",
            ),
            ("FROM entries", "FROM parties WHERE kind = 'Sex'", "‘sex’"),
            ("A title", "By ethnicity", "‘ethnicity’"),
            ("form: -", "form: S", "sex work alone"),
            ("A title", "Payments after arrival", "migration alone"),
            (
                "form: -",
                "form: S\n-- control: share_out -- all of it goes",
                "no measure `share_out`",
            ),
            ("a shop", forbidden.as_str(), "no output may have"),
            (
                "SELECT count(*) AS n FROM entries HAVING count(*) > $least\n",
                "",
                "below the header",
            ),
            ("FROM entries", "FROM 'entries", "cannot be read as SQL"),
        ] {
            let found = faults(from, to);
            assert!(
                found.iter().any(|fault| fault.contains(expected)),
                "{to}: {found:?}"
            );
        }
    }

    #[test]
    fn a_control_indicator_lets_a_form_pass() {
        let with = faults(
            "form: -",
            "form: S\n-- family: wages\n-- control: n -- others decide",
        );
        assert_eq!(with, Vec::<String>::new());
    }
}
