//! What becomes of a pair, and why.

use super::levels::{ABSENT, name};
use super::score::Score;
use super::settings::{Settings, posterior};

/// Why two records are one party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// A person decided it.
    Decision,
    /// They have one identifying identifier.
    Identifier,
    /// The evidence weighs enough, and not on a name or place alone.
    Evidence,
}

/// What a possible pair lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// It weighs too little.
    Weight,
    /// Nothing but name, place or address agrees: no date of birth to the day, number or identifier.
    HardEvidence,
    /// A shared number, and given names that are an initial or a letter apart: kin may have both.
    Kin,
    /// The names do not agree in all their parts, or there is none: it may be kin, or who shares a phone.
    Name,
    /// It would bring records together that are not one party.
    Apart,
}

/// Why two records are not one party, whatever else agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Veto {
    /// A person decided it.
    Decision,
    /// One is a person, the other an organisation.
    Kinds,
    /// Dates of birth disagree beyond a digit or a swap.
    Birth,
    /// Two different identifiers of a scheme that a party has once.
    Identifiers,
    /// One identifier under names that have nothing in common; between records of two groups, names that kin may have.
    Names,
}

/// What becomes of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Same(Ground),
    Possible(Lack),
    /// Two records claim one identifier and cannot be one party: one of them is wrong, or false.
    Conflict(Veto),
    Different(Option<Veto>),
}

/// What the evidence rules out by itself.
pub(super) fn veto(score: &Score) -> Option<Veto> {
    if score.kinds_differ {
        Some(Veto::Kinds)
    } else if score.birth_differs {
        Some(Veto::Birth)
    } else if score.identifiers_differ {
        Some(Veto::Identifiers)
    } else {
        None
    }
}

/// Whether something agrees that kin under one number would not have in common as well.
fn tells_from_kin(score: &Score) -> bool {
    score.hard || score.beside || (score.address && score.name == name::INITIAL)
}

/// Decides by the evidence alone.
pub(super) fn decide(score: &Score, settings: &Settings) -> Outcome {
    let veto = veto(score);
    if score.identifies {
        return match veto {
            Some(veto) => Outcome::Conflict(veto),
            None if score.name == name::DIFFERENT => Outcome::Conflict(Veto::Names),
            None => Outcome::Same(Ground::Identifier),
        };
    }
    if veto.is_some() {
        return Outcome::Different(veto);
    }
    let posterior = posterior(score.sum);
    if posterior < settings.possible {
        return Outcome::Different(None);
    }
    let named = score.name != ABSENT && score.name < name::ONE_PART;
    if !named {
        Outcome::Possible(Lack::Name)
    } else if !score.hard && !score.contact {
        Outcome::Possible(Lack::HardEvidence)
    } else if score.doubtful && !tells_from_kin(score) {
        Outcome::Possible(Lack::Kin)
    } else if posterior < settings.threshold {
        Outcome::Possible(Lack::Weight)
    } else {
        Outcome::Same(Ground::Evidence)
    }
}
