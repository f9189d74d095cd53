//! `investigate`: the main job in one go.

use std::path::{Path, PathBuf};

use super::args::{From as FromWhom, Investigate};
use super::context::{Context, Failure, code};
use super::progress::Bar;
use super::watch::Watching;
use super::{case as case_verb, check, detect, intake, resolve, trace};
use crate::book::{Request, standing_request};
use crate::case::Case;
use crate::intake::{Outcome, collect};
use crate::model::{hash_id, hex, sha256};
use crate::steps::{self, CaseNames, ToTrace};

pub fn run(context: &Context, options: &Investigate) -> Result<u8, Failure> {
    let delivery = intake::delivery(&options.from as &FromWhom)?;
    let files = collect(&options.sources)?;
    // Whoever gave a file that does not read should not wait for the rest to hear it.
    let claims = match &options.claims {
        Some(path) => {
            context.decider()?;
            let (claims, unread) = trace::claims_of(path)?;
            Some(Request {
                claims,
                unread,
                ..Request::default()
            })
        }
        None => None,
    };
    let root = output(options);
    context.works_in(&root);
    let mut case = if root.join("case.toml").is_file() {
        context.say(format_args!("going on with the case in {}", root.display()));
        let case = Case::open(&root)?;
        context.guards(&case);
        context.beware_retention(&case);
        let settings = case.settings();
        let other = options
            .about
            .reference
            .as_ref()
            .is_some_and(|given| *given != settings.reference)
            || (!options.about.authority.is_empty() && options.about.authority != settings.authority);
        if other {
            return Err(Failure::usage(&format!(
                "{} holds the case ‘{}’ of ‘{}’: name another folder with -o, so that two cases are never mixed",
                root.display(),
                settings.reference,
                settings.authority
            )));
        }
        case
    } else {
        let reference = match &options.about.reference {
            Some(reference) => reference.clone(),
            None => unnamed(&files)?,
        };
        let mut case = Case::create(&root, &case_verb::settings(&options.about, &reference)?)?;
        case.write(context.actor())?.commit()?;
        case
    };

    let bar = Bar::bytes(context, "intake");
    let taken = steps::take_in(&mut case, context.actor(), &files, &delivery, &bar)?;
    drop(bar);
    intake::tell(context, &taken);
    if !taken
        .iter()
        .any(|one| matches!(one.outcome, Outcome::Read { .. } | Outcome::Known { .. }))
    {
        return Err(Failure::new(
            code::INPUT,
            "no file could be read, so there is nothing to look into. For a table that no mapping knows \
             `geldspoor mapping propose FILE` writes one; give it with --mapping",
        ));
    }

    let bar = Bar::waiting(context, "check");
    let checked = steps::check(&mut case, context.actor())?;
    drop(bar);
    check::summary(context, &checked);

    steps::infer(&mut case, context.actor())?;
    steps::mark(&mut case, context.actor())?;
    let linked = resolve::link(context, &mut case)?;
    resolve::summary(context, &linked);

    let watch = Watching::new(context, options.time_limit.as_ref());
    let asked = steps::Asked {
        watch: Some(&watch),
        ..steps::Asked::default()
    };
    let detected = steps::detect(&mut case, context.actor(), context.limits, asked)?;
    drop(watch);
    detect::summary(context, &detected);

    follow_claims(context, &mut case, claims)?;

    let bar = Bar::waiting(context, "report");
    let page = steps::report(
        &mut case,
        context.actor(),
        context.limits,
        &context.keys()?,
        &steps::Wanted::default(),
    )?;
    drop(bar);
    for note in &page.notes {
        context.say(note);
    }
    context.say(format_args!(
        "\ncase  {}  (other commands take it with -C)",
        root.display()
    ));
    context.say("page  (open it in a browser)");
    println!("{}", page.path.display());
    Ok(0)
}

/// Traces claims that are given, or that stand in a case that is gone on with. Claims that cannot be traced cost no page.
fn follow_claims(context: &Context, case: &mut Case, given: Option<Request>) -> Result<(), Failure> {
    let what = match given {
        Some(request) => ToTrace::Given {
            request,
            reason: trace::REASON.to_owned(),
            author: context.decider()?.to_owned(),
        },
        None if standing_request(case)?.is_some() => ToTrace::Standing,
        None => return Ok(()),
    };
    match trace::follow(context, case, what) {
        Ok(traced) => {
            trace::tell(context, &traced, &CaseNames::revealed(case, true)?);
            context.say("  `geldspoor trace` prints where it is under each method");
        }
        Err(failure) if failure.code() == code::USAGE => context.say(failure),
        Err(failure) => return Err(failure),
    }
    Ok(())
}

/// Where the case goes: as asked, else beside the place of work, named after the delivery.
fn output(options: &Investigate) -> PathBuf {
    if let Some(output) = &options.output {
        return output.clone();
    }
    let first = options
        .sources
        .first()
        .map_or(Path::new("delivery"), PathBuf::as_path);
    let full = std::path::absolute(first).unwrap_or_else(|_| first.to_owned());
    let mut names = full
        .components()
        .rev()
        .filter_map(|part| part.as_os_str().to_str());
    let last = names.next().unwrap_or("delivery");
    // A folder called `delivery` says little; what it lies in says more.
    let name = match (last, names.next()) {
        ("delivery", Some(parent)) => parent,
        _ => last,
    };
    let name = name.split('.').next().unwrap_or(name);
    PathBuf::from(format!("case-{name}"))
}

/// A reference for a case that nobody named: the same for the same files.
fn unnamed(files: &[(PathBuf, String)]) -> Result<String, Failure> {
    let mut hashes = Vec::new();
    for (path, _) in files {
        // Names and sizes are enough to tell deliveries apart here; the files themselves are hashed at intake.
        let size = std::fs::metadata(path)?.len();
        let name = path.file_name().unwrap_or_default();
        hashes.push(hex(&sha256(
            format!("{} {size}", name.to_string_lossy()).as_bytes(),
        )));
    }
    hashes.sort();
    let parts: Vec<&str> = hashes.iter().map(String::as_str).collect();
    Ok(format!("unnamed {}", &hash_id('u', &parts)[2..10]))
}
