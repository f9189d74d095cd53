//! Marks of one payment.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::fold::fold;

/// What is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    pub remittance: &'a str,
    pub counterparty_name: &'a str,
    /// ISO 18245, four digits; empty where the record has none.
    pub merchant_category: &'a str,
    /// ISO 20022; empty where the record has none.
    pub purpose: &'a str,
    /// How the money moved, as tables have it.
    pub channel: &'a str,
    /// Whether it came in.
    pub is_credit: bool,
}

/// Why a payment has a mark. The firmest counts where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The payer's bank was told what the payment is for.
    PurposeCode,
    /// The card scheme's code of the merchant.
    MerchantCategory,
    /// How the money moved.
    Channel,
    /// A word of the text, or of the other side's name.
    Word,
}

impl Basis {
    /// The words stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Basis::PurposeCode => "purpose code",
            Basis::MerchantCategory => "merchant category",
            Basis::Channel => "channel",
            Basis::Word => "word",
        }
    }
}

/// A mark of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marked<'m> {
    pub mark: &'m str,
    pub basis: Basis,
    /// The word or code, as the lexicon has it.
    pub matched: &'m str,
    /// Name of the lexicon.
    pub lexicon: &'m str,
}

/// A line of a lexicon of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Number of the mark.
    pub mark: usize,
    pub takes_away: bool,
    pub word: String,
    pub lexicon: usize,
    pub in_text: bool,
    pub in_name: bool,
}

/// A range of merchant categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Codes {
    pub mark: usize,
    pub from: u16,
    pub to: u16,
    pub written: String,
}

/// Everything compiled: made once, used from many threads.
#[derive(Debug)]
pub struct Matcher {
    pub(super) marks: Vec<String>,
    pub(super) lexicons: Vec<String>,
    words: Vec<Word>,
    codes: Vec<Codes>,
    /// Mark and code, sorted by code.
    purposes: Vec<(String, usize)>,
    automaton: AhoCorasick,
}

/// Names of the two lexicons of codes.
pub(super) const MERCHANT_CATEGORIES: &str = "merchant_categories";
pub(super) const PURPOSES: &str = "purposes";

impl Matcher {
    pub(super) fn new(
        marks: Vec<String>,
        lexicons: Vec<String>,
        words: Vec<Word>,
        codes: Vec<Codes>,
        mut purposes: Vec<(String, usize)>,
    ) -> Result<Matcher, aho_corasick::BuildError> {
        let patterns = words.iter().map(|word| pattern(&word.word));
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)?;
        purposes.sort();
        Ok(Matcher {
            marks,
            lexicons,
            words,
            codes,
            purposes,
            automaton,
        })
    }

    /// Every mark that any lexicon gives, sorted.
    pub fn marks(&self) -> &[String] {
        &self.marks
    }

    /// The marks of a payment, each once with its firmest basis, sorted. `folded` is a place to work in.
    pub fn marks_of<'m>(&'m self, given: Given<'_>, folded: &mut String, out: &mut Vec<Marked<'m>>) {
        out.clear();
        if !given.purpose.is_empty() {
            let from = self
                .purposes
                .partition_point(|(code, _)| code.as_str() < given.purpose);
            let own = self.purposes[from..]
                .iter()
                .take_while(|(code, _)| code == given.purpose);
            out.extend(own.map(|(code, mark)| Marked {
                mark: &self.marks[*mark],
                basis: Basis::PurposeCode,
                matched: code,
                lexicon: PURPOSES,
            }));
        }
        if let Ok(code) = given.merchant_category.parse::<u16>() {
            let own = self
                .codes
                .iter()
                .filter(|codes| (codes.from..=codes.to).contains(&code));
            out.extend(own.map(|codes| Marked {
                mark: &self.marks[codes.mark],
                basis: Basis::MerchantCategory,
                matched: &codes.written,
                lexicon: MERCHANT_CATEGORIES,
            }));
        }
        if let Some(mark) = by_channel(given.channel, given.is_credit) {
            out.push(Marked {
                mark,
                basis: Basis::Channel,
                matched: match given.channel {
                    "cash_atm" => "cash_atm",
                    "cash_branch" => "cash_branch",
                    _ => "loan",
                },
                lexicon: "",
            });
        }
        let mut taken: Vec<usize> = Vec::new();
        for (text, is_name) in [(given.remittance, false), (given.counterparty_name, true)] {
            if text.is_empty() {
                continue;
            }
            fold(text, folded);
            for found in self.automaton.find_overlapping_iter(folded.as_str()) {
                let word = &self.words[found.pattern().as_usize()];
                if !(if is_name { word.in_name } else { word.in_text }) {
                    continue;
                }
                if word.takes_away {
                    taken.push(word.mark);
                    continue;
                }
                out.push(Marked {
                    mark: &self.marks[word.mark],
                    basis: Basis::Word,
                    matched: &word.word,
                    lexicon: &self.lexicons[word.lexicon],
                });
            }
        }
        // A code that somebody gave is firmer than a word that speaks against it.
        out.retain(|marked| {
            marked.basis != Basis::Word || !taken.iter().any(|mark| self.marks[*mark] == marked.mark)
        });
        out.sort_unstable();
        out.dedup_by_key(|marked| marked.mark);
    }
}

/// Marks that the way of the money gives, without any lexicon.
fn by_channel(channel: &str, is_credit: bool) -> Option<&'static str> {
    match (channel, is_credit) {
        ("cash_atm" | "cash_branch", true) => Some("cash_in"),
        ("cash_atm" | "cash_branch", false) => Some("cash_out"),
        ("loan", true) => Some("loan"),
        _ => None,
    }
}

/// A word as it stands in a folded text: with a space at each side where no letters may follow.
fn pattern(word: &str) -> String {
    let mut folded = String::new();
    fold(word.trim_matches('~'), &mut folded);
    let word = word.trim();
    let from = usize::from(word.starts_with('~'));
    let to = folded.len() - usize::from(word.ends_with('~'));
    folded[from..to].to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Lexicons;
    use super::*;

    const WORDS: &str = "# version 1\nmark,language,word,note\nwage,nl,loon,\nwage,nl,~loon,compounds\nwage,nl,loon~,\n\
        !wage,nl,loonbelasting,\nlodging,en,bed and breakfast,\nlodging,en,hotel,\n";

    fn matcher() -> Matcher {
        let files = [
            ("words", WORDS),
            (
                "merchant_categories",
                "mark,from,to,note\nlodging,3501,3838,\nlodging,7011,,\n",
            ),
            ("purposes", "mark,code,note\nwage,SALA,\nwage,BONU,\n"),
        ];
        Lexicons::of(files.map(|(name, text)| (name.to_owned(), text.to_owned())))
            .expect("they can be read")
            .matcher
    }

    fn told(given: Given<'_>) -> Vec<(String, Basis, String)> {
        let matcher = matcher();
        let (mut folded, mut out) = (String::new(), Vec::new());
        matcher.marks_of(given, &mut folded, &mut out);
        out.iter()
            .map(|one| (one.mark.to_owned(), one.basis, one.matched.to_owned()))
            .collect()
    }

    fn by_text(text: &str) -> Vec<String> {
        let given = Given {
            remittance: text,
            ..Given::default()
        };
        told(given).into_iter().map(|(mark, ..)| mark).collect()
    }

    #[test]
    fn words_count_whole_unless_the_lexicon_says_so() {
        assert_eq!(by_text("LOON mei"), ["wage"]);
        assert_eq!(by_text("nettoloon"), ["wage"]);
        assert_eq!(by_text("loonbetaling"), ["wage"]);
        assert!(by_text("ballonnen").is_empty());
        assert_eq!(by_text("Hôtel du Nord"), ["lodging"]);
        assert!(by_text("hotels").is_empty());
        assert_eq!(by_text("Bed & and -- breakfast"), ["lodging"]);
        assert!(by_text("breakfast and bed").is_empty());
        assert_eq!(by_text("Bed-and Breakfast Zee"), ["lodging"]);
    }

    #[test]
    fn a_word_takes_a_mark_away_and_a_code_stays() {
        assert!(by_text("loon loonbelasting").is_empty());
        let given = Given {
            remittance: "loonbelasting",
            purpose: "SALA",
            ..Given::default()
        };
        assert_eq!(
            told(given),
            [("wage".to_owned(), Basis::PurposeCode, "SALA".to_owned())]
        );
    }

    #[test]
    fn the_firmest_basis_counts_once() {
        let given = Given {
            remittance: "hotel",
            counterparty_name: "HOTEL BED AND BREAKFAST",
            merchant_category: "3600",
            ..Given::default()
        };
        assert_eq!(
            told(given),
            [(
                "lodging".to_owned(),
                Basis::MerchantCategory,
                "3501-3838".to_owned()
            )]
        );
    }

    #[test]
    fn cash_and_loans_are_told_by_the_channel() {
        let given = |channel, is_credit| Given {
            channel,
            is_credit,
            ..Given::default()
        };
        let cash = |mark: &str, of: &str| [(mark.to_owned(), Basis::Channel, of.to_owned())];
        assert_eq!(told(given("cash_atm", true)), cash("cash_in", "cash_atm"));
        assert_eq!(told(given("cash_branch", false)), cash("cash_out", "cash_branch"));
        assert_eq!(told(given("loan", true)), cash("loan", "loan"));
        assert!(told(given("loan", false)).is_empty());
    }

    #[test]
    fn a_name_is_no_purpose() {
        let given = Given {
            counterparty_name: "J. Loon",
            ..Given::default()
        };
        assert!(told(given).is_empty());
    }
}
