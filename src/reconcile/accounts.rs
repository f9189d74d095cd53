//! Accounts as every source mentions them, put together to one row an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, RecordBatch, StringBuilder};
use datafusion::arrow::error::ArrowError;

use super::ReconcileError;
use super::columns::{Columns, date_at, flag_at, text_at};
use crate::case::Table;

/// The text columns of table `accounts` after `account_id`, in order.
const TEXTS: [&str; 8] = [
    "scheme",
    "number",
    "iban",
    "bank",
    "bic",
    "currency",
    "country",
    "holder_name",
];

/// What one source says of an account.
#[derive(Clone, Default)]
struct Mention {
    texts: [Option<String>; TEXTS.len()],
    dates: [Option<i32>; 2],
}

impl Mention {
    /// Of two values the smaller one stays, so that nothing depends on the order of segments within a source.
    fn merge(&mut self, other: Mention) {
        for (mine, theirs) in self.texts.iter_mut().zip(other.texts) {
            keep_smaller(mine, theirs);
        }
        for (mine, theirs) in self.dates.iter_mut().zip(other.dates) {
            keep_smaller(mine, theirs);
        }
    }
}

fn keep_smaller<T: Ord>(mine: &mut Option<T>, theirs: Option<T>) {
    let Some(theirs) = theirs else { return };
    if mine.as_ref().is_none_or(|value| theirs < *value) {
        *mine = Some(theirs);
    }
}

/// Table `accounts`: one row an account, sorted by `account_id`. Each field has the first value that is not empty,
/// sources taken in the order of their `source_id` (a source has one row an account; were there several, the
/// alphabetically first value stays); an account is seized where any source is its own statement.
pub fn derive_accounts<I>(accounts_read: I) -> Result<RecordBatch, ReconcileError>
where
    I: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
{
    let mut accounts: BTreeMap<String, (bool, BTreeMap<Arc<str>, Mention>)> = BTreeMap::new();
    let mut last_source: Arc<str> = Arc::from("");
    for batch in accounts_read {
        let batch = batch?;
        let columns = Columns {
            table: Table::AccountsRead,
            batch: &batch,
        };
        let ids = columns.text("account_id")?;
        let sources = columns.text("source_id")?;
        let texts = TEXTS
            .iter()
            .map(|name| columns.text(name))
            .collect::<Result<Vec<_>, _>>()?;
        let dates = [columns.date("opened")?, columns.date("closed")?];
        let seized = columns.flag("seized")?;
        for row in 0..batch.num_rows() {
            let Some(id) = text_at(&ids, row) else { continue };
            let mut mention = Mention::default();
            for (slot, array) in mention.texts.iter_mut().zip(&texts) {
                *slot = text_at(array, row).map(str::to_owned);
            }
            for (slot, array) in mention.dates.iter_mut().zip(&dates) {
                *slot = date_at(array, row);
            }
            let source = text_at(&sources, row).unwrap_or("");
            if *last_source != *source {
                last_source = Arc::from(source);
            }
            let account = match accounts.get_mut(id) {
                Some(account) => account,
                None => accounts.entry(id.to_owned()).or_default(),
            };
            account.0 |= flag_at(&seized, row);
            account.1.entry(last_source.clone()).or_default().merge(mention);
        }
    }
    write(accounts)
}

fn write(
    accounts: BTreeMap<String, (bool, BTreeMap<Arc<str>, Mention>)>,
) -> Result<RecordBatch, ReconcileError> {
    let mut ids = StringBuilder::new();
    let mut texts: [StringBuilder; TEXTS.len()] = Default::default();
    let mut dates: [Date32Builder; 2] = Default::default();
    let mut flags = BooleanBuilder::new();
    for (id, (seized, mentions)) in accounts {
        ids.append_value(&id);
        for (at, builder) in texts.iter_mut().enumerate() {
            let first = mentions
                .values()
                .find_map(|mention| mention.texts.get(at)?.as_deref());
            // Scheme and number stand in every row of the table; an empty text says that no source gave them.
            let always = at < 2;
            builder.append_option(first.or(always.then_some("")));
        }
        for (at, builder) in dates.iter_mut().enumerate() {
            builder.append_option(
                mentions
                    .values()
                    .find_map(|mention| mention.dates.get(at).copied().flatten()),
            );
        }
        flags.append_value(seized);
    }
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(ids.finish())];
    arrays.extend(texts.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
    arrays.extend(dates.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
    arrays.push(Arc::new(flags.finish()));
    Ok(RecordBatch::try_new(Table::Accounts.schema(), arrays)?)
}
