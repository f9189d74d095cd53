//! What came again and what did not.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;
use crate::bundle::replay::{Difference, Replay, Side, replay};

fn table(rows: &[(i64, &str)], compression: Compression) -> Vec<u8> {
    let schema = "message entries { required int64 amount (DECIMAL(18,4)); required binary name (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).expect("schema"));
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).expect("writer");
    let mut group = file.next_row_group().expect("group");
    let amounts: Vec<i64> = rows.iter().map(|(amount, _)| *amount).collect();
    let names: Vec<ByteArray> = rows.iter().map(|(_, name)| ByteArray::from(*name)).collect();
    let mut column = group.next_column().expect("column").expect("column");
    column
        .typed::<Int64Type>()
        .write_batch(&amounts, None, None)
        .expect("written");
    column.close().expect("closed");
    let mut column = group.next_column().expect("column").expect("column");
    column
        .typed::<ByteArrayType>()
        .write_batch(&names, None, None)
        .expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    file.close().expect("closed");
    bytes
}

fn set(files: &[(&str, &[u8])]) -> Memory {
    let files = files
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
    Memory {
        files: files.collect(),
    }
}

fn one(path: &str, expected: &[u8], found: &[u8]) -> Difference {
    let mut told = replay(&set(&[(path, expected)]), &set(&[(path, found)])).expect("compared");
    assert_eq!(told.differences.len(), 1, "{told}");
    told.differences.remove(0)
}

#[test]
fn the_same_is_the_same() {
    let bag = signed_bag();
    let payload = Part::new(&bag, "data");
    let told = replay(&payload, &payload).expect("compared");
    assert_eq!(
        told,
        Replay {
            same: 9,
            differences: vec![]
        }
    );
    assert_eq!(told.to_string(), "9 files came again byte for byte, 0 did not");
}

#[test]
fn files_that_are_missing_or_new_are_named_in_order() {
    let told = replay(&set(&[("a", b"1"), ("b", b"")]), &set(&[("b", b""), ("c", b"1")])).expect("compared");
    let differences = vec![
        Difference::Missing { path: "a".into() },
        Difference::New { path: "c".into() },
    ];
    assert_eq!(told, Replay { same: 1, differences });
}

#[test]
fn parquet_is_compared_by_values_as_well() {
    let rows = [(100_000, "A"), (250_050, "B")];
    let plain = table(&rows, Compression::UNCOMPRESSED);
    let other = table(&[(100_000, "A"), (250_051, "B")], Compression::UNCOMPRESSED);
    let path = "tables/entries/part-0.parquet";
    let told = one(path, &plain, &other);
    assert_eq!(
        told.to_string(),
        format!("{path}: row 2, amount: was 25.0050, is 25.0051")
    );
    let told = one(path, &plain, &table(&rows[..1], Compression::UNCOMPRESSED));
    assert_eq!(
        told,
        Difference::Rows {
            path: path.into(),
            row: 2,
            longer: Side::Expected
        }
    );
    let told = one(path, &plain, &table(&rows, Compression::SNAPPY));
    assert!(matches!(told, Difference::OnlyBytes { .. }), "{told}");
    let told = one(path, &plain, &plain[..plain.len() - 1]);
    assert!(matches!(told, Difference::Byte { found: None, .. }), "{told}");
}

#[test]
fn delimited_tables_name_row_and_column() {
    let path = "exports/x.csv";
    let told = one(path, b"day,amount\n1,2\n3,4\n", b"day,amount\n1,2\n3,5\n");
    assert_eq!(told.to_string(), "exports/x.csv: row 2, amount: was 4, is 5");
    assert!(matches!(
        one(path, b"a,b\n", b"a,c\n"),
        Difference::Columns { .. }
    ));
    assert!(matches!(
        one(path, b"a,b\n", b"a,b\n1,2\n"),
        Difference::Rows {
            row: 1,
            longer: Side::Found,
            ..
        }
    ));
    assert!(matches!(
        one(path, b"a,b\n1,2\n", b"a,b\n1,2,3\n"),
        Difference::Cell { row: 1, .. }
    ));
    let quoted = one(path, b"a\n1\n", b"a\n\"1\"\n");
    assert!(matches!(quoted, Difference::Byte { byte: 3, .. }), "{quoted}");
}

#[test]
fn text_names_the_line_and_the_rest_the_byte() {
    let told = one("report.html", b"<p>\n<b>1</b>\n", b"<p>\n<b>2</b>\n");
    assert_eq!(told.to_string(), "report.html: line 2: was <b>1</b>, is <b>2</b>");
    let long = "x".repeat(100_000);
    let told = one(
        "a.svg",
        format!("{long}1").as_bytes(),
        format!("{long}2").as_bytes(),
    );
    assert!(matches!(told, Difference::Byte { byte: 100_001, .. }), "{told}");
    let told = one(
        "a.svg",
        format!("{}1{long}", &long[..50_000]).as_bytes(),
        format!("{}2{long}", &long[..50_000]).as_bytes(),
    );
    assert!(
        told.to_string().len() < 600 && told.to_string().contains("x1x"),
        "{told}"
    );
    let told = one("report.pdf", &[1, 2, 3], &[1, 2]);
    assert_eq!(told.to_string(), "report.pdf: byte 3: was 0x03, is the end");
    // A difference behind what is read at once.
    let mut far = vec![0; 100_000];
    far[99_999] = 1;
    assert!(matches!(
        one("x.bin", &vec![0; 100_000], &far),
        Difference::Byte { byte: 100_000, .. }
    ));
}
