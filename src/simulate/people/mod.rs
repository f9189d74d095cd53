//! Records of people and companies as several offices keep them, each with its habits and mistakes, and the truth of who
//! is who beside them: for measuring how well records are linked.
//!
//! Neither sex nor nationality, ethnicity or religion is a column, and nothing is drawn by them. A list of given names goes
//! with a list of family names, and that is all that is known of anybody.

mod banks;
mod homes;
mod letters;
mod lists;
mod numbers;
mod records;
mod units;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{SimulateError, create, failed, file, prepare};
use banks::OFFICES;
use records::{Made, records};
use units::Unit;

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeoplePlan {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// How many records, from [`PeoplePlan::FEWEST`] to [`PeoplePlan::MOST`].
    pub records: u64,
}

impl PeoplePlan {
    /// The fewest records: every rare case occurs among them.
    pub const FEWEST: u64 = 500;
    /// The most records.
    pub const MOST: u64 = 10_000_000;
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleReport {
    pub records: u64,
    pub parties: u64,
    pub delivery: PathBuf,
    pub truth: PathBuf,
}

/// The columns of a delivery, as the mapping `geldspoor-account-holders` names them.
const COLUMNS: &str = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date";
/// The columns of the truth. `person` and `household` are ids; the others say what the record can be known by.
const TRUTH: &str =
    "file,line,person,household,kind,bond,name,number,born,phone,email,at_home,either,trouble";
/// Units made at a time.
const PORTION: u64 = 4_096;

const README: &str = "Made-up records of people and companies; names are put together by chance and describe nobody.\n\n\
`delivery/` holds a file an office; `geldspoor intake delivery` reads them. `truth/people.csv` says of each line who it is\n\
(`person`, `household`), what binds those of one unit (`bond`), which name is borne (`name`), what the record holds whole\n\
and right (`number`, `born`, `phone`, `email`; the day of birth also where the record has a digit of it wrong), whether it\n\
fits two of the unit alike (`either`), and what makes it hard (`trouble`).\n";

/// Writes `delivery/` and `truth/people.csv` into an empty or new directory. `progress` is called with the number of
/// records written since the last call.
pub fn people(
    plan: &PeoplePlan,
    directory: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<PeopleReport, SimulateError> {
    if !(PeoplePlan::FEWEST..=PeoplePlan::MOST).contains(&plan.records) {
        return Err(SimulateError::People {
            given: plan.records,
            least: PeoplePlan::FEWEST,
            most: PeoplePlan::MOST,
        });
    }
    let delivery = directory.join("delivery");
    prepare(directory, &delivery)?;
    let folder = directory.join("truth");
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    let truth = folder.join("people.csv");
    let mut out = Out::new(&delivery, &truth)?;
    let mut from = 0;
    while out.records < plan.records {
        let made: Vec<Vec<Made>> = (from..from + PORTION)
            .into_par_iter()
            .map(|number| records(plan.seed, &Unit::made(plan.seed, number)))
            .collect();
        from += PORTION;
        let before = out.records;
        for record in made.into_iter().flatten().take((plan.records - before) as usize) {
            out.write(&record)?;
        }
        progress(out.records - before);
    }
    let report = PeopleReport {
        records: out.records,
        parties: out.parties,
        delivery,
        truth,
    };
    out.finish()?;
    file(&directory.join("README.md"), |out| {
        out.write_all(README.as_bytes())
    })?;
    Ok(report)
}

/// The files that are written.
struct Out {
    /// Path, file and the number of its last line, by office.
    offices: Vec<(PathBuf, BufWriter<File>, u64)>,
    truth: (PathBuf, BufWriter<File>),
    records: u64,
    parties: u64,
    last: String,
}

impl Out {
    fn new(delivery: &Path, truth: &Path) -> Result<Out, SimulateError> {
        let mut offices = Vec::new();
        for office in &OFFICES {
            let path = delivery.join(format!("{}.csv", office.name));
            let mut out = create(&path)?;
            let year = if has_year(office) { ",birth_year" } else { "" };
            writeln!(out, "{COLUMNS}{year}").map_err(|error| failed(&path, error))?;
            offices.push((path, out, 1));
        }
        let mut out = create(truth)?;
        writeln!(out, "{TRUTH}").map_err(|error| failed(truth, error))?;
        Ok(Out {
            offices,
            truth: (truth.to_owned(), out),
            records: 0,
            parties: 0,
            last: String::new(),
        })
    }

    fn write(&mut self, made: &Made) -> Result<(), SimulateError> {
        let office = &OFFICES[made.office];
        let (path, out, line) = &mut self.offices[made.office];
        let cells = if has_year(office) {
            &made.cells[..]
        } else {
            &made.cells[..15]
        };
        row(out, cells.iter().map(String::as_str)).map_err(|error| failed(path, error))?;
        *line += 1;
        let (file, line, trouble) = (
            format!("{}.csv", office.name),
            line.to_string(),
            made.trouble.join(" "),
        );
        let flag = |is: bool| if is { "yes" } else { "" };
        let (path, out) = &mut self.truth;
        let truth = [
            &file,
            &line,
            &made.person,
            &made.household,
            made.kind,
            made.bond,
            made.name,
            &made.number,
            &made.born,
            &made.phone,
            &made.email,
            flag(made.at_home),
            flag(made.either),
            &trouble,
        ];
        row(out, truth.into_iter()).map_err(|error| failed(path, error))?;
        self.records += 1;
        if self.last != made.person {
            self.parties += 1;
            self.last.clone_from(&made.person);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), SimulateError> {
        for (path, out, _) in &mut self.offices {
            out.flush().map_err(|error| failed(path, error))?;
        }
        let (path, out) = &mut self.truth;
        out.flush().map_err(|error| failed(path, error))
    }
}

fn has_year(office: &banks::Habits) -> bool {
    office.births == banks::Births::Year
}

fn row<'a>(out: &mut impl Write, cells: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if cell.contains([',', '"']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}
