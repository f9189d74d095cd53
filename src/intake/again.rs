//! Whether a file that was taken in before is read anew.

use super::mapping::{builtin, builtin_text};
use super::{Delivery, Sibling};
use crate::model::{hex, sha256, source_prefix};

/// Whether a source that was read is read anew.
pub(super) enum Again {
    /// With this account, where one is given or was given before.
    Yes(String),
    /// No, and why.
    No(String),
}

/// A mapping that a person gives now replaces the one that a file was read with, and so does an account, where the
/// mapping asks for one. A file that is read together with others is read anew where one of them is here that was not
/// there before. `how` is what the manifest says of the source, `beside` the [companions](companions) of now.
pub(super) fn read_again(how: &str, delivery: &Delivery, beside: &str) -> Again {
    let had = how.split_once(BESIDE).map_or("", |(_, had)| had);
    if let Some(now) = beside.strip_prefix(BESIDE)
        && now
            .split('+')
            .any(|id| !had.split('+').any(|before| before == id))
    {
        return Again::Yes(String::new());
    }
    let before = || Again::No("taken in before".to_owned());
    let Some(how) = how.strip_prefix("csv ") else {
        return before();
    };
    let (hash, account) = how.split_once(FOR_ACCOUNT).unwrap_or((how, ""));
    let given = delivery.account.as_str();
    let account = if given.is_empty() { account } else { given };
    let mapping = delivery.mapping.as_deref();
    if mapping.is_some_and(|mapping| mapping.sha256 != hash) {
        return Again::Yes(account.to_owned());
    }
    if how == by_account(hash, given) || given.is_empty() {
        return before();
    }
    let asked = match mapping {
        Some(mapping) => Some(mapping.mapping.account_is_asked()),
        None => builtin()
            .iter()
            .find(|mapping| {
                builtin_text(&mapping.id).is_some_and(|text| hex(&sha256(text.as_bytes())) == hash)
            })
            .map(|mapping| mapping.account_is_asked()),
    };
    match asked {
        Some(true) => Again::Yes(given.to_owned()),
        Some(false) => before(),
        None => {
            Again::No("taken in before with a mapping of your own; give it again with the account".to_owned())
        }
    }
}

/// What the manifest says of the siblings that a file is read with: the beginnings of their hashes; empty where there
/// are none.
pub(super) fn companions(siblings: &[&Sibling]) -> String {
    if siblings.is_empty() {
        return String::new();
    }
    let mut ids: Vec<&str> = siblings
        .iter()
        .map(|file| source_prefix(&file.source_id))
        .collect();
    ids.sort_unstable();
    format!("{BESIDE}{}", ids.join("+"))
}

const BESIDE: &str = "beside ";

/// Between the mapping's hash and the account in what the manifest says of a source.
const FOR_ACCOUNT: &str = " for ";

/// What the manifest says of a source: the mapping's hash, and the account where one was given.
pub(super) fn by_account(hash: &str, account: &str) -> String {
    match account {
        "" => hash.to_owned(),
        account => format!("{hash}{FOR_ACCOUNT}{account}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::intake::mapping::NamedMapping;

    fn mapping(from: &str) -> NamedMapping {
        let text = format!(
            "id = \"x\"\ntitle = \"X\"\nversion = 1\nsource = \"made up\"\ntable = \"entries\"\n\
             [columns]\ndate = \"d\"\naccount = \"a\"\namount = \"m\"\n[dates]\nbooked = \"date\"\n\
             [amount]\ncolumn = \"amount\"\n[currency]\nconstant = \"EUR\"\n[account]\naccount_from = \"{from}\"\n"
        );
        NamedMapping::parse(&text).expect("a mapping")
    }

    #[test]
    fn only_what_would_read_otherwise_is_read_again() {
        let (asks, has) = (mapping("name"), mapping("column:account"));
        let delivery = |mapping: Option<&NamedMapping>, account: &str| Delivery {
            mapping: mapping.cloned().map(Arc::new),
            account: account.to_owned(),
            ..Delivery::default()
        };
        let again = |how: &str, delivery: &Delivery| match read_again(how, delivery, "") {
            Again::Yes(account) => Some(account),
            Again::No(_) => None,
        };
        let how =
            |mapping: &NamedMapping, account: &str| format!("csv {}", by_account(&mapping.sha256, account));
        // Another mapping; the account that was given before stays.
        assert_eq!(
            again(&how(&asks, "A"), &delivery(Some(&has), "")).as_deref(),
            Some("A")
        );
        assert_eq!(again(&how(&asks, "A"), &delivery(Some(&asks), "")), None);
        // Another account.
        assert_eq!(
            again(&how(&asks, "A"), &delivery(Some(&asks), "B")).as_deref(),
            Some("B")
        );
        assert_eq!(again(&how(&asks, "A"), &delivery(Some(&asks), "A")), None);
        // A file that names its account, one whose mapping is not at hand, one of another format.
        assert_eq!(again(&how(&has, ""), &delivery(Some(&has), "B")), None);
        assert_eq!(again(&how(&asks, ""), &delivery(None, "B")), None);
        assert_eq!(again("camt.053", &delivery(Some(&asks), "B")), None);
        // A file of several, with others than before; fewer than before change nothing.
        let beside =
            |how: &str, now: &str| matches!(read_again(how, &delivery(None, ""), now), Again::Yes(_));
        assert!(beside("simba", "beside a"));
        assert!(beside("simba beside a", "beside a+b"));
        assert!(beside("simba beside a", "beside b"));
        assert!(!beside("simba beside a+b", "beside a"));
        assert!(!beside("simba beside a", ""));
    }
}
