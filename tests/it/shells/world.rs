//! A case whose tables are filled by hand, and rules run over it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use geldspoor::case::{Actor, Case, Settings, Step, Table};
use geldspoor::rules::{RunOptions, RunResult, SHARED_VIEW, builtin, run};
use geldspoor::sql::{Limits, Session};
use geldspoor::steps;
use geldspoor::victims::GatedFinding;
use tempfile::TempDir;

const SOURCE: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A row: column and value as text.
type Told = Vec<(String, String)>;

/// Tables in the making.
pub struct World {
    folder: TempDir,
    rows: BTreeMap<Table, Vec<Told>>,
    next: u64,
    cases: Cell<u32>,
}

/// What a rule says.
pub struct Verdict {
    pub result: RunResult,
}

impl Verdict {
    /// The parties that findings are about.
    pub fn hits(&self) -> Vec<&str> {
        let hits: BTreeSet<&str> = self
            .result
            .findings
            .iter()
            .filter_map(|found| found.finding.party_id.as_deref())
            .collect();
        hits.into_iter().collect()
    }

    /// The parties that cannot be judged.
    pub fn lacking(&self) -> Vec<&str> {
        let lacking: BTreeSet<&str> = self
            .result
            .not_computable
            .iter()
            .flat_map(|lack| lack.parties.iter().map(String::as_str))
            .collect();
        lacking.into_iter().collect()
    }

    /// Why nobody can be judged; nothing where somebody can.
    pub fn whole(&self) -> Option<&str> {
        self.result
            .not_computable
            .iter()
            .find(|lack| lack.parties.is_empty() && lack.entries == 0)
            .map(|lack| lack.reason.as_str())
    }

    /// The one finding.
    pub fn only(&self) -> &GatedFinding {
        let [found] = self.result.findings.as_slice() else {
            panic!("{:?}", self.result)
        };
        found
    }

    /// A measure of the one finding, as text.
    pub fn measure(&self, name: &str) -> String {
        let measures: serde_json::Value =
            serde_json::from_str(&self.only().finding.measures).expect("a JSON object");
        match &measures[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

impl World {
    pub fn new() -> World {
        World {
            folder: tempfile::tempdir().expect("a folder"),
            rows: BTreeMap::new(),
            next: 0,
            cases: Cell::new(0),
        }
    }

    /// Adds a row; what is not said is null, or nothing where a column must say something.
    pub fn row(&mut self, table: Table, values: &[(&str, &str)]) {
        self.next += 1;
        let (start, end) = ((self.next * 100).to_string(), (self.next * 100 + 99).to_string());
        let mut told: Told = vec![
            ("source_id".to_owned(), SOURCE.to_owned()),
            ("byte_start".to_owned(), start),
            ("byte_end".to_owned(), end),
        ];
        told.extend(
            values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.rows.entry(table).or_default().push(told);
    }

    fn party(&mut self, id: &str, kind: &str, values: &[(&str, &str)]) {
        let all = [&[("party_id", id), ("kind", kind), ("name", id)][..], values].concat();
        self.row(
            Table::Parties,
            &[&[("category", "unclassified"), ("resolution", "alone")][..], &all].concat(),
        );
        self.row(Table::PartiesRead, &all);
        self.row(
            Table::PartyMentions,
            &[
                ("mention_id", id),
                ("party_id", id),
                ("kind", kind),
                ("basis", "alone"),
            ],
        );
    }

    pub fn company(&mut self, id: &str, values: &[(&str, &str)]) {
        self.party(id, "company", values);
    }

    pub fn person(&mut self, id: &str, values: &[(&str, &str)]) {
        self.party(id, "person", values);
    }

    /// `role` may act on an account, or holds it.
    pub fn holder(&mut self, account: &str, party: &str, role: &str) {
        self.row(
            Table::AccountHolders,
            &[("account_id", account), ("party_id", party), ("role", role)],
        );
    }

    pub fn account(&mut self, account: &str, country: &str) {
        self.row(
            Table::Accounts,
            &[
                ("account_id", account),
                ("scheme", "other"),
                ("number", account),
                ("country", country),
                ("seized", "true"),
            ],
        );
    }

    pub fn relation(&mut self, kind: &str, subject: &str, object: &str, more: &[(&str, &str)]) {
        let values = [
            &[("kind", kind), ("subject", subject), ("object", object)][..],
            more,
        ]
        .concat();
        self.row(Table::Relations, &values);
    }

    pub fn director(&mut self, person: &str, company: &str) {
        self.relation("directorship", person, company, &[]);
    }

    /// Owns so much of a company, as `0.6`.
    pub fn owns(&mut self, owner: &str, company: &str, share: &str) {
        self.relation(
            "ownership",
            owner,
            company,
            &[
                ("share_min", share),
                ("share_max", share),
                ("interest", "shareholding"),
            ],
        );
    }

    pub fn address(&mut self, party: &str, postcode: &str, number: &str, unit: &str, city: &str) {
        let mut values = vec![
            ("party_id", party),
            ("mention_id", party),
            ("address", "as written"),
            ("postcode", postcode),
            ("house_number", number),
            ("city", city),
            ("country", "NL"),
            ("kind", "street"),
        ];
        if !unit.is_empty() {
            values.push(("unit", unit));
        }
        self.row(Table::PartyAddresses, &values);
    }

    pub fn income(&mut self, person: &str, year: &str, kind: &str, amount: &str) {
        self.row(
            Table::Incomes,
            &[
                ("party_id", person),
                ("year", year),
                ("kind", kind),
                ("amount", amount),
                ("currency", "EUR"),
            ],
        );
    }

    /// Money that comes in (`in`) or goes out (`out`), with more columns of the entry.
    pub fn entry(
        &mut self,
        account: &str,
        day: &str,
        way: &str,
        amount: u32,
        other: &str,
        more: &[(&str, &str)],
    ) -> String {
        let id = format!("e-{:06}", self.next);
        let amount = amount.to_string();
        let direction = if way == "in" { "credit" } else { "debit" };
        let mut values = vec![
            ("entry_id", id.as_str()),
            ("account_id", account),
            ("booking_date", day),
            ("direction", direction),
            ("amount", &amount),
            ("currency", "EUR"),
            ("channel", "transfer"),
            ("counterparty_status", "identified"),
            ("origin", "line"),
        ];
        if !other.is_empty() {
            values.push(("counterparty_account_id", other));
        }
        values.retain(|(name, _)| more.iter().all(|(own, _)| own != name));
        values.extend(more);
        self.row(Table::Entries, &values);
        id
    }

    /// A list of the office.
    pub fn list(&self, name: &str, text: &str) {
        let folder = self.folder.path().join("lists");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.csv")), text).expect("a file");
    }

    /// The session over these tables.
    pub fn session(&self) -> Session {
        open(&self.case())
    }

    /// The same after these rules were run and what they say was stored.
    pub fn detected(&self, rules: &[&str]) -> Session {
        let root = self.case();
        let only: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        let asked = steps::Asked {
            only: &only,
            ..steps::Asked::default()
        };
        let mut case = Case::open(&root).expect("it is there");
        let summary = steps::detect(&mut case, actor(), limits(), asked).expect("findings");
        assert_eq!(summary.faults, Vec::<String>::new());
        open(&root)
    }

    /// The folder of a new case of these tables.
    fn case(&self) -> PathBuf {
        self.cases.set(self.cases.get() + 1);
        let root = self.folder.path().join(format!("case{}", self.cases.get()));
        let mut case = Case::create(&root, &Settings::new("R")).expect("a new case");
        let lists = self.folder.path().join("lists");
        if lists.is_dir() {
            let to = root.join("queries/lists");
            std::fs::create_dir_all(&to).expect("a folder");
            for file in std::fs::read_dir(lists).expect("a folder") {
                let path = file.expect("a file").path();
                std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
            }
        }
        let goes_by = format!(
            "geldspoor {}\ncurrency {}",
            env!("CARGO_PKG_VERSION"),
            case.settings().currency
        );
        let writer = case.write(actor()).expect("the lock is free");
        for (table, rows) in &self.rows {
            let batch = batch(*table, rows);
            match table.is_per_source() {
                true => writer.source_part(*table, SOURCE, 0, &batch),
                false => writer
                    .replace(*table, &mut std::iter::once(Ok(batch)))
                    .map(|_| ()),
            }
            .expect("the table's columns");
        }
        // The tables are as if checked: rules refuse older ones.
        writer.derived(Step::Check, &goes_by);
        writer.commit().expect("written");
        if self.rows.contains_key(&Table::Entries) && !self.rows.contains_key(&Table::EntryMarks) {
            steps::mark(&mut case, actor()).expect("marks");
        }
        root
    }

    /// One rule over these tables.
    pub fn judge(&self, rule: &str) -> Verdict {
        let mut packs = builtin().expect("they parse");
        packs.retain(|pack| pack.id == rule);
        assert_eq!(packs.len(), 1, "{rule}");
        let session = self.session();
        // As `detect` does.
        if packs[0].sql.contains(SHARED_VIEW) {
            session.share_views().expect("the view");
        }
        let result = run(&packs, &session, &RunOptions::default());
        assert_eq!(result.faults, Vec::new(), "{rule}");
        Verdict { result }
    }
}

fn actor() -> Actor {
    Actor {
        user: "u".to_owned(),
        purpose: "p".to_owned(),
        command: "c".to_owned(),
    }
}

fn limits() -> Limits {
    Limits {
        threads: 2,
        ..Limits::default()
    }
}

fn open(root: &Path) -> Session {
    Session::open(&Case::open(root).expect("it is there"), limits()).expect("a session")
}

fn batch(table: Table, rows: &[Told]) -> RecordBatch {
    let schema = table.schema();
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            let empty = match field.data_type() {
                DataType::Utf8 => "",
                DataType::Boolean => "false",
                _ => "0",
            };
            let texts: StringArray = rows
                .iter()
                .map(|row| {
                    let said = row.iter().rev().find(|(name, _)| name == field.name());
                    said.map(|(_, value)| value.as_str())
                        .or_else(|| (!field.is_nullable()).then_some(empty))
                })
                .collect();
            cast(&texts, field.data_type()).expect("a value of the column")
        })
        .collect();
    RecordBatch::try_new(Arc::clone(&schema), columns).expect("the table's columns")
}
