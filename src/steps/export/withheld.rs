//! Whose movements do not leave under pseudonyms, and which rows tell of them.
//!
//! Accounts of whoever is or may be a victim, stands behind the control gate, or is or may be a child. No transfer and no
//! entry that has one of them on either side leaves, nor an entry that books several payments of which one has, nor a finding
//! about them. What sums over such movements loses its figures: whoever has the sum and the other movements has these by
//! subtraction.

use datafusion::arrow::array::Array;
use hashbrown::HashSet;

use crate::case::column::{self, each_row, text_at};
use crate::case::{Case, Table};
use crate::report::guarded_accounts;
use crate::sql::Session;
use crate::steps::StepError;
use crate::steps::release::Guard;

/// What is withheld; nothing of anything where names are shown.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    /// Accounts of whom nothing leaves.
    pub accounts: HashSet<String>,
    /// Parties of whom nothing leaves.
    pub parties: HashSet<String>,
    /// Entries that book a movement of such an account.
    movements: HashSet<String>,
    /// Entries that book several payments, one of them of such an account.
    batches: HashSet<String>,
    /// Other accounts that have such movements.
    touched: HashSet<String>,
    /// Findings that tell of them.
    findings: HashSet<String>,
    /// Findings that rest on such movements, and keep their rule alone.
    without_figures: HashSet<String>,
    /// Transfers that were counted.
    transfers: u64,
    is_on: bool,
    /// Transfers that no format can hold.
    without_amount: usize,
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Whole,
    WithoutFigures,
    Withheld,
}

impl Withheld {
    /// Reads it from the tables, under pseudonyms.
    pub(super) fn of_case(case: &Case, session: &Session, guard: &Guard) -> Result<Withheld, StepError> {
        let mut withheld = Withheld {
            accounts: guarded_accounts(session)?.into_iter().collect(),
            is_on: true,
            ..Withheld::default()
        };
        for batch in session.query("SELECT account_id FROM accounts_under_control", &[])? {
            let ids = column::text(&batch, "account_id")?;
            withheld.accounts.extend(ids.iter().flatten().map(str::to_owned));
        }
        withheld
            .accounts
            .extend(guard.sheltered_accounts().map(str::to_owned));
        each_row(case, Table::Parties, &["party_id"], |[party]| {
            if guard.is_sheltered(party) {
                withheld.parties.insert(party.to_owned());
            }
        })?;
        // Who holds a withheld account is as withheld as it.
        each_row(
            case,
            Table::AccountHolders,
            &["account_id", "party_id", "role"],
            |[account, party, role]| {
                if role == "holder" && withheld.accounts.contains(account) {
                    withheld.parties.insert(party.to_owned());
                }
            },
        )?;
        withheld.read_movements(case)?;
        withheld.read_findings(case)?;
        Ok(withheld)
    }

    /// Counts transfers without an amount, which no profile writes.
    pub(super) fn count_without_amount(&mut self, case: &Case) -> Result<(), StepError> {
        let columns = [
            "amount",
            "payer_account",
            "payee_account",
            "debit_entry",
            "credit_entry",
        ];
        for batch in case.scan(Table::Transfers, &columns) {
            let batch = batch?;
            let amount = column::decimal(&batch, "amount")?;
            let text = |name: &str| column::text(&batch, name);
            let (payer, payee) = (text("payer_account")?, text("payee_account")?);
            let (debit, credit) = (text("debit_entry")?, text("credit_entry")?);
            for row in (0..batch.num_rows()).filter(|row| amount.is_null(*row)) {
                let at = |column| text_at(column, row);
                if !self.has_transfer(at(payer), at(payee), at(debit), at(credit)) {
                    self.without_amount += 1;
                }
            }
        }
        Ok(())
    }

    /// Whether an end of a transfer is a withheld account, or its cash or its bank.
    pub(super) fn has_account(&self, id: &str) -> bool {
        self.is_on
            && (self.accounts.contains(id)
                || matches!(id.split_at_checked(2), Some(("c-" | "b-", of))
                    if self.accounts.contains(of) || self.accounts.contains(&format!("a-{of}"))))
    }

    pub(super) fn has_party(&self, id: &str) -> bool {
        self.is_on && self.parties.contains(id)
    }

    pub(super) fn has_transfer(&self, payer: &str, payee: &str, debit: &str, credit: &str) -> bool {
        self.is_on
            && (self.has_account(payer)
                || self.has_account(payee)
                || self.movements.contains(debit)
                || self.movements.contains(credit))
    }

    pub(super) fn has_entry(&self, id: &str) -> bool {
        self.is_on && (self.movements.contains(id) || self.batches.contains(id))
    }

    pub(super) fn finding(&self, id: &str) -> Told {
        if self.findings.contains(id) {
            Told::Withheld
        } else if self.without_figures.contains(id) {
            Told::WithoutFigures
        } else {
            Told::Whole
        }
    }

    /// What the file says of it: numbers alone, and why.
    pub(super) fn sentences(&self, ties: u64, relations: u64) -> Vec<String> {
        let no_amount = (self.without_amount > 0).then(|| {
            format!(
                "{} transfers have no amount of money, as of a crypto-asset without a rate: they are left out, their entries \
                 hold the quantity.",
                self.without_amount
            )
        });
        if !self.is_on {
            return no_amount.into_iter().collect();
        }
        let entries = self.movements.len() + self.batches.len();
        let mut said = vec![format!(
            "Withheld, because their holders are or may be victims, stand behind the control gate, or are or may be children: \
             {} accounts, {} parties, {} ties of parties to accounts, {} ties between parties, {} transfers, {} entries and \
             {} findings. No movement, balance or sum of theirs stands here.",
            self.accounts.len(),
            self.parties.len(),
            ties,
            relations,
            self.transfers,
            entries,
            self.findings.len(),
        )];
        if !self.without_figures.is_empty() {
            said.push(format!(
                "{} findings stand here by their rule alone, without figures, times and entries: they rest on movements with \
                 those accounts, or sum them.",
                self.without_figures.len()
            ));
        }
        said.push(
            "Texts of records, balances, bytes of citations, numbers and names of accounts and of people who may not be named \
             are left out of every row."
                .to_owned(),
        );
        said.extend(no_amount);
        said
    }

    fn read_movements(&mut self, case: &Case) -> Result<(), StepError> {
        if self.accounts.is_empty() {
            return Ok(());
        }
        let mut accounts_of: HashSet<String> = HashSet::new();
        let columns = ["entry_id", "account_id", "counterparty_account_id"];
        each_row(case, Table::Entries, &columns, |[entry, account, other]| {
            if self.accounts.contains(account) || self.accounts.contains(other) {
                self.movements.insert(entry.to_owned());
                for one in [account, other] {
                    self.touched.insert(one.to_owned());
                }
            }
        })?;
        each_row(
            case,
            Table::InferredCounterparties,
            &["entry_id", "account_id"],
            |[entry, account]| {
                if self.accounts.contains(account) {
                    self.movements.insert(entry.to_owned());
                }
            },
        )?;
        each_row(
            case,
            Table::EntryDetails,
            &["entry_id", "counterparty_account_id"],
            |[entry, other]| {
                if self.accounts.contains(other) && !self.movements.contains(entry) {
                    self.batches.insert(entry.to_owned());
                }
            },
        )?;
        // Either leg of a transfer tells of the other one.
        let ends = [
            "payer_account",
            "payee_account",
            "debit_entry",
            "credit_entry",
            "debit_detail",
            "credit_detail",
        ];
        each_row(
            case,
            Table::Transfers,
            &ends,
            |[payer, payee, debit, credit, debit_in, credit_in]| {
                if !self.has_account(payer) && !self.has_account(payee) {
                    return;
                }
                for (entry, detail) in [(debit, debit_in), (credit, credit_in)] {
                    if entry.is_empty() || self.movements.contains(entry) {
                        continue;
                    }
                    // A payment in a batch: the entry sums over it.
                    match detail {
                        "" => self.movements.insert(entry.to_owned()),
                        _ => self.batches.insert(entry.to_owned()),
                    };
                }
                for one in [payer, payee] {
                    self.touched.insert(one.to_owned());
                }
            },
        )?;
        self.spread(case)?;
        // A batch that was left whole moves as one transfer, which tells its sum.
        let ends = ["debit_entry", "credit_entry", "debit_detail", "credit_detail"];
        each_row(
            case,
            Table::Transfers,
            &ends,
            |[debit, credit, debit_in, credit_in]| {
                let is_whole = (debit_in.is_empty() && self.batches.contains(debit))
                    || (credit_in.is_empty() && self.batches.contains(credit));
                if !is_whole {
                    return;
                }
                for (entry, detail) in [(debit, debit_in), (credit, credit_in)] {
                    match (entry, detail) {
                        ("", _) => false,
                        (_, "") => self.movements.insert(entry.to_owned()),
                        _ => self.batches.insert(entry.to_owned()),
                    };
                }
            },
        )?;
        self.spread(case)?;
        self.batches.retain(|entry| !self.movements.contains(entry));
        let columns = ["entry_id", "account_id", "counterparty_account_id"];
        each_row(case, Table::Entries, &columns, |[entry, account, other]| {
            if self.has_entry(entry) {
                for one in [account, other] {
                    if !accounts_of.contains(one) {
                        accounts_of.insert(one.to_owned());
                    }
                }
            }
        })?;
        self.touched.extend(accounts_of);
        self.touched.retain(|account| !account.is_empty());
        let mut transfers = 0;
        let ends = ["payer_account", "payee_account", "debit_entry", "credit_entry"];
        each_row(case, Table::Transfers, &ends, |[payer, payee, debit, credit]| {
            if self.has_transfer(payer, payee, debit, credit) {
                transfers += 1;
            }
        })?;
        self.transfers = transfers;
        Ok(())
    }

    /// Legs that may be one transfer, entries that take one back, copies of one booking: what one tells the other tells.
    fn spread(&mut self, case: &Case) -> Result<(), StepError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (table, columns) in [
            (Table::AmbiguousLegs, ["debit_entry", "credit_entry"]),
            (Table::Reversals, ["entry_id", "takes_back"]),
            (Table::SameEntries, ["entry_id", "same_as"]),
        ] {
            each_row(case, table, &columns, |[one, other]| {
                if !one.is_empty() && !other.is_empty() {
                    pairs.push((one.to_owned(), other.to_owned()));
                }
            })?;
        }
        for told in [&mut self.movements, &mut self.batches] {
            loop {
                let before = told.len();
                for (one, other) in &pairs {
                    if told.contains(one) {
                        told.insert(other.clone());
                    } else if told.contains(other) {
                        told.insert(one.clone());
                    }
                }
                if told.len() == before {
                    break;
                }
            }
        }
        Ok(())
    }

    fn read_findings(&mut self, case: &Case) -> Result<(), StepError> {
        let mut rest_on: HashSet<String> = HashSet::new();
        let mut with_entries: HashSet<String> = HashSet::new();
        each_row(
            case,
            Table::FindingEntries,
            &["finding_id", "entry_id"],
            |[finding, entry]| {
                if !with_entries.contains(finding) {
                    with_entries.insert(finding.to_owned());
                }
                if self.has_entry(entry) {
                    rest_on.insert(finding.to_owned());
                }
            },
        )?;
        let mut of_touched: HashSet<String> = HashSet::new();
        each_row(
            case,
            Table::AccountHolders,
            &["account_id", "party_id", "role"],
            |[account, party, role]| {
                if role != "mandate" && self.touched.contains(account) {
                    of_touched.insert(party.to_owned());
                }
            },
        )?;
        for batch in case.scan(Table::Findings, &[]) {
            let batch = batch?;
            let text = |name: &str| column::text(&batch, name);
            let (id, gate, describes) = (text("finding_id")?, text("gate")?, text("describes")?);
            let (party, account, exit) = (text("party_id")?, text("account_id")?, text("exit_account")?);
            let texts = [
                text("title")?,
                text("explanation")?,
                text("measures")?,
                text("sufficiency")?,
                text("innocent_explanations")?,
            ];
            for row in 0..batch.num_rows() {
                let (party, account) = (text_at(party, row), text_at(account, row));
                let finding = id.value(row);
                let is_about = gate.value(row) != crate::victims::OPEN
                    || describes.value(row) == "exploited"
                    || self.has_account(account)
                    || self.parties.contains(party);
                if is_about {
                    self.findings.insert(finding.to_owned());
                    continue;
                }
                let names = texts.iter().any(|column| self.names_one(text_at(column, row)))
                    || self.has_account(text_at(exit, row));
                let sums = rest_on.contains(finding)
                    || self.touched.contains(account)
                    || of_touched.contains(party)
                    // What rests on no entry and is about nobody may sum over anything.
                    || (!with_entries.contains(finding) && !self.accounts.is_empty());
                if names || sums {
                    self.without_figures.insert(finding.to_owned());
                }
            }
        }
        Ok(())
    }

    /// Whether a text names a withheld account or party by its id.
    pub(super) fn names_one(&self, text: &str) -> bool {
        const ID: usize = 22;
        self.is_on
            && memchr::memchr_iter(b'-', text.as_bytes()).any(|at| {
                at.checked_sub(1)
                    .and_then(|from| text.get(from..from + ID))
                    .is_some_and(|id| self.has_account(id) || self.parties.contains(id))
            })
    }
}
