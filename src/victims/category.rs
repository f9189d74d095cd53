//! The category of a person in the sense of Directive (EU) 2016/680, Art. 6. Data, set by a person with author, date
//! and basis; the tool never sets one.

use thiserror::Error;

/// What a person is in a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Nobody has decided: treated as a third party.
    #[default]
    Unclassified,
    /// Art. 6 (a): serious grounds for believing that the person has committed or is about to commit an offence.
    SeriousGrounds,
    /// Art. 6 (b): convicted of an offence.
    Convicted,
    /// Art. 6 (c): a victim, or a person whom facts give reason to believe that he or she could be one.
    Victim,
    /// Art. 6 (d): any other party, such as a witness, contact or associate.
    OtherParty,
}

/// A text that is no category.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "‘{0}’ is no category; expected unclassified, serious grounds, convicted, victim or possible victim, or other party \
     (Directive (EU) 2016/680 Art. 6)"
)]
pub struct CategoryError(pub String);

impl Category {
    /// Every category, in the order of the directive, behind the default.
    pub const ALL: [Category; 5] = [
        Category::Unclassified,
        Category::SeriousGrounds,
        Category::Convicted,
        Category::Victim,
        Category::OtherParty,
    ];

    /// The words stored in tables and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Category::Unclassified => "unclassified",
            Category::SeriousGrounds => "serious grounds",
            Category::Convicted => "convicted",
            Category::Victim => "victim or possible victim",
            Category::OtherParty => "other party",
        }
    }

    /// Where two people decided differently, the one with the smaller number counts: what protects most.
    pub const fn protection(self) -> u8 {
        match self {
            Category::Victim => 0,
            Category::OtherParty => 1,
            Category::Unclassified => 2,
            Category::SeriousGrounds => 3,
            Category::Convicted => 4,
        }
    }

    /// Whether the strictest protection applies: everybody but those of Art. 6 (a) and (b), on whom a person decided.
    pub const fn is_protected(self) -> bool {
        !matches!(self, Category::SeriousGrounds | Category::Convicted)
    }
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Category {
    type Err = CategoryError;

    /// From the words, in any case, with spaces, `-` or `_`; `victim` alone is the category of victims.
    fn from_str(text: &str) -> Result<Category, CategoryError> {
        let folded = text.trim().to_lowercase().replace(['-', '_'], " ");
        let words: Vec<&str> = folded.split_whitespace().collect();
        let folded = words.join(" ");
        match folded.as_str() {
            "victim" | "possible victim" => Ok(Category::Victim),
            _ => Category::ALL
                .into_iter()
                .find(|category| category.as_str() == folded)
                .ok_or_else(|| CategoryError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_and_others_are_refused() {
        for category in Category::ALL {
            assert_eq!(category.to_string().parse(), Ok(category));
        }
        assert_eq!("Serious_Grounds".parse(), Ok(Category::SeriousGrounds));
        assert_eq!("victim".parse(), Ok(Category::Victim));
        assert_eq!(Category::default(), Category::Unclassified);
        assert!(Category::default().is_protected());
        let refused = "guilty".parse::<Category>().expect_err("no category");
        assert!(refused.to_string().contains("‘guilty’") && refused.to_string().contains("serious grounds"));
    }
}
