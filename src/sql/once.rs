//! Computes parts of a query that it refers to more than once a single time each, into memory. What is too large for
//! that stays in the query and is planned in each place, as DataFusion does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::datasource::MemTable;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_plan::execute_stream_partitioned;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement;
use futures::StreamExt;
use tokio::task::JoinSet;

use super::parts;

/// The schema that holds rows of parts while a query runs.
const SCHEMA: &str = "parts";

/// Where rows of parts are held, and how many bytes those of one query may take.
pub(super) struct Once {
    schema: Arc<MemorySchemaProvider>,
    next: AtomicU64,
    most: usize,
}

/// Why a part has no rows.
pub(super) enum Failed {
    /// It asks for what is not there.
    Plan(DataFusionError),
    /// It failed while running.
    Run(DataFusionError),
}

impl From<DataFusionError> for Failed {
    fn from(error: DataFusionError) -> Failed {
        Failed::Run(error)
    }
}

/// Rows that are held for one query. They go with it, however it ends.
#[derive(Default)]
pub(super) struct Held<'a> {
    tables: Vec<(&'a MemorySchemaProvider, String)>,
    reservations: Vec<Arc<MemoryReservation>>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        for (schema, name) in self.tables.drain(..) {
            let _ = schema.deregister_table(&name);
        }
    }
}

impl Once {
    /// A place for parts in this session, a fourth of whose memory those of one query may take together.
    pub fn new(context: &SessionContext, catalog: &str, memory: usize) -> Result<Once> {
        let schema = Arc::new(MemorySchemaProvider::new());
        if let Some(catalog) = context.catalog(catalog) {
            catalog.register_schema(SCHEMA, schema.clone())?;
        }
        Ok(Once {
            schema,
            next: AtomicU64::new(0),
            most: memory / 4,
        })
    }

    /// Puts tables in the place of parts that the query refers to more than once. They are there until what is given is
    /// dropped.
    pub async fn compute(
        &self,
        context: &SessionContext,
        statement: &mut Statement,
    ) -> Result<Held<'_>, Failed> {
        let mut held = Held::default();
        for place in parts::repeated(statement) {
            let Some(asked) = parts::alone(statement, place) else {
                continue;
            };
            let held_already: usize = held.reservations.iter().map(|one| one.size()).sum();
            let most = self.most.saturating_sub(held_already);
            let Some((table, reservation)) = self.rows(context, asked, most).await? else {
                continue;
            };
            // Queries of one session may run at the same time.
            let name = format!("p{}", self.next.fetch_add(1, Ordering::Relaxed));
            if parts::replace(statement, place, SCHEMA, &name) {
                self.schema.register_table(name.clone(), Arc::new(table))?;
                held.tables.push((&self.schema, name));
                held.reservations.push(reservation);
            }
        }
        Ok(held)
    }

    /// The rows of a query, and what holds their memory; none where they are too many.
    async fn rows(
        &self,
        context: &SessionContext,
        asked: Statement,
        most: usize,
    ) -> Result<Option<(MemTable, Arc<MemoryReservation>)>, Failed> {
        let plan = (context.state().statement_to_plan(asked).await).map_err(Failed::Plan)?;
        let frame = (context.execute_logical_plan(plan).await).map_err(Failed::Plan)?;
        let task = Arc::new(frame.task_ctx());
        let physical = frame.create_physical_plan().await?;
        let schema = physical.schema();
        let reservation = Arc::new(MemoryConsumer::new("a part of the query").register(task.memory_pool()));
        // Dropped where this is given up or stopped, and its tasks with it.
        let mut work = JoinSet::new();
        for (number, stream) in execute_stream_partitioned(physical, task)?
            .into_iter()
            .enumerate()
        {
            let reservation = reservation.clone();
            work.spawn(async move { (number, collect(stream, &reservation, most).await) });
        }
        let mut partitions: Vec<(usize, Vec<RecordBatch>)> = Vec::new();
        while let Some(done) = work.join_next().await {
            let (number, batches) = done.map_err(|error| DataFusionError::External(Box::new(error)))?;
            match batches {
                Ok(Some(batches)) => partitions.push((number, batches)),
                Ok(None) => return Ok(None),
                Err(error) if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) => {
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            }
        }
        partitions.sort_by_key(|(number, _)| *number);
        let partitions = partitions.into_iter().map(|(_, batches)| batches).collect();
        Ok(Some((MemTable::try_new(schema, partitions)?, reservation)))
    }
}

/// The rows of a stream; none where, with those of the other streams, they take more bytes than they may.
async fn collect(
    mut stream: SendableRecordBatchStream,
    reservation: &MemoryReservation,
    most: usize,
) -> Result<Option<Vec<RecordBatch>>> {
    let mut batches = Vec::new();
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let bytes = batch.columns().iter().map(|column| size(column)).sum();
        if reservation.size() + bytes > most || reservation.try_grow(bytes).is_err() {
            return Ok(None);
        }
        batches.push(batch);
    }
    Ok(Some(batches))
}

/// Bytes of a column. Batches may be cut from one buffer: each counts its own share, of lists too.
fn size(column: &dyn Array) -> usize {
    match column.data_type() {
        DataType::Utf8View | DataType::BinaryView => column.get_array_memory_size(),
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            let offsets = lists.value_offsets();
            let (from, to) = match offsets {
                [from, .., to] => (*from as usize, *to as usize),
                _ => (0, 0),
            };
            size(&lists.values().slice(from, to - from)) + 4 * offsets.len()
        }
        _ => column
            .to_data()
            .get_slice_memory_size()
            .unwrap_or_else(|_| column.get_array_memory_size()),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::ListArray;
    use datafusion::arrow::datatypes::Int64Type;
    use datafusion::arrow::util::pretty::pretty_format_batches;
    use datafusion::prelude::SessionConfig;

    use super::super::rewrite;
    use super::*;

    const SQL: &str = "WITH numbers AS (SELECT unnest(range(0, 5000)) AS n, 'a text' AS t),
        halves(half) AS (SELECT DISTINCT n / 2 FROM numbers)
        SELECT count(*) AS pairs, sum(a.half * b.half) AS total FROM halves a JOIN halves b ON b.half = a.half + 1
        WHERE a.half IN (SELECT n FROM numbers)";

    /// The statement as it was run, and its rows; tables that are left are counted last.
    fn asked(memory: usize) -> (String, String, usize) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build()
            .expect("a runtime");
        let config = SessionConfig::new().with_default_catalog_and_schema("geldspoor", "case");
        let context = SessionContext::new_with_config(config);
        let once = Once::new(&context, "geldspoor", memory).expect("a place");
        let mut statement = rewrite::prepare(SQL, &[]).expect("SQL");
        let rows = runtime.block_on(async {
            let Ok(held) = once.compute(&context, &mut statement).await else {
                panic!("no rows")
            };
            let plan = context.state().statement_to_plan(statement.clone()).await;
            let frame = context.execute_logical_plan(plan.expect("a plan")).await;
            let rows = frame.expect("a query").collect().await.expect("rows");
            drop(held);
            pretty_format_batches(&rows).expect("text").to_string()
        });
        (statement.to_string(), rows, once.schema.table_names().len())
    }

    #[test]
    fn a_part_of_a_list_counts_for_itself() {
        let rows = (0..1_000).map(|n| Some([Some(n), Some(n)]));
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(rows);
        let part = lists.slice(500, 10);
        assert_eq!(size(&part), 10 * 2 * 8 + 4 * 11);
    }

    #[test]
    fn what_is_held_gives_the_same_rows_and_goes_with_the_query() {
        let (held, rows, left) = asked(1 << 30);
        assert!(held.contains("numbers AS (SELECT * FROM parts.p0)"), "{held}");
        assert!(
            held.contains("halves (half) AS (SELECT * FROM parts.p1)"),
            "{held}"
        );
        assert_eq!(left, 0);
        // What is too large stays where it is.
        let (large, same, _) = asked(64);
        assert!(!large.contains("parts."), "{large}");
        assert_eq!(rows, same);
        assert!(rows.contains("| 2499 "), "{rows}");
    }
}
