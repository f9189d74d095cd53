//! How long the packs take over many entries. Set GELDSPOOR_TIMING to run it.

use std::time::Instant;

use geldspoor::model::Channel;
use geldspoor::rules::{Pack, RunOptions, builtin, run};

use super::support::{Line, Tables, day, deposit, received, sent, wage, withdrawal};

#[test]
fn four_hundred_thousand_entries() {
    if std::env::var_os("GELDSPOOR_TIMING").is_none() {
        println!("GELDSPOOR_TIMING is not set: nothing is timed");
        return;
    }
    let mut tables = Tables::new();
    let accounts: Vec<&'static str> = (0..2_000)
        .map(|n| &*Box::leak(format!("ACC{n:05}").into_boxed_str()))
        .collect();
    for (number, account) in accounts.iter().copied().enumerate() {
        for turn in 0..200_i32 {
            let at = day((turn * 2 + number as i32) % 400);
            let line = match turn % 20 {
                0 => wage(account, &at, 2_100, "Salaris maand Jan Smit"),
                1 | 2 => deposit(account, &at, 300 + i64::from(turn), ["Gent", "Luik"][number % 2]),
                3..=5 => withdrawal(account, &at, 100, ["Gent", "Namen", "Brugge"][turn as usize % 3]),
                6..=9 => sent(account, &at, 250, accounts[(number + 7) % 2_000]),
                10..=12 => received(account, &at, 200, accounts[(number + 11) % 2_000]),
                _ => Line {
                    channel: Channel::CardPos,
                    ..sent(account, &at, 30, "")
                },
            };
            tables.line(&line);
        }
        tables.statement(account, "2025-01-01", "2026-03-01", 0, 0, "1");
    }
    let session = tables.session();
    let mut packs = builtin().expect("they parse");
    packs.retain(|pack| pack.file.starts_with("queries/indicators/"));
    for pack in packs {
        // From the file, so that a change of the SQL can be timed without a build.
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&pack.file);
        let text = std::fs::read_to_string(path).expect("the pack's file");
        let pack = Pack::parse(&pack.file, &text).expect("it parses");
        let start = Instant::now();
        let result = run(std::slice::from_ref(&pack), &session, &RunOptions::default());
        assert_eq!(result.faults, Vec::new());
        println!(
            "{}: {} findings in {:.1?}",
            pack.id,
            result.findings.len(),
            start.elapsed()
        );
    }
}
