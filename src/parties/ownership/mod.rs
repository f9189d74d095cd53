//! Who owns and who controls an entity, from what registers say: Regulation (EU) 2024/1624, Arts 52 to 57.
//!
//! Lives here: the network of holdings as values, ownership through any number of levels and cycles in exact fractions
//! with bounds, control at each level, the grounds on which somebody is a beneficial owner, and the shape of a structure.
//! Slices in, values out. Lives not here: registers and their formats, SQL, files, printing, the clock, matching of
//! parties, and any word about a person beyond what records say. A finding never stops the rest.

mod beneficial;
mod chains;
mod control;
mod finding;
mod flow;
mod fraction;
mod integrated;
mod network;
mod owners;
mod pass;
mod register;
mod rings;
mod shells;
mod solve;
mod threshold;
mod trusts;

pub use beneficial::{Beneficial, BeneficialOwner, Ground, Grounded, Hidden};
pub use chains::{Chain, ChainBudget, Link};
pub use control::{Control, Controllers, Level, Means, Way};
pub use finding::Finding;
pub use fraction::Fraction;
pub use integrated::{Above, Covered, Integrated};
pub use network::{
    Category, Directness, Holding, Interest, Network, NoSuchParty, Party, PartyKind, Share, WHOLE,
};
pub use owners::{Declared, End, EndKind, Owners};
pub use register::{Register, Stake};
pub use shells::{NO_COUNTRY, Ring, Shape};
pub use threshold::{Decision, Regime, Threshold};
