//! What is absent weighs nothing, every term is told, and what is given is taken.

use geldspoor::parties::resolve::{
    Block, Compare, Decisions, Field, Given, Kind, RecordsBuilder, RecordsError, ResolveError, Settings,
    Verdict, resolve,
};

use super::{BORN, PHONE, done, done_with, person, records, settings};

#[test]
fn absent_weighs_exactly_nothing() {
    let done = done(&[
        person("a", "jansen, jan", &[(BORN, "1984-03-05")]),
        person("b", "jansen, jan", &[(PHONE, "0612345678")]),
    ]);
    let explained = done.explained("a", "b");
    for term in &explained.terms[1..] {
        assert_eq!(
            (term.verdict, term.total(), term.level),
            (Verdict::Absent, 0.0, "absent")
        );
    }
    assert_eq!(explained.sum, explained.prior + explained.terms[0].total());
}

#[test]
fn terms_add_up_to_the_sum() {
    let done = done(&[
        person(
            "a",
            "jansen, jan|pietersen, jan",
            &[(BORN, "1984-03-05"), (PHONE, "0612345678|0201234567")],
        ),
        person(
            "b",
            "janssen, jan",
            &[(BORN, "1984-05-03"), (PHONE, "0612345679")],
        ),
    ]);
    let explained = done.explained("a", "b");
    let sum = explained
        .terms
        .iter()
        .fold(explained.prior, |sum, term| sum + term.total());
    assert!((sum - explained.sum).abs() < 1e-12);
    let levels: Vec<&str> = explained.terms.iter().map(|term| term.level).collect();
    assert_eq!(
        levels,
        [
            "one part spelled closely",
            "day and month swapped",
            "absent",
            "a sign off",
            "absent",
            "absent"
        ]
    );
    for term in &explained.terms[..2] {
        assert!((term.bits - (term.m / term.u).log2()).abs() < 1e-12);
        assert_eq!(term.verdict, Verdict::Agrees);
    }
    assert!(explained.terms[PHONE].tries < 0.0 && explained.terms[PHONE].note.contains("best of 2"));
    assert!(
        explained.terms[0]
            .note
            .contains("`jansen` and `janssen` differ in 1 letter"),
        "{}",
        explained.terms[0].note
    );
}

#[test]
fn few_records_take_the_defaults_and_say_so() {
    let done = done(&[person("a", "jansen, jan", &[]), person("b", "bakker, kees", &[])]);
    assert!(!done.resolved.parameters.estimated);
    assert!(
        done.resolved.notes[0].contains("defaults"),
        "{:?}",
        done.resolved.notes
    );
}

#[test]
fn what_is_given_is_taken() {
    let mut settings = settings();
    settings.prior = Some(0.25);
    settings.given = vec![Given {
        field: "born".to_owned(),
        level: "same day".to_owned(),
        m: Some(0.5),
        u: Some(0.125),
    }];
    let born = (BORN, "1984-03-05");
    let rows = [
        person("a", "jansen, jan", &[born]),
        person("b", "jansen, jan", &[born]),
    ];
    let explained = done_with(&rows, settings.clone(), Decisions::default()).explained("a", "b");
    assert!((explained.prior - (1.0_f64 / 3.0).log2()).abs() < 1e-12);
    assert!((explained.terms[BORN].bits - 2.0).abs() < 1e-12);
    let refused =
        |settings: Settings| match resolve(&records(&rows), &settings, &Decisions::default(), &|_| true) {
            Err(ResolveError::Settings(text)) => text,
            other => panic!("{other:?}"),
        };
    settings.given[0].level = "nearly".to_owned();
    assert!(refused(settings.clone()).contains("expected one of same day"));
    settings.given[0].field = "birth".to_owned();
    assert!(refused(settings.clone()).contains("field `birth` is not there"));
    settings.prior = Some(1.0);
    assert!(refused(settings).contains("prior is 1"));
}

#[test]
fn large_blocks_are_refused_aloud() {
    let rows: Vec<_> = (0..40)
        .map(|number| person(&format!("{number:02}"), "jansen, jan", &[]))
        .collect();
    let mut settings = settings();
    settings.most_in_block = 10;
    let done = done_with(&rows, settings, Decisions::default());
    assert_eq!((done.resolved.compared, done.resolved.refused.len()), (0, 1));
    assert_eq!(
        (done.resolved.refused[0].largest, done.resolved.refused[0].pairs),
        (40, 780)
    );
    // Told once, by whom it is given as figures.
    assert!(done.resolved.notes.iter().all(|note| !note.contains("780")));
}

#[test]
fn large_blocks_are_divided_where_they_can_be() {
    let born = |number: usize| format!("19{:02}", 50 + number % 10);
    let rows: Vec<_> = (0..40)
        .map(|number| person(&format!("{number:02}"), "jansen, jan", &[(BORN, &born(number))]))
        .collect();
    let mut settings = settings();
    settings.most_in_block = 10;
    settings.blocks = Some(
        Block::standard(records(&rows).fields())
            .into_iter()
            .filter(|block| block.name == "name")
            .collect(),
    );
    let done = done_with(&rows, settings, Decisions::default());
    // Ten years of four records each.
    assert_eq!(done.resolved.compared, 60);
    assert_eq!(done.resolved.refused[0].pairs, 720);
}

#[test]
fn wrong_records_are_refused() {
    let mut builder = RecordsBuilder::new(vec![Field::new("name", Compare::PersonName)]);
    builder.record("a", Kind::Person);
    builder.record("b", Kind::Person);
    builder.record("a", Kind::Person);
    assert_eq!(builder.finish().err(), Some(RecordsError::Twice("a".to_owned())));
    let builder = RecordsBuilder::new(vec![Field::new("name", Compare::Text); 17]);
    assert_eq!(builder.finish().err(), Some(RecordsError::Fields(17)));
}

#[test]
fn values_that_are_no_date_are_absent_and_told() {
    let done = done(&[
        person("a", "jansen, jan", &[(BORN, "unknown")]),
        person("b", "jansen, jan", &[(BORN, "1984")]),
    ]);
    assert_eq!(done.explained("a", "b").terms[BORN].verdict, Verdict::Absent);
    assert!(done.resolved.notes.iter().any(|note| note.contains("no date")));
}

#[test]
fn who_says_stop_is_heard() {
    let records = records(&[person("a", "jansen, jan", &[]), person("b", "jansen, jan", &[])]);
    for word in ["grouping", "learning", "comparing", "joining", "households"] {
        let stopped = resolve(&records, &settings(), &Decisions::default(), &|what| {
            !what.contains(word)
        });
        assert_eq!(stopped, Err(ResolveError::Stopped), "{word}");
    }
}

#[test]
fn nothing_resolves_to_nothing() {
    let done = done(&[]);
    assert!(done.resolved.clusters.is_empty() && done.resolved.pairs.is_empty());
}
