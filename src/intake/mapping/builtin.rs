//! The mappings that come with the tool, read once from the files built into it.

use std::sync::OnceLock;

use super::Mapping;

/// Text of every mapping built in, in the order in which lists show them.
const TEXTS: [&str; 25] = [
    include_str!("../mappings/ing-nl.toml"),
    include_str!("../mappings/rabobank.toml"),
    include_str!("../mappings/abn-amro-tab.toml"),
    include_str!("../mappings/sparkasse-camt.toml"),
    include_str!("../mappings/revolut.toml"),
    include_str!("../mappings/berka.toml"),
    include_str!("../mappings/geldspoor-entries.toml"),
    include_str!("../mappings/geldspoor-listing.toml"),
    include_str!("../mappings/measure-listing.toml"),
    include_str!("../mappings/ibm-aml.toml"),
    include_str!("../mappings/ibm-aml-keys.toml"),
    include_str!("../mappings/amlsim.toml"),
    include_str!("../mappings/amlgentex.toml"),
    include_str!("../mappings/western-union.toml"),
    include_str!("../mappings/moneygram.toml"),
    include_str!("../mappings/card-acquirer.toml"),
    include_str!("../mappings/geldspoor-account-holders.toml"),
    include_str!("../mappings/amlgentex-accounts.toml"),
    include_str!("../mappings/ibm-aml-accounts.toml"),
    include_str!("../mappings/berka-disponents.toml"),
    include_str!("../mappings/geldspoor-employers.toml"),
    include_str!("../mappings/geldspoor-incomes.toml"),
    include_str!("../mappings/labels-amlgentex.toml"),
    include_str!("../mappings/labels-amlsim.toml"),
    include_str!("../mappings/registers-berka.toml"),
];

/// Every mapping built in. A test reads them all, so none is missing here.
pub fn builtin() -> &'static [Mapping] {
    static MAPPINGS: OnceLock<Vec<Mapping>> = OnceLock::new();
    MAPPINGS.get_or_init(|| {
        TEXTS
            .iter()
            .filter_map(|text| Mapping::parse(text).ok())
            .collect()
    })
}

/// The built-in mapping of that id.
pub fn builtin_by_id(id: &str) -> Option<&'static Mapping> {
    builtin().iter().find(|mapping| mapping.id == id)
}

/// The text of the built-in mapping of that id, to start one of your own and to hash.
pub fn builtin_text(id: &str) -> Option<&'static str> {
    let at = builtin().iter().position(|mapping| mapping.id == id)?;
    TEXTS.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_mapping_with_an_id_of_its_own() {
        for text in TEXTS {
            if let Err(error) = Mapping::parse(text) {
                panic!("{error}");
            }
        }
        let mut ids: Vec<&str> = builtin().iter().map(|m| m.id.as_str()).collect();
        assert_eq!(ids.len(), TEXTS.len());
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), TEXTS.len());
    }
}
