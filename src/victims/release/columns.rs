//! Parquet files, read row by row: their pages are compressed, so that their bytes say nothing.

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;

use super::Checker;
use super::containers::Within;

/// Text that is gathered before it is looked through.
const PORTION: usize = 1 << 20;

pub(super) fn look(checker: &mut Checker<'_>, bytes: &[u8], within: &mut Within) {
    look_at(
        checker,
        SerializedFileReader::new(Bytes::copy_from_slice(bytes)),
        within,
    );
}

/// The same of a table that is read where it lies.
pub(super) fn look_at<R: ChunkReader + 'static>(
    checker: &mut Checker<'_>,
    opened: Result<SerializedFileReader<R>, ParquetError>,
    within: &Within,
) {
    let reader = match opened {
        Ok(reader) => reader,
        Err(_) => return checker.unread("the table is damaged or encrypted", within),
    };
    let about = reader.metadata().file_metadata();
    let mut names: Vec<String> = about
        .schema_descr()
        .columns()
        .iter()
        .map(|c| c.path().string())
        .collect();
    names.extend(about.created_by().map(str::to_owned));
    for pair in about.key_value_metadata().into_iter().flatten() {
        names.push(pair.key.clone());
        names.extend(pair.value.clone());
    }
    checker.any_text(
        &names.join("\n"),
        &within.part("the table's columns and properties"),
    );
    let rows = match reader.get_row_iter(None) {
        Ok(rows) => rows,
        Err(_) => return checker.unread("the table's rows cannot be read", within),
    };
    let mut portion = String::new();
    let mut first = 1;
    for (number, row) in (1..).zip(rows) {
        let Ok(row) = row else {
            return checker.unread("the table's rows cannot be read", within);
        };
        for (_, field) in row.get_column_iter() {
            write(field, &mut portion);
            portion.push('\t');
        }
        portion.push('\n');
        if portion.len() >= PORTION {
            checker.any_text(&portion, &within.rows(first));
            portion.clear();
            first = number + 1;
        }
    }
    checker.any_text(&portion, &within.rows(first));
}

fn write(field: &Field, out: &mut String) {
    match field {
        Field::Null => {}
        Field::Str(text) => one_line(text, out),
        Field::Bytes(bytes) => one_line(&String::from_utf8_lossy(bytes.data()), out),
        Field::Group(row) => row.get_column_iter().for_each(|(_, field)| {
            write(field, out);
            out.push(' ');
        }),
        Field::ListInternal(list) => list.elements().iter().for_each(|field| {
            write(field, out);
            out.push(' ');
        }),
        Field::MapInternal(map) => map.entries().iter().for_each(|(key, value)| {
            write(key, out);
            out.push(' ');
            write(value, out);
            out.push(' ');
        }),
        // As 2024-06-01T00:00:00: with a space and a zone the digits of a day and its midnight are somebody's telephone number.
        Field::TimestampMillis(_) | Field::TimestampMicros(_) => {
            let text = field.to_string();
            one_line(&text.trim_end_matches(" +00:00").replacen(' ', "T", 1), out);
        }
        other => one_line(&other.to_string(), out),
    }
}

/// A row is a line, whatever its texts hold.
fn one_line(text: &str, out: &mut String) {
    out.extend(
        text.chars()
            .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
    );
}
