//! Relationships: every interest is a relation.

use serde_json::Value;

use super::reader::Statement;
use crate::intake::Rows;
use crate::intake::json::{text, written};
use crate::intake::registers::{optional_day, short};
use crate::intake::shares;
use crate::model::{Date, NamedParty, RelationKind, RelationRow, Share};

/// Reads a relationship. Nothing is written where one of its interests cannot be read. Says whether anything was: of one that
/// is closed, an interest of which no day tells when it ended is left out, and the others say so.
pub fn read(statement: &Statement<'_>, rows: &mut Rows) -> Result<bool, String> {
    let object = End::of(statement, "subject")?;
    let subject = End::of(statement, "interestedParty")?;
    if subject.id.is_empty() && object.id.is_empty() {
        return Err("neither subject nor interestedParty is named; expected the id of a record".to_owned());
    }
    let mut around = Vec::new();
    if statement.details.get("isComponent").and_then(Value::as_bool) == Some(true) {
        around.push("component".to_owned());
    }
    let components: Vec<&str> = statement
        .list("componentRecords")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if !components.is_empty() {
        around.push(format!("components: {}", components.join(" ")));
    }
    around.extend([subject.why.clone(), object.why.clone()]);
    let nothing = [Value::Object(serde_json::Map::new())];
    let interests = match statement.list("interests") {
        [] => &nothing[..],
        interests => interests,
    };
    let mut read: Vec<Interest<'_>> = interests
        .iter()
        .map(|interest| Interest::of(interest, statement, &around))
        .collect::<Result<_, _>>()?;
    if statement.closed.is_some() {
        let (ended, undated): (Vec<_>, Vec<_>) = read.into_iter().partition(|one| one.to.is_some());
        read = ended;
        if !undated.is_empty() {
            let words: Vec<&str> = undated.iter().map(|one| one.word).collect();
            let left_out = format!("over without a date, left out: {}", words.join(", "));
            for one in &mut read {
                one.detail = match one.detail.as_str() {
                    "" => left_out.clone(),
                    detail => format!("{detail}; {left_out}"),
                };
            }
        }
    }
    for interest in &read {
        let kind = if subject.id.is_empty() {
            RelationKind::UnknownOwner
        } else {
            interest.kind
        };
        rows.relation(&RelationRow {
            interest: interest.word,
            share: interest.share,
            directness: interest.directness,
            beneficial: interest.beneficial,
            detail: &interest.detail,
            record_id: statement.record_id,
            from_date: interest.from,
            to_date: interest.to,
            ..RelationRow::between(
                statement.place,
                kind,
                subject.named(),
                object.named(),
                &statement.locator,
            )
        });
    }
    Ok(!read.is_empty())
}

/// Who stands at one end.
struct End<'s> {
    id: &'s str,
    /// Why nobody is named.
    why: String,
}

impl<'s> End<'s> {
    fn of(statement: &'s Statement<'_>, name: &str) -> Result<End<'s>, String> {
        let (id, why) = match statement.details.get(name) {
            Some(Value::String(id)) => (id.trim(), String::new()),
            Some(unspecified @ Value::Object(_)) => {
                let parts = [text(unspecified, "reason"), text(unspecified, "description")];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                ("", format!("{name}: {}", parts.join(", ")))
            }
            _ => ("", String::new()),
        };
        if id.is_empty() && why.is_empty() {
            return Err(format!(
                "no {name}; expected the id of a record, or why there is none"
            ));
        }
        Ok(End { id, why })
    }

    fn named(&self) -> NamedParty<'s> {
        NamedParty {
            record_id: self.id,
            ..NamedParty::default()
        }
    }
}

struct Interest<'s> {
    kind: RelationKind,
    word: &'s str,
    share: Share,
    directness: &'s str,
    beneficial: &'static str,
    detail: String,
    from: Option<Date>,
    to: Option<Date>,
}

impl<'s> Interest<'s> {
    fn of(value: &'s Value, statement: &Statement<'_>, around: &[String]) -> Result<Interest<'s>, String> {
        let word = text(value, "type");
        let directness = text(value, "directOrIndirect");
        if !matches!(directness, "" | "direct" | "indirect" | "unknown") {
            return Err(format!(
                "directOrIndirect: ‘{}’; expected direct, indirect or unknown",
                short(directness)
            ));
        }
        let beneficial = match value.get("beneficialOwnershipOrControl").and_then(Value::as_bool) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let mut detail: Vec<&str> = around.iter().map(String::as_str).collect();
        detail.push(text(value, "details"));
        detail.retain(|part| !part.is_empty());
        let ended = optional_day("endDate", text(value, "endDate"))?;
        Ok(Interest {
            kind: kind(word),
            word,
            share: share(value)?,
            directness,
            beneficial,
            detail: detail.join("; "),
            from: optional_day("startDate", text(value, "startDate"))?,
            to: ended.or(statement.closed.flatten()),
        })
    }
}

/// The kind of an interest by its word in the standard's list. A word that no list knows, or none, says that there is
/// some control, and no more.
fn kind(word: &str) -> RelationKind {
    match word {
        "shareholding" => RelationKind::Ownership,
        "votingRights" => RelationKind::Voting,
        "appointmentOfBoard" => RelationKind::BoardAppointment,
        "boardMember" | "boardChair" | "seniorManagingOfficial" => RelationKind::Directorship,
        "settlor" => RelationKind::Settlor,
        "trustee" => RelationKind::Trustee,
        "protector" => RelationKind::Protector,
        "beneficiaryOfLegalArrangement" | "enjoymentAndUseOfAssets" => RelationKind::Beneficiary,
        "rightsToSurplusAssetsOnDissolution" => RelationKind::Liquidation,
        "rightsToProfitOrIncome" | "rightToProfitOrIncomeFromAssets" => RelationKind::Profit,
        "nominee" => RelationKind::Nominee,
        "nominator" => RelationKind::Nominator,
        _ => RelationKind::Control,
    }
}

fn share(interest: &Value) -> Result<Share, String> {
    let Some(told) = interest.get("share").filter(|told| !told.is_null()) else {
        return Ok(Share::default());
    };
    let bound = |name: &str| -> Result<Option<i128>, String> {
        match written(told, name) {
            text if text.is_empty() => Ok(None),
            text => shares::percent(&text)
                .map(Some)
                .ok_or_else(|| format!("share.{name}: ‘{}’; expected a percentage", short(&text))),
        }
    };
    let exact = bound("exact")?;
    let (least, above) = (bound("minimum")?, bound("exclusiveMinimum")?);
    let (most, below) = (bound("maximum")?, bound("exclusiveMaximum")?);
    let share = match exact {
        Some(exact) => Share::exactly(exact),
        None => Share {
            min: above.or(least),
            max: below.or(most),
            above_min: above.is_some(),
            below_max: below.is_some(),
        },
    };
    match share.fault() {
        Some(fault) => Err(format!(
            "share: {} is {fault}; expected percentages of at most 100, the smaller bound first",
            short(&told.to_string())
        )),
        None => Ok(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Share, String> {
        share(&serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn bounds_stay_what_they_are() {
        assert_eq!(of(r#"{"share":{"exact":33.3333}}"#), Ok(Share::exactly(333_333)));
        assert_eq!(
            of(r#"{"share":{"exclusiveMinimum":25,"maximum":50}}"#),
            Ok(Share::band(250_000, 500_000))
        );
        assert_eq!(
            of(r#"{"share":{"minimum":75}}"#).map(|share| (share.min, share.max, share.above_min)),
            Ok((Some(750_000), None, false))
        );
        assert_eq!(of("{}"), Ok(Share::default()));
        assert!(of(r#"{"share":{"exact":101}}"#).is_err());
        assert!(of(r#"{"share":{"exact":-1}}"#).is_err());
        assert!(of(r#"{"share":{"minimum":60,"maximum":50}}"#).is_err());
    }
}
