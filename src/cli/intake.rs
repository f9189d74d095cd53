//! `intake`, `mapping`.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use super::args::{From as FromWhom, Intake, MappingVerb, MappingVerbs};
use super::context::{Context, Failure, code};
use super::progress::Bar;
use crate::case::{Case, Settings, Step, column};
use crate::intake::encoding::{self, Encoding};
use crate::intake::formats::delimited::absent_columns;
use crate::intake::mapping::{Mapping, NamedMapping, builtin, builtin_text};
use crate::intake::{Delivery, Outcome, Silent, Taken, collect, propose_for, recognise};
use crate::model::{AccountKey, AccountScheme};
use crate::sql::Session;
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
    if steps::stale(&case, Step::Check).is_some() {
        context.say("next: `geldspoor check`, which derives accounts, statements and transfers from what was taken in");
    }
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
                    context.say(format_args!("{}: {}", one.name, without_name(note, &one.name)));
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
                context.say(format_args!(
                    "{}: kept, not read. {}",
                    one.name,
                    without_name(reason, &one.name)
                ));
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

// A sentence without the file's name before it, where the line begins with that already.
fn without_name<'a>(sentence: &'a str, name: &str) -> &'a str {
    let rest = sentence.strip_prefix(name).unwrap_or(sentence);
    rest.strip_prefix(": ")
        .or_else(|| rest.strip_prefix(", "))
        .unwrap_or(sentence)
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
        ..Delivery::default()
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
        MappingVerbs::Propose { file, sheet, output } => {
            return propose(context, file, sheet.as_deref(), output.as_deref());
        }
        MappingVerbs::Check {
            file,
            mapping,
            format,
        } => {
            // A case that lives as long as the command: what is shown went through the same door as everything else.
            let folder = std::env::temp_dir().join(format!("geldspoor-mapping-check-{}", std::process::id()));
            let shown = check_in(context, &folder, file, mapping, format);
            let _ = std::fs::remove_dir_all(&folder);
            return shown;
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
) -> Result<u8, Failure> {
    let mut case = Case::create(folder, &Settings::new("mapping check"))?;
    let delivery = Delivery {
        mapping: Some(find_mapping(mapping)?),
        ..Delivery::default()
    };
    let files = collect(&[file.to_owned()])?;
    let taken = steps::take_in(&mut case, context.actor(), &files, &delivery, &Silent)?;
    tell(context, &taken);
    if let Some(given) = &delivery.mapping {
        absent(context, folder, &taken, &given.mapping)?;
    }
    let checked = steps::check(&mut case, context.actor())?;
    let session = context.session(&case)?;
    let sums = "SELECT count(*) AS entries, currency, count(DISTINCT account_id) AS accounts, \
                sum(CASE WHEN direction = 'credit' THEN amount END) AS credits, \
                sum(CASE WHEN direction = 'debit' THEN amount END) AS debits, \
                min(booking_date) AS first_date, max(booking_date) AS last_date, count(balance_after) AS balances \
                FROM entries GROUP BY currency ORDER BY currency";
    let sums = session.query(sums, &[])?;
    if sums.iter().any(|batch| batch.num_rows() > 0) {
        context.rows(&sums, format)?;
        let told: Vec<String> = checked
            .coverage
            .verdicts
            .iter()
            .map(|(verdict, count)| format!("{count} {}", verdict.as_str()))
            .collect();
        if !told.is_empty() {
            context.say(format_args!(
                "balances against amounts, a statement an account and currency: {}",
                told.join(", ")
            ));
        }
        let broken = session.query(
            "SELECT s.verdict, s.currency, a.number AS account, s.reason, e.locator AS breaks_at, e.booking_date, e.direction, \
             e.amount, e.balance_after FROM statements AS s LEFT JOIN accounts AS a ON a.account_id = s.account_id \
             LEFT JOIN entries AS e ON e.entry_id = s.breaks_at WHERE s.verdict IN ('discrepancy', 'failed') \
             ORDER BY s.statement_id LIMIT 10",
            &[],
        )?;
        if broken.iter().any(|batch| batch.num_rows() > 0) {
            context.rows(&broken, format)?;
            for at in words(&broken, "breaks_at")? {
                context.say(format_args!(
                    "the first running balance that does not agree stands at {at}: look at the sign and the columns of \
                     amounts there, and at the order of the records"
                ));
            }
        }
        wrong_numbers(context, &session)?;
    }
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
    // A file of which no record could be read is no file that this mapping reads.
    let read = taken
        .iter()
        .any(|one| matches!(one.outcome, Outcome::Read { accepted, .. } if accepted > 0));
    Ok(if read { 0 } else { code::INPUT })
}

/// Numbers that look like IBANs and are none, each with the first record that has it.
fn wrong_numbers(context: &Context, session: &Session) -> Result<(), Failure> {
    let sql = "WITH named AS (\
                   SELECT account_id, 'the account' AS side, locator, byte_start FROM entries UNION ALL \
                   SELECT counterparty_account_id, 'the other side', locator, byte_start FROM entries) \
               SELECT concat(n.locator, ': ', n.side, ' ', a.number) AS said FROM (\
                   SELECT account_id, side, locator, byte_start, \
                          row_number() OVER (PARTITION BY account_id ORDER BY byte_start, side) AS place FROM named) AS n \
               JOIN accounts AS a ON a.account_id = n.account_id \
               WHERE n.place = 1 AND a.iban IS NULL AND regexp_like(a.number, '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$') \
               ORDER BY n.byte_start, a.number LIMIT 11";
    let said = words(&session.query(sql, &[])?, "said")?;
    for one in said.iter().take(10) {
        context.say(format_args!(
            "{one} is written as an IBAN and is none: its length or check digits are wrong"
        ));
    }
    if said.len() > 10 {
        context.say("there are more numbers that are no IBANs");
    }
    Ok(())
}

/// The texts of a column, without those that are missing.
fn words(batches: &[RecordBatch], name: &str) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    for batch in batches {
        words.extend(column::text(batch, name)?.iter().flatten().map(str::to_owned));
    }
    Ok(words)
}

// What the mapping may read and the file lacks. The rest of what differs is told with the source.
fn absent(context: &Context, folder: &Path, taken: &[Taken], mapping: &Mapping) -> Result<(), Failure> {
    let opened = taken
        .iter()
        .any(|one| matches!(one.outcome, Outcome::Opened { .. }));
    for one in taken {
        if !matches!(&one.outcome, Outcome::Read { format, .. } if format == "csv") {
            continue;
        }
        let head = beginning(&folder.join("sources").join(&one.source_id))?;
        let encoding = if opened && head.starts_with(b"\"") {
            Encoding::RENDERING
        } else {
            encoding::find(&head)
        };
        let absent = absent_columns(mapping, &head, encoding);
        if !absent.is_empty() {
            context.say(format_args!("{}: {absent}", one.name));
        }
    }
    Ok(())
}

fn propose(
    context: &Context,
    file: &Path,
    sheet: Option<&str>,
    output: Option<&Path>,
) -> Result<u8, Failure> {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut found = propose_for(file, &name)?;
    if let Some(sheet) = sheet {
        let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
        found.retain(|(name, _)| name == sheet);
        if found.is_empty() {
            return Err(Failure::usage(&format!(
                "--sheet {sheet}: not in {}; there are: {}",
                file.display(),
                names.join(", ")
            )));
        }
    }
    let most = (0..found.len()).max_by_key(|at| {
        let records = found
            .get(*at)
            .and_then(|(_, one)| one.as_ref().ok())
            .map(|one| one.records);
        (records, std::cmp::Reverse(*at))
    });
    let Some(at) = most else {
        return Err(Failure::usage(&format!(
            "{}: nothing is in it to look at",
            file.display()
        )));
    };
    let (sheet, proposal) = found.swap_remove(at);
    let proposal = proposal?;
    if !sheet.is_empty() {
        context.say(format_args!("proposed for {sheet}"));
    }
    for (other, one) in &found {
        match one {
            Ok(one) => context.say(format_args!(
                "{other} holds a table too, of {} records: --sheet \"{other}\" proposes for it",
                one.records
            )),
            Err(error) => context.detail(error),
        }
    }
    match output {
        None => print!("{}", proposal.text),
        Some(path) => {
            // Work of a person may stand there.
            let mut fresh = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(path)
                .map_err(|e| {
                    Failure::usage(&format!(
                        "{}: {e}; name a file that does not exist yet",
                        path.display()
                    ))
                })?;
            std::io::Write::write_all(&mut fresh, proposal.text.as_bytes())
                .map_err(|e| Failure::usage(&format!("{}: {e}", path.display())))?;
            context.say(format_args!(
                "{} is written, from {} records",
                path.display(),
                proposal.records
            ));
        }
    }
    for column in &proposal.unread {
        context.say(format_args!("not read: {column}"));
    }
    for what in &proposal.left_out {
        context.say(what);
    }
    for doubt in &proposal.doubts {
        context.say(format_args!("doubt: {doubt}"));
    }
    if proposal.doubts.is_empty() {
        context.say("no doubt is left; look at it with `geldspoor mapping check` before it is used");
    }
    Ok(0)
}

fn beginning(file: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let fault = |e: std::io::Error| Failure::usage(&format!("{}: {e}", file.display()));
    let mut head = Vec::new();
    std::fs::File::open(file)
        .map_err(fault)?
        .take(64 << 10)
        .read_to_end(&mut head)
        .map_err(fault)?;
    Ok(head)
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
        "--mapping {name}: neither a built-in mapping (`geldspoor mapping list`) nor a file. `geldspoor mapping propose FILE` \
         writes one from the file to be read"
    ))
}
