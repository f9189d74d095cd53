//! What the page says of findings, files and accounts as plain texts, for files that other programmes open: under the same
//! names, and with the same things taken out.

use hashbrown::HashMap;
use serde_json::{Map, Value as Json};

use super::language::Words;
use super::measures::{is_harmless, scalar};
use super::page::numbered;
use super::secrets::Secrets;
use super::text::{account_label, pieces, visible};
use super::{Names, Query, ReportError};
use crate::victims::special::masked_by_words;

/// Texts as they may be shown.
pub struct Plain<'a> {
    names: &'a dyn Names,
    secrets: Secrets<'a>,
}

impl<'a> Plain<'a> {
    /// Reads what must be taken out, where names are not shown.
    pub fn new(query: &dyn Query, names: &'a dyn Names) -> Result<Plain<'a>, ReportError> {
        let secrets = match names.reveals() {
            true => Secrets::none(),
            false => Secrets::of_case(query, names.protected())?,
        };
        Ok(Plain { names, secrets })
    }

    /// What a rule says, with names in the place of ids.
    pub fn text(&self, template: &str) -> String {
        let lines: Vec<String> = template
            .lines()
            .map(|line| {
                let parts = pieces(line, self.names, &self.secrets);
                parts.into_iter().map(|piece| piece.text).collect()
            })
            .collect();
        lines.join("\n")
    }

    /// A text of the office or of a file's description, without what must not be seen.
    pub fn said(&self, text: &str) -> String {
        match self.names.reveals() {
            true => text.to_owned(),
            false => visible(&self.secrets.redact(text)),
        }
    }

    /// What an account is called, and cash, banks and unknown other sides.
    pub fn account(&self, account_id: &str) -> String {
        account_label(self.names, account_id)
    }

    /// What files are called: as recorded where names are shown, else by number and ending. People are named in names of
    /// files too.
    pub fn files(&self, names: &[String]) -> HashMap<String, String> {
        match self.names.reveals() {
            true => names.iter().map(|name| (name.clone(), name.clone())).collect(),
            false => numbered(names.iter(), &Words::default()),
        }
    }

    /// The measures of a finding as a JSON object, sorted by name. Where names are not shown, only figures, days and words
    /// of the tool's own, because rules may measure names and places.
    pub fn measures(&self, json: &str) -> String {
        let Ok(Json::Object(object)) = serde_json::from_str::<Json>(json) else {
            return String::new();
        };
        let shown: Map<String, Json> = object
            .iter()
            .map(|(name, value)| (self.said(name), self.measure(value)))
            .collect();
        match shown.is_empty() {
            true => String::new(),
            false => Json::Object(shown).to_string(),
        }
    }

    fn measure(&self, value: &Json) -> Json {
        if let Json::Array(list) = value {
            return list.iter().map(|value| self.measure(value)).collect();
        }
        let Some(text) = scalar(value) else {
            return Json::Null;
        };
        if is_harmless(&text) {
            return value.clone();
        }
        let is_placeholder = text.starts_with('{') && text.ends_with('}');
        match is_placeholder || self.names.reveals() {
            true => self
                .text(&masked_by_words(&text, self.names.masks() && !is_placeholder))
                .into(),
            false => "withheld".into(),
        }
    }
}
