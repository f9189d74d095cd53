//! Records that lack what rules go by: each rule either looks, or says what it lacks and what to request. None is silent.

use geldspoor::rules::{RunOptions, SHARED_VIEW, builtin, run};
use geldspoor::sql::Session;

use crate::shells::world::World;

/// Four months of bare bookings: no holders, no names, no texts, no time of day, no terminals, no category codes.
fn bare(channel: &str) -> World {
    let mut world = World::new();
    world.account("a-one", "");
    for month in 1..=4 {
        for day in [3, 10, 17, 24] {
            let at = format!("2024-{month:02}-{day:02}");
            let told = [("channel", channel), ("counterparty_status", "unknown")];
            world.entry("a-one", &at, "in", 500, "", &told);
            world.entry("a-one", &at, "out", 480, "", &told);
        }
    }
    world
}

/// A rule, how many findings it has, and what it says that it lacks, with what to request and whether that concerns everybody.
type Answer = (String, usize, Vec<(String, String, bool)>);

/// Rule, findings, and what it says it lacks, each with what to request.
fn answers(session: &Session) -> Vec<Answer> {
    let mut packs = builtin().expect("they parse");
    packs.retain(|pack| pack.id.starts_with("THB"));
    assert!(packs.len() >= 43, "{}", packs.len());
    session.share_views().expect("the view");
    let result = run(&packs, session, &RunOptions::default());
    assert_eq!(result.faults, Vec::new());
    packs
        .iter()
        .map(|pack| {
            let found = result
                .findings
                .iter()
                .filter(|found| found.finding.rule_id == pack.id);
            let lacks = result
                .not_computable
                .iter()
                .filter(|lack| lack.rule_id == pack.id);
            (
                pack.id.clone(),
                found.count(),
                lacks
                    .map(|lack| {
                        let is_whole = lack.accounts == 0 && lack.parties.is_empty();
                        (lack.reason.clone(), lack.request.clone(), is_whole)
                    })
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn over_bare_bookings_every_rule_says_what_it_lacks() {
    // Records that call every payment a transfer say that there was no cash and no purchase: two rules need no more.
    for (channel, may_be_silent) in [("unknown", &[][..]), ("transfer", &["THB-34", "THB-41"][..])] {
        let mut silent = Vec::new();
        for (rule, found, lacks) in answers(&bare(channel).session()) {
            println!("{rule}: {found} findings, {lacks:?}");
            assert_eq!(found, 0, "{rule}");
            if lacks.is_empty() {
                if !may_be_silent.contains(&rule.as_str()) {
                    silent.push(rule);
                }
            } else {
                for (reason, request, _) in lacks {
                    assert!(!reason.is_empty() && !request.is_empty());
                }
            }
        }
        assert_eq!(silent, Vec::<String>::new(), "channel {channel}");
    }
}

#[test]
fn records_of_one_month_do_not_show_signs_of_control() {
    let mut world = World::new();
    world.account("a-one", "NL");
    world.person("one", &[]);
    world.holder("a-one", "one", "holder");
    for day in 1..=20 {
        let at = format!("2024-03-{day:02}");
        world.entry("a-one", &at, "in", 100, "a-other", &[]);
    }
    let answers = answers(&world.session());
    for pack in builtin().expect("they parse") {
        if pack.id.starts_with("THB") && pack.sql.contains(SHARED_VIEW) {
            let (_, _, lacks) = answers
                .iter()
                .find(|(rule, ..)| *rule == pack.id)
                .expect("it ran");
            // A rule that lacks something about everybody did not run at all and says that alone.
            let did_not_run = lacks.len() == 1 && lacks[0].2 && !lacks[0].0.starts_with("in part");
            assert!(
                did_not_run
                    || lacks.iter().any(|(reason, request, _)| {
                        reason.contains("one month") && request.contains("three months")
                    }),
                "{}: {lacks:?}",
                pack.id
            );
        }
    }
}
