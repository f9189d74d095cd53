//! What is too much to weigh is left apart, and the reason is the number, not that everything fits equally well.

use super::*;

const TOO_MANY: &str = "more than 16384 possible pairs hang together, too many to weigh; left apart";

#[test]
fn too_many_returns_of_too_many_payments() {
    let returns = |count: usize| {
        let mut source = Source::new("A");
        let row = Row {
            other: "B",
            cents: -1_000,
            ..ROW
        };
        for _ in 0..count {
            source.row(row);
        }
        for _ in 0..count {
            source.row(Row {
                cents: 1_000,
                day: MONDAY + 1,
                reversal: true,
                ..row
            });
        }
        let (_, found) = run_transfers(&[&source.tables()]);
        let rows = found.reversals().expect("rows");
        (column(&rows, "tied"), column(&rows, "reason"))
    };
    let (tied, reasons) = returns(2);
    assert_eq!(tied, ["false"; 4]);
    assert!(
        reasons
            .iter()
            .all(|reason| reason.ends_with("fits equally well; left apart"))
    );
    let (tied, reasons) = returns(129);
    assert!(tied.len() > 16_384 && tied.iter().all(|tied| tied == "false"));
    assert!(
        reasons.iter().all(|reason| reason.ends_with(TOO_MANY)),
        "{}",
        reasons[0]
    );
}

#[test]
fn too_many_exchanges() {
    let exchanged = |debits: usize, credits: usize| {
        let (mut a, mut b) = (Source::new("A"), Source::new("B"));
        for _ in 0..debits {
            a.row(Row {
                other: "B",
                cents: -10_000,
                remittance: "[instructed 108.45 USD]",
                ..ROW
            });
        }
        for _ in 0..credits {
            b.row(Row {
                account: "B",
                other: "A",
                cents: 10_845,
                currency: "USD",
                ..ROW
            });
        }
        let (_, found) = run_transfers(&[&a.tables(), &b.tables()]);
        let reasons: BTreeSet<String> = found.ambiguous.iter().map(|a| a.reason.clone()).collect();
        (found.counts.matched, reasons)
    };
    let several = "the stated amount or rate fits more than one entry equally well; left apart";
    assert_eq!(exchanged(2, 2), (0, BTreeSet::from([several.to_owned()])));
    let many = format!("the stated amount or rate fits, but {TOO_MANY}");
    assert_eq!(exchanged(260, 70), (0, BTreeSet::from([many])));
}
