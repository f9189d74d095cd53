//! The least opening balance that keeps an account from overdraft, where no statement tells one.
//!
//! In every order that agrees with the records: within one time an account's debits go first, unless its statement or the
//! clock says where each of its movements stands. So the opening is one figure, whatever order a tracing looks at.

use hashbrown::HashMap;

use super::order::Ordered;
use crate::trace::{Account, Movement, OUTSIDE, Opening, UNKNOWN};

/// Puts the least opening in the place of [`Opening::Least`].
pub(super) fn openings(accounts: &mut [Account], movements: &[Movement], ordered: &Ordered) {
    if accounts.iter().all(|account| account.opening != Opening::Least) {
        return;
    }
    let mut balances: HashMap<u32, Running> = HashMap::new();
    let mut legs: Vec<(u32, u32, i64)> = Vec::new();
    let mut first = 0;
    for group in movements.chunk_by(|a, b| a.at == b.at) {
        legs.clear();
        for (number, movement) in (first..).zip(group) {
            if movement.payer == movement.payee {
                continue;
            }
            for (side, place, change) in [
                (movement.payer, ordered.payer_places[number], -movement.paid),
                (movement.payee, ordered.payee_places[number], movement.received),
            ] {
                if side != OUTSIDE && accounts[side as usize].opening == Opening::Least {
                    legs.push((side, place, change));
                }
            }
        }
        first += group.len();
        legs.sort_unstable();
        for own in legs.chunk_by_mut(|a, b| a.0 == b.0) {
            // Of equal places nobody knows which is first: there, too, debits go first.
            if own.iter().any(|leg| leg.1 == UNKNOWN) {
                own.sort_unstable_by_key(|leg| leg.2);
            }
            let running = balances.entry(own[0].0).or_default();
            for leg in own.iter() {
                running.balance = running.balance.saturating_add(leg.2);
                running.lowest = running.lowest.min(running.balance);
            }
        }
    }
    for (number, account) in (0_u32..).zip(accounts) {
        if account.opening == Opening::Least {
            let lowest = balances.get(&number).map_or(0, |running| running.lowest);
            account.opening = Opening::Known(lowest.saturating_neg());
        }
    }
}

/// The balance without the opening, and the lowest that it was.
#[derive(Clone, Copy, Debug, Default)]
struct Running {
    balance: i64,
    lowest: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Kind;

    fn movement(payer: u32, payee: u32, amount: i64, at: i64) -> Movement {
        Movement {
            payer,
            payee,
            paid: amount,
            received: amount,
            at,
            kind: Kind::Ordinary,
        }
    }

    fn opened(movements: &[Movement], payer_places: Vec<u32>, payee_places: Vec<u32>) -> Vec<Opening> {
        let ordered = Ordered {
            rows: Vec::new(),
            payer_places,
            payee_places,
            contradictions: 0,
        };
        let least = Account {
            recorded: true,
            opening: Opening::Least,
            currency: 0,
        };
        let mut accounts = [least, least];
        openings(&mut accounts, movements, &ordered);
        accounts.map(|account| account.opening).to_vec()
    }

    #[test]
    fn within_a_day_debits_go_first_unless_the_records_say_otherwise() {
        let movements = [
            movement(OUTSIDE, 0, 100, 0),
            movement(0, 1, 80, 0),
            movement(0, OUTSIDE, 40, 1),
        ];
        let unknown = vec![UNKNOWN; 3];
        let open = opened(&movements, unknown.clone(), unknown.clone());
        assert_eq!(open, [Opening::Known(80), Opening::Known(0)]);
        let known = opened(&movements, vec![UNKNOWN, 1, UNKNOWN], vec![0, UNKNOWN, UNKNOWN]);
        assert_eq!(known, [Opening::Known(20), Opening::Known(0)]);
    }
}
