//! Workbooks and Parquet: the rendering agrees with the sheet, cell by cell and row by row, and reads as its mapping says.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use geldspoor::intake::mapping::NamedMapping;
use geldspoor::intake::{Delivery, recognise};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::CompressionMethod;

use crate::collect::shared;
use crate::delivery::{Place, archive, fate, listing, members, packed};

const MAPPING: &str = r#"
id = "dutch"
title = "A bank that writes dates with points and amounts with commas"
version = 1
source = "made up"
table = "entries"
[file]
delimiters = [";"]
code_page = "windows-1252"
[columns]
date = "Datum"
amount = "Bedrag"
text = "Omschrijving"
time = { names = ["Tijd"], optional = true }
[dates]
booked = "date"
time = "time"
formats = ["%d.%m.%Y"]
[amount]
column = "amount"
decimal = ","
grouping = "."
[currency]
constant = "EUR"
[account]
account_from = "name"
[texts]
remittance = ["text"]
"#;

fn dutch() -> Delivery {
    Delivery {
        mapping: Some(Arc::new(NamedMapping::parse(MAPPING).expect("a mapping"))),
        ..Delivery::default()
    }
}

/// A statement below a title, with cells of every kind.
pub fn book() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let both = Format::new().set_num_format("dd/mm/yyyy hh:mm:ss");
    let clock = Format::new().set_num_format("hh:mm");
    let sheet = workbook.add_worksheet();
    sheet.set_name("Mutaties").expect("a name");
    sheet
        .write_string(1, 0, "Rekeningoverzicht, \"2025\"")
        .expect("written");
    for (column, head) in ["Datum", "Bedrag", "Omschrijving", "Tijd"].iter().enumerate() {
        sheet.write_string(3, column as u16, *head).expect("written");
    }
    let date = |d| ExcelDateTime::from_ymd(2025, 3, d).expect("a day");
    sheet
        .write_datetime_with_format(4, 0, date(1), &day)
        .expect("written");
    sheet.write_number(4, 1, 1234.5).expect("written");
    sheet.write_string(4, 2, "huur\nmaart").expect("written");
    sheet
        .write_number_with_format(4, 3, 0.5, &clock)
        .expect("written");
    // Row 6 is empty. Then text, as some banks write it: 1.234 is one thousand two hundred thirty-four here.
    sheet.write_string(6, 0, "02.03.2025").expect("written");
    sheet.write_string(6, 1, "1.234").expect("written");
    sheet.write_string(6, 2, "tekst").expect("written");
    // And a number that has three decimals by accident, on a day with a time.
    let noon = date(3).and_hms(12, 30, 1).expect("a time");
    sheet
        .write_datetime_with_format(7, 0, &noon, &both)
        .expect("written");
    sheet.write_number(7, 1, -1.234).expect("written");
    sheet.write_string(7, 2, "getal").expect("written");
    // A text that is written as days and numbers stand in the rendering, and is none.
    sheet.write_string(8, 0, "2025-03-04").expect("written");
    sheet.write_string(8, 1, "1,50").expect("written");
    sheet.write_string(8, 2, "fout").expect("written");
    sheet.write_string(9, 0, "05.03.2025").expect("written");
    sheet.write_string(9, 1, "1.5").expect("written");
    sheet.write_string(9, 2, "fout").expect("written");
    let second = workbook.add_worksheet();
    second.set_name("Verborgen").expect("a name").set_hidden(true);
    second.write_boolean(0, 0, true).expect("written");
    second
        .write_formula(0, 1, Formula::new("=NA()").set_result("#N/A"))
        .expect("written");
    second.write_number(0, 2, 0.1 + 0.2).expect("written");
    second
        .write_number(0, 3, 123_456_789_012_345_678.0)
        .expect("written");
    let third = workbook.add_worksheet();
    third.set_name("Leeg").expect("a name");
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn a_sheet_is_rendered_row_by_row() {
    let mut place = Place::new();
    place.put("book.xlsx", &book());
    let taken = place.take_in();
    assert!(
        fate(&taken, "book.xlsx").1.contains("‘Leeg’ is empty"),
        "{taken:?}"
    );
    let text = String::from_utf8(place.bytes("book.xlsx/Mutaties.csv")).expect("UTF-8");
    assert_eq!(
        text,
        "\n\"Rekeningoverzicht, \"\"2025\"\"\",,,\n\n\"Datum\",\"Bedrag\",\"Omschrijving\",\"Tijd\"\n\
         2025-03-01,1234.5,\"huur\nmaart\",12:00:00\n\n\"02.03.2025\",\"1.234\",\"tekst\",\n\
         2025-03-03T12:30:01,-1.234,\"getal\",\n\"2025-03-04\",\"1,50\",\"fout\",\n\
         \"05.03.2025\",\"1.5\",\"fout\",\n"
    );
    let hidden = String::from_utf8(place.bytes("book.xlsx/Verborgen.csv")).expect("UTF-8");
    let hidden = hidden.trim_end();
    assert!(
        hidden.starts_with("TRUE,") && hidden.ends_with(",0.3,123456789012346000"),
        "{hidden}"
    );
    assert!(hidden.contains("#N/A"), "{hidden}");
    let rows = place.sources("made_from, made_how, note");
    let book = place
        .tables()
        .one("SELECT source_id FROM sources WHERE format = 'xlsx'");
    let sheet = rows
        .iter()
        .find(|row| row[0] == "book.xlsx/Verborgen.csv")
        .expect("a row");
    assert_eq!(
        sheet[1..3],
        [
            book,
            "sheet ‘Verborgen’ rendered row by row (rendering/1)".to_owned()
        ]
    );
    assert!(sheet[3].contains("hidden"), "{sheet:?}");
}

#[test]
fn what_was_a_number_or_a_day_reads_as_such_and_text_reads_by_the_mapping() {
    let mut place = Place::new();
    place.put("NL91ABNA0417164300.xlsx", &book());
    let files = place.files();
    place.take(&files, &dutch());
    let entries = place.tables().rows(
        "SELECT booking_date, direction, amount, remittance, booked_at, locator FROM entries ORDER BY byte_start",
    );
    let short: Vec<String> = entries.iter().map(|row| row.join("|")).collect();
    assert_eq!(
        short,
        [
            "2025-03-01|credit|1234.5000|huur\nmaart|2025-03-01T12:00:00|row 5",
            "2025-03-02|credit|1234.0000|tekst||row 7",
            "2025-03-03|debit|1.2340|getal|2025-03-03T12:30:01|row 8",
        ]
    );
    let rejects = place
        .tables()
        .rows("SELECT locator, reason FROM rejects ORDER BY byte_start");
    // Text in a form that the mapping does not have.
    assert_eq!(rejects.len(), 2, "{rejects:?}");
    assert!(
        rejects[0][0] == "row 9" && rejects[0][1].contains("‘2025-03-04’"),
        "{rejects:?}"
    );
    assert!(
        rejects[1][0] == "row 10" && rejects[1][1].contains("‘1.5’"),
        "{rejects:?}"
    );
    // The account is that of the workbook's name.
    let number = place.tables().one(
        "SELECT DISTINCT a.number FROM accounts_read AS a JOIN entries AS e ON e.account_id = a.account_id",
    );
    assert_eq!(number, "NL91ABNA0417164300");
    // What an entry cites holds its amount and its day, as they stand in the rendering.
    let cited = place
        .tables()
        .rows("SELECT byte_start, byte_end FROM entries ORDER BY byte_start");
    let text = place.bytes("NL91ABNA0417164300.xlsx/Mutaties.csv");
    let (start, end): (usize, usize) = (
        cited[0][0].parse().expect("a byte"),
        cited[0][1].parse().expect("a byte"),
    );
    assert_eq!(&text[start..end], b"2025-03-01,1234.5,\"huur\nmaart\",12:00:00");
    // The same again, and a workbook whose sheet is the same.
    let again = place.take(&files, &dutch());
    assert!(
        again
            .iter()
            .all(|one| ["known", "kept"].contains(&fate(&again, &one.name).0)),
        "{again:?}"
    );
    let copy = place.put("copy.xlsx", &{
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_boolean(0, 0, true).expect("written");
        workbook.save_to_buffer().expect("a workbook")
    });
    place.put("copy-of-it.xlsx", &{
        let mut workbook = Workbook::new();
        workbook
            .add_worksheet()
            .set_name("Other")
            .expect("a name")
            .write_boolean(0, 0, true)
            .expect("written");
        workbook.save_to_buffer().expect("a workbook")
    });
    assert!(copy.is_file());
    let taken = place.take_in();
    assert_eq!(
        fate(&taken, "copy.xlsx/Sheet1.csv"),
        ("known", "the same bytes as copy-of-it.xlsx/Other.csv")
    );
}

#[test]
fn a_rendering_agrees_with_a_table_made_by_others() {
    let Some(folder) = shared("registers/followthemoney") else {
        return;
    };
    let mut place = Place::new();
    place.put(
        "donations.xlsx",
        &std::fs::read(folder.join("donations.xlsx")).expect("a file"),
    );
    place.take_in();
    let rendering = place.bytes("donations.xlsx/donations.csv");
    let other = std::fs::read(folder.join("donations.csv")).expect("a file");
    let read = |bytes: &[u8]| -> Vec<Vec<String>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes)
            .records()
            .map(|record| record.expect("a record").iter().map(str::to_owned).collect())
            .collect()
    };
    let (ours, theirs) = (read(&rendering), read(&other));
    assert!(
        ours.len() == theirs.len() && ours.len() > 290,
        "{} and {}",
        ours.len(),
        theirs.len()
    );
    let mut cells = 0;
    for (row, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_eq!(ours.len(), theirs.len(), "row {}", row + 1);
        for (column, (our, their)) in ours.iter().zip(theirs).enumerate() {
            assert_eq!(our.trim(), their.trim(), "row {}, column {}", row + 1, column + 1);
            cells += 1;
        }
    }
    assert!(cells > 2_600);
}

pub const ODS: &str = r##"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c">
<office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="Blad &amp; 1">
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>a &lt;b&gt;<text:s text:c="2"/><text:span>c</text:span></text:p><text:p>d</text:p><office:annotation><text:p>remark</text:p></office:annotation></table:table-cell><table:table-cell/><table:table-cell office:value-type="currency" office:value="1234.50"><text:p>€ 1.234,50</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="date" office:date-value="2025-03-01T00:00:00"><text:p>1-3-25</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT13H05M00S"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table><table:table table:name="Weg" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="float" office:value="5"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"##;

pub fn ods(content: &str) -> Vec<u8> {
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    packed(
        &[("mimetype", kind), ("content.xml", content.as_bytes())],
        CompressionMethod::Deflated,
    )
}

#[test]
fn an_opendocument_sheet_is_rendered_alike() {
    let mut place = Place::new();
    place.put("book.ods", &ods(ODS));
    let taken = place.take_in();
    let text = String::from_utf8(place.bytes("book.ods/Blad & 1.csv")).expect("UTF-8");
    let row = "2025-03-01,13:05:00,TRUE,#N/A\n";
    assert_eq!(
        text,
        format!("\n\n\"a <b>  c\nd\",\"a <b>  c\nd\",,1234.5\n{row}{row}"),
        "{taken:?}"
    );
    assert_eq!(place.bytes("book.ods/Weg.csv"), b"5\n");
    let note = place
        .tables()
        .one("SELECT note FROM sources WHERE name = 'book.ods/Weg.csv'");
    assert!(note.contains("hidden"), "{note}");
    // What says that it is repeated without end is refused, not written.
    let mut place = Place::new();
    let row = "<table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell office:value-type=\"float\" \
               office:value=\"1\" table:number-columns-repeated=\"9000\"/></table:table-row>";
    let bomb = ODS.replace("<table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>", row);
    assert_ne!(bomb, ODS);
    place.put("book.ods", &ods(&bomb));
    let taken = place.take_in();
    assert!(fate(&taken, "book.ods").1.contains("cells"), "{taken:?}");
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused_before_it_is_opened() {
    let mut place = Place::new();
    let mut sheet = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>".to_vec();
    sheet.extend(vec![b'a'; 120_000_000]);
    sheet.extend(b"</t></is></c></row></sheetData></worksheet>");
    place.put(
        "book.xlsx",
        &archive(&[
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/worksheets/sheet1.xml", &sheet),
        ]),
    );
    let long = [b"<worksheet>".as_slice(), &vec![b'a'; 5 << 20], b"</worksheet>"].concat();
    place.put(
        "long.xlsx",
        &archive(&[
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/worksheets/sheet1.xml", &long),
        ]),
    );
    place.put("damaged.xlsx", &archive(&[("xl/workbook.xml", b"<workbook")]));
    let taken = place.take_in();
    for (name, words) in [
        ("book.xlsx", "sheet1.xml"),
        ("long.xlsx", "without a tag"),
        ("damaged.xlsx", "is not read"),
    ] {
        let (how, why) = fate(&taken, name);
        assert!(how == "kept" && why.contains(words), "{name}: {how}, {why}");
    }
}

/// Rows of Parquet with columns of every kind.
pub fn parquet() -> Vec<u8> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "text, with \"quotes\"",
            Arc::new(StringArray::from(vec![Some("é\n\"x\""), None, Some("")])),
        ),
        (
            "sum",
            Arc::new(
                Decimal128Array::from(vec![Some(123_450), Some(-1), None])
                    .with_precision_and_scale(18, 4)
                    .expect("a scale"),
            ),
        ),
        (
            "day",
            Arc::new(Date32Array::from(vec![Some(20_148), None, Some(0)])),
        ),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(vec![
                Some(1_740_830_400_500_000),
                None,
                Some(0),
            ])),
        ),
        (
            "n",
            Arc::new(Int64Array::from(vec![Some(i64::MAX), None, Some(-7)])),
        ),
        (
            "f",
            Arc::new(Float64Array::from(vec![Some(0.1), Some(1e21), Some(f64::NAN)])),
        ),
        (
            "b",
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        ),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

#[test]
fn parquet_is_rendered_exactly() {
    let bytes = parquet();
    let mut place = Place::new();
    place.put("rows.parquet", &bytes);
    place.put("cut.parquet", &bytes[..bytes.len() - 9]);
    let taken = place.take_in();
    let text = String::from_utf8(place.bytes("rows.parquet/rows.csv")).expect("UTF-8");
    assert_eq!(
        text,
        "\"text, with \"\"quotes\"\"\",\"sum\",\"day\",\"at\",\"n\",\"f\",\"b\"\n\
         \"é\n\"\"x\"\"\",12.3450,2025-03-01,2025-03-01T12:00:00.5,9223372036854775807,0.1,TRUE\n\
         ,-0.0001,,,,1000000000000000000000,FALSE\n\"\",,1970-01-01,1970-01-01T00:00:00,-7,#NUM!,\n"
    );
    let made = place
        .tables()
        .one("SELECT made_how FROM sources WHERE name = 'rows.parquet/rows.csv'");
    assert_eq!(made, "Parquet rows rendered (rendering/1)");
    assert_eq!(fate(&taken, "cut.parquet").0, "kept", "{taken:?}");
}

#[test]
fn a_dry_run_tells_the_sheets() {
    let place = Place::new();
    place.put("book.xlsx", &book());
    let told = recognise(&place.files(), &dutch()).expect("told");
    let all: Vec<String> = told
        .iter()
        .map(|(name, answer)| format!("{name}: {answer}"))
        .collect();
    let all = all.join("\n");
    assert!(
        all.contains("2 sheets with content") && all.contains("book.xlsx/Mutaties.csv: csv, mapping dutch"),
        "{all}"
    );
    assert!(place.shelf().is_empty());
}

#[test]
fn names_do_not_decide() {
    // Text under the name of a workbook, as one bank of the public corpus delivers it, and a workbook under another.
    let mut place = Place::new();
    place.put("listing.xls", &listing(1));
    place.put("rows.csv", &book());
    if let Some(folder) = shared("statements/bank2ynab") {
        let name = "test_swedebank_statement.xls";
        place.put(
            name,
            &std::fs::read(folder.join("test/test-data").join(name)).expect("a file"),
        );
    }
    let taken = place.take_in();
    assert_eq!(fate(&taken, "listing.xls").0, "read");
    assert_eq!(fate(&taken, "rows.csv").0, "opened");
    if Path::new(&place.path("test_swedebank_statement.xls")).is_file() {
        let (how, why) = fate(&taken, "test_swedebank_statement.xls");
        assert_eq!(how, "read", "it is text in the layout of that bank: {why}");
    }
}

#[test]
fn sheets_are_found_by_relationship_in_whatever_folder_they_lie() {
    let moved: Vec<(String, Vec<u8>)> = members(&book())
        .into_iter()
        .map(|(name, bytes)| {
            let name = name.replace("xl/worksheets/", "xl/Blaetter/");
            let bytes = match String::from_utf8(bytes) {
                Ok(text) => text.replace("worksheets/sheet", "Blaetter/sheet").into_bytes(),
                Err(error) => error.into_bytes(),
            };
            (name, bytes)
        })
        .collect();
    let moved: Vec<(&str, &[u8])> = moved
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let mut place = Place::new();
    place.put("book.xlsx", &archive(&moved));
    let taken = place.take_in();
    let (how, note) = fate(&taken, "book.xlsx");
    assert!(how == "opened" && !note.contains("the parts with rows"), "{note}");
    assert_eq!(fate(&taken, "book.xlsx/Mutaties.csv").0, "kept", "{taken:?}");
}

#[test]
fn a_page_of_parquet_that_claims_more_than_its_column_is_refused_before_room_is_made() {
    let value: ArrayRef = Arc::new(StringArray::from(vec!["a text that stands in the page"; 100]));
    let batch = RecordBatch::try_from_iter([("text", value)]).expect("a batch");
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_compression(parquet::basic::Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    // Behind the mark of four bytes the first page: its type, then what it unpacks to, in three bytes.
    assert_eq!(&bytes[4..7], [0x15, 0x00, 0x15]);
    let size = bytes[7..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    assert_eq!(size, 2, "{:?}", &bytes[7..12]);
    let mut claimed = bytes.clone();
    // Two gigabytes take five bytes; the page moves by three, and its column says so nowhere.
    claimed.splice(7..9, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F]);
    let mut place = Place::new();
    place.put("good.parquet", &bytes);
    place.put("claimed.parquet", &claimed);
    let taken = place.take_in();
    assert_eq!(fate(&taken, "good.parquet").0, "opened");
    let (how, why) = fate(&taken, "claimed.parquet");
    assert!(
        how == "kept" && why.contains("‘text’") && why.contains("2147483647"),
        "{how}, {why}"
    );
}

#[test]
fn a_list_that_leaves_sheets_out_is_told() {
    let members = members(&book());
    let list = members
        .iter()
        .find(|(name, _)| name == "xl/workbook.xml")
        .expect("a list");
    let text = String::from_utf8(list.1.clone()).expect("text");
    // The hidden sheet, and then every sheet, is named no more.
    for (from, to, said) in [
        (
            "<sheet name=\"Verborgen\"",
            "<shoot name=\"Verborgen\"",
            "names 2 sheets",
        ),
        ("<sheet ", "<shoot ", "names 0 sheets"),
    ] {
        let mut place = Place::new();
        assert!(text.contains(from));
        let changed = text.replace(from, to).into_bytes();
        let changed: Vec<(&str, &[u8])> = members
            .iter()
            .map(|(name, bytes)| match name.as_str() {
                "xl/workbook.xml" => (name.as_str(), changed.as_slice()),
                name => (name, bytes.as_slice()),
            })
            .collect();
        place.put("book.xlsx", &archive(&changed));
        let taken = place.take_in();
        let (how, note) = fate(&taken, "book.xlsx");
        assert!(
            how == "opened" && note.contains(said) && note.contains("the parts with rows are 3"),
            "{note}"
        );
    }
    // An archive without a member says so as well.
    let mut place = Place::new();
    place.put("empty.zip", &archive(&[]));
    let taken = place.take_in();
    assert_eq!(fate(&taken, "empty.zip"), ("opened", "nothing is in it"));
}
