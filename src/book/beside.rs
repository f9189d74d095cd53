//! What has to be said beside the figures of a tracing: bounds by flow, refusals, holes in the record, flags.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};

use super::CaseBook;
use super::flow::Network;
use super::note::{Note, Weight};
use super::reach::claims_at;
use super::traced::{Ready, Traced};
use crate::model::money_text;
use crate::trace::{Claim, CreditFirst, End, Opening, Outcome, TraceInput, credit_first, method};

/// Places for which the bound by flow is found, the largest first.
const MOST_BOUNDS: usize = 300;

/// The bound by flow for the largest places of each label.
pub(super) fn bounds(ready: &Ready, reach: &[u32], traced: &mut Traced) {
    let mut wanted: BTreeMap<(String, &'static str, End), i64> = BTreeMap::new();
    let conserves = |name: &str| method(name).is_some_and(|method| method.conserves());
    for lot in traced.lots.iter().filter(|lot| conserves(lot.method)) {
        let of = &traced.claims[lot.claim];
        let most = wanted
            .entry((of.label.clone(), of.kind.as_str(), lot.end))
            .or_default();
        *most = (*most).max({
            let high = lot.high.unwrap_or(i64::MAX).min(of.amount.unwrap_or(0));
            lot.amount.max(high)
        });
    }
    let mut sorted: Vec<_> = wanted.into_iter().collect();
    sorted.sort_by(|a, b| (std::cmp::Reverse(a.1), &a.0).cmp(&(std::cmp::Reverse(b.1), &b.0)));
    let mut network = Network::of(&ready.book, reach, ready.rules.interest);
    let mut found: HashMap<(String, &'static str, End), i64> = HashMap::new();
    for ((label, kind, end), _) in sorted.into_iter().take(MOST_BOUNDS) {
        let own: Vec<&Claim> = ready
            .claims
            .iter()
            .zip(&ready.place)
            .filter(|(_, place)| {
                let of = &traced.claims[**place];
                of.refused.is_none() && of.label == label && of.kind.as_str() == kind
            })
            .map(|(claim, _)| claim)
            .collect();
        if let Some(most) = network.most(&own, end) {
            found.insert((label, kind, end), most);
        }
    }
    for lot in &mut traced.lots {
        let of = &traced.claims[lot.claim];
        lot.most_by_flow = found.get(&(of.label.clone(), of.kind.as_str(), lot.end)).copied();
        // What cannot have flowed there is there in no order.
        if let Some(most) = lot.most_by_flow
            && conserves(lot.method)
            && lot.high.is_none_or(|high| most < high)
        {
            lot.high = Some(most.max(lot.amount));
        }
    }
    traced.lots.retain(super::traced::TracedLot::is_something);
}

/// What has to be said of the claims, of the accounts that their money comes by, and of what the figures rest on.
pub(super) fn notes(
    ready: &Ready,
    input: &TraceInput<'_>,
    reach: &[u32],
    outcomes: &[Outcome],
    traced: &mut Traced,
) {
    let refused: HashSet<usize> = input.refused().iter().map(|error| error.claim()).collect();
    let own: Vec<(usize, &Claim)> = ready
        .claims
        .iter()
        .enumerate()
        .filter(|(number, _)| !refused.contains(number))
        .map(|(number, claim)| (ready.place[number], claim))
        .collect();
    let places: Vec<u32> = ready.book.notes.iter().filter_map(|note| note.place).collect();
    let mut at = claims_at(&ready.book.book, &own, reach, &places).into_iter();
    let mut openings = Vec::new();
    for note in &ready.book.notes {
        let mut note = note.clone();
        if note.place.is_some() {
            note.claims = at.next().unwrap_or_default();
            if note.claims.is_empty() {
                continue;
            }
        }
        match note.is_of_opening {
            true => openings.push(note),
            false => traced.notes.push(note),
        }
    }
    traced.notes.extend(ready.openings_told(&openings));
    for (number, claim) in traced.claims.iter().enumerate() {
        if let Some(reason) = &claim.refused {
            traced.notes.push(Note {
                claims: vec![number],
                ..Note::of_all(Weight::Refused, reason.clone())
            });
        }
    }
    if let Some(outcome) = outcomes
        .iter()
        .find(|outcome| outcome.method == "own-money-first")
    {
        for flag in credit_first(&ready.book.book, outcome) {
            traced.notes.push(Note {
                claims: vec![ready.place[flag.claim as usize]],
                ..Note::of_place(Weight::Flag, flag.account, credit_flag(&ready.book, &flag))
            });
        }
    }
    if !ready.rules.explain {
        let text = format!(
            "{} movements are within reach of the claims: the steps from account to account are not kept, so there is no \
             picture of the flow",
            reach.len()
        );
        traced.notes.push(Note::of_all(Weight::Basis, text));
    }
}

fn credit_flag(book: &CaseBook, flag: &CreditFirst) -> String {
    let code = book.currency(flag.account);
    let show = |amount: i64| money_text(amount, code);
    let what = match flag.asset {
        Some(asset) => format!(
            "asset ‘{}’",
            book.assets.get(asset as usize).map_or("", String::as_str)
        ),
        None => "something".to_owned(),
    };
    format!(
        "{what} was bought from {{account:{}}} with {} that the bank lent, and claimed money filled that overdraft with {} \
         within {}: spent, unless backward tracing is allowed, and then {} of it would be in what was bought. Whether \
         both steps were one plan is for a court",
        book.account_id(flag.account),
        show(flag.on_credit),
        show(flag.repaid),
        match flag.gap / 86_400_000_000 {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        },
        show(flag.in_asset)
    )
}

impl Ready {
    /// One sentence for all accounts whose opening nobody knows.
    fn openings_told(&self, notes: &[Note]) -> Option<Note> {
        const MOST: usize = 5;
        let places: Vec<u32> = notes.iter().filter_map(|note| note.place).collect();
        let account = |place: &u32| {
            let opened = match self.book.book.accounts()[*place as usize].opening {
                Opening::Known(opened) => opened,
                Opening::Least | Opening::AsNeeded => 0,
            };
            format!(
                "{{account:{}}} ({})",
                self.book.account_id(*place),
                money_text(opened, self.book.currency(*place))
            )
        };
        let named: Vec<String> = places.iter().take(MOST).map(account).collect();
        let more = match places.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let mut claims: Vec<usize> = notes
            .iter()
            .flat_map(|note| note.claims.iter().copied())
            .collect();
        claims.sort_unstable();
        claims.dedup();
        (!places.is_empty()).then(|| Note {
            claims,
            ..Note::of_all(
                Weight::Basis,
                format!(
                    "no statement says what lay in the beginning on {}{more}: the least counts that keeps an account from \
                     overdraft; request their statements",
                    named.join(", ")
                ),
            )
        })
    }
}
