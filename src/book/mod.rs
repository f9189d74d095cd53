//! The case as a book that tracing goes through: transfers in a stated order, what statements say of balances, what was
//! claimed, and what the engine's numbers mean in the case.
//!
//! May use `model`, `case`, `trace`, and `graph` and `patterns` for the bound by flow. Reads tables, writes none, prints nothing; what money did is decided in `trace`.

mod beside;
mod claims;
pub(crate) mod days;
mod find;
mod flow;
mod given;
mod kinds;
mod least;
mod lots;
mod note;
mod openings;
mod order;
mod own;
mod reach;
mod request;
mod reversals;
mod rows;
mod sources;
mod spendings;
mod tables;
mod told;
mod traced;
mod units;
mod why;

use hashbrown::{HashMap, HashSet};
use thiserror::Error;

pub use find::Told;
pub use given::{GivenError, read_assets, read_claims};
pub use kinds::who_and_how;
pub use lots::{HOLE, OTHER_CURRENCY};
pub use note::{Note, Weight, with_accounts};
pub use request::{
    AssetLink, CLAIMS, From, GivenClaim, GivenKind, METHOD, Request, Unread, chosen_method, standing_request,
};
pub use sources::{Backwards, Payer, SourceRow, back_from, methods_called};
pub use traced::{Bound, Progress, Traced, TracedClaim, TracedFlow, TracedLot, trace_case};
pub use why::{Why, WhyHop, method_of, why};

use self::rows::{NO_ROW, Place, Rows};
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};
use crate::model::Channel;
use crate::trace::{Account, Book, BookError, Opening, RulesError, Sequences};

/// Why a case cannot be traced.
#[derive(Debug, Error)]
pub enum TraceError {
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The transfers make no book.
    #[error("the transfers of the case cannot be traced: {0}")]
    Book(#[from] BookError),
    /// What was chosen beside the method does not fit.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// What was asked for is not there, or is not clear.
    #[error("{0}")]
    Asked(String),
    /// A person ended it.
    #[error("stopped: nothing was stored, the case is as it was before this step")]
    Stopped,
}

/// A case's transfers as a book, with what its numbers mean.
pub struct CaseBook {
    /// Accounts are numbered as in `places`, movements in the stated order.
    pub book: Book,
    places: Vec<Place>,
    currencies: Vec<String>,
    /// For each movement its place in the table of transfers, or [`NO_ROW`].
    rows: Vec<u32>,
    channels: Vec<Channel>,
    payer_places: Vec<u32>,
    payee_places: Vec<u32>,
    /// Which places stand for what the missing records of an account would tell, and of which place.
    holes: HashMap<u32, u32>,
    /// Names of assets, by number.
    assets: Vec<String>,
    /// What was bought, by code, and in what currency as far as that is told.
    spent: Vec<String>,
    spent_in: Vec<String>,
    /// Accounts of which the records have statements, or own entries, in some currency.
    recorded: HashSet<String>,
    /// What has to be said of accounts, whoever's money comes by.
    notes: Vec<Note>,
}

impl CaseBook {
    /// Reads the book of a case. `assets` say which entries bought or sold what.
    pub fn read(case: &Case, assets: &[AssetLink]) -> Result<CaseBook, TraceError> {
        let mut rows = Rows::read(case)?;
        let mut openings = openings::read(case, &mut rows)?;
        let mut notes = std::mem::take(&mut openings.notes);
        rows.keep_to_own_entries(&mut openings.holes);
        for row in &mut rows.rows {
            // A place in a file is no order of bookings, unless a bank's statement or balances vouch for it.
            if !openings.ordered.contains(&row.payer) {
                row.payer_place = rows::NO_PLACE;
            }
            if !openings.ordered.contains(&row.payee) {
                row.payee_place = rows::NO_PLACE;
            }
        }
        for (count, what) in [(rows.without_day, "day"), (rows.without_amount, "amount")] {
            if count > 0 {
                let text = format!(
                    "{count} transfers have no {what} in the records and are in no trace; request their entries anew"
                );
                notes.push(Note::of_all(Weight::Record, text));
            }
        }
        let reverses = reversals::read(case, &mut notes)?;
        let links = kinds::Links::find(case, assets, &mut rows, &mut notes)?;
        let places = std::mem::take(&mut rows.places);
        let recorded = (places.iter().filter(|place| place.recorded))
            .map(|place| place.account.clone())
            .collect();
        let is_recorded = |place: u32| places[place as usize].recorded;
        let ordered = order::ordered(
            std::mem::take(&mut rows.rows),
            openings.between,
            &reverses,
            is_recorded,
        );
        if ordered.contradictions > 0 {
            let text = format!(
                "{} times two statements contradict each other on what came first within a day: there credits go first",
                ordered.contradictions
            );
            notes.push(Note::of_all(Weight::Basis, text));
        }
        let movements = kinds::movements(&ordered.rows, &reverses, &links, &is_recorded, &mut notes);
        let account = |(number, place): (usize, &Place)| Account {
            recorded: place.recorded,
            opening: match openings.openings.get(&(number as u32)) {
                Some(opening) => *opening,
                None if place.recorded => Opening::Least,
                None => Opening::AsNeeded,
            },
            currency: u32::from(place.currency),
        };
        let mut accounts: Vec<Account> = places.iter().enumerate().map(account).collect();
        for (number, account) in accounts.iter().enumerate() {
            if account.opening == Opening::Least {
                notes.push(Note {
                    is_of_opening: true,
                    ..Note::of_place(Weight::Basis, number as u32, String::new())
                });
            }
        }
        least::openings(&mut accounts, &movements, &ordered);
        Ok(CaseBook {
            book: Book::new(accounts, movements)?,
            places,
            currencies: rows.currencies,
            rows: ordered.rows.iter().map(|row| row.row).collect(),
            channels: ordered.rows.iter().map(|row| row.channel).collect(),
            payer_places: ordered.payer_places,
            payee_places: ordered.payee_places,
            holes: openings
                .holes
                .into_iter()
                .map(|(place, hole)| (hole, place))
                .collect(),
            assets: links.assets,
            spent: kinds::spent_by_channel(),
            spent_in: Vec::new(),
            recorded,
            notes,
        })
    }

    /// What the places of movements in statements are.
    pub fn sequences(&self) -> Sequences<'_> {
        Sequences {
            payer: &self.payer_places,
            payee: &self.payee_places,
        }
    }

    /// Id of the account with this number.
    pub fn account_id(&self, place: u32) -> &str {
        &self.places[place as usize].account
    }

    /// Currency of the account with this number, as records write it.
    pub fn currency(&self, place: u32) -> &str {
        &self.currencies[usize::from(self.places[place as usize].currency)]
    }

    /// Whether the records have statements of an account in another currency alone.
    fn has_other_currency(&self, place: u32) -> bool {
        let own = &self.places[place as usize];
        !own.recorded && self.recorded.contains(&own.account)
    }

    /// Ten-thousandths of the smallest unit of any of its currencies.
    fn smallest_unit(&self) -> i64 {
        let units = self.currencies.iter().map(|code| units::unit_of(code));
        units.min().unwrap_or(1)
    }

    /// The transfers behind movements; movements that follow from statements have none.
    pub fn tell(
        &self,
        case: &Case,
        movements: impl Iterator<Item = u32>,
    ) -> Result<HashMap<u32, Told>, CaseError> {
        let mut wanted: HashMap<u32, Vec<u32>> = HashMap::new();
        for movement in movements {
            let row = self.rows[movement as usize];
            if row != NO_ROW {
                wanted.entry(row).or_default().push(movement);
            }
        }
        let rows: HashSet<u32> = wanted.keys().copied().collect();
        let mut told = HashMap::new();
        for (row, one) in find::tell(case, &rows)? {
            for movement in &wanted[&row] {
                told.insert(*movement, one.clone());
            }
        }
        Ok(told)
    }

    /// The movements of rows of the table; a row that is split has two.
    fn movements_of(&self, rows: &HashSet<u32>) -> HashMap<u32, Vec<u32>> {
        let mut found: HashMap<u32, Vec<u32>> = HashMap::new();
        for (movement, row) in (0_u32..).zip(&self.rows) {
            if rows.contains(row) {
                found.entry(*row).or_default().push(movement);
            }
        }
        found
    }

    /// The numbers of an account, one a currency: by id, or by its number or IBAN as records write it.
    fn places_called(&self, case: &Case, text: &str) -> Result<Vec<u32>, CaseError> {
        let ids = account_ids(case, text)?;
        let is_called =
            |place: &(u32, &Place)| ids.contains(&place.1.account) && !self.holes.contains_key(&place.0);
        let found = (0_u32..).zip(&self.places).filter(is_called);
        Ok(found.map(|(number, _)| number).collect())
    }
}

/// The ids of the accounts that are called so: an id, a number or an IBAN as records write it, spaces aside.
pub fn account_ids(case: &Case, text: &str) -> Result<HashSet<String>, CaseError> {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_uppercase();
    let wanted = plain(text);
    let mut found = HashSet::new();
    each_row(
        case,
        Table::Accounts,
        &["account_id", "number", "iban"],
        |[id, number, iban]| {
            let is_named = [number, iban]
                .iter()
                .any(|own| !own.is_empty() && plain(own) == wanted);
            if is_named || id == text.trim() {
                found.insert(id.to_owned());
            }
        },
    )?;
    Ok(found)
}
