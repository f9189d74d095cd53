//! What people decide stands.

use geldspoor::parties::resolve::{Decisions, Ground, Outcome, Split, Veto};

use super::{BORN, IDENTIFIER, PHONE, done_with, person, settings};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(left, right)| ((*left).to_owned(), (*right).to_owned()))
        .collect()
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// Five records of one person by the evidence.
fn five() -> Vec<super::Row> {
    let of = |id: &str| person(id, "jansen, jan", &[(BORN, "1984-03-05"), (PHONE, "0612345678")]);
    ["a", "b", "c", "d", "e"].map(of).to_vec()
}

#[test]
fn a_decision_merges_against_the_evidence() {
    let rows = [
        person("a", "jansen, jan", &[(BORN, "1950-01-02")]),
        person("b", "bakker, kees", &[(BORN, "1984-03-05")]),
    ];
    let decisions = Decisions {
        merge: pairs(&[("b", "a")]),
        ..Decisions::default()
    };
    let done = done_with(&rows, settings(), decisions);
    assert!(done.together("a", "b"));
    assert_eq!(done.outcome("a", "b"), Some(Outcome::Same(Ground::Decision)));
    assert_eq!(done.explained("a", "b").outcome, Outcome::Same(Ground::Decision));
}

#[test]
fn never_is_never_through_others_too() {
    let decisions = Decisions {
        never: pairs(&[("a", "c")]),
        ..Decisions::default()
    };
    let done = done_with(&five(), settings(), decisions);
    assert!(!done.together("a", "c"));
    assert!(
        done.resolved
            .cuts
            .iter()
            .all(|cut| cut.veto == Veto::Decision && cut.between == (0, 2))
    );
    assert!(!done.resolved.cuts.is_empty());
    assert_eq!(
        done.explained("a", "c").outcome,
        Outcome::Different(Some(Veto::Decision))
    );
}

#[test]
fn never_beats_merge_and_identifier_and_is_told() {
    let rows = [
        person("a", "jansen, jan", &[(IDENTIFIER, "bsn:1")]),
        person("b", "jansen, jan", &[(IDENTIFIER, "bsn:1")]),
        person("c", "jansen, jan", &[]),
    ];
    let decisions = Decisions {
        merge: pairs(&[("a", "c"), ("c", "b")]),
        never: pairs(&[("a", "b")]),
        ..Decisions::default()
    };
    let done = done_with(&rows, settings(), decisions);
    assert!(done.together("a", "c") && !done.together("a", "b"));
    let [contradiction] = done.resolved.contradictions.as_slice() else {
        panic!("one contradiction")
    };
    assert_eq!(
        (contradiction.left, contradiction.right, contradiction.between),
        (1, 2, (0, 1))
    );
}

#[test]
fn who_is_taken_out_stays_out() {
    let split = |from: &[&str]| Decisions {
        split: vec![Split {
            out: ids(&["b", "d"]),
            from: ids(from),
        }],
        ..Decisions::default()
    };
    let done = done_with(&five(), settings(), split(&[]));
    assert!(done.together("b", "d") && done.together("a", "c") && done.together("a", "e"));
    assert!(!done.together("a", "b"));
    // Out of some: of the others they may still be one.
    let mut rows = five();
    rows.push(person(
        "f",
        "jansen, jan",
        &[(BORN, "1984-03-05"), (PHONE, "0612345678")],
    ));
    let done = done_with(&rows, settings(), split(&["a", "c", "e"]));
    assert!(!done.together("a", "b") && !done.together("c", "d") && done.together("b", "d"));
}

#[test]
fn ids_that_are_not_there_are_told() {
    let decisions = Decisions {
        merge: pairs(&[("a", "x")]),
        never: pairs(&[("y", "x")]),
        ..Decisions::default()
    };
    let done = done_with(&five(), settings(), decisions);
    assert_eq!(done.resolved.unknown, ids(&["x", "y"]));
}
