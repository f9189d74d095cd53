//! The first difference of two tables, by values.

use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Row;

use super::BundleError;
use super::files::{Files, read_small};
use super::replay::{Difference, Side};

/// Bytes of a table that is looked into; it is held in memory. Larger ones are compared by bytes alone.
const TABLE: u64 = 1 << 30;

/// The first value in which two Parquet files differ; `None` where one of them cannot be read as such.
pub(super) fn parquet(
    path: &str,
    expected: &dyn Files,
    found: &dyn Files,
    byte: u64,
) -> Result<Option<Difference>, BundleError> {
    let read = |files: &dyn Files| -> Result<Option<SerializedFileReader<Bytes>>, BundleError> {
        match read_small(files, path, TABLE) {
            Ok(bytes) => Ok(SerializedFileReader::new(Bytes::from(bytes)).ok()),
            Err(BundleError::Large { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let (Some(expected), Some(found)) = (read(expected)?, read(found)?) else {
        return Ok(None);
    };
    let columns = |file: &SerializedFileReader<Bytes>| {
        let schema = file.metadata().file_metadata().schema_descr();
        let all = schema.columns().iter().map(|column| {
            let kind = column
                .logical_type_ref()
                .map_or(format!("{}", column.physical_type()), |kind| format!("{kind:?}"));
            format!("{} {kind}", column.path().string())
        });
        all.collect::<Vec<_>>().join(", ")
    };
    let (before, now) = (columns(&expected), columns(&found));
    if before != now {
        return Ok(Some(Difference::Columns {
            path: path.to_owned(),
            expected: before,
            found: now,
        }));
    }
    let (Ok(before), Ok(now)) = (expected.get_row_iter(None), found.get_row_iter(None)) else {
        return Ok(None);
    };
    let cells = |row: Row| -> Vec<(String, String)> {
        row.into_columns()
            .into_iter()
            .map(|(name, value)| (name, value.to_string()))
            .collect()
    };
    // A page that cannot be read is a difference of bytes, which is told where this gives nothing.
    let told = first_difference(
        path,
        before.map(|row| row.ok().map(cells)),
        now.map(|row| row.ok().map(cells)),
    );
    Ok(match told {
        Some(Told::Difference(difference)) => Some(difference),
        Some(Told::Unreadable) => None,
        None => Some(Difference::OnlyBytes {
            path: path.to_owned(),
            byte,
        }),
    })
}

/// The first value in which two delimited files differ; `None` where all values are equal (line ends, quotes) or one of
/// them cannot be read as such.
pub(super) fn delimited(
    path: &str,
    expected: &dyn Files,
    found: &dyn Files,
    delimiter: u8,
) -> Result<Option<Difference>, BundleError> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true);
    let mut before = builder.from_reader(expected.open(path)?);
    let mut now = builder.from_reader(found.open(path)?);
    let (Ok(heading), Ok(headed)) = (before.byte_headers().cloned(), now.byte_headers().cloned()) else {
        return Ok(None);
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if heading != headed {
        let joined = |heading: &csv::ByteRecord| heading.iter().map(text).collect::<Vec<_>>().join(", ");
        let (expected, found) = (joined(&heading), joined(&headed));
        return Ok(Some(Difference::Columns {
            path: path.to_owned(),
            expected,
            found,
        }));
    }
    let cells = |record: csv::Result<csv::ByteRecord>| {
        let record = record.ok()?;
        let name = |at: usize| heading.get(at).map_or(format!("field {}", at + 1), text);
        Some(
            record
                .iter()
                .enumerate()
                .map(|(at, value)| (name(at), text(value)))
                .collect(),
        )
    };
    let told = first_difference(
        path,
        before.byte_records().map(cells),
        now.byte_records().map(cells),
    );
    Ok(match told {
        Some(Told::Difference(difference)) => Some(difference),
        Some(Told::Unreadable) | None => None,
    })
}

enum Told {
    Difference(Difference),
    Unreadable,
}

/// Names of columns with their values, as text.
type Cells = Vec<(String, String)>;

fn first_difference(
    path: &str,
    mut expected: impl Iterator<Item = Option<Cells>>,
    mut found: impl Iterator<Item = Option<Cells>>,
) -> Option<Told> {
    let path = path.to_owned();
    let mut row = 0;
    loop {
        row += 1;
        let (before, now) = match (expected.next(), found.next()) {
            (None, None) => return None,
            (Some(Some(before)), Some(Some(now))) => (before, now),
            (Some(_), None) => {
                return Some(Told::Difference(Difference::Rows {
                    path,
                    row,
                    longer: Side::Expected,
                }));
            }
            (None, Some(_)) => {
                return Some(Told::Difference(Difference::Rows {
                    path,
                    row,
                    longer: Side::Found,
                }));
            }
            _ => return Some(Told::Unreadable),
        };
        let at = before.iter().zip(&now).position(|(a, b)| a != b);
        let at = at.unwrap_or_else(|| before.len().min(now.len()));
        let cell = |cells: &Cells| {
            cells
                .get(at)
                .map_or("no field".to_owned(), |(_, value)| value.clone())
        };
        if let Some((column, _)) = before.get(at).or_else(|| now.get(at)) {
            let (column, expected, found) = (column.clone(), cell(&before), cell(&now));
            return Some(Told::Difference(Difference::Cell {
                path,
                row,
                column,
                expected,
                found,
            }));
        }
    }
}
