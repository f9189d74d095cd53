//! `check`.

use super::args::{Check, FormatName};
use super::context::{Context, Failure, code};
use super::progress::Bar;
use super::resolve;
use crate::case::column;
use crate::model::format_scaled;
use crate::reconcile::Verdict;
use crate::sql::Session;
use crate::steps::{self, CheckSummary};

pub fn run(context: &Context, options: &Check) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let bar = Bar::waiting(context, "check");
    let checked = steps::check(&mut case, context.actor())?;
    drop(bar);
    steps::infer(&mut case, context.actor())?;
    steps::mark(&mut case, context.actor())?;
    resolve::link(context, &mut case)?;
    let session = context.session(&case)?;
    // On the screen what does not prove itself; in a file or for another program every statement.
    let everything =
        options.all || options.format.output.is_some() || options.format.format != FormatName::Table;
    let only = if everything {
        ""
    } else {
        "WHERE verdict <> 'verified'"
    };
    let sql = format!(
        "SELECT verdict, difference, currency, from_date, to_date, opening_balance, closing_balance, entries, credits, \
         debits, account_id, statement_id, reason, breaks_at FROM statements {only} \
         ORDER BY CASE verdict WHEN 'verified' THEN 1 ELSE 0 END, account_id, from_date, statement_id"
    );
    let verdicts = &checked.coverage.verdicts;
    let verified = verdicts.get(&Verdict::Verified).copied().unwrap_or(0);
    let others = verdicts.values().sum::<u64>() - verified;
    if everything || others > 0 {
        context.rows(&session.query(&sql, &[])?, &options.format)?;
    }
    if !everything && verified > 0 {
        context.say(format_args!(
            "{verified} statements prove themselves and are not listed; `check --all` lists them"
        ));
    }
    summary(context, &checked);
    legs(context, &checked);
    not_read(context, &session)?;
    let sentences = checked.coverage.sentences();
    if !sentences.is_empty() {
        context.say("\nWhat the records cover:");
        for sentence in &sentences {
            context.say(format_args!("  - {sentence}"));
        }
    }
    if !checked.requests.is_empty() {
        context.say("\nWhat to request next:");
        for request in &checked.requests {
            context.say(format_args!("  - {request}"));
        }
        context.say(
            "At most twenty accounts a currency, the largest first; `geldspoor query unseized_accounts` lists all.",
        );
    }
    let broken = checked
        .coverage
        .verdicts
        .get(&Verdict::Discrepancy)
        .copied()
        .unwrap_or(0)
        + checked
            .coverage
            .verdicts
            .get(&Verdict::Failed)
            .copied()
            .unwrap_or(0);
    Ok(if options.strict && broken > 0 {
        code::DISCREPANCY
    } else {
        0
    })
}

/// Files of which nothing stands in the tables, by name: what they hold is not in what is checked.
fn not_read(context: &Context, session: &Session) -> Result<(), Failure> {
    let sql = "SELECT name FROM sources WHERE format = 'not read' ORDER BY name, source_id";
    let mut names: Vec<String> = Vec::new();
    for batch in session.query(sql, &[])? {
        names.extend(column::text(&batch, "name")?.iter().flatten().map(str::to_owned));
    }
    if names.is_empty() {
        return Ok(());
    }
    context.say(format_args!(
        "\n{} files were kept and not read; nothing of them is in these figures:",
        names.len()
    ));
    for name in names.iter().take(MOST_NAMED) {
        context.say(format_args!("  - {name}"));
    }
    if names.len() > MOST_NAMED {
        context.say(format_args!(
            "  - {} more: `geldspoor sql -c \"SELECT name FROM sources WHERE format = 'not read'\"`",
            names.len() - MOST_NAMED
        ));
    }
    Ok(())
}

/// Files named one by one.
const MOST_NAMED: usize = 20;

/// What stays open between legs, with where to read it.
fn legs(context: &Context, checked: &CheckSummary) {
    let whole = |kind: &str| {
        checked
            .missing_mirrors
            .iter()
            .filter(|leg| leg.kind == kind)
            .count()
    };
    let open = checked.ambiguous.iter().filter(|pair| !pair.tied).count();
    for (count, what, query) in [
        (whole("no_mirror"), "such entries are listed", "missing_legs"),
        (
            whole("batch_left_whole"),
            "batches whose payments do not make them up; left whole",
            "missing_legs",
        ),
        (
            open,
            "pairs of entries that may be one transfer; left apart",
            "ambiguous_legs",
        ),
        (
            checked.ambiguous.len() - open,
            "equal payments tied in their order",
            "ambiguous_legs",
        ),
        (
            checked.transfers.reversals as usize,
            "entries that take an earlier one back",
            "reversals",
        ),
    ] {
        if count > 0 {
            context.say(format_args!("{count} {what}: `geldspoor query {query}`"));
        }
    }
    if checked.transfers.split > 0 {
        context.say(format_args!(
            "{} batch entries are told payment by payment",
            checked.transfers.split
        ));
    }
    if checked.contradicting_rates > 0 {
        context.say(format_args!(
            "{} days of exchange rates are not used: sources state different rates for them",
            checked.contradicting_rates
        ));
    }
}

/// What a person should know at once.
pub fn summary(context: &Context, checked: &CheckSummary) {
    let verdicts: Vec<String> = checked
        .coverage
        .verdicts
        .iter()
        .map(|(verdict, count)| format!("{count} {}", verdict.as_str()))
        .collect();
    if checked.coverage.other_sides.is_empty() {
        context.say("no entries: nothing was read that could be checked");
    } else if verdicts.is_empty() {
        context.say("no statements: these records are listings, whose completeness cannot be verified");
    } else {
        context.say(format_args!("statements: {}", verdicts.join(", ")));
    }
    for sides in &checked.coverage.other_sides {
        let (known, all) = sides.identified_amount();
        let (known_entries, all_entries) = sides.identified_entries();
        let currency = if sides.currency.is_empty() {
            "no currency"
        } else {
            &sides.currency
        };
        context.detail(format_args!(
            "{currency}: {known_entries} of {all_entries} entries name the other side, {} of {}",
            format_scaled(known, 2),
            format_scaled(all, 2)
        ));
    }
    if !checked.coverage.gaps.is_empty() {
        context.say(format_args!(
            "{} gaps or overlaps in what was delivered",
            checked.coverage.gaps.len()
        ));
    }
    let mirrors = checked
        .missing_mirrors
        .iter()
        .filter(|leg| leg.kind == "no_mirror")
        .count();
    if mirrors > 0 {
        context.say(format_args!(
            "{mirrors} entries whose other leg should stand in seized records and does not"
        ));
    }
    let open = checked.ambiguous.iter().filter(|pair| !pair.tied).count();
    if open > 0 {
        context.detail(format_args!(
            "{open} pairs of legs fit and are not proved; they were left apart"
        ));
    }
}
