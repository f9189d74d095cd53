//! Two cases of a joint team into a new one. Neither is changed. What a person must know before the two can be one is
//! asked for first; what was derived is not taken over, it is derived anew from the records of both.

mod decisions;
mod differences;
mod handling;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use serde::Serialize;

use super::withdraw::{WITH, with_dependants};
use super::{StepError, key_path};
use crate::case::column;
use crate::case::{
    Actor, Case, CaseError, Decision, DecisionKind, LedgerReport, MERGED, Part, Table, Writer,
    move_into_place,
};
use crate::model::{hex, sha256};
use crate::victims::KeyFile;

/// What is merged, and into what.
#[derive(Clone, Copy, Debug)]
pub struct ToMerge<'a> {
    pub output: &'a Path,
    pub reference: &'a str,
    /// Both where not given.
    pub authority: Option<&'a str>,
    /// Whose word counts where the cases differ in what is computed with: 0 or 1.
    pub prefer: Option<usize>,
}

/// What became of it.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    pub sources: usize,
    /// Of these, taken in by both cases.
    pub of_both: usize,
    pub decisions: usize,
    /// What a person should know: what differed, and what holds now.
    pub told: Vec<String>,
}

/// A source in what `merged/provenance.json` says of it.
#[derive(Serialize)]
struct Provenance {
    source_id: String,
    taken_in: Vec<TakenIn>,
}

#[derive(Serialize)]
struct TakenIn {
    case: String,
    ledger_head: String,
    name: String,
    received_from: String,
    order_reference: String,
    received_at: String,
    read_with: String,
    is_out_of_use: bool,
}

/// A case that is merged.
struct Side<'a> {
    case: &'a Case,
    name: String,
    report: LedgerReport,
    sources: BTreeMap<String, Vec<(Table, Part)>>,
}

/// Merges two cases into a new folder.
pub fn merge(
    first: &Case,
    second: &Case,
    actor: &Actor,
    keys: &Path,
    to: &ToMerge<'_>,
) -> Result<Merged, StepError> {
    let sides = [side(first, 0)?, side(second, 1)?];
    refuse_same(&sides, to)?;
    let cases = [first, second];
    let names = [sides[0].name.as_str(), sides[1].name.as_str()];
    let of = to.prefer.unwrap_or(0);
    let (settings, mut differ) = differences::settings(cases, of, to.reference, to.authority);
    let (parameters, more, alone) = differences::parameters(cases, of);
    differ.extend(more);
    let queries = differences::queries(cases, of)?;
    differ.extend(queries.differ.iter().cloned());
    let ids: BTreeSet<&String> = sides.iter().flat_map(|side| side.sources.keys()).collect();
    let mut taken_from: BTreeMap<&str, usize> = BTreeMap::new();
    for id in &ids {
        let has = [0, 1].map(|at: usize| sides[at].sources.contains_key(*id));
        let side = match has {
            [true, true] => {
                let (side, said) = differences::reading(cases, id, of);
                differ.extend(said);
                side
            }
            [has_first, _] => usize::from(!has_first),
        };
        taken_from.insert(id, side);
    }
    if to.prefer.is_none() && !differ.is_empty() {
        return Err(CaseError::Decision(format!(
            "the cases differ in what is computed with:\n  - {}\nSay whose word counts with --prefer first or --prefer second (the \
             other's files are kept under {MERGED}/), or make them the same in one of the cases. Nothing was written",
            differ.join("\n  - ")
        ))
        .into());
    }
    let joined = decisions::join(cases, names, &actor.user)?;

    let folder = beside(to.output)?;
    let made = (|| {
        let mut case = Case::create_with(&folder, &settings, parameters)?;
        let key = key_path(keys, &case);
        if !KeyFile::files(&key).is_empty() {
            return Err(CaseError::Decision(format!(
                "{} is the key of another case with this reference and authority, and the new case must have one of its own: give \
                 another --reference",
                key.display()
            ))
            .into());
        }
        let mut kept = Vec::new();
        for (name, file) in &queries.taken {
            case.keep(file, &format!("queries/{name}"), &mut kept)?;
        }
        for side in &sides {
            kept.extend(case.keep_of(side.case, &side.report.head)?);
        }
        for (at, name, file) in &queries.kept_apart {
            let path = format!("{MERGED}/{}/queries/{name}", sides[*at].report.head);
            case.keep(file, &path, &mut kept)?;
        }
        let provenance = provenance(&sides)?;
        let path = format!("{MERGED}/provenance.json");
        crate::case::write_whole(&case.root().join(MERGED).join("provenance.json"), &provenance)?;
        kept.push((path, hex(&sha256(&provenance))));
        let mut writer = case.write(actor.clone())?;
        for (name, hash) in &kept {
            writer.note_written(name, hash);
        }
        for side in &sides {
            writer.note_read(
                &format!("ledger of the case {}, {} lines", side.name, side.report.lines),
                &side.report.head,
            );
        }
        writer.note(&format!(
            "merged from the cases {} (ledger of {} lines, head {}) and {} (ledger of {} lines, head {})",
            names[0],
            sides[0].report.lines,
            sides[0].report.head,
            names[1],
            sides[1].report.lines,
            sides[1].report.head
        ));
        // What one case took out of use stays out, and so does what the other knows to come from it.
        let mut out: BTreeMap<String, String> = BTreeMap::new();
        for root in cases.iter().flat_map(|case| case.manifest().withdrawn()) {
            for case in cases {
                for (id, _) in with_dependants(case, root)? {
                    out.entry(id).or_insert_with(|| root.to_owned());
                }
            }
        }
        for (id, side) in &taken_from {
            take_over(&writer, &sides, id, *side, out.contains_key(*id))?;
        }
        for decision in &joined.decisions {
            writer.decide(decision.clone());
        }
        let known = |id: &String| cases.iter().any(|case| case.manifest().is_withdrawn(id));
        for (id, root) in out.iter().filter(|(id, _)| !known(id)) {
            let value = format!("{WITH}{root}");
            let why =
                "it was found in, made from or read with a source that one of the cases took out of use";
            writer.decide(Decision::new(DecisionKind::Source, id, &value, why, &actor.user)?);
        }
        Ok::<_, StepError>(writer.commit()?)
    })();
    let placed = made.and_then(|()| {
        unchanged(&sides)?;
        Ok(move_into_place(&folder, to.output)?)
    });
    if let Err(error) = placed {
        // What is half made is a copy of seized records in a place where nobody looks.
        let _ = remove_made(&folder);
        return Err(error);
    }
    let mut told: Vec<String> = differ
        .into_iter()
        .map(|said| format!("{said}; the {} counts", ["first", "second"][of]))
        .collect();
    told.extend(alone);
    told.extend(joined.told);
    let given_out = sides
        .iter()
        .map(|side| side.case.ledger())
        .collect::<Result<Vec<_>, _>>()?;
    if given_out
        .iter()
        .flatten()
        .any(|line| line.note.starts_with("release "))
    {
        told.push(
            "pages or statistics of the old cases were given out; who has those and what the new case gives out can set them \
             against each other"
                .to_owned(),
        );
    }
    Ok(Merged {
        sources: taken_from.len(),
        of_both: ids
            .iter()
            .filter(|id| sides.iter().all(|side| side.sources.contains_key(**id)))
            .count(),
        decisions: joined.decisions.len(),
        told,
    })
}

/// A case with its ledger verified: what is merged must be provable.
fn side(case: &Case, at: usize) -> Result<Side<'_>, StepError> {
    let which = ["first", "second"][at];
    let report = case.verify_ledger()?;
    let broken = case.verify_merged()?.into_iter().flat_map(|(head, report)| {
        let faults = report.faults.into_iter();
        faults
            .map(move |fault| format!("merged/{head}: {fault}"))
            .collect::<Vec<_>>()
    });
    let faults: Vec<String> = report.faults.iter().cloned().chain(broken).collect();
    if !faults.is_empty() || report.lines == 0 {
        let said = if faults.is_empty() {
            "it has no line".to_owned()
        } else {
            faults.join("; ")
        };
        return Err(CaseError::Damaged {
            path: case.root().join("ledger.jsonl").display().to_string(),
            reason: format!("the ledger of the {which} case is not whole: {said}"),
            next_step: "What does not prove itself is not merged: run `geldspoor ledger verify` there"
                .to_owned(),
        }
        .into());
    }
    let mut sources: BTreeMap<String, Vec<(Table, Part)>> = case.sources_in_use().into_iter().collect();
    for id in case.manifest().withdrawn() {
        let parts = case.manifest().withdrawn_parts(id).into_iter();
        sources.insert(
            id.to_owned(),
            parts.map(|(table, part)| (table, part.clone())).collect(),
        );
    }
    let settings = case.settings();
    let name = match settings.authority.as_str() {
        "" => settings.reference.clone(),
        authority => format!("{} of {authority}", settings.reference),
    };
    Ok(Side {
        case,
        name,
        report,
        sources,
    })
}

fn refuse_same(sides: &[Side<'_>; 2], to: &ToMerge<'_>) -> Result<(), StepError> {
    let refused = |why: String| -> Result<(), StepError> { Err(CaseError::Decision(why).into()) };
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let [first, second] = [0, 1].map(|at: usize| real(sides[at].case.root()));
    if first == second {
        return refused(format!(
            "{} cannot be merged with itself: name two cases",
            first.display()
        ));
    }
    let lines = [0, 1].map(|at: usize| {
        let text = fs::read_to_string(sides[at].case.root().join("ledger.jsonl"));
        text.unwrap_or_default()
    });
    if lines[0].starts_with(&lines[1]) || lines[1].starts_with(&lines[0]) {
        return refused(
            "one of the cases is a copy of the other, as it is or as it was: its ledger is the beginning of the other's. There is \
             nothing to merge"
                .to_owned(),
        );
    }
    let place = std::path::absolute(to.output).unwrap_or_else(|_| to.output.to_owned());
    let place = place
        .ancestors()
        .find_map(|folder| folder.canonicalize().ok())
        .unwrap_or(place.clone());
    if place.starts_with(&first) || place.starts_with(&second) {
        return refused(format!(
            "-o {}: that lies in one of the cases, and neither is changed; give a folder outside of both",
            to.output.display()
        ));
    }
    for side in sides {
        if side.case.settings().reference == to.reference {
            return refused(format!(
                "--reference ‘{}’ is that of {}: the new case has one of its own, and a key of pseudonyms of its own",
                to.reference,
                side.case.root().display()
            ));
        }
    }
    Ok(())
}

/// Where the new case is made until it is whole: beside its place, on the same disk.
fn beside(output: &Path) -> Result<PathBuf, StepError> {
    let place = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let is_free = fs::read_dir(&place).map_or(true, |mut content| content.next().is_none());
    if !is_free || place.is_file() {
        return Err(CaseError::NotEmpty {
            path: output.display().to_string(),
        }
        .into());
    }
    let name = place
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = place.with_file_name(format!(".{name}.merging"));
    if folder.exists() {
        return Err(CaseError::Decision(format!(
            "{} is what an earlier merge left that was cut off: it holds copies of seized records. Remove it, then merge again",
            folder.display()
        ))
        .into());
    }
    Ok(folder)
}

fn remove_made(folder: &Path) -> std::io::Result<()> {
    // What is read-only cannot be removed everywhere.
    #[cfg(not(unix))]
    for entry in fs::read_dir(folder.join("sources"))?.flatten() {
        let mut mode = entry.metadata()?.permissions();
        mode.set_readonly(false);
        fs::set_permissions(entry.path(), mode)?;
    }
    fs::remove_dir_all(folder)
}

/// Whether both cases are as they were when reading began.
fn unchanged(sides: &[Side<'_>; 2]) -> Result<(), StepError> {
    for side in sides {
        let now = Case::open(side.case.root())?.verify_ledger()?;
        if now.head != side.report.head {
            return Err(CaseError::Decision(format!(
                "{} was written while it was read: nothing was made; merge again",
                side.case.root().display()
            ))
            .into());
        }
    }
    Ok(())
}

/// A source with its rows and its file, and who handed it over to whom.
fn take_over(
    writer: &Writer<'_>,
    sides: &[Side<'_>; 2],
    id: &str,
    from: usize,
    is_out: bool,
) -> Result<(), StepError> {
    let parts = sides[from].sources.get(id).map(Vec::as_slice).unwrap_or_default();
    writer.adopt_source(sides[from].case, parts, is_out)?;
    let places = [from, 1 - from].map(|at| sides[at].case.source_path(id));
    let original = places
        .iter()
        .find(|path| path.is_file())
        .ok_or_else(|| CaseError::Damaged {
            path: places[0].display().to_string(),
            reason: "the original is not there".to_owned(),
            next_step: "Put the file back as received, and merge again".to_owned(),
        })?;
    writer.adopt_original(original, id)?;
    let is_of_both = sides.iter().all(|side| side.sources.contains_key(id));
    if is_of_both && !is_out {
        let rows = [0, 1].map(|at: usize| sides[at].case.source_row(id));
        let [first, second] = rows;
        if let (Some(first), Some(second)) = (first?, second?) {
            let row = both_rows(sides, from, &first, &second)?;
            writer.restate_source(id, &row)?;
        }
    }
    Ok(())
}

/// The row of a source that both cases took in: as one has it, with who handed it over to each.
fn both_rows(
    sides: &[Side<'_>; 2],
    from: usize,
    first: &RecordBatch,
    second: &RecordBatch,
) -> Result<RecordBatch, StepError> {
    let base = if from == 0 { first } else { second };
    let text = |batch: &RecordBatch, name: &str| -> Result<String, CaseError> {
        Ok(column::text_at(column::text(batch, name)?, 0).to_owned())
    };
    let both = |name: &str| -> Result<String, CaseError> {
        let said = [text(first, name)?, text(second, name)?];
        if said[0] == said[1] {
            return Ok(said[0].clone());
        }
        let told = said.iter().zip(sides).filter(|(said, _)| !said.is_empty());
        let told: Vec<String> = told
            .map(|(said, side)| format!("{said} (case {})", side.name))
            .collect();
        Ok(told.join("; "))
    };
    let times = [first, second].map(|batch| {
        column::moment(batch, "received_at").map(|column| {
            let values = column.iter().flatten();
            values.min()
        })
    });
    let [one, other] = times;
    let earliest = one?.into_iter().chain(other?).min();
    let mut note = text(base, "note")?;
    let said = format!("taken in by both cases, {} and {}", sides[0].name, sides[1].name);
    note = if note.is_empty() {
        said
    } else {
        format!("{note}; {said}")
    };
    let mut columns = base.columns().to_vec();
    for (at, field) in base.schema().fields().iter().enumerate() {
        let fresh: ArrayRef = match field.name().as_str() {
            name @ ("received_from" | "order_reference") => Arc::new(StringArray::from(vec![both(name)?])),
            "note" => Arc::new(StringArray::from(vec![note.clone()])),
            "received_at" => Arc::new(TimestampMicrosecondArray::from(vec![earliest])),
            // What one case knows of where it came from and the other does not.
            name @ ("made_from" | "made_how") if base.column(at).null_count() > 0 => {
                let other = if from == 0 { second } else { first };
                match other.column_by_name(name) {
                    Some(column) => Arc::clone(column),
                    None => continue,
                }
            }
            _ => continue,
        };
        columns[at] = fresh;
    }
    RecordBatch::try_new(base.schema(), columns).map_err(|error| {
        CaseError::Decision(format!("the rows of a source could not be joined: {error}")).into()
    })
}

/// Every source with each case that took it in.
fn provenance(sides: &[Side<'_>; 2]) -> Result<Vec<u8>, StepError> {
    const COLUMNS: [&str; 4] = ["name", "received_from", "order_reference", "received_at"];
    let mut all: BTreeMap<String, Vec<TakenIn>> = BTreeMap::new();
    for side in sides {
        for id in side.sources.keys() {
            let is_out = side.case.manifest().is_withdrawn(id);
            let row = match is_out {
                true => side
                    .case
                    .scan_withdrawn(id, Table::Sources, &COLUMNS)
                    .next()
                    .transpose()?,
                false => side.case.source_row(id)?,
            };
            let Some(row) = row else { continue };
            let text = |name: &str| -> Result<String, CaseError> {
                Ok(column::text_at(column::text(&row, name)?, 0).to_owned())
            };
            let at = column::moment(&row, "received_at")?.iter().flatten().next();
            let at = at.and_then(|at| jiff::Timestamp::from_microsecond(at).ok());
            all.entry(id.clone()).or_default().push(TakenIn {
                case: side.name.clone(),
                ledger_head: side.report.head.clone(),
                name: text("name")?,
                received_from: text("received_from")?,
                order_reference: text("order_reference")?,
                received_at: at.map(|at| at.to_string()).unwrap_or_default(),
                read_with: differences::read_with(side.case, id).unwrap_or_default(),
                is_out_of_use: is_out,
            });
        }
    }
    let all: Vec<Provenance> = all
        .into_iter()
        .map(|(source_id, taken_in)| Provenance { source_id, taken_in })
        .collect();
    let mut bytes = serde_json::to_vec_pretty(&all).map_err(|error| {
        CaseError::Decision(format!("where sources come from could not be written: {error}"))
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}
