//! `case new`, `case show`, `case merge`, `case retention`, `case erase`.

use crate::case::{Case, Settings, Table};
use crate::steps;

use super::args::{About, CaseVerb, CaseVerbs, Erase, Language, Merge, Prefer, Retention};
use super::context::{Context, Failure};

pub fn run(context: &Context, options: &CaseVerb) -> Result<u8, Failure> {
    match &options.verb {
        CaseVerbs::New { directory, about } => {
            let Some(reference) = &about.reference else {
                return Err(Failure::usage(
                    "a case needs the authority's own reference: add --reference R",
                ));
            };
            let mut case = Case::create(directory, &settings(about, reference)?)?;
            // The first line of the ledger is the making of the case.
            case.write(context.actor())?.commit()?;
            context.say(format_args!("made {}", directory.display()));
            context.say(format_args!(
                "next: geldspoor -C {} intake FILES",
                directory.display()
            ));
        }
        CaseVerbs::Show => {
            let case = context.open()?;
            let settings = case.settings();
            println!("reference  {}", settings.reference);
            if !settings.authority.is_empty() {
                println!("authority  {}", settings.authority);
            }
            println!("purpose    {}", settings.purpose);
            println!("folder     {}", case.root().display());
            for table in Table::ALL {
                let rows = case.manifest().rows(table);
                if rows > 0 {
                    println!("{:<16} {rows:>12} rows", table.name());
                }
            }
            let out = case.manifest().withdrawn().count();
            if out > 0 {
                context.say(format_args!(
                    "{out} sources are out of use and in no table; `geldspoor source list` tells who took them out, and why"
                ));
            }
        }
        CaseVerbs::Merge(options) => return merge(context, options),
        CaseVerbs::Retention(options) => return retention(context, options),
        CaseVerbs::Erase(options) => return erase(context, options),
    }
    Ok(0)
}

fn merge(context: &Context, options: &Merge) -> Result<u8, Failure> {
    context.decider()?;
    let (first, second) = (Case::open(&options.first)?, Case::open(&options.second)?);
    let to = steps::ToMerge {
        output: &options.output,
        reference: &options.reference,
        authority: options.authority.as_deref(),
        prefer: options.prefer.map(|which| match which {
            Prefer::First => 0,
            Prefer::Second => 1,
        }),
    };
    let merged = steps::merge(&first, &second, &context.actor(), &context.keys()?, &to)?;
    context.works_in(&options.output);
    for told in &merged.told {
        context.say(told);
    }
    let case = Case::open(&options.output)?;
    context.say(format_args!(
        "{} sources, {} of them of both cases; {} decisions; handling ‘{}’; purpose ‘{}’",
        merged.sources,
        merged.of_both,
        merged.decisions,
        case.settings().handling,
        case.settings().purpose
    ));
    context.say(
        "what was derived is derived anew: run `geldspoor check`, `geldspoor detect`, `geldspoor trace` where something is claimed, \
         and `geldspoor report`. The key of pseudonyms will be a new one, so that pages of the old cases and of this one cannot be \
         laid beside each other",
    );
    println!("{}", options.output.display());
    Ok(0)
}

/// How long a case is kept: shown, or set.
fn retention(context: &Context, options: &Retention) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let asks = options.until.is_some() || options.review.is_some() || options.legal_basis.is_some();
    if let (true, Some(reason)) = (asks, &options.reason) {
        let given = steps::Retention {
            until: options.until,
            review: options.review,
            legal_basis: options.legal_basis.clone().unwrap_or_default(),
        };
        steps::set_retention(&mut case, context.actor(), &given, reason, context.decider()?)?;
    } else if options.reason.is_some() {
        return Err(Failure::usage(
            "--reason goes with --until, --review or --legal-basis",
        ));
    }
    match steps::retention(&case)? {
        None => context.say(
            "nobody has decided how long this case is kept; `geldspoor case retention --until DAY --review DAY --legal-basis TEXT \
             --reason TEXT` does",
        ),
        Some((kept, decision)) => {
            let day = |day: Option<crate::model::Date>| {
                day.map_or_else(|| "no day set".to_owned(), |day| day.to_string())
            };
            println!("until        {}", day(kept.until));
            println!("review       {}", day(kept.review));
            println!("legal basis  {}", kept.legal_basis);
            println!("reason       {}", decision.reason);
            println!("decided      {}, {} ({})", decision.author, decision.time, decision.decision_id);
            if !decision.from_case.is_empty() {
                println!("in case      {}", decision.from_case);
            }
        }
    }
    Ok(0)
}

fn erase(context: &Context, options: &Erase) -> Result<u8, Failure> {
    context.decider()?;
    let root = context.root()?;
    let source = match &options.source {
        // What was begun goes on whatever is named now, and does not open.
        Some(given) if crate::case::erase::pending(&root)?.is_none() => {
            Some(steps::find_source(&context.open()?, given)?)
        }
        _ => None,
    };
    let wanted = steps::ToErase {
        reason: options.reason.as_deref().unwrap_or_default(),
        legal_basis: options.legal_basis.as_deref().unwrap_or_default(),
        confirm: &options.confirm,
        source: source.as_deref(),
        is_foreign_too: options.foreign,
        keeps_key: options.keep_key,
        certificate: options.certificate.clone(),
    };
    let (certified, notes) = steps::erase(&root, &context.actor(), &context.keys()?, &wanted)?;
    for note in &notes {
        context.say(note);
    }
    context.say(format_args!(
        "{} files, {} bytes: erased, looked for, and no longer there",
        certified.files, certified.bytes
    ));
    for left in &certified.left {
        match &left.target {
            Some(target) => context.say(format_args!(
                "left: {} (a link to {target}), which is not the case's",
                left.path
            )),
            None => context.say(format_args!("left: {}, which is not the case's", left.path)),
        }
    }
    if source.is_some() {
        context.say(
            "what was derived is gone with it: run `geldspoor check`, `geldspoor detect`, `geldspoor trace` where something is \
             claimed, and `geldspoor report` again. Decisions and ledger stay, with the names that people wrote into them",
        );
    }
    for path in &certified.paths {
        println!("{}", path.display());
    }
    Ok(0)
}

/// What was typed about a case, checked.
pub fn settings(about: &About, reference: &str) -> Result<Settings, Failure> {
    let currency = crate::model::Currency::from_code(&about.currency).map_err(|_| {
        Failure::usage(&format!(
            "--currency {}: not a code of ISO 4217, as in EUR",
            about.currency
        ))
    })?;
    let mut settings = Settings::new(reference);
    settings.authority = about.authority.clone();
    settings.currency = currency.code().to_owned();
    settings.time_zone = about.time_zone.clone();
    settings.legal_order = about.legal_order.clone();
    settings.handling = about.handling.clone();
    settings.language = match about.language {
        Language::En => String::new(),
        Language::Nl => "nl".to_owned(),
    };
    Ok(settings)
}
