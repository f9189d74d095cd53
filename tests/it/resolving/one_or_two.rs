//! Who is one and who is two.

use geldspoor::parties::resolve::{Ground, Kind, Lack, Outcome, Veto, reason};

use super::{
    ADDRESS, BORN, Compare, Decisions, Field, IDENTIFIER, PHONE, RecordsBuilder, done, person, resolve,
    settings,
};

#[test]
fn a_name_alone_merges_nobody_however_rare() {
    let done = done(&[
        person("a", "vandenbroeckhoven, xerxes", &[]),
        person("b", "vandenbroeckhoven, xerxes", &[]),
    ]);
    assert!(!done.together("a", "b"));
    assert_eq!(
        done.outcome("a", "b"),
        Some(Outcome::Possible(Lack::HardEvidence))
    );
}

#[test]
fn a_name_and_a_year_of_birth_merge_nobody() {
    let done = done(&[
        person("a", "jansen, jan", &[(BORN, "1984")]),
        person("b", "jansen, jan", &[(BORN, "1984-03-05")]),
        person("c", "jansen, jan", &[(BORN, "1984-11-22")]),
    ]);
    for (left, right) in [("a", "b"), ("a", "c"), ("b", "c")] {
        assert!(!done.together(left, right), "{left} {right}");
    }
    assert_eq!(
        done.explained("b", "c").outcome,
        Outcome::Different(Some(Veto::Birth))
    );
    assert_eq!(
        done.explained("a", "b").outcome,
        Outcome::Possible(Lack::HardEvidence)
    );
}

#[test]
fn father_and_son_at_one_address_are_two_of_one_household() {
    let at = (ADDRESS, "1012ab 12 damstraat");
    let done = done(&[
        person(
            "father",
            "de vries, jan",
            &[at, (BORN, "1950-02-03"), (PHONE, "0201234567")],
        ),
        person(
            "son",
            "de vries, jan",
            &[at, (BORN, "1980-07-19"), (PHONE, "0201234567")],
        ),
        person("unknown", "de vries, jan", &[at]),
        person("lodger", "bakker, kees", &[at]),
    ]);
    assert!(!done.together("father", "son"));
    assert!(done.household("father", "son"));
    // Whose record it is, an address cannot tell.
    assert!(!done.together("father", "unknown") && !done.together("son", "unknown"));
    assert_eq!(
        done.outcome("son", "unknown"),
        Some(Outcome::Possible(Lack::HardEvidence))
    );
    assert!(!done.household("father", "lodger"));
}

#[test]
fn kin_who_share_phone_and_address_are_not_one() {
    let shared = [(ADDRESS, "1012ab 12 damstraat"), (PHONE, "0201234567")];
    let done = done(&[
        person("a", "quaedvlieg, anna", &shared),
        person("b", "quaedvlieg, bram", &shared),
    ]);
    assert!(!done.together("a", "b"));
    assert!(done.household("a", "b"));
    assert!(matches!(
        done.outcome("a", "b"),
        None | Some(Outcome::Possible(Lack::Name))
    ));
}

#[test]
fn maria_and_mario_of_one_house_are_two() {
    let shared = [(ADDRESS, "1012ab 12 damstraat"), (PHONE, "0201234567")];
    let done = done(&[
        person("a", "rossi, maria", &shared),
        person("b", "rossi, mario", &shared),
        person("c", "rossi, m", &shared),
        person("d", "verhoeven, anton", &shared),
        person("e", "verhoven, anton", &shared),
    ]);
    for (left, right) in [("a", "b"), ("a", "c"), ("b", "c")] {
        assert!(!done.together(left, right), "{left} {right}");
        // The initial would fit both alike.
        let lack = if right == "b" { Lack::Kin } else { Lack::Apart };
        assert_eq!(done.outcome(left, right), Some(Outcome::Possible(lack)));
    }
    assert!(done.household("a", "b"));
    // Kin have one family's name: that it is misspelled says nothing about kin.
    assert!(done.together("d", "e"));
}

#[test]
fn what_bars_kin_does_not_depend_on_ids() {
    let fields = [
        ("name", Compare::PersonName),
        ("phone", Compare::Contact),
        ("mailbox", Compare::Contact),
        ("number", Compare::Identifier),
    ];
    let fields = fields.map(|(name, compare)| Field::new(name, compare));
    // One number for the first two: one party. Only the second has what ties it to the third.
    let rows = [
        ["rossi, maria", "", "", "passport:9"],
        ["rossi, maria", "0201234567", "rossi@example.org", "passport:9"],
        ["rossi, mario", "0201234567", "rossi@example.org", ""],
    ];
    for ids in [["a", "b", "c"], ["b", "a", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
        let mut builder = RecordsBuilder::new(fields.to_vec());
        for (id, row) in ids.iter().zip(rows) {
            builder.record(id, Kind::Person);
            for (field, value) in row.iter().enumerate() {
                builder.value(field, value);
            }
        }
        let records = builder.finish().expect("records");
        let resolved = resolve(&records, &settings(), &Decisions::default(), &|_| true).expect("resolved");
        let of = |number: usize| records.find(ids[number]).expect("a record");
        let party = |number: usize| resolved.clusters.of(of(number));
        assert_eq!(party(0), party(1), "{ids:?}");
        assert_ne!(party(1), party(2), "{ids:?}");
        let pair = (of(1).min(of(2)), of(1).max(of(2)));
        let link = resolved.pairs.iter().find(|one| (one.left, one.right) == pair);
        assert_eq!(link.map(|one| one.outcome), Some(Outcome::Possible(Lack::Apart)));
        // What is told of it is true of the two names.
        let why = resolved
            .cuts
            .first()
            .map(|cut| reason(Outcome::Different(Some(cut.veto))));
        assert!(why.is_some_and(|why| why.contains("a letter apart")), "{why:?}");
    }
}

#[test]
fn a_name_misspelled_twice_is_one_and_twins_are_two() {
    // Only many records tell that neither spelling is a name in use.
    for many in [0, 6_000] {
        let born = (BORN, "1984-03-05");
        let mut rows = vec![
            person("a", "quaedvlieg, melvin", &[born]),
            person("b", "quaedvlieg, xelvin", &[born]),
            person("c", "quaedvlieg, melvix", &[born]),
            person("j", "bakker, johan", &[(BORN, "1990-07-21")]),
            person("k", "bakker, j", &[(BORN, "1990-07-21")]),
            person("l", "bakker, kees", &[(BORN, "1990-07-21")]),
            person("m", "bakker, k", &[(BORN, "1990-07-21")]),
            person("n", "bakker", &[(BORN, "1990-07-21"), (PHONE, "0201234567")]),
        ];
        for number in 0..many {
            let name = format!("name{number}, {}", ["johan", "kees"][number % 2]);
            rows.push(person(&format!("z{number}"), &name, &[]));
        }
        let done = done(&rows);
        // Where it does not, the first fits two that may be two.
        assert_eq!(
            done.together("a", "b") && done.together("a", "c"),
            many > 0,
            "{many}"
        );
        assert!(!done.together("j", "l"));
    }
}

#[test]
fn a_house_of_many_is_no_household() {
    let rows: Vec<_> = (0..13)
        .map(|number| {
            person(
                &format!("{number:02}"),
                &format!("jansen, {}", "abcdefghijklm".repeat(1 + number)),
                &[(ADDRESS, "1012ab 12")],
            )
        })
        .collect();
    assert!(done(&rows).resolved.households.is_empty());
    assert!(!done(&rows[..12]).resolved.households.is_empty());
}

#[test]
fn name_and_day_of_birth_are_one() {
    let born = (BORN, "1984-03-05");
    let done = done(&[
        person("a", "de vries, jan pieter", &[born]),
        person("b", "jan pieter de vries", &[born]),
        person("c", "de vries, jan", &[born]),
        person("d", "bakker, kees", &[born]),
        person("e", "bakker, k", &[born]),
        person("f", "smit, hendrik", &[born]),
        person("g", "smit, hendrika", &[born]),
    ]);
    assert!(done.together("a", "b") && done.together("a", "c") && done.together("d", "e"));
    assert!(!done.together("a", "d") && !done.together("d", "f"));
    assert_eq!(done.outcome("a", "b"), Some(Outcome::Same(Ground::Evidence)));
}

#[test]
fn a_day_a_digit_off_needs_more() {
    let of = |id: &str, born: &str, phone: &str| person(id, "jansen, jan", &[(BORN, born), (PHONE, phone)]);
    let alone = done(&[of("a", "1984-03-05", ""), of("b", "1984-03-06", "")]);
    assert_eq!(
        alone.outcome("a", "b"),
        Some(Outcome::Possible(Lack::HardEvidence))
    );
    assert!(done(&[of("a", "1984-03-05", "06"), of("b", "1984-03-06", "06")]).together("a", "b"));
    assert!(done(&[of("a", "1984-03-05", ""), of("b", "1984-05-03", "")]).together("a", "b"));
}

#[test]
fn a_date_that_forms_are_filled_with_is_none_of_birth() {
    let mut rows = vec![];
    for number in 0..60_u8 {
        let letter = char::from(b'a' + number % 20)
            .to_string()
            .repeat(3 + usize::from(number / 20));
        rows.push(person(
            &format!("{number:02}"),
            &format!("{letter}, f{letter}"),
            &[(BORN, "1900-01-01")],
        ));
    }
    rows.push(person(
        "x",
        &rows[0].values[super::NAME].clone(),
        &[(BORN, "1900-01-01"), (ADDRESS, "1012ab 12")],
    ));
    let done = done(&rows);
    assert!(!done.together("00", "x"));
    assert!(
        done.explained("00", "x").terms[BORN]
            .note
            .contains("no hard evidence")
    );
}

#[test]
fn a_number_of_many_tells_little() {
    let mut rows = vec![
        person("x", "jansen, jan", &[(PHONE, "0800")]),
        person("y", "jansen, jan", &[(PHONE, "0800")]),
    ];
    let few = done(&rows);
    assert!(few.together("x", "y"));
    for number in 0..50_u8 {
        let name = format!(
            "f{0}ab{0}, g{0}cd{0}",
            char::from(b'a' + number % 25)
                .to_string()
                .repeat(1 + usize::from(number / 25))
        );
        rows.push(person(&format!("{number:02}"), &name, &[(PHONE, "0800")]));
    }
    let many = done(&rows);
    assert!(!many.together("x", "y"));
    let phone = |explained: geldspoor::parties::resolve::Explanation| explained.terms[PHONE].total();
    assert!(phone(many.explained("x", "y")) < phone(few.explained("x", "y")) - 6.0);
    assert!(
        many.explained("x", "y").terms[PHONE]
            .note
            .contains("no hard evidence")
    );
}

#[test]
fn an_identifier_merges_unless_it_is_contradicted() {
    let bsn = (IDENTIFIER, "bsn:111222333");
    let one = done(&[
        person("a", "jansen, jan", &[bsn]),
        person("b", "de boer, jan", &[bsn]),
    ]);
    assert_eq!(one.outcome("a", "b"), Some(Outcome::Same(Ground::Identifier)));
    assert!(one.together("a", "b"));
    for (left, right, veto) in [
        (
            person("a", "jansen, jan", &[bsn]),
            person("b", "bakker, kees", &[bsn]),
            Veto::Names,
        ),
        (
            person("a", "jansen, jan", &[bsn, (BORN, "1950-01-02")]),
            person("b", "jansen, jan", &[bsn, (BORN, "1984-03-05")]),
            Veto::Birth,
        ),
        (
            person("a", "jansen, jan", &[(IDENTIFIER, "bsn:111222333|passport:x")]),
            person("b", "jansen, jan", &[(IDENTIFIER, "bsn:999888777|passport:x")]),
            Veto::Identifiers,
        ),
        (
            person("a", "jansen, jan", &[bsn]),
            super::Row {
                kind: Kind::Organisation,
                ..person("b", "jansen, jan", &[bsn])
            },
            Veto::Kinds,
        ),
    ] {
        let done = done(&[left, right]);
        assert_eq!(done.outcome("a", "b"), Some(Outcome::Conflict(veto)));
        assert!(!done.together("a", "b"));
    }
}

#[test]
fn identifiers_had_once_keep_apart_and_others_do_not() {
    let (born, phone) = ((BORN, "1984-03-05"), (PHONE, "0612345678"));
    let with =
        |id: &str, identifier: &str| person(id, "jansen, jan", &[born, phone, (IDENTIFIER, identifier)]);
    assert!(!done(&[with("a", "bsn:1"), with("b", "bsn:2")]).together("a", "b"));
    assert!(done(&[with("a", "passport:1"), with("b", "passport:2")]).together("a", "b"));
    assert!(done(&[with("a", "bsn:1"), with("b", "passport:1")]).together("a", "b"));
}

#[test]
fn a_chain_between_two_who_are_not_one_is_cut_at_its_weakest() {
    // The record in the middle has no date of birth; it is nearer to the one with the same phone and address.
    let done = done(&[
        person(
            "father",
            "de vries, jan",
            &[(BORN, "1950-02-03"), (PHONE, "0201234567")],
        ),
        person(
            "middle",
            "de vries, jan",
            &[(PHONE, "0201234567|0612345678"), (ADDRESS, "1012ab 12 damstraat")],
        ),
        person(
            "son",
            "de vries, jan",
            &[
                (BORN, "1980-07-19"),
                (PHONE, "0612345678"),
                (ADDRESS, "1012ab 12 damstraat"),
            ],
        ),
    ]);
    assert!(done.together("middle", "son") && !done.together("father", "middle"));
    let [cut] = done.resolved.cuts.as_slice() else {
        panic!("{:?}", done.resolved.cuts)
    };
    assert_eq!(
        (cut.left, cut.right, cut.between, cut.veto),
        (0, 1, (0, 2), Veto::Birth)
    );
    assert_eq!(
        done.outcome("father", "middle"),
        Some(Outcome::Possible(Lack::Apart))
    );
}

#[test]
fn who_may_be_father_or_son_is_neither() {
    let phone = (PHONE, "0201234567");
    let mut rows = vec![
        person("father", "de vries, jan", &[phone, (BORN, "1950-02-03")]),
        person("son", "de vries, jan", &[phone, (BORN, "1980-07-19")]),
        person("which", "de vries, jan", &[phone]),
    ];
    let torn = done(&rows);
    assert_eq!(torn.resolved.clusters.len(), 3);
    for who in ["father", "son"] {
        assert_eq!(torn.outcome(who, "which"), Some(Outcome::Possible(Lack::Apart)));
    }
    assert!(!torn.resolved.cuts.is_empty());
    // A passport tells.
    rows[1].values[IDENTIFIER] = "passport:1".to_owned();
    rows[2].values[IDENTIFIER] = "passport:1".to_owned();
    let told = done(&rows);
    assert!(told.together("son", "which") && !told.together("father", "which"));
}
