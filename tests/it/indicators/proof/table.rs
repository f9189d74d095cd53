//! Findings and groups beside the truth, as tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use geldspoor::case::{Case, Table, column::each_row};

use super::cases::{Folder, Person, Truth};

/// Hits of a rule.
#[derive(Clone, Copy, Default)]
pub struct Hits {
    /// On people and businesses of a network.
    pub of_networks: usize,
    pub lawful: usize,
    /// On several at once, or on somebody of whom the truth says nothing.
    pub others: usize,
}

/// What a case was told of.
pub struct Told {
    pub case: String,
    pub hits: BTreeMap<String, Hits>,
    /// Rules that could not be computed, or not on all records.
    pub not_computable: BTreeSet<String>,
    pub groups: usize,
    /// Controllers with records, and those of them who stand in no group but as exploited.
    pub controllers: usize,
    pub controllers_missed: Vec<String>,
    /// Victims with records, and those of whom any finding tells.
    pub victims: usize,
    pub victims_seen: usize,
    /// Victims in a group on another side than the exploited, and findings that describe one as another.
    pub victims_elsewhere: Vec<String>,
    pub victims_accused: Vec<String>,
    /// Lawful people with records, and those in groups; lawful businesses in groups.
    pub households: usize,
    pub households_in_groups: BTreeSet<String>,
    pub businesses_in_groups: BTreeSet<String>,
}

/// Who is behind the ids of a case.
struct Known<'t> {
    people: BTreeMap<String, &'t Person>,
    /// Names of those with entries.
    recorded: BTreeSet<&'t str>,
}

impl<'t> Known<'t> {
    fn of(case: &Case, truth: &'t Truth) -> Known<'t> {
        let mut by_number: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
        for person in &truth.people {
            for account in &person.accounts {
                by_number.entry(account).or_default().push(person);
            }
        }
        let mut accounts: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
        each(
            case,
            Table::Accounts,
            &["account_id", "number"],
            |[id, number]| {
                if let Some(people) = by_number.get(number.replace(' ', "").as_str()) {
                    accounts.insert(id.to_owned(), people.clone());
                }
            },
        );
        let mut names = BTreeMap::new();
        each(case, Table::Parties, &["party_id", "name"], |[id, name]| {
            names.insert(id.to_owned(), name.to_owned());
        });
        let mut people = BTreeMap::new();
        each(
            case,
            Table::AccountHolders,
            &["account_id", "party_id", "role"],
            |[account, party, role]| {
                let own = accounts.get(account).filter(|_| role != "mandate");
                let named = own.and_then(|own| own.iter().find(|one| Some(&one.name) == names.get(party)));
                if let Some(person) = named.or(own.and_then(|own| own.first())) {
                    people.entry(party.to_owned()).or_insert(*person);
                }
            },
        );
        let mut recorded = BTreeSet::new();
        each(case, Table::Entries, &["account_id"], |[account]| {
            if let Some(people) = accounts.get(account) {
                recorded.extend(people.iter().map(|person| person.name.as_str()));
            }
        });
        for (account, all) in accounts {
            people.insert(account, all[0]);
        }
        Known { people, recorded }
    }

    fn role(&self, id: &str) -> &str {
        self.people.get(id).map_or("", |person| person.role.as_str())
    }
}

fn each<const N: usize>(case: &Case, table: Table, columns: &[&str; N], take: impl FnMut([&str; N])) {
    each_row(case, table, columns, take).expect("a table");
}

/// What was told of a case, beside the truth.
pub fn told(folder: &Folder, truth: &Truth) -> Told {
    let case = Case::open(&folder.case()).expect("a case");
    let known = Known::of(&case, truth);
    let mut hits: BTreeMap<String, Hits> = BTreeMap::new();
    let (mut victims_accused, mut seen) = (Vec::new(), BTreeSet::new());
    each(
        &case,
        Table::Findings,
        &["rule_id", "describes", "gate", "party_id", "account_id"],
        |[rule, describes, gate, party, account]| {
            if !rule.starts_with("THB") {
                return;
            }
            let of = if party.is_empty() { account } else { party };
            let own = hits.entry(rule.to_owned()).or_default();
            match known.role(of) {
                "" => own.others += 1,
                "lawful" | "customer" => own.lawful += 1,
                _ => own.of_networks += 1,
            }
            if known.role(of) == "victim" {
                seen.insert(known.people[of].name.clone());
                if describes != "exploited" && gate == "open" {
                    victims_accused.push(format!("{} as {describes} by {rule}", known.people[of].name));
                }
            }
        },
    );
    let mut not_computable = BTreeSet::new();
    each(&case, Table::NotComputable, &["rule_id"], |[rule]| {
        if rule.starts_with("THB") {
            not_computable.insert(rule.to_owned());
        }
    });
    let mut groups = 0;
    each(&case, Table::Clusters, &["cluster_id"], |_| groups += 1);
    let mut named = BTreeSet::new();
    let mut victims_elsewhere = Vec::new();
    let (mut households_in_groups, mut businesses_in_groups) = (BTreeSet::new(), BTreeSet::new());
    each(
        &case,
        Table::ClusterMembers,
        &["member", "side", "rules"],
        |[member, side, rules]| {
            let Some(person) = known.people.get(member) else {
                return;
            };
            match person.role.as_str() {
                "victim" if side != "exploited" => {
                    victims_elsewhere.push(format!("{} as {side} by {rules}", person.name));
                }
                "controller" if side != "exploited" => {
                    named.insert(person.name.as_str());
                }
                "lawful" if person.is_company => {
                    businesses_in_groups.insert(person.name.clone());
                }
                "lawful" => {
                    households_in_groups.insert(format!("{} as {side} by {rules}", person.name));
                }
                _ => {}
            }
        },
    );
    let recorded = |role: &'static str| {
        let known = &known;
        truth
            .people
            .iter()
            .filter(move |person| person.role == role && known.recorded.contains(person.name.as_str()))
    };
    Told {
        case: truth.case.clone(),
        hits,
        not_computable,
        groups,
        controllers: recorded("controller").count(),
        controllers_missed: recorded("controller")
            .filter(|person| !named.contains(person.name.as_str()))
            .map(|person| person.name.clone())
            .collect(),
        victims: recorded("victim").count(),
        victims_seen: recorded("victim")
            .filter(|person| seen.contains(&person.name))
            .count(),
        victims_elsewhere,
        victims_accused,
        households: recorded("lawful").filter(|person| !person.is_company).count(),
        households_in_groups,
        businesses_in_groups,
    }
}

/// Hits of each rule over these cases.
pub fn rules(all: &[Told]) -> String {
    let mut sums: BTreeMap<&str, (Hits, usize)> = BTreeMap::new();
    for one in all {
        for (rule, hits) in &one.hits {
            let (sum, _) = sums.entry(rule).or_default();
            sum.of_networks += hits.of_networks;
            sum.lawful += hits.lawful;
            sum.others += hits.others;
        }
        for rule in &one.not_computable {
            sums.entry(rule).or_default().1 += 1;
        }
    }
    let mut out =
        "rule    | of networks | lawful | several or unknown | cases that lack something\n".to_owned();
    for (rule, (hits, lacking)) in sums {
        let _ = writeln!(
            out,
            "{rule:7} | {:11} | {:6} | {:18} | {lacking}",
            hits.of_networks, hits.lawful, hits.others
        );
    }
    out
}

/// Who was told as what in each case.
pub fn figures(all: &[Told]) -> String {
    let mut out = String::new();
    for one in all {
        let _ = writeln!(
            out,
            "{}: {} groups; {} of {} controllers named; findings about {} of {} victims; victims told as others {}; \
             of {} lawful people {} in a group, lawful businesses in a group {}",
            one.case,
            one.groups,
            one.controllers - one.controllers_missed.len(),
            one.controllers,
            one.victims_seen,
            one.victims,
            one.victims_elsewhere.len() + one.victims_accused.len(),
            one.households,
            one.households_in_groups.len(),
            one.businesses_in_groups.len(),
        );
        let lists = [
            ("controllers not named", &one.controllers_missed),
            ("victims on another side", &one.victims_elsewhere),
            ("victims described as another", &one.victims_accused),
        ];
        for (what, names) in lists {
            if !names.is_empty() {
                let _ = writeln!(out, "  {what}: {}", names.join(", "));
            }
        }
        for (what, names) in [
            ("lawful people in groups", &one.households_in_groups),
            ("lawful businesses in groups", &one.businesses_in_groups),
        ] {
            if !names.is_empty() {
                let told: Vec<&str> = names.iter().map(String::as_str).collect();
                let _ = writeln!(out, "  {what}: {}", told.join(", "));
            }
        }
    }
    out
}
