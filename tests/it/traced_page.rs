//! The page's section on tracing: its figures are those of the tables, it names nobody where names must not be seen, people
//! who may be victims stand together, and it says when it is old.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::command::{Tables, code, geldspoor, printed};
use crate::report::{bare_digits, figures};

/// A case with claims.
pub struct Place {
    folder: TempDir,
    pub case: PathBuf,
}

const LINES: &str =
    "account,booked_at,direction,amount,currency,counterparty_account,counterparty_name,channel,remittance\n";
const HOLDERS: &str = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date\n";

/// Numbers, names and free text of the case: what no page without names may hold.
const SECRETS: [&str; 14] = [
    "NL91ABNA0417164300",
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "BE68539007547034",
    "Vera Vlinder",
    "Oskar Otter",
    "Meubelhuis Zilver",
    "Zilver",
    "Wages of Vera",
    "Invoices of Kestrel",
    "Yacht Kestrel",
    "Kestrel",
    // Of the file of claims, and of a label in a line of it that cannot be read.
    "Wagenaar",
    "Arbois",
];
const VICTIM: &str = SECRETS[0];
const SECOND: &str = SECRETS[1];
const THIRD: &str = SECRETS[2];
const OUTSIDE: &str = SECRETS[3];

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        let place = Place { folder, case };
        let output = geldspoor(
            &place.keys(),
            &["case", "new", &place.case.to_string_lossy(), "--reference", "R"],
        );
        assert_eq!(code(&output), 0, "{}", printed(&output));
        place
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    /// What a command prints on the case.
    pub fn run(&self, arguments: &[&str]) -> String {
        let place = self.case.to_string_lossy().into_owned();
        let output = geldspoor(&self.keys(), &[&["-C", &place], arguments].concat());
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        printed(&output)
    }

    fn take_in(&self, name: &str, text: &str) {
        let path = self.write(name, text);
        self.run(&["intake", &path]);
        self.run(&["check"]);
        self.run(&["detect"]);
    }

    fn page(&self, full: bool) -> String {
        let name = match full {
            true => {
                self.run(&["report", "--profile", "full"]);
                "report-full.html"
            }
            false => {
                self.run(&["report"]);
                "report.html"
            }
        };
        std::fs::read_to_string(self.case.join("exports").join(name)).expect("the page")
    }
}

/// The section on tracing.
fn section(page: &str) -> &str {
    let start = page.find("<section id=\"tracing\"").expect("the section");
    let end = page[start..].find("</section>").expect("its end");
    &page[start..start + end]
}

/// The figures of the section.
fn traced_figures(page: &str) -> Vec<(String, String, String)> {
    let mut found = figures(page);
    found.retain(|(name, _, _)| name.starts_with("trace."));
    found
}

fn line(
    lines: &mut String,
    account: &str,
    at: &str,
    way: &str,
    cents: u32,
    other: (&str, &str),
    channel: &str,
) {
    writeln!(
        lines,
        "{account},{at},{way},{}.{:02},EUR,{},{},{channel},",
        cents / 100,
        cents % 100,
        other.0,
        other.1
    )
    .expect("a line");
}

/// Both legs.
fn paid(lines: &mut String, from: &str, to: &str, at: &str, cents: u32) {
    line(lines, from, at, "debit", cents, (to, ""), "transfer");
    line(lines, to, at, "credit", cents, (from, ""), "transfer");
}

/// What stays on the victim's account, in cents: of no two amounts that are shown is it the difference by chance.
const STAYS: i64 = 26_937;

/// Wages come to the victim and go to the second account; invoices come there too, and what is mixed goes on: to the third
/// and back, to a shop, to an account outside, in cash.
fn lines() -> String {
    let mut lines = LINES.to_owned();
    line(
        &mut lines,
        VICTIM,
        "2026-01-02 09:00:00",
        "credit",
        213_764,
        ("", "Employer"),
        "transfer",
    );
    paid(&mut lines, VICTIM, SECOND, "2026-01-03 09:00:00", 186_827);
    line(
        &mut lines,
        SECOND,
        "2026-01-04 09:00:00",
        "credit",
        520_941,
        ("", "Client"),
        "transfer",
    );
    paid(&mut lines, SECOND, THIRD, "2026-01-05 09:00:00", 301_119);
    paid(&mut lines, THIRD, SECOND, "2026-01-06 09:00:00", 90_753);
    line(
        &mut lines,
        SECOND,
        "2026-01-07 09:00:00",
        "debit",
        70_311,
        ("", SECRETS[6]),
        "card_pos",
    );
    line(
        &mut lines,
        SECOND,
        "2026-01-07 10:00:00",
        "debit",
        31_177,
        ("", ""),
        "cash_atm",
    );
    line(
        &mut lines,
        THIRD,
        "2026-01-08 09:00:00",
        "debit",
        101_389,
        (OUTSIDE, "Outside"),
        "transfer",
    );
    line(
        &mut lines,
        SECOND,
        "2026-01-09 09:00:00",
        "debit",
        40_103,
        ("", "Yard"),
        "transfer",
    );
    lines
}

fn holders() -> String {
    let mut text = HOLDERS.to_owned();
    for (account, name) in [(VICTIM, SECRETS[4]), (SECOND, SECRETS[5]), (THIRD, SECRETS[5])] {
        writeln!(text, "{account},holder,person,{name},1980-01-01,,,,,,,,,,").expect("a line");
    }
    text
}

/// A case whose claims were traced.
pub fn traced() -> Place {
    let place = Place::new();
    let path = place.write("holders.csv", &holders());
    place.run(&["intake", &path]);
    place.take_in("lines.csv", &lines());
    place.run(&["category", SECRETS[4], "--set", "victim", "--reason", "told so"]);
    place.run(&["detect"]);
    let tables = Tables::of(&place.case);
    let entry = |at: &str, account: &str, way: &str| {
        tables.one(&format!(
            "SELECT e.entry_id FROM entries e JOIN accounts a ON a.account_id = e.account_id WHERE a.number = '{account}' \
             AND e.booking_date = DATE '{at}' AND e.direction = '{way}'"
        ))
    };
    let claims = format!(
        "entry,amount,kind,label\n{},,property,{}\n{},4003.13,proceeds,{}\nnowhere-1,5.00,proceeds,{}\n\
         nowhere-2,6.00,proceeds,Maud d’{},too much\n",
        entry("2026-01-02", VICTIM, "credit"),
        SECRETS[8],
        entry("2026-01-04", SECOND, "credit"),
        SECRETS[9],
        SECRETS[9],
        SECRETS[13],
    );
    let assets = format!(
        "asset,entry,kind\n{},{},purchase\n",
        SECRETS[10],
        entry("2026-01-09", SECOND, "debit")
    );
    let (claims, assets) = (
        place.write(&format!("{}.csv", SECRETS[12]), &claims),
        place.write("assets.csv", &assets),
    );
    place.run(&["trace", "--claims", &claims, "--assets", &assets]);
    place
}

#[test]
fn where_claimed_money_went_is_told_with_and_without_names() {
    let place = traced();
    let hidden = place.page(false);
    let full = place.page(true);
    let (told, named) = (section(&hidden), section(&full));
    // Nobody is named, and nothing that people or records wrote.
    for secret in SECRETS {
        assert!(!hidden.contains(secret), "{secret} stands on the page");
        assert!(
            named.contains(secret),
            "{secret} is not in the section with names"
        );
    }
    assert!(!told.contains("Wagenaar") && named.contains("line 2 of Wagenaar.csv"));
    for text in ["Claim 1", "Claim 2", "asset 1", "seller 1", "by card in a shop"] {
        assert!(told.contains(text), "{text}");
    }
    assert!(told.contains("the victims’ own money") && told.contains("proceeds of an offence"));
    assert!(told.contains("exposure – how far to look, no proceeds"));
    assert!(told.contains("No text of the European Union prescribes a method"));
    for page in [&hidden, &full] {
        assert_eq!(bare_digits(page), Vec::<String>::new());
        assert!(!page.contains("This section is of older records"));
    }
    // Whoever may be a victim stands with others of whom this is so, and on the page with names is to be verified.
    assert!(told.contains("accounts of people who may be victims: for protection, not for suspicion"));
    assert!(!told.contains("possible victim – verify") && named.contains("possible victim – verify"));
    let tables = Tables::of(&place.case);

    // Each amount is that of the lots.
    let found: BTreeMap<(String, String), String> = figures(&full)
        .into_iter()
        .map(|(name, key, value)| ((name, key), value))
        .collect();
    let amount = |name: &str, key: String| found.get(&(name.to_owned(), key)).cloned();
    let sums = tables.rows(
        "SELECT label, kind, method, coalesce(account_id, ''), coalesce(asset, ''), coalesce(told, ''), ends, sum(amount), \
         sum(low), sum(high) FROM lots GROUP BY 1, 2, 3, 4, 5, 6, 7",
    );
    assert!(sums.len() > 20, "{sums:?}");
    let shown: Vec<&String> = found
        .iter()
        .filter(|((name, _), _)| name == "trace.amount")
        .map(|(_, value)| value)
        .collect();
    let in_tables: Vec<&String> = sums
        .iter()
        .filter(|row| row[7] != "0.0000" || row[9] != "0.0000")
        .map(|row| &row[7])
        .collect();
    let sorted = |mut list: Vec<&String>| {
        list.sort();
        list.into_iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(sorted(shown), sorted(in_tables));
    // What was claimed is the sum of its ends under each method that adds up.
    for (ground, claimed) in [("1", "2137.6400"), ("2", "4003.1300")] {
        assert_eq!(
            amount("trace.claimed", format!("{ground} EUR")).as_deref(),
            Some(claimed)
        );
        for method in ["fifo", "lifo", "pro-rata", "own-money-first", "tainted-first"] {
            let key = format!("{ground} EUR {method}");
            assert_eq!(
                amount("trace.ends", key).as_deref(),
                Some(claimed),
                "{ground} {method}"
            );
        }
    }
    assert!(!told.contains('≠') && told.contains("see the balances below") && told.contains("no sum"));
    // What is withheld is so because of one claim: of the other all is told.
    let hidden_figures = figures(&hidden);
    for (name, key, value) in hidden_figures.iter().filter(|(name, key, _)| {
        ["trace.ends", "trace.claimed"].contains(&name.as_str()) && key.starts_with("2 EUR")
    }) {
        assert_eq!(value, "4003.1300", "{name} {key}");
    }
    let of_second = |list: &[(String, String, String)]| {
        let own = list
            .iter()
            .filter(|(name, key, _)| name == "trace.amount" && key.starts_with("2 "));
        sorted(own.map(|(_, _, value)| value).collect())
    };
    assert!(of_second(&hidden_figures).len() > 20);
    assert_eq!(of_second(&hidden_figures), of_second(&figures(&full)));
    // All flows of so small a case are drawn.
    assert!(told.contains(" flows in all.") && !told.contains("the largest are drawn"));
    assert!(told.contains("no method but exposure may pass it"));

    // A picture a method that follows money, each with its words and a table, and none of two things with one id.
    for method in [
        "fifo",
        "lifo",
        "pro-rata",
        "own-money-first",
        "tainted-first",
        "exposure",
    ] {
        assert!(
            told.contains(&format!("<title id=\"way-t-EUR-{method}\">")),
            "{method}"
        );
        assert!(
            told.contains(&format!("<desc id=\"way-d-EUR-{method}\">")),
            "{method}"
        );
    }
    assert!(!told.contains("way-t-EUR-pari-passu"));
    assert!(told.contains("<details class=\"way\" name=\"way-EUR\" open=\"\">"));
    assert!(told.contains("leads back"), "money that comes back leads back");
    // In the picture with names whoever may be a victim is marked too.
    let node = named
        .find("<g class=\"node guarded\"><title>NL91ABNA0417164300")
        .expect("a node");
    assert!(named[node..].starts_with(
        "<g class=\"node guarded\"><title>NL91ABNA0417164300 (Vera Vlinder) (possible victim – verify)"
    ));
    assert!(told.contains("<g class=\"node guarded\"><title>Possible victims</title>"));
    // The same case gives the same page.
    assert_eq!(place.page(false), hidden);
}

/// All numbers of a text, as hundredths where they have decimals: signs between thousands left out.
fn hundredths(text: &str) -> Vec<i64> {
    let joined = text.replace(['\u{202f}', '\u{a0}', '’', '\''], "");
    let runs = joined.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let mut found = Vec::new();
    for run in runs {
        // With a comma before the decimals, between thousands, or none.
        for plain in [run.replace(',', ""), run.replace('.', "").replace(',', ".")] {
            if let Ok(value) = plain.parse::<f64>() {
                found.push((value * 100.0).round() as i64);
            }
        }
    }
    found
}

/// What lies on the account of one who may be a victim is told nowhere on the page without names, and cannot be computed from
/// what the section tells.
#[test]
fn what_a_possible_victim_has_stands_on_no_page_without_names() {
    let place = traced();
    let tables = Tables::of(&place.case);
    let own = format!("JOIN accounts a ON a.account_id = l.account_id WHERE a.number = '{VICTIM}'");
    let held = tables.rows(&format!(
        "SELECT DISTINCT l.amount FROM lots l {own} AND l.method <> 'exposure' AND l.ends = 'held'"
    ));
    assert_eq!(held, [["269.3700"]]);
    let note = tables.one(&format!(
        "SELECT l.note FROM trace_notes l {own} AND l.weight = 'fund'"
    ));
    assert!(note.contains("269.37 EUR"), "{note}");
    let hidden = place.page(false);
    let told = section(&hidden);
    assert!(told.contains("Notes with sums on accounts of people who may be victims"));
    assert!(told.contains(">withheld<") && told.contains("They stand on the page with names"));

    // In no form, in no text and no attribute.
    assert!(
        !hundredths(&hidden).contains(&STAYS),
        "a balance of a possible victim is told"
    );
    // Not as the difference of two amounts, nor of an amount, or what was claimed, and a sum of places or of flows.
    let mut amounts = vec![213_764, 400_313, 0];
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (name, key, value) in traced_figures(&hidden) {
        let Some(value) = hundredths(&value)
            .first()
            .copied()
            .filter(|_| value.contains('.'))
        else {
            continue;
        };
        amounts.push(value);
        let of = match name.as_str() {
            // Ground and method, method and currency.
            "trace.amount" => format!("{} {}", &key[..1], key.rsplit(' ').next().unwrap_or_default()),
            "trace.link" => key.rsplit_once(' ').map_or("", |(of, _)| of).to_owned(),
            _ => continue,
        };
        *sums.entry(of).or_default() += value;
    }
    assert!(amounts.len() > 60 && sums.len() > 8, "{sums:?}");
    for sum in sums.values() {
        assert!(amounts.iter().all(|one| (one - sum).abs() != STAYS), "{sums:?}");
    }
    amounts.sort_unstable();
    amounts.dedup();
    for one in &amounts {
        let other = one + STAYS;
        assert!(amounts.binary_search(&other).is_err(), "{other} less {one}");
    }
    // Nor does a number tell that a place is left out.
    let keys: Vec<String> = traced_figures(&hidden)
        .into_iter()
        .filter(|(name, key, _)| name == "trace.amount" && key.starts_with("2 "))
        .map(|(_, key, _)| key)
        .collect();
    assert!(
        !keys.is_empty() && keys.iter().all(|key| key.starts_with("2 apart ")),
        "{keys:?}"
    );
    assert!(!told.contains("protected EUR"));
    // No band has the height of an amount that is withheld, and no flow of that claim an amount.
    let links = include_str!("../../queries/reports/traced_links.sql");
    let open = "page = 'apart' AND kind = 'property' AND amount IS NOT NULL";
    assert_eq!(
        tables.count(&format!("SELECT count(*) FROM ({links}) AS l WHERE {open}")),
        0
    );
    assert!(
        tables.count(&format!(
            "SELECT count(*) FROM ({links}) AS l WHERE page = 'apart' AND kind = 'property'"
        )) > 5
    );

    let full = place.page(true);
    let named = section(&full);
    assert!(named.contains("269.37 EUR") && !named.contains("Notes with sums on accounts"));
    assert!(!named.contains(">withheld<"));
}

/// Where nothing stays on such an account the page tells all.
#[test]
fn what_went_on_from_a_possible_victim_is_told() {
    let place = Place::new();
    let path = place.write("holders.csv", &holders());
    place.run(&["intake", &path]);
    let mut lines = LINES.to_owned();
    let at = "2026-01-02 09:00:00";
    line(
        &mut lines,
        VICTIM,
        at,
        "credit",
        213_764,
        ("", "Employer"),
        "transfer",
    );
    paid(&mut lines, VICTIM, SECOND, "2026-01-03 09:00:00", 213_764);
    place.take_in("lines.csv", &lines);
    place.run(&["category", SECRETS[4], "--set", "victim", "--reason", "told so"]);
    place.run(&["detect"]);
    place.run(&[
        "trace", "--from", VICTIM, "--kind", "property", "--label", "wages",
    ]);
    let hidden = place.page(false);
    let told = section(&hidden);
    assert!(!told.contains(">withheld<"));
    let found = traced_figures(&hidden);
    let has = |name: &str, key: &str| {
        let figure = (name.to_owned(), key.to_owned(), "2137.6400".to_owned());
        assert!(found.contains(&figure), "{name} {key}: {found:?}");
    };
    has("trace.claimed", "1 EUR");
    has("trace.amount", "1 apart 1 fifo");
    has("trace.link", "apart fifo EUR 1");
}

/// The method that the authority chose: with why and by whom where names are shown.
#[test]
fn the_page_says_which_method_was_chosen() {
    let place = traced();
    let chosen = "The authority chose <strong>pro rata</strong>";
    assert!(!place.page(true).contains("The authority chose"));
    let why = "As the court of Kestrel-Bay held";
    for method in ["lifo", "pro-rata"] {
        place.run(&["trace", "--choose", method, "--reason", why]);
    }
    let (hidden, full) = (place.page(false), place.page(true));
    assert!(section(&hidden).contains(chosen) && section(&full).contains(chosen));
    let tables = section(&full);
    assert!(tables.contains(why) && tables.contains("datetime=\""));
    assert!(!hidden.contains("Kestrel") && !hidden.contains("chose <strong>last in"));
    for page in [&hidden, &full] {
        assert_eq!(bare_digits(page), Vec::<String>::new());
    }
}

/// The row that proves a sum says what interest adds to it.
#[test]
fn interest_stands_beside_the_sum() {
    let place = Place::new();
    let mut lines = LINES.to_owned();
    line(
        &mut lines,
        SECOND,
        "2026-01-02 09:00:00",
        "credit",
        10_000,
        ("", "Client"),
        "transfer",
    );
    line(
        &mut lines,
        SECOND,
        "2026-01-03 09:00:00",
        "credit",
        2_000,
        ("", ""),
        "interest",
    );
    place.take_in("lines.csv", &lines);
    place.run(&["trace", "--from", SECOND, "--interest", "fruit"]);
    let page = place.page(false);
    let grown: Vec<(String, String, String)> = traced_figures(&page)
        .into_iter()
        .filter(|(name, key, _)| name == "trace.grown" && key == "1 EUR fifo")
        .collect();
    assert_eq!(
        grown,
        [(
            "trace.grown".to_owned(),
            "1 EUR fifo".to_owned(),
            "20.0000".to_owned()
        )]
    );
    assert!(section(&page).contains("more by interest or gain"));
}

#[test]
fn the_section_opens_in_a_browser() {
    let place = traced();
    let page = place.page(false);
    // The section alone, so that the picture of the page shows it.
    let head = &page[..page.find("<body>").expect("a body")];
    let alone = format!("{head}<body>{}</section></body></html>", section(&page));
    let page = PathBuf::from(place.write("section.html", &alone));
    let parts = [
        "tracing",
        "way-t-EUR-fifo",
        "way-d-EUR-exposure",
        "stripes-EUR-fifo",
    ];
    crate::browser::opens(&page, &parts, "traced.png");
}

#[test]
fn an_old_trace_says_so_and_no_trace_says_nothing() {
    let place = traced();
    let mut more = LINES.to_owned();
    line(
        &mut more,
        SECOND,
        "2026-02-01 09:00:00",
        "debit",
        1_000,
        ("", ""),
        "fee",
    );
    place.take_in("more.csv", &more);
    let page = place.page(false);
    assert!(section(&page).contains(
        "This section is of older records or claims than the rest of the page: run <code>geldspoor trace</code>"
    ));
    place.run(&["trace"]);
    assert!(!place.page(false).contains("This section is of older records"));
    // Where nothing was ever claimed there is no section, and no line in the contents.
    let other = Place::new();
    other.take_in("lines.csv", &lines());
    let page = other.page(false);
    assert!(!page.contains("id=\"tracing\"") && !page.contains("href=\"#tracing\""));
}
