//! Tracing against the document's figures, against a slow second implementation in exact fractions, and against what has
//! to hold for any network.

mod all_funds;
mod all_orders;
mod backward;
mod bad_input;
mod contradictions;
mod fraction;
mod funds;
mod golden;
mod intervals;
mod many_orders;
mod narrow;
mod networks;
mod oracle;
mod parcels;
mod properties;
mod second;
mod tools;
