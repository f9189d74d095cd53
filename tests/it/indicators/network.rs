//! Simulated networks end to end: who is named on which side, whom the leads are about, and that keys turn.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use geldspoor::case::{Case, Table, column::each_row};
use geldspoor::simulate::{Plan, Scenario, run};
use tempfile::TempDir;

use crate::command::{code, geldspoor, printed};

/// A simulated case, investigated, and what really happened.
struct Made {
    folder: TempDir,
    case: PathBuf,
    /// Role of the party behind an account number.
    roles: BTreeMap<String, String>,
}

impl Made {
    fn new(seed: u64, scenario: Scenario) -> Made {
        let folder = tempfile::tempdir().expect("a folder");
        run(
            &Plan::new(seed, 4_000, scenario),
            &folder.path().join("made"),
            &|_| (),
        )
        .expect("a case");
        let case = folder.path().join("case");
        let text = std::fs::read_to_string(folder.path().join("made/truth.json")).expect("the truth");
        let truth: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut roles = BTreeMap::new();
        for party in truth["parties"].as_array().expect("a list") {
            for account in party["accounts"].as_array().expect("a list") {
                let number = account["account"].as_str().unwrap_or_default().replace(' ', "");
                roles.insert(number, party["role"].as_str().unwrap_or_default().to_owned());
            }
        }
        let made = Made { folder, case, roles };
        let delivery = made.folder.path().join("made/delivery");
        let (source, place) = (delivery.to_string_lossy(), made.case.to_string_lossy());
        made.good(&["investigate", &source, "-o", &place]);
        made
    }

    fn good(&self, arguments: &[&str]) -> String {
        let output = geldspoor(&self.folder.path().join("keys"), arguments);
        let said = printed(&output);
        assert_eq!(code(&output), 0, "{arguments:?}: {said}");
        said
    }

    fn in_case(&self, arguments: &[&str]) -> String {
        let place = self.case.to_string_lossy().into_owned();
        self.good(&[&["-C", &place], arguments].concat())
    }

    fn open(&self) -> Case {
        Case::open(&self.case).expect("a case")
    }

    /// Role of an account or party of the case; `other` where the truth knows none.
    fn roles(&self) -> BTreeMap<String, String> {
        let case = self.open();
        let mut roles = BTreeMap::new();
        each_row(
            &case,
            Table::Accounts,
            &["account_id", "number"],
            |[id, number]| {
                if let Some(role) = self.roles.get(&number.replace(' ', "")) {
                    roles.insert(id.to_owned(), role.clone());
                }
            },
        )
        .expect("accounts");
        let mut of_parties = BTreeMap::new();
        each_row(
            &case,
            Table::AccountHolders,
            &["account_id", "party_id", "role"],
            |[account, party, role]| {
                if let Some(own) = roles.get(account).filter(|_| role != "mandate") {
                    of_parties.insert(party.to_owned(), own.clone());
                }
            },
        )
        .expect("holders");
        roles.extend(of_parties);
        roles
    }

    /// Member, side and role of everybody in a group.
    fn members(&self) -> Vec<(String, String, String)> {
        let roles = self.roles();
        let mut members = Vec::new();
        each_row(
            &self.open(),
            Table::ClusterMembers,
            &["member", "side"],
            |[member, side]| {
                let role = roles.get(member).map_or("other", String::as_str);
                members.push((member.to_owned(), side.to_owned(), role.to_owned()));
            },
        )
        .expect("members");
        members
    }
}

#[test]
fn a_network_is_told_by_who_takes_and_no_victim_stands_on_another_side() {
    let made = Made::new(41, Scenario::LabourNetwork);
    let members = made.members();
    println!("{members:?}");
    let on = |side: &str, role: &str| {
        members
            .iter()
            .filter(|(_, own, is)| own == side && is == role)
            .count()
    };
    assert!(on("exploited", "victim") > 0);
    assert!(on("controller", "controller") > 0);
    for (member, side, role) in &members {
        assert!(
            role != "victim" || side == "exploited",
            "{member} is told as {side}"
        );
    }
    // What members do is said of nobody on the exploited side.
    let exploited: BTreeSet<&String> = members
        .iter()
        .filter(|(_, side, _)| side == "exploited")
        .map(|(member, ..)| member)
        .collect();
    each_row(&made.open(), Table::Functions, &["member"], |[member]| {
        assert!(!exploited.contains(&member.to_owned()), "{member}");
    })
    .expect("functions");

    // Leads are about people under pseudonyms, in words that accuse nobody.
    let leads = made.in_case(&["leads"]);
    assert!(leads.contains("possible victim - verify"), "{leads}");
    assert!(
        leads.contains("The absence of indicators does not mean no victim"),
        "{leads}"
    );
    let mut names = Vec::new();
    each_row(&made.open(), Table::Parties, &["kind", "name"], |[kind, name]| {
        if kind == "person" && name.contains(' ') {
            names.push(name.to_owned());
        }
    })
    .expect("parties");
    assert!(!names.is_empty());
    for name in &names {
        assert!(!leads.contains(name.as_str()), "{name}");
    }
    let with_names = made.in_case(&["leads", "--names"]);
    assert!(
        names.iter().any(|name| with_names.contains(name.as_str())),
        "{with_names}"
    );
    assert_eq!(
        leads.matches("possible victim - verify").count(),
        with_names.matches("possible victim - verify").count()
    );

    // Another key, other pseudonyms for the same people; the key before stays.
    made.in_case(&["key", "rotate"]);
    let turned = made.in_case(&["leads"]);
    assert_ne!(leads, turned);
    assert_eq!(leads.lines().count(), turned.lines().count());
    let ledger = made.in_case(&[
        "sql",
        "-c",
        "SELECT command FROM ledger ORDER BY number",
        "--format",
        "csv",
    ]);
    assert!(
        ledger.contains("key rotate") && ledger.contains("leads --names"),
        "{ledger}"
    );
}

#[test]
fn people_who_only_look_alike_are_in_no_group() {
    let made = Made::new(42, Scenario::LookAlikes);
    let members = made.members();
    println!("{members:?}");
    let told: BTreeSet<&String> = members.iter().map(|(member, ..)| member).collect();
    let all = made.roles().keys().filter(|id| id.starts_with("p-")).count();
    // Below one in a hundred.
    assert!(told.len() * 100 < all, "{} of {all}", told.len());
}
