//! The columns of every table of a case. What a file says is stored as read; what is derived can be made again.

use std::sync::{Arc, OnceLock};

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A table of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    // As read from a source; every source has its own part.
    Sources,
    Rejects,
    Entries,
    StatementsRead,
    AccountsRead,
    PartiesRead,
    RelationsRead,
    Incomes,
    EntryDetails,
    PaymentOrders,
    Rates,
    Assets,
    Liabilities,
    Expenses,
    // Derived: made again as a whole by a later step.
    Accounts,
    Statements,
    SameEntries,
    Transfers,
    TransferRates,
    Reversals,
    AmbiguousLegs,
    MissingLegs,
    Parties,
    AccountHolders,
    Relations,
    Findings,
    FindingEntries,
    Gaps,
    Requests,
    RulesRun,
    NotComputable,
}

impl Table {
    /// Every table, in the order in which data moves.
    pub const ALL: [Table; 31] = [
        Table::Sources,
        Table::Rejects,
        Table::Entries,
        Table::StatementsRead,
        Table::AccountsRead,
        Table::PartiesRead,
        Table::RelationsRead,
        Table::Incomes,
        Table::EntryDetails,
        Table::PaymentOrders,
        Table::Rates,
        Table::Assets,
        Table::Liabilities,
        Table::Expenses,
        Table::Accounts,
        Table::Statements,
        Table::SameEntries,
        Table::Transfers,
        Table::TransferRates,
        Table::Reversals,
        Table::AmbiguousLegs,
        Table::MissingLegs,
        Table::Parties,
        Table::AccountHolders,
        Table::Relations,
        Table::Findings,
        Table::FindingEntries,
        Table::Gaps,
        Table::Requests,
        Table::RulesRun,
        Table::NotComputable,
    ];

    /// Name in SQL and of the folder under `tables/`.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Sources => "sources",
            Table::Rejects => "rejects",
            Table::Entries => "entries",
            Table::StatementsRead => "statements_read",
            Table::AccountsRead => "accounts_read",
            Table::PartiesRead => "parties_read",
            Table::RelationsRead => "relations_read",
            Table::Incomes => "incomes",
            Table::EntryDetails => "entry_details",
            Table::PaymentOrders => "payment_orders",
            Table::Rates => "rates",
            Table::Assets => "assets",
            Table::Liabilities => "liabilities",
            Table::Expenses => "expenses",
            Table::Accounts => "accounts",
            Table::Statements => "statements",
            Table::SameEntries => "same_entries",
            Table::Transfers => "transfers",
            Table::TransferRates => "transfer_rates",
            Table::Reversals => "reversals",
            Table::AmbiguousLegs => "ambiguous_legs",
            Table::MissingLegs => "missing_legs",
            Table::Parties => "parties",
            Table::AccountHolders => "account_holders",
            Table::Relations => "relations",
            Table::Findings => "findings",
            Table::FindingEntries => "finding_entries",
            Table::Gaps => "gaps",
            Table::Requests => "requests",
            Table::RulesRun => "rules_run",
            Table::NotComputable => "not_computable",
        }
    }

    /// From the name in SQL.
    pub fn from_name(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Whether every source has a part of its own (else the table is derived and replaced as a whole).
    pub const fn is_per_source(self) -> bool {
        (self as u8) <= Table::Expenses as u8
    }

    /// The columns, in order. Made once: every small file asks for several.
    pub fn schema(self) -> SchemaRef {
        static MADE: [OnceLock<SchemaRef>; Table::ALL.len()] = [const { OnceLock::new() }; Table::ALL.len()];
        match MADE.get(self as usize) {
            Some(made) => made.get_or_init(|| self.make_schema()).clone(),
            None => self.make_schema(),
        }
    }

    fn make_schema(self) -> SchemaRef {
        let fields = match self {
            Table::Sources => vec![
                text("source_id"),
                text("name"),
                count("bytes"),
                text("format"),
                text("mapping"),
                text("mapping_sha256"),
                text("encoding"),
                text("encoding_basis"),
                text("received_from"),
                text("order_reference"),
                moment("received_at"),
                count("rows_read"),
                count("rows_accepted"),
                count("rows_rejected"),
                text("parser"),
                text("note"),
                // The source that this one was made from (an archive, a workbook, a PDF), and how.
                maybe_text("made_from"),
                maybe_text("made_how"),
            ],
            Table::Rejects => vec![
                text("source_id"),
                text("locator"),
                text("reason"),
                text("raw"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Entries => vec![
                text("entry_id"),
                text("account_id"),
                maybe_text("statement_id"),
                maybe_count("sequence"),
                date("booking_date"),
                date("value_date"),
                moment("booked_at"),
                maybe_text("time_precision"),
                text("direction"),
                money("amount"),
                maybe_text("currency"),
                maybe_text("asset"),
                quantity("quantity"),
                money("balance_after"),
                text("channel"),
                maybe_text("counterparty_name"),
                maybe_text("counterparty_account"),
                maybe_text("counterparty_account_id"),
                maybe_text("counterparty_bank"),
                maybe_text("counterparty_identifier"),
                maybe_text("counterparty_country"),
                text("counterparty_status"),
                maybe_text("merchant_category"),
                maybe_text("terminal"),
                maybe_text("city"),
                maybe_text("country"),
                maybe_text("purpose"),
                maybe_text("remittance"),
                maybe_text("end_to_end_id"),
                maybe_text("bank_reference"),
                maybe_text("bank_code"),
                flag("reversal"),
                text("origin"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::StatementsRead => vec![
                text("statement_id"),
                text("account_id"),
                maybe_text("currency"),
                date("from_date"),
                date("to_date"),
                money("opening_balance"),
                money("closing_balance"),
                maybe_text("sequence_number"),
                maybe_count("stated_entries"),
                money("stated_credits"),
                money("stated_debits"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::AccountsRead => vec![
                text("account_id"),
                text("scheme"),
                text("number"),
                maybe_text("iban"),
                maybe_text("bank"),
                maybe_text("bic"),
                maybe_text("currency"),
                maybe_text("country"),
                maybe_text("holder_name"),
                date("opened"),
                date("closed"),
                flag("seized"),
                text("source_id"),
            ],
            Table::PartiesRead => vec![
                text("party_id"),
                text("kind"),
                maybe_text("name"),
                date("birth_date"),
                maybe_text("registration_number"),
                maybe_text("country"),
                maybe_text("address"),
                maybe_text("phone"),
                maybe_text("email"),
                maybe_text("sector"),
                date("incorporated"),
                maybe_count("employees"),
                maybe_text("account_id"),
                maybe_text("role"),
                date("from_date"),
                date("to_date"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::RelationsRead | Table::Relations => vec![
                text("subject"),
                text("object"),
                text("kind"),
                share("share_min"),
                share("share_max"),
                date("from_date"),
                date("to_date"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Incomes => vec![
                text("party_id"),
                maybe_count("year"),
                text("kind"),
                money("amount"),
                maybe_text("currency"),
                maybe_text("basis"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            // A payment inside an entry that books several of them.
            Table::EntryDetails => vec![
                text("detail_id"),
                text("entry_id"),
                count("number"),
                text("direction"),
                money("amount"),
                maybe_text("currency"),
                maybe_text("counterparty_name"),
                maybe_text("counterparty_account"),
                maybe_text("counterparty_account_id"),
                maybe_text("counterparty_bank"),
                maybe_text("counterparty_identifier"),
                maybe_text("counterparty_country"),
                maybe_text("purpose"),
                maybe_text("remittance"),
                maybe_text("end_to_end_id"),
                maybe_text("bank_reference"),
                maybe_text("return_reason"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            // What somebody asked a bank, or a bank another one, to do. An order is no booking.
            Table::PaymentOrders => vec![
                text("order_id"),
                text("kind"),
                maybe_text("message_id"),
                date("requested_date"),
                moment("created_at"),
                money("amount"),
                maybe_text("currency"),
                maybe_text("debtor_name"),
                maybe_text("debtor_account"),
                maybe_text("debtor_account_id"),
                maybe_text("debtor_bank"),
                maybe_text("ultimate_debtor"),
                maybe_text("creditor_name"),
                maybe_text("creditor_account"),
                maybe_text("creditor_account_id"),
                maybe_text("creditor_bank"),
                maybe_text("ultimate_creditor"),
                maybe_text("end_to_end_id"),
                maybe_text("transaction_id"),
                maybe_text("mandate"),
                maybe_text("purpose"),
                maybe_text("remittance"),
                maybe_text("charges"),
                maybe_text("return_reason"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            // So many units of `currency` for one of `base`.
            Table::Rates => vec![
                date("day"),
                text("base"),
                text("currency"),
                rate("rate"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Assets => vec![
                text("asset_id"),
                text("kind"),
                maybe_text("description"),
                maybe_text("identifier"),
                maybe_text("party_id"),
                maybe_text("holder_name"),
                share("share"),
                maybe_text("role"),
                date("acquired"),
                date("disposed"),
                money("value"),
                maybe_text("currency"),
                date("value_date"),
                maybe_text("basis"),
                maybe_text("country"),
                maybe_text("address"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Liabilities => vec![
                text("liability_id"),
                text("kind"),
                maybe_text("description"),
                maybe_text("identifier"),
                maybe_text("party_id"),
                maybe_text("debtor_name"),
                maybe_text("creditor_name"),
                date("from_date"),
                date("to_date"),
                money("amount"),
                maybe_text("currency"),
                date("as_of"),
                maybe_text("basis"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Expenses => vec![
                maybe_text("party_id"),
                maybe_text("party_name"),
                maybe_count("year"),
                date("from_date"),
                date("to_date"),
                text("kind"),
                money("amount"),
                maybe_text("currency"),
                maybe_text("basis"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Accounts => vec![
                text("account_id"),
                text("scheme"),
                text("number"),
                maybe_text("iban"),
                maybe_text("bank"),
                maybe_text("bic"),
                maybe_text("currency"),
                maybe_text("country"),
                maybe_text("holder_name"),
                date("opened"),
                date("closed"),
                flag("seized"),
            ],
            Table::Statements => vec![
                text("statement_id"),
                text("account_id"),
                maybe_text("currency"),
                date("from_date"),
                date("to_date"),
                money("opening_balance"),
                money("closing_balance"),
                maybe_text("sequence_number"),
                count("entries"),
                sum("credits"),
                sum("debits"),
                text("verdict"),
                sum("difference"),
                maybe_text("reason"),
                maybe_text("breaks_at"),
                text("source_id"),
            ],
            Table::SameEntries => vec![text("entry_id"), text("same_as"), text("kind"), text("reason")],
            Table::Transfers => vec![
                text("transfer_id"),
                text("payer_account"),
                text("payee_account"),
                moment("debited_at"),
                moment("credited_at"),
                text("time_precision"),
                maybe_count("payer_sequence"),
                maybe_count("payee_sequence"),
                money("amount"),
                maybe_text("currency"),
                money("payee_amount"),
                maybe_text("payee_currency"),
                money("base_amount"),
                maybe_text("rate"),
                text("channel"),
                maybe_text("purpose"),
                text("origin"),
                maybe_text("debit_entry"),
                maybe_text("credit_entry"),
                moment("at"),
                // The payment inside a leg's batch entry, where the transfer is one of several of that entry.
                maybe_text("debit_detail"),
                maybe_text("credit_detail"),
                // Which facts tie the two legs; nothing where there is one leg.
                maybe_text("match_reason"),
                // `takes back`, `taken back` or `taken back in part`: money that moved there and back.
                maybe_text("reversal"),
            ],
            // The exchange rates that a transfer's `base_amount` rests on: one, or two where it goes through EUR.
            Table::TransferRates => vec![
                text("transfer_id"),
                count("number"),
                date("day"),
                text("base"),
                text("currency"),
                rate("rate"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            // An entry that takes an earlier one of its account back. Both stay transfers: the money moved twice.
            Table::Reversals => vec![
                text("entry_id"),
                maybe_text("detail_id"),
                maybe_text("takes_back"),
                maybe_text("takes_back_detail"),
                text("kind"),
                flag("tied"),
                money("amount"),
                flag("in_part"),
                text("reason"),
            ],
            // Two legs that may be one transfer, where the record leaves open whether they are.
            Table::AmbiguousLegs => vec![
                text("debit_entry"),
                maybe_text("debit_detail"),
                text("credit_entry"),
                maybe_text("credit_detail"),
                text("kind"),
                flag("tied"),
                text("reason"),
            ],
            // A leg whose other side should stand in the record and does not.
            Table::MissingLegs => vec![
                text("entry_id"),
                maybe_text("detail_id"),
                text("kind"),
                text("account_id"),
                maybe_text("missing_in"),
                text("direction"),
                money("amount"),
                maybe_text("currency"),
                date("day"),
                text("reason"),
            ],
            Table::Parties => vec![
                text("party_id"),
                text("kind"),
                maybe_text("name"),
                date("birth_date"),
                maybe_text("registration_number"),
                maybe_text("country"),
                maybe_text("address"),
                maybe_text("phone"),
                maybe_text("email"),
                maybe_text("sector"),
                date("incorporated"),
                maybe_count("employees"),
                text("category"),
                maybe_text("category_basis"),
                text("resolution"),
            ],
            Table::AccountHolders => vec![
                text("account_id"),
                text("party_id"),
                text("role"),
                date("from_date"),
                date("to_date"),
                text("source_id"),
                text("locator"),
                count("byte_start"),
                count("byte_end"),
            ],
            Table::Findings => vec![
                text("finding_id"),
                text("rule_id"),
                text("rule_version"),
                text("title"),
                text("describes"),
                maybe_text("form"),
                maybe_text("party_id"),
                maybe_text("account_id"),
                moment("from_time"),
                moment("to_time"),
                text("measures"),
                text("sufficiency"),
                text("explanation"),
                text("innocent_explanations"),
                text("gate"),
                maybe_text("gate_reason"),
                maybe_text("exit_account"),
                maybe_text("judgement"),
            ],
            Table::FindingEntries => vec![text("finding_id"), text("entry_id"), text("role")],
            Table::Gaps => vec![
                text("account_id"),
                maybe_text("currency"),
                date("from_date"),
                date("to_date"),
                text("kind"),
                text("detail"),
            ],
            Table::Requests => vec![count("number"), text("request")],
            Table::RulesRun => vec![
                text("rule_id"),
                text("rule_version"),
                text("title"),
                text("method"),
                text("source"),
                text("parameters"),
                text("origin"),
            ],
            Table::NotComputable => vec![
                text("rule_id"),
                text("rule_version"),
                text("reason"),
                text("request"),
            ],
        };
        Arc::new(Schema::new(fields))
    }
}

/// Type of an amount of money: ten-thousandths, 18 digits.
pub const MONEY: DataType = DataType::Decimal128(18, 4);
/// Type of a sum of amounts.
pub const MONEY_SUM: DataType = DataType::Decimal128(28, 4);
/// Type of a quantity of a crypto-asset.
pub const QUANTITY: DataType = DataType::Decimal128(36, 18);
/// Type of an exchange rate.
pub const RATE: DataType = DataType::Decimal128(28, 10);
/// Type of a moment on the record's own clock.
pub const MOMENT: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}
fn maybe_text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}
fn count(name: &str) -> Field {
    Field::new(name, DataType::Int64, false)
}
fn maybe_count(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}
fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, false)
}
fn date(name: &str) -> Field {
    Field::new(name, DataType::Date32, true)
}
fn moment(name: &str) -> Field {
    Field::new(name, MOMENT, true)
}
fn money(name: &str) -> Field {
    Field::new(name, MONEY, true)
}
fn sum(name: &str) -> Field {
    Field::new(name, MONEY_SUM, true)
}
fn quantity(name: &str) -> Field {
    Field::new(name, QUANTITY, true)
}
fn rate(name: &str) -> Field {
    Field::new(name, RATE, false)
}
fn share(name: &str) -> Field {
    Field::new(name, DataType::Decimal128(9, 6), true)
}
