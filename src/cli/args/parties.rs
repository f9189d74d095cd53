//! Arguments of `resolve` and `owners`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, day};
use crate::model::Date;

#[derive(Args, Debug)]
pub struct Resolve {
    /// Why two are one party, or are not: every field with its evidence and weight. Each by party id, registration
    /// number or name
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["merge", "never", "split"])]
    pub explain: Option<Vec<String>>,
    /// Draw that explanation as a waterfall into this SVG file
    #[arg(long, value_name = "FILE.svg", requires = "explain")]
    pub picture: Option<PathBuf>,
    /// These two are one party: a person's decision
    #[arg(long, num_args = 2, value_names = ["A", "B"], requires = "reason", conflicts_with_all = ["never", "split"])]
    pub merge: Option<Vec<String>>,
    /// These two are never one party: a person's decision
    #[arg(long, num_args = 2, value_names = ["A", "B"], requires = "reason", conflicts_with = "split")]
    pub never: Option<Vec<String>>,
    /// These mentions (ids of table party_mentions) are taken out of their party for good: a person's decision
    #[arg(long, num_args = 1.., value_name = "MENTION", requires = "reason")]
    pub split: Vec<String>,
    /// Why; it stands with the decision
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Rows of each list on the screen
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub rows: usize,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct Owners {
    /// The company, trust or other entity: party id, registration number or name
    #[arg(value_name = "ENTITY")]
    pub entity: String,
    /// From what share a person counts as owner: gte25 (25 % or more, Regulation (EU) 2024/1624 Art. 52), gt25 (more than
    /// 25 %, Directive (EU) 2015/849 Art. 3(6)), or any number as in gte15, gt10, gte12.5
    #[arg(long, value_name = "REGIME", default_value = "gte25")]
    pub regime: String,
    /// Another regime for entities of a sector, as in 92=gte15 (NACE codes that begin so; Regulation (EU) 2024/1624 Art. 52(2))
    #[arg(long, value_name = "SECTOR=REGIME")]
    pub category: Vec<String>,
    /// As things stood on this day (as in 2026-01-31); where not given, as the records last tell them: what has ended is left
    /// out
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub as_of: Option<Date>,
    /// Chains of ownership shown for each owner
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub chains: usize,
    /// Draw the owners and their chains into this SVG file
    #[arg(long, value_name = "FILE.svg")]
    pub chart: Option<PathBuf>,
    #[command(flatten)]
    pub format: Format,
}
