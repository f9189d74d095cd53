//! Rows as people and programs want them: a table on a screen, CSV, TSV, JSON, Markdown, Parquet, a spreadsheet.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow::util::pretty::pretty_format_batches_with_options;
use thiserror::Error;

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    Table,
    Csv,
    Tsv,
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
    Markdown,
    Parquet,
    Xlsx,
}

/// Why rows could not be printed.
#[derive(Debug, Error)]
pub enum PrintError {
    #[error("cannot write: {0}")]
    Io(#[from] std::io::Error),
    #[error("cannot write {path}: {error}; name a file in a folder that exists and that you may write to")]
    File { path: String, error: std::io::Error },
    #[error("cannot write these rows: {0}")]
    Rows(String),
    #[error("{format} is written to a file: add --output PATH")]
    NeedsFile { format: &'static str },
    #[error(
        "{rows} rows do not fit on a spreadsheet's sheet (1,048,575): select less, or use --format csv or parquet"
    )]
    TooMany { rows: usize },
}

const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_display_error(true);

/// Prints rows to a stream.
pub fn print(batches: &[RecordBatch], format: OutputFormat, out: &mut dyn Write) -> Result<(), PrintError> {
    match format {
        OutputFormat::Table => {
            let options = OPTIONS.with_null("");
            let text = pretty_format_batches_with_options(batches, &options).map_err(rows_error)?;
            writeln!(out, "{text}")?;
            let count: usize = batches.iter().map(RecordBatch::num_rows).sum();
            writeln!(out, "{count} {}", if count == 1 { "row" } else { "rows" })?;
        }
        OutputFormat::Csv => delimited(batches, b',', out)?,
        OutputFormat::Tsv => delimited(batches, b'\t', out)?,
        OutputFormat::Json => {
            write!(out, "[")?;
            let mut first = true;
            each_object(batches, &mut |object| {
                write!(out, "{}\n  {object}", if first { "" } else { "," })?;
                first = false;
                Ok(())
            })?;
            writeln!(out, "\n]")?;
        }
        OutputFormat::Ndjson => each_object(batches, &mut |object| writeln!(out, "{object}"))?,
        OutputFormat::Markdown => markdown(batches, out)?,
        OutputFormat::Parquet => return Err(PrintError::NeedsFile { format: "parquet" }),
        OutputFormat::Xlsx => return Err(PrintError::NeedsFile { format: "xlsx" }),
    }
    Ok(())
}

/// Writes rows to a file.
pub fn write_file(batches: &[RecordBatch], format: OutputFormat, path: &Path) -> Result<(), PrintError> {
    match format {
        OutputFormat::Parquet => {
            let Some(first) = batches.first() else {
                return Ok(());
            };
            let file = create(path)?;
            let mut writer =
                parquet::arrow::ArrowWriter::try_new(file, first.schema(), None).map_err(rows_error)?;
            for batch in batches {
                writer.write(batch).map_err(rows_error)?;
            }
            writer.close().map_err(rows_error)?;
            Ok(())
        }
        OutputFormat::Xlsx => spreadsheet(batches, path),
        _ => {
            let mut file = std::io::BufWriter::new(create(path)?);
            print(batches, format, &mut file)?;
            Ok(file.flush()?)
        }
    }
}

fn create(path: &Path) -> Result<File, PrintError> {
    File::create(path).map_err(|error| PrintError::File {
        path: path.display().to_string(),
        error,
    })
}

fn delimited(batches: &[RecordBatch], delimiter: u8, out: &mut dyn Write) -> Result<(), PrintError> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    let write = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => PrintError::Io(error),
        other => PrintError::Rows(format!("{other:?}")),
    };
    if let Some(schema) = schema_of(batches) {
        writer
            .write_record(schema.fields().iter().map(|f| f.name()))
            .map_err(write)?;
    }
    each_row(batches, &mut |cells| {
        writer
            .write_record(cells.iter().map(|c| c.as_deref().unwrap_or("")))
            .map_err(write)
    })?;
    Ok(writer.flush()?)
}

fn markdown(batches: &[RecordBatch], out: &mut dyn Write) -> Result<(), PrintError> {
    let Some(schema) = schema_of(batches) else {
        return Ok(());
    };
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    writeln!(out, "| {} |", names.join(" | "))?;
    let rule: Vec<&str> = schema
        .fields()
        .iter()
        .map(|f| if is_number(f.data_type()) { "---:" } else { "---" })
        .collect();
    writeln!(out, "| {} |", rule.join(" | "))?;
    each_row(batches, &mut |cells| {
        let cells: Vec<String> = cells
            .iter()
            .map(|c| {
                c.as_deref()
                    .unwrap_or("")
                    .replace('\\', "\\\\")
                    .replace('|', "\\|")
                    .replace('\n', " ")
            })
            .collect();
        Ok(writeln!(out, "| {} |", cells.join(" | "))?)
    })
}

fn each_object(
    batches: &[RecordBatch],
    take: &mut dyn FnMut(String) -> std::io::Result<()>,
) -> Result<(), PrintError> {
    let Some(schema) = schema_of(batches) else {
        return Ok(());
    };
    for batch in batches {
        for row in 0..batch.num_rows() {
            let mut object = serde_json::Map::new();
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                object.insert(field.name().clone(), json(column.as_ref(), row)?);
            }
            take(serde_json::Value::Object(object).to_string())?;
        }
    }
    Ok(())
}

/// Whole numbers and flags as such, decimals as text so that no reader turns them into floats.
fn json(array: &dyn Array, row: usize) -> Result<serde_json::Value, PrintError> {
    use serde_json::Value;
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    Ok(match array.data_type() {
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            let items: Result<Vec<Value>, PrintError> =
                (0..items.len()).map(|at| json(items.as_ref(), at)).collect();
            Value::Array(items?)
        }
        kind => {
            let text = ArrayFormatter::try_new(array, &OPTIONS)
                .map_err(rows_error)?
                .value(row)
                .to_string();
            if kind.is_integer() {
                text.parse::<i64>()
                    .map(Value::from)
                    .or_else(|_| text.parse::<u64>().map(Value::from))
                    .unwrap_or(Value::String(text))
            } else {
                Value::String(text)
            }
        }
    })
}

fn spreadsheet(batches: &[RecordBatch], path: &Path) -> Result<(), PrintError> {
    use rust_xlsxwriter::{Format, Workbook};
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if rows > 1_048_575 {
        return Err(PrintError::TooMany { rows });
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let xlsx = |error: rust_xlsxwriter::XlsxError| PrintError::Rows(error.to_string());
    let schema = schema_of(batches);
    let bold = Format::new().set_bold();
    for (at, field) in schema.iter().flat_map(|s| s.fields().iter()).enumerate() {
        sheet
            .write_string_with_format(0, at as u16, field.name(), &bold)
            .map_err(xlsx)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(xlsx)?;
    let mut at = 0;
    let numbers: Vec<bool> = schema
        .iter()
        .flat_map(|s| s.fields().iter())
        .map(|field| is_number(field.data_type()))
        .collect();
    // A spreadsheet's numbers are floats, which hold fifteen digits exactly; what has more stays a text, and so does a
    // text that begins with =.
    each_row(batches, &mut |cells| {
        at += 1;
        for (column, cell) in cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let exact = numbers.get(column).is_some_and(|is| *is)
                && cell.bytes().filter(u8::is_ascii_digit).count() <= 15;
            if let (true, Ok(number)) = (exact, cell.parse::<f64>()) {
                sheet.write_number(at, column as u16, number).map_err(xlsx)?;
            } else {
                sheet
                    .write_string(at, column as u16, cell.as_str())
                    .map_err(xlsx)?;
            }
        }
        Ok(())
    })?;
    book.save(path).map_err(xlsx)
}

/// Takes the cells of a row; nothing stands for NULL.
type TakeRow<'a> = dyn FnMut(&[Option<String>]) -> Result<(), PrintError> + 'a;

fn each_row(batches: &[RecordBatch], take: &mut TakeRow<'_>) -> Result<(), PrintError> {
    for batch in batches {
        let formatters: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &OPTIONS))
            .collect::<Result<_, _>>()
            .map_err(rows_error)?;
        for row in 0..batch.num_rows() {
            let cells: Vec<Option<String>> = formatters
                .iter()
                .zip(batch.columns())
                .map(|(formatter, column)| (!column.is_null(row)).then(|| formatter.value(row).to_string()))
                .collect();
            take(&cells)?;
        }
    }
    Ok(())
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric()
}

fn schema_of(batches: &[RecordBatch]) -> Option<SchemaRef> {
    batches.first().map(RecordBatch::schema)
}

fn rows_error(error: impl ToString) -> PrintError {
    PrintError::Rows(error.to_string())
}
