//! `export`.

use super::args::{Export, ExportTo, Profile};
use super::context::{Context, Failure};
use super::leaving;
use super::progress::Bar;
use super::report::profile;
use crate::export::Format as One;
use crate::steps::release::Override;
use crate::steps::{self, ExportFormat, Exported, GoAmlProfile, WantedExport};

pub fn run(context: &Context, options: &Export) -> Result<u8, Failure> {
    if options.reason.is_some() && options.encrypt_to.is_empty() {
        return Err(Failure::usage(
            "--reason is for --encrypt-to: files that show no names need none",
        ));
    }
    let formats = formats(&options.to);
    if options.country.is_some() && !formats.contains(&ExportFormat::File(One::GoAml)) {
        return Err(Failure::usage("--country is for --to goaml"));
    }
    let wanted = WantedExport {
        formats: &formats,
        profile: profile(options.profile),
        output: options.output.as_deref(),
        release: options.release.as_deref(),
        unit: unit(options.country.as_deref())?,
        by_override: by_override(context, options)?,
        force: options.force,
        made: made()?,
    };
    let mut case = context.open()?;
    let bar = Bar::waiting(context, "export");
    let exported = steps::export(
        &mut case,
        context.actor(),
        context.limits,
        &context.keys()?,
        &wanted,
    )?;
    drop(bar);
    tell(context, &exported);
    for path in &exported.paths {
        println!("{}", path.display());
    }
    Ok(0)
}

fn tell(context: &Context, exported: &Exported) {
    for made in &exported.made {
        let rows: Vec<String> = made
            .written
            .rows
            .iter()
            .map(|(table, count)| format!("{} {count}", table.as_str()))
            .collect();
        let rows = match rows.as_slice() {
            [] => "no rows".to_owned(),
            rows => rows.join(", "),
        };
        context.say(format_args!("{}: {rows}", made.format.as_str()));
        for ((table, why), count) in &made.written.left_out {
            context.say(format_args!("  left out: {count} {}: {why}", table.as_str()));
        }
        for note in &made.written.notes {
            context.say(format_args!("  {note}"));
        }
    }
    for text in exported.withheld.iter().chain(&exported.notes) {
        context.say(text);
    }
}

/// Each format once, in a fixed order.
pub fn formats(to: &[ExportTo]) -> Vec<ExportFormat> {
    let mut all: Vec<ExportFormat> = to
        .iter()
        .flat_map(|to| match to {
            ExportTo::All => ExportFormat::all().collect(),
            ExportTo::Parquet => vec![ExportFormat::Parquet],
            ExportTo::Anx => vec![ExportFormat::File(One::Anx)],
            ExportTo::Bods => vec![ExportFormat::File(One::Bods)],
            ExportTo::Case => vec![ExportFormat::File(One::Case)],
            ExportTo::Ftm => vec![ExportFormat::File(One::Ftm)],
            ExportTo::Gexf => vec![ExportFormat::File(One::Gexf)],
            ExportTo::Goaml => vec![ExportFormat::File(One::GoAml)],
            ExportTo::Graphml => vec![ExportFormat::File(One::GraphMl)],
            ExportTo::Xlsx => vec![ExportFormat::File(One::Xlsx)],
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// A built-in profile, or the file of an office's own.
fn unit(country: Option<&str>) -> Result<GoAmlProfile, Failure> {
    let Some(given) = country else {
        return Ok(GoAmlProfile::Named("generic".to_owned()));
    };
    let path = std::path::Path::new(given);
    match given.ends_with(".toml") || path.is_file() {
        true => std::fs::read_to_string(path)
            .map(GoAmlProfile::Text)
            .map_err(|error| Failure::usage(&format!("--country {given}: {error}"))),
        false => Ok(GoAmlProfile::Named(given.to_lowercase())),
    }
}

/// The moment of making where the caller sets it for all tools (reproducible-builds.org).
fn made() -> Result<Option<i64>, Failure> {
    let Some(given) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let text = given.to_string_lossy();
    // Four digits of a year are what every format holds.
    match text.trim().parse::<i64>() {
        Ok(seconds @ 0..=253_402_300_799) => Ok(Some(seconds)),
        _ => Err(Failure::usage(&format!(
            "SOURCE_DATE_EPOCH is ‘{text}’; whole seconds since 1970 were expected, before the year 10000"
        ))),
    }
}

/// Who lets names leave the case, where the files are to do so.
fn by_override(context: &Context, options: &Export) -> Result<Option<Override>, Failure> {
    let leaves = options.profile == Profile::Full && options.output.is_some();
    leaving::of_file(context, leaves, &options.encrypt_to, options.reason.as_deref())
}
