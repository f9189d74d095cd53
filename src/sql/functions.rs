//! Graph patterns as table functions: `SELECT * FROM temporal_cycles(time_window => '7 days', max_hops => 6)`.
//! A row is one bundle. Arguments are values; the search runs when rows are asked for, not when a query is planned.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::prelude::SessionContext;

use super::SqlError;
use super::flows::Flows;
use super::session::text_list;
use crate::case::{MOMENT, MONEY, MONEY_SUM};
use crate::patterns::{PatternError, Run, Search, SearchKind};

/// Which table function.
pub(super) type FunctionKind = SearchKind;

/// The arguments of a function, in order. All can be left out.
pub(super) fn signature(kind: FunctionKind) -> Vec<&'static str> {
    kind.arguments()
}

/// Names of our table functions.
pub(super) fn names() -> Vec<&'static str> {
    SearchKind::ALL.map(SearchKind::name).to_vec()
}

/// A line a function: name, arguments with their defaults.
pub(super) fn describe() -> Vec<String> {
    let line = |kind: SearchKind| {
        let search = Search::new(kind);
        let argument = |name: &&str| format!("{name} => {}", search.shown(name));
        let arguments: Vec<String> = kind.arguments().iter().map(argument).collect();
        format!("{}({})", kind.name(), arguments.join(", "))
    };
    SearchKind::ALL.map(line).to_vec()
}

/// Calls of table functions that one statement can have.
pub(super) const MOST_CALLS: usize = 64;

/// The name under which the nth call of a statement goes. The optimizer compares tables by name and schema alone, so
/// that it takes two calls of one function for one table, whatever their arguments.
pub(super) fn name_of_call(kind: FunctionKind, call: usize) -> String {
    match call {
        1 => kind.name().to_owned(),
        call => format!("{}__{call}", kind.name()),
    }
}

pub(super) fn register(context: &SessionContext, flows: Arc<Flows>) {
    for kind in SearchKind::ALL {
        for call in 1..=MOST_CALLS {
            let flows = flows.clone();
            context.register_udtf(
                &name_of_call(kind, call),
                Arc::new(PatternFunction { kind, flows }),
            );
        }
    }
}

struct PatternFunction {
    kind: SearchKind,
    flows: Arc<Flows>,
}

impl fmt::Debug for PatternFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.name())
    }
}

impl TableFunctionImpl for PatternFunction {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        let mut search = Search::new(self.kind);
        let arguments = self.kind.arguments();
        for (name, expression) in arguments.iter().zip(args.exprs()) {
            let wrong = |reason: String| {
                DataFusionError::External(Box::new(SqlError::Argument {
                    function: self.kind.name().to_owned(),
                    argument: (*name).to_owned(),
                    reason,
                }))
            };
            if let Some(value) = literal(expression).map_err(wrong)? {
                let refused =
                    |e: PatternError| e.refused().map_or_else(|| e.to_string(), |(_, reason)| reason);
                search.set(name, &value).map_err(|e| wrong(refused(e)))?;
            }
        }
        if args.exprs().len() > arguments.len() {
            return Err(DataFusionError::External(Box::new(SqlError::Argument {
                function: self.kind.name().to_owned(),
                argument: (arguments.len() + 1).to_string(),
                reason: format!("is not known; it takes {}", arguments.join(", ")),
            })));
        }
        let refused = |error| DataFusionError::External(Box::new(super::flows::argument(&search, &error)));
        search.validate().map_err(refused)?;
        Ok(Arc::new(PatternTable {
            search,
            flows: self.flows.clone(),
            schema: schema(),
        }))
    }
}

/// A constant as text; nothing for NULL.
fn literal(expression: &Expr) -> std::result::Result<Option<String>, String> {
    match expression {
        Expr::Literal(value, _) if value.is_null() => Ok(None),
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(interval)), _) => {
            if interval.months != 0 {
                return Err("a month has no fixed length; write days, as in '30 days'".to_owned());
            }
            let micros = i64::from(interval.days) * 86_400_000_000 + interval.nanoseconds / 1_000;
            Ok(Some(format!("{micros} microseconds")))
        }
        Expr::Literal(value, _) => Ok(Some(value.to_string())),
        other => Err(format!(
            "‘{other}’ is no constant; table functions take values, not columns"
        )),
    }
}

fn schema() -> SchemaRef {
    let field = |name: &str, kind: DataType| Field::new(name, kind, true);
    Arc::new(Schema::new(vec![
        field("pattern", DataType::Utf8),
        field("account_id", DataType::Utf8),
        field("instances", DataType::Int64),
        field("hops", DataType::Int64),
        field("first_time", MOMENT),
        field("last_time", MOMENT),
        field("currency", DataType::Utf8),
        field("first_amount", MONEY),
        field("last_amount", MONEY),
        field("total", MONEY_SUM),
        field("carried", MONEY_SUM),
        field("accounts", text_list()),
        field("transfers", text_list()),
        field("entries", text_list()),
        field("needs_lenient", DataType::Boolean),
        field("truncated", DataType::Boolean),
        field("time_precision", DataType::Utf8),
    ]))
}

struct PatternTable {
    search: Search,
    flows: Arc<Flows>,
    schema: SchemaRef,
}

impl fmt::Debug for PatternTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.search)
    }
}

#[async_trait]
impl TableProvider for PatternTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let stream = PatternRows {
            search: self.search.clone(),
            flows: self.flows.clone(),
            schema: self.schema.clone(),
        };
        let plan = StreamingTableExec::try_new(
            self.schema.clone(),
            vec![Arc::new(stream)],
            projection,
            std::iter::empty(),
            false,
            limit,
        )?;
        Ok(Arc::new(plan))
    }
}

struct PatternRows {
    search: Search,
    flows: Arc<Flows>,
    schema: SchemaRef,
}

impl fmt::Debug for PatternRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.search)
    }
}

impl PartitionStream for PatternRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (search, flows, schema) = (self.search.clone(), self.flows.clone(), self.schema.clone());
        // The search is rayon's work; a thread of its own keeps the plan's threads free.
        let gone = Gone::default();
        let flag = gone.0.clone();
        let work = async move {
            // Held as long as somebody waits for the rows.
            let _gone = gone;
            tokio::task::spawn_blocking(move || rows(&search, &flows, schema, &flag))
                .await
                .map_err(|e| DataFusionError::External(Box::new(e)))?
        };
        Box::pin(RecordBatchStreamAdapter::new(
            self.schema.clone(),
            futures::stream::once(work),
        ))
    }
}

/// Ends a search whose rows nobody waits for any more.
#[derive(Default)]
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn rows(search: &Search, flows: &Flows, schema: SchemaRef, gone: &AtomicBool) -> Result<RecordBatch> {
    let wires = Run {
        cancel: Some(gone),
        ..Run::default()
    };
    let hits = flows
        .search(search, wires)
        .map_err(|e| DataFusionError::External(Box::new(e)))?;
    if let Some(lacks) = hits.lacks {
        flows.note(search, lacks);
    }
    let (bundles, loaded, truncated) = (&hits.bundles, hits.loaded, hits.truncated);
    let mut accounts = ListBuilder::new(StringBuilder::new());
    let mut transfers = ListBuilder::new(StringBuilder::new());
    let mut entries = ListBuilder::new(StringBuilder::new());
    for bundle in bundles {
        for account in &bundle.accounts {
            accounts.values().append_value(hits.name(*account));
        }
        accounts.append(true);
        for transfer in &bundle.representative {
            transfers
                .values()
                .append_value(&loaded.transfers[*transfer as usize].id);
            for entry in loaded.entries(*transfer) {
                entries.values().append_value(entry);
            }
        }
        transfers.append(true);
        entries.append(true);
    }
    let currencies: Vec<Option<&str>> = bundles
        .iter()
        .map(|b| loaded.one_currency(&b.representative))
        .collect();
    // Amounts of different currencies are never put beside or added to each other.
    let money = |pick: &dyn Fn(&crate::patterns::Bundle) -> i128, kind: &DataType| -> Result<ArrayRef> {
        let values = bundles
            .iter()
            .zip(&currencies)
            .map(|(bundle, currency)| currency.map(|_| pick(bundle)));
        Ok(Arc::new(
            Decimal128Array::from_iter(values).with_data_type(kind.clone()),
        ))
    };
    let count = |pick: &dyn Fn(&crate::patterns::Bundle) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(bundles.iter().map(pick)))
    };
    let time = |pick: &dyn Fn(&crate::patterns::Bundle) -> i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter_values(
            bundles.iter().map(pick),
        ))
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(
            bundles.iter().map(|_| search.kind().typology()),
        )),
        Arc::new(StringArray::from_iter(
            bundles
                .iter()
                .map(|b| b.accounts.first().map(|account| hits.name(*account))),
        )),
        count(&|b| b.instances as i64),
        count(&|b| i64::from(b.measures.hops)),
        time(&|b| b.measures.first_at),
        time(&|b| b.measures.last_at),
        Arc::new(StringArray::from_iter(currencies.iter().copied())),
        money(&|b| i128::from(b.measures.first_amount), &MONEY)?,
        money(&|b| i128::from(b.measures.last_amount), &MONEY)?,
        money(&|b| b.measures.total, &MONEY_SUM)?,
        money(&|b| b.measures.carried, &MONEY_SUM)?,
        Arc::new(accounts.finish()),
        Arc::new(transfers.finish()),
        Arc::new(entries.finish()),
        Arc::new(BooleanArray::from_iter(
            bundles.iter().map(|b| Some(b.measures.needs_lenient)),
        )),
        Arc::new(BooleanArray::from_iter(bundles.iter().map(|_| Some(truncated)))),
        // Of a day alone the times above say midnight, which nobody claims.
        Arc::new(StringArray::from_iter_values(bundles.iter().map(|b| {
            match b
                .representative
                .iter()
                .any(|t| loaded.transfers[*t as usize].day_only)
            {
                true => "day",
                false => "second",
            }
        }))),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}
