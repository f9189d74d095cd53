//! Texts of a finding without the names of those whom it must not name.

use serde_json::{Map, Value};

use crate::model::Finding;

const ACCOUNT: &str = "an account that is not named here";
const PARTY: &str = "a party that is not named here";

/// Takes every account and party that is shielded out of what a finding says and measures: named as a place where money
/// comes to, it would be the exit that the gate keeps silent about. What the finding is about, and the entries that it
/// cites, stay.
pub(super) fn unname(finding: &mut Finding, is_shielded: &dyn Fn(&str) -> bool) {
    for text in [&mut finding.explanation, &mut finding.sufficiency] {
        if let Some(less) = without(text, is_shielded) {
            *text = less;
        }
    }
    let Ok(mut measures) = serde_json::from_str::<Map<String, Value>>(&finding.measures) else {
        return;
    };
    let mut is_other = false;
    for value in measures.values_mut() {
        if let Some(less) = value.as_str().and_then(|text| without(text, is_shielded)) {
            *value = Value::from(less);
            is_other = true;
        }
    }
    if is_other {
        finding.measures = Value::Object(measures).to_string();
    }
}

/// A text with other words in the place of ids that are shielded, in braces or bare; nothing where it has none.
fn without(text: &str, is_shielded: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut less = String::with_capacity(text.len());
    let mut is_other = false;
    let mut rest = text;
    while !rest.is_empty() {
        let braced = ["{account:", "{party:"].into_iter().find_map(|open| {
            let (id, _) = rest.strip_prefix(open)?.split_once('}')?;
            Some((id, open.len() + id.len() + 1))
        });
        let bare = || {
            let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let end = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
            (&rest[..end], end)
        };
        let (id, length) = braced.unwrap_or_else(bare);
        if !id.is_empty() && is_shielded(id) {
            let words = match rest.starts_with("{party:") || id.starts_with("p-") {
                true => PARTY,
                false => ACCOUNT,
            };
            match less.is_empty() || less.ends_with(". ") {
                true => less.push_str(&words.replacen('a', "A", 1)),
                false => less.push_str(words),
            }
            is_other = true;
            rest = &rest[length..];
        } else {
            // At least one sign, so that it ends.
            let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
            less.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    is_other.then_some(less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shielded_is_not_named_and_the_rest_stays() {
        let is_shielded = |id: &str| id == "a-1" || id == "p-1";
        let less = |text| without(text, &is_shielded);
        assert_eq!(
            less("{account:a-1} paid {account:a-11}; {party:p-1} has a-1. {account:a-1} → é {name:a")
                .as_deref(),
            Some(
                "An account that is not named here paid {account:a-11}; a party that is not named here has an account \
                 that is not named here. An account that is not named here → é {name:a"
            )
        );
        assert_eq!(less("{account:a-11} paid, c-a-1 too"), None);
    }
}
