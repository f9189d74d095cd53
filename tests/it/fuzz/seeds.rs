//! What is damaged: a few files of every format, and of everything that holds files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use geldspoor::intake::encoding::find;
use geldspoor::intake::{Format, formats};
use geldspoor::simulate::{Plan, Scenario, StatementFormat, run};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::Workbook;

use crate::collect::shared;
use crate::delivery::{HEADER, archive, listing, members};
use crate::{
    bai2, banks, camt, camt_details, cfonb, coda, jpk_wb, mappings, mt103, mt940, norma43, ofx, payments,
    qif, registers, simba, workbooks,
};

/// Longest seed: damage in a short file reaches more of its reader.
const LONGEST: usize = 16 * 1024;

/// Files that one reader knows, damaged at random.
pub struct Target {
    /// The format's word, as the table `sources` has it.
    pub name: String,
    pub seeds: Seeds,
}

pub enum Seeds {
    Formats(Vec<Seed>),
    Containers(Vec<Package>),
}

impl Seeds {
    pub fn len(&self) -> usize {
        match self {
            Seeds::Formats(seeds) => seeds.len(),
            Seeds::Containers(packages) => packages.len(),
        }
    }
}

/// A file with the format that knows it, by its mapping too, and the files beside it.
pub struct Seed {
    pub format: Arc<dyn Format>,
    /// Name and bytes, the file itself first.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Makes a file of what it holds.
pub type Pack = fn(&[(String, Vec<u8>)]) -> Vec<u8>;

/// A file that holds others.
pub struct Package {
    pub name: String,
    /// What is packed.
    pub members: Vec<(String, Vec<u8>)>,
    pub pack: Pack,
}

/// What is read next.
pub struct Input<'s> {
    /// Name and bytes; the first is read, the others lie beside it.
    pub files: Vec<(String, Vec<u8>)>,
    /// None for what is taken in as a delivery.
    pub format: Option<&'s dyn Format>,
}

/// Every reader with its seeds.
pub fn targets() -> Vec<Target> {
    let mut targets: BTreeMap<String, Vec<Seed>> = BTreeMap::new();
    let alone = simulated()
        .into_iter()
        .chain(made_up())
        .chain(public())
        .map(|(name, bytes)| vec![(name, bytes)]);
    for mut files in alone.chain(simba_deliveries()) {
        let (name, bytes) = &mut files[0];
        let head = &bytes[..bytes.len().min(1 << 16)];
        let Ok(chosen) = formats::choose(head, name, find(bytes), None, "") else {
            continue;
        };
        bytes.truncate(LONGEST);
        targets
            .entry(chosen.format.id().to_owned())
            .or_default()
            .push(Seed {
                format: chosen.format.into(),
                files,
            });
    }
    let mut targets: Vec<Target> = targets
        .into_iter()
        .map(|(name, seeds)| Target {
            name,
            seeds: Seeds::Formats(seeds),
        })
        .collect();
    targets.extend(containers().into_iter().map(|(name, packages)| Target {
        name: name.to_owned(),
        seeds: Seeds::Containers(packages),
    }));
    targets
}

/// Files of simulated cases.
fn simulated() -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for word in [
        "camt.053.001.02",
        "camt.053.001.08",
        "mt940-nl",
        "mt940-de",
        "ing-nl",
        "rabobank",
        "geldspoor-entries",
    ] {
        let made = folder.path().join(word);
        let plan = Plan {
            write_as: StatementFormat::from_word(word),
            ..Plan::new(3, 1_000, Scenario::Mixed)
        };
        run(&plan, &made, &|_| ()).expect("the case is made");
        gather(&made.join("delivery"), &mut files);
    }
    files
}

/// Files of the public corpus, where it is there.
fn public() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in ["statements", "nasty"] {
        if let Some(corpus) = shared(folder) {
            gather(&corpus, &mut files);
        }
    }
    files
}

fn gather(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|e| e.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(&path, files);
        } else {
            let name = path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            files.push((name, fs::read(&path).expect("a file")));
        }
    }
}

/// The made-up files of the other tests.
fn made_up() -> Vec<(String, Vec<u8>)> {
    let coda_2 = coda::two_statements();
    // The version stands at the end of the header; nothing else is read differently.
    let coda_1: String = coda_2
        .lines()
        .map(
            |line| match line.strip_suffix('2').filter(|_| line.starts_with('0')) {
                Some(rest) => format!("{rest}1\n"),
                None => format!("{line}\n"),
            },
        )
        .collect();
    let batch = camt_details::statement(&camt_details::entry(
        "30.00",
        "CRDT",
        &camt_details::batch(&[
            camt_details::payment("10.00", "A", ""),
            camt_details::payment("20.00", "B", "<RmtInf><Ustrd>huur</Ustrd></RmtInf>"),
        ]),
    ));
    let statement = camt::statement(
        &[
            camt::balance("OPBD", "100.00", "CRDT", "2026-01-01"),
            camt::balance("CLBD", "112.50", "CRDT", "2026-01-31"),
            camt::entry(
                "12.50",
                "CRDT",
                &camt::details(
                    "<AmtDtls><InstdAmt><Amt Ccy=\"USD\">14.00</Amt><CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>0.8929\
                     </XchgRate></CcyXchg></InstdAmt></AmtDtls><RltdPties><Dbtr><Nm>K. Bos</Nm></Dbtr></RltdPties>",
                ),
            ),
        ]
        .concat(),
    );
    let mut files: Vec<(&str, String)> = vec![
        ("two.cod", coda_1),
        ("two.cod", coda_2),
        ("two.n43", norma43::two_accounts()),
        ("two.cfo", cfonb::two_accounts()),
        ("jpk.xml", jpk_wb::sample()),
        ("customer.fin", mt103::CUSTOMER.to_owned()),
        ("cover.fin", mt103::COVER.to_owned()),
        ("both.fin", [mt103::CUSTOMER, mt103::COVER].concat()),
        ("pain.001.xml", payments::pain_001()),
        ("pain.008.xml", payments::pain_008()),
        ("pacs.008.xml", payments::pacs_008()),
        ("pacs.004.xml", payments::pacs_004()),
        ("camt.053.xml", batch.clone()),
        ("camt.053.xml", statement.clone()),
        ("statement.sta", mt940::RABOBANK.to_owned()),
        ("interim.sta", mt940::INTERIM.to_owned()),
        ("report.bai", bai2::REPORT.to_owned()),
        ("statement.ofx", ofx::SGML.to_owned()),
        ("quicken.qif", qif::QUICKEN.to_owned()),
        ("eurofxref-hist.csv", mappings::RATES.to_owned()),
        ("owners.json", registers::bods::sample()),
        ("psc.txt", registers::psc::LINES.to_owned()),
        ("entities.ftm.json", registers::ftm::LINES.to_owned()),
        ("eurofxref.csv", mappings::RATES_OF_ONE_DAY.to_owned()),
    ];
    for (message, one) in camt::OTHERS {
        for text in [&batch, &statement] {
            files.push(("camt.xml", camt::told_as(text, message, one)));
        }
    }
    let samples = banks::samples::SAMPLES
        .iter()
        .map(|(_, name, text, _)| ((*name).to_owned(), text.as_bytes().to_vec()));
    files
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into_bytes()))
        .chain(samples)
        .collect()
}

/// The five files of SIMBA and the file of hashes, each read beside the others.
fn simba_deliveries() -> Vec<Vec<(String, Vec<u8>)>> {
    let files: Vec<(String, Vec<u8>)> = simba::with_hashes()
        .into_iter()
        .map(|(word, bytes)| (simba::name(word), bytes))
        .collect();
    (0..files.len())
        .map(|at| {
            let mut files = files.clone();
            files.swap(0, at);
            files
        })
        .collect()
}

/// A listing's cells.
fn cells() -> Vec<Vec<String>> {
    let text = [
        HEADER.as_bytes(),
        &listing(1)[HEADER.len()..],
        &listing(2)[HEADER.len()..],
    ]
    .concat();
    String::from_utf8(text)
        .expect("text")
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

fn containers() -> Vec<(&'static str, Vec<Package>)> {
    let of = |name: &str, members: Vec<(&str, Vec<u8>)>, pack: Pack| Package {
        name: name.to_owned(),
        members: members
            .into_iter()
            .map(|(name, bytes)| (name.to_owned(), bytes))
            .collect(),
        pack,
    };
    let office = |name: &str, bytes: &[u8]| Package {
        name: name.to_owned(),
        members: members(bytes),
        pack: zipped,
    };
    let statement = mt940::RABOBANK.as_bytes().to_vec();
    let inner = archive(&[("deep/c.csv", &listing(3)), ("s.sta", &statement)]);
    vec![
        (
            "xlsx",
            vec![
                office("listing.xlsx", &workbook()),
                office("book.xlsx", &workbooks::book()),
            ],
        ),
        (
            "ods",
            vec![
                office("listing.ods", &workbooks::ods(&open_document())),
                office("book.ods", &workbooks::ods(workbooks::ODS)),
            ],
        ),
        (
            "xls",
            vec![of("listing.xls", vec![("Workbook", old_workbook())], compound)],
        ),
        (
            "parquet",
            vec![
                of("listing.parquet", vec![("rows", parquet_listing())], first),
                of("rows.parquet", vec![("rows", workbooks::parquet())], first),
            ],
        ),
        (
            "zip",
            vec![
                of(
                    "bank.zip",
                    vec![("b.csv", listing(1)), ("maps/a.sta", statement.clone())],
                    zipped,
                ),
                of(
                    "nested.zip",
                    vec![("inner.zip", inner), ("a.csv", listing(2))],
                    zipped,
                ),
                of(
                    "mixed.zip",
                    vec![("book.xlsx", workbook()), ("rows.csv.gz", gzip(&listing(4)))],
                    zipped,
                ),
            ],
        ),
        (
            "gzip",
            vec![
                of("rows.csv.gz", vec![("rows.csv", listing(1))], gzipped),
                of("s.sta.gz", vec![("s.sta", statement)], gzipped),
            ],
        ),
    ]
}

fn first(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    members[0].1.clone()
}

fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<(&str, &[u8])> = members
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    archive(&members)
}

fn gzipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    gzip(&members[0].1)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    gzip_of(&archive(&[("x", content)]))
}

/// The one file of an archive packed with gzip (RFC 1952): the same packed bytes behind another header.
pub fn gzip_of(zip: &[u8]) -> Vec<u8> {
    let number = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    // The directory says how long the packed bytes are (APPNOTE 4.3.12); the member's own header may not.
    let directory = zip
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .expect("a directory");
    let packed = number(directory + 20) + (number(directory + 22) << 16);
    let start = 30 + number(26) + number(28);
    let mut bytes = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];
    bytes.extend_from_slice(&zip[start..start + packed]);
    // Checksum and size, in both at the end.
    bytes.extend_from_slice(&zip[directory + 16..directory + 20]);
    bytes.extend_from_slice(&zip[directory + 24..directory + 28]);
    bytes
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(cells()) {
        for (column, cell) in (0..).zip(cells) {
            match cell.parse::<f64>() {
                Ok(number) if column == 6 => sheet.write_number(row, column, number),
                _ => sheet.write_string(row, column, cell),
            }
            .expect("written");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn open_document() -> String {
    let rows: String = cells()
        .iter()
        .map(|cells| {
            let cells: String = cells
                .iter()
                .map(|cell| {
                    format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>")
                })
                .collect();
            format!("<table:table-row>{cells}</table:table-row>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
         <office:spreadsheet><table:table table:name=\"Blad1\">{rows}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    )
}

fn parquet_listing() -> Vec<u8> {
    let rows = cells();
    let columns = (0..rows[0].len()).map(|at| {
        let values: Vec<&str> = rows[1..].iter().map(|row| row[at].as_str()).collect();
        let array: ArrayRef = match rows[0][at].as_str() {
            "amount" => Arc::new(
                Decimal128Array::from(vec![15_000, 25_000])
                    .with_precision_and_scale(18, 4)
                    .expect("a scale"),
            ),
            _ => Arc::new(StringArray::from(values)),
        };
        (rows[0][at].as_str(), array)
    });
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

/// The records of an old workbook ([MS-XLS] 2.1.4): one sheet with the listing, texts shared, amounts as numbers.
pub fn old_workbook() -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((data.len() as u16).to_le_bytes());
        bytes.extend(data);
        bytes
    };
    let begin = |what: u8| record(0x0809, &[0, 6, what, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let end = record(0x000A, &[]);
    let rows = cells();
    let mut texts = (rows.iter().flatten().count() as u32).to_le_bytes().repeat(2);
    let mut sheet = begin(0x10);
    let mut size = vec![0; 14];
    size[4] = rows.len() as u8;
    size[10] = rows[0].len() as u8;
    sheet.extend(record(0x0200, &size));
    let mut number = 0_u32;
    for (row, cells) in (0_u16..).zip(&rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            let mut data = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
            match cell.parse::<f64>() {
                Ok(value) if column == 6 => {
                    data.extend(value.to_le_bytes());
                    sheet.extend(record(0x0203, &data));
                }
                _ => {
                    data.extend(number.to_le_bytes());
                    sheet.extend(record(0x00FD, &data));
                }
            }
            texts.extend((cell.len() as u16).to_le_bytes());
            texts.push(0);
            texts.extend(cell.as_bytes());
            number += 1;
        }
    }
    sheet.extend(&end);
    let shared = record(0x00FC, &texts);
    let name = b"\x06\0Sheet1";
    let codes = record(0x0042, &[0xB0, 4]);
    let start = (begin(5).len() + codes.len() + 4 + 6 + name.len() + shared.len() + end.len()) as u32;
    let mut place = start.to_le_bytes().to_vec();
    place.extend([0, 0]);
    place.extend(name);
    [begin(5), codes, record(0x0085, &place), shared, end, sheet].concat()
}

/// A compound file ([MS-CFB]) with one stream.
pub fn compound(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    let (name, stream) = &members[0];
    // Short streams would lie elsewhere (2.3); what is behind the last record are records without content.
    let mut stream = stream.clone();
    stream.resize(stream.len().max(4_096).next_multiple_of(512), 0);
    let sectors = (stream.len() / 512) as u32;
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.extend([0; 16]);
    header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    for word in [0, 1, 1, 0, 4_096, END, 0, END, 0, 0] {
        header.extend(word.to_le_bytes());
    }
    header.resize(512, 0xFF);
    // Sector 0 is the table, 1 the directory, the stream follows.
    let mut table: Vec<u8> = [0xFFFF_FFFD, END]
        .into_iter()
        .chain((1..sectors).map(|n| n + 2))
        .chain([END])
        .flat_map(u32::to_le_bytes)
        .collect();
    assert!(table.len() <= 512, "one table is enough for a short stream");
    table.resize(512, 0xFF);
    let entry = |name: &str, kind: u8, child: u32, start: u32, size: u32| {
        let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = bytes.len() as u16 + 2;
        bytes.resize(64, 0);
        bytes.extend(length.to_le_bytes());
        bytes.extend([kind, 1]);
        for word in [u32::MAX, u32::MAX, child] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.resize(116, 0);
        bytes.extend(start.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.resize(128, 0);
        bytes
    };
    let mut directory = entry("Root Entry", 5, 1, END, 0);
    directory.extend(entry(name, 2, u32::MAX, 2, stream.len() as u32));
    directory.resize(512, 0);
    [header, table, directory, stream].concat()
}
