//! Leads for the protection of people (requirement VS-04): for the victim service, never for the file of those who are
//! looked for. A lead says what was seen and what points the other way, both whole; it has no score, and leads stand in
//! the order of their pseudonyms, which says nothing about anybody.

use std::collections::{BTreeMap, BTreeSet};

/// What every lead ends with. Its first sentence is as the requirement words it.
pub const NO_ABSENCE: &str = "The absence of indicators does not mean no victim; a person decides.";

/// A finding behind the gate, or one that describes the exploited side, as it bears on one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The pseudonym of whom it may concern.
    pub person: String,
    pub finding_id: String,
    /// What was found, in the words of its rule.
    pub title: String,
    /// Forms of exploitation: letters, `*` for any, or nothing.
    pub form: String,
    /// What the gate said, as stored; nothing where the rule itself describes the exploited side.
    pub gate_reason: Option<String>,
    /// Whole years at the first movement that the finding rests on; nothing where the records do not say.
    pub age: Option<u16>,
    /// Whether the person was 18 or more at every entry of the case, also where the finding itself has no time.
    pub is_surely_adult: bool,
}

/// Somebody who may need help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    pub person: String,
    /// To be looked at before others: a child, or somebody who may be one.
    pub children_first: bool,
    /// Why, in words; nothing for an adult.
    pub age_note: Option<&'static str>,
    pub forms: Vec<&'static str>,
    /// Signs of control by somebody else.
    pub seen: Vec<String>,
    /// Signs that point the other way. Never set against the others.
    pub other_way: Vec<String>,
    /// What the records do not hold.
    pub not_computable: Vec<String>,
    /// Findings, by title, with their ids.
    pub findings: Vec<(String, String)>,
}

const CHILD: &str = "younger than 18 at a movement: treated as a child (Directive 2011/36/EU Art. 13)";
const MAYBE_CHILD: &str =
    "the age is not known: treated as a child until it is (Directive 2011/36/EU Art. 13(2))";

/// One lead for each person: children and those who may be children first, then in the order of the pseudonyms.
pub fn leads(all: &[Seen]) -> Vec<Lead> {
    let mut by_person: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for seen in all {
        by_person.entry(&seen.person).or_default().push(seen);
    }
    let all = by_person.into_iter().map(|(person, seen)| lead(person, &seen));
    let mut leads: Vec<Lead> = all.collect();
    leads.sort_by_key(|lead| !lead.children_first);
    leads
}

fn lead(person: &str, all: &[&Seen]) -> Lead {
    let (mut seen, mut other_way, mut lacking) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut forms, mut findings) = (BTreeSet::new(), BTreeSet::new());
    for one in all {
        forms.extend(one.form.chars().filter_map(form));
        findings.insert((one.title.clone(), one.finding_id.clone()));
        match &one.gate_reason {
            Some(reason) => {
                seen.extend(listed(reason, "Control indicators found: "));
                other_way.extend(listed(reason, "Pointing the other way: "));
                lacking.extend(listed(reason, "Not in these records: "));
                seen.extend(reason.lines().filter_map(decided).map(str::to_owned));
            }
            None => {
                seen.insert(one.title.clone());
            }
        }
    }
    let is_child = all.iter().any(|one| one.age.is_some_and(|age| age < 18));
    let may_be_child = all.iter().any(|one| one.age.is_none() && !one.is_surely_adult);
    let age_note = match (is_child, may_be_child) {
        (true, _) => Some(CHILD),
        (false, true) => Some(MAYBE_CHILD),
        _ => None,
    };
    Lead {
        person: person.to_owned(),
        children_first: age_note.is_some(),
        age_note,
        forms: forms.into_iter().collect(),
        seen: seen.into_iter().collect(),
        other_way: other_way.into_iter().collect(),
        not_computable: lacking.into_iter().collect(),
        findings: findings.into_iter().collect(),
    }
}

/// The parts of one line of what the gate says, without its full stop. Several accounts give several such lines.
fn listed<'r>(reason: &'r str, begins: &'r str) -> impl Iterator<Item = String> + 'r {
    let lines = reason.lines().filter_map(move |line| {
        let from = line.find(begins)?;
        Some(line[from + begins.len()..].trim_end_matches('.'))
    });
    lines
        .flat_map(|line| line.split("; "))
        // A star marks a sign that closes the gate alone: it is no grade of anybody.
        .map(|part| part.trim_end_matches('*').to_owned())
        .filter(|part| !part.is_empty() && part != "none")
}

/// What a person decided before.
fn decided(line: &str) -> Option<&'static str> {
    line.starts_with("A person set the category")
        .then_some("a person set the category to victim or possible victim")
}

/// A form of exploitation in words, by its letter; nothing where there is no such form.
pub fn form(letter: char) -> Option<&'static str> {
    Some(match letter {
        'S' => "sexual exploitation",
        'L' => "labour exploitation",
        'B' => "forced begging",
        'C' => "forced criminality or benefit fraud",
        'K' => "exploitation of children",
        '*' => "any form of exploitation",
        _ => return None,
    })
}

impl std::fmt::Display for Lead {
    /// As it is shown to the victim service.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{}: possible victim - verify. A lead for protection; it is no finding against the person.",
            self.person
        )?;
        if let Some(note) = self.age_note {
            writeln!(f, "Children first: {note}.")?;
        }
        let list = |parts: &[String]| match parts.is_empty() {
            true => "none".to_owned(),
            false => parts.join("; "),
        };
        if !self.forms.is_empty() {
            writeln!(f, "Looked at for: {}.", self.forms.join(", "))?;
        }
        writeln!(f, "Seen: {}.", list(&self.seen))?;
        writeln!(f, "Pointing the other way: {}.", list(&self.other_way))?;
        writeln!(f, "Not in these records: {}.", list(&self.not_computable))?;
        let findings: Vec<String> = self
            .findings
            .iter()
            .map(|(title, id)| format!("{title} ({id})"))
            .collect();
        writeln!(f, "Rests on: {}.", list(&findings))?;
        f.write_str(NO_ABSENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASON: &str = "Control indicators found: wages are 90.0 % of what comes in; 2.0 % of what comes in stays*.\n\
        Looked for and not found: none.\nNot in these records: when the account was opened; shared devices.\n\
        Pointing the other way: 2 entries were taken back or asked back.\nOf those, not found: none.\nAbsence.";

    fn seen(person: &str, age: Option<u16>) -> Seen {
        Seen {
            person: person.to_owned(),
            finding_id: "f-1".to_owned(),
            title: "Exit point of money".to_owned(),
            form: "SL".to_owned(),
            gate_reason: Some(REASON.to_owned()),
            age,
            is_surely_adult: false,
        }
    }

    #[test]
    fn a_person_has_one_lead_and_both_lists_stay_whole() {
        let mut other = seen("Person B", Some(30));
        other.gate_reason = None;
        other.title = "Wages into one account".to_owned();
        let all = leads(&[seen("Person B", Some(30)), seen("Person A", None), other]);
        let names: Vec<&str> = all.iter().map(|lead| lead.person.as_str()).collect();
        assert_eq!(names, ["Person A", "Person B"]);
        let second = &all[1];
        assert_eq!(second.seen.len(), 3);
        assert_eq!(second.other_way, ["2 entries were taken back or asked back"]);
        assert_eq!(second.not_computable.len(), 2);
        assert_eq!(second.forms, ["labour exploitation", "sexual exploitation"]);
        assert!(!second.children_first && all[0].children_first);
    }

    #[test]
    fn children_come_first_and_nobody_is_graded() {
        assert_eq!(
            leads(&[seen("A", Some(17)), seen("A", Some(19))])[0].age_note,
            Some(CHILD)
        );
        assert_eq!(leads(&[seen("A", None)])[0].age_note, Some(MAYBE_CHILD));
        assert_eq!(leads(&[seen("A", Some(18))])[0].age_note, None);
        let adult = Seen {
            is_surely_adult: true,
            ..seen("A", None)
        };
        assert!(!leads(&[adult])[0].children_first);
    }

    #[test]
    fn the_words_are_those_of_the_requirement() {
        let text = leads(&[seen("Person A", None)])[0].to_string();
        assert!(
            text.contains("absence of indicators does not mean no victim"),
            "{text}"
        );
        assert!(text.contains("possible victim - verify") && text.contains("Children first"));
        assert!(text.contains("Pointing the other way: 2 entries"));
        assert_eq!(crate::victims::words::scan(&text), []);
        assert!(!text.contains('*') && !text.to_lowercase().contains("score"));
    }

    #[test]
    fn the_order_of_findings_changes_nothing() {
        let (a, b) = (seen("A", None), seen("B", Some(40)));
        assert_eq!(leads(&[a.clone(), b.clone()]), leads(&[b, a]));
    }
}
