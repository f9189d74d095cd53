//! How long each rule takes over many entries of many companies. Set GELDSPOOR_TIMING to run it.

use std::time::Instant;

use geldspoor::rules::{Pack, RunOptions, builtin, run};

use super::world::World;

#[test]
fn two_hundred_thousand_entries_of_a_thousand_companies() {
    if std::env::var_os("GELDSPOOR_TIMING").is_none() {
        println!("GELDSPOOR_TIMING is not set: nothing is timed");
        return;
    }
    let mut world = World::new();
    for number in 0..1_000_u32 {
        let (company, person, account) = (format!("c{number}"), format!("p{number}"), format!("a-c{number}"));
        world.company(
            &company,
            &[
                ("incorporated", "2023-06-01"),
                ("country", "NL"),
                ("sector", "47.11"),
            ],
        );
        world.person(&person, &[("birth_date", "1980-01-01")]);
        world.address(&company, "1011 AB", &(number % 100).to_string(), "", "Amsterdam");
        world.relation("directorship", &person, &company, &[("from_date", "2024-02-01")]);
        world.owns(&person, &company, "0.9");
        // Two and two own a tenth of each other.
        world.owns(&format!("c{}", number ^ 1), &company, "0.1");
        world.income(&person, "2023", "wage", "9000");
        world.holder(&account, &company, "holder");
        world.holder(&account, &format!("p{}", (number + 3) % 1_000), "mandate");
        world.holder(&format!("a-p{number}"), &person, "holder");
        world.holder(
            &format!("a-p{number}"),
            &format!("p{}", (number + 5) % 1_000),
            "mandate",
        );
        for turn in 0..200_u32 {
            let day = format!("2024-{:02}-{:02}", turn % 12 + 1, turn % 28 + 1);
            let (own, other) = match turn % 3 {
                0 => (account.clone(), format!("a-p{}", (number + 3) % 1_000)),
                _ => (format!("a-p{number}"), format!("a-p{}", (number + 5) % 1_000)),
            };
            let way = if turn % 2 == 0 { "in" } else { "out" };
            world.entry(
                &own,
                &day,
                way,
                1_000 + turn,
                &other,
                &[("remittance", "Consulting")],
            );
        }
    }
    let session = world.session();
    let mut packs = builtin().expect("they parse");
    packs.retain(|pack| pack.file.starts_with("queries/shells/"));
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
