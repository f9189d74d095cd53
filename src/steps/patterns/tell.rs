//! A bundle in words: the sentence of its finding, the role of each transfer, whom the gate has to look at.

use std::collections::BTreeSet;

use crate::patterns::SearchKind;

use super::{Told, money, sums};

impl Told<'_> {
    /// Whether the finding is about the account that its accounts begin with.
    pub(super) fn is_about_one(&self) -> bool {
        matches!(
            self.kind,
            SearchKind::Structuring
                | SearchKind::Smurfing
                | SearchKind::FanIn
                | SearchKind::FanOut
                | SearchKind::GatherScatter
                | SearchKind::PassThrough
                | SearchKind::FunnelAccount
                | SearchKind::DormantReactivation
                | SearchKind::BurstAndClose
                | SearchKind::FlowMotif
        )
    }

    /// Whether the transfers of the representative are one way, hop after hop.
    pub(super) fn is_way(&self) -> bool {
        matches!(
            self.kind,
            SearchKind::LayeringChains
                | SearchKind::TemporalCycles
                | SearchKind::UTurn
                | SearchKind::CircularLoans
        )
    }

    /// Whether it rests on what came before what.
    pub(super) fn needs_order(&self) -> bool {
        self.is_way()
            || matches!(
                self.kind,
                SearchKind::GatherScatter
                    | SearchKind::ScatterGather
                    | SearchKind::Stack
                    | SearchKind::PassThrough
                    | SearchKind::PassThroughGroup
                    | SearchKind::FunnelAccount
                    | SearchKind::FlowMotif
                    | SearchKind::TemporalFlow
            )
    }

    /// What is said of an order of transfers of one time, which nobody knows.
    pub(super) fn order_told(&self, days_only: bool) -> Option<&'static str> {
        match (days_only, self.bundle.measures.needs_lenient) {
            (true, true) => Some(
                "only days are known: it rests on transfers of one day following each other, which is not proved",
            ),
            (false, true) => {
                Some("it rests on transfers of one time following each other, which is not proved")
            }
            (true, false) if self.is_lenient => Some(
                "only days are known: within a day, what came in is taken to come first, and of several transfers of a \
                 day it is not known which was matched with which; it is found without that too",
            ),
            (true, false) => {
                Some("only days are known: transfers of one day were not taken as following each other")
            }
            (false, false) => None,
        }
    }

    /// The accounts, beside the one that the finding is about, that money passes through on the way: what they do may
    /// be what somebody makes their holders do. Of a cycle none: it says nothing about one holder.
    pub(super) fn through(&self) -> Vec<u32> {
        let accounts = &self.bundle.accounts;
        match self.kind {
            SearchKind::LayeringChains | SearchKind::ScatterGather => match accounts.as_slice() {
                [_, middle @ .., _] => middle.to_vec(),
                _ => Vec::new(),
            },
            SearchKind::PassThroughGroup | SearchKind::Stack | SearchKind::DenseFlow => {
                let (payers, payees) = self.sides();
                accounts
                    .iter()
                    .copied()
                    .filter(|account| payers.contains(account) && payees.contains(account))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Where the money ends, where the pattern says it.
    pub(super) fn exit(&self) -> Option<u32> {
        match self.kind {
            SearchKind::LayeringChains | SearchKind::ScatterGather => self.bundle.accounts.last().copied(),
            SearchKind::PassThroughGroup => {
                let (payers, payees) = self.sides();
                let is_exit = |account: &&u32| payees.contains(*account) && !payers.contains(*account);
                self.bundle.accounts.iter().find(is_exit).copied()
            }
            _ => None,
        }
    }

    /// What a transfer is in the pattern.
    pub(super) fn role(&self, at: usize, transfer: u32) -> String {
        let center = self.bundle.accounts.first().copied();
        if self.is_way() {
            return format!("hop {}", at + 1);
        }
        let role = match self.kind {
            SearchKind::Structuring | SearchKind::Smurfing => "deposit",
            SearchKind::ScatterGather if Some(self.payer(transfer)) == center => "out to the middle",
            SearchKind::ScatterGather => "on from the middle",
            SearchKind::GatherScatter
            | SearchKind::PassThrough
            | SearchKind::FunnelAccount
            | SearchKind::FlowMotif
            | SearchKind::BurstAndClose
            | SearchKind::DormantReactivation => match Some(self.payee(transfer)) == center {
                true => "in",
                false => "out",
            },
            _ => "payment",
        };
        role.to_owned()
    }

    /// What was found, in one or two sentences.
    pub(super) fn sentence(&self) -> String {
        let bundle = self.bundle;
        let accounts = &bundle.accounts;
        let all = &bundle.representative;
        let count = all.len();
        let others = accounts.len().saturating_sub(1);
        let center = self.named(accounts.first());
        let money = sums(self.hits.loaded, all);
        let (ins, outs) = self.legs();
        let came = || self.part(&ins);
        let went = || self.part(&outs);
        match self.kind {
            SearchKind::FanIn => format!(
                "{others} different accounts paid {center} within the window, in {count} transfers: {money} in all."
            ),
            SearchKind::FanOut => format!(
                "{center} paid {others} different accounts within the window, in {count} transfers: {money} in all."
            ),
            SearchKind::Structuring => {
                format!(
                    "{center} received {count} deposits just below the threshold within the window: {money} in all."
                )
            }
            SearchKind::Smurfing => {
                let (payers, payees) = self.sides();
                format!(
                    "{count} deposits just below the threshold, of {} depositors, came into {} accounts of one holder \
                     within the window, the first of them {center}: {money} in all.",
                    payers.len(),
                    payees.len()
                )
            }
            SearchKind::GatherScatter => format!("{} paid {center}; then it paid {}.", came(), went()),
            SearchKind::PassThrough => format!("{center} received {} and passed on {}.", came(), went()),
            SearchKind::FunnelAccount => format!(
                "Into {center} came {} in several places; {} left it elsewhere soon after.",
                came(),
                went()
            ),
            SearchKind::DormantReactivation => {
                format!(
                    "After a long silence {center} received {} and sent {}.",
                    came(),
                    went()
                )
            }
            SearchKind::BurstAndClose => format!(
                "In all its short life {center} received {} and sent {}, many times what accounts of these records \
                 move in the middle; then it was closed or left.",
                came(),
                went()
            ),
            SearchKind::FlowMotif => format!(
                "{center} received {} and then sent {} in one transfer.",
                came(),
                went()
            ),
            SearchKind::ScatterGather => {
                let middles = accounts.len().saturating_sub(2);
                format!(
                    "{center} paid {middles} accounts {}, and each of them then paid {} nearly as much, {} together{}.",
                    came(),
                    self.named(accounts.last()),
                    went(),
                    self.carried()
                )
            }
            SearchKind::Bipartite | SearchKind::Stack => {
                let (payers, payees) = self.sides();
                let middle = payers.intersection(&payees).count();
                let first = payers.len() - middle;
                let last = payees.len() - middle;
                let (groups, money) = match self.kind {
                    SearchKind::Stack => (
                        format!("{first} accounts paid {middle} accounts, which paid {last}"),
                        format!(
                            "{} came into the middle and {} left it{}",
                            came(),
                            went(),
                            self.carried()
                        ),
                    ),
                    _ => (
                        format!("{} accounts paid {} accounts", payers.len(), payees.len()),
                        format!("{money} in {count} transfers"),
                    ),
                };
                format!("{groups}, nearly every one of a group nearly every one of the next: {money}.")
            }
            SearchKind::DenseFlow => format!(
                "Through {} accounts in layers money ran within the window, in {count} transfers, and little of it stayed \
                 between: the first layer paid {}, the last was paid {}{}.",
                accounts.len(),
                came(),
                went(),
                self.carried()
            ),
            SearchKind::PassThroughGroup => {
                let members = self.through().len();
                let shared = accounts.len().saturating_sub(members);
                format!(
                    "{members} pass-through accounts are joined by {shared} accounts that they passed money on to, or \
                     by what their holders gave to be reached by: {} came into them and {} left them{}.",
                    came(),
                    went(),
                    self.carried()
                )
            }
            SearchKind::MirrorTransfers => format!(
                "Two parties exchanged nearly equal values both ways in different currencies, in {count} transfers: \
                 {money}."
            ),
            SearchKind::TemporalFlow => {
                format!(
                    "Over {count} transfers money can have gone the whole way{}.",
                    self.carried()
                )
            }
            SearchKind::LayeringChains
            | SearchKind::TemporalCycles
            | SearchKind::UTurn
            | SearchKind::CircularLoans => self.way(),
        }
    }

    /// A way, account after account.
    fn way(&self) -> String {
        let bundle = self.bundle;
        let is_ring = self.kind != SearchKind::LayeringChains;
        let back = bundle.accounts.first().filter(|_| is_ring);
        let names: Vec<String> = bundle
            .accounts
            .iter()
            .chain(back)
            .map(|number| self.named(Some(number)))
            .collect();
        let ends = [bundle.representative.first(), bundle.representative.last()];
        let [first, last] = ends.map(|end| end.map_or(String::new(), |end| sums(self.hits.loaded, &[*end])));
        let money = match is_ring {
            true => format!("{first} left and {last} came back"),
            false => format!("{first} left and {last} arrived"),
        };
        let surplus = self.surplus().map_or(String::new(), |more| {
            format!(" More came back than left: the {more} above what left is no return of that money.")
        });
        let times = match bundle.instances {
            1 => String::new(),
            n => format!(
                " The transfers fit together in {n} ways; the first is listed, with the others as variants."
            ),
        };
        format!("Money went {}: {money}.{surplus}{times}", names.join(" → "))
    }

    /// What of the last transfer of a ring is above the first, where both are of one currency.
    pub(super) fn surplus(&self) -> Option<String> {
        let is_ring = self.is_way() && self.kind != SearchKind::LayeringChains;
        let all = &self.bundle.representative;
        let (first, last) = (*all.first().filter(|_| is_ring)?, *all.last()?);
        let loaded = self.hits.loaded;
        let currency = loaded.one_currency(&[first, last])?;
        let more = i128::from(loaded.graph.amount(last)) - i128::from(loaded.graph.amount(first));
        (more > 0).then(|| money(more, currency))
    }

    /// The most that can have gone the whole way. Transfers of several legs carry the same money more than once, so that
    /// their sum says nothing.
    fn carried(&self) -> String {
        let currency = self.hits.loaded.one_currency(&self.bundle.representative);
        currency.map_or(String::new(), |currency| {
            let most = money(self.bundle.measures.carried, currency);
            format!("; at most {most} went the whole way")
        })
    }

    fn named(&self, number: Option<&u32>) -> String {
        number.map_or(String::new(), |number| {
            let kind = match self.hits.is_party(*number) {
                true => "party",
                false => "account",
            };
            format!("{{{kind}:{}}}", self.hits.name(*number))
        })
    }

    /// Who pays a transfer, as a number of the bundle.
    fn payer(&self, transfer: u32) -> u32 {
        self.hits.number_of(self.hits.loaded.graph.payer(transfer))
    }

    /// Who receives it.
    fn payee(&self, transfer: u32) -> u32 {
        self.hits.number_of(self.hits.loaded.graph.payee(transfer))
    }

    /// Payers and payees of the representative, by account.
    fn sides(&self) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let all = || self.bundle.representative.iter();
        (
            all().map(|transfer| self.payer(*transfer)).collect(),
            all().map(|transfer| self.payee(*transfer)).collect(),
        )
    }

    /// Whether its transfers are a way in and a way out, that carry the same money.
    pub(super) fn has_legs(&self) -> bool {
        matches!(
            self.kind,
            SearchKind::GatherScatter
                | SearchKind::ScatterGather
                | SearchKind::Stack
                | SearchKind::DenseFlow
                | SearchKind::PassThrough
                | SearchKind::PassThroughGroup
                | SearchKind::FunnelAccount
                | SearchKind::FlowMotif
                | SearchKind::BurstAndClose
                | SearchKind::DormantReactivation
        )
    }

    /// The transfers in and those out: of the first account, of the middle, of a group. Of layers those that leave the
    /// first and those that reach the last.
    pub(super) fn legs(&self) -> (Vec<u32>, Vec<u32>) {
        let center = self.bundle.accounts.first().copied();
        let (payers, payees) = self.sides();
        let all = || self.bundle.representative.iter().copied();
        match self.kind {
            SearchKind::ScatterGather => all().partition(|transfer| Some(self.payer(*transfer)) == center),
            SearchKind::DenseFlow => (
                all()
                    .filter(|transfer| !payees.contains(&self.payer(*transfer)))
                    .collect(),
                all()
                    .filter(|transfer| !payers.contains(&self.payee(*transfer)))
                    .collect(),
            ),
            SearchKind::Stack | SearchKind::PassThroughGroup => {
                all().partition(|transfer| payers.contains(&self.payee(*transfer)))
            }
            _ => all().partition(|transfer| Some(self.payee(*transfer)) == center),
        }
    }

    fn part(&self, transfers: &[u32]) -> String {
        match transfers.len() {
            0 => "nothing".to_owned(),
            1 => format!("{} in 1 transfer", sums(self.hits.loaded, transfers)),
            n => format!("{} in {n} transfers", sums(self.hits.loaded, transfers)),
        }
    }
}
