//! Which claims' money may have come by which accounts, in the stated order: for what has to be said of accounts.

use crate::trace::{Book, Claim, OUTSIDE};

/// For each wanted account the claims, by their place in the list, whose money may have come there. `movements` are those
/// that claims may reach, in order.
pub(super) fn claims_at(
    book: &Book,
    claims: &[(usize, &Claim)],
    movements: &[u32],
    wanted: &[u32],
) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); wanted.len()];
    // A bit a claim, as many as a word has at a time.
    for some in claims.chunks(64) {
        let mut touched = vec![0_u64; book.accounts().len()];
        let mut on: Vec<(u32, u64)> = some
            .iter()
            .enumerate()
            .map(|(bit, (_, claim))| (claim.movement, 1 << bit))
            .collect();
        on.sort_unstable();
        let mut next = on.iter().peekable();
        for number in movements {
            let movement = &book.movements()[*number as usize];
            let mut bits = match movement.payer {
                OUTSIDE => 0,
                payer => touched[payer as usize],
            };
            while let Some((_, bit)) = next.next_if(|(movement, _)| movement <= number) {
                bits |= bit;
            }
            if bits != 0 && movement.payee != OUTSIDE {
                touched[movement.payee as usize] |= bits;
            }
        }
        for (list, place) in found.iter_mut().zip(wanted) {
            let bits = touched[*place as usize];
            let own = some.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
            list.extend(own.map(|(_, (claim, _))| *claim));
        }
    }
    found
}
