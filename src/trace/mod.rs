//! Tracing: where claimed money went, under every method side by side, to the ten-thousandth.
//!
//! Slices in, values out: no files, no SQL, no async, no printing, no clock. What a tracing says depends on book, claims
//! and rules alone, never on the number of threads. No law of the Union prescribes one method, so none is chosen here: the
//! authority chooses, and sees beside its choice what the others say.

mod all_funds;
mod back;
mod book;
mod claim;
mod credit_first;
mod explain;
mod exposure;
mod fifo;
mod interval;
mod knot;
mod lifo;
mod lot;
mod method;
mod orders;
mod origin_age;
mod own_money_first;
mod pari_passu;
mod piece;
mod plan;
mod pots;
mod pro_rata;
mod quantity;
mod rounding;
mod rules;
mod share;
mod states;
mod store;
mod tainted_first;
mod together;
mod walk;

pub use all_funds::{AllFunds, AllFundsError, Fund, Receipt, all_funds};
pub use back::{Backward, Origin, Source, Target, back};
pub use book::{Account, Book, BookError, Kind, Movement, OUTSIDE, Opening};
pub use claim::{Claim, ClaimError, ClaimKind};
pub use credit_first::{CreditFirst, credit_first};
pub use explain::{Explanation, Hop, explain};
pub use exposure::Exposure;
pub use fifo::Fifo;
pub use interval::{Ground, Interval, Sequences, UNKNOWN, intervals};
pub use lifo::Lifo;
pub use lot::{Conservation, Distribution, End, FIRST, Lot, Outcome, Step};
pub use method::{GoesFirst, METHODS, Method, TraceInput, Which, method, trace};
pub use origin_age::{NewestOriginFirst, OldestOriginFirst};
pub use own_money_first::OwnMoneyFirst;
pub use pari_passu::PariPassu;
pub use pro_rata::ProRata;
pub use rules::{Gain, Interest, Rules, RulesError};
pub use tainted_first::TaintedFirst;
pub use walk::end_of;
