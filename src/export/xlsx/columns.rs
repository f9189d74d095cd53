//! Which columns each sheet has, what they mean, and how a row fills them.

use super::book::{Cell, Width};
use crate::export::facts::{fits_double, party_word, relation_word, share};
use crate::export::text::quantity;
use crate::export::{Cited, Row, Table};
use crate::model::{Amount, Date, Moment, TimePrecision, digits_of};

pub const HASHES: &str = "A source_id is the SHA-256 of a file as received, 64 hexadecimal digits: the command sha256sum on \
    the same file prints the same digits, and a file in which one bit differs has another hash. The other ids are hashes \
    too: the same record always has the same id.";
pub const SIGNS: &str = "Ids, those of files among them, are signs that were made with a key: the same thing has the same sign \
    in every file of this release, and nobody who lacks the key can find out what it stands for by trying. The office that \
    made the file can.";
pub const AMOUNTS: &str = "Amounts are numbers without sign where a column direction or payer and payee say which way the \
    money went, and signed where they are balances. A spreadsheet's numbers hold fifteen digits; an amount with more \
    stands as text, exact.";
pub const TEXTS: &str = "Account numbers and other identifiers are texts, so that no zero is lost. A text that begins with \
    = + - @, a tab or a line end has an apostrophe before it that is not in the record, so that no programme takes it for \
    a formula.";
pub const TIMES: &str = "Times are those of the place where they were recorded. Where the column time_precision says day, \
    only the day is known and a time of 00:00 means nothing.";

type Column = (&'static str, u32, &'static str);

const SOURCES: &[Column] = &[
    ("source_id", 66, "SHA-256 of the file as received, or its sign"),
    ("name", 40, "Name of the file"),
    ("bytes", 14, "Size in bytes"),
    ("format", 16, "Format that it was read as"),
    ("received_from", 30, "Who gave it"),
    ("order_reference", 24, "The order or request that it answers"),
    ("received_at", 20, "When it was taken in"),
    ("rows_read", 12, "Records in it"),
    ("rows_accepted", 12, "Records that became rows"),
    ("rows_rejected", 12, "Records that could not be read"),
];
const FINDINGS: &[Column] = &[
    ("finding_id", 24, "Id"),
    ("rule_id", 24, "Rule or pattern that saw it"),
    ("rule_version", 10, "Version of the rule"),
    ("title", 40, "What it is called"),
    ("describes", 14, "Which side it describes"),
    ("form", 16, "Form of exploitation, * for any"),
    ("party_id", 24, "Party that it is about"),
    ("account_id", 24, "Account that it is about"),
    ("from_time", 20, "Begin of what it rests on"),
    ("to_time", 20, "End of what it rests on"),
    ("measures", 40, "Figures, as JSON"),
    ("sufficiency", 20, "What the records lack for it"),
    ("explanation", 60, "What was seen"),
    ("innocent_explanations", 60, "What would explain it otherwise"),
    ("entries", 40, "Entries that it rests on"),
];
const CLUSTERS: &[Column] = &[
    ("cluster_id", 24, "Id"),
    ("title", 40, "What it is called"),
    ("explanation", 60, "Why its members hang together"),
    ("parties", 40, "Parties in it"),
    ("accounts", 40, "Accounts in it"),
];
const PARTIES: &[Column] = &[
    ("party_id", 24, "Id"),
    ("kind", 16, "Person, organisation or unknown"),
    ("name", 40, "Name as it may be shown"),
    ("aliases", 40, "Other names on record"),
    ("birth_date", 12, "Birth date"),
    ("registration_number", 20, "Number in the register of companies"),
    ("country", 8, "Country on record, ISO 3166"),
    ("sector", 10, "NACE code"),
    ("incorporated", 12, "Day of incorporation"),
    ("category", 20, "Category that a named person decided on"),
    ("identifiers", 40, "Other identifiers with their scheme"),
    ("addresses", 40, "Addresses on record"),
    ("source_id", 66, "File that says so"),
    ("locator", 20, "Place in the file"),
    ("byte_start", 12, "First byte of the record"),
    ("byte_end", 12, "First byte behind the record"),
];
const ACCOUNTS: &[Column] = &[
    ("account_id", 24, "Id"),
    (
        "scheme",
        10,
        "Kind of number: iban, domestic, service, cash, unknown",
    ),
    ("label", 30, "What it is called in charts"),
    ("number", 26, "Number"),
    ("iban", 30, "IBAN"),
    ("bank", 24, "Bank"),
    ("bic", 14, "BIC"),
    ("currency", 8, "Currency"),
    ("country", 8, "Country, ISO 3166"),
    ("opened", 12, "Opened"),
    ("closed", 12, "Closed"),
    ("seized", 8, "Whether its statements were received"),
];
const HOLDERS: &[Column] = &[
    ("party_id", 24, "Party"),
    ("account_id", 24, "Account"),
    ("role", 20, "Holder, mandate, beneficial owner"),
    ("from_date", 12, "Since"),
    ("to_date", 12, "Until"),
    ("source_id", 66, "File that says so"),
    ("locator", 20, "Place in the file"),
    ("byte_start", 12, "First byte of the record"),
    ("byte_end", 12, "First byte behind the record"),
];
const RELATIONS: &[Column] = &[
    ("relation_id", 24, "Id"),
    (
        "subject",
        24,
        "Party that has the tie: the owner, the director; empty where not said who",
    ),
    (
        "object",
        24,
        "Party that it is to: what is owned; empty where not said who",
    ),
    ("kind", 18, "Kind of tie"),
    ("interest", 24, "The register's own word"),
    ("share", 24, "Share in percent, or its bounds"),
    ("directness", 10, "Direct or indirect"),
    ("beneficial", 10, "Whether the subject has it for itself"),
    ("detail", 40, "What else the record says"),
    ("from_date", 12, "Since"),
    ("to_date", 12, "Until"),
    ("source_id", 66, "File that says so"),
    ("locator", 20, "Place in the file"),
    ("byte_start", 12, "First byte of the record"),
    ("byte_end", 12, "First byte behind the record"),
];
const TRANSFERS: &[Column] = &[
    ("transfer_id", 24, "Id"),
    ("payer_account", 24, "Account that the money left"),
    ("payee_account", 24, "Account that it reached"),
    ("debited_at", 20, "When it left"),
    ("credited_at", 20, "When it arrived"),
    ("time_precision", 10, "How exactly the first of these is known"),
    ("amount", 18, "Amount that left"),
    ("currency", 8, "Its currency"),
    (
        "payee_amount",
        18,
        "Amount that arrived, where in another currency",
    ),
    ("payee_currency", 8, "Its currency"),
    (
        "base_amount",
        18,
        "Amount in the case's currency, where a rate is known",
    ),
    ("rate", 12, "The rate"),
    ("channel", 16, "How it moved"),
    ("purpose", 10, "ISO 20022 purpose code"),
    ("remittance", 50, "What the payer wrote"),
    ("origin", 14, "Observed, corroborated by both legs, or inferred"),
    ("debit_entry", 24, "Entry of the payer's side"),
    ("credit_entry", 24, "Entry of the payee's side"),
    ("debit_source_id", 66, "File of the payer's side"),
    ("debit_locator", 20, "Place in it"),
    ("credit_source_id", 66, "File of the payee's side"),
    ("credit_locator", 20, "Place in it"),
];
const ENTRIES: &[Column] = &[
    ("entry_id", 24, "Id"),
    ("account_id", 24, "Account"),
    ("statement_id", 24, "Statement"),
    ("verdict", 20, "Whether the statement proves itself"),
    ("sequence", 10, "Order within the statement"),
    ("booking_date", 12, "Booked"),
    ("value_date", 12, "Counts for interest from"),
    ("booked_at", 20, "Time, where the record has one"),
    ("time_precision", 10, "How exactly it is known"),
    ("direction", 10, "Credit: money came in; debit: it went out"),
    ("amount", 18, "Amount, without sign"),
    ("currency", 8, "Its currency"),
    ("asset", 8, "Crypto-asset"),
    ("quantity", 24, "Quantity of the asset, as text, exact"),
    ("balance_after", 18, "Balance behind it, signed"),
    ("channel", 16, "How it moved"),
    ("counterparty_name", 36, "Name of the other side"),
    ("counterparty_account", 30, "Account of the other side"),
    ("counterparty_bank", 24, "Bank of the other side"),
    ("counterparty_country", 8, "Country of the other side"),
    ("purpose", 10, "ISO 20022 purpose code"),
    ("remittance", 50, "What the payer wrote"),
    ("end_to_end_id", 24, "The payer's own reference"),
    ("bank_reference", 24, "The bank's reference"),
    ("reversal", 8, "Takes back an earlier entry"),
    ("origin", 14, "Observed, corroborated, or inferred"),
    ("source_id", 66, "File"),
    ("locator", 20, "Place in the file"),
    ("byte_start", 12, "First byte of the record"),
    ("byte_end", 12, "First byte behind the record"),
];

const fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Sources => SOURCES,
        Table::Findings => FINDINGS,
        Table::Clusters => CLUSTERS,
        Table::Parties => PARTIES,
        Table::Accounts => ACCOUNTS,
        Table::Holders => HOLDERS,
        Table::Relations => RELATIONS,
        Table::Transfers => TRANSFERS,
        Table::Entries => ENTRIES,
    }
}

/// Titles and widths of a table's columns.
pub fn widths(table: Table) -> Vec<Width<'static>> {
    columns(table)
        .iter()
        .map(|(title, width, _)| (*title, *width))
        .collect()
}

/// Titles and meanings of a table's columns.
pub fn meanings(table: Table) -> impl Iterator<Item = (&'static str, &'static str)> {
    columns(table)
        .iter()
        .map(|(title, _, meaning)| (*title, *meaning))
}

/// A row's cells, in the order of its table's columns; `base` is the case's currency. Counts amounts that are too large to be numbers.
pub fn cells<'a>(row: Row<'a>, base: &str, large: &mut u64) -> Vec<Cell<'a>> {
    use Cell::{Made, Text, Truth};
    let mut cells = match row {
        Row::Source(row) => vec![
            Text(row.source_id),
            Text(row.name),
            count(row.bytes),
            Text(row.format),
            Text(row.received_from),
            Text(row.order_reference),
            time(row.received_at),
            count(row.rows_read),
            count(row.rows_accepted),
            count(row.rows_rejected),
        ],
        Row::Finding(row) => vec![
            Text(row.finding_id),
            Text(row.rule_id),
            Text(row.rule_version),
            Text(row.title),
            Text(row.describes),
            Text(row.form),
            Text(row.party_id),
            Text(row.account_id),
            time(row.from),
            time(row.to),
            Text(row.measures),
            Text(row.sufficiency),
            Text(row.explanation),
            Text(row.innocent_explanations),
            Made(row.entries.join(" ")),
        ],
        Row::Cluster(row) => vec![
            Text(row.cluster_id),
            Text(row.title),
            Text(row.explanation),
            Made(row.parties.join(" ")),
            Made(row.accounts.join(" ")),
        ],
        Row::Party(row) => {
            let identifiers: Vec<_> = row
                .identifiers
                .iter()
                .map(|(scheme, id)| format!("{scheme} {id}"))
                .collect();
            vec![
                Text(row.party_id),
                Text(party_word(row.kind)),
                Text(row.name),
                Made(row.aliases.join("; ")),
                day(row.birth_date),
                Text(row.registration_number),
                Text(row.country),
                Text(row.sector),
                day(row.incorporated),
                Text(row.category),
                Made(identifiers.join("; ")),
                Made(row.addresses.join("; ")),
            ]
        }
        Row::Account(row) => vec![
            Text(row.account_id),
            Text(row.scheme),
            Text(row.label),
            Text(row.number),
            Text(row.iban),
            Text(row.bank),
            Text(row.bic),
            Text(row.currency),
            Text(row.country),
            day(row.opened),
            day(row.closed),
            Truth(row.seized),
        ],
        Row::Holder(row) => vec![
            Text(row.party_id),
            Text(row.account_id),
            Text(row.role),
            day(row.from),
            day(row.to),
        ],
        Row::Relation(row) => vec![
            Text(row.relation_id),
            Text(row.subject),
            Text(row.object),
            Made(relation_word(row.kind)),
            Text(row.interest),
            Made(share(&row.share)),
            Text(row.directness),
            Text(row.beneficial),
            Text(row.detail),
            day(row.from),
            day(row.to),
        ],
        Row::Transfer(row) => vec![
            Text(row.transfer_id),
            Text(row.payer_account),
            Text(row.payee_account),
            time(row.debited_at),
            time(row.credited_at),
            precision(row.at()),
            money(Some(row.amount), row.currency, large),
            Text(row.currency),
            money(row.payee_amount, row.payee_currency, large),
            Text(row.payee_currency),
            money(row.base_amount, base, large),
            Text(row.rate),
            Text(row.channel),
            Text(row.purpose),
            Text(row.remittance),
            Text(row.origin),
            Text(row.debit_entry),
            Text(row.credit_entry),
            Text(row.debit_cited.source_id),
            Text(row.debit_cited.locator),
            Text(row.credit_cited.source_id),
            Text(row.credit_cited.locator),
        ],
        Row::Entry(row) => vec![
            Text(row.entry_id),
            Text(row.account_id),
            Text(row.statement_id),
            Text(row.verdict),
            row.sequence.map_or(Cell::Empty, whole),
            day(row.booking_date),
            day(row.value_date),
            time(row.booked_at),
            precision(row.booked_at),
            Text(row.direction.as_str()),
            money(row.amount, row.currency, large),
            Text(row.currency),
            Text(row.asset),
            row.quantity.map_or(Cell::Empty, |units| Made(quantity(units))),
            money(row.balance_after, row.currency, large),
            Text(row.channel),
            Text(row.counterparty_name),
            Text(row.counterparty_account),
            Text(row.counterparty_bank),
            Text(row.counterparty_country),
            Text(row.purpose),
            Text(row.remittance),
            Text(row.end_to_end_id),
            Text(row.bank_reference),
            Truth(row.reversal),
            Text(row.origin),
        ],
    };
    match row {
        Row::Party(row) => place(&mut cells, &row.cited),
        Row::Holder(row) => place(&mut cells, &row.cited),
        Row::Relation(row) => place(&mut cells, &row.cited),
        Row::Entry(row) => place(&mut cells, &row.cited),
        _ => {}
    }
    cells
}

fn place<'a>(cells: &mut Vec<Cell<'a>>, cited: &Cited<'a>) {
    cells.extend([Cell::Text(cited.source_id), Cell::Text(cited.locator)]);
    if cited.bytes.1 > 0 {
        cells.extend([count(cited.bytes.0), count(cited.bytes.1)]);
    }
}

fn count(count: u64) -> Cell<'static> {
    match count < 1_000_000_000_000_000 {
        true => Cell::Number(count.to_string(), 0),
        false => Cell::Made(count.to_string()),
    }
}

fn whole(number: i64) -> Cell<'static> {
    match number.unsigned_abs() < 1_000_000_000_000_000 {
        true => Cell::Number(number.to_string(), 0),
        false => Cell::Made(number.to_string()),
    }
}

fn day(day: Option<Date>) -> Cell<'static> {
    day.map_or(Cell::Empty, Cell::Day)
}

fn time(time: Option<Moment>) -> Cell<'static> {
    time.map_or(Cell::Empty, |time| match time.precision {
        TimePrecision::Day => Cell::Day(time.date()),
        _ => Cell::Time(time),
    })
}

fn precision(time: Option<Moment>) -> Cell<'static> {
    time.map_or(Cell::Empty, |time| Cell::Text(time.precision.as_str()))
}

fn money(amount: Option<Amount>, currency: &str, large: &mut u64) -> Cell<'static> {
    let Some(amount) = amount else {
        return Cell::Empty;
    };
    let text = amount.to_text(digits_of(currency));
    if !fits_double(amount, currency) {
        *large += 1;
        return Cell::Made(text);
    }
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len() as u32);
    Cell::Number(text, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{ExportError, Head, Placed, Sink, sample};

    struct Widths;

    impl Sink for Widths {
        fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
            assert_eq!(
                cells(row, "EUR", &mut 0).len(),
                columns(row.table()).len(),
                "{:?}",
                row.table()
            );
            Ok(Placed::Written)
        }

        fn finish(&mut self) -> Result<Vec<String>, ExportError> {
            Ok(Vec::new())
        }
    }

    #[test]
    fn every_column_is_filled() -> Result<(), ExportError> {
        let _: Head<'_> = sample::head();
        let mut exporter = crate::export::Exporter::new(Widths);
        sample::give(&mut exporter, "x", 4)
    }
}
