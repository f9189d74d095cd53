//! Legs that name nobody among equal payments: what hangs together between two accounts counts once, what may be a
//! payment of one account or of another is left apart, and what was too much to weigh is said.

use super::weighed::{holder, tie_with_holders};
use super::*;

/// Debits on A and C to B and credits on B of 10.00 each, as (account, account or name of the other side, id, day); A is
/// held by Ann Ali. Gives the entries and the transfers, which do not depend on the order of sources.
fn equal(rows: &[(&'static str, &'static str, &'static str, i32)]) -> (Vec<String>, Transfers) {
    let mut sources = ["A", "B", "C"].map(Source::new);
    holder(&mut sources[0].rows, "A", "Ann Ali");
    let mut ids = Vec::new();
    for (account, other, end_to_end, day) in rows {
        let at = ["A", "B", "C"]
            .iter()
            .position(|known| known == account)
            .expect("known");
        let is_account = ["A", "B", "C"].contains(other);
        ids.push(sources[at].row(Row {
            account,
            other: if is_account { other } else { "" },
            name: if is_account { "" } else { other },
            cents: if *account == "B" { 1_000 } else { -1_000 },
            day: MONDAY + day,
            end_to_end,
            ..ROW
        }));
    }
    let tables = sources.map(Source::tables);
    let found = tie_with_holders(&tables.iter().collect::<Vec<_>>());
    let turned = tie_with_holders(&tables.iter().rev().collect::<Vec<_>>());
    assert_eq!(rows_of(&found), rows_of(&turned));
    assert_eq!(found.ambiguous, turned.ambiguous);
    (ids, found)
}

/// How often A and C paid B, with both legs, and how many legs are left.
fn paid(found: &Transfers) -> (usize, usize, usize) {
    let rows = ties(found);
    let both = |payer: &str| {
        let payer = account(payer);
        let whole = |row: &&[String; 4]| row[0] == payer && row[2] != "-" && row[3] != "-";
        rows.iter().filter(whole).count()
    };
    let left = rows.iter().filter(|row| row[2] == "-" || row[3] == "-").count();
    (both("A"), both("C"), left)
}

/// Why the transfers with two legs are what they are.
fn reasons(found: &Transfers) -> Vec<String> {
    let reasons = column(&rows_of(found), "match_reason");
    reasons.into_iter().filter(|reason| reason != "-").collect()
}

#[test]
fn equal_payments_of_two_accounts_count_once_though_one_leg_names_nobody() {
    let (_, found) = equal(&[
        ("A", "B", "", 0),
        ("A", "B", "", 0),
        ("A", "B", "", 0),
        ("B", "A", "", 0),
        ("B", "A", "", 0),
        ("B", "Ali, Ann", "", 0),
    ]);
    assert_eq!((found.counts.transfers, paid(&found)), (3, (3, 0, 0)));
    assert_eq!(found.ambiguous.len(), 3);
    assert!(found.ambiguous.iter().all(|a| a.tied));
}

#[test]
fn what_may_be_another_accounts_is_left_apart_and_nothing_else() {
    // The nameless credit may be A's second payment or C's; that B got one payment of A is sure.
    let (ids, found) = equal(&[
        ("A", "B", "X1", 0),
        ("A", "B", "X1", 0),
        ("C", "B", "X1", 0),
        ("B", "A", "", 0),
        ("B", "", "X1", 0),
    ]);
    assert_eq!(paid(&found), (1, 0, 3));
    let tied: Vec<&str> = (found.ambiguous.iter().filter(|a| a.tied))
        .map(|a| a.credit_entry.as_str())
        .collect();
    assert_eq!(tied, [ids[3].as_str()]);
    let apart: BTreeSet<(&str, &str)> = (found.ambiguous.iter().filter(|a| !a.tied))
        .map(|a| (a.debit_entry.as_str(), a.credit_entry.as_str()))
        .collect();
    let nameless = ids[4].as_str();
    assert_eq!(
        apart,
        BTreeSet::from([(&*ids[0], nameless), (&*ids[1], nameless), (&*ids[2], nameless)])
    );
    // Two payers, two nameless credits: whichever is whose, each of them paid once.
    let (_, found) = equal(&[
        ("A", "B", "X1", 0),
        ("C", "B", "X1", 0),
        ("B", "", "X1", 0),
        ("B", "", "X1", 0),
    ]);
    assert_eq!(paid(&found), (1, 1, 0));
    assert!(
        found
            .ambiguous
            .iter()
            .all(|a| a.tied && a.reason.contains("the same account paid the same one"))
    );
}

#[test]
fn payments_of_other_weeks_are_no_choices() {
    // 131 × 130 pairs, but only a few lie close enough: the id decides against the credit that names A.
    let mut rows = vec![
        ("A", "B", "X1", 0),
        ("A", "B", "", 1),
        ("B", "A", "", 0),
        ("B", "", "X1", 2),
    ];
    for week in 1..130 {
        rows.extend([("A", "B", "", 7 * week), ("B", "A", "", 7 * week)]);
    }
    let (ids, found) = equal(&rows);
    let (a, b) = (account("A"), account("B"));
    assert_eq!(paid(&found), (131, 0, 0));
    assert!(ties(&found).contains(&[a.clone(), b.clone(), ids[0].clone(), ids[3].clone()]));
    assert!(ties(&found).contains(&[a, b, ids[1].clone(), ids[2].clone()]));
}

#[test]
fn what_was_too_much_to_weigh_is_said() {
    let many = |count: usize, row| std::iter::repeat_n(row, count);
    let left_out =
        "more than 16384 pairs were possible: legs that name nobody were not weighed with those that do";
    // Too many that name each other.
    let rows: Vec<_> = many(129, ("A", "B", "", 0))
        .chain(many(129, ("B", "A", "", 0)))
        .chain([("B", "Ali, Ann", "", 0)])
        .collect();
    let (_, found) = equal(&rows);
    assert_eq!(paid(&found), (129, 0, 1));
    assert!(
        reasons(&found).iter().all(|reason| reason.contains(left_out)),
        "{:?}",
        reasons(&found)[0]
    );
    // Too many together with those that name nobody.
    let rows: Vec<_> = many(120, ("A", "B", "", 0))
        .chain(many(120, ("B", "A", "", 0)))
        .chain(many(60, ("B", "Ali, Ann", "", 0)))
        .collect();
    let (_, found) = equal(&rows);
    assert_eq!(paid(&found), (120, 0, 60));
    assert!(reasons(&found).iter().all(|reason| reason.contains(left_out)));
    // Too many that name nobody, of two payers.
    let rows: Vec<_> = many(130, ("A", "B", "X1", 0))
        .chain(many(130, ("C", "B", "X1", 0)))
        .chain(many(70, ("B", "", "X1", 0)))
        .collect();
    let (_, found) = equal(&rows);
    assert_eq!(paid(&found), (0, 0, 330));
    let said = |a: &geldspoor::reconcile::Ambiguous| {
        a.reason
            .ends_with("more than 16384 possible pairs hang together, too many to weigh; left apart")
    };
    assert!(
        !found.ambiguous.is_empty() && found.ambiguous.iter().all(said),
        "{}",
        found.ambiguous[0].reason
    );
    // Of one payer it is the same money whichever is whose.
    let rows: Vec<_> = many(260, ("A", "B", "X1", 0))
        .chain(many(70, ("B", "", "X1", 0)))
        .collect();
    let (_, found) = equal(&rows);
    assert_eq!(paid(&found), (64, 0, 202));
    let cut = "more than 64 entries that name nobody could be the other side: the first 64 were weighed";
    assert!(
        reasons(&found).iter().all(|reason| reason.contains(cut)),
        "{:?}",
        reasons(&found)[0]
    );
    assert!(
        found.ambiguous.iter().all(|a| a.reason.contains(cut)),
        "{}",
        found.ambiguous[0].reason
    );
}
