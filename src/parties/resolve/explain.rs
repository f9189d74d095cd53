//! Why a pair is, or is not, one party: every field with what it weighs.

use super::apart::Apart;
use super::decide::{Ground, Lack, Outcome, Veto, decide};
use super::levels::{ABSENT, agrees, name, table};
use super::records::{Compare, Records};
use super::score::{Evidence, Scorer};
use super::settings::{Settings, posterior};

/// Three values: absent is not disagreement and weighs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Agrees,
    Disagrees,
    Absent,
}

/// What one field says of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub field: String,
    /// The values compared; empty where absent.
    pub left: String,
    pub right: String,
    pub verdict: Verdict,
    /// The level in words.
    pub level: &'static str,
    /// How often records of one party are at this level, and how often records of two; zero where absent.
    pub m: f64,
    pub u: f64,
    /// log2(m / u).
    pub bits: f64,
    /// More for a rare value, less for a common one.
    pub frequency: f64,
    /// Less for the best of several tries.
    pub tries: f64,
    /// What to know of it; empty if nothing.
    pub note: String,
}

impl Term {
    /// All that it weighs.
    pub fn total(&self) -> f64 {
        self.bits + self.frequency + self.tries
    }
}

/// Everything that was weighed for a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What speaks for or against any two records before they are compared.
    pub prior: f64,
    pub terms: Vec<Term>,
    /// Prior and terms.
    pub sum: f64,
    pub posterior: f64,
    pub outcome: Outcome,
    /// The outcome in words.
    pub reason: String,
}

/// Explains a pair by itself.
pub(super) fn explain(
    scorer: &Scorer,
    settings: &Settings,
    apart: &Apart,
    left: u32,
    right: u32,
) -> Explanation {
    let records = scorer.records;
    let score = scorer.score(left, right);
    let terms = (0..records.fields().len()).map(|field| {
        let evidence = scorer.evidence(field, left, right);
        let mut term = term(scorer, records, settings, field, &evidence);
        if records.fields()[field].within_address
            && scorer.addressed(left, right)
            && term.verdict != Verdict::Absent
        {
            (term.bits, term.frequency, term.tries) = (0.0, 0.0, 0.0);
            term.note = "says nothing new beside the address".to_owned();
        }
        term
    });
    let pair = (left.min(right), left.max(right));
    let outcome = if apart.apart(left, right) {
        Outcome::Different(Some(Veto::Decision))
    } else if apart.merge.binary_search(&pair).is_ok() {
        Outcome::Same(Ground::Decision)
    } else {
        decide(&score, settings)
    };
    Explanation {
        prior: scorer.prior,
        terms: terms.collect(),
        sum: score.sum,
        posterior: posterior(score.sum),
        outcome,
        reason: reason(outcome).to_owned(),
    }
}

/// An outcome in words.
pub fn reason(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Same(Ground::Decision) => "a person decided that these are one party",
        Outcome::Same(Ground::Identifier) => "the same identifier of a scheme that identifies",
        Outcome::Same(Ground::Evidence) => "the evidence weighs enough, and more than a name or place agrees",
        Outcome::Possible(Lack::Weight) => "the evidence weighs too little",
        Outcome::Possible(Lack::HardEvidence) => {
            "nothing but name, place or address agrees: no date of birth to the day, number or identifier"
        }
        Outcome::Possible(Lack::Kin) => {
            "a shared number and given names that are an initial or a letter apart: kin may have both, and no year of birth, second \
             number or, with an initial, address agrees"
        }
        Outcome::Possible(Lack::Name) => "the names do not agree in all their parts, or one is not known",
        Outcome::Possible(Lack::Apart) => "joining them would bring records together that are not one party",
        Outcome::Conflict(Veto::Kinds) => "a person and an organisation claim one identifier",
        Outcome::Conflict(Veto::Birth) => "two dates of birth under one identifier",
        Outcome::Conflict(Veto::Identifiers) => {
            "one identifier is the same, another of which a party has one differs"
        }
        Outcome::Conflict(Veto::Names) => "two names with nothing in common under one identifier",
        Outcome::Conflict(Veto::Decision) | Outcome::Different(Some(Veto::Decision)) => {
            "a person decided that these are not one party"
        }
        Outcome::Different(Some(Veto::Kinds)) => "one is a person, the other an organisation",
        Outcome::Different(Some(Veto::Birth)) => "the dates of birth disagree",
        Outcome::Different(Some(Veto::Identifiers)) => "two identifiers of a scheme of which a party has one",
        Outcome::Different(Some(Veto::Names)) => {
            "names that share a part and differ in another, or are a letter apart, as those of kin do"
        }
        Outcome::Different(None) => "the evidence does not speak for one party",
    }
}

fn term(scorer: &Scorer, records: &Records, settings: &Settings, field: usize, evidence: &Evidence) -> Term {
    let column = &records.columns[field];
    let numbers = &scorer.parameters.fields[field];
    let level = usize::from(evidence.level);
    let mut term = Term {
        field: numbers.field.clone(),
        left: String::new(),
        right: String::new(),
        verdict: Verdict::Absent,
        level: "absent",
        m: 0.0,
        u: 0.0,
        bits: 0.0,
        frequency: 0.0,
        tries: 0.0,
        note: String::new(),
    };
    if evidence.level == ABSENT {
        return term;
    }
    term.left = column.texts.get(evidence.left).to_owned();
    term.right = column.texts.get(evidence.right).to_owned();
    term.verdict = if agrees(column.compare, evidence.level) {
        Verdict::Agrees
    } else {
        Verdict::Disagrees
    };
    term.level = table(column.compare).levels[level - 1];
    (term.m, term.u) = (numbers.m[level - 1], numbers.u[level - 1]);
    (term.bits, term.frequency, term.tries) = (evidence.base, evidence.frequency, evidence.tries);
    let mut notes = Vec::new();
    match column.compare {
        Compare::PersonName | Compare::CompanyName if evidence.level < name::DIFFERENT => {
            let fit = column.words.fit(
                evidence.left,
                evidence.right,
                column.compare == Compare::PersonName,
            );
            for word in &fit.same {
                let count = column.words.count[*word as usize];
                notes.push(format!(
                    "`{}` in {count} of {} records",
                    column.words.word(*word),
                    records.contents
                ));
            }
            for (left, right, letters) in &fit.close {
                let (left, right) = (column.words.word(*left), column.words.word(*right));
                notes.push(format!(
                    "`{left}` and `{right}` differ in {letters} letter{}",
                    if *letters == 1 { "" } else { "s" }
                ));
            }
        }
        Compare::Contact | Compare::Date if evidence.left == evidence.right => {
            let users = column.users[evidence.left as usize];
            let date = column.compare == Compare::Date;
            let most = if date {
                scorer.most_on_a_day()
            } else {
                settings.most_users
            };
            notes.push(format!("under {users} name{}", if users == 1 { "" } else { "s" }));
            if users > most {
                notes.push(format!("no hard evidence under more than {most}"));
            }
        }
        _ if evidence.left == evidence.right => {
            let count = column.count[evidence.left as usize];
            notes.push(format!("in {count} of {} records", records.contents));
        }
        _ => {}
    }
    if evidence.tries < 0.0 {
        let tries = (-evidence.tries).exp2().round();
        notes.push(format!("the best of {tries} pairs of values"));
    }
    if evidence.veto {
        notes.push("rules out one party".to_owned());
    }
    term.note = notes.join("; ");
    term
}
