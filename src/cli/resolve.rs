//! `resolve`: who is who, why, and what people decide about it.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use super::args::{FormatName, Resolve};
use super::context::{Context, Failure, code};
use super::interrupt::listen;
use super::progress::Bar;
use super::trace::batch;
use crate::case::column::each_row;
use crate::case::{Case, Decision, DecisionKind, Table};
use crate::parties::resolve::{Explanation, Outcome};
use crate::parties::{Counts, MERGE, NEVER, SPLIT, find_parties, pair_subject, verdict};
use crate::report::{probability, waterfall};
use crate::sql::Stop;
use crate::steps::{self, StepError};

pub fn run(context: &Context, options: &Resolve) -> Result<u8, Failure> {
    let mut case = context.open()?;
    if let Some([left, right]) = options.explain.as_deref().and_then(two) {
        return explain(context, &case, [left, right], options);
    }
    decide(context, &mut case, options)?;
    let linked = link(context, &mut case)?;
    let session = context.session(&case)?;
    if options.format.format != FormatName::Table || options.format.output.is_some() {
        let sql = "SELECT * FROM same_parties ORDER BY left_mention, right_mention";
        context.rows(&session.query(sql, &[])?, &options.format)?;
        summary(context, &linked);
        return Ok(0);
    }
    for (title, outcome) in [
        ("Joined by what the records say", "outcome = 'merged'"),
        (
            "For a person to look at: these may be one party",
            "outcome = 'possible'",
        ),
        ("One identifier, and yet two parties", "outcome = 'conflict'"),
    ] {
        let sql = format!(
            "SELECT l.name AS one, r.name AS other, p.weight AS bits, p.reason, p.left_mention, p.right_mention \
             FROM same_parties AS p \
             JOIN party_mentions AS l ON l.mention_id = p.left_mention \
             JOIN party_mentions AS r ON r.mention_id = p.right_mention \
             WHERE p.{outcome} ORDER BY p.weight DESC, p.left_mention, p.right_mention LIMIT {}",
            options.rows
        );
        let rows = session.query(&sql, &[])?;
        if rows.iter().any(|batch| batch.num_rows() > 0) {
            println!("{title}");
            context.rows(&rows, &options.format)?;
        }
    }
    let notes = "SELECT kind, text FROM party_notes ORDER BY kind, text";
    for batch in session.query(notes, &[])? {
        let text = crate::case::column::text(&batch, "text")?;
        let kind = crate::case::column::text(&batch, "kind")?;
        for row in 0..batch.num_rows() {
            println!("{}: {}", kind.value(row), text.value(row));
        }
    }
    println!(
        "`geldspoor resolve --explain A B` tells why; `--merge`, `--never` and `--split` decide otherwise; tables \
         same_parties, same_party_terms and party_mentions have all of it"
    );
    summary(context, &linked);
    Ok(0)
}

/// Links parties with a line that turns, until it is done or Ctrl-C.
pub fn link(context: &Context, case: &mut Case) -> Result<Counts, Failure> {
    let stop: Arc<Stop> = Arc::default();
    let _listening = listen(&stop);
    let bar = Bar::waiting(context, "parties");
    let go_on = |_: &str| stop.why().is_none();
    let linked = steps::resolve(case, context.actor(), &go_on);
    drop(bar);
    match linked {
        Err(StepError::Stopped) => Err(Failure::new(code::INTERRUPTED, StepError::Stopped)),
        other => Ok(other?),
    }
}

/// What came of it, in a line.
pub fn summary(context: &Context, linked: &Counts) {
    if linked.mentions == 0 {
        return;
    }
    let joined = linked.mentions - linked.parties;
    let mut said = format!("{} mentions are {} parties", linked.mentions, linked.parties);
    if joined > 0 {
        said += &format!(
            " ({} pairs joined by an identifier, {} by weighed evidence, {} by a person)",
            linked.by_identifier, linked.by_model, linked.by_decision
        );
    }
    for (count, one, several) in [
        (
            linked.possible,
            "pair that may be one party",
            "pairs that may be one party",
        ),
        (
            linked.conflicts,
            "identifier that two parties claim",
            "identifiers that two parties claim",
        ),
        (
            linked.households,
            "pair of one household",
            "pairs of one household",
        ),
    ] {
        match count {
            0 => {}
            1 => said += &format!("; 1 {one}"),
            count => said += &format!("; {count} {several}"),
        }
    }
    context.say(said);
}

/// The id of the party that a person means by id, mention, registration number or name.
pub fn find_party(case: &Case, given: &str) -> Result<String, Failure> {
    let found: Vec<String> = find_parties(case, given)?.into_iter().collect();
    match found.as_slice() {
        [party] => Ok(party.clone()),
        [] => Err(Failure::usage(&format!(
            "no party is known as ‘{given}’; `geldspoor sql -c \"SELECT party_id, name FROM parties\"` lists them"
        ))),
        several => Err(Failure::usage(&format!(
            "‘{given}’ is {} parties: name one by its id, {}",
            several.len(),
            several.join(", ")
        ))),
    }
}

fn two(both: &[String]) -> Option<[&str; 2]> {
    match both {
        [left, right] => Some([left, right]),
        _ => None,
    }
}

/// Records what the options decide.
fn decide(context: &Context, case: &mut Case, options: &Resolve) -> Result<(), Failure> {
    let reason = options.reason.as_deref().unwrap_or_default();
    let pair = [
        (&options.merge, MERGE, "--merge"),
        (&options.never, NEVER, "--never"),
    ];
    let mut decided = None;
    for (given, value, option) in pair {
        let Some([left, right]) = given.as_deref().and_then(two) else {
            continue;
        };
        let (left, right) = (mention(case, left)?, mention(case, right)?);
        if left == right {
            return Err(Failure::usage(&format!(
                "{option}: both are {left}; to take a mention out of its party use --split with ids of table party_mentions"
            )));
        }
        if value == MERGE
            && let Some(against) = steps::explain_parties(case, &left, &right, &|_| true)?
            && matches!(
                against.outcome,
                Outcome::Different(Some(_)) | Outcome::Conflict(_)
            )
        {
            context.say(format_args!(
                "beware, the records speak against it: {}",
                against.reason
            ));
        }
        decided = Some((pair_subject(&left, &right), value));
    }
    if !options.split.is_empty() {
        let mut ids = Vec::new();
        for given in &options.split {
            ids.push(exact_mention(case, given)?);
        }
        ids.sort();
        ids.dedup();
        decided = Some((ids.join(" "), SPLIT));
    }
    match decided {
        None if options.reason.is_some() => {
            Err(Failure::usage("--reason goes with --merge, --never or --split"))
        }
        None => Ok(()),
        Some((subject, value)) => {
            let decision = Decision::new(
                DecisionKind::Identity,
                &subject,
                value,
                reason,
                context.decider()?,
            )?;
            context.say(format_args!(
                "recorded as {}; `geldspoor decisions undo` takes it back",
                decision.decision_id
            ));
            let mut writer = case.write(context.actor())?;
            writer.decide(decision);
            Ok(writer.commit()?)
        }
    }
}

/// A mention by its id; else the leading mention of a party, whose id is the party's.
fn mention(case: &Case, given: &str) -> Result<String, Failure> {
    let mut found = false;
    each_row(case, Table::PartyMentions, &["mention_id"], |[id]| {
        found |= id == given.trim()
    })?;
    match found {
        true => Ok(given.trim().to_owned()),
        false => find_party(case, given),
    }
}

fn exact_mention(case: &Case, given: &str) -> Result<String, Failure> {
    let mut found = false;
    each_row(case, Table::PartyMentions, &["mention_id"], |[id]| {
        found |= id == given.trim()
    })?;
    match found {
        true => Ok(given.trim().to_owned()),
        false => Err(Failure::usage(&format!(
            "--split {given}: there is no such mention; `geldspoor sql -c \"SELECT mention_id, party_id, name FROM party_mentions\"` \
             lists them"
        ))),
    }
}

/// Prints a pair term by term.
fn explain(context: &Context, case: &Case, both: [&str; 2], options: &Resolve) -> Result<u8, Failure> {
    let (left, right) = (mention(case, both[0])?, mention(case, both[1])?);
    if left == right {
        return Err(Failure::usage(&format!(
            "both are {left}: name two mentions of table party_mentions"
        )));
    }
    let found = steps::explain_parties(case, &left, &right, &|_| true)?;
    let Some(found) = found else {
        return Err(Failure::usage(&format!(
            "{left} or {right} is in no record any more"
        )));
    };
    context.rows(&[table(&found)?], &options.format)?;
    context.say(format_args!(
        "compared are the mentions {left} and {right}; a party may have others, see table party_mentions\n{}",
        found.reason
    ));
    if let Some(path) = &options.picture {
        let svg = waterfall(&found);
        std::fs::write(path, svg)
            .map_err(|e| Failure::new(code::FAULT, format_args!("{}: {e}", path.display())))?;
        context.say(format_args!("drawn into {}", path.display()));
    }
    Ok(0)
}

/// Terms down, with a running sum.
fn table(found: &Explanation) -> Result<RecordBatch, Failure> {
    let mut rows: Vec<[String; 8]> = Vec::new();
    let mut sum = found.prior;
    let bits = |value: f64| format!("{value:+.2}");
    let mut first: [String; 8] = Default::default();
    first[0] = "before anything is compared".to_owned();
    first[5] = bits(found.prior);
    first[6] = bits(sum);
    rows.push(first);
    for term in &found.terms {
        sum += term.total();
        rows.push([
            term.field.clone(),
            term.left.clone(),
            term.right.clone(),
            verdict(term.verdict).to_owned(),
            term.level.to_owned(),
            bits(term.total()),
            bits(sum),
            term.note.clone(),
        ]);
    }
    let mut last: [String; 8] = Default::default();
    last[0] = format!("probability {}", probability(found.posterior));
    last[5] = bits(found.sum);
    last[6] = bits(found.sum);
    last[7] = found.reason.clone();
    rows.push(last);
    let heading = [
        "field", "one", "other", "evidence", "level", "bits", "sum", "note",
    ];
    batch(&heading, rows.into_iter().map(Vec::from).collect())
}
