//! What is claimed, and what has to be said beside the figures of a trace.

use serde::Serialize;

use super::super::figures::{Figure, count, money};
use super::super::page::{Context, Instant};
use super::super::rows::rows;
use super::super::text::{Piece, pieces, visible};
use super::super::{Query, ReportError, queries};
use super::words::{Words, ground, method};

/// Claims that are listed.
const LISTED: usize = 60;

/// The claims.
#[derive(Serialize)]
pub(super) struct Claims {
    rows: Vec<Claim>,
    left_out: Option<Figure>,
}

#[derive(Serialize)]
struct Claim {
    claim: String,
    number: Figure,
    kind: String,
    at: Option<Instant>,
    amount: Option<Figure>,
    /// Whether the amount would tell what lies on an account of a possible victim.
    withheld: bool,
    /// Account, entry and where it was given; where names are shown.
    account: Option<String>,
    entry: Option<String>,
    given: String,
    refused: Option<Vec<Piece>>,
}

/// Notes of one weight.
#[derive(Serialize)]
pub(super) struct Notes {
    title: String,
    notes: Vec<Vec<Piece>>,
}

/// Notes, and whether some are left out that tell of accounts of possible victims.
pub(super) struct Said {
    pub groups: Vec<Notes>,
    pub withheld: bool,
}

/// Reads the claims, and tells the words how they are called.
pub(super) fn claims(
    query: &dyn Query,
    context: &Context<'_>,
    words: &mut Words<'_>,
) -> Result<Claims, ReportError> {
    let found = rows(
        query,
        queries::TRACED_CLAIMS,
        &[
            "ground", "number", "label", "kind", "at", "amount", "given", "refused",
        ],
    )?;
    for row in found.iter() {
        words.grounds.insert(
            row.integer("ground"),
            (
                row.text_or_empty("label").to_owned(),
                row.text_or_empty("kind").to_owned(),
            ),
        );
    }
    let reveals = context.names.reveals();
    let shown = |text: &str| reveals.then(|| visible(text));
    let claim = |row: super::super::rows::Row<'_>| {
        let (own, number) = (row.integer("ground"), row.integer("number"));
        let key = format!("{own} {number}");
        let withheld = words.withheld.holds_ground(own);
        Claim {
            claim: words.claim(own),
            number: count("trace.claim_number", key.clone(), number),
            kind: ground(row.text_or_empty("kind"), words.own),
            at: row.moment("at").map(Instant::of),
            amount: row
                .money("amount")
                .filter(|_| !withheld)
                .map(|amount| money("trace.claim", key, amount, row.text_or_empty("currency"))),
            withheld,
            account: row
                .text("account_id")
                .filter(|_| reveals)
                .map(|account| words.account(account)),
            entry: row.text("entry_id").and_then(shown),
            given: shown(row.text_or_empty("given")).unwrap_or_default(),
            refused: row.text("refused").map(|reason| {
                let hidden = without_given(reason, row.text_or_empty("label"), row.text_or_empty("given"));
                let text = match (reveals, context.secrets.unquoted(&hidden)) {
                    (true, _) => words.own.told(reason),
                    (false, text) if withheld && has_figures(&text) => words.own.say("why, is withheld", &[]),
                    (false, text) => words.own.told(&text),
                };
                pieces(&text, context.names, context.secrets)
            }),
        }
    };
    let listed = found.iter().take(LISTED).map(claim).collect();
    Ok(Claims {
        rows: listed,
        left_out: (found.len() > LISTED)
            .then(|| count("trace.claims_left_out", "", (found.len() - LISTED) as i64)),
    })
}

/// A reason without what a person wrote: the label, and the file in which the claim was given. Both may name somebody.
fn without_given(reason: &str, label: &str, given: &str) -> String {
    let mut text = reason.to_owned();
    if !label.is_empty() {
        text = text.replace(&format!("‘{label}’"), "‘…’");
    }
    if !given.is_empty() {
        text = text.replace(given, "a line of a file");
    }
    text
}

/// The method that the authority chose.
#[derive(Serialize)]
pub(super) struct Chosen {
    id: String,
    title: String,
    /// By whom, when and why; where names are shown.
    about: Option<About>,
}

#[derive(Serialize)]
struct About {
    author: String,
    time: String,
    reason: String,
}

/// Reads which method the authority chose; nothing where it chose none.
pub(super) fn chosen(query: &dyn Query, context: &Context<'_>) -> Result<Option<Chosen>, ReportError> {
    let found = rows(
        query,
        "SELECT value, author, time, reason FROM decisions WHERE kind = 'claim' AND subject = 'method' AND undoes = '' \
         AND decision_id NOT IN (SELECT undoes FROM decisions WHERE undoes <> '') ORDER BY time DESC, decision_id DESC LIMIT 1",
        &["value", "author", "time", "reason"],
    )?;
    Ok(found.first().map(|row| {
        let text = |name: &str| visible(row.text_or_empty(name));
        Chosen {
            id: text("value"),
            title: method(row.text_or_empty("value"), *context.words),
            about: context.names.reveals().then(|| About {
                author: text("author"),
                time: text("time"),
                reason: text("reason"),
            }),
        }
    }))
}

/// Reads the notes. Free text in them is quoted, and stands where names do; so do sums on an account of a possible victim,
/// and shares by which such a sum could be computed.
pub(super) fn notes(
    query: &dyn Query,
    context: &Context<'_>,
    words: &Words<'_>,
) -> Result<Said, ReportError> {
    // Why a claim is refused is told beside it.
    let found = rows(
        query,
        "SELECT weight, labels, note FROM trace_notes WHERE NOT (weight = 'refused' AND note IN \
         (SELECT refused FROM claims WHERE refused IS NOT NULL)) ORDER BY number",
        &["weight", "labels", "note"],
    )?;
    let reveals = context.names.reveals();
    let guarded = &words.guarded;
    let mut said = Said {
        groups: Vec::new(),
        withheld: false,
    };
    let say = |english| words.own.say(english, &[]);
    for (weight, title) in [
        ("refused", say("What was asked and could not be followed")),
        ("record", say("Holes in the records that the money went by")),
        ("basis", say("What the figures rest on")),
        ("fund", say("Balances shared out at the end (pari passu)")),
        ("flag", say("For a court: facts that the law may ask for")),
    ] {
        let mut notes = Vec::new();
        for row in found.iter().filter(|row| row.text_or_empty("weight") == weight) {
            let note = row.text_or_empty("note");
            let mut text = words.own.told(&context.secrets.unquoted(note));
            if !reveals
                && guarded
                    .iter()
                    .any(|id| note.contains(&format!("{{account:{id}}}")))
            {
                for id in guarded {
                    // Whose account it is, a note on a page without names would tell.
                    let somebody = say("an account of somebody who may be a victim");
                    text = text.replace(&format!("{{account:{id}}}"), &somebody);
                }
                if has_figures(&text) {
                    said.withheld = true;
                    continue;
                }
            }
            let tells_shares = matches!(weight, "fund" | "flag") && !words.withheld.is_empty();
            if tells_shares && has_figures(&text) {
                said.withheld = true;
                continue;
            }
            let mut one = pieces(&text, context.names, context.secrets);
            let labels = row.text_or_empty("labels");
            if reveals && !labels.is_empty() {
                one.push(Piece {
                    name: false,
                    text: words
                        .own
                        .say(" (claims: {labels})", &[("labels", visible(labels))]),
                });
            }
            notes.push(one);
        }
        if !notes.is_empty() {
            said.groups.push(Notes { title, notes });
        }
    }
    Ok(said)
}

/// Whether digits stand outside of names.
fn has_figures(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{account:") {
        if before.bytes().any(|byte| byte.is_ascii_digit()) {
            return true;
        }
        rest = behind.split_once('}').map_or("", |(_, behind)| behind);
    }
    rest.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_neither_label_nor_file() {
        let said = without_given(
            "claim ‘Maud d’Arbois’ (line 3 of Vera.csv): kind is ‘x’",
            "Maud d’Arbois",
            "line 3 of Vera.csv",
        );
        assert_eq!(said, "claim ‘…’ (a line of a file): kind is ‘x’");
        assert_eq!(
            without_given("Vera.csv: not UTF-8", "", "Vera.csv"),
            "a line of a file: not UTF-8"
        );
    }

    #[test]
    fn digits_of_ids_are_no_figures() {
        assert!(!has_figures("of {account:a-12} and {account:a-3}, see there"));
        assert!(has_figures("of {account:a-12}: 5.00 EUR"));
        assert!(has_figures("5.00 EUR on {account:a-12}"));
    }
}
