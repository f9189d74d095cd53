//! Graphs from graphs: some of the transfers, holders in the place of accounts, and a graph with more transfers.

use super::temporal::{GraphError, TemporalGraph};

impl TemporalGraph {
    /// The graph of some of the transfers over the same accounts. Transfers are numbered anew in the order given;
    /// times and amounts stay. Fails where a number is no transfer's.
    pub fn subgraph(&self, transfers: &[u32]) -> Result<TemporalGraph, GraphError> {
        let stranger = |transfer: &&u32| **transfer as usize >= self.transfers();
        if let Some(transfer) = transfers.iter().find(stranger) {
            return Err(GraphError::Transfer {
                transfer: *transfer,
                transfers: self.transfers(),
            });
        }
        let column = |pick: &dyn Fn(u32) -> u32| -> Vec<u32> { transfers.iter().map(|t| pick(*t)).collect() };
        let at: Vec<i64> = transfers.iter().map(|t| self.at(*t)).collect();
        let amount: Vec<i64> = transfers.iter().map(|t| self.amount(*t)).collect();
        TemporalGraph::build(
            self.accounts(),
            &column(&|t| self.payer(t)),
            &column(&|t| self.payee(t)),
            &at,
            &amount,
        )
    }

    /// The same transfers between holders in the place of accounts. `holder` has one place an account: its holder, below
    /// `holders`, or nothing where none is known. An account without a known holder stays by itself, numbered from
    /// `holders` on in the order of the accounts: what is unknown is never one, or it would connect everything.
    /// Transfers keep their numbers; those between two accounts of one holder become transfers to itself.
    pub fn by_holder(&self, holder: &[Option<u32>], holders: u32) -> Result<TemporalGraph, GraphError> {
        if holder.len() != self.accounts() {
            return Err(GraphError::Holders {
                found: holder.len(),
                accounts: self.accounts(),
            });
        }
        let mut vertices = holders as usize;
        let mut vertex = Vec::with_capacity(holder.len());
        for holder in holder {
            match holder {
                Some(known) if *known >= holders => {
                    return Err(GraphError::Holder {
                        holder: *known,
                        holders,
                    });
                }
                Some(known) => vertex.push(*known),
                None => {
                    vertex.push(vertices as u32);
                    vertices += 1;
                }
            }
        }
        let side = |account: u32| vertex[account as usize];
        let (mut payer, mut payee, mut at, mut amount) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for transfer in 0..self.transfers() as u32 {
            payer.push(side(self.payer(transfer)));
            payee.push(side(self.payee(transfer)));
            at.push(self.at(transfer));
            amount.push(self.amount(transfer));
        }
        TemporalGraph::build(vertices, &payer, &payee, &at, &amount)
    }

    /// This graph with more transfers, which are numbered from [`TemporalGraph::transfers`] on, and with `accounts`
    /// accounts, no fewer than before. The new ones may lie anywhere in time. Columns as in [`TemporalGraph::build`].
    pub fn extended(
        &self,
        accounts: usize,
        payer: &[u32],
        payee: &[u32],
        at: &[i64],
        amount: &[i64],
    ) -> Result<TemporalGraph, GraphError> {
        // Named by their place in the new columns, if something is wrong with them.
        super::build::check(accounts, payer, payee, at, amount)?;
        let old = 0..self.transfers() as u32;
        let payers: Vec<u32> = old
            .clone()
            .map(|t| self.payer(t))
            .chain(payer.iter().copied())
            .collect();
        let payees: Vec<u32> = old
            .clone()
            .map(|t| self.payee(t))
            .chain(payee.iter().copied())
            .collect();
        let times: Vec<i64> = old
            .clone()
            .map(|t| self.at(t))
            .chain(at.iter().copied())
            .collect();
        let amounts: Vec<i64> = old
            .map(|t| self.amount(t))
            .chain(amount.iter().copied())
            .collect();
        TemporalGraph::build(accounts, &payers, &payees, &times, &amounts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph() -> TemporalGraph {
        let (payer, payee) = ([0, 1, 2, 3], [1, 2, 3, 0]);
        TemporalGraph::build(4, &payer, &payee, &[1, 2, 3, 4], &[10, 20, 30, 40]).expect("good")
    }

    #[test]
    fn some_transfers_are_a_graph() {
        let part = graph().subgraph(&[3, 1]).expect("good");
        assert_eq!((part.transfers(), part.accounts()), (2, 4));
        assert_eq!((part.payer(0), part.at(0), part.amount(1)), (3, 4, 20));
        assert!(
            graph()
                .subgraph(&[4])
                .expect_err("no such")
                .to_string()
                .contains("transfer 4")
        );
    }

    #[test]
    fn unknown_holders_stay_apart() {
        let holders = graph()
            .by_holder(&[Some(0), None, Some(0), None], 1)
            .expect("good");
        assert_eq!(holders.accounts(), 3);
        let sides: Vec<(u32, u32)> = (0..4).map(|t| (holders.payer(t), holders.payee(t))).collect();
        assert_eq!(sides, [(0, 1), (1, 0), (0, 2), (2, 0)]);
        assert!(graph().by_holder(&[None], 1).is_err());
        let wrong = graph().by_holder(&[Some(0), None, Some(1), None], 1);
        assert!(wrong.expect_err("holder 1").to_string().contains("holder 1"));
    }

    #[test]
    fn built_in_two_steps_is_built_in_one() {
        let first = TemporalGraph::build(3, &[0, 1], &[1, 2], &[1, 2], &[10, 20]).expect("good");
        let both = first
            .extended(4, &[2, 3], &[3, 0], &[3, 4], &[30, 40])
            .expect("good");
        assert_eq!(both, graph());
        assert!(first.extended(2, &[], &[], &[], &[]).is_err());
    }
}
