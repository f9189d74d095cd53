//! Names of persons and companies as records write them, read into parts.
//!
//! [`read`] takes one name and tells its words, what each of them is (as far as the writing itself shows it), the legal
//! form, and a spelling that two banks agree on. It does not compare: [`parts_agree`] says in words how the parts of two
//! names pair, and what that is worth is decided elsewhere.
//!
//! What is *not* done, on purpose:
//! - A role is told only where the writing shows it (a comma, capitals, an initial, a particle, a patronymic). “Jan
//!   Jansen” has two words of unknown role: Hungarian, Romanian and many bank records put the family name first.
//! - Diminutives are not merged. “Sasha” is Alexander or Alexandra, “Bram” is a name of its own, and brothers are called
//!   Jan and Johan: a built-in table would join people whom no record joins. A table may be handed to
//!   [`parts_agree_with`], and a pair that rests on it is told as such.
//! - “Erven”, “estate of”, “Erbengemeinschaft” stay in the name: heirs are another party than the dead.
//! - Equal [`Name::core`]s with different legal forms are different companies (“Stichting Ajax”, “Ajax NV”).
//!
//! What lives here: `letters` (Unicode to words), `scripts`, `variants` (other spellings of the same letters),
//! `legal_forms` with its table, `words` (particles, honorifics, suffixes) with its table, `roles` (which word of a
//! person's name is what), `skeleton` (consonants), `joint` (two holders in one field), `agree`.

mod agree;
mod joint;
mod legal_forms;
pub(super) mod letters;
mod roles;
mod scripts;
mod skeleton;
mod variants;
mod words;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;

use std::ops::Range;

pub use agree::{Agreement, How, Nicknames, Pair, parts_agree, parts_agree_with};
pub use joint::{names_several, split_joint};
pub use legal_forms::{LegalForm, looks_like_company};
pub use letters::LIMIT;

/// What a record says a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Person,
    Company,
    /// The record does not say. A legal form makes it a company.
    Unknown,
}

/// What a word of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Given,
    Family,
    /// A father's name of the Slavic kind: often left out, so its absence says nothing.
    Patronymic,
    /// “van der”, “de”, “al”; and “and” in a company's name.
    Particle,
    /// One letter, or several written as one block (“JP”).
    Initial,
    Honorific,
    Suffix,
    LegalForm,
    /// The writing does not show what it is.
    Unknown,
}

/// What shows which word is the family name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// “Last, First”.
    Comma,
    /// “LAST First” or “First LAST”.
    Capitals,
    /// Initials stand for given names.
    Initials,
    Patronymic,
    /// The family name begins at its particle.
    Particle,
    /// Nothing shows it.
    Unknown,
}

/// One word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Small Latin letters and digits.
    pub text: String,
    pub role: Role,
    /// Where the word stands in [`Name::raw`], in bytes.
    pub span: Range<u32>,
    /// Other spellings that the very letters allow: “müller” is also written “mueller”, “Юлия” both “yuliya” and
    /// “iuliia”. Empty where the record has plain letters.
    pub variants: Vec<String>,
    pub(super) marks: u8,
}

/// A name as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As received, untouched.
    pub raw: String,
    /// What was asked for; [`Kind::Company`] for an unknown with a legal form.
    pub kind: Kind,
    /// The words in small Latin letters, one space between them, in the order written.
    pub normal: String,
    pub tokens: Vec<Token>,
    /// The words that name: no honorific, no suffix, no legal form. In the order written for a company; sorted for
    /// everybody else, so that the order of parts does not matter.
    pub core: String,
    /// The consonants of the words that name, sorted by word: equal for Mohammed, Muhammad and محمد. A way to find
    /// candidates, never a reason to join them. Empty for a company.
    pub skeleton: String,
    pub legal_form: Option<&'static LegalForm>,
    pub honorifics: Vec<String>,
    /// `jr`, `sr`, `ii`, `iii`, `iv`: what tells father from son.
    pub suffix: Option<String>,
    /// The script of most letters; `None` where there are none.
    pub script: &'static str,
    /// Letters of more than one script stand in the name.
    pub mixed_scripts: bool,
    /// One word mixes letters that look alike (a Cyrillic “а” within Latin letters). They are read as the letters they
    /// look like; the trick itself is worth a look.
    pub look_alikes: bool,
    pub order: Order,
    /// It names nobody: “NN”, “onbekend”, “diverse”.
    pub is_generic: bool,
    /// Longer than [`LIMIT`] bytes: what is beyond was not read.
    pub cut: bool,
}

impl Name {
    /// The words that name: what `core` is made of, in the order written.
    pub fn naming(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.role.names())
    }

    /// The words of one role, in the order written.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(move |token| token.role == role)
    }

    /// The words that name, sorted whatever the kind.
    pub fn sorted_core(&self) -> String {
        joined(self.naming(), true)
    }
}

impl Role {
    /// Whether a word of this role is part of what names.
    pub fn names(self) -> bool {
        !matches!(self, Role::Honorific | Role::Suffix | Role::LegalForm)
    }
}

/// Reads one name. Takes time in proportion to its length, up to [`LIMIT`] bytes.
pub fn read(text: &str, kind: Kind) -> Name {
    let letters::Letters {
        normal,
        mut tokens,
        script,
        mixed_scripts,
        look_alikes,
        cut,
    } = letters::read(text);
    let found = match kind {
        Kind::Person => None,
        _ => legal_forms::mark(&mut tokens, text, kind),
    };
    let kind = match (kind, found) {
        (Kind::Unknown, Some(_)) => Kind::Company,
        _ => kind,
    };
    let order = match kind {
        Kind::Person => roles::person(&mut tokens),
        Kind::Unknown if !words::shows_firm(&tokens) => roles::person(&mut tokens),
        _ => {
            roles::company(&mut tokens);
            Order::Unknown
        }
    };
    let honorifics = tokens
        .iter()
        .filter(|token| token.role == Role::Honorific)
        .map(|token| token.text.clone())
        .collect();
    let suffix = roles::suffix(&tokens);
    let core = joined(
        tokens.iter().filter(|token| token.role.names()),
        kind != Kind::Company,
    );
    let is_generic = words::is_generic(&normal, &core);
    Name {
        raw: text.to_owned(),
        kind,
        skeleton: match kind {
            Kind::Company => String::new(),
            _ => skeleton::of(&tokens),
        },
        core,
        honorifics,
        suffix,
        legal_form: found,
        is_generic,
        normal,
        tokens,
        script,
        mixed_scripts,
        look_alikes,
        order,
        cut,
    }
}

/// Words with one space between them, sorted or as they come.
fn joined<'a>(tokens: impl Iterator<Item = &'a Token>, sorted: bool) -> String {
    let mut few: [&str; 12] = [""; 12];
    let mut many: Vec<&str> = Vec::new();
    let mut count = 0;
    let mut length = 0;
    for token in tokens {
        length += token.text.len() + 1;
        if many.is_empty() && count < few.len() {
            few[count] = &token.text;
            count += 1;
        } else {
            if many.is_empty() {
                many.extend_from_slice(&few[..count]);
            }
            many.push(&token.text);
        }
    }
    let parts: &mut [&str] = if many.is_empty() {
        &mut few[..count]
    } else {
        &mut many
    };
    if sorted {
        parts.sort_unstable();
    }
    let mut text = String::with_capacity(length);
    for part in parts {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}
