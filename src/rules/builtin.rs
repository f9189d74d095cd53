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
        "advertisement_identifier", "advertisement_payments", "after_hours_takings", "batch_opening", "benefit_capture", "cash_only_business", "city_circuit", "client_payments", "controlled_account", "corridor_payments", "corridor_receiver", "credit_bust", "deposits_in_many_cities", "dormant_reactivation", "escalation_then_travel", "family_cell", "front_hospitality", "funnel_account", "housing_knot", "labour_pass_through", "lifestyle_gap", "limits_avoided", "lodging_cluster", "many_cards_one_machine", "many_rides", "many_senders_abroad", "minor_paid_by_many", "new_account_sequence", "night_deposits", "pass_through", "payment_service_masking", "phone_top_ups", "provision_basket", "recruitment_debt", "resale_payouts", "shared_contact_data", "shared_spending", "small_cash_deposits", "small_equal_purchases", "small_payroll", "structuring", "travel_for_others", "uniform_allowance", "wage_deductions", "wage_stacking", "wage_sweep", "youth_courier";
    "shells":
        "mass_address", "officer_overload", "shared_contacts", "circular_ownership", "long_chain", "opaque_owner",
        "no_substance", "in_equals_out", "turnover_unfiled", "young_and_large", "sector_mismatch",
        "few_counterparties", "round_and_wordless", "shelf_reactivated", "officer_change", "officer_profile",
        "strike_offs", "listed_country", "address_class", "three_countries", "lapsed_status", "loan_as_capital",
        "account_for_another", "asset_for_another", "company_for_another", "director_for_another";
};

/// The view that goes through all movements: rules that go by it share one look.
pub const SHARED_VIEW: &str = "control_signs";

/// What many packs begin with, as views of a session: name and text, each after those that it knows.
pub const VIEWS: [(&str, &str); 6] = [
    ("movements", include_str!("../../queries/views/movements.sql")),
    ("holders_of", include_str!("../../queries/views/holders_of.sql")),
    (
        "sole_holders",
        include_str!("../../queries/views/sole_holders.sql"),
    ),
    (SHARED_VIEW, include_str!("../../queries/views/control_signs.sql")),
    (
        "accounts_under_control",
        include_str!("../../queries/views/accounts_under_control.sql"),
    ),
    // The named query of that name, so that nobody writes it again.
    (
        "guarded_accounts",
        include_str!("../../queries/reports/guarded_accounts.sql"),
    ),
];

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
pub fn builtin_functions() -> Result<Vec<Pack>, PackError> {
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
