//! The packs that are built in.

use super::pack::{Pack, PackError};

macro_rules! packs {
    ($($folder:literal: $($name:literal),+;)+) => {
        &[$($((
            concat!("queries/", $folder, "/", $name, ".sql"),
            include_str!(concat!("../../queries/", $folder, "/", $name, ".sql")),
        )),+),+]
    };
}

/// Path of each, and its text.
pub(super) const BUILT_IN: &[(&str, &str)] = packs! {
    "indicators":
        "structuring", "pass_through", "funnel_account", "dormant_reactivation", "wage_stacking";
    "shells":
        "mass_address", "officer_overload", "shared_contacts", "circular_ownership", "long_chain", "opaque_owner",
        "no_substance", "in_equals_out", "turnover_unfiled", "young_and_large", "sector_mismatch",
        "few_counterparties", "round_and_wordless", "shelf_reactivated", "officer_change", "officer_profile",
        "strike_offs", "listed_country", "address_class", "three_countries", "lapsed_status", "loan_as_capital",
        "account_for_another", "asset_for_another", "company_for_another", "director_for_another";
};

/// The same of what members of a cluster do.
pub(super) const FUNCTIONS: &[(&str, &str)] = packs! {
    "functions":
        "recruiter", "transport", "advertising", "guarding", "housing", "cash_collection", "front", "treasury";
};

/// The built-in packs, sorted by id.
pub fn builtin() -> Result<Vec<Pack>, PackError> {
    parsed(BUILT_IN)
}

/// The built-in packs of functions, sorted by id.
pub(super) fn builtin_functions() -> Result<Vec<Pack>, PackError> {
    parsed(FUNCTIONS)
}

fn parsed(files: &[(&str, &str)]) -> Result<Vec<Pack>, PackError> {
    let mut packs = files
        .iter()
        .map(|(file, text)| Pack::parse(file, text))
        .collect::<Result<Vec<Pack>, PackError>>()?;
    packs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(packs)
}
