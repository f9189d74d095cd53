//! What a movement is, as far as it decides what becomes of money.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};

use super::find::{As, find};
use super::note::{Note, Weight};
use super::request::AssetLink;
use super::rows::{NO_ROW, Other, Row, Rows};
use crate::case::{Case, CaseError};
use crate::model::Channel;
use crate::trace::{Kind, Movement, OUTSIDE};

/// Which transfers bought or sold what.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Names, by number.
    pub assets: Vec<String>,
    /// Row of the table: asset, and whether it was sold.
    rows: HashMap<u32, (u32, bool)>,
}

impl Links {
    /// Finds the transfers of links. One between two recorded accounts is split in two: the buyer's payment goes into the
    /// asset, and the seller's money is the price of what was sold, so own money.
    pub fn find(
        case: &Case,
        links: &[AssetLink],
        rows: &mut Rows,
        notes: &mut Vec<Note>,
    ) -> Result<Links, CaseError> {
        let wanted: HashSet<String> = links.iter().map(|link| link.entry.clone()).collect();
        let found = find(case, &wanted)?;
        let names: BTreeMap<&str, u32> = {
            let all: std::collections::BTreeSet<&str> =
                links.iter().map(|link| link.asset.as_str()).collect();
            all.into_iter().zip(0..).collect()
        };
        let mut made = Links {
            assets: names.keys().map(|name| (*name).to_owned()).collect(),
            rows: HashMap::new(),
        };
        for link in links {
            let wanted_side = if link.sale { As::Credit } else { As::Debit };
            let fits = |(_, as_what): &&(u32, As)| [wanted_side, As::Transfer].contains(as_what);
            let own: Vec<u32> = found
                .get(&link.entry)
                .into_iter()
                .flatten()
                .filter(fits)
                .map(|(row, _)| *row)
                .collect();
            if own.is_empty() {
                let side = if link.sale { "credit" } else { "debit" };
                let text = format!(
                    "asset ‘{}’: ‘{}’ is no {side} of these records; `geldspoor show {}` tells what it is",
                    link.asset, link.entry, link.entry
                );
                notes.push(Note::of_all(Weight::Refused, text));
            }
            for row in own {
                let number = names[link.asset.as_str()];
                if let Some((other, _)) = made.rows.insert(row, (number, link.sale))
                    && other != number
                {
                    let text = format!(
                        "‘{}’ is linked to two assets, ‘{}’ and ‘{}’: the later counts; link each payment to one",
                        link.entry, made.assets[other as usize], link.asset
                    );
                    notes.push(Note::of_all(Weight::Basis, text));
                }
            }
        }
        if made.rows.is_empty() {
            return Ok(made);
        }
        let mut split = Vec::with_capacity(rows.rows.len());
        for row in &rows.rows {
            match made.rows.contains_key(&row.row) && row.payer != OUTSIDE && row.payee != OUTSIDE {
                true => split.extend([
                    Row {
                        payee: OUTSIDE,
                        received: row.paid,
                        ..*row
                    },
                    Row {
                        payer: OUTSIDE,
                        paid: row.received,
                        ..*row
                    },
                ]),
                false => split.push(*row),
            }
        }
        rows.rows = split;
        Ok(made)
    }
}

/// The movements of rows, in their order.
pub(super) fn movements(
    rows: &[Row],
    reverses: &HashMap<u32, u32>,
    links: &Links,
    recorded: &impl Fn(u32) -> bool,
    notes: &mut Vec<Note>,
) -> Vec<Movement> {
    let earlier: HashSet<u32> = reverses.values().copied().collect();
    let mut number_of: HashMap<u32, u32> = HashMap::new();
    let mut lost = 0;
    let mut made = Vec::with_capacity(rows.len());
    for (number, row) in (0_u32..).zip(rows) {
        if earlier.contains(&row.row) {
            number_of.insert(row.row, number);
        }
        let back = reverses.get(&row.row).filter(|_| row.row != NO_ROW);
        let reversed = back.and_then(|back| number_of.get(back)).filter(|earlier| {
            let forth: &Movement = &made[**earlier as usize];
            (forth.payer, forth.payee) == (row.payee, row.payer)
                && !matches!(forth.kind, Kind::Reversal(_) | Kind::Sale(_))
        });
        lost += u64::from(back.is_some() && reversed.is_none());
        let kind = match (reversed, links.rows.get(&row.row)) {
            (Some(earlier), _) => Kind::Reversal(*earlier),
            (None, Some((asset, false))) if row.payer != OUTSIDE => Kind::Asset(*asset),
            (None, Some((asset, true))) if row.payee != OUTSIDE => Kind::Sale(*asset),
            _ => kind(row, recorded),
        };
        made.push(Movement {
            payer: row.payer,
            payee: row.payee,
            paid: row.paid,
            received: row.received,
            at: row.at,
            kind,
        });
    }
    if lost > 0 {
        let text = format!(
            "{lost} entries that take back an earlier one name other accounts than it, or come before it: they are traced as \
             payments of their own"
        );
        notes.push(Note::of_all(Weight::Basis, text));
    }
    made
}

fn kind(row: &Row, recorded: &impl Fn(u32) -> bool) -> Kind {
    let is_recorded = |side: u32| side != OUTSIDE && recorded(side);
    let goes_out = !is_recorded(row.payee);
    let comes_in = row.payer == OUTSIDE;
    match row.channel {
        _ if row.other == Other::Cash || row.channel.is_cash() => match (row.payee == OUTSIDE, comes_in) {
            (true, _) => Kind::CashOut,
            (_, true) => Kind::CashIn,
            _ => Kind::Ordinary,
        },
        Channel::Fee if goes_out => Kind::Fee,
        Channel::Interest if comes_in => Kind::Interest,
        Channel::Interest if goes_out => Kind::Fee,
        channel if row.payee == OUTSIDE || (goes_out && channel.is_purchase()) => Kind::Spent(code(channel)),
        _ => Kind::Ordinary,
    }
}

/// The code of what is paid by a channel.
pub(super) fn code(channel: Channel) -> u32 {
    CHANNELS.iter().position(|known| *known == channel).unwrap_or(0) as u32
}

const CHANNELS: [Channel; 17] = [
    Channel::Unknown,
    Channel::CashBranch,
    Channel::CashAtm,
    Channel::CardPos,
    Channel::CardEcom,
    Channel::TransferSepa,
    Channel::TransferIntl,
    Channel::Transfer,
    Channel::Remittance,
    Channel::DirectDebit,
    Channel::Cheque,
    Channel::Loan,
    Channel::Fee,
    Channel::Interest,
    Channel::Fx,
    Channel::Crypto,
    Channel::Internal,
];

/// How money was paid that nobody's account is named for, in words.
pub(super) fn paid_by(channel: Channel) -> &'static str {
    match channel {
        Channel::CardPos => "by card in a shop",
        Channel::CardEcom => "by card at a distance",
        Channel::DirectDebit => "by direct debit",
        Channel::Remittance => "by money transfer service",
        Channel::Cheque => "by cheque",
        Channel::Loan => "for a loan",
        Channel::Crypto => "for crypto-assets",
        Channel::Fx => "for foreign money",
        Channel::CashBranch | Channel::CashAtm => "in cash",
        Channel::TransferIntl => "abroad, account not told",
        _ => "account not told",
    }
}

/// Who was paid and how, of what a lot says of money spent: nobody where no name is recorded; no way where the text is none
/// of ours, so that nobody knows what of it is a name.
pub fn who_and_how(told: &str) -> (Option<&str>, Option<&'static str>) {
    let ways = CHANNELS.map(paid_by);
    if let Some(way) = ways.into_iter().find(|way| *way == told) {
        return (None, Some(way));
    }
    // The longest that fits: one way ends as another does.
    let named = ways
        .into_iter()
        .filter_map(|way| Some((told.strip_suffix(way)?.strip_suffix(", ")?, way)))
        .min_by_key(|(who, _)| who.len());
    match named {
        Some((who, way)) => (Some(who), Some(way)),
        None => (Some(told), None),
    }
}

/// What is bought, by [`code`], as long as nobody asked who sold it.
pub(super) fn spent_by_channel() -> Vec<String> {
    CHANNELS.map(|channel| paid_by(channel).to_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_the_way_of_payment() {
        for way in CHANNELS.map(paid_by) {
            assert_eq!(who_and_how(way), (None, Some(way)));
            let named = format!("Shop, by cheque, {way}");
            assert_eq!(who_and_how(&named), (Some("Shop, by cheque"), Some(way)));
        }
        assert_eq!(who_and_how("Ada Ames"), (Some("Ada Ames"), None));
    }
}
