//! What ties two parties, as a register or a person says it.

use super::{Date, NamedParty, Place};

/// What ties two parties. The subject is who has the tie to the object: the owner, the director, the employee, the
/// parent company; the object is what is owned, run, worked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// Shares or the like.
    Ownership,
    /// Votes.
    Voting,
    /// A part of the profit.
    Profit,
    /// A part of what is left when the object is wound up.
    Liquidation,
    /// Sits on the board, or runs the object.
    Directorship,
    /// May appoint or remove who sits on the board.
    BoardAppointment,
    /// Influence or control by other means.
    Control,
    /// Holds for somebody else, by name only.
    Nominee,
    /// The one for whom a nominee holds.
    Nominator,
    Trustee,
    Settlor,
    Protector,
    Beneficiary,
    /// Takes the object into its consolidated accounts.
    AccountingParent,
    Family,
    Household,
    Employment,
    /// May act for the object: representative, attorney, proxy.
    Mandate,
    /// Both have the same address, telephone, ...
    SharedAttribute,
    /// Somebody owns or controls the object, and the register does not say who, with the reason in `detail`.
    UnknownOwner,
}

impl RelationKind {
    /// Every kind.
    pub const ALL: [RelationKind; 20] = [
        RelationKind::Ownership,
        RelationKind::Voting,
        RelationKind::Profit,
        RelationKind::Liquidation,
        RelationKind::Directorship,
        RelationKind::BoardAppointment,
        RelationKind::Control,
        RelationKind::Nominee,
        RelationKind::Nominator,
        RelationKind::Trustee,
        RelationKind::Settlor,
        RelationKind::Protector,
        RelationKind::Beneficiary,
        RelationKind::AccountingParent,
        RelationKind::Family,
        RelationKind::Household,
        RelationKind::Employment,
        RelationKind::Mandate,
        RelationKind::SharedAttribute,
        RelationKind::UnknownOwner,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            RelationKind::Ownership => "ownership",
            RelationKind::Voting => "voting",
            RelationKind::Profit => "profit",
            RelationKind::Liquidation => "liquidation",
            RelationKind::Directorship => "directorship",
            RelationKind::BoardAppointment => "board_appointment",
            RelationKind::Control => "control",
            RelationKind::Nominee => "nominee",
            RelationKind::Nominator => "nominator",
            RelationKind::Trustee => "trustee",
            RelationKind::Settlor => "settlor",
            RelationKind::Protector => "protector",
            RelationKind::Beneficiary => "beneficiary",
            RelationKind::AccountingParent => "accounting_parent",
            RelationKind::Family => "family",
            RelationKind::Household => "household",
            RelationKind::Employment => "employment",
            RelationKind::Mandate => "mandate",
            RelationKind::SharedAttribute => "shared_attribute",
            RelationKind::UnknownOwner => "unknown_owner",
        }
    }

    /// The kind of a word of the tables.
    pub fn from_word(word: &str) -> Option<RelationKind> {
        RelationKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A relation between two parties. Either may be named by nobody, where the record does not say who it is.
#[derive(Clone, Copy, Debug)]
pub struct RelationRow<'a> {
    pub place: Place,
    pub kind: RelationKind,
    /// The register's own word: `shareholding`, `appointmentOfBoard`, `IS_DIRECTLY_CONSOLIDATED_BY`.
    pub interest: &'a str,
    pub subject: NamedParty<'a>,
    pub object: NamedParty<'a>,
    pub share: Share,
    /// `direct`, `indirect` or `unknown`; empty where the record does not say.
    pub directness: &'a str,
    /// Whether the subject has it for itself: `yes`, `no`, `unknown`; empty where the record does not say.
    pub beneficial: &'a str,
    /// What else the record says, in its own words.
    pub detail: &'a str,
    /// The register's own id of the record.
    pub record_id: &'a str,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    pub locator: &'a str,
}

impl<'a> RelationRow<'a> {
    /// A relation of which nothing else is told.
    pub fn between(
        place: Place,
        kind: RelationKind,
        subject: NamedParty<'a>,
        object: NamedParty<'a>,
        locator: &'a str,
    ) -> RelationRow<'a> {
        RelationRow {
            place,
            kind,
            interest: "",
            subject,
            object,
            share: Share::default(),
            directness: "",
            beneficial: "",
            detail: "",
            record_id: "",
            from_date: None,
            to_date: None,
            locator,
        }
    }
}

/// How much, in millionths; both bounds are the same where it is known exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub min: Option<i128>,
    pub max: Option<i128>,
    /// More than `min`, not `min` itself.
    pub above_min: bool,
    /// Less than `max`, not `max` itself.
    pub below_max: bool,
}

/// A whole, in the millionths of [`Share`].
pub const WHOLE: i128 = 1_000_000;

impl Share {
    /// A share that is known exactly.
    pub const fn exactly(share: i128) -> Share {
        Share {
            min: Some(share),
            max: Some(share),
            above_min: false,
            below_max: false,
        }
    }

    /// More than `min` and not more than `max`, as laws on owners draw their bands.
    pub const fn band(min: i128, max: i128) -> Share {
        Share {
            min: Some(min),
            max: Some(max),
            above_min: true,
            below_max: false,
        }
    }

    /// Why it can be no share, if it cannot.
    pub fn fault(&self) -> Option<&'static str> {
        let outside = |bound: Option<i128>| bound.is_some_and(|bound| !(0..=WHOLE).contains(&bound));
        if outside(self.min) || outside(self.max) {
            return Some("a share outside 0 to 100 %");
        }
        match (self.min, self.max) {
            (Some(min), Some(max)) if min > max => Some("a smallest share above the greatest"),
            (Some(min), Some(max)) if min == max && (self.above_min || self.below_max) => {
                Some("a share above and not above the same bound")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in RelationKind::ALL {
            assert_eq!(RelationKind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(RelationKind::from_word("friendship"), None);
    }

    #[test]
    fn bounds_that_cannot_be_are_told() {
        assert_eq!(Share::band(250_000, 500_000).fault(), None);
        assert!(Share::band(500_000, 250_000).fault().is_some());
        assert!(Share::band(250_000, 250_000).fault().is_some());
        assert!(Share::exactly(1_000_001).fault().is_some());
        assert!(Share::exactly(-1).fault().is_some());
    }
}
