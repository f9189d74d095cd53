//! The same again: alone, with other threads, in another order of files; what was taken back; what has become old.

use crate::trace_verb::tools::{Lines, Place};

const A: &str = "ACCT000001";
const B: &str = "BBBB000001";

fn lines() -> Lines {
    Lines::new()
        .opens(B, 5_000)
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .line(A, "2026-01-02", 100, "OWN", "own")
        .pays(A, B, "2026-01-03", 150, "across")
        .line(B, "2026-01-04", -100, "CCCC", "out")
}

#[test]
fn traced_again_alone_gives_the_same_bytes() {
    let place = lines().case();
    let first = place.traces(&["--from", &place.entry("taint"), "--label", "claim"]);
    let lots = place.lots();
    let again = place.traces(&[]);
    assert_eq!(place.lots(), lots);
    assert_eq!(first.out, again.out);
    for threads in ["1", "2"] {
        place.good(&["--threads", threads, "trace"]);
        assert_eq!(place.lots(), lots, "{threads}");
    }
    // As a file too.
    let [one, two] = ["one.csv", "two.csv"].map(|name| place.folder().join(name));
    for (threads, path) in [("1", &one), ("2", &two)] {
        place.traces(&["--threads", threads, "--output", &path.to_string_lossy()]);
    }
    assert_eq!(
        std::fs::read(one).expect("a file"),
        std::fs::read(two).expect("a file")
    );
}

#[test]
fn the_order_of_files_does_not_matter() {
    let files = lines().files();
    let names = [["a.csv", "b.csv"], ["z.csv", "b.csv"]];
    let lots = names.map(|names| {
        let named: Vec<_> = files
            .iter()
            .zip(names)
            .map(|((_, text), name)| (name.to_owned(), text.clone()))
            .collect();
        let place = Place::of(&named);
        place.claims_all_of("taint");
        place.lots()
    });
    assert_eq!(lots[0], lots[1]);
}

#[test]
fn what_was_taken_back_is_not_traced() {
    let place = lines().case();
    place.traces(&["--from", &place.entry("taint"), "--label", "claim"]);
    let lots = place.lots();
    let claims = place.claims(&[format!("{},50,property,wages", place.entry("own"))]);
    place.traces(&["--claims", &claims, "--reason", "see sheet 4"]);
    let listed = place.good(&["decisions", "list"]);
    listed.tells(&["see sheet 4", "tester", "wages"]);
    let tables = place.tables();
    assert_eq!(tables.rows("SELECT label FROM claims"), [["wages"]]);
    let decisions: Vec<&str> = listed
        .out
        .split_whitespace()
        .filter(|word| word.starts_with("d-"))
        .collect();
    assert_eq!(decisions.len(), 2, "{}", listed.out);
    place.good(&["decisions", "undo", decisions[1], "--reason", "mistaken"]);
    // Old lots are not shown.
    let lot = tables.one("SELECT lot_id FROM lots ORDER BY lot_id LIMIT 1");
    place
        .run_in(&["show", &lot])
        .fails(2, &["since the last trace", "trace`"]);
    place.traces(&[]);
    assert_eq!(place.lots(), lots);
    place.good(&["decisions", "undo", decisions[0], "--reason", "mistaken too"]);
    // Nothing is claimed any more: nothing stays of what was.
    place.good(&["trace"]).tells(&["nothing is claimed"]);
    for table in ["claims", "lots", "traced_flows", "trace_notes"] {
        let rows = place.tables().count(&format!("SELECT count(*) FROM {table}"));
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn what_came_in_later_makes_a_trace_old() {
    let place = lines().case();
    place.traces(&["--from", &place.entry("taint"), "--label", "claim"]);
    let lot = place.tables().one("SELECT min(lot_id) FROM lots");
    place.good(&["show", &lot]);
    let more = Lines::new()
        .line("LATE000001", "2026-02-01", 5, "OWN", "later")
        .files();
    let path = place.write("later.csv", &more[0].1);
    place.good(&["intake", &path]);
    place.run_in(&["show", &lot]).fails(2, &["trace"]);
    place.run_in(&["trace"]).fails(2, &["check` first"]);
    place.good(&["check"]);
    place
        .run_in(&["show", &lot])
        .fails(2, &["since the last trace", "trace` first"]);
    place.traces(&[]);
    place.good(&["show", &lot]);
}
