//! A read-only DataFusion session over the tables of a case.

use std::pin::pin;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::DataFusionError;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use futures::future::{Either, select};
use hashbrown::HashMap;
use tokio::runtime::Runtime;

use super::flows::Flows;
use super::functions::special::{self, Masks};
use super::once::{Failed, Held, Once};
use super::{SqlError, Stop, functions, lists, rewrite, views};
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};
use crate::lexicons::{Lexicons, SectorCode};

/// What a session may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Threads that work on a query.
    pub threads: usize,
    /// Bytes that queries may hold in memory before they spill to disk or fail.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 8 << 30,
        }
    }
}

/// Where tables, and rows of parts of queries, have their names.
const CATALOG: &str = "geldspoor";

/// Rows up to which a table is held in memory: many small files cost more to open than to keep.
const IN_MEMORY: u64 = 100_000;

/// A session over a case, as its tables were when the case was opened.
pub struct Session {
    context: SessionContext,
    runtime: Runtime,
    flows: Arc<Flows>,
    stop: Arc<Stop>,
    masks: Arc<Masks>,
    once: Once,
}

impl Session {
    /// Registers every table of the case, `ledger` and `decisions` among them, and our table functions.
    pub fn open(case: &Case, limits: Limits) -> Result<Session, SqlError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(limits.threads.max(1))
            // Deep plans (long IN lists) walk deep stacks.
            .thread_stack_size(16 << 20)
            .build()
            .map_err(|e| fault(e.to_string()))?;
        let config = SessionConfig::new()
            .with_target_partitions(limits.threads.max(1))
            .with_information_schema(true)
            .with_default_catalog_and_schema(CATALOG, "case")
            .set_bool("datafusion.sql_parser.parse_float_as_decimal", true)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
        let consumers = std::num::NonZeroUsize::new(3).unwrap_or(std::num::NonZeroUsize::MIN);
        let pool = TrackConsumersPool::new(FairSpillPool::new(limits.memory), consumers);
        // What spills is evidence: it stays inside the case, never in the system's temporary folder. Where somebody kills
        // the process its folder stays, so it lies in `cache/`, which may be thrown away, and not among what is exported.
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_temp_file_path(case.root().join("cache"))
            .build_arc()
            .map_err(|e| fault(e.to_string()))?;
        let context = SessionContext::new_with_config_rt(config, environment);
        let once = Once::new(&context, CATALOG, limits.memory).map_err(|e| fault(e.to_string()))?;
        let merged = merged(case).map_err(|e| fault(e.to_string()))?;
        for table in Table::ALL {
            register(&context, case, table, &merged)?;
        }
        register_ledger(&context, case).map_err(|e| fault(e.to_string()))?;
        lists::register(&context, case.root())?;
        sectors(&context, case)?;
        let masks = Arc::new(Masks::of(case.root()));
        special::register(&context, &masks);
        deep(|| runtime.block_on(views::register(&context, case)))?;
        let flows = Arc::new(Flows::of(case));
        functions::register(&context, flows.clone());
        Ok(Session {
            context,
            flows,
            runtime,
            stop: Arc::default(),
            masks,
            once,
        })
    }

    /// The same, ended by this wire.
    pub fn stopped_by(mut self, stop: Arc<Stop>) -> Session {
        self.stop = stop;
        self
    }

    /// Takes the masks off rows of special categories, for all that is asked of this session from now on. Whoever does so
    /// has an [`Unmasking`](crate::victims::special::Unmasking) to write into the ledger.
    pub fn unmask(&self) {
        self.masks.take_off();
    }

    /// Whether rows of special categories are masked in `entries_masked`.
    pub fn masks(&self) -> bool {
        self.masks.are_on()
    }

    /// What table functions lacked since this was last asked, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        self.flows.take_notes().into_iter().collect()
    }

    /// The wire that ends whatever runs in this session.
    pub fn stop(&self) -> &Arc<Stop> {
        &self.stop
    }

    /// Computes what several rules go by once, for all that is asked of this session from now on.
    pub fn share_views(&self) -> Result<(), SqlError> {
        deep(|| {
            self.runtime.block_on(async {
                match select(pin!(views::share(&self.context)), pin!(self.stop.stopped())).await {
                    Either::Left((done, _)) => done,
                    Either::Right(_) => Err(SqlError::Stopped),
                }
            })
        })
    }

    /// Runs one statement that reads. `$name` parameters are values, also inside table functions.
    pub fn query(&self, sql: &str, parameters: &[(String, String)]) -> Result<Vec<RecordBatch>, SqlError> {
        self.run(rewrite::prepare(sql, &rewrite::values(parameters))?, false)
    }

    /// The same with parameters that are SQL expressions of constants (`INTERVAL '7 days'`), as rule packs give them. What
    /// the query names with `WITH` and refers to more than once is computed once.
    pub fn query_with_expressions(
        &self,
        sql: &str,
        parameters: &[(String, String)],
    ) -> Result<Vec<RecordBatch>, SqlError> {
        self.run(rewrite::prepare(sql, &rewrite::expressions(parameters)?)?, true)
    }

    fn run(&self, mut statement: Statement, shares_parts: bool) -> Result<Vec<RecordBatch>, SqlError> {
        let work = async {
            let held = match shares_parts {
                true => self.once.compute(&self.context, &mut statement).await,
                false => Ok(Held::default()),
            };
            // What is held goes when the rows are there.
            let _held = held.map_err(|failed| match failed {
                Failed::Plan(error) => self.plan_error(&error),
                Failed::Run(error) => run_error(error),
            })?;
            let state = self.context.state();
            let plan = state
                .statement_to_plan(statement)
                .await
                .map_err(|e| self.plan_error(&e))?;
            let frame = self
                .context
                .execute_logical_plan(plan)
                .await
                .map_err(|e| self.plan_error(&e))?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let mut batches = frame.collect().await.map_err(run_error)?;
            if batches.is_empty() {
                batches.push(RecordBatch::new_empty(schema));
            }
            Ok(batches)
        };
        deep(|| {
            self.runtime.block_on(async {
                // What is let go of ends: plans with their streams, searches of table functions with theirs.
                match select(pin!(work), pin!(self.stop.stopped())).await {
                    Either::Left((rows, _)) => rows,
                    Either::Right(_) => Err(SqlError::Stopped),
                }
            })
        })
    }

    /// Names of the columns of a table; none where there is no such table.
    pub fn columns(&self, table: &str) -> Vec<String> {
        self.runtime.block_on(async {
            match self.context.table_provider(table).await {
                Ok(provider) => provider
                    .schema()
                    .fields()
                    .iter()
                    .map(|f| f.name().clone())
                    .collect(),
                Err(_) => Vec::new(),
            }
        })
    }

    /// Names of all tables, sorted.
    pub fn tables(&self) -> Vec<String> {
        let schema = self
            .context
            .catalog(CATALOG)
            .and_then(|catalog| catalog.schema("case"));
        let mut names = schema.map(|schema| schema.table_names()).unwrap_or_default();
        names.sort();
        names
    }

    fn plan_error(&self, error: &DataFusionError) -> SqlError {
        let reason = plain(error);
        if let DataFusionError::External(inner) = error.find_root()
            && let Some(SqlError::Argument {
                function,
                argument,
                reason,
            }) = inner.downcast_ref::<SqlError>()
        {
            return SqlError::Argument {
                function: function.clone(),
                argument: argument.clone(),
                reason: reason.clone(),
            };
        }
        let hint = if reason.contains("not found") && reason.contains("table") && !reason.contains("function")
        {
            format!("; the tables are {}", self.tables().join(", "))
        } else if reason.contains("function") && reason.contains("not found") {
            format!("; the table functions are {}", functions::names().join(", "))
        } else {
            date_hint(&reason)
        };
        SqlError::Plan { reason, hint }
    }
}

/// Bytes of stack for planning. Only what is used is taken from memory.
const DEEP: usize = 128 << 20;

/// Runs on a thread whose stack holds the plan of a long query: planning goes down by recursion, and a rule may have
/// dozens of steps.
fn deep<T: Send>(work: impl FnOnce() -> Result<T, SqlError> + Send) -> Result<T, SqlError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(DEEP)
            .spawn_scoped(scope, work)
            .map_err(|e| fault(format!("no thread could be started: {e}")))?;
        // What the library breaks on is told as it would be without the thread.
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Tables that name a party as one record does. With SQL they are asked for the party that the mention is.
const BY_MENTION: [Table; 4] = [Table::Incomes, Table::Assets, Table::Liabilities, Table::Expenses];

/// The party of each mention that is not its party's first.
fn merged(case: &Case) -> Result<HashMap<String, String>, CaseError> {
    let mut merged = HashMap::new();
    if BY_MENTION.iter().all(|table| case.manifest().rows(*table) == 0) {
        return Ok(merged);
    }
    each_row(
        case,
        Table::PartyMentions,
        &["mention_id", "party_id"],
        |[mention, party]| {
            if mention != party {
                merged.insert(mention.to_owned(), party.to_owned());
            }
        },
    )?;
    Ok(merged)
}

/// The rows with parties in the place of mentions.
fn by_party(batch: RecordBatch, merged: &HashMap<String, String>) -> Result<RecordBatch, CaseError> {
    let mut columns = batch.columns().to_vec();
    for (number, field) in batch.schema().fields().iter().enumerate() {
        if field.name() == "party_id" {
            let ids = crate::case::column::text(&batch, "party_id")?;
            let parties = ids
                .iter()
                .map(|id| id.map(|id| merged.get(id).map_or(id, String::as_str)));
            columns[number] = Arc::new(StringArray::from_iter(parties));
        }
    }
    RecordBatch::try_new(batch.schema(), columns).map_err(|e| CaseError::Decision(e.to_string()))
}

fn register(
    context: &SessionContext,
    case: &Case,
    table: Table,
    merged: &HashMap<String, String>,
) -> Result<(), SqlError> {
    let files = case.files(table);
    let is_by_mention = BY_MENTION.contains(&table) && !merged.is_empty();
    let registered = if case.manifest().rows(table) <= IN_MEMORY || is_by_mention {
        let batches: Result<Vec<RecordBatch>, CaseError> = case
            .scan(table, &[])
            .map(|batch| match is_by_mention {
                true => by_party(batch?, merged),
                false => batch,
            })
            .collect();
        let batches = batches.map_err(|e| fault(e.to_string()))?;
        MemTable::try_new(table.schema(), vec![batches])
            .and_then(|small| context.register_table(table.name(), Arc::new(small)))
    } else {
        let urls: Result<Vec<ListingTableUrl>, DataFusionError> = files
            .iter()
            .map(|path| {
                // Object stores take no `..` in a name.
                let path = path.canonicalize()?;
                // As a path it would be taken for a pattern, and a folder may be called `case [12]`.
                let url = url::Url::from_file_path(&path)
                    .map_err(|()| DataFusionError::Configuration(format!("{} is no path", path.display())))?;
                ListingTableUrl::try_new(url, None)
            })
            .collect();
        let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
        urls.and_then(|urls| {
            let config = ListingTableConfig::new_with_multi_paths(urls)
                .with_listing_options(options)
                .with_schema(table.schema());
            let provider = ListingTable::try_new(config)?;
            context.register_table(table.name(), Arc::new(provider))
        })
    };
    registered.map(|_| ()).map_err(|e| fault(e.to_string()))
}

fn register_ledger(context: &SessionContext, case: &Case) -> Result<(), RegisterError> {
    let lines = case.ledger()?;
    let texts = |pick: &dyn Fn(&crate::case::LedgerLine) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(lines.iter().map(pick)))
    };
    let list = |written: &[crate::case::Written]| serde_json::to_string(written).unwrap_or_default();
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "number",
            Arc::new(Int64Array::from_iter_values(
                lines.iter().map(|l| l.number as i64),
            )),
        ),
        ("previous", texts(&|l| l.previous.clone())),
        ("time", texts(&|l| l.time.clone())),
        ("user", texts(&|l| l.user.clone())),
        ("purpose", texts(&|l| l.purpose.clone())),
        ("command", texts(&|l| l.command.clone())),
        ("portion", texts(&|l| l.portion.clone())),
        ("note", texts(&|l| l.note.clone())),
        ("read", texts(&|l| list(&l.read))),
        ("written", texts(&|l| list(&l.written))),
        ("tool", texts(&|l| l.tool.clone())),
    ];
    register_memory(context, "ledger", columns)?;
    let decisions = case.decisions()?;
    let texts = |pick: &dyn Fn(&crate::case::Decision) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(decisions.iter().map(pick)))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("decision_id", texts(&|d| d.decision_id.clone())),
        ("kind", texts(&|d| d.kind.as_str().to_owned())),
        ("subject", texts(&|d| d.subject.clone())),
        ("value", texts(&|d| d.value.clone())),
        ("reason", texts(&|d| d.reason.clone())),
        ("author", texts(&|d| d.author.clone())),
        ("time", texts(&|d| d.time.clone())),
        ("undoes", texts(&|d| d.undoes.clone())),
        ("from_case", texts(&|d| d.from_case.clone())),
    ];
    register_memory(context, "decisions", columns)
}

/// NACE codes of the sectors that rules speak of, from the case's lexicons.
fn sectors(context: &SessionContext, case: &Case) -> Result<(), SqlError> {
    let sectors = Lexicons::sectors(case.root()).map_err(|e| fault(e.to_string()))?;
    let texts = |pick: &dyn Fn(&SectorCode) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(sectors.iter().map(pick)))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("environment", texts(&|code| &code.environment)),
        ("revision", texts(&|code| &code.revision)),
        ("nace", texts(&|code| &code.nace)),
    ];
    register_memory(context, "sector_codes", columns).map_err(|e| fault(e.to_string()))
}

fn register_memory(
    context: &SessionContext,
    name: &str,
    columns: Vec<(&str, ArrayRef)>,
) -> Result<(), RegisterError> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), false))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(DataFusionError::from)?;
    context.register_table(name, Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))?;
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum RegisterError {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Session(#[from] DataFusionError),
}

/// DataFusion's message without its own headings and stack traces.
fn plain(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let mut text = text.as_str();
    for heading in [
        "Error during planning: ",
        "SQL error: ",
        "Schema error: ",
        "External error: ",
        "Execution error: ",
    ] {
        text = text.strip_prefix(heading).unwrap_or(text);
    }
    text.replace("geldspoor.case.", "")
}

fn run_error(error: DataFusionError) -> SqlError {
    if let DataFusionError::External(inner) = error.find_root()
        && let Some(SqlError::Argument {
            function,
            argument,
            reason,
        }) = inner.downcast_ref::<SqlError>()
    {
        return SqlError::Argument {
            function: function.clone(),
            argument: argument.clone(),
            reason: reason.clone(),
        };
    }
    if let DataFusionError::External(inner) = error.find_root()
        && let Some(SqlError::Stopped) = inner.downcast_ref::<SqlError>()
    {
        return SqlError::Stopped;
    }
    let reason = plain(&error);
    let hint = if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) {
        "; give it more with --memory-limit, or select less".to_owned()
    } else {
        date_hint(&reason)
    };
    SqlError::Run { reason, hint }
}

// How a day is written, where something else could not be read as one.
fn date_hint(reason: &str) -> String {
    let of_days = reason.contains("Date32") || reason.contains("Date64") || reason.contains("Timestamp");
    if of_days && reason.to_lowercase().contains("cast") {
        "; a date is written as DATE '2026-01-31', a moment as TIMESTAMP '2026-01-31 13:45:00'".to_owned()
    } else {
        String::new()
    }
}

fn fault(reason: String) -> SqlError {
    SqlError::Run {
        reason,
        hint: String::new(),
    }
}

/// Text type of our own tables; kept in one place so that list columns agree.
pub(super) fn text_list() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
}
