//! A part as all its orders share it: vertices with their openings, and events.

use hashbrown::HashSet;

use super::super::book::{Balance, Kind, Opening};
use super::super::orders::Sequence;
use super::super::plan::{CLAIMED, Event, INTEREST, NONE, Part, REVERSED, SALE, Vertex};
use super::Job;

/// The vertices of the part, from its first movement on, and its events.
pub(super) fn part(job: &Job<'_>) -> Option<Part> {
    let book = job.input.book;
    let vertices = job
        .knot
        .vertices
        .iter()
        .map(|vertex| {
            let row = book.accounts().get(*vertex as usize);
            let opening = match row.map(|row| row.opening) {
                Some(Opening::Known(opening)) => opening,
                Some(Opening::Least) => least_opening(job, *vertex)?,
                Some(Opening::AsNeeded) | None => 0,
            };
            Some(Vertex {
                place: job.vertices.places[*vertex as usize],
                opening,
                as_needed: row.is_some_and(|row| row.opening == Opening::AsNeeded),
            })
        })
        .collect::<Option<Vec<Vertex>>>()?;
    Some(Part {
        vertices,
        events: events(job),
    })
}

/// The least opening that keeps an account from overdraft, if it is the same in all orders.
fn least_opening(job: &Job<'_>, account: u32) -> Option<i64> {
    let rows = job.input.book.movements();
    let legs: Vec<u32> = job
        .knot
        .movements
        .iter()
        .copied()
        .filter(|number| [rows[*number as usize].payer, rows[*number as usize].payee].contains(&account))
        .collect();
    let mut balance = Balance::starting(&job.input.book.accounts()[account as usize], 0);
    // Lowest in the order that keeps it highest, and in the one that makes it lowest.
    let mut lowest = (0, 0);
    for of_time in legs.chunk_by(|a, b| rows[*a as usize].at == rows[*b as usize].at) {
        let place = |number: &u32| match rows[*number as usize].payer == account {
            true => job.sequences.as_payer(*number),
            false => job.sequences.as_payee(*number),
        };
        let told = of_time.len() == 1
            || of_time
                .windows(2)
                .all(|pair| matches!((place(&pair[0]), place(&pair[1])), (Some(a), Some(b)) if a < b));
        let mut deepest = balance;
        for number in of_time {
            let row = &rows[*number as usize];
            if row.payer == account && row.payee != account {
                deepest.pay(row.paid);
            }
            balance.carry(account, row);
            if told {
                lowest.0 = lowest.0.min(balance.amount);
            }
        }
        lowest.0 = lowest.0.min(balance.amount);
        lowest.1 = lowest.1.min(if told { lowest.0 } else { deepest.amount });
    }
    (lowest.0 == lowest.1).then_some(-lowest.0)
}

fn events(job: &Job<'_>) -> Vec<Event> {
    let rows = job.input.book.movements();
    let knot = job.knot;
    let inside: HashSet<u32> = knot.movements.iter().copied().collect();
    let claimed: HashSet<u32> = knot.claims.iter().map(|claim| claim.movement).collect();
    let earlier = |number: &u32| match rows[*number as usize].kind {
        Kind::Reversal(earlier) if inside.contains(&earlier) => earlier,
        _ => NONE,
    };
    let reversed: HashSet<u32> = knot.movements.iter().map(earlier).collect();
    let place = |vertex: u32| {
        let place = knot.vertices.binary_search(&vertex);
        place.map_or(NONE, |place| place as u32)
    };
    let event = |number: &u32| {
        let row = &rows[*number as usize];
        let (payer, payee) = job.vertices.sides(*number);
        let (payer, payee) = (place(payer), place(payee));
        let mut flags = 0;
        match row.kind {
            Kind::Interest => flags |= INTEREST,
            Kind::Sale(_) if payer != NONE => flags |= SALE,
            _ => {}
        }
        flags |= if claimed.contains(number) { CLAIMED } else { 0 };
        flags |= if reversed.contains(number) { REVERSED } else { 0 };
        Event {
            movement: *number,
            payer,
            payee,
            reverses: earlier(number),
            paid: row.paid,
            received: row.received,
            flags,
        }
    };
    knot.movements.iter().map(event).collect()
}
