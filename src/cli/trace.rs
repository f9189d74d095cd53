//! `trace`.

mod sources;
mod table;

pub(super) use table::batch;

use std::path::Path;
use std::sync::Arc;

use super::args::{FormatName, Gain, Interest, Trace};
use super::context::{Context, Failure, code};
use super::interrupt::listen;
use super::progress::Bar;
use crate::book::{
    Backwards, From, GivenClaim, GivenError, METHOD, Request, Traced, Unread, Weight, back_from,
    chosen_method, methods_called, read_assets, read_claims, standing_request,
};
use crate::case::{Case, Decision, DecisionKind};
use crate::report::guarded_accounts;
use crate::sql::Stop;
use crate::steps::{self, CaseNames, StepError, ToTrace};

/// Why claims stand, where a person says no more.
pub const REASON: &str = "claims to be traced, as given";

pub fn run(context: &Context, options: &Trace) -> Result<u8, Failure> {
    // The methods to show; all that are traced where none is named.
    let only: Option<Vec<&str>> = match &options.method {
        Some(name) => {
            let methods = methods_called(name).ok_or_else(|| unknown("--method", name))?;
            Some(methods.iter().map(|method| method.name()).collect())
        }
        None => None,
    };
    let mut case = context.open()?;
    if let Some(name) = &options.choose {
        choose(
            context,
            &mut case,
            name,
            options.reason.as_deref().unwrap_or_default(),
        )?;
    }
    let (given, unread) = given(&case, options)?;
    for fault in &unread {
        context.say(format_args!("not read: {fault}"));
    }
    if let Some(what) = &options.back_from {
        return backward(context, &case, given, what, options);
    }
    let what = match given {
        Some(request) => ToTrace::Given {
            request,
            reason: options.reason.clone().unwrap_or_else(|| REASON.to_owned()),
            author: context.decider()?.to_owned(),
        },
        None => ToTrace::Standing,
    };
    let traced = follow(context, &mut case, what)?;
    if traced.claims.is_empty() {
        context.say("nothing is claimed any more: the tables of the last trace are empty now");
        return Ok(0);
    }
    let names = CaseNames::revealed(&case, true)?;
    if options.format.format == FormatName::Table && options.format.output.is_none() {
        let protected =
            guarded_accounts(&context.session(&case)?).map_err(|e| Failure::new(code::FAULT, e))?;
        let shown = table::wide(&traced, &names, &protected, only.as_deref(), options.rows)?;
        for batch in &shown.tables {
            context.rows(std::slice::from_ref(batch), &options.format)?;
        }
        for line in &shown.lines {
            println!("{line}");
        }
    } else {
        let session = context.session(&case)?;
        let of = match &only {
            None => String::new(),
            Some(methods) => format!(" WHERE method IN ('{}')", methods.join("', '")),
        };
        context.rows(
            &session.query(&format!("SELECT * FROM lots{of}"), &[])?,
            &options.format,
        )?;
    }
    tell(context, &traced, &names);
    if let Some(chosen) = chosen_method(&case)? {
        context.say(format_args!(
            "  the authority chose {} ({}, {}): {}",
            chosen.value, chosen.author, chosen.time, chosen.reason
        ));
    }
    Ok(0)
}

/// Records a choice of method: a person's decision, which no figure follows.
fn choose(context: &Context, case: &mut Case, name: &str, reason: &str) -> Result<(), Failure> {
    let Some(method) = crate::trace::method(name) else {
        return Err(unknown("--choose", name));
    };
    if !method.conserves() && method.follows() {
        return Err(Failure::usage(&format!(
            "--choose {name}: it says how far to look and counts money more than once, so nothing can be confiscated by it"
        )));
    }
    let decision = Decision::new(DecisionKind::Claim, METHOD, name, reason, context.decider()?)?;
    context.say(format_args!("recorded as {}", decision.decision_id));
    let mut writer = case.write(context.actor())?;
    writer.decide(decision);
    Ok(writer.commit()?)
}

fn unknown(option: &str, name: &str) -> Failure {
    let known: Vec<&str> = crate::trace::METHODS.iter().map(|method| method.name()).collect();
    Failure::usage(&format!(
        "{option} {name}: there is no such method; there are {}",
        known.join(", ")
    ))
}

/// Traces with a line that turns, until it is done or Ctrl-C.
pub fn follow(context: &Context, case: &mut Case, what: ToTrace) -> Result<Traced, Failure> {
    let stop: Arc<Stop> = Arc::default();
    let _listening = listen(&stop);
    let bar = Bar::stages(context, "trace");
    let progress = |what: &str| {
        bar.begins(what);
        bar.aside(|| context.detail(format_args!("  {what}")));
        stop.why().is_none()
    };
    match steps::trace(case, context.actor(), what, &progress) {
        Err(StepError::Stopped) => Err(Failure::new(code::INTERRUPTED, StepError::Stopped)),
        other => Ok(other?),
    }
}

/// What a person should know beside the figures.
pub fn tell(context: &Context, traced: &Traced, names: &CaseNames) {
    let refused = traced
        .claims
        .iter()
        .filter(|claim| claim.refused.is_some())
        .count();
    let said = match refused {
        0 => String::new(),
        n => format!(", {n} of them not traced"),
    };
    context.say(format_args!(
        "{}{said}",
        match traced.claims.len() {
            1 => "1 claim".to_owned(),
            n => format!("{n} claims"),
        }
    ));
    for note in &traced.notes {
        let text = table::named(&note.text, names);
        let lead = match note.weight {
            Weight::Refused => "not traced",
            Weight::Record => "beware",
            Weight::Basis => "note",
            Weight::Flag => "for a court",
        };
        let whose = match (note.weight, note.claims.as_slice()) {
            (Weight::Refused, _) | (_, []) => String::new(),
            (_, [one]) => format!(" (claim ‘{}’)", traced.claims[*one].label),
            (_, several) => {
                let first = &traced.claims[several[0]].label;
                match several.iter().all(|claim| traced.claims[*claim].label == *first) {
                    true => format!(" ({} claims ‘{first}’)", several.len()),
                    false => format!(" ({} claims, ‘{first}’ among them)", several.len()),
                }
            }
        };
        context.say(format_args!("  {lead}: {text}{whose}"));
    }
}

/// What the options ask for; nothing where they claim nothing, so that what stands is meant. And what of the files could
/// not be read, a sentence each.
fn given(case: &Case, options: &Trace) -> Result<(Option<Request>, Vec<String>), Failure> {
    let mut request = Request {
        academic: options.method.as_deref().is_some_and(is_academic),
        interest_is_fruit: options.interest == Some(Interest::Fruit),
        gain_is_own: options.gain == Some(Gain::Own),
        ..Request::default()
    };
    let mut faults = Vec::new();
    if let Some(path) = &options.claims {
        (request.claims, request.unread) = claims_of(path)?;
    }
    if let Some(path) = &options.assets {
        let read = read_assets(path)?;
        request.assets = read.rows;
        faults.extend(read.faults.iter().map(ToString::to_string));
    }
    let period = options.period.map(|(first, last)| (first.0, last.0));
    if period.is_some() && options.from.is_empty() {
        return Err(Failure::usage(
            "--period cuts the credits of an account: name it with --from ACCOUNT",
        ));
    }
    request.from = options
        .from
        .iter()
        .map(|what| From {
            what: what.clone(),
            period,
            kind: options.kind.into(),
            label: options.label.clone().unwrap_or_default(),
        })
        .collect();
    request.funds = options
        .fund
        .iter()
        .map(|fund| fund.split(',').map(|name| name.trim().to_owned()).collect())
        .collect();
    if !request.is_empty() {
        return Ok((Some(request), faults));
    }
    // Rules and assets alone change what stands; who asks for what counts anyway means to change it back.
    let changes = request != Request::default()
        || options.interest.is_some()
        || options.gain.is_some()
        || options.assets.is_some();
    let standing = match changes {
        true => standing_request(case)?,
        false => None,
    };
    let Some(mut standing) = standing else {
        return Ok((
            changes.then_some(request).filter(|_| options.back_from.is_some()),
            faults,
        ));
    };
    standing.academic |= request.academic;
    if options.interest.is_some() {
        standing.interest_is_fruit = request.interest_is_fruit;
    }
    if options.gain.is_some() {
        standing.gain_is_own = request.gain_is_own;
    }
    if options.assets.is_some() {
        standing.assets = request.assets;
    }
    if !request.funds.is_empty() {
        standing.funds = request.funds;
    }
    Ok((Some(standing), faults))
}

fn is_academic(method: &str) -> bool {
    ["all", "oldest-origin-first", "newest-origin-first"].contains(&method)
}

/// The claims of a file, and its lines that are none. A file without any is no file of claims.
pub fn claims_of(path: &Path) -> Result<(Vec<GivenClaim>, Vec<Unread>), Failure> {
    let read = read_claims(path)?;
    if read.rows.is_empty() && read.faults.is_empty() {
        return Err(Failure::usage(&format!(
            "{} has a heading and no claim behind it",
            path.display()
        )));
    }
    Ok((read.rows, read.faults))
}

fn backward(
    context: &Context,
    case: &Case,
    given: Option<Request>,
    what: &str,
    options: &Trace,
) -> Result<u8, Failure> {
    if let Some(said) = steps::stale(case, crate::case::Step::Check) {
        return Err(Failure::new(code::USAGE, said));
    }
    let request = match given {
        Some(request) => request,
        None => standing_request(case)?.unwrap_or_default(),
    };
    let name = options.method.as_deref().unwrap_or("usual");
    let methods = methods_called(name).unwrap_or_default();
    let bar = Bar::waiting(context, "trace");
    let found = back_from(case, &request, what, &methods).map_err(StepError::from)?;
    drop(bar);
    let names = CaseNames::revealed(case, true)?;
    if options.format.format == FormatName::Table && options.format.output.is_none() {
        for backwards in &found {
            println!("{}", title(backwards, &names));
            context.rows(
                &[sources::sources(backwards, &names, options.rows)?],
                &options.format,
            )?;
        }
    } else {
        for backwards in &found {
            context.say(title(backwards, &names));
        }
        context.rows(&[sources::all_sources(&found, &names)?], &options.format)?;
    }
    if found.iter().any(|backwards| backwards.rest.contains(&None)) {
        context.say(
            "  own money first, tainted first and exposure take each source alone, as if it were the only one claimed: their \
             amounts do not add up",
        );
    }
    Ok(0)
}

fn title(backwards: &Backwards, names: &CaseNames) -> String {
    format!(
        "where {} came from, {} {} in all",
        table::named(&backwards.target, names),
        table::amount(backwards.total, &backwards.currency),
        backwards.currency
    )
}

impl std::convert::From<GivenError> for Failure {
    fn from(error: GivenError) -> Failure {
        Failure::new(code::INPUT, error)
    }
}
