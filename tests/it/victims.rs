//! What keeps victims safe, VS-01 to VS-14: a test each, named after the requirement. Those on pseudonyms, releases and
//! profiles (VS-06, VS-07, VS-10, VS-11) stand where these are tested.

mod decided;
mod kept;
mod language;
mod masks;
mod statistics;
mod words;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use crate::command::{Investigated, code, geldspoor, investigate, printed};

const HEADER: &str = "account,booked_at,direction,amount,currency,counterparty_account,counterparty_name,channel,\
                      merchant_category,counterparty_country,remittance\n";

/// Accounts: the employer, the exit, who is younger than 18 in the beginning, an adult, one whose age is not known.
pub const EMPLOYER: &str = "NL91ABNA0417164300";
pub const EXIT: &str = "NL20INGB0001234567";
pub const CHILD: &str = "NL39RABO0300065264";
pub const ADULT: &str = "NL02ABNA0123456789";
pub const UNKNOWN: &str = "NL86INGB0002445588";
/// Abroad, to where the exit sends what it collects.
pub const ABROAD: &str = "RO49AAAA1B31007593840000";

/// Three people whose wages go to one exit on the next day, and a row of each special category.
pub fn made() -> Investigated {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lines = HEADER.to_owned();
    let mut line = |account: &str, at: &str, way: &str, amount: u32, other: &str, name: &str, text: &str| {
        let country = if other.starts_with("RO") { "RO" } else { "" };
        writeln!(
            lines,
            "{account},{at},{way},{amount}.00,EUR,{other},{name},transfer,,{country},{text}"
        )
        .expect("a line");
    };
    for week in 0..12_u32 {
        let (month, day) = (1 + week / 4, 1 + week % 4 * 7);
        let (paid, swept) = (
            format!("2025-{month:02}-{day:02}"),
            format!("2025-{month:02}-{:02}", day + 1),
        );
        for account in [CHILD, ADULT, UNKNOWN] {
            line(
                account,
                &paid,
                "credit",
                600,
                EMPLOYER,
                "Veldwerk BV",
                "nettoloon",
            );
            line(account, &swept, "debit", 590, EXIT, "Piet Bos", "alles");
            line(EXIT, &swept, "credit", 590, account, "", "alles");
        }
        line(EXIT, &swept, "debit", 1_500, ABROAD, "Vasile", "naar huis");
    }
    line(
        CHILD,
        "2025-02-03",
        "debit",
        7,
        "NL69INGB0123456789",
        "Kliniek Zonnedauw",
        "consult 12",
    );
    line(
        EXIT,
        "2025-02-04",
        "debit",
        80,
        "NL18RABO0123459876",
        "Kinky.nl",
        "advertentie tekst 77",
    );
    let mut holders =
        "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date\n"
            .to_owned();
    for (account, name, born) in [
        (CHILD, "Ion Zwaluw", "2007-06-01"),
        (ADULT, "Ada Merel", "1980-01-01"),
        (UNKNOWN, "Ewa Spreeuw", ""),
        (EXIT, "Piet Bos", "1975-01-01"),
    ] {
        writeln!(holders, "{account},holder,person,{name},{born},,,,,,,,,,").expect("a line");
    }
    let (one, other) = (folder.path().join("lines.csv"), folder.path().join("holders.csv"));
    std::fs::write(&one, lines).expect("a file");
    std::fs::write(&other, holders).expect("a file");
    investigate(&[one.as_path(), other.as_path()], &[])
}

/// One such case for all tests that only read.
pub fn shared() -> &'static Investigated {
    static MADE: OnceLock<Investigated> = OnceLock::new();
    MADE.get_or_init(made)
}

/// Runs a verb in a case: exit code, and what it printed on both streams.
pub fn run(case: &Investigated, arguments: &[&str]) -> (i32, String) {
    let keys = case.folder.path().join("keys");
    let folder = case.case.to_string_lossy().into_owned();
    let output = geldspoor(&keys, &[&["-C", &folder], arguments].concat());
    (code(&output), printed(&output))
}

/// The same where it must end well.
pub fn done(case: &Investigated, arguments: &[&str]) -> String {
    let (code, said) = run(case, arguments);
    assert_eq!(code, 0, "{arguments:?}: {said}");
    said
}

/// Rows of a statement, without the headings.
pub fn rows(case: &Investigated, statement: &str) -> Vec<String> {
    let said = done(case, &["-q", "sql", "-c", statement, "--format", "csv"]);
    said.lines().skip(1).map(str::to_owned).collect()
}

/// The only cell.
pub fn one(case: &Investigated, statement: &str) -> String {
    let rows = rows(case, statement);
    assert_eq!(rows.len(), 1, "{statement}: {rows:?}");
    rows[0].clone()
}

/// The party that holds an account.
pub fn party(case: &Investigated, account: &str) -> String {
    one(
        case,
        &format!(
            "SELECT h.party_id FROM account_holders h JOIN accounts a ON a.account_id = h.account_id WHERE a.number = '{account}'"
        ),
    )
}

/// Every file under a folder with its text; what is no text is left out.
pub fn texts(folder: &Path, each: &mut dyn FnMut(&Path, &str)) {
    let Ok(listing) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = listing.flatten().map(|item| item.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            texts(&path, each);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            each(&path, &text);
        }
    }
}
