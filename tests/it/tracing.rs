//! Tracing against the document's figures, against a slow second implementation in exact fractions, and against what has
//! to hold for any network.

mod fraction;
mod golden;
mod networks;
mod oracle;
mod second;
mod tools;
