//! What was planted or came later is found, as are the counts that public engines give.

use super::*;

#[test]
fn planted_cycles_are_found_in_noise() {
    let mut numbers = Numbers(19);
    let mut rows = random(20, 300, 3_000, 30 * DAY);
    let mut planted: Vec<Vec<u32>> = Vec::new();
    for _ in 0..60 {
        let hops = 2 + numbers.below(7) as u32;
        let mut accounts: Vec<u32> = Vec::new();
        while accounts.len() < hops as usize {
            let account = numbers.below(300) as u32;
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        let (mut at, mut amount) = (numbers.below(25 * DAY as u64) as i64, 1_000_000);
        let first = rows.len() as u32;
        for (place, account) in accounts.iter().enumerate() {
            rows.push((*account, accounts[(place + 1) % accounts.len()], at, amount));
            at += 1 + numbers.below(6 * HOUR as u64) as i64;
            amount -= amount * numbers.below(10) as i64 / 100;
        }
        planted.push((first..rows.len() as u32).collect());
    }
    let graph = graph(300, &rows);
    let loss = Share::parse("0.1").expect("a share");
    let mut pattern = cycles(2 * DAY, 8, TimeOrder::Strict);
    pattern.conservation.each_hop = Some(HopTolerance { loss, fee: 0 });
    let found: BTreeSet<Vec<u32>> = listed(&graph, &pattern).into_iter().collect();
    assert!(planted.iter().all(|cycle| found.contains(cycle)));
}

#[test]
fn what_is_added_to_a_graph_gives_what_a_full_search_gives() {
    let mut numbers = Numbers(21);
    let mut gained = 0;
    for _ in 0..GRAPHS {
        let (accounts, mut rows) = small(&mut numbers);
        let pattern = any_cycles(&mut numbers);
        // In the order of time, as records come in, or anywhere between the old ones.
        if numbers.below(2) == 0 {
            rows.sort_by_key(|row| row.2);
        }
        let run = Run::default();
        let mut known = rows.len() / 3;
        let mut so_far = graph(accounts, &rows[..known]);
        let mut list = pattern.list(&so_far, &run).expect("good");
        while known < rows.len() {
            let next = (known + 1 + numbers.below(4) as usize).min(rows.len());
            let new = &rows[known..next];
            so_far = so_far
                .extended(
                    accounts,
                    &new.iter().map(|row| row.0).collect::<Vec<_>>(),
                    &new.iter().map(|row| row.1).collect::<Vec<_>>(),
                    &new.iter().map(|row| row.2).collect::<Vec<_>>(),
                    &new.iter().map(|row| row.3).collect::<Vec<_>>(),
                )
                .expect("good columns");
            let gain = pattern.list_since(&so_far, known as u32, &run).expect("good");
            assert!(
                gain.cycles
                    .iter()
                    .all(|cycle| cycle.iter().any(|transfer| *transfer >= known as u32))
            );
            gained += gain.cycles.len();
            list = list.with(&so_far, &gain);
            known = next;
        }
        let whole = graph(accounts, &rows);
        assert_eq!(so_far, whole);
        let full = pattern.list(&whole, &run).expect("good");
        assert_eq!(list.cycles, full.cycles, "{rows:?} {pattern:?}");
        let found = pattern.search(&whole, &run).expect("good");
        assert_eq!(pattern.bundle(&whole, &list).bundles, found.bundles);
    }
    assert!(gained > 1_000, "too few to prove anything: {gained}");
}

#[test]
fn what_comes_in_later_is_searched_around_its_time_only() {
    let mut rows = random(22, 400, 12_000, 30 * DAY);
    rows.sort_by_key(|row| row.2);
    let (whole, first_new) = (graph(400, &rows), 11_000);
    let pattern = cycles(DAY, 6, TimeOrder::Strict);
    let run = Run::default();
    let full = pattern.list(&whole, &run).expect("good");
    let gain = pattern.list_since(&whole, first_new, &run).expect("good");
    let old = pattern
        .list(&graph(400, &rows[..first_new as usize]), &run)
        .expect("good");
    assert_eq!(old.with(&whole, &gain).cycles, full.cycles);
    assert!(
        !gain.cycles.is_empty() && gain.steps * 4 < full.steps,
        "{} of {}",
        gain.steps,
        full.steps
    );
}

#[test]
fn holders_close_cycles_that_accounts_leave_open() {
    // Account 0 pays 1, account 2 of the same holder gets it back; 3 and 4 have no known holder and stay apart.
    let rows = [(0, 1, 0, 9), (1, 2, 5, 9), (3, 1, 6, 9), (1, 4, 7, 9)];
    let accounts = graph(5, &rows);
    let pattern = cycles(10, 8, TimeOrder::Strict);
    assert!(listed(&accounts, &pattern).is_empty());
    let holders = accounts
        .by_holder(&[Some(0), Some(1), Some(0), None, None], 2)
        .expect("a place an account");
    assert_eq!(listed(&holders, &pattern), [[0, 1]]);
}

/// `src dst seconds`, as the generator beside the published figures writes it.
fn edges(name: &str) -> Option<(usize, Vec<Row>)> {
    let Some(folder) = std::env::var_os("GELDSPOOR_PEERS_DATA") else {
        println!("GELDSPOOR_PEERS_DATA is not set: the counts of public engines are not compared");
        return None;
    };
    let path = PathBuf::from(folder).join(format!("{name}.edges.txt"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "{} is missing: the counts of public engines are not compared on it",
            path.display()
        );
        return None;
    };
    let rows: Vec<Row> = text
        .lines()
        .map(|line| {
            let mut words = line
                .split_ascii_whitespace()
                .map(|word| word.parse::<u32>().expect("a number"));
            let mut word = || words.next().expect("three numbers");
            (word(), word(), i64::from(word()) * 1_000_000, 1)
        })
        .collect();
    let accounts = rows
        .iter()
        .map(|row| row.0.max(row.1) as usize + 1)
        .max()
        .unwrap_or(0);
    Some((accounts, rows))
}

#[test]
#[ignore = "compares with the figures of public engines: set GELDSPOOR_PEERS_DATA to their data"]
fn counts_equal_those_of_public_engines() {
    let published: [(&str, &[(i64, u64)]); 4] = [
        (
            "tx_100k",
            &[(6 * HOUR, 574), (DAY, 1_713), (3 * DAY, 4_727), (7 * DAY, 10_731)],
        ),
        (
            "tx_1m",
            &[
                (6 * HOUR, 12_987),
                (DAY, 30_742),
                (3 * DAY, 74_156),
                (7 * DAY, 175_815),
            ],
        ),
        (
            "hismall",
            &[(6 * HOUR, 131_613), (DAY, 380_394), (2 * DAY, 839_418)],
        ),
        (
            "tx_10m",
            &[(DAY, 223_479), (3 * DAY, 494_524), (7 * DAY, 1_107_847)],
        ),
    ];
    for (name, windows) in published {
        let Some((accounts, rows)) = edges(name) else {
            continue;
        };
        let begun = Instant::now();
        let graph = graph(accounts, &rows);
        println!(
            "{name}: built in {:?}, {} bytes a transfer",
            begun.elapsed(),
            graph.bytes() / rows.len()
        );
        for (window, expected) in windows {
            let pattern = cycles(*window, 64, TimeOrder::Strict);
            let begun = Instant::now();
            let counts = pattern.count(&graph, &Run::default()).expect("good");
            let counted = begun.elapsed();
            let unlimited = Run {
                budget: Budget::UNLIMITED,
                ..Run::default()
            };
            let found = pattern.search(&graph, &unlimited).expect("good");
            println!(
                "{name}, {} h: counted in {counted:?} ({} steps), bundled in {:?}: {} cycles, {} bundles",
                window / HOUR,
                counts.steps,
                begun.elapsed() - counted,
                counts.total,
                found.bundles.len()
            );
            assert_eq!(
                (counts.truncated, counts.total),
                (None, *expected),
                "{name} {window}"
            );
            assert_eq!(
                found.bundles.iter().map(|bundle| bundle.instances).sum::<u64>(),
                *expected
            );
            if (name, *window) == ("tx_1m", 7 * DAY) {
                let by_hops: BTreeMap<usize, u64> = counts
                    .by_hops
                    .iter()
                    .copied()
                    .enumerate()
                    .filter(|(_, count)| *count > 0)
                    .collect();
                let published = [
                    (2, 148_620),
                    (3, 14_292),
                    (4, 6_139),
                    (5, 1_552),
                    (6, 4_459),
                    (7, 188),
                    (8, 474),
                    (9, 50),
                    (10, 37),
                    (11, 4),
                ];
                assert_eq!(by_hops, BTreeMap::from(published));
            }
        }
    }
}
