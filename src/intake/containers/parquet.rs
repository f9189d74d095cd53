//! Parquet: rows rendered as text, batch by batch, values exactly as they are stored.

use std::fs::File;
use std::io::{self, Write};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::super::encoding::Encoding;
use super::super::run::io;
use super::super::shelf::{Kept, Shelf};
use super::bounds::{Budget, COLUMNS, bomb};
use super::guard::guarded;
use super::pages;
use super::rendering::{Cell, Rendering, Stop, truth};
use super::{Fault, Found};
use crate::model::{Date, hex};

/// Rows that are held at once.
const BATCH: usize = 4_096;
const DAY: i128 = 86_400;

/// Renders the rows: the first line names the columns.
pub(super) fn open(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    guarded(|| render(kept, shelf, budget)).unwrap_or_else(|| Err(refused("it breaks the reader of Parquet")))
}

fn refused(reason: &str) -> Fault {
    Fault::Refused(format!(
        "this is a Parquet file, and it is not read: {reason}. Ask for the file again, or for its rows as CSV"
    ))
}

fn render(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    let file = File::open(&kept.path).map_err(|error| io(&kept.path, error))?;
    let pages_of = file.try_clone().map_err(|error| io(&kept.path, error))?;
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| refused(&error.to_string()))?;
    let schema = builder.schema().clone();
    let width = u32::try_from(schema.fields().len()).unwrap_or(u32::MAX);
    if width == 0 || width > COLUMNS {
        return Err(refused(&format!(
            "it has {width} columns; at least 1 and at most {COLUMNS} are read"
        )));
    }
    // A page is held in memory as a whole, and may be as large as its column says it unpacks to.
    for column in builder
        .metadata()
        .row_groups()
        .iter()
        .flat_map(|group| group.columns())
    {
        let size = |bytes: i64| u64::try_from(bytes).unwrap_or(u64::MAX);
        if let Some(reason) = bomb(size(column.compressed_size()), size(column.uncompressed_size())) {
            let name = column.column_path().string();
            return Err(refused(&format!("its column ‘{name}’: {reason}")));
        }
    }
    pages::check(&pages_of, builder.metadata()).map_err(|reason| refused(&reason))?;
    let reader = builder
        .with_batch_size(BATCH)
        .build()
        .map_err(|error| refused(&error.to_string()))?;
    let mut receiving = shelf.receive()?;
    let out = io::BufWriter::with_capacity(256 << 10, &mut receiving);
    let mut rendering = Rendering::of_width(out, width, budget);
    let header: Vec<(u32, Cell)> = (0..)
        .zip(schema.fields())
        .map(|(at, field)| (at, Cell::Text(field.name().clone())))
        .collect();
    write(&mut rendering, 0, &header)?;
    let mut number: u32 = 0;
    for batch in reader {
        let batch = batch.map_err(|error| refused(&error.to_string()))?;
        let columns = columns(&batch)?;
        for row in 0..batch.num_rows() {
            number = number
                .checked_add(1)
                .ok_or_else(|| refused("it has more than 4,294,967,295 rows"))?;
            let cells: Vec<(u32, Cell)> = (0..)
                .zip(&columns)
                .filter_map(|(at, column)| Some((at, column(row)?)))
                .collect();
            // A row without any value is an empty line.
            write(&mut rendering, number, &cells)?;
        }
    }
    rendering
        .finish()
        .map_err(|error| Fault::Ours(super::super::IntakeError::Store(error.to_string())))?;
    let mut piece = receiving.finish("rows.csv")?;
    piece.encoding = Encoding::RENDERING;
    Ok(Found {
        pieces: vec![piece],
        left_out: Vec::new(),
    })
}

fn write<W: Write>(
    rendering: &mut Rendering<'_, W>,
    number: u32,
    cells: &[(u32, Cell)],
) -> Result<(), Fault> {
    rendering.row((number, cells)).map_err(|stop| match stop {
        Stop::Row(reason) => refused(&reason),
        Stop::Write(error) => Fault::Ours(super::super::IntakeError::Store(error.to_string())),
    })
}

type Value<'a> = Box<dyn Fn(usize) -> Option<Cell> + 'a>;

// For each column what a row of it is as text; nothing where the row has no value.
fn columns(batch: &RecordBatch) -> Result<Vec<Value<'_>>, Fault> {
    batch
        .columns()
        .iter()
        .map(|column| value_of(column.as_ref()))
        .collect()
}

fn value_of(column: &dyn Array) -> Result<Value<'_>, Fault> {
    let valid = move |row: usize| column.is_valid(row);
    let bare = |text: String| Some(Cell::Bare(text));
    Ok(match column.data_type() {
        DataType::Utf8 => {
            let array = column.as_string::<i32>();
            Box::new(move |row| valid(row).then(|| Cell::Text(array.value(row).to_owned())))
        }
        DataType::LargeUtf8 => {
            let array = column.as_string::<i64>();
            Box::new(move |row| valid(row).then(|| Cell::Text(array.value(row).to_owned())))
        }
        DataType::Utf8View => {
            let array = column.as_string_view();
            Box::new(move |row| valid(row).then(|| Cell::Text(array.value(row).to_owned())))
        }
        DataType::Binary => {
            let array = column.as_binary::<i32>();
            Box::new(move |row| valid(row).then(|| Cell::Text(hex(array.value(row)))))
        }
        DataType::Boolean => {
            let array = column.as_boolean();
            Box::new(move |row| valid(row).then(|| truth(array.value(row))))
        }
        DataType::Float32 => {
            let array = column.as_primitive::<Float32Type>();
            Box::new(move |row| {
                valid(row).then(|| float(f64::from(array.value(row)), array.value(row).to_string()))
            })
        }
        DataType::Float64 => {
            let array = column.as_primitive::<Float64Type>();
            Box::new(move |row| valid(row).then(|| float(array.value(row), array.value(row).to_string())))
        }
        DataType::Decimal128(_, _) => {
            let array = column.as_primitive::<Decimal128Type>();
            Box::new(move |row| valid(row).then(|| Cell::Bare(array.value_as_string(row))))
        }
        DataType::Decimal256(_, _) => {
            let array = column.as_primitive::<Decimal256Type>();
            Box::new(move |row| valid(row).then(|| Cell::Bare(array.value_as_string(row))))
        }
        DataType::Date32 => {
            let array = column.as_primitive::<Date32Type>();
            Box::new(move |row| valid(row).then(|| Cell::Bare(Date(array.value(row)).to_string())))
        }
        DataType::Timestamp(unit, zone) => {
            let utc = zone.is_some();
            let (ticks, digits): (Box<dyn Fn(usize) -> i64>, usize) = match unit {
                TimeUnit::Second => {
                    let array = column.as_primitive::<TimestampSecondType>();
                    (Box::new(move |row| array.value(row)), 0)
                }
                TimeUnit::Millisecond => {
                    let array = column.as_primitive::<TimestampMillisecondType>();
                    (Box::new(move |row| array.value(row)), 3)
                }
                TimeUnit::Microsecond => {
                    let array = column.as_primitive::<TimestampMicrosecondType>();
                    (Box::new(move |row| array.value(row)), 6)
                }
                TimeUnit::Nanosecond => {
                    let array = column.as_primitive::<TimestampNanosecondType>();
                    (Box::new(move |row| array.value(row)), 9)
                }
            };
            Box::new(move |row| valid(row).then(|| Cell::Bare(moment(ticks(row), digits, utc))))
        }
        DataType::Dictionary(_, inner) => {
            let plain = cast(column, inner).map_err(|error| refused(&error.to_string()))?;
            let values: Vec<Option<Cell>> = {
                let value = value_of(plain.as_ref())?;
                (0..plain.len()).map(value).collect()
            };
            Box::new(move |row| values.get(row).cloned().flatten())
        }
        kind if kind.is_integer() => {
            let shown = shown(column)?;
            Box::new(move |row| valid(row).then(|| shown(row)).and_then(bare))
        }
        DataType::Time32(_) | DataType::Time64(_) => {
            let shown = shown(column)?;
            Box::new(move |row| valid(row).then(|| shown(row)).and_then(bare))
        }
        // Lists, structures and what is rarer: as text, to be seen and not to be computed with.
        _ => {
            let shown = shown(column)?;
            Box::new(move |row| valid(row).then(|| Cell::Text(shown(row))))
        }
    })
}

fn shown(column: &dyn Array) -> Result<Box<dyn Fn(usize) -> String + '_>, Fault> {
    const OPTIONS: FormatOptions<'static> = FormatOptions::new();
    let formatter = ArrayFormatter::try_new(column, &OPTIONS).map_err(|error| refused(&error.to_string()))?;
    Ok(Box::new(move |row| formatter.value(row).to_string()))
}

// The shortest text that reads back as the same binary number.
fn float(value: f64, text: String) -> Cell {
    match (value.is_finite(), text.as_str()) {
        (false, _) => Cell::Bare("#NUM!".to_owned()),
        (true, "-0") => Cell::Bare("0".to_owned()),
        (true, _) => Cell::Bare(text),
    }
}

// Ticks since 1970 with so many digits behind the second; `Z` where they are said to be UTC.
fn moment(ticks: i64, digits: usize, utc: bool) -> String {
    let scale = 10_i128.pow(digits as u32);
    let ticks = i128::from(ticks);
    let (seconds, fraction) = (ticks.div_euclid(scale), ticks.rem_euclid(scale));
    let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let Ok(day) = i32::try_from(day) else {
        return ticks.to_string();
    };
    let mut text = format!(
        "{}T{:02}:{:02}:{:02}",
        Date(day),
        second / 3_600,
        second / 60 % 60,
        second % 60
    );
    if fraction > 0 {
        let fraction = format!("{fraction:0digits$}");
        text.push('.');
        text.push_str(fraction.trim_end_matches('0'));
    }
    if utc {
        text.push('Z');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_exact() {
        for (ticks, digits, utc, text) in [
            (0, 0, false, "1970-01-01T00:00:00"),
            (-1, 3, true, "1969-12-31T23:59:59.999Z"),
            (1_740_830_400_500_000, 6, false, "2025-03-01T12:00:00.5"),
        ] {
            assert_eq!(moment(ticks, digits, utc), text);
        }
    }
}
