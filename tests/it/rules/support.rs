//! A session of SQL over tables made by hand, and short ways to write entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_null_array};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{Expr, Value, visit_expressions_mut};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use geldspoor::case::Table;
use geldspoor::intake::Rows;
use geldspoor::lexicons::Lexicons;
use geldspoor::model::{
    AccountKey, AccountMention, Amount, Channel, CounterpartyStatus, Currency, Date, Direction, EntryRow,
    Leg, Moment, NamedParty, PartyRow, Place, RelationKind, RelationRow, StatementRow, TimePrecision, hex,
    sha256,
};
use geldspoor::rules::{Query, RunOptions, RunResult, VIEWS, builtin, run};
use geldspoor::steps::marks;

/// An entry in few words. `at` is `2025-03-01` or `2025-03-01 14:05`.
#[derive(Clone)]
pub struct Line {
    pub account: &'static str,
    pub at: String,
    pub direction: Direction,
    pub amount: i64,
    pub currency: &'static str,
    pub channel: Channel,
    pub other: String,
    pub other_name: String,
    pub city: &'static str,
    pub remittance: String,
    pub purpose: &'static str,
    pub statement: Option<u32>,
}

/// Money in, in whole units of EUR, by transfer.
pub fn received(account: &'static str, at: &str, amount: i64, other: &str) -> Line {
    Line {
        account,
        at: at.to_owned(),
        direction: Direction::Credit,
        amount,
        currency: "EUR",
        channel: Channel::Transfer,
        other: other.to_owned(),
        other_name: String::new(),
        city: "",
        remittance: String::new(),
        purpose: "",
        statement: None,
    }
}

/// Money out, in whole units of EUR, by transfer.
pub fn sent(account: &'static str, at: &str, amount: i64, other: &str) -> Line {
    Line {
        direction: Direction::Debit,
        ..received(account, at, amount, other)
    }
}

/// Cash put in, in a city.
pub fn deposit(account: &'static str, at: &str, amount: i64, city: &'static str) -> Line {
    Line {
        channel: Channel::CashAtm,
        city,
        ..received(account, at, amount, "")
    }
}

/// Cash taken out, in a city.
pub fn withdrawal(account: &'static str, at: &str, amount: i64, city: &'static str) -> Line {
    Line {
        direction: Direction::Debit,
        ..deposit(account, at, amount, city)
    }
}

/// A wage that names an employee in its text.
pub fn wage(account: &'static str, at: &str, amount: i64, text: &str) -> Line {
    Line {
        remittance: text.to_owned(),
        other_name: "Veldwerk BV".to_owned(),
        ..received(account, at, amount, "EMPLOYER")
    }
}

/// Runs one pack over cases that stand beside each other, each on an account of its own name, and compares how many
/// findings each account has. One session for all: planning takes longer than running.
pub fn judge(rule: &str, cases: &[(&'static str, Vec<Line>, usize)]) {
    let mut tables = Tables::new();
    for (name, lines, _) in cases {
        for line in lines {
            tables.line(&Line {
                account: name,
                ..line.clone()
            });
        }
    }
    judge_tables(
        rule,
        tables,
        &cases
            .iter()
            .map(|(name, _, count)| (*name, *count))
            .collect::<Vec<_>>(),
    );
}

/// The same over tables that are ready.
pub fn judge_tables(rule: &str, tables: Tables, expected: &[(&str, usize)]) {
    let result = tables.run_rule(rule);
    for (name, count) in expected {
        let account = id(name);
        let found = result
            .findings
            .iter()
            .filter(|found| found.finding.account_id.as_deref() == Some(&account));
        assert_eq!(found.count(), *count, "{name}");
    }
}

/// Days counted from 1 January 2025, as text.
pub fn day(offset: i32) -> String {
    Date(20_089 + offset).to_string()
}

/// The id of an account by its number.
pub fn id(account: &str) -> String {
    AccountKey::number(account).id()
}

/// Tables made by hand.
pub struct Tables {
    rows: Rows,
    next: u64,
    statements: u32,
    ids: BTreeMap<u64, String>,
}

const SOURCE: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

impl Tables {
    pub fn new() -> Tables {
        Tables {
            rows: Rows::new(SOURCE),
            next: 0,
            statements: 0,
            ids: BTreeMap::new(),
        }
    }

    /// Tables with these entries.
    pub fn of(lines: &[Line]) -> Tables {
        let mut tables = Tables::new();
        for line in lines {
            tables.line(line);
        }
        tables
    }

    /// Adds an entry and gives its id.
    pub fn line(&mut self, line: &Line) -> String {
        let place = self.place();
        let amount = Some(Amount::from_hundredths(line.amount * 100));
        let mut row = EntryRow::new(
            place,
            Leg::Line,
            AccountKey::number(line.account),
            line.direction,
            amount,
        );
        let (date, time) = line.at.split_once(' ').unwrap_or((line.at.as_str(), ""));
        let parts: Vec<i16> = date
            .split('-')
            .map(|part| part.parse().expect("a number"))
            .collect();
        let date = Date::from_ymd(parts[0], parts[1] as i8, parts[2] as i8).expect("a day");
        row.booking_date = Some(date);
        if let Some((hours, minutes)) = time.split_once(':') {
            let minutes =
                hours.parse::<i64>().expect("hours") * 60 + minutes.parse::<i64>().expect("minutes");
            row.booked_at = Some(Moment {
                microseconds: date.midnight() + minutes * 60_000_000,
                precision: TimePrecision::Minute,
            });
        }
        row.currency = Currency::from_code(line.currency).ok();
        row.channel = line.channel;
        row.counterparty = AccountKey::number(&line.other);
        row.counterparty_name = &line.other_name;
        row.counterparty_status = match (line.channel.is_cash(), line.other.is_empty()) {
            (true, _) => CounterpartyStatus::Cash,
            (false, false) => CounterpartyStatus::Identified,
            (false, true) => CounterpartyStatus::Unknown,
        };
        row.city = line.city;
        row.remittance = &line.remittance;
        row.purpose = line.purpose;
        row.statement = line.statement;
        self.rows.entry(&row);
        let id = geldspoor::model::entry_id(SOURCE, place.byte_start, Leg::Line);
        self.ids.insert(place.byte_start, id.clone());
        id
    }

    /// Adds a statement of an account in EUR.
    pub fn statement(
        &mut self,
        account: &str,
        from: &str,
        to: &str,
        opening: i64,
        closing: i64,
        number: &str,
    ) {
        let date = |text: &str| {
            let parts: Vec<i16> = text
                .split('-')
                .map(|part| part.parse().expect("a number"))
                .collect();
            Date::from_ymd(parts[0], parts[1] as i8, parts[2] as i8)
        };
        let place = self.place();
        self.rows.statement(&StatementRow {
            place,
            number: self.statements,
            account: AccountKey::number(account),
            currency: Currency::from_code("EUR").ok(),
            from_date: date(from),
            to_date: date(to),
            opening_balance: Some(Amount::from_hundredths(opening * 100)),
            closing_balance: Some(Amount::from_hundredths(closing * 100)),
            sequence_number: number,
            stated_entries: None,
            stated_credits: None,
            stated_debits: None,
            locator: "statement",
        });
        self.statements += 1;
    }

    /// Adds a holder (or, as `role`, a mandate) of an account.
    pub fn holder(&mut self, account: &str, role: &str, kind: &str, name: &str, phone: &str, address: &str) {
        let place = self.place();
        self.rows.party(&PartyRow {
            place,
            kind,
            name,
            registration_number: &number_of(name),
            country: "NL",
            address,
            phone,
            account: AccountKey::number(account),
            role,
            locator: "row",
            ..PartyRow::default()
        });
    }

    /// Adds an employee of an employer.
    pub fn employment(&mut self, employee: &str, employer: &str) {
        let place = self.place();
        for (name, kind) in [(employee, "person"), (employer, "company")] {
            self.rows.party(&PartyRow {
                place,
                kind,
                name,
                country: "NL",
                locator: "row",
                ..PartyRow::default()
            });
        }
        self.rows.relation(&RelationRow::between(
            place,
            RelationKind::Employment,
            NamedParty {
                name: employee,
                number: &number_of(employee),
                ..NamedParty::default()
            },
            NamedParty {
                name: employer,
                number: &number_of(employer),
                ..NamedParty::default()
            },
            "row",
        ));
    }

    /// Says when an account was opened.
    pub fn opened(&mut self, account: &'static str, offset: i32) {
        self.rows.account(&AccountMention {
            account: AccountKey::number(account),
            bic: "TESTNL2A",
            currency: None,
            country: "",
            holder_name: "",
            opened: Some(Date(20_089 + offset)),
            closed: None,
            seized: true,
        });
    }

    fn place(&mut self) -> Place {
        self.next += 100;
        Place {
            byte_start: self.next,
            byte_end: self.next + 99,
            line: self.next / 100,
        }
    }

    /// The session over these tables.
    pub fn session(self) -> Session {
        Session::new(self.rows.finish_source().expect("columns of equal length"))
    }

    /// The rules on laundering and wage stacking over these tables, in EUR. Others have tests of their own (`shells/`,
    /// `indicators/`), because some ask table functions or lists.
    pub fn run(self) -> RunResult {
        let mut packs = builtin().expect("they parse");
        packs.retain(|pack| pack.id.starts_with("ML-") || pack.id == "THB-13");
        let result = run(&packs, &self.session(), &RunOptions::default());
        assert_eq!(result.faults, Vec::new());
        result
    }

    /// One built-in pack over these tables.
    pub fn run_rule(self, rule: &str) -> RunResult {
        self.run_rule_with(rule, &RunOptions::default())
    }

    /// One built-in pack with options.
    pub fn run_rule_with(self, rule: &str, options: &RunOptions) -> RunResult {
        let mut packs = builtin().expect("they parse");
        packs.retain(|pack| pack.id == rule);
        let result = run(&packs, &self.session(), options);
        assert_eq!(result.faults, Vec::new());
        result
    }
}

/// Options with one parameter set.
pub fn with(rule: &str, parameter: &str, value: &str) -> RunOptions {
    RunOptions {
        values: BTreeMap::from([((rule.to_owned(), parameter.to_owned()), value.to_owned())]),
        ..RunOptions::default()
    }
}

/// DataFusion over the tables of a case in memory.
pub struct Session {
    context: SessionContext,
    runtime: tokio::runtime::Runtime,
    gone: Vec<Table>,
}

impl Session {
    pub fn new(read: Vec<(Table, RecordBatch)>) -> Session {
        let config = SessionConfig::new()
            .set_bool("datafusion.sql_parser.parse_float_as_decimal", true)
            .with_target_partitions(2);
        let context = SessionContext::new_with_config(config);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(8 << 20)
            .build()
            .expect("a runtime");
        let mut session = Session {
            context,
            runtime,
            gone: Vec::new(),
        };
        for table in Table::ALL {
            let batches: Vec<RecordBatch> = read
                .iter()
                .filter(|(of, _)| *of == table)
                .map(|(_, batch)| batch.clone())
                .collect();
            session.register(
                table,
                concat_batches(&table.schema(), &batches).expect("the table's columns"),
            );
        }
        for (table, sql) in [
            (Table::Parties, PARTIES),
            (Table::AccountHolders, HOLDERS),
            (Table::Relations, "SELECT * FROM relations_read"),
            (Table::Accounts, ACCOUNTS),
            (Table::Statements, STATEMENTS),
        ] {
            session.derive(table, sql);
        }
        session.mark();
        for (name, sql) in VIEWS {
            session
                .query(&format!("CREATE VIEW {name} AS {sql}"), &[])
                .expect("a view");
        }
        session
    }

    /// Marks the entries, as a case's are.
    fn mark(&mut self) {
        let rows = self.query("SELECT * FROM entries", &[]).expect("entries");
        let entries = concat_batches(&Table::Entries.schema(), &rows).expect("one table");
        let lexicons = Lexicons::load(None).expect("the built-in ones");
        let marks = marks(&entries, &lexicons).expect("marks");
        let marks = concat_batches(&Table::EntryMarks.schema(), &marks).expect("one table");
        self.context
            .deregister_table(Table::EntryMarks.name())
            .expect("it was there");
        self.register(Table::EntryMarks, marks);
    }

    /// Takes a table away, as in a case whose steps have not run.
    pub fn without(mut self, table: Table) -> Session {
        self.context.deregister_table(table.name()).expect("it was there");
        self.gone.push(table);
        self
    }

    /// Puts rows in place of a table.
    pub fn derive(&mut self, table: Table, sql: &str) {
        let rows = self.query(sql, &[]).expect("the test's own query");
        let schema = table.schema();
        let merged = match rows.first() {
            None => RecordBatch::new_empty(schema.clone()),
            Some(first) => {
                let all = concat_batches(&first.schema(), &rows).expect("one query");
                let columns: Vec<ArrayRef> = schema
                    .fields()
                    .iter()
                    .map(|field| match all.column_by_name(field.name()) {
                        Some(column) => cast(column, field.data_type()).expect("the table's type"),
                        None => new_null_array(field.data_type(), all.num_rows()),
                    })
                    .collect();
                RecordBatch::try_new(schema, columns).expect("the table's columns")
            }
        };
        self.register(table, merged);
    }

    fn register(&mut self, table: Table, batch: RecordBatch) {
        let provider = MemTable::try_new(table.schema(), vec![vec![batch]]).expect("the table's schema");
        let _ = self.context.deregister_table(table.name());
        self.context
            .register_table(table.name(), Arc::new(provider))
            .expect("a free name");
    }
}

// A number of each name's own: rows that give the same name mean the same party.
fn number_of(name: &str) -> String {
    hex(&sha256(name.as_bytes())[..6])
}

const PARTIES: &str = "SELECT party_id, min(kind) AS kind, min(name) AS name, min(address) AS address,
    min(phone) AS phone, min(email) AS email, 'unclassified' AS category, 'exact' AS resolution
    FROM parties_read GROUP BY party_id";
const HOLDERS: &str =
    "SELECT account_id, party_id, coalesce(role, 'holder') AS role, from_date, to_date, source_id,
    locator, byte_start, byte_end FROM parties_read WHERE account_id IS NOT NULL";
const ACCOUNTS: &str = "SELECT account_id, min(scheme) AS scheme, min(number) AS number, min(bic) AS bic,
    min(opened) AS opened, true AS seized FROM accounts_read GROUP BY account_id";
const STATEMENTS: &str = "SELECT statement_id, account_id, currency, from_date, to_date, opening_balance,
    closing_balance, sequence_number, 0 AS entries, 'verified' AS verdict, source_id FROM statements_read";

impl Query for Session {
    fn query(&self, sql: &str, parameters: &[(String, String)]) -> Result<Vec<RecordBatch>, String> {
        let dialect = GenericDialect {};
        let mut statements = DFParserBuilder::new(sql)
            .with_dialect(&dialect)
            .build()
            .and_then(|mut parser| parser.parse_statements())
            .map_err(|error| error.to_string())?;
        let mut statement = statements.pop_front().ok_or("no statement")?;
        let mut literals = BTreeMap::new();
        for (name, value) in parameters {
            let literal = Parser::new(&dialect)
                .try_with_sql(value)
                .and_then(|mut parser| parser.parse_expr())
                .map_err(|error| error.to_string())?;
            literals.insert(format!("${name}"), (literal, false));
        }
        let mut unknown = None;
        if let Statement::Statement(inner) = &mut statement {
            let _ = visit_expressions_mut(inner.as_mut(), |expression| {
                let name = match expression {
                    Expr::Value(value) => match &value.value {
                        Value::Placeholder(name) => Some(name.clone()),
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(name) = name {
                    match literals.get_mut(&name) {
                        Some((literal, used)) => {
                            *expression = literal.clone();
                            *used = true;
                        }
                        None => unknown = Some(name),
                    }
                }
                std::ops::ControlFlow::<()>::Continue(())
            });
        }
        if let Some(name) = unknown {
            return Err(format!("no value for {name}"));
        }
        if let Some((name, _)) = literals.iter().find(|(_, (_, used))| !used) {
            return Err(format!("nothing uses {name}"));
        }
        self.runtime.block_on(async {
            let plan = self
                .context
                .state()
                .statement_to_plan(statement)
                .await
                .map_err(|error| error.to_string())?;
            let frame = self
                .context
                .execute_logical_plan(plan)
                .await
                .map_err(|error| error.to_string())?;
            frame.collect().await.map_err(|error| error.to_string())
        })
    }

    fn tables_columns(&self, table: &str) -> Vec<String> {
        match Table::from_name(table) {
            Some(table) if !self.gone.contains(&table) => table
                .schema()
                .fields()
                .iter()
                .map(|field| field.name().clone())
                .collect(),
            Some(_) => Vec::new(),
            // A view.
            None => match self.runtime.block_on(self.context.table_provider(table)) {
                Ok(view) => view
                    .schema()
                    .fields()
                    .iter()
                    .map(|field| field.name().clone())
                    .collect(),
                Err(_) => Vec::new(),
            },
        }
    }
}
