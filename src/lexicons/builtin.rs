//! The lexicons that are built in.

macro_rules! lexicons {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../queries/lexicons/", $name, ".csv")))),+]
    };
}

/// Name of each, and its text.
pub(super) const BUILT_IN: &[(&str, &str)] = lexicons![
    "advertising",
    "benefits",
    "credit",
    "gifts",
    "guarding",
    "housing",
    "lodging",
    "luxury",
    "merchant_categories",
    "payments",
    "provisions",
    "purposes",
    "recruitment",
    "resale",
    "sectors",
    "taxes",
    "transport",
    "wages",
];
