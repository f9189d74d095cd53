//! The rows of the chart from the tables. Ties come as columns and are never rows of text: a large case has hundreds of
//! thousands of them.

use std::collections::BTreeSet;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use hashbrown::HashMap;

use super::super::findings::Findings;
use super::super::page::Context;
use super::super::rows::rows;
use super::super::text::{account_label, visible};
use super::super::{Query, ReportError, queries};
use super::{Account, Choice, Class, Movement, Words};
use crate::case::MOMENT;

/// References of one account to findings at most.
const MOST_FINDINGS: usize = 12;
const DAY: i64 = 86_400_000_000;

const FINDINGS: &str = "SELECT finding_id, rule_id, account_id, exit_account, \
     CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END AS section \
     FROM findings ORDER BY rule_id, from_time NULLS LAST, finding_id";
const TRACED: &str = "SELECT from_id AS id FROM traced_flows WHERE from_kind IN ('account', 'out of records') \
     UNION SELECT to_id FROM traced_flows WHERE to_kind IN ('account', 'out of records')";
const SEIZED: &str = "SELECT account_id FROM accounts WHERE seized";
/// Accounts that one party alone holds.
const HOLDERS: &str = "SELECT account_id, min(party_id) AS party_id FROM account_holders WHERE role = 'holder' \
     GROUP BY account_id HAVING count(DISTINCT party_id) = 1";
/// All who hold an account of somebody who may be a victim: they are named at no other account either.
const ALL_HOLDERS: &str = "SELECT account_id, party_id FROM account_holders WHERE role = 'holder'";

/// What the chart is made of.
pub(super) struct Tables {
    pub accounts: Vec<Account>,
    pub currencies: Vec<String>,
    pub movements: Vec<Movement>,
    pub findings: Vec<Finding>,
}

/// A finding that the chart refers to.
pub(super) struct Finding {
    pub rule_id: String,
    /// Where it stands on the page, if it does.
    pub anchor: String,
}

/// Numbers of texts in the order in which they are first met.
#[derive(Default)]
struct Numbers {
    known: HashMap<String, u32>,
    all: Vec<String>,
}

impl Numbers {
    fn of(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.known.insert(text.to_owned(), number);
        self.all.push(text.to_owned());
        number
    }
}

/// Reads everything.
pub(super) fn read(query: &dyn Query, context: &Context<'_>, told: &Findings) -> Result<Tables, ReportError> {
    let (mut ids, mut currencies) = (Numbers::default(), Numbers::default());
    let mut movements = Vec::new();
    let fault = |reason: String| ReportError::Query {
        sql: queries::CHART_TIES.to_owned(),
        reason,
    };
    for batch in query.query(queries::CHART_TIES).map_err(fault)? {
        read_batch(&batch, &mut ids, &mut currencies, &mut movements).map_err(fault)?;
    }
    // Currencies by their code, so that their numbers say nothing else.
    let mut sorted: Vec<(String, u32)> = currencies.all.into_iter().zip(0..).collect();
    sorted.sort();
    let mut number = vec![0; sorted.len()];
    for ((_, old), new) in sorted.iter().zip(0..) {
        number[*old as usize] = new;
    }
    for movement in &mut movements {
        movement.currency = number[movement.currency as usize];
    }
    let guarded = context.guard.accounts();
    let names_are_shown = context.names.reveals();
    let list = |sql: &str, column: &str| -> Result<BTreeSet<String>, ReportError> {
        Ok(rows(query, sql, &[column])?
            .iter()
            .map(|row| row.text_or_empty(column).to_owned())
            .collect())
    };
    let (traced, seized) = (list(TRACED, "id")?, list(SEIZED, "account_id")?);
    let anchors: HashMap<&str, String> = told
        .order
        .iter()
        .map(|one| (one.finding_id.as_str(), format!("F-{}", one.number)))
        .collect();
    let mut findings = Vec::new();
    let mut found: HashMap<String, Vec<u32>> = HashMap::new();
    for row in rows(query, FINDINGS, &["finding_id", "rule_id", "section"])?.iter() {
        let about = [row.text("account_id"), row.text("exit_account")];
        // The copy of the defence has no leads for protection.
        if context.is_for_defence && row.text_or_empty("section") != "open" {
            continue;
        }
        for id in about.into_iter().flatten() {
            found
                .entry(id.to_owned())
                .or_default()
                .push(findings.len() as u32);
        }
        findings.push(Finding {
            rule_id: visible(row.text_or_empty("rule_id")),
            anchor: anchors
                .get(row.text_or_empty("finding_id"))
                .cloned()
                .unwrap_or_default(),
        });
    }
    let holders = holders(query, context, guarded)?;
    let accounts = ids
        .all
        .into_iter()
        .map(|id| {
            let own = match id.split_at_checked(2) {
                Some(("c-" | "b-", own)) => own,
                _ => id.as_str(),
            };
            let is_guarded = guarded.contains(own);
            let is_traced = traced.contains(&id);
            let class = match (found.contains_key(&id), is_traced) {
                (true, _) => Class::Found,
                (_, true) => Class::Traced,
                _ => Class::Other,
            };
            let kind = match &id[..2.min(id.len())] {
                "c-" => "cash",
                "b-" => "bank",
                _ if seized.contains(&id) => "seized",
                _ => "seen",
            };
            let mut own_findings = found.get(&id).cloned().unwrap_or_default();
            own_findings.dedup();
            Account {
                label: account_label(context.names, &id),
                class,
                is_traced,
                is_guarded,
                is_gathered: is_guarded && !names_are_shown,
                kind,
                holder: holders.get(&id).cloned(),
                findings: own_findings,
                id,
            }
        })
        .collect();
    Ok(Tables {
        accounts,
        currencies: sorted.into_iter().map(|(code, _)| code).collect(),
        movements,
        findings,
    })
}

impl Account {
    /// The findings that are named at it, and how many more there are.
    pub(super) fn told_findings(&self) -> (&[u32], usize) {
        let told = self.findings.len().min(MOST_FINDINGS);
        (&self.findings[..told], self.findings.len() - told)
    }
}

/// Labels of holders of accounts. On pages without names nobody is named who holds an account that is gathered.
fn holders(
    query: &dyn Query,
    context: &Context<'_>,
    guarded: &BTreeSet<String>,
) -> Result<HashMap<String, String>, ReportError> {
    let mut apart: BTreeSet<String> = BTreeSet::new();
    if !context.names.reveals() && !guarded.is_empty() {
        for row in rows(query, ALL_HOLDERS, &["account_id", "party_id"])?.iter() {
            if guarded.contains(row.text_or_empty("account_id")) {
                apart.insert(row.text_or_empty("party_id").to_owned());
            }
        }
    }
    let mut labels = HashMap::new();
    for row in rows(query, HOLDERS, &["account_id", "party_id"])?.iter() {
        let party = row.text_or_empty("party_id");
        if !apart.contains(party) {
            labels.insert(
                row.text_or_empty("account_id").to_owned(),
                visible(&context.names.party(party)),
            );
        }
    }
    Ok(labels)
}

/// What each node is called.
pub(super) fn labels(tables: &Tables, choice: &Choice, context: &Context<'_>, words: Words) -> Vec<String> {
    choice
        .nodes
        .iter()
        .map(|node| match node.account.map(|at| &tables.accounts[at]) {
            None => words.say("Possible victims", &[]),
            Some(account) if account.is_guarded && context.names.reveals() => words.say(
                "{account} (possible victim – verify)",
                &[("account", account.label.clone())],
            ),
            Some(account) => account.label.clone(),
        })
        .collect()
}

fn read_batch(
    batch: &RecordBatch,
    ids: &mut Numbers,
    currencies: &mut Numbers,
    movements: &mut Vec<Movement>,
) -> Result<(), String> {
    let column = |name: &str, kind: &DataType| -> Result<ArrayRef, String> {
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| format!("the result has no column ‘{name}’"))?;
        cast(column, kind).map_err(|error| error.to_string())
    };
    let text = |name| column(name, &DataType::Utf8);
    let whole = |name| column(name, &DataType::Int64);
    let (payers, payees, codes) = (text("payer_account")?, text("payee_account")?, text("currency")?);
    let (payers, payees, codes) = (
        payers.as_string::<i32>(),
        payees.as_string::<i32>(),
        codes.as_string::<i32>(),
    );
    let (years, months, transfers) = (whole("year")?, whole("month")?, whole("transfers")?);
    let (years, months, transfers) = (
        years.as_primitive::<Int64Type>(),
        months.as_primitive::<Int64Type>(),
        transfers.as_primitive::<Int64Type>(),
    );
    let amounts = column("amount", &DataType::Decimal128(38, 4))?;
    let amounts = amounts.as_primitive::<Decimal128Type>();
    let (firsts, lasts) = (column("first_at", &MOMENT)?, column("last_at", &MOMENT)?);
    let (firsts, lasts) = (
        firsts.as_primitive::<TimestampMicrosecondType>(),
        lasts.as_primitive::<TimestampMicrosecondType>(),
    );
    movements.reserve(batch.num_rows());
    for row in 0..batch.num_rows() {
        let is_dated = !years.is_null(row) && !months.is_null(row);
        let day = |microseconds: i64| i32::try_from(microseconds.div_euclid(DAY)).ok();
        movements.push(Movement {
            payer: ids.of(payers.value(row)),
            payee: ids.of(payees.value(row)),
            currency: currencies.of(codes.value(row)),
            month: is_dated
                .then(|| i32::try_from(years.value(row) * 12 + months.value(row) - 1).ok())
                .flatten(),
            transfers: transfers.value(row).unsigned_abs(),
            amount: amounts.value(row),
            first: (!firsts.is_null(row)).then(|| day(firsts.value(row))).flatten(),
            last: (!lasts.is_null(row)).then(|| day(lasts.value(row))).flatten(),
        });
    }
    Ok(())
}
