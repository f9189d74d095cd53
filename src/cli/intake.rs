//! `intake`, `mapping`.

use std::path::Path;
use std::sync::Arc;

use super::args::{From as FromWhom, Intake, MappingVerb, MappingVerbs};
use super::context::{Context, Failure, code};
use super::progress::Bar;
use crate::case::{Case, Settings};
use crate::intake::mapping::{NamedMapping, builtin, builtin_text};
use crate::intake::{Delivery, Outcome, Silent, Taken, collect, recognise};
use crate::model::{AccountKey, AccountScheme};
use crate::steps;

pub fn run(context: &Context, options: &Intake) -> Result<u8, Failure> {
    let mut delivery = delivery(&options.from)?;
    delivery.made_from = options.made_from.clone();
    let files = collect(&options.files)?;
    if options.dry_run {
        for (name, answer) in recognise(&files, &delivery)? {
            println!("{name}: {answer}");
        }
        return Ok(0);
    }
    let mut case = context.open()?;
    let bar = Bar::bytes(context, "intake");
    let taken = steps::take_in(&mut case, context.actor(), &files, &delivery, &bar)?;
    drop(bar);
    tell(context, &taken);
    let read = taken
        .iter()
        .any(|one| matches!(one.outcome, Outcome::Read { .. } | Outcome::Known { .. }));
    Ok(if read { 0 } else { code::INPUT })
}

/// A line a file, and one that sums up.
pub fn tell(context: &Context, taken: &[Taken]) {
    let (mut read, mut opened, mut kept, mut known) = (0, 0, 0, 0);
    let (mut entries, mut rejected) = (0, 0);
    for one in taken {
        match &one.outcome {
            Outcome::Read {
                format,
                mapping,
                accepted,
                rejected: bad,
                entries: count,
                note,
            } => {
                read += 1;
                entries += count;
                rejected += bad;
                let how = if mapping.is_empty() {
                    format.clone()
                } else {
                    format!("{format}, {mapping}")
                };
                let line = format!(
                    "{}: {} records read as {how}, {count} entries",
                    one.name,
                    accepted + bad
                );
                if *bad > 0 {
                    context.say(format_args!(
                        "{line}, {bad} rejected (see `geldspoor query rejects_by_reason`)"
                    ));
                } else {
                    context.detail(line);
                }
                if !note.is_empty() {
                    context.say(format_args!("{}: {note}", one.name));
                }
            }
            Outcome::Opened { format, pieces, note } => {
                opened += 1;
                context.detail(format_args!("{}: {format}, {pieces} found in it", one.name));
                if !note.is_empty() {
                    context.say(format_args!("{}: {note}", one.name));
                }
            }
            Outcome::Kept { reason } => {
                kept += 1;
                context.say(format_args!("{}: kept, not read. {reason}", one.name));
            }
            Outcome::Known { earlier } => {
                known += 1;
                context.detail(format_args!("{}: nothing to do, {earlier}", one.name));
            }
        }
    }
    let mut line = format!("{read} files read, {entries} entries");
    if rejected > 0 {
        line.push_str(&format!(", {rejected} records rejected"));
    }
    if opened > 0 {
        line.push_str(&format!(", {opened} archives and workbooks opened"));
    }
    if kept > 0 {
        line.push_str(&format!(", {kept} files kept and not read"));
    }
    if known > 0 {
        line.push_str(&format!(", {known} taken in before"));
    }
    context.say(line);
}

/// What was typed about a delivery.
pub fn delivery(from: &FromWhom) -> Result<Delivery, Failure> {
    let account = AccountKey::number(from.account.trim());
    let (scheme, number) = account.normalise();
    let looks = number.len() >= 15
        && number.bytes().take(2).all(|b| b.is_ascii_alphabetic())
        && number.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
    if looks && scheme != AccountScheme::Iban {
        return Err(Failure::usage(&format!(
            "--account {}: this is no IBAN, its length or check digits are wrong; look at it again",
            from.account.trim()
        )));
    }
    Ok(Delivery {
        received_from: from.received_from.clone(),
        order_reference: from.order_reference.clone(),
        mapping: from.mapping.as_deref().map(find_mapping).transpose()?,
        account: from.account.trim().to_owned(),
        made_from: String::new(),
    })
}

pub fn mapping(context: &Context, options: &MappingVerb) -> Result<u8, Failure> {
    match &options.verb {
        MappingVerbs::List => {
            for mapping in builtin() {
                println!("{}", mapping.describe());
            }
        }
        MappingVerbs::Keys => print!("{}", crate::intake::mapping::KEYS),
        MappingVerbs::Show { id } => match builtin_text(id) {
            Some(text) => print!("{text}"),
            None => return Err(unknown_mapping(id)),
        },
        MappingVerbs::Check {
            file,
            mapping,
            format,
        } => {
            // A case that lives as long as the command: what is shown went through the same door as everything else.
            let folder = std::env::temp_dir().join(format!("geldspoor-mapping-check-{}", std::process::id()));
            let shown = check_in(context, &folder, file, mapping, format);
            let _ = std::fs::remove_dir_all(&folder);
            shown?;
        }
    }
    Ok(0)
}

fn check_in(
    context: &Context,
    folder: &Path,
    file: &Path,
    mapping: &str,
    format: &super::args::Format,
) -> Result<(), Failure> {
    let mut case = Case::create(folder, &Settings::new("mapping check"))?;
    let delivery = Delivery {
        mapping: Some(find_mapping(mapping)?),
        ..Delivery::default()
    };
    let files = collect(&[file.to_owned()])?;
    let taken = steps::take_in(&mut case, context.actor(), &files, &delivery, &Silent)?;
    tell(context, &taken);
    let session = context.session(&case)?;
    let sql = "SELECT booking_date, booked_at, direction, amount, currency, balance_after, channel, counterparty_name, \
               counterparty_account, remittance, locator FROM entries ORDER BY byte_start, entry_id LIMIT 10";
    context.rows(&session.query(sql, &[])?, format)?;
    let rejects = session.query(
        "SELECT locator, reason, raw FROM rejects ORDER BY byte_start LIMIT 10",
        &[],
    )?;
    if rejects.iter().any(|batch| batch.num_rows() > 0) {
        context.rows(&rejects, format)?;
    }
    Ok(())
}

fn find_mapping(name: &str) -> Result<Arc<NamedMapping>, Failure> {
    if let Some(text) = builtin_text(name) {
        return Ok(Arc::new(NamedMapping::parse(text)?));
    }
    let path = Path::new(name);
    if !path.is_file() {
        return Err(unknown_mapping(name));
    }
    let text = std::fs::read_to_string(path).map_err(|e| Failure::usage(&format!("{name}: {e}")))?;
    Ok(Arc::new(NamedMapping::parse(&text)?))
}

fn unknown_mapping(name: &str) -> Failure {
    Failure::usage(&format!(
        "--mapping {name}: neither a built-in mapping (`geldspoor mapping list`) nor a file. Start one of your own from \
         `geldspoor mapping show geldspoor-entries`"
    ))
}
