//! SQL files with their expected rows (`tests/slt/*.slt`), run over the sample's case. A row that changes shows in review
//! without any Rust being read.

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use geldspoor::case::Case;
use geldspoor::sql::{Limits, Session, SqlError};
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner};

use crate::command::{package, sample};

struct CaseDatabase {
    session: Session,
}

impl DB for CaseDatabase {
    type Error = SqlError;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, SqlError> {
        let batches = self.session.query(sql, &[])?;
        let options = FormatOptions::new().with_null("NULL");
        let mut rows = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                rows.push(
                    batch
                        .columns()
                        .iter()
                        .map(|column| {
                            let formatter =
                                ArrayFormatter::try_new(column.as_ref(), &options).expect("printable");
                            formatter.value(row).to_string()
                        })
                        .collect(),
                );
            }
        }
        let types = batches.first().map_or(0, |batch| batch.num_columns());
        Ok(DBOutput::Rows {
            types: vec![DefaultColumnType::Any; types],
            rows,
        })
    }
}

#[test]
fn sql_files_give_their_rows() {
    let case = sample().case.clone();
    let mut files: Vec<_> = std::fs::read_dir(package().join("tests/slt"))
        .expect("the folder")
        .flatten()
        .map(|e| e.path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let mut runner = Runner::new(|| async {
            let case = Case::open(&case).expect("the case");
            Ok(CaseDatabase {
                session: Session::open(&case, Limits::default()).expect("a session"),
            })
        });
        runner
            .run_file(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}
