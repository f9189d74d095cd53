//! A slow second implementation of the weighing: scores written anew from their definition, every assignment tried.

use proptest::prelude::*;

use super::weighed::{holder, tie_with_holders};
use super::*;

/// One leg of a small world.
#[derive(Clone, Copy, Debug)]
struct Small {
    day: i32,
    id: &'static str,
    reference: &'static str,
    text: &'static str,
    name: &'static str,
    names_account: bool,
}

fn small() -> impl Strategy<Value = Small> {
    let some = |words: &'static [&'static str]| prop::sample::select(words);
    (
        0..8i32,
        some(&["", "", "", "X1", "X2"]),
        some(&["", "", "R1", "R2"]),
        some(&["", "rent march", "rent april", "rent for march 2024"]),
        some(&["", "Ali, Ann", "BERG BOB", "someone else"]),
        prop::bool::weighted(0.7),
    )
        .prop_map(|(day, id, reference, text, name, names_account)| Small {
            day,
            id,
            reference,
            text,
            name,
            names_account,
        })
}

/// The score of a pair from its definition, written anew; nothing where the pair cannot be one payment.
fn slow_score(debit: &Small, credit: &Small) -> Option<i64> {
    let weekday = |day: i32| (0..=day).filter(|day| day % 7 < 5).count() as i64;
    // 1 January 2024, day 0, is a closing day: it has the number of the Friday before it.
    let number = |day: i32| weekday(day).max(1) - 1;
    let apart = (number(debit.day) - number(credit.day)).abs();
    let same = |one: &str, other: &str| !one.is_empty() && one == other;
    if apart > 2 || (!debit.id.is_empty() && !credit.id.is_empty() && debit.id != credit.id) {
        return None;
    }
    // A is held by Ann Ali, B by Bob Berg.
    let payee_named = debit.name == "BERG BOB";
    let payer_named = credit.name == "Ali, Ann";
    let shares = same(debit.id, credit.id) || same(debit.reference, credit.reference);
    let accounts = match (debit.names_account, credit.names_account) {
        (true, true) => 500,
        (true, false) if shares || payer_named => 250,
        (false, true) if shares || payee_named => 250,
        _ => return None,
    };
    let words = |text: &'static str| -> BTreeSet<&str> { text.split_whitespace().collect() };
    let (one, other) = (words(debit.text), words(credit.text));
    let text = match one.len().max(other.len()) as i64 {
        _ if one.is_empty() || other.is_empty() => 0,
        longer => 100 * one.intersection(&other).count() as i64 / longer,
    };
    let score = accounts
        + text
        + 20 * (3 - apart)
        + 2_000 * i64::from(same(debit.id, credit.id))
        + 1_000 * i64::from(same(debit.reference, credit.reference))
        + 50 * i64::from(payee_named)
        + 50 * i64::from(payer_named);
    Some(score)
}

/// Every one-to-one assignment with its total.
fn every_assignment(
    debits: &[usize],
    free: &mut Vec<usize>,
    score: &dyn Fn(usize, usize) -> Option<i64>,
) -> Vec<(i64, BTreeSet<(usize, usize)>)> {
    let Some((first, others)) = debits.split_first() else {
        return vec![(0, BTreeSet::new())];
    };
    let mut all = every_assignment(others, free, score);
    for at in 0..free.len() {
        let credit = free.remove(at);
        if let Some(own) = score(*first, credit) {
            for (total, mut pairs) in every_assignment(others, free, score) {
                pairs.insert((*first, credit));
                all.push((total + own, pairs));
            }
        }
        free.insert(at, credit);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Up to five debits and credits of one amount: what is tied stands in every best assignment, or is one of several
    /// equal payments between accounts that name each other, listed as such; what is left apart is listed.
    #[test]
    fn trying_every_assignment_gives_the_same(
        debits in prop::collection::vec(small(), 0..6),
        credits in prop::collection::vec(small(), 0..6),
    ) {
        let (mut a, mut b) = (Source::new("A"), Source::new("B"));
        holder(&mut a.rows, "A", "Ann Ali");
        holder(&mut b.rows, "B", "Bob Berg");
        let row = |leg: &Small, account: &'static str, other: &'static str, cents| Row {
            account,
            other: if leg.names_account { other } else { "" },
            day: MONDAY + leg.day,
            cents,
            end_to_end: leg.id,
            reference: leg.reference,
            remittance: leg.text,
            name: leg.name,
            ..ROW
        };
        let debited: Vec<String> = debits.iter().map(|leg| a.row(row(leg, "A", "B", -1_000))).collect();
        let credited: Vec<String> = credits.iter().map(|leg| b.row(row(leg, "B", "A", 1_000))).collect();
        let (a, b) = (a.tables(), b.tables());
        let found = tie_with_holders(&[&a, &b]);
        let turned = tie_with_holders(&[&b, &a]);
        prop_assert_eq!(rows_of(&found), rows_of(&turned));
        prop_assert_eq!(&found.ambiguous, &turned.ambiguous);

        let score = |debit: usize, credit: usize| slow_score(&debits[debit], &credits[credit]);
        let numbers: Vec<usize> = (0..debits.len()).collect();
        let all = every_assignment(&numbers, &mut (0..credits.len()).collect(), &score);
        let most = all.iter().map(|(total, _)| *total).max().unwrap_or(0);
        let best: Vec<&BTreeSet<(usize, usize)>> = all.iter().filter(|a| a.0 == most).map(|a| &a.1).collect();
        let everywhere = |pair: &(usize, usize)| best.iter().all(|pairs| pairs.contains(pair));
        let somewhere = |pair: &(usize, usize)| best.iter().any(|pairs| pairs.contains(pair));

        let place = |ids: &[String], id: &String| ids.iter().position(|known| known == id);
        let tied: BTreeSet<(usize, usize)> = ties(&found)
            .iter()
            .filter_map(|row| Some((place(&debited, &row[2])?, place(&credited, &row[3])?)))
            .collect();
        let listed = |pair: &(usize, usize)| {
            let (debit, credit) = (&debited[pair.0], &credited[pair.1]);
            found.ambiguous.iter().find(|a| &a.debit_entry == debit && &a.credit_entry == credit)
        };
        for (debit, paying) in debits.iter().enumerate() {
            for (credit, paid) in credits.iter().enumerate() {
                let pair = (debit, credit);
                if everywhere(&pair) {
                    prop_assert!(tied.contains(&pair), "{pair:?} stands in every best assignment");
                    prop_assert!(listed(&pair).is_none(), "{pair:?} is not open");
                } else if tied.contains(&pair) {
                    prop_assert!(somewhere(&pair), "{pair:?} stands in no best assignment");
                    prop_assert!(paying.names_account && paid.names_account);
                    prop_assert!(listed(&pair).is_some_and(|a| a.tied), "{pair:?} is open and tied");
                } else if somewhere(&pair) {
                    let others = tied.iter().any(|other| other.0 == debit || other.1 == credit);
                    prop_assert!(others || listed(&pair).is_some_and(|a| !a.tied), "{pair:?} is open");
                }
            }
        }
    }
}
