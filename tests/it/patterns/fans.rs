//! Fans against a plain search.

use super::*;

/// The definition read word for word: for each account try every transfer as a beginning, count by set.
fn every_fan(
    rows: &[Row],
    accounts: usize,
    window: i64,
    least: usize,
    inward: bool,
) -> Vec<(i64, Vec<u32>, u32)> {
    let mut out = Vec::new();
    for centre in 0..accounts as u32 {
        let other = |row: &Row| if inward { row.0 } else { row.1 };
        let mut own: Vec<(i64, u32)> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.0 != row.1 && (if inward { row.1 } else { row.0 }) == centre)
            .map(|(index, row)| (row.2, index as u32))
            .collect();
        own.sort_unstable();
        while !own.is_empty() {
            let fits = |begin: i64, at: i64| at >= begin && at - begin <= window;
            let enough = own.iter().position(|(begin, _)| {
                let inside = own.iter().filter(|(at, _)| fits(*begin, *at));
                inside
                    .map(|(_, row)| other(&rows[*row as usize]))
                    .collect::<BTreeSet<u32>>()
                    .len()
                    >= least
            });
            let Some(place) = enough else { break };
            let begin = own[place].0;
            let inside: Vec<u32> = own
                .iter()
                .filter(|(at, _)| fits(begin, *at))
                .map(|(_, row)| *row)
                .collect();
            out.push((begin, inside, centre));
            own.retain(|(at, _)| *at > begin + window);
        }
    }
    out.sort_unstable();
    out
}

#[test]
fn fans_agree_with_trying_everything() {
    let mut numbers = Numbers(6);
    let mut seen = 0;
    for round in 0..4 * GRAPHS {
        let (accounts, mut rows) = small(&mut numbers);
        let (_, more) = small(&mut numbers);
        rows.extend(more.iter().filter(|row| row.0.max(row.1) < accounts as u32));
        let graph = graph(accounts, &rows);
        let (window, least) = (numbers.below(9) as i64, 2 + numbers.below(3) as u32);
        let patterns: [(&dyn Pattern, bool); 2] = [
            (
                &FanIn {
                    window,
                    min_counterparties: least,
                },
                true,
            ),
            (
                &FanOut {
                    window,
                    min_counterparties: least,
                },
                false,
            ),
        ];
        for (pattern, inward) in patterns {
            let found = pattern.search(&graph, &Run::default()).expect("good");
            let windows: Vec<(i64, Vec<u32>, u32)> = found
                .bundles
                .iter()
                .map(|bundle| {
                    (
                        bundle.measures.first_at,
                        bundle.representative.clone(),
                        bundle.accounts[0],
                    )
                })
                .collect();
            let expected = every_fan(&rows, accounts, window, least as usize, inward);
            assert_eq!(windows, expected, "graph {round}: {rows:?} {window} {least}");
            for bundle in &found.bundles {
                let total: i128 = bundle
                    .representative
                    .iter()
                    .map(|row| i128::from(rows[*row as usize].3))
                    .sum();
                assert_eq!(bundle.measures.total, total);
                assert!(bundle.accounts.len() > least as usize && !bundle.measures.needs_lenient);
            }
            seen += windows.len();
        }
    }
    assert!(
        seen > 2_000,
        "the graphs hold too few fans to prove anything: {seen}"
    );
}
