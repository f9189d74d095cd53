//! Graph patterns as table functions: `SELECT * FROM temporal_cycles(time_window => '7 days', max_hops => 6)`.
//! Arguments are values; the search runs when rows are asked for, not when a query is planned.

mod owning;
mod rows;
pub(super) mod special;
mod tracing;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
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
use crate::case::Table;
use crate::patterns::{PatternError, Run, Search, SearchKind, TOO_LONG};

/// Which table function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FunctionKind {
    /// What a pattern finds, a row a bundle or a row a sequence.
    Found(SearchKind),
    /// How many temporal cycles there are, without listing them.
    CycleCounts,
    /// Where claimed money went.
    Trace,
    /// Who is behind entities.
    Owners,
    /// The shape of what stands behind entities.
    Structures,
}

/// What rows are: a bundle each, or a sequence of transfers each.
const ROWS: [&str; 2] = ["bundles", "members"];

impl FunctionKind {
    fn all() -> impl Iterator<Item = FunctionKind> {
        let found = SearchKind::ALL.into_iter().map(FunctionKind::Found);
        found.chain([
            FunctionKind::CycleCounts,
            FunctionKind::Trace,
            FunctionKind::Owners,
            FunctionKind::Structures,
        ])
    }

    /// Name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            FunctionKind::Found(kind) => kind.name(),
            FunctionKind::CycleCounts => "cycle_counts",
            FunctionKind::Trace => "trace",
            FunctionKind::Owners => "owners",
            FunctionKind::Structures => "structures",
        }
    }

    /// From the name in SQL.
    pub fn from_name(name: &str) -> Option<FunctionKind> {
        FunctionKind::all().find(|kind| kind.name() == name)
    }

    /// The arguments, in order. All can be left out.
    pub fn arguments(self) -> Vec<&'static str> {
        let of_search = self.searched().arguments().into_iter();
        match self {
            FunctionKind::Trace | FunctionKind::Owners | FunctionKind::Structures => {
                self.own_arguments().iter().map(|(name, _)| *name).collect()
            }
            // Nothing is listed, so nothing limits how many.
            FunctionKind::CycleCounts => of_search.filter(|name| *name != "max_instances").collect(),
            FunctionKind::Found(kind) => {
                let rows = kind.lists_members().then_some("rows");
                of_search.chain(rows).collect()
            }
        }
    }

    /// The arguments of what searches no pattern, with what they are where not given.
    fn own_arguments(self) -> &'static [(&'static str, &'static str)] {
        match self {
            FunctionKind::Trace => &tracing::ARGUMENTS,
            FunctionKind::Owners => owning::OWNERS,
            FunctionKind::Structures => owning::STRUCTURES,
            FunctionKind::Found(_) | FunctionKind::CycleCounts => &[],
        }
    }

    /// The pattern whose parameters it takes; of what takes none, any.
    fn searched(self) -> SearchKind {
        match self {
            FunctionKind::Found(kind) => kind,
            FunctionKind::CycleCounts
            | FunctionKind::Trace
            | FunctionKind::Owners
            | FunctionKind::Structures => SearchKind::TemporalCycles,
        }
    }

    fn schema(self) -> SchemaRef {
        match self {
            FunctionKind::Found(_) => rows::of_bundles(),
            FunctionKind::CycleCounts => rows::of_counts(),
            FunctionKind::Trace => Table::Lots.schema(),
            FunctionKind::Owners => owning::owners_schema(),
            FunctionKind::Structures => owning::structures_schema(),
        }
    }

    fn wrong(self, argument: &str, reason: String) -> SqlError {
        SqlError::Argument {
            function: self.name().to_owned(),
            argument: argument.to_owned(),
            reason,
        }
    }

    /// The same fault under the name of the function that was called.
    fn own(self, error: SqlError) -> DataFusionError {
        DataFusionError::External(Box::new(match error {
            SqlError::Argument { argument, reason, .. } => self.wrong(&argument, reason),
            other => other,
        }))
    }
}

/// Names of our table functions.
pub(super) fn names() -> Vec<&'static str> {
    FunctionKind::all().map(FunctionKind::name).collect()
}

/// A line a table function: name, arguments with their defaults.
pub fn table_functions() -> Vec<String> {
    let line = |kind: FunctionKind| {
        let search = Search::new(kind.searched());
        let shown = |name: &str| match name {
            name if !kind.own_arguments().is_empty() => shown(kind, name),
            "rows" => format!("'{}'", ROWS[0]),
            name => search.shown(name),
        };
        let argument = |name: &&str| format!("{name} => {}", shown(name));
        let arguments: Vec<String> = kind.arguments().iter().map(argument).collect();
        format!("{}({})", kind.name(), arguments.join(", "))
    };
    FunctionKind::all().map(line).collect()
}

/// What an argument is where it is not given.
fn shown(kind: FunctionKind, name: &str) -> String {
    let own = kind.own_arguments().iter().find(|(known, _)| *known == name);
    format!("'{}'", own.map_or("", |(_, value)| *value))
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
    for kind in FunctionKind::all() {
        for call in 1..=MOST_CALLS {
            let flows = flows.clone();
            let function = TableFunction { kind, flows };
            context.register_udtf(&name_of_call(kind, call), Arc::new(function));
        }
    }
}

struct TableFunction {
    kind: FunctionKind,
    flows: Arc<Flows>,
}

impl fmt::Debug for TableFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.name())
    }
}

impl TableFunctionImpl for TableFunction {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        let kind = self.kind;
        if !kind.own_arguments().is_empty() {
            return self.asked(&args);
        }
        let mut search = Search::new(kind.searched());
        let mut by_member = false;
        let arguments = kind.arguments();
        for (name, expression) in arguments.iter().zip(args.exprs()) {
            let wrong = |reason: String| DataFusionError::External(Box::new(kind.wrong(name, reason)));
            let Some(value) = literal(expression).map_err(wrong)? else {
                continue;
            };
            if *name == "rows" {
                by_member = value == ROWS[1];
                if !ROWS.contains(&value.as_str()) {
                    let allowed = "rows are 'bundles', or 'members' for each sequence by itself";
                    return Err(wrong(format!("is ‘{value}’, but {allowed}")));
                }
                continue;
            }
            let refused = |e: PatternError| e.refused().map_or_else(|| e.to_string(), |(_, reason)| reason);
            search.set(name, &value).map_err(|e| wrong(refused(e)))?;
        }
        if args.exprs().len() > arguments.len() {
            let reason = too_many(&arguments, args.exprs().len());
            let place = (arguments.len() + 1).to_string();
            return Err(DataFusionError::External(Box::new(kind.wrong(&place, reason))));
        }
        let refused = |error| kind.own(super::flows::argument(&search, &error));
        search.validate().map_err(refused)?;
        Ok(Arc::new(FunctionTable {
            call: Call {
                kind,
                search,
                by_member,
                asked: None,
            },
            flows: self.flows.clone(),
            schema: kind.schema(),
        }))
    }
}

impl TableFunction {
    fn asked(&self, args: &TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        let kind = self.kind;
        let mut asked = match kind {
            FunctionKind::Trace => Asked::Trace(tracing::Asked::default()),
            _ => Asked::Owning(owning::Asked::default()),
        };
        let arguments = kind.own_arguments();
        for ((name, _), expression) in arguments.iter().zip(args.exprs()) {
            let wrong = |reason: String| DataFusionError::External(Box::new(kind.wrong(name, reason)));
            if let Some(value) = literal(expression).map_err(wrong)? {
                match &mut asked {
                    Asked::Trace(asked) => asked.set(name, &value).map_err(wrong)?,
                    Asked::Owning(asked) => asked.set(name, &value).map_err(wrong)?,
                }
            }
        }
        if args.exprs().len() > arguments.len() {
            let reason = too_many(&kind.arguments(), args.exprs().len());
            let place = (arguments.len() + 1).to_string();
            return Err(DataFusionError::External(Box::new(kind.wrong(&place, reason))));
        }
        Ok(Arc::new(FunctionTable {
            call: Call {
                kind,
                search: Search::new(kind.searched()),
                by_member: false,
                asked: Some(asked),
            },
            flows: self.flows.clone(),
            schema: kind.schema(),
        }))
    }
}

/// What is asked for beside patterns.
#[derive(Clone, Debug)]
enum Asked {
    Trace(tracing::Asked),
    Owning(owning::Asked),
}

/// A function with the values of its arguments.
#[derive(Clone, Debug)]
struct Call {
    kind: FunctionKind,
    search: Search,
    /// Whether each sequence of a bundle has a row.
    by_member: bool,
    /// What is asked for, where it is no pattern.
    asked: Option<Asked>,
}

impl Call {
    /// Notes that the budget ended the search: few rows, or none, do not say that there is nothing more.
    fn note_budget(&self, flows: &Flows) {
        let own = self.kind.arguments();
        let limits: Vec<String> = ["max_steps", "max_instances"]
            .into_iter()
            .filter(|name| own.contains(name))
            .map(|name| format!("{name} ({})", self.search.shown(name)))
            .collect();
        let said = format!(
            "the budget ended the search: there may be more. Raise {}",
            limits.join(" or ")
        );
        flows.note(self.kind.name(), &said);
    }

    fn rows(&self, flows: &Flows, schema: SchemaRef, gone: &AtomicBool) -> Result<RecordBatch> {
        let own = |error| self.kind.own(error);
        let wires = Run {
            cancel: Some(gone),
            ..Run::default()
        };
        match self.kind {
            FunctionKind::Found(kind) => {
                let mut hits = flows.search(&self.search, wires).map_err(own)?;
                if let Some(lacks) = hits.lacks {
                    flows.note(self.kind.name(), lacks);
                }
                if hits.truncated {
                    self.note_budget(flows);
                }
                rows::bundles(&mut hits, kind, self.by_member, schema)
            }
            FunctionKind::CycleCounts => {
                let counts = flows.count_cycles(&self.search, wires).map_err(own)?;
                if counts.truncated {
                    self.note_budget(flows);
                }
                rows::counts(&counts, self.search.most_hops(), schema)
            }
            FunctionKind::Trace | FunctionKind::Owners | FunctionKind::Structures => {
                let told = match &self.asked {
                    Some(Asked::Trace(asked)) => asked.rows(flows, gone),
                    Some(Asked::Owning(asked)) => asked.rows(self.kind, flows, gone),
                    None => tracing::Asked::default().rows(flows, gone),
                };
                let (rows, notes) = told.map_err(own)?;
                for note in notes {
                    flows.note(self.kind.name(), &note);
                }
                Ok(rows)
            }
        }
    }
}

/// A fault of ours or of the disk, in words.
fn fault(error: &dyn fmt::Display) -> SqlError {
    SqlError::Run {
        reason: error.to_string(),
        hint: String::new(),
    }
}

/// Why more arguments than a function has are refused.
pub(super) fn too_many(arguments: &[&str], given: usize) -> String {
    format!(
        "is one too many: it takes {} arguments, {given} given; they are {}",
        arguments.len(),
        arguments.join(", ")
    )
}

/// A constant as text; nothing for NULL.
fn literal(expression: &Expr) -> std::result::Result<Option<String>, String> {
    match expression {
        Expr::Literal(value, _) if value.is_null() => Ok(None),
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(interval)), _) => {
            if interval.months != 0 {
                return Err("a month has no fixed length; write days, as in '30 days'".to_owned());
            }
            let micros = i64::from(interval.days)
                .checked_mul(86_400_000_000)
                .and_then(|days| days.checked_add(interval.nanoseconds / 1_000))
                .ok_or_else(|| format!("is {} days long, but {TOO_LONG}", interval.days))?;
            Ok(Some(format!("{micros} microseconds")))
        }
        Expr::Literal(value, _) => Ok(Some(value.to_string())),
        other => Err(format!(
            "‘{other}’ is no constant; table functions take values, not columns"
        )),
    }
}

struct FunctionTable {
    call: Call,
    flows: Arc<Flows>,
    schema: SchemaRef,
}

impl fmt::Debug for FunctionTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.call)
    }
}

#[async_trait]
impl TableProvider for FunctionTable {
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
        let stream = FunctionRows {
            call: self.call.clone(),
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

struct FunctionRows {
    call: Call,
    flows: Arc<Flows>,
    schema: SchemaRef,
}

impl fmt::Debug for FunctionRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.call)
    }
}

impl PartitionStream for FunctionRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (call, flows, schema) = (self.call.clone(), self.flows.clone(), self.schema.clone());
        // The search is rayon's work; a thread of its own keeps the plan's threads free.
        let gone = Gone::default();
        let flag = gone.0.clone();
        let work = async move {
            // Held as long as somebody waits for the rows.
            let _gone = gone;
            tokio::task::spawn_blocking(move || call.rows(&flows, schema, &flag))
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
