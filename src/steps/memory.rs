//! What the last run of the patterns found, kept beside the case's tables so that the next one can go on from it
//! (`detect --since DAY`). No evidence: the file can be thrown away at any time, and what it says is used only where
//! tool, parameters, registers and every earlier transfer are as they were.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::case::{Case, CaseError, Table};
use crate::model::Date;
use crate::patterns::{Bundle, Earlier, Fact, Measures, Scope, Search, Sequences};
use crate::sql::flows::{Hits, Loaded};

/// Changes with the form of the file.
const FORM: u32 = 2;

/// What was found, by pattern.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Memory {
    form: u32,
    version: String,
    /// Whether parties stand in the place of accounts; each has a file of its own.
    by_party: bool,
    /// For each scope a hash of all transfers up to the end of each day.
    days: BTreeMap<String, Vec<(i64, String)>>,
    patterns: BTreeMap<String, Remembered>,
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    /// Parameters as written, and the hashes of the register of holders where it matters who holds what.
    rests_on: Vec<String>,
    bundles: Vec<Kept>,
}

/// A bundle with the ids of its accounts; transfers are numbers, which the hash of their day vouches for.
#[derive(Serialize, Deserialize)]
struct Kept {
    accounts: Vec<String>,
    representative: Vec<u32>,
    instances: u64,
    members: Vec<Vec<u32>>,
    hops: u32,
    first_at: i64,
    last_at: i64,
    first_amount: i64,
    last_amount: i64,
    total: i128,
    carried: i128,
    needs_lenient: bool,
}

impl Memory {
    /// An empty one, to be filled by this run.
    pub fn new(by_party: bool) -> Memory {
        Memory {
            form: FORM,
            by_party,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Memory::default()
        }
    }

    /// What the last run left; nothing where there is none that this version can read.
    pub fn of(case: &Case, by_party: bool) -> Option<Memory> {
        let bytes = fs::read(place(case, by_party)).ok()?;
        let memory: Memory = serde_json::from_slice(&bytes).ok()?;
        let fresh = Memory::new(by_party);
        let is_good = memory.form == fresh.form && memory.version == fresh.version;
        (is_good && memory.by_party == by_party).then_some(memory)
    }

    /// What a search can go on from: where parameters and registers are as they were, and every transfer before the day.
    /// `names` are those of the numbers in bundles.
    pub fn earlier(
        &self,
        case: &Case,
        search: &Search,
        loaded: &Loaded,
        names: &[String],
        since: Date,
    ) -> Option<Earlier> {
        let known = self.patterns.get(search.kind().name())?;
        let day = i64::from(since.0);
        let before = |days: &[(i64, String)]| days.iter().rfind(|(own, _)| *own < day).cloned();
        let is_same = known.rests_on == rests_on(case, search)
            && before(self.days.get(scope_name(search.kind().scope()))?) == before(loaded.days());
        if !is_same {
            return None;
        }
        let numbers: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
        let first_new = loaded.first_since(since.midnight());
        let bundles = known.bundles.iter();
        let old = bundles.filter(|kept| {
            let members = kept.members.iter().flatten();
            kept.representative
                .iter()
                .chain(members)
                .all(|transfer| *transfer < first_new)
        });
        Some(Earlier {
            first_new,
            bundles: old.map(|kept| kept.bundle(&numbers)).collect::<Option<_>>()?,
        })
    }

    /// Takes note of what a search found, unless a budget cut it short or it is searched anew each time.
    pub fn note(&mut self, case: &Case, search: &Search, hits: &Hits<'_>) {
        let kind = search.kind();
        if hits.truncated || !kind.goes_on() {
            return;
        }
        let scope = scope_name(kind.scope());
        if !self.days.contains_key(scope) {
            self.days.insert(scope.to_owned(), hits.loaded.days().to_vec());
        }
        let remembered = Remembered {
            rests_on: rests_on(case, search),
            bundles: hits.bundles.iter().map(|bundle| Kept::of(bundle, hits)).collect(),
        };
        self.patterns.insert(kind.name().to_owned(), remembered);
    }

    /// Puts it in the place of the last one, whole or not at all.
    pub fn keep(&self, case: &Case) -> Result<(), CaseError> {
        let path = place(case, self.by_party);
        let fresh = path.with_extension("new");
        let io = |error: std::io::Error| CaseError::io(&path, error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io)?;
        }
        let bytes = serde_json::to_vec(self).map_err(|e| io(e.into()))?;
        let mut file = fs::File::create(&fresh).map_err(io)?;
        file.write_all(&bytes).map_err(io)?;
        drop(file);
        fs::rename(&fresh, &path).map_err(io)
    }
}

impl Kept {
    fn of(bundle: &Bundle, hits: &Hits<'_>) -> Kept {
        let figures = bundle.measures;
        Kept {
            accounts: bundle
                .accounts
                .iter()
                .map(|number| hits.name(*number).to_owned())
                .collect(),
            representative: bundle.representative.clone(),
            instances: bundle.instances,
            members: bundle.members.iter().map(<[u32]>::to_vec).collect(),
            hops: figures.hops,
            first_at: figures.first_at,
            last_at: figures.last_at,
            first_amount: figures.first_amount,
            last_amount: figures.last_amount,
            total: figures.total,
            carried: figures.carried,
            needs_lenient: figures.needs_lenient,
        }
    }

    /// Nothing where an account is not among those that transfers name.
    fn bundle(&self, numbers: &HashMap<&str, u32>) -> Option<Bundle> {
        let number = |id: &String| numbers.get(id.as_str()).copied();
        Some(Bundle {
            accounts: self.accounts.iter().map(number).collect::<Option<_>>()?,
            representative: self.representative.clone(),
            instances: self.instances,
            members: Sequences::of(&self.members),
            measures: Measures {
                hops: self.hops,
                first_at: self.first_at,
                last_at: self.last_at,
                first_amount: self.first_amount,
                last_amount: self.last_amount,
                total: self.total,
                carried: self.carried,
                needs_lenient: self.needs_lenient,
            },
        })
    }
}

fn place(case: &Case, by_party: bool) -> PathBuf {
    let name = match by_party {
        true => "patterns-by-party.json",
        false => "patterns.json",
    };
    case.root().join("cache").join(name)
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Accounts => "accounts",
        Scope::Cash | Scope::Everything => "everything",
    }
}

fn rests_on(case: &Case, search: &Search) -> Vec<String> {
    let kind = search.kind();
    let parameters = kind
        .arguments()
        .into_iter()
        .map(|name| format!("{name} {}", search.shown(name)));
    // Table files carry their content in their names. All else that these patterns are told stands in the transfers.
    let is_told = search.is_by_party() || kind.facts().contains(&Fact::Parties);
    let parts = case.manifest().parts(Table::AccountHolders).iter();
    let files = parts.filter(|_| is_told).map(|part| part.file.clone());
    parameters.chain(files).collect()
}
