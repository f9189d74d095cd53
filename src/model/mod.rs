//! The words that every other room shares: money, time, identities, citations, entries, findings.
//!
//! Plain values only. Nothing here reads a file, runs SQL, prints, or knows about another room.

mod account;
mod amount;
mod currency;
mod currency_number;
mod entry;
mod finding;
mod identity;
mod mention;
mod moment;
mod order;
mod relation;
mod statement;
mod wealth;

pub use account::{AccountKey, AccountScheme};
pub use amount::{Amount, AmountError, NumberStyle, SCALE, format_scaled};
pub use currency::{Currency, CurrencyError, digits_of, money_text};
pub use entry::{Channel, CounterpartyStatus, Direction, EntryRow, Leg, Origin, Place};
pub use finding::{Describes, Finding, FindingEntry};
pub use identity::{entry_id, hash_id, hex, is_in_source, sha256, source_prefix, statement_id, transfer_id};
pub use mention::{NamedParty, decision_key, is_identifying, is_lei, is_masked, party_key};
pub use moment::{Date, Moment, TimePrecision, period};
pub use order::{DetailRow, OrderKind, OrderRow, OrderSide};
pub use relation::{RelationKind, RelationRow, Share, WHOLE};
pub use statement::{AccountMention, IncomeRow, PartyRow, StatementRow, is_body};
pub use wealth::{AssetRow, ExpenseRow, LiabilityRow, RateRow};
