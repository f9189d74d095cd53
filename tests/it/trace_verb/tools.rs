//! Small deliveries, a case of them, the verb, and what lies in its tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use geldspoor::victims::words;
use tempfile::TempDir;

use crate::command::{Tables, code, geldspoor};

/// The methods of which what was claimed is the sum of the ends.
pub const CONSERVING: [&str; 5] = ["fifo", "lifo", "pro-rata", "own-money-first", "tainted-first"];

const HEADING: &str = "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance,balance_after,sequence\n";

/// Lines of statements as CSV, a file an account, with running balances and numbers.
#[derive(Default)]
pub struct Lines {
    accounts: BTreeMap<String, (i64, u32, String)>,
}

impl Lines {
    pub fn new() -> Lines {
        Lines::default()
    }

    /// What lay on an account before its first line.
    pub fn opens(mut self, account: &str, cents: i64) -> Lines {
        self.accounts.entry(account.to_owned()).or_default().0 = cents;
        self
    }

    /// One line: whole units, below zero for a debit; the text by which the entry is found again.
    pub fn line(self, account: &str, at: &str, units: i64, other: &str, text: &str) -> Lines {
        self.by(account, at, units * 100, "EUR", other, "transfer", text)
    }

    /// One line with all that it can have.
    #[expect(clippy::too_many_arguments, reason = "the columns of a line")]
    pub fn by(
        mut self,
        account: &str,
        at: &str,
        cents: i64,
        currency: &str,
        other: &str,
        channel: &str,
        text: &str,
    ) -> Lines {
        let (balance, number, rows) = self.accounts.entry(account.to_owned()).or_default();
        *balance += cents;
        *number += 1;
        let way = if cents > 0 { "credit" } else { "debit" };
        let amount = money(cents.abs());
        let after = money(*balance);
        writeln!(
            rows,
            "{account},{at},{way},{amount},{currency},{other},{channel},{text},{after},{number}"
        )
        .expect("a line");
        self
    }

    /// Both legs of a payment between two accounts of the delivery.
    pub fn pays(self, from: &str, to: &str, at: &str, units: i64, text: &str) -> Lines {
        self.line(from, at, -units, to, text)
            .line(to, at, units, from, text)
    }

    pub fn files(&self) -> Vec<(String, String)> {
        let file = |(account, (_, _, rows)): (&String, &(i64, u32, String))| {
            (format!("{account}.csv"), format!("{HEADING}{rows}"))
        };
        self.accounts.iter().map(file).collect()
    }

    pub fn case(&self) -> Place {
        Place::of(&self.files())
    }
}

fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// A line of a statement by SWIFT: day, mark, whole units, who, text.
pub type Swift<'a> = (&'a str, &'a str, i64, &'a str, &'a str);

/// A statement as MT940 in euros; days as YYMMDD.
pub fn mt940(
    account: &str,
    number: u32,
    opens: (&str, i64),
    lines: &[Swift<'_>],
    closes: (&str, i64),
) -> String {
    let balance = |tag: &str, (day, units): (&str, i64)| {
        let mark = if units < 0 { "D" } else { "C" };
        format!(":{tag}:{mark}{day}EUR{},00\r\n", units.abs())
    };
    let mut text = format!(":20:S{number}\r\n:25:{account} EUR\r\n:28C:{number:05}\r\n");
    text += &balance("60F", opens);
    for (day, mark, units, who, said) in lines {
        write!(
            text,
            ":61:{day}{mark}{units},00NTRFNONREF\r\n:86:/BENM//NAME/{who}/REMI/{said}\r\n"
        )
        .expect("a line");
    }
    text + &balance("62F", closes) + "-\r\n"
}

/// What a command did.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// It ended with this code, and told each of these.
    pub fn fails(&self, code: i32, told: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self.tells(told);
    }

    pub fn tells(&self, told: &[&str]) {
        for words in told {
            assert!(
                self.out.contains(words) || self.err.contains(words),
                "‘{words}’ is not in\n{}{}",
                self.out,
                self.err
            );
        }
    }

    /// The row of the first table that begins with these words, without its bars.
    pub fn row(&self, place: &str) -> String {
        let line = self
            .out
            .lines()
            .find(|line| line.contains(place))
            .unwrap_or_else(|| panic!("no row of ‘{place}’ in\n{}", self.out));
        line.split('|')
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .join(" | ")
    }
}

/// A case, its delivery and its keys.
pub struct Place {
    folder: TempDir,
    pub case: PathBuf,
}

impl Place {
    /// The files taken in and checked.
    pub fn of(files: &[(String, String)]) -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        let place = Place { folder, case };
        let delivery = place.folder.path().join("delivery");
        std::fs::create_dir(&delivery).expect("a folder");
        for (name, text) in files {
            std::fs::write(delivery.join(name), text).expect("a file");
        }
        let case = place.case.to_string_lossy().into_owned();
        let made = place.run(&["case", "new", &case, "--reference", "R"]);
        assert_eq!(made.code, 0, "{}", made.err);
        place.good(&["intake", &delivery.to_string_lossy()]);
        place.good(&["check"]);
        place
    }

    /// One file.
    pub fn of_one(name: &str, text: &str) -> Place {
        Place::of(&[(name.to_owned(), text.to_owned())])
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        let output = geldspoor(&self.folder.path().join("keys"), arguments);
        let said = Said {
            code: code(&output),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        let all = format!("{}{}", said.out, said.err);
        assert_eq!(words::scan(&all), [], "{all}");
        said
    }

    pub fn run_in(&self, arguments: &[&str]) -> Said {
        let case = self.case.to_string_lossy().into_owned();
        self.run(&[&["-C", &case], arguments].concat())
    }

    pub fn good(&self, arguments: &[&str]) -> Said {
        let said = self.run_in(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said
    }

    /// A file beside the case.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    pub fn tables(&self) -> Tables {
        Tables::of(&self.case)
    }

    /// The entry with this text.
    pub fn entry(&self, text: &str) -> String {
        self.tables().one(&format!(
            "SELECT entry_id FROM entries WHERE remittance = '{text}'"
        ))
    }

    /// The entry with this text on this account.
    pub fn entry_of(&self, account: &str, text: &str) -> String {
        self.tables().one(&format!(
            "SELECT e.entry_id FROM entries e JOIN accounts a ON a.account_id = e.account_id \
             WHERE e.remittance = '{text}' AND a.number = '{account}'"
        ))
    }

    /// Claims, each as ‘entry,amount,kind,label’, in a file.
    pub fn claims(&self, lines: &[String]) -> String {
        let text = format!("entry,amount,kind,label\n{}\n", lines.join("\n"));
        self.write("claims.csv", &text)
    }

    /// Traces, and looks whether what was claimed is the sum of its ends.
    pub fn traces(&self, arguments: &[&str]) -> Said {
        let said = self.good(&[&["trace"], arguments].concat());
        self.conserves();
        said
    }

    /// All of the credit with this text is claimed as proceeds, and traced.
    pub fn claims_all_of(&self, text: &str) -> Said {
        self.traces(&["--from", &self.entry(text), "--label", "claim"])
    }

    /// What was claimed is the sum of what its ends carry of it, for each claim and conserving method.
    pub fn conserves(&self) {
        let sums = self.tables().rows(
            "SELECT c.claim_id, l.method, sum(l.claimed), max(c.amount) FROM claims c JOIN lots l \
             ON l.claim_id = c.claim_id GROUP BY c.claim_id, l.method ORDER BY c.claim_id, l.method",
        );
        assert!(!sums.is_empty(), "nothing was traced");
        for row in &sums {
            if CONSERVING.contains(&row[1].as_str()) {
                assert_eq!(row[2], row[3], "{row:?}");
            }
        }
        let claims = self
            .tables()
            .rows("SELECT claim_id FROM claims WHERE refused IS NULL");
        for claim in claims {
            for method in CONSERVING {
                let there = sums.iter().any(|row| row[0] == claim[0] && row[1] == method);
                assert!(there, "{claim:?} has no end under {method}");
            }
        }
    }

    /// Where a label is under a method: ends, place and amount, in order.
    pub fn ends_of(&self, label: &str, method: &str) -> Vec<String> {
        let rows = self.tables().rows(&format!(
            "SELECT l.ends, coalesce(a.number, l.asset, l.told, ''), l.currency, sum(l.amount) FROM lots l \
             LEFT JOIN accounts a ON a.account_id = l.account_id WHERE l.label = '{label}' AND \
             l.method = '{method}' AND l.amount > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ));
        let told = |row: &Vec<String>| {
            let amount = row[3].strip_suffix("00").unwrap_or(&row[3]).to_owned();
            let words = [row[0].clone(), row[1].clone(), amount, row[2].replace("EUR", "")];
            words
                .iter()
                .filter(|word| !word.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(" ")
        };
        rows.iter().map(told).collect()
    }

    pub fn ends(&self, method: &str) -> Vec<String> {
        self.ends_of("claim", method)
    }

    /// Each method and where the claim has to be.
    pub fn is(&self, expected: &[(&str, &[&str])]) {
        for (method, ends) in expected {
            assert_eq!(self.ends(method), *ends, "{method}");
        }
    }

    /// What has to be said beside the figures.
    pub fn notes(&self) -> Vec<String> {
        let rows = self.tables().rows("SELECT note FROM trace_notes ORDER BY number");
        rows.into_iter().map(|row| row[0].clone()).collect()
    }

    /// All lots, byte for byte.
    pub fn lots(&self) -> String {
        self.good(&["sql", "--format", "csv", "-c", "SELECT * FROM lots"])
            .out
    }
}
