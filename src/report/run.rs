//! What was run, read from the tables: rules with parameters, what could not be computed, what to request next.

use super::rows::rows;
use super::{NotComputable, PageSettings, Query, ReportError, RuleNote};

impl PageSettings {
    /// Takes rules, what could not be computed and requests from the tables `rules_run`, `not_computable` and
    /// `requests`. Parameters are a JSON object there.
    pub fn read_run(&mut self, query: &dyn Query) -> Result<(), ReportError> {
        let found = rows(
            query,
            "SELECT rule_id, rule_version, title, method, source, parameters FROM rules_run \
             ORDER BY rule_id, rule_version, origin",
            &["rule_id", "parameters"],
        )?;
        self.rules = found
            .iter()
            .map(|row| RuleNote {
                id: row.text_or_empty("rule_id").to_owned(),
                version: row.text_or_empty("rule_version").to_owned(),
                title: row.text_or_empty("title").to_owned(),
                method: row.text_or_empty("method").to_owned(),
                source: row.text_or_empty("source").to_owned(),
                parameters: parameters(row.text_or_empty("parameters")),
            })
            .collect();
        let found = rows(
            query,
            "SELECT rule_id, reason, request FROM not_computable ORDER BY rule_id, reason, request",
            &["rule_id", "reason", "request"],
        )?;
        self.not_computable = found
            .iter()
            .map(|row| NotComputable {
                rule_id: row.text_or_empty("rule_id").to_owned(),
                reason: row.text_or_empty("reason").to_owned(),
                request: row.text_or_empty("request").to_owned(),
            })
            .collect();
        self.requests = rows(
            query,
            "SELECT request FROM requests ORDER BY number, request",
            &["request"],
        )?
        .iter()
        .map(|row| row.text_or_empty("request").to_owned())
        .collect();
        Ok(())
    }
}

/// Name and value of each parameter, sorted; a text that is no JSON object stands as it is.
fn parameters(json: &str) -> Vec<(String, String)> {
    use serde_json::Value;
    match serde_json::from_str::<Value>(json) {
        Ok(Value::Object(object)) => {
            let mut list: Vec<(String, String)> = object
                .into_iter()
                .map(|(name, value)| match value {
                    Value::String(text) => (name, text),
                    other => (name, other.to_string()),
                })
                .collect();
            list.sort();
            list
        }
        _ if json.is_empty() => Vec::new(),
        _ => vec![("parameters".to_owned(), json.to_owned())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_sorted_and_exact() {
        let found = parameters(r#"{"window":"7 days","at_least":3}"#);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(found, [pair("at_least", "3"), pair("window", "7 days")]);
        assert_eq!(parameters(""), []);
        assert_eq!(parameters("7 days"), [pair("parameters", "7 days")]);
    }
}
