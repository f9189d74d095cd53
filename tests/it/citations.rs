//! A citation leads to the record: the bytes of an entry hold its amount and its day as they are written there. Drawn
//! from every format that simulated cases and the public corpus give.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use geldspoor::simulate::{Plan, Scenario, StatementFormat, run};

use crate::command::{Tables, code, geldspoor, printed, shared};

/// Entries that are looked up in each format.
const DRAWN: usize = 1_000;

#[test]
fn a_thousand_entries_of_each_simulated_format_stand_where_they_are_cited() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut drawn = BTreeMap::new();
    for word in [
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
            ..Plan::new(9, 5_000, Scenario::Mixed)
        };
        run(&plan, &made, &|_| ()).expect("the case is made");
        let case = take_in(folder.path(), word, &[made.join("delivery")]);
        for (format, count) in check(&case) {
            *drawn.entry(format).or_insert(0) += count;
        }
    }
    for format in [
        "camt.053",
        "mt940",
        "csv ing-nl",
        "csv rabobank",
        "csv geldspoor-entries",
        "csv geldspoor-listing",
    ] {
        let count = drawn.get(format).copied().unwrap_or(0);
        assert!(count >= DRAWN, "{count} entries of {format}, of {drawn:?}");
    }
}

#[test]
fn entries_of_the_public_corpus_stand_where_they_are_cited() {
    let Some(files) = shared("statements") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let case = take_in(folder.path(), "corpus", &[files]);
    let drawn = check(&case);
    println!("{drawn:?}");
    assert!(drawn.values().sum::<usize>() > 150, "{drawn:?}");
}

#[test]
fn a_day_without_its_year_counts_only_where_the_format_writes_so() {
    let text = ":61:1701020103D12,50N541";
    assert!(has_date(text, "2017-01-03", "mt940") && has_date(text, "2017-01-02", "csv"));
    assert!(!has_date(text, "2017-01-03", "csv") && !has_date(text, "2017-01-03", "ofx"));
}

fn take_in(folder: &Path, name: &str, sources: &[PathBuf]) -> PathBuf {
    let case = folder.join(format!("case-{name}"));
    let case_text = case.display().to_string();
    let output = geldspoor(folder, &["-q", "case", "new", &case_text, "--reference", "r"]);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let mut arguments = vec!["-q".to_owned(), "-C".to_owned(), case_text, "intake".to_owned()];
    arguments.extend(sources.iter().map(|path| path.display().to_string()));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = geldspoor(folder, &arguments);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    case
}

/// Looks entries up and says how many of each format stood where they are cited.
fn check(case: &Path) -> BTreeMap<String, usize> {
    let tables = Tables::of(case);
    // Spread over all sources: ordered by a hash of the id.
    let rows = tables.rows(&format!(
        "SELECT format, source_id, byte_start, byte_end, amount, quantity, booking_date, encoding, entry_id FROM \
         (SELECT trim(s.format || ' ' || s.mapping) AS format, e.source_id, e.byte_start, e.byte_end, e.amount, \
          e.quantity, e.booking_date, s.encoding, e.entry_id, \
          row_number() OVER (PARTITION BY s.format, s.mapping ORDER BY md5(e.entry_id)) AS place \
          FROM entries AS e JOIN sources AS s ON s.source_id = e.source_id) AS t WHERE place <= {DRAWN}"
    ));
    let mut sources: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for row in rows {
        let [format, source, start, end, amount, quantity, date, encoding, id] = row.as_slice() else {
            panic!("nine columns");
        };
        let bytes = sources
            .entry(source.clone())
            .or_insert_with(|| fs::read(case.join("sources").join(source)).expect("the source as kept"));
        let cited = &bytes[start.parse::<usize>().expect("a byte")..end.parse::<usize>().expect("a byte")];
        let text = if encoding.starts_with("utf-16") {
            cited
                .iter()
                .filter(|b| **b != 0)
                .map(|b| char::from(*b))
                .collect()
        } else {
            String::from_utf8_lossy(cited).into_owned()
        };
        let value = if amount.is_empty() { quantity } else { amount };
        assert!(
            has_amount(&text, value),
            "{format}, {id}: {value} is not in ‘{text}’"
        );
        // The day of a BAI2 record stands in the header of its group.
        let elsewhere = ["csv ibm", "csv aml", "bai2"]
            .into_iter()
            .any(|word| format.starts_with(word));
        if !date.is_empty() && !elsewhere {
            assert!(
                has_date(&text, date, format),
                "{format}, {id}: {date} is not in ‘{text}’"
            );
        }
        *found.entry(format.clone()).or_insert(0) += 1;
    }
    found
}

/// Whether a number stands in a text, in any of the ways in which banks write numbers.
fn has_amount(text: &str, value: &str) -> bool {
    let plain = value.trim_start_matches('-');
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let grouped = grouped(whole);
    (fraction.len()..=18).any(|decimals| {
        let fraction = format!("{fraction:0<decimals$}");
        ['.', ','].into_iter().any(|sign| {
            let mut forms = vec![format!("{whole}{sign}{fraction}")];
            if decimals == 0 {
                forms.push(whole.to_owned());
            }
            for group in ['.', ',', ' ', '\'', '\u{a0}'] {
                forms.push(format!(
                    "{}{sign}{fraction}",
                    grouped.replace('_', &group.to_string())
                ));
            }
            if whole == "0" {
                forms.push(format!("{sign}{fraction}"));
            }
            forms.iter().any(|form| text.contains(form.as_str()))
        }) || ((2..=4).contains(&decimals)
            && decimals <= 4
            && digits.contains(format!("{whole}{fraction}").trim_start_matches('0')))
    })
}

fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// Formats that leave out the year of a booking date.
const WITHOUT_YEAR: [&str; 1] = ["mt940"];

/// Whether a day stands in a text of a format: its day, month and year in any order and form.
fn has_date(text: &str, date: &str, format: &str) -> bool {
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let short = &year[2..];
    let months = [
        ["jan"],
        ["feb"],
        ["mar"],
        ["apr"],
        ["may"],
        ["jun"],
        ["jul"],
        ["aug"],
        ["sep"],
        ["oct"],
        ["nov"],
        ["dec"],
    ];
    let name = months[month.parse::<usize>().expect("a month") - 1][0];
    let lower = text.to_lowercase();
    let (m, d) = (month.trim_start_matches('0'), day.trim_start_matches('0'));
    let orders = |y: &str, m: &str, d: &str| {
        ["", "-", "/", ".", " ", ". ", "'", ", "].into_iter().any(|s| {
            [
                format!("{y}{s}{m}{s}{d}"),
                format!("{d}{s}{m}{s}{y}"),
                format!("{m}{s}{d}{s}{y}"),
                format!("{m}/{d}'{y}"),
            ]
            .iter()
            .any(|form| lower.contains(form.as_str()))
        })
    };
    [*year, short].into_iter().any(|y| {
        orders(y, month, day)
            || orders(y, m, d)
            || orders(y, m, day)
            || orders(y, month, d)
            || orders(y, name, day)
            || orders(y, name, d)
    }) || WITHOUT_YEAR.contains(&format) && lower.contains(&format!("{month}{day}"))
}
