//! Archives, workbooks and Parquet that say or unpack to more than anything can hold, or point out of themselves.

use std::io::{Cursor, Write};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::bombs::{Hostile, big};
use crate::delivery::{archive, listing, members, packed};
use crate::fuzz::seeds::{compound, gzip_of, old_workbook};
use crate::workbooks;

/// An archive whose members all are the first one's bytes: only the directory names them.
fn overlapping(names: u32) -> Vec<u8> {
    let one = packed(&[("00000000", &listing(1))], CompressionMethod::Stored);
    let directory = one
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .expect("a directory");
    let end = one
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .expect("an end");
    let mut bytes = one[..directory].to_vec();
    for name in 0..names {
        let mut header = one[directory..end].to_vec();
        header[46..54].copy_from_slice(format!("{name:08}").as_bytes());
        bytes.extend(header);
    }
    let size = bytes.len() - directory;
    let mut last = one[end..].to_vec();
    // Numbers that do not fit are kept in a record of their own (4.3.14).
    if names < 65_535 {
        last[8..10].copy_from_slice(&(names as u16).to_le_bytes());
        last[10..12].copy_from_slice(&(names as u16).to_le_bytes());
        last[12..16].copy_from_slice(&(size as u32).to_le_bytes());
    } else {
        let place = bytes.len() as u64;
        bytes.extend(b"PK\x06\x06");
        bytes.extend(44_u64.to_le_bytes());
        bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [u64::from(names), u64::from(names), size as u64, directory as u64] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(place.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        last[8..20].fill(0xFF);
    }
    bytes.extend(last);
    bytes
}

#[test]
fn paths_that_leave_the_archive_and_members_that_share_their_bytes() {
    let delivery = Hostile::new();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let paths = [
        ("../a.csv", "its path climbs out"),
        ("..\\b.csv", "its path climbs out"),
        ("x/../../c.csv", "its path climbs out"),
        ("/d.csv", "its path is absolute"),
        ("C:\\e.csv", "its path is absolute"),
        ("C:f.csv", "its path is absolute"),
        ("\\\\server\\share\\g.csv", "its path is absolute"),
        ("link", "it is a link"),
    ];
    for (name, _) in &paths[..7] {
        writer.start_file(*name, options).expect("a member");
        writer.write_all(&listing(1)).expect("written");
    }
    writer
        .add_symlink("link", "/etc/passwd", options)
        .expect("a link");
    writer.start_file("ok.csv", options).expect("a member");
    writer.write_all(&listing(2)).expect("written");
    let bytes = writer.finish().expect("an archive").into_inner();
    delivery.put("paths.zip", &bytes);
    delivery.put("overlapping.zip", &overlapping(3));
    let told = delivery.take_in();
    let refused: Vec<String> = paths
        .iter()
        .map(|(name, why)| format!("‘{name}’ refused: {why}"))
        .collect();
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    told.says("paths.zip", &refused);
    assert_eq!(told.counts("paths.zip/ok.csv"), (1, 0));
    told.says(
        "overlapping.zip",
        &["‘00000000’ refused", "‘00000002’ refused", "also those of"],
    );
    // Nothing lies anywhere but in the case.
    let outside: Vec<String> = crate::delivery::names(told.case.parent().expect("a folder"));
    assert_eq!(outside, ["case", "delivery", "said"]);
}

#[test]
fn more_members_than_an_archive_may_have() {
    let many = if big() { 100_050 } else { 1_000 };
    let delivery = Hostile::new();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..many {
        writer
            .start_file(format!("{number:06}.txt"), SimpleFileOptions::default())
            .expect("a member");
    }
    let bytes = writer.finish().expect("an archive").into_inner();
    delivery.put("many.zip", &bytes);
    delivery.put(
        "overlapping.zip",
        &overlapping(if big() { 2_000_000 } else { 70_000 }),
    );
    delivery.put("directory.zip", &overlapping(200_001));
    let told = delivery.take_in();
    told.says("directory.zip", &["more than 200000 entries", "--made-from"]);
    if big() {
        told.says("overlapping.zip", &["more than 200000 entries"]);
    } else {
        told.says("overlapping.zip", &["also those of", "and"]);
    }
    if big() {
        told.says("many.zip", &["more than 100000 members"]);
    }
}

#[test]
fn what_unpacks_without_end() {
    let delivery = Hostile::new();
    let bomb = archive(&[("bomb.csv", &vec![b'7'; 130_000_000])]);
    delivery.put("bomb.csv.gz", &gzip_of(&bomb));
    delivery.put(
        "nested.zip",
        &archive(&[("inner.zip", &bomb), ("ok.csv", &listing(5))]),
    );
    let one = gzip_of(&archive(&[("a.csv", &listing(6))]));
    delivery.put("twice.csv.gz", &[one.clone(), one].concat());
    let told = delivery.take_in();
    for name in ["bomb.csv.gz", "nested.zip/inner.zip"] {
        told.says(name, &["100 times its", "100 MB"]);
    }
    // Equal to each other, so that checksum and size at the end are those of the first as well.
    told.says("twice.csv.gz", &["several packed files"]);
    assert_eq!(told.counts("nested.zip/ok.csv"), (1, 0));
}

fn book(sheet: &str, texts: &str) -> Vec<u8> {
    let list =
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    book_of(list, sheet, texts)
}

const MAIN: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
                    relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";

fn book_of(list: &str, sheet: &str, texts: &str) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\"?>";
    let target = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
                  relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let part = |text: &str| format!("{HEAD}{text}").into_bytes();
    archive(&[
        ("_rels/.rels", &part(MAIN)),
        ("xl/workbook.xml", &part(list)),
        ("xl/_rels/workbook.xml.rels", &part(target)),
        ("xl/sharedStrings.xml", &part(texts)),
        ("xl/worksheets/sheet1.xml", &part(sheet)),
    ])
}

const NO_TEXTS: &str = "<sst count=\"0\" uniqueCount=\"0\"></sst>";

fn sheet(rows: &str) -> String {
    format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>")
}

#[test]
fn workbooks_that_say_they_hold_more_than_any_memory() {
    let delivery = Hostile::new();
    let one = |at: &str| format!("<row><c r=\"{at}\"><v>1</v></c></row>");
    let texts = "<sst count=\"1\" uniqueCount=\"200000000000\"><si><t>a</t></si></sst>";
    delivery.put("claimed.xlsx", &book(&sheet(&one("A1")), texts));
    delivery.put("dimension.xlsx", &book(&sheet(&one("B2")), NO_TEXTS));
    delivery.put("column.xlsx", &book(&sheet(&one("XFD1")), NO_TEXTS));
    delivery.put("row.xlsx", &book(&sheet(&one("A2147483648")), NO_TEXTS));
    delivery.put("last.xlsx", &book(&sheet(&one("ZZZZZZZ99999999999")), NO_TEXTS));
    delivery.put("over.xlsx", &book(&sheet(&one("ZZZZZZZZ99999999999")), NO_TEXTS));
    // A list in the folder of the sheets is a list.
    let many = "<Relationship/>".repeat(3_000_000);
    let list = format!("<Relationships>{many}</Relationships>").into_bytes();
    let mut parts = members(&book(&sheet(&one("A1")), NO_TEXTS));
    parts.push(("xl/worksheets/_rels/sheet1.xml.rels".to_owned(), list));
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    delivery.put("lists.xlsx", &archive(&parts));
    // A list of sheets in a part that nothing looks at.
    let parts: Vec<(String, Vec<u8>)> = members(&book(&sheet(&one("A1")), NO_TEXTS))
        .into_iter()
        .map(|(name, bytes)| match name.as_str() {
            "_rels/.rels" => (name, MAIN.replace("xl/workbook.xml", "xl/list.bin").into_bytes()),
            _ => (name, bytes),
        })
        .collect();
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    delivery.put("list.xlsx", &archive(&parts));
    // Two sheets of one name are one for who looks for it.
    let twice = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"S\" \
                 sheetId=\"2\" r:id=\"rId1\"/></sheets></workbook>";
    delivery.put("twice.xlsx", &book_of(twice, &sheet(&one("A1")), NO_TEXTS));
    let rows: String = (1..=40_000).map(|row| one(&format!("A{row}"))).collect();
    let cells = format!("{rows}<row><c r=\"NTP40001\"><v>1</v></c></row>");
    delivery.put("cells.xlsx", &book(&sheet(&cells), NO_TEXTS));
    let wide: String = (0..100_000).map(|_| "<c><v>1</v></c>").collect();
    delivery.put(
        "wide.xlsx",
        &book(&sheet(&format!("<row>{wide}</row>")), NO_TEXTS),
    );
    let many: String = (0..900)
        .map(|n| format!("<sheet name=\"S{n}\" sheetId=\"{n}\" r:id=\"rId1\"/>"))
        .collect();
    let list = format!("<workbook xmlns:r=\"r\"><sheets>{many}</sheets></workbook>");
    delivery.put("again.xlsx", &book_of(&list, &sheet(&one("A1")), NO_TEXTS));
    let table = |rows: &str| {
        workbooks::ods(&format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"T\">{rows}</table:table>\
             </office:spreadsheet></office:body></office:document-content>"
        ))
    };
    let cell = |times: &str| {
        format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"{times}\"/>"
        )
    };
    delivery.put(
        "row.ods",
        &table(&format!(
            "<table:table-row table:number-rows-repeated=\"2147483648\">{}</table:table-row>",
            cell("1")
        )),
    );
    delivery.put(
        "column.ods",
        &table(&format!(
            "<table:table-row>{}</table:table-row>",
            cell("2147483648")
        )),
    );
    delivery.put(
        "wide.ods",
        &table(&format!(
            "<table:table-row>{}</table:table-row>",
            cell("1").repeat(100_000)
        )),
    );
    delivery.put(
        "cells.ods",
        &table(&format!(
            "<table:table-row table:number-rows-repeated=\"1000000\">{}</table:table-row>",
            cell("9000")
        )),
    );
    let spaces = "<table:table-row><table:table-cell><text:p><text:s text:c=\"4294967295\"/></text:p></table:table-cell></table:table-row>";
    delivery.put("spaces.ods", &table(spaces));
    // An old workbook whose list of sheets points into a record, where a cell in the last row and column lies.
    let cell = |row: u16, column: u16| {
        let mut bytes = vec![0x03, 0x02, 14, 0];
        bytes.extend(row.to_le_bytes());
        bytes.extend(column.to_le_bytes());
        bytes.extend([0; 10]);
        bytes
    };
    let whole = old_workbook();
    let hidden = [
        vec![0x09, 0x08, 4, 0, 0, 6, 16, 0],
        cell(0, 0),
        cell(65_535, 65_535),
        vec![10, 0, 0, 0],
    ]
    .concat();
    let mut stream = whole.clone();
    stream.extend([0xFF, 0]);
    stream.extend((hidden.len() as u16).to_le_bytes());
    let place = (stream.len() as u32).to_le_bytes();
    stream.extend(&hidden);
    let entry = stream
        .windows(4)
        .position(|window| window == [0x85, 0, 14, 0])
        .expect("a list");
    stream[entry + 4..entry + 8].copy_from_slice(&place);
    delivery.put("inside.xls", &compound(&[("Workbook".to_owned(), stream)]));
    delivery.put("good.xls", &compound(&[("Workbook".to_owned(), whole)]));
    let columns = |count: usize| {
        let value: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
        let batch = RecordBatch::try_from_iter((0..count).map(|at| (format!("c{at}"), value.clone())))
            .expect("a batch");
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        bytes
    };
    delivery.put("wide.parquet", &columns(10_001));
    // One text that is far longer than the file.
    let value: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(120_000_000)]));
    let batch = RecordBatch::try_from_iter([("text", value)]).expect("a batch");
    let packed = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(false)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(packed)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    delivery.put("text.parquet", &bytes);
    let told = delivery.take_in();
    told.says("claimed.xlsx", &["sharedStrings.xml", "200000000000 texts"]);
    assert_eq!(told.said("dimension.xlsx"), "");
    told.says("column.xlsx", &["‘S’", "row 1 has more than 10000 columns"]);
    told.says("row.xlsx", &["‘S’", "‘A2147483648’"]);
    told.says("last.xlsx", &["‘S’", "‘ZZZZZZZ99999999999’", "XFD1048576"]);
    told.says("over.xlsx", &["‘S’", "‘ZZZZZZZZ99999999999’", "XFD1048576"]);
    told.says("lists.xlsx", &["sheet1.xml.rels", "64 MB"]);
    told.says("list.xlsx", &["‘xl/list.bin’", "XML"]);
    told.says("twice.xlsx", &["‘S’ is not read", "the same name"]);
    told.says("cells.xlsx", &["‘S’", "300000000 cells"]);
    told.says("wide.xlsx", &["‘S’", "10000 columns"]);
    told.says(
        "again.xlsx",
        &[
            "names 900 sheets, and the parts with rows are 1",
            "no part with rows of its own",
        ],
    );
    told.says("row.ods", &["1048576 rows"]);
    told.says("column.ods", &["10000 columns"]);
    told.says("wide.ods", &["10000 columns"]);
    told.says("cells.ods", &["300000000 cells"]);
    told.says("spaces.ods", &["1000000 bytes"]);
    told.says("inside.xls", &["column 65536"]);
    told.says("text.parquet", &["‘text’", "100 times its"]);
    told.says("wide.parquet", &["10001 columns", "10000"]);
    assert_eq!(told.counts("good.xls/Sheet1.csv"), (2, 0));
    assert!(told.took.as_secs() < 120, "{:?}", told.took);
}

#[test]
fn what_is_rendered_without_end() {
    if !big() {
        return;
    }
    let delivery = Hostile::new();
    // A few kilobytes that hold the same text a hundred and fifty million times.
    let value: ArrayRef = Arc::new(StringArray::from(vec!["sixteen letters."; 1_000_000]));
    let batch = RecordBatch::try_from_iter([("text", value)]).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    for _ in 0..150 {
        writer.write(&batch).expect("written");
    }
    writer.close().expect("closed");
    delivery.put("rows.parquet", &bytes);
    // Many sheets of one cell in the first row and the last column, and rows below.
    let rows: String = (1..=29_000)
        .map(|row| format!("<row><c r=\"A{row}\"><v>1</v></c></row>"))
        .collect();
    let wide = sheet(&format!(
        "<row><c r=\"NTP1\"><v>1</v></c></row>{}",
        rows.replacen("<row><c r=\"A1\"><v>1</v></c></row>", "", 1)
    ));
    delivery.put("commas.xlsx", &book(&wide, NO_TEXTS));
    let texts = format!(
        "<sst count=\"1\" uniqueCount=\"1\">{}</sst>",
        "<si/>".repeat(19_000_000)
    );
    delivery.put("texts.xlsx", &book(&sheet(""), &texts));
    drop(texts);
    let told = delivery.take_in();
    told.says("rows.parquet", &["1000 MB in all"]);
    told.says("texts.xlsx", &["sheet ‘S’ is empty"]);
    told.says("commas.xlsx/S.csv", &["no format recognises"]);
}
