//! Tables as Parquet files, one a table, for DuckDB, Spark, pandas, DataFusion and whatever else reads columns: with exact
//! decimals, days, times and lists. A table without rows has no file.

use std::io::{self, Write};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, ListBuilder,
    RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::facts::{party_word, relation_word};
use super::text::date_time;
use super::{Cited, ExportError, Head, Placed, Row, Sink, Table};
use crate::model::{Amount, Date, Moment};

/// Rows that are held before they are written.
const BATCH: usize = 16_384;

/// Opens the file of a table.
pub type Open<'o, W> = Box<dyn FnMut(Table) -> io::Result<W> + 'o>;

/// Writes one Parquet file a table.
pub struct Parquet<'o, W: Write + Send> {
    open: Open<'o, W>,
    about: Vec<KeyValue>,
    current: Option<Under<W>>,
}

/// A table under way.
struct Under<W: Write + Send> {
    table: Table,
    schema: SchemaRef,
    builders: Vec<Builder>,
    rows: usize,
    writer: ArrowWriter<W>,
}

/// What a cell holds.
enum Value<'a> {
    Text(&'a str),
    Words(String),
    Whole(Option<i64>),
    Money(Option<Amount>),
    Quantity(Option<i128>),
    Share(Option<i128>),
    Day(Option<Date>),
    Time(Option<Moment>),
    Truth(bool),
    Texts(Vec<String>),
}

enum Builder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder),
    Day(Date32Builder),
    Time(TimestampMicrosecondBuilder),
    Truth(BooleanBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl<'o, W: Write + Send> Parquet<'o, W> {
    /// Files are opened as tables come.
    pub fn new(open: Open<'o, W>, head: &Head<'_>) -> Parquet<'o, W> {
        let withheld = head.withheld.join(" ");
        let made = date_time(head.made);
        let about = [
            ("case", head.case),
            ("made_by", head.authority),
            ("made_with", head.tool),
            ("made_at", made.as_str()),
            ("handling", head.handling),
            ("currency", head.currency),
            (
                "ids",
                if head.signs {
                    "signs made with a key"
                } else {
                    "those of the case"
                },
            ),
            ("withheld", withheld.as_str()),
        ];
        Parquet {
            open,
            about: about
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(key, text)| KeyValue::new(key.to_owned(), text.to_owned()))
                .collect(),
            current: None,
        }
    }

    fn begin(&mut self, table: Table, values: &[(&'static str, Value<'_>)]) -> Result<(), ExportError> {
        self.end()?;
        let fields: Vec<Field> = values
            .iter()
            .map(|(name, value)| Field::new(*name, value.kind(), true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
            .set_created_by("geldspoor".to_owned())
            .set_key_value_metadata(Some(self.about.clone()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(1 << 17))
            .build();
        let writer = ArrowWriter::try_new((self.open)(table)?, Arc::clone(&schema), Some(properties))
            .map_err(io::Error::other)?;
        self.current = Some(Under {
            table,
            schema,
            builders: values.iter().map(|(_, value)| value.builder()).collect(),
            rows: 0,
            writer,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), ExportError> {
        if let Some(mut under) = self.current.take() {
            under.flush()?;
            let mut out = under.writer.into_inner().map_err(io::Error::other)?;
            out.flush()?;
        }
        Ok(())
    }
}

impl<W: Write + Send> Under<W> {
    fn flush(&mut self) -> Result<(), ExportError> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns: Vec<ArrayRef> = self.builders.iter_mut().map(Builder::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(io::Error::other)?;
        self.rows = 0;
        Ok(())
    }
}

impl<W: Write + Send> Sink for Parquet<'_, W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        let (table, values) = (row.table(), values(row));
        if self.current.as_ref().is_none_or(|under| under.table != table) {
            self.begin(table, &values)?;
        }
        if let Some(under) = self.current.as_mut() {
            for (builder, (_, value)) in under.builders.iter_mut().zip(values) {
                builder.add(value);
            }
            under.rows += 1;
            if under.rows >= BATCH {
                under.flush()?;
            }
        }
        Ok(Placed::Written)
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        self.end()?;
        Ok(Vec::new())
    }
}

impl Value<'_> {
    fn kind(&self) -> DataType {
        match self {
            Value::Text(_) | Value::Words(_) => DataType::Utf8,
            Value::Whole(_) => DataType::Int64,
            Value::Money(_) => DataType::Decimal128(18, 4),
            Value::Quantity(_) => DataType::Decimal128(36, 18),
            Value::Share(_) => DataType::Decimal128(9, 6),
            Value::Day(_) => DataType::Date32,
            Value::Time(_) => DataType::Timestamp(TimeUnit::Microsecond, None),
            Value::Truth(_) => DataType::Boolean,
            Value::Texts(_) => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        }
    }

    fn builder(&self) -> Builder {
        match self {
            Value::Text(_) | Value::Words(_) => Builder::Text(StringBuilder::new()),
            Value::Whole(_) => Builder::Whole(Int64Builder::new()),
            Value::Money(_) | Value::Quantity(_) | Value::Share(_) => {
                Builder::Decimal(Decimal128Builder::new().with_data_type(self.kind()))
            }
            Value::Day(_) => Builder::Day(Date32Builder::new()),
            Value::Time(_) => Builder::Time(TimestampMicrosecondBuilder::new()),
            Value::Truth(_) => Builder::Truth(BooleanBuilder::new()),
            Value::Texts(_) => Builder::Texts(ListBuilder::new(StringBuilder::new())),
        }
    }
}

impl Builder {
    // Empty texts are what the record does not say.
    fn add(&mut self, value: Value<'_>) {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match (self, value) {
            (Builder::Text(to), Value::Text(text)) => to.append_option(given(text)),
            (Builder::Text(to), Value::Words(text)) => to.append_option(given(&text)),
            (Builder::Whole(to), Value::Whole(number)) => to.append_option(number),
            (Builder::Decimal(to), Value::Money(amount)) => {
                to.append_option(amount.map(|amount| i128::from(amount.scaled())));
            }
            (Builder::Decimal(to), Value::Quantity(units) | Value::Share(units)) => to.append_option(units),
            (Builder::Day(to), Value::Day(day)) => to.append_option(day.map(|day| day.0)),
            (Builder::Time(to), Value::Time(time)) => to.append_option(time.map(|time| time.microseconds)),
            (Builder::Truth(to), Value::Truth(truth)) => to.append_value(truth),
            (Builder::Texts(to), Value::Texts(texts)) => {
                for text in texts {
                    to.values().append_value(text);
                }
                to.append(true);
            }
            // The columns of a table are those of its first row.
            (builder, _) => debug_assert!(builder.len() == 0, "a column changed its kind"),
        }
    }

    fn len(&self) -> usize {
        match self {
            Builder::Text(of) => of.len(),
            Builder::Whole(of) => of.len(),
            Builder::Decimal(of) => of.len(),
            Builder::Day(of) => of.len(),
            Builder::Time(of) => of.len(),
            Builder::Truth(of) => of.len(),
            Builder::Texts(of) => of.len(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Text(of) => Arc::new(of.finish()),
            Builder::Whole(of) => Arc::new(of.finish()),
            Builder::Decimal(of) => Arc::new(of.finish()),
            Builder::Day(of) => Arc::new(of.finish()),
            Builder::Time(of) => Arc::new(of.finish()),
            Builder::Truth(of) => Arc::new(of.finish()),
            Builder::Texts(of) => Arc::new(of.finish()),
        }
    }
}

fn owned(texts: &[&str]) -> Value<'static> {
    Value::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn precision(at: Option<Moment>) -> Value<'static> {
    Value::Text(at.map_or("", |at| at.precision.as_str()))
}

fn place<'a>(values: &mut Vec<(&'static str, Value<'a>)>, cited: &Cited<'a>) {
    let byte = |at: u64| Value::Whole((cited.bytes.1 > 0).then_some(at as i64));
    values.extend([
        ("source_id", Value::Text(cited.source_id)),
        ("locator", Value::Text(cited.locator)),
        ("byte_start", byte(cited.bytes.0)),
        ("byte_end", byte(cited.bytes.1)),
    ]);
}

fn values<'a>(row: Row<'a>) -> Vec<(&'static str, Value<'a>)> {
    use Value::{Day, Money, Quantity, Text, Time, Truth, Whole, Words};
    let whole = |number: u64| Whole(i64::try_from(number).ok());
    let mut values = match row {
        Row::Source(row) => vec![
            ("source_id", Text(row.source_id)),
            ("name", Text(row.name)),
            ("bytes", whole(row.bytes)),
            ("format", Text(row.format)),
            ("received_from", Text(row.received_from)),
            ("order_reference", Text(row.order_reference)),
            ("received_at", Time(row.received_at)),
            ("rows_read", whole(row.rows_read)),
            ("rows_accepted", whole(row.rows_accepted)),
            ("rows_rejected", whole(row.rows_rejected)),
        ],
        Row::Finding(row) => vec![
            ("finding_id", Text(row.finding_id)),
            ("rule_id", Text(row.rule_id)),
            ("rule_version", Text(row.rule_version)),
            ("title", Text(row.title)),
            ("describes", Text(row.describes)),
            ("form", Text(row.form)),
            ("party_id", Text(row.party_id)),
            ("account_id", Text(row.account_id)),
            ("from_time", Time(row.from)),
            ("to_time", Time(row.to)),
            ("measures", Text(row.measures)),
            ("sufficiency", Text(row.sufficiency)),
            ("explanation", Text(row.explanation)),
            ("innocent_explanations", Text(row.innocent_explanations)),
            ("entries", owned(row.entries)),
        ],
        Row::Cluster(row) => vec![
            ("cluster_id", Text(row.cluster_id)),
            ("title", Text(row.title)),
            ("explanation", Text(row.explanation)),
            ("parties", owned(row.parties)),
            ("accounts", owned(row.accounts)),
        ],
        Row::Party(row) => vec![
            ("party_id", Text(row.party_id)),
            ("kind", Text(party_word(row.kind))),
            ("name", Text(row.name)),
            ("aliases", owned(row.aliases)),
            ("birth_date", Day(row.birth_date)),
            ("registration_number", Text(row.registration_number)),
            ("country", Text(row.country)),
            ("sector", Text(row.sector)),
            ("incorporated", Day(row.incorporated)),
            ("category", Text(row.category)),
            (
                "identifiers",
                Value::Texts(
                    row.identifiers
                        .iter()
                        .map(|(scheme, number)| format!("{scheme} {number}"))
                        .collect(),
                ),
            ),
            ("addresses", owned(row.addresses)),
        ],
        Row::Account(row) => vec![
            ("account_id", Text(row.account_id)),
            ("scheme", Text(row.scheme)),
            ("label", Text(row.label)),
            ("number", Text(row.number)),
            ("iban", Text(row.iban)),
            ("bank", Text(row.bank)),
            ("bic", Text(row.bic)),
            ("currency", Text(row.currency)),
            ("country", Text(row.country)),
            ("opened", Day(row.opened)),
            ("closed", Day(row.closed)),
            ("seized", Truth(row.seized)),
        ],
        Row::Holder(row) => vec![
            ("party_id", Text(row.party_id)),
            ("account_id", Text(row.account_id)),
            ("role", Text(row.role)),
            ("from_date", Day(row.from)),
            ("to_date", Day(row.to)),
        ],
        Row::Relation(row) => vec![
            ("relation_id", Text(row.relation_id)),
            ("subject", Text(row.subject)),
            ("object", Text(row.object)),
            ("kind", Words(relation_word(row.kind))),
            ("interest", Text(row.interest)),
            ("share_min", Value::Share(row.share.min)),
            ("share_max", Value::Share(row.share.max)),
            ("above_min", Truth(row.share.above_min)),
            ("below_max", Truth(row.share.below_max)),
            ("directness", Text(row.directness)),
            ("beneficial", Text(row.beneficial)),
            ("detail", Text(row.detail)),
            ("from_date", Day(row.from)),
            ("to_date", Day(row.to)),
        ],
        Row::Transfer(row) => vec![
            ("transfer_id", Text(row.transfer_id)),
            ("payer_account", Text(row.payer_account)),
            ("payee_account", Text(row.payee_account)),
            ("debited_at", Time(row.debited_at)),
            ("credited_at", Time(row.credited_at)),
            ("time_precision", precision(row.at())),
            ("amount", Money(Some(row.amount))),
            ("currency", Text(row.currency)),
            ("payee_amount", Money(row.payee_amount)),
            ("payee_currency", Text(row.payee_currency)),
            ("base_amount", Money(row.base_amount)),
            ("rate", Text(row.rate)),
            ("channel", Text(row.channel)),
            ("purpose", Text(row.purpose)),
            ("remittance", Text(row.remittance)),
            ("origin", Text(row.origin)),
            ("debit_entry", Text(row.debit_entry)),
            ("credit_entry", Text(row.credit_entry)),
            ("debit_source", Text(row.debit_cited.source_id)),
            ("debit_locator", Text(row.debit_cited.locator)),
            ("credit_source", Text(row.credit_cited.source_id)),
            ("credit_locator", Text(row.credit_cited.locator)),
        ],
        Row::Entry(row) => vec![
            ("entry_id", Text(row.entry_id)),
            ("account_id", Text(row.account_id)),
            ("statement_id", Text(row.statement_id)),
            ("verdict", Text(row.verdict)),
            ("sequence", Whole(row.sequence)),
            ("booking_date", Day(row.booking_date)),
            ("value_date", Day(row.value_date)),
            ("booked_at", Time(row.booked_at)),
            ("time_precision", precision(row.booked_at)),
            ("direction", Text(row.direction.as_str())),
            ("amount", Money(row.amount)),
            ("currency", Text(row.currency)),
            ("asset", Text(row.asset)),
            ("quantity", Quantity(row.quantity)),
            ("balance_after", Money(row.balance_after)),
            ("channel", Text(row.channel)),
            ("counterparty_name", Text(row.counterparty_name)),
            ("counterparty_account", Text(row.counterparty_account)),
            ("counterparty_bank", Text(row.counterparty_bank)),
            ("counterparty_country", Text(row.counterparty_country)),
            ("purpose", Text(row.purpose)),
            ("remittance", Text(row.remittance)),
            ("end_to_end_id", Text(row.end_to_end_id)),
            ("bank_reference", Text(row.bank_reference)),
            ("reversal", Truth(row.reversal)),
            ("origin", Text(row.origin)),
        ],
    };
    match row {
        Row::Party(row) => place(&mut values, &row.cited),
        Row::Holder(row) => place(&mut values, &row.cited),
        Row::Relation(row) => place(&mut values, &row.cited),
        Row::Entry(row) => place(&mut values, &row.cited),
        _ => {}
    }
    values
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use datafusion::arrow::array::{Array, AsArray};
    use datafusion::arrow::datatypes::Decimal128Type;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::export::{Exporter, sample};

    /// Files in memory, by table.
    type Made = BTreeMap<Table, Vec<u8>>;

    fn made(name: &str, transfers: u32) -> Result<Made, ExportError> {
        // What is written is handed over where the file ends.
        struct Kept(Table, Vec<u8>, std::sync::mpsc::Sender<(Table, Vec<u8>)>);
        impl Write for Kept {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.1.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Drop for Kept {
            fn drop(&mut self) {
                let _ = self.2.send((self.0, std::mem::take(&mut self.1)));
            }
        }
        let (send, receive) = std::sync::mpsc::channel();
        let order = Rc::new(RefCell::new(Vec::new()));
        let head = sample::head();
        let opened = Rc::clone(&order);
        let open = Box::new(move |table| {
            opened.borrow_mut().push(table);
            Ok(Kept(table, Vec::new(), send.clone()))
        });
        let mut exporter = Exporter::new(Parquet::new(open, &head));
        sample::give(&mut exporter, name, transfers)?;
        exporter.finish()?;
        assert_eq!(*order.borrow(), Table::ALL);
        Ok(receive.try_iter().collect())
    }

    #[test]
    fn every_table_reads_back_with_exact_values() -> Result<(), Box<dyn std::error::Error>> {
        for name in sample::HARD {
            let files = made(name, 5)?;
            assert_eq!(files.len(), Table::ALL.len());
            assert_eq!(made(name, 5)?, files, "the same rows are the same bytes");
            let bytes = bytes::Bytes::from(files[&Table::Transfers].clone());
            let mut reader = ParquetRecordBatchReaderBuilder::try_new(bytes)?.build()?;
            let batch = reader.next().ok_or("no rows")??;
            assert_eq!(batch.num_rows(), 5);
            let amounts = batch.column_by_name("amount").ok_or("no amounts")?;
            assert_eq!(
                amounts.as_primitive::<Decimal128Type>().value(1),
                123_456_789_012_345_678
            );
            let said = batch.column_by_name("remittance").ok_or("no texts")?;
            assert_eq!(said.as_string::<i32>().value(0), *name);
            assert!(
                batch
                    .column_by_name("payee_amount")
                    .ok_or("no column")?
                    .is_null(0)
            );
        }
        Ok(())
    }
}
