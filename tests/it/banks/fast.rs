//! Recognition among many mappings stays fast.

use std::time::{Duration, Instant};

use geldspoor::intake::mapping::builtin;

use super::claims;

#[test]
fn many_small_files_are_recognised_in_little_time() {
    assert!(builtin().len() > 80, "{}", builtin().len());
    let mut long = String::from("Some bank\n\nPeriod;2026\n");
    for at in 0..90 {
        long.push_str(&format!("remark {at};x;y\n"));
    }
    let files = [
        "Datum;Bedrag;Rekening;Tegenrekening;Naam;Omschrijving\n2026-01-01;1,00;NL1;;x;y\n".to_owned(),
        "Date,Something,Else\n1,2,3\n".to_owned(),
        "no table at all".to_owned(),
        long,
    ];
    let rounds = 50;
    let start = Instant::now();
    for _ in 0..rounds {
        for file in &files {
            let _ = claims(file.as_bytes(), "x.csv");
        }
    }
    let each = start.elapsed() / (rounds * files.len() as u32);
    // Built without optimisation on a busy machine: generous, and still far from what a scan of every mapping by every line took.
    assert!(each < Duration::from_millis(40), "{each:?} a file");
}
