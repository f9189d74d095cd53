//! Rows that say something of health, sex life, belief or politics (Directive (EU) 2016/680 Art. 10): advertising to
//! adults, dating, escort, clinics and the like. Their texts are masked unless somebody says for what purpose they are
//! strictly necessary, and that is recorded.
//!
//! The mark protects whoever the row is about. It is no indicator: who pays a clinic or places an advertisement is not
//! thereby anything in a case (requirement VS-13).

use std::borrow::Cow;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use serde_json::{Value, json};
use thiserror::Error;

use crate::lexicons::{Given, Matcher, fold};

/// What a row says something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Special {
    SexLife,
    Dating,
    Health,
    Belief,
    Politics,
}

const WORDS: &str = include_str!("special_words.csv");

impl Special {
    /// The word in tables and in the file of words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Special::SexLife => "sex life",
            Special::Dating => "dating",
            Special::Health => "health",
            Special::Belief => "belief",
            Special::Politics => "politics",
        }
    }

    fn from_word(word: &str) -> Option<Special> {
        use Special::*;
        [SexLife, Dating, Health, Belief, Politics]
            .into_iter()
            .find(|special| special.as_str() == word)
    }

    /// By the merchant category code (ISO 18245).
    pub fn of_merchant_category(code: &str) -> Option<Special> {
        Some(match code.trim() {
            // Sold by telephone to adults; massage parlours.
            "5967" | "7297" => Special::SexLife,
            // Dating and escort services share one code.
            "7273" => Special::Dating,
            "4119" | "5047" | "5122" | "5912" | "5975" | "5976" | "7277" | "8011" | "8021" | "8031"
            | "8041" | "8042" | "8043" | "8049" | "8050" | "8062" | "8071" | "8099" => Special::Health,
            "8661" => Special::Belief,
            "8651" => Special::Politics,
            _ => return None,
        })
    }

    /// By the words of a text: merchant, remittance, name of the other side.
    pub fn of_text(text: &str) -> Option<Special> {
        if text.is_empty() {
            return None;
        }
        let mut folded = String::new();
        fold(text, &mut folded);
        let (kinds, automaton) = lexicon();
        automaton
            .find_overlapping_iter(folded.as_str())
            .map(|found| kinds[found.pattern().as_usize()])
            .min()
    }

    /// By a mark that lexicons give.
    pub fn of_mark(mark: &str) -> Option<Special> {
        Some(match mark {
            "adult_advertising" => Special::SexLife,
            "dating" => Special::Dating,
            "clinic" => Special::Health,
            _ => return None,
        })
    }

    /// By all that an entry says: code and texts by what is built in, and the marks of lexicons, which an office may
    /// have added to.
    pub fn of_entry(given: Given<'_>, matcher: &Matcher) -> Option<Special> {
        let texts = [given.counterparty_name, given.remittance];
        Special::of_row(Some(given.merchant_category), &texts).or_else(|| {
            let (mut folded, mut marks) = (String::new(), Vec::new());
            matcher.marks_of(given, &mut folded, &mut marks);
            marks
                .iter()
                .filter_map(|marked| Special::of_mark(marked.mark))
                .min()
        })
    }

    /// By code and texts of a row.
    pub fn of_row(merchant_category: Option<&str>, texts: &[&str]) -> Option<Special> {
        let by_code = merchant_category.and_then(Special::of_merchant_category);
        by_code.or_else(|| texts.iter().filter_map(|text| Special::of_text(text)).min())
    }
}

/// What each pattern says something of, and the patterns: folded words with a space before and behind. A last word of
/// five letters or more may go on: “klinieken”, “escorts”.
fn lexicon() -> &'static (Vec<Special>, AhoCorasick) {
    static READ: OnceLock<(Vec<Special>, AhoCorasick)> = OnceLock::new();
    READ.get_or_init(|| {
        let (mut kinds, mut patterns) = (Vec::new(), Vec::new());
        let mut folded = String::new();
        for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
            let Some((special, words)) = line.split_once(',') else {
                continue;
            };
            let Some(special) = Special::from_word(special) else {
                continue;
            };
            fold(words, &mut folded);
            let last = folded.split_whitespace().next_back().unwrap_or_default();
            let may_go_on = last.len() >= 5;
            patterns.push(if may_go_on { folded.trim_end() } else { &folded }.to_owned());
            kinds.push(special);
        }
        // Built of a list that is built in: a test reads every line of it.
        let automaton =
            AhoCorasick::new(&patterns).unwrap_or_else(|error| panic!("special_words.csv: {error}"));
        (kinds, automaton)
    })
}

/// What stands in the place of a masked text. It does not say which of them it is, because that is what is masked.
pub const MASKED: &str = "[special category: masked]";

/// A text that a record or a rule on records gives, as it may be shown where masks are on: by its own words.
pub fn masked_by_words(text: &str, masks: bool) -> Cow<'_, str> {
    match masks && Special::of_text(text).is_some() {
        true => Cow::Borrowed(MASKED),
        false => Cow::Borrowed(text),
    }
}

/// A text as it may be shown.
pub fn masked<'t>(text: &'t str, special: Option<Special>, unmasking: Option<&Unmasking>) -> Cow<'t, str> {
    match (special, unmasking) {
        (Some(_), None) if !text.is_empty() => Cow::Borrowed(MASKED),
        _ => Cow::Borrowed(text),
    }
}

/// That somebody looked at masked texts: who, when, why, and which. A value for the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmasking {
    who: String,
    when: String,
    purpose: String,
    entries: Vec<String>,
}

/// Why nothing is unmasked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnmaskingError {
    #[error("unmasking needs a person: found nobody, expected a name; give it with --user")]
    Nobody,
    #[error("unmasking needs a time: found none; this is a fault of ours, please report it")]
    NoTime,
    #[error(
        "unmasking needs a purpose: found ‘{0}’, expected why these texts are strictly necessary (Directive (EU) 2016/680 \
         Art. 10), in two words or more; give it with --reason"
    )]
    NoPurpose(String),
    #[error("unmasking needs entries: found none; name those that are to be read")]
    NoEntries,
}

impl Unmasking {
    /// Of these entries, by this person, at this time (as the ledger writes times), for this purpose.
    pub fn new(who: &str, when: &str, purpose: &str, entries: &[&str]) -> Result<Unmasking, UnmaskingError> {
        let words = purpose
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphabetic))
            .count();
        if who.trim().is_empty() {
            return Err(UnmaskingError::Nobody);
        }
        if when.trim().is_empty() {
            return Err(UnmaskingError::NoTime);
        }
        if words < 2 {
            return Err(UnmaskingError::NoPurpose(purpose.to_owned()));
        }
        if entries.is_empty() {
            return Err(UnmaskingError::NoEntries);
        }
        let mut entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        entries.sort();
        entries.dedup();
        Ok(Unmasking {
            who: who.trim().to_owned(),
            when: when.trim().to_owned(),
            purpose: purpose.trim().to_owned(),
            entries,
        })
    }

    /// Whether it covers an entry: what was not asked for stays masked.
    pub fn covers(&self, entry: &str) -> bool {
        self.entries
            .binary_search_by(|one| one.as_str().cmp(entry))
            .is_ok()
    }

    /// What is covered, sorted.
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// Why, in the person's words.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// For the ledger. It holds no masked text.
    pub fn record(&self) -> Value {
        json!({
            "act": "unmask special categories",
            "who": self.who,
            "when": self.when,
            "purpose": self.purpose,
            "entries": self.entries,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_known_by_code_and_by_words() {
        assert_eq!(Special::of_merchant_category("7273"), Some(Special::Dating));
        assert_eq!(Special::of_merchant_category("8062"), Some(Special::Health));
        assert_eq!(Special::of_merchant_category("5411"), None);
        for (text, special) in [
            ("Betaling HÔPITAL Saint-Luc 12/3", Some(Special::Health)),
            ("Klinieken Noord", Some(Special::Health)),
            ("Quartier-Rouge.be advert", Some(Special::SexLife)),
            ("ESCORTS4U", Some(Special::SexLife)),
            ("tinder plus", Some(Special::Dating)),
            ("Gewerkschaft ver.di Beitrag", Some(Special::Politics)),
            ("Essex supermarket", None),
            ("Middlesex rent; Ghivaert bakery; soap", None),
            ("", None),
        ] {
            assert_eq!(Special::of_text(text), special, "{text}");
        }
        assert_eq!(
            Special::of_row(Some("5411"), &["x", "Tandarts Jansen"]),
            Some(Special::Health)
        );
        let lines = WORDS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lexicon().0.len(), lines, "every line is read");
    }

    #[test]
    fn texts_are_masked_unless_somebody_says_why() {
        let text = "Clinic North";
        let special = Special::of_text(text);
        assert_eq!(masked(text, special, None), MASKED);
        assert_eq!(masked("rent", None, None), "rent");
        assert!(!MASKED.contains("health"));
        let unmasking = Unmasking::new(
            "A. Officer",
            "2026-01-02T03:04:05Z",
            "alibi of the accused",
            &["e-2", "e-1"],
        )
        .expect("all given");
        assert_eq!(masked(text, special, Some(&unmasking)), text);
        assert!(unmasking.covers("e-1") && !unmasking.covers("e-3"));
        let record = unmasking.record();
        assert_eq!(record["purpose"], "alibi of the accused");
        assert_eq!(record["entries"], json!(["e-1", "e-2"]));
    }

    #[test]
    fn nothing_is_unmasked_without_person_time_purpose_and_entries() {
        let new = |who, when, purpose, entries: &[&str]| Unmasking::new(who, when, purpose, entries);
        assert_eq!(
            new(" ", "t", "for the alibi", &["e"]),
            Err(UnmaskingError::Nobody)
        );
        assert_eq!(new("A", "", "for the alibi", &["e"]), Err(UnmaskingError::NoTime));
        assert_eq!(
            new("A", "t", "for the alibi", &[]),
            Err(UnmaskingError::NoEntries)
        );
        for purpose in ["", "x", "1 2 3", "needed"] {
            let refused = new("A", "t", purpose, &["e"]).expect_err("no purpose");
            assert!(refused.to_string().contains("Art. 10"), "{refused}");
        }
    }
}
