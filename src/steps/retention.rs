//! How long a case is kept, on what legal basis, and when that is looked at again (Directive (EU) 2016/680 Art. 5: time
//! limits for erasure or for a periodic review). A person's decision; the tool erases nothing by itself.

use serde::{Deserialize, Serialize};

use super::StepError;
use crate::case::{Actor, Case, CaseError, Decision, DecisionKind};
use crate::model::Date;

/// Under which subject the decision stands. One stands at a time.
pub(super) const RETENTION: &str = "case";

/// Until when a case is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The day after which the case is erased.
    pub until: Option<Date>,
    /// The day on which the need to keep it is looked at again.
    pub review: Option<Date>,
    /// The rule that the days follow from, as in `Wpg Art. 8`.
    pub legal_basis: String,
}

/// As it stands in the value of a decision: people read decisions.
#[derive(Default, Serialize, Deserialize)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    review: Option<String>,
    legal_basis: String,
}

impl Retention {
    /// As the value of a decision.
    pub fn to_text(&self) -> String {
        let written = Written {
            until: self.until.map(|day| day.to_string()),
            review: self.review.map(|day| day.to_string()),
            legal_basis: self.legal_basis.clone(),
        };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// From the value of a decision.
    pub fn from_text(text: &str) -> Result<Retention, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let day = |text: Option<String>| -> Result<Option<Date>, String> {
            text.map(|text| {
                text.parse()
                    .map(Date::from_civil)
                    .map_err(|_| format!("‘{text}’ is no day"))
            })
            .transpose()
        };
        Ok(Retention {
            until: day(written.until)?,
            review: day(written.review)?,
            legal_basis: written.legal_basis,
        })
    }

    /// What is to be said on a day; nothing where neither day is past.
    pub fn warning(&self, today: Date) -> Option<String> {
        let basis = &self.legal_basis;
        if let Some(until) = self.until.filter(|until| *until < today) {
            return Some(format!(
                "beware: this case was to be kept until {until} ({basis}), and that day is past: erase it with `geldspoor case \
                 erase`, or decide anew with `geldspoor case retention --until DAY`"
            ));
        }
        let review = self.review.filter(|review| *review < today)?;
        Some(format!(
            "beware: the need to keep this case was to be looked at again by {review} ({basis}): decide with `geldspoor case \
             retention --review DAY`"
        ))
    }
}

/// What stands, with the decision; nothing where nobody decided.
pub fn retention(case: &Case) -> Result<Option<(Retention, Decision)>, StepError> {
    let standing = case.standing(DecisionKind::Retention)?;
    let Some(decision) = standing.into_iter().find(|one| one.subject == RETENTION) else {
        return Ok(None);
    };
    let retention = Retention::from_text(&decision.value).map_err(|reason| {
        CaseError::Decision(format!(
            "decision {} holds a retention that does not read: {reason}; take it back with `geldspoor decisions undo {} --reason \
             T` and set it anew",
            decision.decision_id, decision.decision_id
        ))
    })?;
    Ok(Some((retention, decision)))
}

/// Sets how long a case is kept. What is not given stays as it stands.
pub fn set_retention(
    case: &mut Case,
    actor: Actor,
    given: &Retention,
    reason: &str,
    author: &str,
) -> Result<Retention, StepError> {
    let before = retention(case)?.map(|(before, _)| before).unwrap_or_default();
    let basis = match given.legal_basis.trim() {
        "" => before.legal_basis,
        basis => basis.to_owned(),
    };
    let set = Retention {
        until: given.until.or(before.until),
        review: given.review.or(before.review),
        legal_basis: basis,
    };
    if set.legal_basis.is_empty() {
        return Err(CaseError::Decision(
            "how long a case is kept follows from a rule: add --legal-basis TEXT, as in \"Wpg Art. 8(6)\""
                .to_owned(),
        )
        .into());
    }
    if let (Some(until), Some(review)) = (set.until, set.review)
        && review > until
    {
        return Err(CaseError::Decision(format!(
            "the case is kept until {until}, so it cannot be looked at again on {review}: give an earlier --review, or a later \
             --until"
        ))
        .into());
    }
    let decision = Decision::new(DecisionKind::Retention, RETENTION, &set.to_text(), reason, author)?;
    let mut writer = case.write(actor)?;
    writer.decide(decision);
    writer.commit()?;
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_past_is_said_and_what_is_not_is_not() {
        let day = |text: &str| text.parse().map(Date::from_civil).expect("a day");
        let kept = Retention {
            until: Some(day("2030-01-31")),
            review: Some(day("2028-01-31")),
            legal_basis: "Art. 5".to_owned(),
        };
        assert_eq!(Retention::from_text(&kept.to_text()), Ok(kept.clone()));
        assert_eq!(kept.warning(day("2028-01-31")), None);
        let review = kept.warning(day("2028-02-01")).expect("said");
        assert!(
            review.contains("2028-01-31") && review.contains("looked at again"),
            "{review}"
        );
        let past = kept.warning(day("2030-02-01")).expect("said");
        assert!(
            past.contains("2030-01-31") && past.contains("case erase"),
            "{past}"
        );
        assert!(Retention::from_text("{\"until\":\"2030-13-01\",\"legal_basis\":\"x\"}").is_err());
    }
}
