//! Which findings stand together: groups of people and accounts around a point at which money of others comes together,
//! told only where several indicators of different kinds agree.
//!
//! The rule (domain 2.1; FINTRAC, AUSTRAC and FATF all say that no indicator is enough alone): three indicators of two
//! families, or one that shows control by itself and one other. Every indicator is shown; there is no score. Groups of one
//! to five people with little money come before large ones where they show more control: the order goes by control, never
//! by volume.
//!
//! Who is exploited is a member on the exploited side and nothing is said against that person: an indicator of that side
//! speaks of whoever takes the money. A group in which nobody stands on another side is none: its findings are leads for
//! protection. Takes slices and returns values; no tables, no pages.

mod form;
mod grouping;

pub use form::{Cluster, Criterion, Hit, Indicator, Link, Member, Side, clusters};
