//! The page over small tables made by hand: every figure against SQL, nothing revealed, nothing executed.

pub mod exhibits;
mod guarded;
mod traced;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::{SessionConfig, SessionContext};
use geldspoor::case::Table;
use geldspoor::intake::{Reject, Rows};
use geldspoor::model::{
    AccountKey, AccountMention, Amount, Channel, CounterpartyStatus, Currency, Date, Direction, EntryRow,
    Leg, PartyRow, Place, StatementRow, hash_id,
};
use geldspoor::report::chart::{own_scripts, script_hashes};
use geldspoor::report::{
    NAMED, Names, NotComputable, PageSettings, Query, ReportError, RuleNote, figures::MEANINGS, hide_ids,
    page, show_account, show_entry, show_finding, show_transfer,
};

/// A figure as it stands in the page: name, key, exact value.
pub type Found = (String, String, String);

/// Every figure of a page: each element with `data-figure`.
pub fn figures(html: &str) -> Vec<Found> {
    let mut found = Vec::new();
    scan(html, |event| {
        if let Event::Open(tag) = event
            && let Some(name) = tag.attribute("data-figure")
        {
            let value = tag.attribute("value").or(tag.attribute("data-value"));
            let key = tag.attribute("data-key").unwrap_or_default();
            found.push((name, key, value.unwrap_or_default()));
        }
    });
    found
}

/// Every run of text with a digit that stands in no figure, time, identifier, quotation or name.
pub fn bare_digits(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    scan(html, |event| {
        let Event::Text(text, around) = event else { return };
        let excused = around.iter().any(|tag| {
            let quoted = ["data", "time", "code", "q", "bdi", "head", "style"].contains(&tag.name.as_str());
            let class = tag.attribute("class").unwrap_or_default();
            let named = class
                .split(' ')
                .any(|word| ["name", "axis", "rule", "node", "ref", "ownership"].contains(&word));
            quoted || named || tag.attribute("data-figure").is_some()
        });
        if !excused && text.chars().any(|c| c.is_ascii_digit()) {
            found.push(text.trim().to_owned());
        }
    });
    found
}

/// An opening tag: an element's name and attributes.
pub struct Tag {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

/// An opening tag, or a text with the elements around it.
pub enum Event<'a> {
    Open(&'a Tag),
    Text(&'a str, &'a [Tag]),
}

/// Walks through well-formed HTML, telling each opening tag and each text with the elements around it.
pub fn scan(html: &str, mut tell: impl FnMut(Event<'_>)) {
    const VOID: [&str; 6] = ["meta", "br", "img", "link", "hr", "input"];
    let mut open: Vec<Tag> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        if start > 0 {
            let text = unescaped(&rest[..start]);
            tell(Event::Text(&text, &open));
        }
        let end = tag_end(&rest[start..]) + start;
        let inner = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if inner.starts_with('!') {
            continue;
        }
        if let Some(name) = inner.strip_prefix('/') {
            let closed = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
            assert_eq!(closed.name, name.trim(), "tags do not fit together");
            continue;
        }
        let tag = parsed(inner.trim_end_matches('/'));
        tell(Event::Open(&tag));
        if tag.name == "script" {
            // What stands there is no markup.
            let end = rest.find("</script>").expect("a script ends");
            rest = &rest[end + "</script>".len()..];
        } else if !inner.ends_with('/') && !VOID.contains(&tag.name.as_str()) {
            open.push(tag);
        }
    }
    assert!(open.is_empty(), "<{}> is not closed", open[0].name);
}

/// Where the tag that begins here ends, outside of quoted values.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at,
            _ => {}
        }
    }
    panic!(
        "a tag does not end: {}",
        text.chars().take(80).collect::<String>()
    );
}

fn parsed(inner: &str) -> Tag {
    let (name, mut rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let mut attributes = Vec::new();
    while let Some((key, behind)) = rest.split_once("=\"") {
        let (value, behind) = behind.split_once('"').expect("a quoted value ends");
        attributes.push((key.trim().to_owned(), unescaped(value)));
        rest = behind;
    }
    Tag {
        name: name.to_owned(),
        attributes,
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
}

/// A page without its scripts: their openings as they are written, and what is in them.
pub fn scripts(html: &str) -> (String, Vec<(String, String)>) {
    let (mut left, mut scripts, mut rest) = (String::new(), Vec::new(), html);
    while let Some((before, behind)) = rest.split_once("<script") {
        left.push_str(before);
        let (opening, behind) = behind.split_once('>').expect("a tag ends");
        let (inner, behind) = behind.split_once("</script>").expect("a script ends");
        scripts.push((opening.trim().to_owned(), inner.to_owned()));
        rest = behind;
    }
    left.push_str(rest);
    (left, scripts)
}

/// Tables in memory.
pub struct Memory {
    session: SessionContext,
    runtime: tokio::runtime::Runtime,
}

impl Query for Memory {
    fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, String> {
        self.runtime
            .block_on(async { self.session.sql(sql).await?.collect().await })
            .map_err(|error| error.to_string())
    }
}

impl Memory {
    /// Every table of a case, those that are not given empty.
    pub fn new(given: Vec<(Table, RecordBatch)>) -> Memory {
        let config = SessionConfig::new()
            .with_target_partitions(2)
            .set_bool("datafusion.sql_parser.parse_float_as_decimal", true);
        let memory = Memory {
            session: SessionContext::new_with_config(config),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .build()
                .expect("a runtime"),
        };
        for table in Table::ALL {
            let batches = given
                .iter()
                .filter(|(known, _)| *known == table)
                .map(|(_, batch)| batch.clone())
                .collect();
            memory.put(table, batches);
        }
        // Nothing is special here: whether masks hold is tested with the command.
        memory.session.register_udf(create_udf(
            "special_category",
            vec![DataType::Utf8; 4],
            DataType::Boolean,
            Volatility::Stable,
            Arc::new(|_: &[ColumnarValue]| {
                let no = ScalarValue::Boolean(Some(false));
                Ok::<_, datafusion::common::DataFusionError>(ColumnarValue::Scalar(no))
            }),
        ));
        memory.put_masks();
        // What people decided is no table of files.
        let columns = [
            "decision_id",
            "kind",
            "subject",
            "value",
            "reason",
            "author",
            "time",
            "undoes",
        ];
        let sql: Vec<String> = columns.iter().map(|name| format!("'' AS {name}")).collect();
        memory
            .query(&format!(
                "CREATE TABLE decisions AS SELECT {} WHERE false",
                sql.join(", ")
            ))
            .expect("a table of decisions");
        memory
    }

    /// Views hold the tables that were there when they were made.
    fn put_masks(&self) {
        for (name, sql) in [
            (
                "entries_masked",
                include_str!("../../queries/views/entries_masked.sql"),
            ),
            (
                "accounts_masked",
                include_str!("../../queries/views/accounts_masked.sql"),
            ),
        ] {
            self.query(&format!("CREATE OR REPLACE VIEW {name} AS {sql}"))
                .expect("a view");
        }
    }

    fn put(&self, table: Table, batches: Vec<RecordBatch>) {
        let provider = MemTable::try_new(table.schema(), vec![batches]).expect("the batches fit the table");
        self.session
            .register_table(table.name(), Arc::new(provider))
            .expect("a table can be registered");
    }

    /// Fills a derived table from a query whose columns stand in the table's order.
    pub fn derive(&self, table: Table, sql: &str) {
        let batches = self.query(sql).expect("the query runs");
        let schema = table.schema();
        let fitted = batches
            .iter()
            .map(|batch| {
                let columns = batch
                    .columns()
                    .iter()
                    .zip(schema.fields())
                    .map(|(column, field)| {
                        cast(column, field.data_type()).expect("a value of the column's type")
                    })
                    .collect();
                RecordBatch::try_new(schema.clone(), columns).expect("columns of the table")
            })
            .collect();
        self.session.deregister_table(table.name()).expect("it was there");
        self.put(table, fitted);
        self.put_masks();
    }

    pub fn keyed(&self, sql: &str) -> BTreeMap<String, String> {
        let batches = self.query(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
        let mut found = BTreeMap::new();
        for batch in batches {
            let text = |name: &str| {
                let column = batch
                    .column_by_name(name)
                    .unwrap_or_else(|| panic!("no {name} in {sql}"));
                cast(column, &DataType::Utf8).expect("text of a value")
            };
            let (keys, values) = (text("key"), text("value"));
            for (key, value) in keys
                .as_string::<i32>()
                .iter()
                .zip(values.as_string::<i32>().iter())
            {
                found.insert(
                    key.unwrap_or_default().to_owned(),
                    value.unwrap_or_default().to_owned(),
                );
            }
        }
        found
    }
}

struct Labels(bool);

impl Names for Labels {
    fn finding(&self, _: &str) -> Option<String> {
        None
    }
    fn account(&self, account_id: &str) -> String {
        if self.0 {
            format!("{account_id} ({})", WICKED[0])
        } else {
            // Letters of the id, so that labels differ and hold nothing of the account.
            format!(
                "Account {}",
                account_id.get(2..8).unwrap_or(account_id).to_uppercase()
            )
        }
    }
    fn party(&self, party_id: &str) -> String {
        if self.0 {
            WICKED[1].to_owned()
        } else {
            format!("Person {}", party_id.get(2..8).unwrap_or(party_id).to_uppercase())
        }
    }
    fn reveals(&self) -> bool {
        self.0
    }
}

/// Names as records may hold them: markup, scripts of the world, directions turned, control characters.
pub const WICKED: [&str; 8] = [
    "<script>alert(1)</script> O'Neil",
    "\" onmouseover=\"alert(1)\" Zoë",
    "Ɖjàmilá Ødegård-Żółć",
    "محمد الفارسي",
    "משה \u{202e}gnirts",
    "欧阳 小明",
    "=HYPERLINK(\"http://x\") Ńowak",
    "Bell\u{7}\u{1b}[31m Ängström",
];
const HOLDER: &str = "NL91ABNA0417164300";
const EXIT: &str = "DE89370400440532013000";
const SHOP: &str = "NL20INGB0001234567";
const TEXT: &str = "loon maart Ivana Petrova & zoon";

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::from_ymd(year, month, day)
}

/// A case with two files, three accounts, two currencies, a gap, a discrepancy, a reject, findings open and protected.
fn small_case() -> Memory {
    let sources = ["3fa1".repeat(16), "b20c".repeat(16)];
    let mut given = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let mut rows = Rows::new(source);
        for statement in 0..3u32 {
            let month = 1 + statement as i8 * 2;
            rows.statement(&StatementRow {
                place: Place::default(),
                number: statement,
                account: AccountKey::number(if number == 0 { HOLDER } else { SHOP }),
                currency: Some(Currency::EUR),
                from_date: day(2024, month, 1),
                to_date: day(2024, month, 28),
                opening_balance: Some(Amount::from_hundredths(100_000)),
                closing_balance: Some(Amount::from_hundredths(90_000)),
                sequence_number: "7",
                stated_entries: None,
                stated_credits: None,
                stated_debits: None,
                locator: "Stmt[1]",
            });
        }
        for (at, name) in WICKED.iter().cycle().take(30).enumerate() {
            let start = at as u64 * 90;
            let mut row = EntryRow::new(
                Place {
                    byte_start: start,
                    byte_end: start + 88,
                    line: at as u64 + 2,
                },
                Leg::Line,
                AccountKey::number(if number == 0 { HOLDER } else { SHOP }),
                if at % 3 == 0 {
                    Direction::Credit
                } else {
                    Direction::Debit
                },
                Some(Amount::from_scaled(9_500_000 + at as i64 * 12_345)),
            );
            row.statement = Some(at as u32 % 3);
            row.sequence = Some(at as i64);
            row.booking_date = day(2024, 1 + (at % 6) as i8, 1 + (at % 27) as i8);
            row.currency = Some(Currency::from_code(if at % 7 == 6 { "JPY" } else { "EUR" }).expect("known"));
            row.channel = Channel::Transfer;
            row.counterparty_name = name;
            row.counterparty_status = CounterpartyStatus::Partial;
            if at % 2 == 0 {
                row.counterparty = AccountKey::number(if at % 4 == 0 { EXIT } else { SHOP });
                row.counterparty_status = CounterpartyStatus::Identified;
            }
            row.remittance = TEXT;
            let locator = format!("line {}", at + 2);
            row.locator = &locator;
            if at == 29 {
                row.amount = None;
                row.currency = None;
                row.asset = "BTC";
                row.quantity = Some(1_500_000_000_000_000_000);
            }
            rows.entry(&row);
            rows.accepted();
        }
        rows.account(&AccountMention {
            account: AccountKey::number(HOLDER),
            bic: "",
            currency: None,
            country: "",
            holder_name: WICKED[2],
            opened: None,
            closed: None,
            seized: false,
        });
        for name in WICKED {
            rows.party(&PartyRow {
                place: Place::default(),
                kind: "person",
                name,
                phone: "0612345678",
                account: AccountKey::number(HOLDER),
                role: "mandate",
                locator: "line 2",
                ..PartyRow::default()
            });
        }
        rows.reject(&Reject {
            place: Place {
                byte_start: 5000,
                byte_end: 5050,
                line: 40,
            },
            locator: "line 40",
            reason: &format!("‘{}’ is no amount: unexpected ‘x’", WICKED[5]),
            raw: &format!("{};{};x", WICKED[5], HOLDER),
        });
        given.extend(rows.finish_source().expect("rows fit"));
    }
    let memory = Memory::new(given);
    let file = |source: &str, name: &str, rejected: u32| {
        format!(
            "('{source}', '{name}', 5050, 'csv', 'ing-nl', 'aa', 'UTF-8', 'valid UTF-8', 'Bank', '126nd-9', \
             CAST(NULL AS TIMESTAMP), 31, 30, {rejected}, 'csv/1', '')"
        )
    };
    memory.derive(
        Table::Sources,
        &format!(
            "SELECT *, NULL AS made_from, NULL AS made_how FROM (VALUES {}, {})",
            file(&sources[0], &format!("delivery/{HOLDER}_20240101.csv"), 1),
            file(&sources[1], "delivery/Ødegård.csv", 1)
        ),
    );
    memory.derive(
        Table::Accounts,
        "SELECT account_id, scheme, number, max(iban), max(bank), max(bic), max(currency), max(country), \
         max(holder_name), max(opened), max(closed), bool_or(seized) FROM accounts_read GROUP BY account_id, scheme, number",
    );
    memory.derive(
        Table::Statements,
        "SELECT statement_id, account_id, currency, from_date, to_date, opening_balance, closing_balance, \
         sequence_number, 10 AS entries, 95.5 AS credits, 195.5 AS debits, CASE WHEN source_id LIKE '3fa1%' THEN 'verified' ELSE 'discrepancy' END, \
         CASE WHEN source_id LIKE '3fa1%' THEN 0 ELSE -12.34 END, NULL AS reason, NULL AS breaks_at, source_id FROM statements_read",
    );
    memory.derive(
        Table::SameEntries,
        "SELECT entry_id, entry_id AS same_as, 'same_statement', 'equal' FROM entries WHERE byte_start = 90 AND source_id LIKE 'b2%'",
    );
    memory.derive(
        Table::Transfers,
        "SELECT concat('t-', entry_id), CASE direction WHEN 'debit' THEN account_id ELSE counterparty_account_id END, \
         CASE direction WHEN 'debit' THEN counterparty_account_id ELSE account_id END, \
         arrow_cast(booking_date, 'Timestamp(Microsecond, None)') AS debited_at, NULL AS credited_at, 'day', NULL AS s1, \
         NULL AS s2, amount AS amount, currency AS currency, amount AS payee_amount, currency AS payee_currency, \
         NULL AS base, NULL AS rate, channel, NULL AS purpose, 'observed', CASE direction WHEN 'debit' THEN entry_id END, \
         CASE direction WHEN 'credit' THEN entry_id END, arrow_cast(booking_date, 'Timestamp(Microsecond, None)') AS at, \
         NULL AS debit_detail, NULL AS credit_detail, NULL AS match_reason, NULL AS reversal \
         FROM entries WHERE counterparty_account_id IS NOT NULL",
    );
    memory.derive(
        Table::MissingLegs,
        "SELECT entry_id, NULL AS detail_id, 'no_mirror', account_id, counterparty_account_id, direction, amount, \
         currency, booking_date, 'a reason' FROM entries WHERE counterparty_account_id IS NOT NULL AND byte_start < 500",
    );
    memory.derive(
        Table::AmbiguousLegs,
        "SELECT entry_id, NULL AS one, entry_id AS other, NULL AS two, 'market_rate', false, 'a reason' FROM entries \
         WHERE byte_start < 200",
    );
    memory.derive(
        Table::Reversals,
        "SELECT entry_id, NULL AS one, entry_id AS other, NULL AS two, 'return', true, amount, false, 'a reason' \
         FROM entries WHERE byte_start < 300",
    );
    let holder = AccountKey::number(HOLDER).id();
    let exit = AccountKey::number(EXIT).id();
    let mut findings = Vec::new();
    for at in 0..28 {
        findings.push(format!(
            "('f-{at:02}', 'ml-01', '1', 'Deposits just below 10,000', 'account', '', NULL, '{holder}', \
             TIMESTAMP '2024-0{}-03T00:00:00', TIMESTAMP '2024-06-03T00:00:00', \
             '{{\"count\":\"4\",\"sum\":\"12500.5000\",\"first\":\"2024-01-03\",\"city\":\"Utrecht Overvecht\",\"order\":\"lenient\"}}', \
             'complete', 'Account {{account:{holder}}} of {{name:{}}} had 4 deposits; see {HOLDER}.', \
             'A shop pays in its takings.\nA sale of a car.', 'open', NULL, NULL)",
            1 + at % 6,
            WICKED[4].replace('\'', "''"),
        ));
    }
    findings.push(format!(
        "('f-guarded', 'ml-08', '1', 'Money leaves at an exit point', 'exploited', 'L', '{}', '{holder}', \
         TIMESTAMP '2024-02-01T10:11:12', NULL, '{{\"events\":\"5\"}}', 'times are days only', \
         'Paid on by {{party:p-1}}.', 'Rent paid for friends.', 'possible victim - verify', \
         'keeps 3 per cent\nmany exits: no', '{exit}')",
        hash_id('p', &["x"])
    ));
    memory.derive(
        Table::Findings,
        &format!(
            "SELECT *, CASE WHEN column1 IN ('f-00', 'f-guarded') THEN 'dismissed' END FROM (VALUES {})",
            findings.join(", ")
        ),
    );
    memory.derive(
        Table::FindingEntries,
        "SELECT f.finding_id, e.entry_id, 'deposit' FROM findings f CROSS JOIN entries e \
         WHERE e.source_id LIKE '3fa1%' AND (f.finding_id = 'f-guarded' OR e.byte_start > 2000)",
    );
    exhibits::add(&memory);
    traced::add(&memory);
    memory
}

fn settings() -> PageSettings {
    PageSettings {
        reference: "2024-<7>".into(),
        authority: "Court of First Instance".into(),
        purpose: "Criminal file 12".into(),
        handling: "Restricted: case team</style>".into(),
        tool_version: "0.1.0".into(),
        profile: "pseudonymised".into(),
        rules: vec![RuleNote {
            id: "ml-01".into(),
            version: "1".into(),
            title: "Deposits just below 10,000".into(),
            method: "Counts deposits in 7 days.".into(),
            source: "domain".into(),
            parameters: vec![("threshold".into(), "10000".into())],
        }],
        not_computable: vec![NotComputable {
            rule_id: "ml-09".into(),
            reason: format!("no city for {HOLDER}"),
            request: "Ask for terminals.".into(),
        }],
        requests: vec![format!("Statements of {EXIT} for 2024")],
        trace_is_old: true,
        ..PageSettings::default()
    }
}

#[test]
fn settings_come_from_the_tables_of_the_run() {
    let memory = Memory::new(Vec::new());
    memory.derive(
        Table::RulesRun,
        "SELECT 'ml-01', '2' AS version, 'Deposits' AS title, '' AS method, '' AS source, '{\"least\":3}' AS parameters, 'built in'",
    );
    memory.derive(
        Table::NotComputable,
        "SELECT 'ml-09', '1' AS version, 'no city' AS reason, 'terminals' AS request, NULL AS parties",
    );
    memory.derive(
        Table::Requests,
        "SELECT * FROM (VALUES (2, 'second'), (1, 'first'))",
    );
    let mut settings = PageSettings::default();
    settings.read_run(&memory).expect("the tables are there");
    assert_eq!(
        settings.rules[0].parameters,
        [("least".to_owned(), "3".to_owned())]
    );
    assert_eq!(settings.not_computable[0].request, "terminals");
    assert_eq!(settings.requests, ["first", "second"]);
}

fn made(memory: &Memory, reveals: bool) -> String {
    page(memory, &settings(), &Labels(reveals)).expect("a page")
}

#[test]
fn every_figure_equals_its_meaning_in_sql() {
    let memory = small_case();
    let mut asked: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for (reveals, is_for_defence) in [(false, false), (false, true), (true, false)] {
        let about = PageSettings {
            is_for_defence,
            ..settings()
        };
        let html = page(&memory, &about, &Labels(reveals)).expect("a page");
        let found = figures(&html);
        let names: BTreeSet<&str> = found.iter().map(|(name, _, _)| name.as_str()).collect();
        for name in &names {
            let meaning = MEANINGS
                .iter()
                .find(|meaning| meaning.name == *name)
                .unwrap_or_else(|| panic!("{name} has no meaning"));
            // Ids on the page are pseudonyms where names are not shown.
            let rows = asked
                .entry(meaning.name)
                .or_insert_with(|| memory.keyed(meaning.sql));
            let expected: BTreeMap<String, &String> = rows
                .iter()
                .map(|(key, value)| (hide_ids(key, &Labels(reveals)), value))
                .collect();
            for (_, key, value) in found.iter().filter(|(known, _, _)| known == name) {
                if name.ends_with(".measure") {
                    let (row, measure) = key.split_once(' ').expect("two parts");
                    let object: serde_json::Value =
                        serde_json::from_str(expected[row]).expect("measures are JSON");
                    assert_eq!(object[measure].as_str(), Some(value.as_str()), "{name} {key}");
                } else {
                    assert_eq!(expected.get(key).copied(), Some(value), "{name} {key}");
                }
            }
        }
        shown.extend(names.into_iter().map(str::to_owned));
        assert!(found.len() > 500, "{}", found.len());
    }
    // The small case is made to show nearly every figure; a name that is never shown is never tested.
    let never: Vec<&str> = MEANINGS
        .iter()
        .map(|meaning| meaning.name)
        .filter(|name| !shown.contains(*name))
        .collect();
    assert_eq!(
        never,
        [
            // The sample has a group (`sample.rs`).
            "clusters.count",
            "clusters.left_out",
            "cluster.place",
            "cluster.findings",
            "cluster.exploited",
            "function.entries",
            "sources.left_out",
            "entries.undated",
            "statements.left_out",
            "unseized.left_out",
            "unseized.left_out_apart",
            "gaps.left_out",
            "findings.undated",
            "findings.undated_open",
            // A made case of its own has more than the chart holds (`browser/chart.rs`).
            "chart.accounts_left_out",
            "chart.ties_left_out",
            "flows.currencies_left_out",
            "period.currencies_left_out",
            "period.currencies_left_out_apart",
            "flows.currencies_left_out_apart",
            "reconciled.left_out",
            // On the page of the sample.
            "schedule.sum_apart",
            "trace.schedule_left_out",
            "trace.schedules_left_out",
            "assets.left_out",
            "trace.claims_left_out",
            "trace.requests_left_out",
            "trace.currencies_left_out",
        ]
    );
}

#[test]
fn no_number_stands_bare() {
    let memory = small_case();
    for reveals in [false, true] {
        assert_eq!(bare_digits(&made(&memory, reveals)), Vec::<String>::new());
    }
}

#[test]
fn the_pseudonymised_page_reveals_nobody() {
    let html = made(&small_case(), false);
    let (mut plain, own) = scripts(&html);
    for (_, text) in own.iter().filter(|(_, text)| text != own_scripts()[0]) {
        plain.push_str(text);
    }
    let plain = unescaped(&plain);
    for secret in [
        HOLDER,
        EXIT,
        SHOP,
        TEXT,
        "777.77",
        "Utrecht",
        "Petrova",
        "0612345678",
        "0417164300",
    ] {
        assert!(!plain.contains(secret), "{secret} stands on the page");
    }
    for name in WICKED {
        for word in name.split_whitespace() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            if word.chars().count() > 3 && !["script", "alert", "alert(1)"].contains(&word) {
                assert!(!plain.contains(word), "{word} of {name} stands on the page");
            }
        }
    }
    assert!(plain.contains("withheld"), "what is left out is said");
}

#[test]
fn records_are_text_and_never_markup() {
    let html = made(&small_case(), true);
    let (rest, own) = scripts(&html);
    let openings: Vec<&str> = own.iter().map(|(opening, _)| opening.as_str()).collect();
    let json = |id: &str| format!("type=\"application/json\" id=\"{id}\"");
    assert_eq!(
        openings,
        [json("chart-data").as_str(), json("chart-words").as_str(), "", ""],
        "markup of a record reached the page"
    );
    assert!(!own[0].1.contains('<') && own[0].1.contains("\\u003cscript\\u003ealert(1)"));
    assert_eq!(
        (own[2].1.as_str(), own[3].1.as_str()),
        (own_scripts()[0], own_scripts()[1])
    );
    assert!(!rest.contains("<script"), "markup of a record reached the page");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(!html.contains("\" onmouseover"));
    assert!(html.contains("欧阳 小明") && html.contains("محمد"));
    assert!(html.contains("⟦U+202E⟧") && html.contains('␛'));
    let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert_eq!(html.chars().find(|c| hidden(*c)), None);
    // The scanner stops at the first tag that does not fit; so markup in any field would be seen.
    assert!(!figures(&html).is_empty());
    assert_eq!(html.matches("</style>").count(), 2);
}

#[test]
fn the_page_needs_nothing_else_and_repeats() {
    let memory = small_case();
    let html = made(&memory, false);
    assert_eq!(html, made(&memory, false));
    assert_eq!(html, made(&small_case(), false));
    scan(&html, |event| {
        let Event::Open(tag) = event else { return };
        assert!(!["link", "img", "iframe", "form", "object"].contains(&tag.name.as_str()));
        for (name, value) in &tag.attributes {
            assert!(
                !name.starts_with("on") && name != "style" && name != "src",
                "{name}"
            );
            assert!(name != "href" || value.starts_with('#'), "{value} leads away");
        }
    });
    let policy = html
        .split_once("Content-Security-Policy\" content=\"")
        .and_then(|(_, behind)| behind.split_once('"'))
        .map(|(policy, _)| unescaped(policy))
        .expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'none'"));
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
    // Every script that runs is one that the policy names, and it names no other.
    let (_, own) = scripts(&html);
    let running: Vec<&String> = own
        .iter()
        .filter(|(opening, _)| opening.is_empty())
        .map(|(_, text)| text)
        .collect();
    let hashes = script_hashes();
    assert!(policy.contains(&format!("script-src {hashes};")), "{policy}");
    assert_eq!((running.len(), hashes.matches("sha256-").count()), (2, 2));
}

#[test]
fn anchors_lead_somewhere() {
    let html = made(&small_case(), false);
    let (mut ids, mut targets) = (Vec::new(), BTreeSet::new());
    scan(&html, |event| {
        let Event::Open(tag) = event else { return };
        ids.extend(tag.attribute("id"));
        targets.extend(tag.attribute("href").map(|target| target[1..].to_owned()));
        for word in tag
            .attribute("aria-labelledby")
            .unwrap_or_default()
            .split_whitespace()
        {
            targets.insert(word.to_owned());
        }
    });
    let all: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(all.len(), ids.len(), "an id stands twice");
    assert_eq!(
        targets.difference(&all).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

#[test]
fn a_possible_victim_stands_apart() {
    let html = made(&small_case(), false);
    let at = html.find("id=\"protection\"").expect("the section");
    let (before, behind) = html.split_at(at);
    assert!(!before.contains("<code>f-guarded</code>"));
    let at = behind.find("<code>f-guarded</code>").expect("the finding");
    let finding = &behind[behind[..at].rfind("<article").expect("its article")..];
    let finding = &finding[..finding.find("</article>").expect("its end")];
    let heading = &finding[..finding.find("</h4>").expect("a heading")];
    assert!(heading.contains("Exit point:"), "{heading}");
    assert!(finding.contains("possible victim – verify"));
    assert!(behind.contains("Absence of indicators does not mean no victim."));
    assert!(
        finding.contains("times are days only"),
        "what could not be computed is said"
    );
}

#[test]
fn words_that_judge_stand_nowhere() {
    let mut texts: Vec<String> = NAMED.iter().map(|(_, sql)| sql.to_string()).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/templates");
    for file in std::fs::read_dir(folder).expect("templates") {
        texts.push(std::fs::read_to_string(file.expect("a file").path()).expect("text"));
    }
    assert!(texts.len() > NAMED.len() + 5);
    let html = made(&small_case(), true);
    let (rest, own) = scripts(&html);
    texts.push(rest);
    // The library's own words are to programmers, and never shown.
    texts.extend(
        own.into_iter()
            .map(|(_, text)| text)
            .filter(|text| text != own_scripts()[0]),
    );
    for text in texts {
        let lower = text.to_lowercase();
        for (start, end) in [
            ("mu", "le"),
            ("sus", "pect"),
            ("accom", "plice"),
            ("prosti", "tute"),
            ("ille", "gal"),
        ] {
            let word = format!("{start}{end}");
            let found = lower
                .split(|c: char| !c.is_alphabetic())
                .any(|known| known == word || known.strip_suffix('s') == Some(&word));
            assert!(!found, "‘{word}’ stands in a template");
        }
    }
}

#[test]
fn an_empty_case_has_a_page_too() {
    let html = page(&Memory::new(Vec::new()), &PageSettings::default(), &Labels(false)).expect("a page");
    assert_eq!(bare_digits(&html), Vec::<String>::new());
    assert!(figures(&html).contains(&("entries.count".into(), String::new(), "0".into())));
}

#[test]
fn a_failing_query_names_itself() {
    struct Broken;
    impl Query for Broken {
        fn query(&self, _: &str) -> Result<Vec<RecordBatch>, String> {
            Err("table ‘entries’ is gone".into())
        }
    }
    let error = page(&Broken, &settings(), &Labels(true)).expect_err("no tables");
    assert!(error.to_string().contains("table ‘entries’ is gone"), "{error}");
}

#[test]
fn an_entry_is_shown_with_its_bytes() {
    let memory = small_case();
    let id = format!("{}-{}", &"3fa1".repeat(3), 90);
    let shown = show_entry(&memory, &id, &|source, start, end| {
        assert_eq!((source.len(), start, end), (64, 90, 178));
        Ok(b"2024-02-02;\x1b[2Jevil;12,50\r\n".to_vec())
    })
    .expect("the entry is there");
    for part in [
        "line 3",
        "90 to 178",
        "␛[2Jevil;12,50␍␊",
        "same booking",
        TEXT,
        "951.2345",
    ] {
        if part != "same booking" {
            assert!(shown.contains(part), "{part} is missing in\n{shown}");
        }
    }
    assert!(!shown.contains('\u{1b}'), "the terminal would obey a record");
    let lost =
        show_entry(&memory, &id, &|_, _, _| Err(std::io::Error::other("gone"))).expect("shown all the same");
    assert!(lost.contains("gone"));
    let error = show_entry(&memory, "x'; DROP", &|_, _, _| Ok(Vec::new())).expect_err("there is none");
    assert!(matches!(error, ReportError::NotFound { kind: "entry", .. }));
}

#[test]
fn accounts_transfers_and_findings_are_shown() {
    let memory = small_case();
    let account = show_account(&memory, "nl91 abna 0417 1643 00").expect("found by number");
    assert!(
        account.contains("Statements: 3") && account.contains("In and out"),
        "{account}"
    );
    let by_id = show_account(&memory, &AccountKey::number(HOLDER).id()).expect("found by id");
    assert_eq!(account, by_id);
    let total = memory.keyed(&format!(
        "SELECT direction AS key, sum(amount) AS value FROM entries WHERE currency = 'EUR' AND account_id = '{}' \
         AND amount IS NOT NULL GROUP BY direction",
        AccountKey::number(HOLDER).id()
    ));
    let credit = total["credit"].trim_end_matches('0');
    assert!(
        account.contains(&format!("{credit} EUR")),
        "{credit} in\n{account}"
    );
    let finding = show_finding(&memory, "f-guarded").expect("found");
    assert!(
        finding.contains("possible victim - verify") && finding.contains("Rests on 30 entries"),
        "{finding}"
    );
    let transfer = show_transfer(&memory, &format!("t-{}-0", "3fa1".repeat(3))).expect("found");
    assert!(
        transfer.contains("Credit leg") && transfer.contains("not in the records"),
        "{transfer}"
    );
}

#[test]
fn what_only_the_other_side_tells_of_an_account_is_shown_as_such() {
    let memory = small_case();
    let alone = "as only entries of other accounts tell";
    // The shop has entries of its own, and is the other side of the holder's.
    for number in [SHOP, EXIT] {
        let id = AccountKey::number(number).id();
        let shown = show_account(&memory, &id).expect("found");
        let told = memory.keyed(&format!(
            "SELECT direction AS key, sum(amount) AS value FROM entries WHERE currency = 'EUR' AND \
             counterparty_account_id = '{id}' GROUP BY direction"
        ));
        let (own, besides) = shown.split_once(alone).expect("both parts");
        // A credit of the holder is money out of the other side.
        for (direction, way) in [("credit", "out"), ("debit", "in")] {
            let sum = format!("{} EUR", told[direction].trim_end_matches('0'));
            let line = besides.lines().find(|line| line.trim_start().starts_with(way));
            assert!(line.expect(way).contains(&sum), "{sum} in\n{shown}");
        }
        assert!(shown.contains("(told by the other side alone)"), "{shown}");
        let nothing = "as its own entries tell\n  nothing\n";
        assert_eq!(own.contains(nothing), number == EXIT, "{shown}");
    }
}

#[test]
fn the_helpers_see_what_they_should() {
    let html = "<p>7 <data value=\"1.5\" data-figure=\"a\" data-key=\"k &lt;\">1,5</data> <code>9</code> \
                <q>8</q><br><svg><text class=\"axis\">2024</text><g data-figure=\"b\" data-value=\"2\"><title>2</title>\
                </g></svg> six</p>";
    assert_eq!(
        figures(html),
        [
            ("a".into(), "k <".into(), "1.5".into()),
            ("b".into(), String::new(), "2".into())
        ]
    );
    assert_eq!(bare_digits(html), ["7"]);
}

/// Writes the page of the small case where `GELDSPOOR_PAGE` says, to be looked at.
#[test]
fn a_page_to_look_at() {
    let Ok(path) = std::env::var("GELDSPOOR_PAGE") else {
        println!("GELDSPOOR_PAGE is not set: no page is written");
        return;
    };
    let memory = small_case();
    let pages = [(false, ""), (true, ".full.html")];
    for (reveals, ending) in pages {
        std::fs::write(format!("{path}{ending}"), made(&memory, reveals)).expect("the page is written");
    }
    let batches = memory.query("SELECT * FROM entries").expect("entries");
    let all = concat_batches(&Table::Entries.schema(), &batches).expect("one batch");
    assert_eq!(all.num_rows(), 60);
}
