//! `detect`.

use std::collections::BTreeSet;

use super::args::{Detect, Level};
use super::context::{Context, Failure, code};
use super::watch::Watching;
use crate::patterns::{Search, SearchKind};
use crate::rules;
use crate::steps::{self, DetectSummary};

pub fn run(context: &Context, options: &Detect) -> Result<u8, Failure> {
    if options.list || options.lint || options.explain.is_some() {
        return about(context, options);
    }
    let mut case = context.open()?;
    let watch = Watching::new(context, options.time_limit.as_ref());
    let asked = steps::Asked {
        only: &options.rules,
        since: options.since,
        by_party: options.level == Level::Party,
        watch: Some(&watch),
    };
    let detected = steps::detect(&mut case, context.actor(), context.limits, asked)?;
    drop(watch);
    let session = context.session(&case)?;
    let sql = "SELECT finding_id, rule_id, title, from_time, to_time, gate, judgement, account_id, measures \
               FROM findings ORDER BY rule_id, from_time, finding_id";
    context.rows(&session.query(sql, &[])?, &options.format)?;
    summary(context, &detected);
    context.beware_part(&case);
    Ok(if options.fail_on && detected.findings > detected.dismissed {
        code::FINDINGS
    } else {
        0
    })
}

/// What a person should know at once.
pub fn summary(context: &Context, detected: &DetectSummary) {
    let of_them = |dismissed: usize| match dismissed {
        0 => String::new(),
        n => format!(", {n} dismissed"),
    };
    context.say(format_args!(
        "{} findings{}",
        detected.findings,
        of_them(detected.dismissed)
    ));
    for (rule, title, count, dismissed) in &detected.by_rule {
        context.say(format_args!(
            "  {count:>5}  {rule}  {title}{}",
            of_them(*dismissed)
        ));
    }
    if detected.retold > 0 {
        context.say(format_args!(
            "  {} of them tell the same transfers as one of another rule that says more, and name it: no matters of their \
             own",
            detected.retold
        ));
    }
    if detected.went_on > 0 {
        context.say(format_args!(
            "  {} patterns went on from what the last run found",
            detected.went_on
        ));
    }
    if !detected.anew.is_empty() {
        context.say(format_args!(
            "  searched anew, because no last run is there or something before the day is not as it was: {}",
            detected.anew.join(", ")
        ));
    }
    if detected.gated > 0 {
        context.say(format_args!(
            "  {} of them rest on accounts whose holder may be a victim: they are shown as protection leads",
            detected.gated
        ));
    }
    if detected.clusters > 0 {
        context.say(format_args!(
            "{} of indicators that stand together (`geldspoor query clusters`; what members do: `geldspoor query \
             cluster_functions`)",
            match detected.clusters {
                1 => "1 group".to_owned(),
                many => format!("{many} groups"),
            }
        ));
    }
    let rules: BTreeSet<&String> = detected.not_computable.iter().map(|(rule, _)| rule).collect();
    for (rule, reason) in &detected.not_computable {
        context.detail(format_args!("  {rule} not computable: {reason}"));
    }
    if !detected.not_computable.is_empty() && !context.verbose {
        context.say(format_args!(
            "  {} rules could not be computed on some of these records (`geldspoor sql -c \"SELECT * FROM not_computable\"`)",
            rules.len()
        ));
    }
    for rule in &detected.truncated {
        context.say(format_args!(
            "  {rule} met its budget: there may be more than is listed"
        ));
    }
    for rule in &detected.given_up {
        context.say(format_args!(
            "  {rule} was given up after {}: nothing of it is listed",
            detected.time_limit
        ));
    }
    for setting in &detected.ignored {
        context.say(format_args!("  ignored: {setting}"));
    }
    for fault in &detected.faults {
        context.say(format_args!("  not run: {fault}"));
    }
}

/// `--list`, `--lint`, `--explain`: about the rules, not about the case.
fn about(context: &Context, options: &Detect) -> Result<u8, Failure> {
    let case = context.open().ok();
    let loaded =
        rules::load(case.as_ref().map(|case| case.root())).map_err(|e| Failure::new(code::USAGE, e))?;
    if let Some(id) = &options.explain {
        return explain(&loaded, id);
    }
    if options.list {
        for pack in &loaded.packs {
            println!("{:<8} {:<4} {}", pack.id, pack.version, pack.title);
        }
        for kind in SearchKind::DETECTED {
            // Two shapes share one number, so each stands with the name of its table function.
            let name = match kind.typology() == kind.name() {
                true => String::new(),
                false => format!(" ({})", kind.name()),
            };
            println!(
                "{:<8} {:<4} {}{name}",
                kind.typology(),
                steps::pattern_version(kind),
                steps::pattern_title(kind)
            );
        }
    }
    let mut faults: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
    if options.lint {
        for pack in &loaded.packs {
            faults.extend(rules::lint(pack).iter().map(ToString::to_string));
        }
        println!("{} packs, {} faults", loaded.packs.len(), faults.len());
    }
    for fault in &faults {
        println!("FAULT  {fault}");
    }
    Ok(if faults.is_empty() { 0 } else { code::USAGE })
}

fn explain(loaded: &rules::Loaded, id: &str) -> Result<u8, Failure> {
    if let Some(pack) = loaded.packs.iter().find(|pack| steps::is_called(pack, id)) {
        println!("{} {} (version {})", pack.id, pack.title, pack.version);
        println!(
            "describes {}",
            pack.describes.map_or("nobody", |describes| describes.as_str())
        );
        println!("\n{}\n", pack.explanation_in("en"));
        for parameter in &pack.parameters {
            println!(
                "  {} = {}  ({})",
                parameter.name, parameter.default, parameter.why
            );
        }
        println!("\nWhat may explain it innocently:");
        for innocent in &pack.innocent {
            println!("  - {innocent}");
        }
        println!("\nSource: {}", pack.sources.join("; "));
        return Ok(0);
    }
    // Two shapes share one number.
    let kinds = SearchKind::DETECTED.into_iter();
    let named: Vec<SearchKind> = kinds.filter(|kind| steps::is_pattern_called(*kind, id)).collect();
    for kind in &named {
        let search = Search::for_findings(*kind);
        println!("{} {}", kind.typology(), steps::pattern_title(*kind));
        println!("\n{}\n", steps::pattern_method(*kind));
        for name in kind.arguments() {
            println!("  {name} = {}", search.shown(name));
        }
        println!("\nWhat may explain it innocently:");
        for innocent in steps::pattern_innocent(*kind) {
            println!("  - {innocent}");
        }
        println!("\nSource: {}", steps::pattern_source(*kind));
    }
    if !named.is_empty() {
        return Ok(0);
    }
    Err(Failure::usage(&format!(
        "there is no rule ‘{id}’; see `geldspoor detect --list`"
    )))
}
