//! What `case.toml` sets for rules and patterns: what has no meaning is named by file, section, parameter and value.

use std::collections::BTreeMap;

use crate::patterns::{PatternError, Search, SearchKind};
use crate::rules::{Pack, PackError};

/// Values that `case.toml` sets, by rule and parameter. In a rule's place `*` is for all rules in SQL.
pub(super) type Values = BTreeMap<(String, String), String>;

/// For every rule in SQL.
const EVERY: &str = "*";

/// Whether a rule in SQL goes by this number or by the name of the table function that searches the same.
pub fn is_called(pack: &Pack, name: &str) -> bool {
    let of_function = || {
        let kind = SearchKind::from_name(&name.to_lowercase())?;
        // What becomes findings by itself is no rule in SQL, though both may share a number.
        (!SearchKind::DETECTED.contains(&kind)).then(|| kind.typology())
    };
    pack.id.eq_ignore_ascii_case(name) || of_function().is_some_and(|id| pack.id == id)
}

/// Whether a pattern goes by this number or name.
pub fn is_pattern_called(kind: SearchKind, name: &str) -> bool {
    kind.typology().eq_ignore_ascii_case(name) || kind.name().eq_ignore_ascii_case(name)
}

/// What is set for rules that there are not, or for parameters that a rule does not have. The rules run without it.
pub(super) fn ignored(packs: &[Pack], values: &Values) -> Vec<String> {
    let mut said = Vec::new();
    // How records are linked is no rule's business, and was told where they are.
    let of_rules = values.keys().filter(|(rule, _)| rule != super::RESOLVE);
    for (rule, name) in of_rules {
        let place = place(rule);
        let packs = packs.iter().filter(|pack| rule == EVERY || pack.id == *rule);
        let of_packs = packs.flat_map(|pack| pack.parameters.iter().map(|parameter| parameter.name.as_str()));
        let mut known: Vec<&str> = of_packs.collect();
        for kind in SearchKind::DETECTED {
            if kind.typology() == rule {
                known.extend(of_case(kind).map(|name| -> &str { name }));
            }
        }
        if known.contains(&name.as_str()) {
            continue;
        }
        let why = match (known.is_empty(), rule.as_str(), name.as_str()) {
            (true, ..) => "there is no such rule; `geldspoor detect --list` names them".to_owned(),
            (_, EVERY, _) => {
                "no rule in SQL has such a parameter; that of a pattern stands under the pattern's own \
                 number"
                    .to_owned()
            }
            (_, _, "level") => {
                "the level is that of the whole run; `geldspoor detect --level` sets it".to_owned()
            }
            _ => {
                known.dedup();
                let known = known.join(", ");
                format!("there is no such parameter; there are {known} (`geldspoor detect --explain {rule}`)")
            }
        };
        said.push(format!("{place} {name}: {why}"));
    }
    said
}

/// The values that some of these rules in SQL have.
pub(super) fn of_packs(packs: &[Pack], values: &Values) -> Values {
    let has = |rule: &str, name: &str| {
        packs.iter().any(|pack| {
            (rule == EVERY || pack.id == rule) && pack.parameters.iter().any(|known| known.name == name)
        })
    };
    let own = values.iter().filter(|((rule, name), _)| has(rule, name));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Why a rule in SQL cannot run with what is set; nothing where it can.
pub(super) fn refused(pack: &Pack, values: &Values) -> Option<String> {
    pack.parameters.iter().find_map(|parameter| {
        let of = |rule: &str| values.get_key_value(&(rule.to_owned(), parameter.name.clone()));
        let ((rule, name), value) = of(&pack.id).or_else(|| of(EVERY))?;
        match parameter.literal(&pack.id, value) {
            Err(PackError::Value { expected, .. }) => Some(format!(
                "{} {name} is ‘{value}’, but it is {expected}",
                place(rule)
            )),
            Err(other) => Some(format!("{} {name}: {other}", place(rule))),
            Ok(_) => None,
        }
    })
}

/// The search of a pattern with what is set; else why it cannot run.
pub(super) fn search(kind: SearchKind, values: &Values, by_party: bool) -> Result<Search, String> {
    let mut search = Search::for_findings(kind);
    let place = place(kind.typology());
    let mut set = Vec::new();
    let said = |error: PatternError, set: &[String]| match error.refused() {
        Some((name, reason))
            if set.is_empty() || set.iter().any(|known| known.starts_with(&format!("{name} = "))) =>
        {
            format!("{place} {name} {reason}")
        }
        // What is set makes what is not set mean nothing.
        Some((name, reason)) => format!("{place} {}: {name} {reason}", set.join(", ")),
        None => format!("{place}: {error}"),
    };
    for name in of_case(kind) {
        let Some(value) = values.get(&(kind.typology().to_owned(), name.to_owned())) else {
            continue;
        };
        search.set(name, value).map_err(|error| said(error, &[]))?;
        set.push(format!("{name} = {value}"));
    }
    if by_party && kind.takes_level() {
        search.set("level", "party").map_err(|error| error.to_string())?;
    }
    search.validate().map_err(|error| said(error, &set))?;
    Ok(search)
}

/// The parameters that a case sets. The level is that of the run, so that findings of one table are of one kind.
fn of_case(kind: SearchKind) -> impl Iterator<Item = &'static str> {
    kind.arguments().into_iter().filter(|name| *name != "level")
}

fn place(rule: &str) -> String {
    match rule {
        EVERY => "case.toml: [parameters.\"*\"]".to_owned(),
        rule => format!("case.toml: [parameters.{rule}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(set: &[(&str, &str, &str)]) -> Values {
        let key = |rule: &str, name: &str| (rule.to_owned(), name.to_owned());
        set.iter()
            .map(|(rule, name, value)| (key(rule, name), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_value_that_means_nothing_is_named_with_its_place() {
        for (name, value, words) in [
            ("max_hops", "0", "max_hops is 0, but a chain has"),
            ("max_hops", "many", "max_hops is ‘many’, but it is a whole number"),
            ("min_hops", "20", "min_hops = 20: max_hops is"),
            ("time_window", "-7 days", "time_window is '-7 days', but"),
        ] {
            let set = values(&[("ML-10", name, value)]);
            let said = search(SearchKind::LayeringChains, &set, false).expect_err(name);
            assert!(
                said.starts_with("case.toml: [parameters.ML-10] ") && said.contains(words),
                "{said}"
            );
        }
        let set = values(&[("ML-10", "max_hops", "12"), ("ML-11", "max_hops", "0")]);
        assert!(search(SearchKind::LayeringChains, &set, true).is_ok());
    }

    #[test]
    fn what_nobody_takes_is_ignored_and_named() {
        let set = values(&[
            ("ML-10", "nosuch", "3"),
            ("ML-10", "max_hops", "3"),
            ("ML-10", "level", "party"),
            ("ML-99", "x", "3"),
        ]);
        let said = ignored(&[], &set);
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("[parameters.ML-10] level: ") && said[0].contains("--level"));
        assert!(said[1].contains("nosuch") && said[1].contains("`geldspoor detect --explain ML-10`"));
        assert!(said[2].contains("[parameters.ML-99] x: there is no such rule"));
    }

    #[test]
    fn patterns_go_by_number_or_name() {
        assert!(
            is_pattern_called(SearchKind::FanIn, "ml-03") && is_pattern_called(SearchKind::FanIn, "fan_in")
        );
        assert!(
            is_pattern_called(SearchKind::Stack, "ML-07")
                && !is_pattern_called(SearchKind::Stack, "bipartite")
        );
    }
}
