//! Companies: a name in common is less than one name.

use geldspoor::parties::resolve::{
    Compare, Decisions, Explainer, Field, Ground, Kind, Lack, Outcome, Records, RecordsBuilder, Resolved,
    Settings, resolve,
};

/// Core name, e-mail.
fn companies(rows: &[(&str, &str)]) -> (Records, Resolved) {
    let mut builder = RecordsBuilder::new(vec![
        Field::new("company", Compare::CompanyName),
        Field::new("mail", Compare::Contact),
    ]);
    for (number, (name, mail)) in rows.iter().enumerate() {
        builder.record(&format!("{number:02}"), Kind::Organisation);
        builder.value(0, name);
        builder.value(1, mail);
    }
    let records = builder.finish().expect("records");
    let resolved =
        resolve(&records, &Settings::default(), &Decisions::default(), &|_| true).expect("resolved");
    (records, resolved)
}

#[test]
fn one_name_and_one_address_of_mail_are_one() {
    let (_, resolved) = companies(&[
        ("vermeer transport", "info@vermeer.nl"),
        ("transport vermeer", "info@vermeer.nl"),
    ]);
    assert_eq!(resolved.clusters.len(), 1);
    assert_eq!(resolved.pairs[0].outcome, Outcome::Same(Ground::Evidence));
}

#[test]
fn companies_of_one_group_are_several() {
    for (left, right) in [
        ("vermeer holding", "vermeer beheer"),
        ("vermeer holding 1", "vermeer holding 2"),
        ("vermeer a transport", "vermeer b transport"),
    ] {
        let (_, resolved) = companies(&[(left, "info@vermeer.nl"), (right, "info@vermeer.nl")]);
        assert_eq!(resolved.clusters.len(), 2, "{left}");
        assert!(
            resolved
                .pairs
                .iter()
                .all(|pair| pair.outcome == Outcome::Possible(Lack::Name)),
            "{left}"
        );
    }
}

#[test]
fn companies_have_no_initials() {
    let (records, resolved) = companies(&[
        ("v transport", "info@vermeer.nl"),
        ("vermeer transport", "info@vermeer.nl"),
    ]);
    assert_eq!(resolved.clusters.len(), 2);
    let (settings, decisions) = (Settings::default(), Decisions::default());
    let explained = Explainer::new(&records, &resolved.parameters, &settings, &decisions).explain(0, 1);
    assert_eq!(explained.terms[0].level, "a part shared");
}
