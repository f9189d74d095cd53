//! What a person asks to be traced: claims, what they come from, and what an authority decides beside the method.

use serde::{Deserialize, Serialize};

use crate::case::{Case, CaseError, Decision, DecisionKind};
use crate::trace::{ClaimKind, Gain, Interest, METHODS, Method};

/// Under which subject the decision about what is claimed stands. One set of claims stands at a time.
pub const CLAIMS: &str = "claims";

/// Under which subject the decision about the method stands.
pub const METHOD: &str = "method";

/// What is to be traced. As a decision it stands until another one takes its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Single claims, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<GivenClaim>,
    /// Lines of a file of claims that could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// What claims are made of: each credit of an account in a period, or each that came into a finding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<From>,
    /// Which entries bought or sold what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<AssetLink>,
    /// Accounts that are one fund for a distribution at the end, by id or number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub funds: Vec<Vec<String>>,
    /// Whether interest belongs to whom the balance belongs to; else it is own money.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interest_is_fruit: bool,
    /// Whether the two academic methods are asked for too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub academic: bool,
    /// Whether the gain on a sale is own money; else it follows what was claimed of the cost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gain_is_own: bool,
}

/// A claim as a person gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenClaim {
    /// An entry, a payment inside one, or a transfer, by its id.
    pub entry: String,
    /// Ten-thousandths; all of it where not given. Written as people write it, because people read decisions.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "written")]
    pub amount: Option<i64>,
    /// Currency of the amount, where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    pub kind: GivenKind,
    pub label: String,
    /// Where it was given, as in `line 3 of claims.csv`.
    pub given: String,
}

/// A line of a file of claims that could not be read: a claim that is not traced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Empty where the line has none.
    pub label: String,
    /// As in `line 3 of claims.csv`.
    pub given: String,
    /// On what ground, as far as the line tells.
    #[serde(default)]
    pub kind: GivenKind,
    pub reason: String,
}

/// On what ground money is claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GivenKind {
    /// Proceeds of an offence.
    #[default]
    Proceeds,
    /// Property of a victim.
    Property,
}

impl GivenKind {
    /// The word in files, options and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            GivenKind::Proceeds => "proceeds",
            GivenKind::Property => "property",
        }
    }

    /// From the word.
    pub fn from_word(word: &str) -> Option<GivenKind> {
        [GivenKind::Proceeds, GivenKind::Property]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(word.trim()))
    }

    pub(super) const fn engine(self) -> ClaimKind {
        match self {
            GivenKind::Proceeds => ClaimKind::Proceeds,
            GivenKind::Property => ClaimKind::Property,
        }
    }
}

/// What claims are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct From {
    /// An entry, a transfer, an account (id, number or IBAN) or a finding.
    pub what: String,
    /// First and last day that count, as days since 1 January 1970; all where not given. For accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<(i32, i32)>,
    pub kind: GivenKind,
    /// The label of its claims; `what` where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// An entry that bought or sold an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetLink {
    /// An asset of the table `assets` by its id, or a name of one's own.
    pub asset: String,
    /// An entry, a payment inside one, or a transfer.
    pub entry: String,
    /// Whether it was sold, all of it; else bought.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sale: bool,
}

/// Amounts as text with a decimal point.
mod written {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::{Amount, NumberStyle};

    pub fn serialize<S: Serializer>(amount: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => serializer.serialize_str(&Amount::from_scaled(*amount).to_text(2)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| Amount::parse(&text, NumberStyle::POINT).map(Amount::scaled))
            .transpose()
            .map_err(D::Error::custom)
    }
}

// In quotes, because pages without names leave out what stands in them.
impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.label.is_empty() {
            true => write!(f, "‘{}’: {}", self.given, self.reason),
            false => write!(f, "claim ‘{}’ (‘{}’): {}", self.label, self.given, self.reason),
        }
    }
}

impl Request {
    /// Whether it claims nothing.
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty() && self.from.is_empty() && self.unread.is_empty()
    }

    /// The methods that are asked for.
    pub fn methods(&self) -> Vec<&'static dyn Method> {
        let is_asked = |method: &&'static dyn Method| self.academic || !method.is_academic();
        METHODS.into_iter().filter(is_asked).collect()
    }

    pub(super) fn interest(&self) -> Interest {
        match self.interest_is_fruit {
            true => Interest::Fruit,
            false => Interest::Own,
        }
    }

    pub(super) fn gain(&self) -> Gain {
        match self.gain_is_own {
            true => Gain::Own,
            false => Gain::Follows,
        }
    }

    /// As it is stored with a decision.
    pub fn to_text(&self) -> String {
        // Maps of texts, numbers and lists always write.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From the text of a decision.
    pub fn from_text(text: &str) -> Result<Request, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// The claims that stand in a case; nothing where nobody claimed anything, or took it back.
pub fn standing_request(case: &Case) -> Result<Option<Request>, CaseError> {
    let standing = case.standing(DecisionKind::Claim)?;
    let Some(decision) = standing.into_iter().find(|decision| decision.subject == CLAIMS) else {
        return Ok(None);
    };
    let request = Request::from_text(&decision.value).map_err(|reason| {
        CaseError::Decision(format!(
            "decision {} holds claims that do not read: {reason}; take it back with `geldspoor decisions undo {} --reason T` \
             and give the claims again",
            decision.decision_id, decision.decision_id
        ))
    })?;
    Ok(Some(request))
}

/// The method that the authority chose, with its reason; nothing where nobody chose.
pub fn chosen_method(case: &Case) -> Result<Option<Decision>, CaseError> {
    let standing = case.standing(DecisionKind::Claim)?;
    Ok(standing.into_iter().find(|decision| decision.subject == METHOD))
}
