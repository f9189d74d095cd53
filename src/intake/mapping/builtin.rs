//! The mappings that come with the tool, read once from the files built into it.

use std::sync::OnceLock;

use super::Mapping;

// The files are named by the ids of their mappings.
macro_rules! texts {
    ($($id:literal),+ $(,)?) => {
        [$(($id, include_str!(concat!("../mappings/", $id, ".toml")))),+]
    };
}

/// Id and text of every mapping built in, in the order in which lists show them.
static TEXTS: &[(&str, &str)] = &texts![
    // Banks of the Netherlands and Belgium.
    "ing-nl",
    "ing-nl-savings",
    "rabobank",
    "rabobank-card",
    "abn-amro-tab",
    "asn-sns",
    "knab",
    "bunq",
    "kbc",
    "kbc-card",
    "belfius",
    "bnp-paribas-fortis",
    "ing-be",
    // Germany, Austria and Switzerland.
    "sparkasse-camt",
    "sparkasse-card",
    "vr-bank",
    "dkb",
    "dkb-legacy",
    "ing-diba",
    "deutsche-bank",
    "postbank-legacy",
    "comdirect",
    "commerzbank",
    "commerzbank-legacy",
    "consorsbank",
    "hypovereinsbank",
    "gls",
    "n26",
    "n26-legacy",
    "outbank",
    "raiffeisen-at",
    "raiffeisen-at-dat",
    "ubs",
    "ubs-fr",
    "raiffeisen-ch",
    "neon",
    // Great Britain and Ireland.
    "monzo",
    "monzo-legacy",
    "starling",
    "barclays",
    "barclaycard",
    "lloyds",
    "natwest",
    "nationwide",
    "first-direct",
    "john-lewis-card",
    "aib",
    "bank-of-ireland",
    // Other banks of Europe.
    "boursorama",
    "ing-es",
    "pko-bp",
    "millennium-pl",
    "mbank-pl",
    "raiffeisen-cz",
    "ceska-sporitelna",
    "erste-hu",
    "swedbank-lt",
    "nordea-se",
    "swedbank-se",
    "danske-bank",
    // America and Asia.
    "schwab-checking",
    "capital-one",
    "chase-checking",
    "chase-card",
    "pc-mastercard",
    "mint",
    "ocbc",
    "dbs-posb",
    // Payment services.
    "revolut",
    "revolut-legacy",
    "revolut-business",
    "wise-statement",
    "wise-history",
    "paypal-us",
    "paypal-eu",
    "paypal-de",
    "payoneer-us",
    "payoneer-eu",
    "stripe",
    // Crypto exchanges.
    "coinbase",
    "kraken-ledgers",
    "binance",
    "bitstamp",
    "bitvavo",
    "bitpanda",
    "crypto-com",
    // Money transfer and cards.
    "western-union",
    "moneygram",
    "card-acquirer",
    // Research sets and files of our own.
    "berka",
    "geldspoor-entries",
    "geldspoor-listing",
    "measure-listing",
    "ibm-aml",
    "ibm-aml-keys",
    "amlsim",
    "amlgentex",
    "geldspoor-account-holders",
    "amlgentex-accounts",
    "ibm-aml-accounts",
    "berka-disponents",
    "geldspoor-parties",
    "geldspoor-employers",
    "geldspoor-owners",
    "gleif-lei",
    "gleif-relationships",
    "gleif-exceptions",
    "geldspoor-incomes",
    "geldspoor-stated-incomes",
    "geldspoor-assets",
    "geldspoor-liabilities",
    "geldspoor-expenses",
    "geldspoor-rates",
    "labels-amlgentex",
    "labels-amlsim",
    "registers-berka",
    // Known, and no records.
    "xero-journal",
    "amazon-orders",
    "camt-summary",
    "pain-ids",
];

/// Every mapping built in. A test reads them all, so none is missing here.
pub fn builtin() -> &'static [Mapping] {
    static MAPPINGS: OnceLock<Vec<Mapping>> = OnceLock::new();
    MAPPINGS.get_or_init(|| {
        TEXTS
            .iter()
            .filter_map(|(_, text)| Mapping::parse(text).ok())
            .collect()
    })
}

/// The built-in mapping of that id.
pub fn builtin_by_id(id: &str) -> Option<&'static Mapping> {
    builtin().iter().find(|mapping| mapping.id == id)
}

/// The text of the built-in mapping of that id, to start one of your own and to hash.
pub fn builtin_text(id: &str) -> Option<&'static str> {
    TEXTS
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, text)| *text)
}

/// Id and text of every built-in mapping.
pub fn builtin_texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEXTS.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_mapping_with_an_id_of_its_own() {
        for (id, text) in TEXTS {
            match Mapping::parse(text) {
                Ok(mapping) => assert_eq!(mapping.id, *id),
                Err(error) => panic!("{error}"),
            }
        }
        let mut ids: Vec<&str> = builtin().iter().map(|m| m.id.as_str()).collect();
        assert_eq!(ids.len(), TEXTS.len());
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), TEXTS.len());
    }
}
