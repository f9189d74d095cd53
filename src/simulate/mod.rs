//! A seeded generator of whole cases with ground truth: a lawful world, a network planted in it, and what banks and
//! offices deliver of both. For training, tests and load. Uses the model's words and nothing else of ours; the same
//! plan gives the same bytes on every machine and with any number of threads.
//!
//! A plan becomes a `script` (what is planted, a few hundred movements kept in memory), a `world` around it
//! (companies and households), and a `stream` of hours in which everyday life and planted movements meet.

mod banks;
mod calendar;
mod forms;
mod lawful;
mod lookalikes;
mod movement;
mod names;
mod network;
mod patterns;
mod people;
mod random;
mod script;
mod story;
mod stream;
mod text;
mod truth;
mod world;
mod writers;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::Date;
use banks::Bank;
pub use banks::StatementFormat;
use lawful::Life;
use movement::Movement;
pub use people::{PeoplePlan, PeopleReport, people};
use script::Script;
use stream::Streamed;
use world::World;
use writers::Sheet;

/// What a case tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// Wages are taken from workers.
    Labour,
    /// Earnings are taken from people in sexual exploitation.
    Sexual,
    /// Both.
    #[default]
    Mixed,
    /// Nothing is planted but lawful lookalikes.
    Lawful,
    /// Networks of sexual exploitation, and lawful people of whom one could think the like.
    SexualNetwork,
    /// Networks of labour exploitation, and the lawful.
    LabourNetwork,
    /// Networks of forced begging, and the lawful.
    Begging,
    /// Networks that take benefits, credit and errands from people, and the lawful.
    ForcedCrime,
    /// Networks that exploit children, and the lawful.
    Child,
    /// All five forms, and the lawful.
    AllForms,
    /// The lawful of all of these alone.
    LookAlikes,
}

impl Scenario {
    /// Every scenario.
    pub const ALL: [Scenario; 11] = [
        Scenario::Labour,
        Scenario::Sexual,
        Scenario::Mixed,
        Scenario::Lawful,
        Scenario::SexualNetwork,
        Scenario::LabourNetwork,
        Scenario::Begging,
        Scenario::ForcedCrime,
        Scenario::Child,
        Scenario::AllForms,
        Scenario::LookAlikes,
    ];

    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scenario::Labour => "labour",
            Scenario::Sexual => "sexual",
            Scenario::Mixed => "mixed",
            Scenario::Lawful => "lawful",
            Scenario::SexualNetwork => "sexual-network",
            Scenario::LabourNetwork => "labour-network",
            Scenario::Begging => "begging",
            Scenario::ForcedCrime => "forced-crime",
            Scenario::Child => "child",
            Scenario::AllForms => "all-forms",
            Scenario::LookAlikes => "look-alikes",
        }
    }

    /// Whether it tells forms of exploitation one by one, with merchants, times, places and a population of lawful
    /// lookalikes. The others tell laundering around one network.
    pub const fn is_detailed(self) -> bool {
        !matches!(
            self,
            Scenario::Labour | Scenario::Sexual | Scenario::Mixed | Scenario::Lawful
        )
    }

    /// From the word on the command line.
    pub fn from_word(word: &str) -> Option<Scenario> {
        Scenario::ALL
            .into_iter()
            .find(|scenario| scenario.as_str() == word)
    }
}

/// What case to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The same seed gives the same case.
    pub seed: u64,
    /// How many transfers, from [`Plan::FEWEST`] to [`Plan::MOST`].
    pub transfers: u64,
    pub scenario: Scenario,
    /// First day of the records.
    pub start: Date,
    /// Days of the records, from [`Plan::SHORTEST`] (an account cannot sleep for half a year in less) to ten years.
    pub days: u32,
    /// In which formats statements are written. Without any, everything stands in the listing.
    pub formats: Vec<StatementFormat>,
    /// How many households are delivered as statements at most; the others stand in the listing.
    pub statement_households: u32,
    /// Writes the statements of every bank in this one format: the same case in another form.
    pub write_as: Option<StatementFormat>,
}

impl Plan {
    /// The fewest transfers of a case.
    pub const FEWEST: u64 = 1_000;
    /// The most transfers of a case.
    pub const MOST: u64 = 100_000_000;
    /// The fewest days of a case.
    pub const SHORTEST: u32 = 365;
    /// The most days of a case.
    pub const LONGEST: u32 = 3_660;

    /// Fourteen months from 1 January 2024, every format.
    pub fn new(seed: u64, transfers: u64, scenario: Scenario) -> Plan {
        Plan {
            seed,
            transfers,
            scenario,
            start: Date(19_723),
            days: 425,
            formats: if scenario.is_detailed() {
                StatementFormat::DETAILED.to_vec()
            } else {
                StatementFormat::ALL.to_vec()
            },
            statement_households: 120,
            write_as: None,
        }
    }

    /// The plan of `sample-data/`.
    pub fn sample() -> Plan {
        Plan::new(20_240_101, 8_000, Scenario::Mixed)
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Transfers in all.
    pub transfers: u64,
    /// Of these, rows of the listing.
    pub listed: u64,
    /// Accounts delivered as statements.
    pub statement_accounts: u64,
    /// Planted patterns, lawful lookalikes not among them.
    pub patterns: u64,
    /// Households.
    pub households: u64,
    /// Bytes of `delivery/`.
    pub delivery_bytes: u64,
    /// Where it was written.
    pub delivery: PathBuf,
    pub truth: PathBuf,
    pub readme: PathBuf,
}

/// Why a case cannot be made.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// The directory holds something already.
    #[error("{0}: the directory is not empty; nothing was written. Give an empty or a new directory")]
    NotEmpty(String),
    /// The number of transfers is out of range.
    #[error("{given} transfers: a case has from {least} to {most}. Give a number in that range")]
    Transfers { given: u64, least: u64, most: u64 },
    /// The number of records is out of range.
    #[error("{given} records: there can be from {least} to {most}. Give a number in that range")]
    People { given: u64, least: u64, most: u64 },
    /// The number of days is out of range.
    #[error("{given} days: the records cover from {least} to {most} days. Give a period in that range")]
    Days { given: u32, least: u32, most: u32 },
    /// A file cannot be written.
    #[error("{path}: {error}; check space and permissions, then start again with an empty directory")]
    Io {
        path: String,
        #[source]
        error: io::Error,
    },
}

/// Everything that is decided before the first movement is written.
struct Case {
    world: World,
    /// In order of time.
    planted: Vec<Movement>,
    patterns: Vec<script::Pattern>,
    employments: Vec<script::Employment>,
    counters: Vec<script::Counter>,
    everyday: u64,
}

/// Makes a case in an empty or new directory: `delivery/`, `truth.json`, `README.md`. `progress` is called with the
/// number of transfers written since the last call.
pub fn run(plan: &Plan, directory: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, SimulateError> {
    check(plan)?;
    let delivery = directory.join("delivery");
    prepare(directory, &delivery)?;
    let case = decide(plan);

    let listing = delivery.join("transactions.csv");
    let life = Life::new(&case.world, case.everyday);
    let streamed = {
        let mut out = create(&listing)?;
        stream::stream(
            &case.world,
            &life,
            &case.planted,
            plan.transfers,
            &mut out,
            progress,
        )
        .map_err(|error| failed(&listing, error))?
    };
    statements(&case.world, &streamed, plan.write_as, &delivery)?;
    file(&delivery.join("account_holders.csv"), |out| {
        writers::registers::holders(&case.world, out)
    })?;
    file(&delivery.join("employers.csv"), |out| {
        writers::registers::employers(&case.world, &case.employments, out)
    })?;
    file(&delivery.join("incomes.csv"), |out| {
        writers::registers::incomes(&case.world, out)
    })?;

    if !case.counters.is_empty() {
        file(&delivery.join("money_transfers.csv"), |out| {
            writers::counters::write(&case.world, &case.counters, out)
        })?;
    }

    let truth = directory.join("truth.json");
    file(&truth, |out| {
        truth::write(out, plan, &case.world, &case.planted, &case.patterns, &streamed)
    })?;
    let readme = directory.join("README.md");
    let story = story::tell(plan, &case.world, &case.patterns, &streamed);
    file(&readme, |out| out.write_all(story.as_bytes()))?;
    Ok(Report {
        transfers: streamed.movements,
        listed: streamed.listed,
        statement_accounts: streamed.legs.len() as u64,
        patterns: case.patterns.iter().filter(|pattern| pattern.planted).count() as u64,
        households: case.world.units.into(),
        delivery_bytes: size(&delivery).map_err(|error| failed(&delivery, error))?,
        delivery,
        truth,
        readme,
    })
}

fn check(plan: &Plan) -> Result<(), SimulateError> {
    if !(Plan::FEWEST..=Plan::MOST).contains(&plan.transfers) {
        return Err(SimulateError::Transfers {
            given: plan.transfers,
            least: Plan::FEWEST,
            most: Plan::MOST,
        });
    }
    if !(Plan::SHORTEST..=Plan::LONGEST).contains(&plan.days) {
        return Err(SimulateError::Days {
            given: plan.days,
            least: Plan::SHORTEST,
            most: Plan::LONGEST,
        });
    }
    Ok(())
}

fn empty(plan: &Plan) -> Script {
    if plan.scenario.is_detailed() {
        Script::detailed(plan.seed, plan.start, plan.days, &plan.formats)
    } else {
        Script::new(plan.seed, plan.start, plan.days, &plan.formats)
    }
}

fn decide(plan: &Plan) -> Case {
    let small = plan.transfers < 3_000;
    let mut script = empty(plan);
    lookalikes::plant(&mut script, small);
    if plan.scenario.is_detailed() {
        forms::plant(&mut script, plan.scenario, plan.transfers);
    } else if plan.scenario != Scenario::Lawful {
        // One network in a small case; more in a large one, but never more than an investigator could read.
        let networks = (plan.transfers / 500_000).clamp(1, 64) as u32;
        for number in 0..networks {
            let front = network::plant(&mut script, plan.scenario, number, small);
            patterns::plant(&mut script, front, number);
        }
    }
    let mut planted = std::mem::take(&mut script.movements);
    let patterns = order(&mut planted, std::mem::take(&mut script.patterns));
    let employments = std::mem::take(&mut script.employments);
    let counters = std::mem::take(&mut script.counters);

    // A household makes about eighteen transfers a month, five of them because they fall due.
    let room = plan.transfers.saturating_sub(planted.len() as u64);
    let per_household = u64::from(plan.days) * 185 / 304;
    let mut units = (room / per_household.max(1)).clamp(4, 9_000_000) as u32;
    let unbuilt = script;
    loop {
        let mut around = empty(plan);
        around.parties.clone_from(&unbuilt.parties);
        around.holdings.clone_from(&unbuilt.holdings);
        around.texts.clone_from(&unbuilt.texts);
        let world = World::build(&mut around, units, &plan.formats, plan.statement_households);
        let due = Life::count_due(&world);
        if due <= room || units <= 2 {
            return Case {
                everyday: room.saturating_sub(due),
                world,
                planted,
                patterns,
                employments,
                counters,
            };
        }
        units = (units * 9 / 10).max(2);
    }
}

/// Sorts planted movements by time and gives them, and the patterns that name them, their new numbers.
fn order(planted: &mut [Movement], mut patterns: Vec<script::Pattern>) -> Vec<script::Pattern> {
    planted.sort_by_key(|movement| (movement.day, movement.second, movement.planted));
    let mut place = vec![0u32; planted.len()];
    for (at, movement) in planted.iter_mut().enumerate() {
        place[movement.planted as usize] = at as u32;
        movement.planted = at as u32;
    }
    for pattern in &mut patterns {
        for (number, _) in &mut pattern.movements {
            *number = place[*number as usize];
        }
    }
    patterns
}

fn statements(
    world: &World,
    streamed: &Streamed,
    write_as: Option<StatementFormat>,
    delivery: &Path,
) -> Result<(), SimulateError> {
    for account in 0..world.accounts() {
        let Bank::Statements(format) = world.bank(account) else {
            continue;
        };
        let legs = streamed.legs.get(&account).map_or(&[][..], Vec::as_slice);
        let sheet = Sheet::new(world, account, legs);
        let (bytes, extension) = match write_as.unwrap_or(format) {
            StatementFormat::CamtOld => (writers::camt::write(&sheet, false), "xml"),
            StatementFormat::CamtNew => (writers::camt::write(&sheet, true), "xml"),
            StatementFormat::Mt940Dutch => (writers::mt940::write(&sheet, false), "940"),
            StatementFormat::Mt940German => (writers::mt940::write(&sheet, true), "sta"),
            StatementFormat::Ing => (writers::ing::write(&sheet), "csv"),
            StatementFormat::Rabobank => (writers::rabobank::write(&sheet), "csv"),
            StatementFormat::Plain => (writers::plain::write(&sheet), "csv"),
            StatementFormat::Cards => (writers::cards::write(&sheet), "csv"),
        };
        let folder = delivery.join(world.bank(account).name().to_lowercase());
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
        let path = folder.join(format!("{}.{extension}", sheet.iban()));
        file(&path, |out| out.write_all(&bytes))?;
    }
    Ok(())
}

fn prepare(directory: &Path, delivery: &Path) -> Result<(), SimulateError> {
    if directory.exists() {
        let mut entries = fs::read_dir(directory).map_err(|error| failed(directory, error))?;
        if entries.next().is_some() {
            return Err(SimulateError::NotEmpty(directory.display().to_string()));
        }
    }
    fs::create_dir_all(delivery).map_err(|error| failed(delivery, error))
}

fn create(path: &Path) -> Result<BufWriter<File>, SimulateError> {
    let file = File::create_new(path).map_err(|error| failed(path, error))?;
    Ok(BufWriter::with_capacity(1 << 20, file))
}

fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), SimulateError> {
    let mut out = create(path)?;
    write(&mut out)
        .and_then(|()| out.flush())
        .map_err(|error| failed(path, error))
}

fn size(directory: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        sum += if kind.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(sum)
}

fn failed(path: &Path, error: io::Error) -> SimulateError {
    SimulateError::Io {
        path: path.display().to_string(),
        error,
    }
}
