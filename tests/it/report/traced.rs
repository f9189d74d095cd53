//! A trace in the small case: two grounds in two currencies, more places than are listed, a cycle, a possible victim.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::util::display::array_value_to_string;
use geldspoor::case::Table;
use geldspoor::model::AccountKey;
use geldspoor::report::Query;

use super::{EXIT, HOLDER, Memory, SHOP, WICKED};

/// Fills the tables of a trace. The holder's account is guarded by a finding.
pub fn add(memory: &Memory) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let account = |number: &str| AccountKey::number(number).id().to_string();
    let (holder, exit, shop) = (account(HOLDER), account(EXIT), account(SHOP));
    let (wages, fraud) = (quoted(WICKED[3]), quoted(WICKED[0]));
    memory.derive(
        Table::Claims,
        &format!(
            "SELECT column1, column2, column3, CASE column1 WHEN 'k-2' THEN 'b20cb20cb20c-0' ELSE 'e-1' END, 't-1', column4, column5, column6, column7, 'line 2 of Ødegård.csv', column8 \
             FROM (VALUES ('k-1', {wages}, 'property', '{holder}', TIMESTAMP '2024-01-02T00:00:00', 900.5, 'EUR', NULL), \
             ('k-2', {fraud}, 'proceeds', '{shop}', TIMESTAMP '2024-01-03T00:00:00', 500, 'EUR', NULL), \
             ('k-3', {fraud}, 'proceeds', '{shop}', TIMESTAMP '2024-01-04T00:00:00', 70, 'USD', NULL), \
             ('k-4', {fraud}, 'proceeds', NULL, NULL, NULL, NULL, {}))",
            quoted(&format!(
                "claim ‘{}’ names ‘{TEXT}’, which is no entry",
                WICKED[0],
                TEXT = super::TEXT
            ))
        ),
    );
    let mut lots = Vec::new();
    let mut lot = |claim: u32,
                   method: &str,
                   ends: &str,
                   of: [&str; 3],
                   money: (u32, u32, u32),
                   currency: &str| {
        let (label, kind) = match claim {
            1 => (&wages, "property"),
            _ => (&fraud, "proceeds"),
        };
        let maybe = |text: &str| match text.is_empty() {
            true => "NULL".to_owned(),
            false => quoted(text),
        };
        lots.push(format!(
            "('l-{}', 'k-{claim}', {label}, '{kind}', '{method}', '{ends}', {}, {}, {}, {}, {}, {}, '{}', '{currency}')",
            lots.len(),
            maybe(of[0]),
            maybe(of[1]),
            maybe(of[2]),
            money.0,
            money.1,
            money.2,
            if money.1 == money.2 { "exact" } else { "outer" },
        ));
    };
    for method in ["fifo", "exposure"] {
        lot(1, method, "held", [&holder, "", ""], (400, 300, 600), "EUR");
        lot(
            1,
            method,
            "out of records",
            [&holder, "", "where statements of the account are missing"],
            (100, 100, 100),
            "EUR",
        );
        lot(
            1,
            method,
            "out of records",
            [&exit, "", ""],
            (401, 300, 5_000),
            "EUR",
        );
        for place in 0..30_u32 {
            let told = format!(
                "{} {place}, by card in a shop",
                WICKED[place as usize % WICKED.len()]
            );
            lot(
                2,
                method,
                "spent",
                ["", "", &told],
                (15 - place / 10, 0, 20),
                "EUR",
            );
        }
        lot(2, method, "asset", ["", WICKED[6], ""], (40, 40, 40), "EUR");
        lot(2, method, "overdraft", [&shop, "", ""], (10, 10, 10), "EUR");
        lot(2, method, "cash", ["", "", ""], (30, 30, 30), "EUR");
        lot(2, method, "out of records", [&shop, "", ""], (12, 12, 12), "EUR");
        lot(3, method, "fee", ["", "", ""], (70, 70, 70), "USD");
    }
    lot(1, "pari-passu", "held", [&holder, "", ""], (150, 150, 150), "EUR");
    memory.derive(
        Table::Lots,
        &format!(
            "SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9, NULL AS transfer, NULL AS entry, \
             column10, column11, column12, column13, column14, CASE WHEN column6 = 'asset' THEN column10 - 1 ELSE column10 END AS claimed, column12 + 1 AS flow FROM (VALUES {})",
            lots.join(", ")
        ),
    );
    let mut flows = Vec::new();
    for method in ["fifo", "exposure"] {
        let mut flow = |kind: &str, from: (&str, &str), to: (&str, &str), currency: &str, amount: u32| {
            flows.push(format!(
                "('{method}', '{kind}', '{}', {}, '{}', {}, '{currency}', {amount}, 2)",
                from.0,
                quoted(from.1),
                to.0,
                quoted(to.1)
            ));
        };
        flow("property", ("claim", WICKED[3]), ("account", &holder), "EUR", 900);
        flow(
            "property",
            ("account", &holder),
            ("out of records", &exit),
            "EUR",
            401,
        );
        flow("property", ("account", &holder), ("account", &shop), "EUR", 90);
        flow("property", ("account", &shop), ("account", &holder), "EUR", 80);
        flow("property", ("account", &shop), ("account", &shop), "EUR", 70);
        flow("proceeds", ("claim", WICKED[0]), ("account", &shop), "EUR", 500);
        flow("proceeds", ("account", &shop), ("asset", WICKED[6]), "EUR", 40);
        flow("proceeds", ("asset", WICKED[6]), ("account", &exit), "EUR", 35);
        flow("proceeds", ("account", &shop), ("cash", ""), "EUR", 30);
        for place in 0..30_u32 {
            let told = format!(
                "{} {place}, by card in a shop",
                WICKED[place as usize % WICKED.len()]
            );
            flow(
                "proceeds",
                ("account", &shop),
                ("spent", &told),
                "EUR",
                15 - place / 10,
            );
        }
        flow("proceeds", ("claim", WICKED[0]), ("account", &shop), "USD", 70);
        flow("proceeds", ("account", &shop), ("fee", ""), "USD", 70);
    }
    memory.derive(
        Table::TracedFlows,
        &format!("SELECT * FROM (VALUES {})", flows.join(", ")),
    );
    let notes = [
        (
            "refused",
            String::new(),
            format!(
                "asset ‘{}’: ‘{}’ is no debit of these records",
                WICKED[6],
                super::TEXT
            ),
        ),
        (
            "record",
            shop.clone(),
            format!("the balance of {{account:{shop}}} changes by 5.00 EUR"),
        ),
        (
            "basis",
            holder.clone(),
            format!("no statement says what lay on {{account:{holder}}} in the beginning"),
        ),
        (
            "fund",
            holder.clone(),
            format!("pari-passu: of the balance of 777.77 EUR on {{account:{holder}}} claims have 150.00"),
        ),
    ];
    let rows: Vec<String> = notes
        .iter()
        .zip(1..)
        .map(|((weight, account, note), number)| {
            format!(
                "({number}, '{weight}', '{account}', 1, {fraud}, {})",
                quoted(note)
            )
        })
        .collect();
    memory.derive(
        Table::TraceNotes,
        &format!("SELECT * FROM (VALUES {})", rows.join(", ")),
    );
}

fn lines(memory: &Memory, sql: &str) -> Vec<Vec<String>> {
    let batches = memory.query(sql).expect("the query runs");
    let cell = |column: &ArrayRef, row: usize| array_value_to_string(column, row).expect("a text");
    let mut rows = Vec::new();
    for batch in &batches {
        rows.extend(
            (0..batch.num_rows()).map(|row| batch.columns().iter().map(|column| cell(column, row)).collect()),
        );
    }
    rows
}

/// A most that is not known stays so, exposure has no bound by flow, and of several open lots the sum is a bound.
#[test]
fn bounds_of_places_are_those_of_their_lots() {
    let memory = Memory::new(Vec::new());
    memory.derive(
        Table::Claims,
        "SELECT 'k-1', 'own', 'proceeds', NULL AS e, NULL AS t, NULL AS a, TIMESTAMP '2024-01-02T00:00:00', 90, 'EUR', '' AS given, \
         NULL AS refused",
    );
    let lot = |number: u32, method: &str, ends: &str, (amount, low, high): (u32, u32, &str)| {
        format!(
            "('l-{number}', 'k-1', 'own', 'proceeds', '{method}', '{ends}', NULL, NULL, NULL, NULL, NULL, {amount}, {low}, {high}, \
             'exact', 'EUR', {amount}, 20)"
        )
    };
    let lots = [
        // Bounded by flow, twice open; not known; once open; settled.
        lot(1, "fifo", "cash", (10, 0, "15")),
        lot(2, "fifo", "cash", (1, 0, "15")),
        lot(3, "fifo", "spent", (10, 0, "NULL")),
        lot(4, "fifo", "fee", (10, 0, "15")),
        lot(5, "fifo", "returned", (10, 10, "10")),
        lot(6, "fifo", "returned", (5, 5, "5")),
        lot(7, "exposure", "cash", (10, 0, "50")),
    ];
    memory.derive(
        Table::Lots,
        &format!("SELECT * FROM (VALUES {})", lots.join(", ")),
    );
    let sql = include_str!("../../../queries/reports/traced_places.sql");
    let found = lines(
        &memory,
        &format!(
            "SELECT method, ends, CAST(CAST(amount AS INT) AS VARCHAR), coalesce(CAST(CAST(high AS INT) AS VARCHAR), ''), bound \
             FROM ({sql}) AS p ORDER BY method, ends"
        ),
    );
    assert_eq!(
        found,
        [
            ["exposure", "cash", "10", "50", "exact"],
            ["fifo", "cash", "11", "20", "outer"],
            ["fifo", "fee", "10", "15", "exact"],
            ["fifo", "returned", "15", "15", "exact"],
            ["fifo", "spent", "10", "", "exact"],
        ]
    );
}

/// Who only signs for an account does not guard it; what else the sole holder of a guarded account has is guarded too. The
/// queries on tracing say so in the same words as the one on accounts.
#[test]
fn accounts_of_possible_victims_are_the_same_everywhere() {
    let memory = Memory::new(Vec::new());
    let row = |table: Table, given: &[(&str, &str)]| {
        let schema = table.schema();
        let cells = schema.fields().iter().map(|field| {
            let own = given.iter().find(|(name, _)| name == field.name());
            match (own, field.is_nullable()) {
                (Some((_, value)), _) => format!("'{value}'"),
                (None, true) => "NULL".to_owned(),
                (None, false) => "'0'".to_owned(),
            }
        });
        format!("({})", cells.collect::<Vec<_>>().join(", "))
    };
    let put = |table: Table, rows: &[String]| {
        memory.derive(table, &format!("SELECT * FROM (VALUES {})", rows.join(", ")));
    };
    let holds = |account: &str, party: &str, role: &str| {
        row(
            Table::AccountHolders,
            &[("account_id", account), ("party_id", party), ("role", role)],
        )
    };
    put(
        Table::AccountHolders,
        &[
            holds("vera", "p-vera", "holder"),
            holds("signed", "p-vera", "mandate"),
            holds("signed", "p-oskar", "holder"),
            holds("owned", "p-vera", "beneficial_owner"),
            holds("found", "p-ines", "holder"),
            holds("found", "p-oskar", "mandate"),
            holds("second", "p-ines", "holder"),
            holds("joint", "p-ines", "holder"),
            holds("joint", "p-oskar", "holder"),
            holds("open", "p-oskar", "holder"),
        ],
    );
    let party =
        |party: &str, category: &str| row(Table::Parties, &[("party_id", party), ("category", category)]);
    put(
        Table::Parties,
        &[
            party("p-vera", "victim or possible victim"),
            party("p-oskar", "unclassified"),
            party("p-ines", "unclassified"),
        ],
    );
    let finding = |account: &str, gate: &str| {
        row(
            Table::Findings,
            &[
                ("finding_id", account),
                ("account_id", account),
                ("gate", gate),
                ("describes", "account"),
            ],
        )
    };
    put(
        Table::Findings,
        &[finding("found", "gated"), finding("open", "open")],
    );
    let accounts = include_str!("../../../queries/reports/guarded_accounts.sql");
    assert_eq!(lines(&memory, accounts), [["found"], ["second"], ["vera"]]);

    let words = |sql: &str| {
        let start = sql.find("sole AS (").expect("who holds alone");
        let rest = &sql[start..];
        let from = rest.find("guarded AS (").expect("what is guarded");
        let end = from + rest[from..].find("\n)").expect("an end");
        rest[..end].to_owned()
    };
    for sql in [
        include_str!("../../../queries/reports/traced_places.sql"),
        include_str!("../../../queries/reports/traced_links.sql"),
    ] {
        assert_eq!(words(sql), words(accounts));
    }
}
