//! Statements of BODS 0.1 to 0.3 as 0.4 would have them: records are named by the id of their statement.

use serde_json::{Map, Value, json};

use crate::intake::json::{list, text};

/// Turns a statement of an older version into one of 0.4; nothing where it is none.
pub fn lift(old: &Value) -> Option<Value> {
    let (kind, details) = match text(old, "statementType") {
        "personStatement" => ("person", person(old)),
        "entityStatement" => ("entity", entity(old)),
        "ownershipOrControlStatement" => ("relationship", relationship(old)),
        _ => return None,
    };
    Some(json!({
        "recordId": text(old, "statementID"),
        "recordType": kind,
        "statementDate": text(old, "statementDate"),
        "recordDetails": details,
    }))
}

/// The statements that this one takes the place of.
pub fn replaced(old: &Value) -> impl Iterator<Item = &str> {
    list(old, "replacesStatements").iter().filter_map(Value::as_str)
}

fn person(old: &Value) -> Value {
    let kind = match text(old, "personType") {
        "" | "naturalPerson" => "knownPerson",
        other => other,
    };
    with(old, "personType", json!(kind))
}

fn entity(old: &Value) -> Value {
    match old.get("incorporatedInJurisdiction") {
        Some(place) => with(old, "jurisdiction", place.clone()),
        None => old.clone(),
    }
}

fn with(old: &Value, name: &str, value: Value) -> Value {
    let mut details = old.as_object().cloned().unwrap_or_default();
    details.insert(name.to_owned(), value);
    Value::Object(details)
}

fn relationship(old: &Value) -> Value {
    let mut details = Map::new();
    for end in ["subject", "interestedParty"] {
        if let Some(told) = old.get(end) {
            details.insert(end.to_owned(), named(told));
        }
    }
    if let Some(component) = old.get("isComponent") {
        details.insert("isComponent".to_owned(), component.clone());
    }
    if let Some(components) = old.get("componentStatementIDs") {
        details.insert("componentRecords".to_owned(), components.clone());
    }
    let interests = list(old, "interests").iter().map(interest).collect();
    details.insert("interests".to_owned(), Value::Array(interests));
    Value::Object(details)
}

fn named(told: &Value) -> Value {
    for name in ["describedByEntityStatement", "describedByPersonStatement"] {
        if let Some(id) = told.get(name) {
            return id.clone();
        }
    }
    told.get("unspecified").unwrap_or(told).clone()
}

fn interest(old: &Value) -> Value {
    let Some(mut interest) = old.as_object().cloned() else {
        return old.clone();
    };
    interest.insert("type".to_owned(), json!(word(text(old, "type"))));
    if let Some(level) = old.get("interestLevel") {
        interest.insert("directOrIndirect".to_owned(), level.clone());
    }
    if let Some(Value::Object(share)) = interest.get_mut("share") {
        // Whether a bound itself is left out stood beside it as yes or no.
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            match share.get(exclusive) {
                Some(Value::Bool(true)) => {
                    if let Some(value) = share.remove(bound) {
                        share.insert(exclusive.to_owned(), value);
                    }
                }
                Some(Value::Bool(false)) => {
                    share.remove(exclusive);
                }
                _ => {}
            }
        }
    }
    Value::Object(interest)
}

// `voting-rights` of 0.1 and 0.2, `votingRights` of 0.3, as 0.4 has them.
fn word(old: &str) -> String {
    let mut parts = old.split('-');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(letters.as_str());
    }
    match camel.as_str() {
        "settlorOfTrust" => "settlor".to_owned(),
        "trusteeOfTrust" => "trustee".to_owned(),
        "protectorOfTrust" => "protector".to_owned(),
        "beneficiaryOfTrust" => "beneficiaryOfLegalArrangement".to_owned(),
        "otherInfluenceOrControlOfTrust" => "otherInfluenceOrControl".to_owned(),
        _ => camel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_older_versions() {
        for (old, new) in [
            ("voting-rights", "votingRights"),
            ("shareholding", "shareholding"),
            ("beneficiary-of-trust", "beneficiaryOfLegalArrangement"),
            ("rightsToProfitOrIncome", "rightsToProfitOrIncome"),
            ("", ""),
            ("-", ""),
        ] {
            assert_eq!(word(old), new, "{old}");
        }
    }

    #[test]
    fn a_bound_that_is_left_out_stays_left_out() {
        let old = json!({"share": {"minimum": 25, "exclusiveMinimum": true, "maximum": 50, "exclusiveMaximum": false}});
        assert_eq!(
            interest(&old)["share"],
            json!({"exclusiveMinimum": 25, "maximum": 50})
        );
    }
}
