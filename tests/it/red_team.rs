//! A victim's data planted in every field, format and file name, and every output searched for it by a search that has
//! nothing in common with the product's.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command::{code, command, package, printed};

const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
/// As small letters and digits alone, whatever stands between them.
const PLANTED: [&str; 19] = [
    "tkachenko",
    "ткаченко",
    "ткаченк",
    "bondarxenia",
    "xeniabondar",
    "бондар",
    "nl74meer0003449978",
    "meer0003449978",
    "0003449978",
    "31618273645",
    "0618273645",
    "618273645",
    "oksanatkachenkopost",
    "lindelaan418",
    "5555555555554444",
    "fe4471182",
    "p230912353",
    "19981205",
    "05121998",
];
const TEXT: &str = "Oksana Tkachenko 06-18 27 36 45 oksana.tkachenko@post.example Lindelaan 418 kaart 5555 5555 5555 \
                    4444 paspoort FE4471182 geb 05-12-1998 IBAN NL74 MEER 0003 4499 78";
const PARTIES: &str = "\
party_kind,party_name,party_number,number_scheme,other_number,other_scheme,other_name,birth_date,country,address,phone,email
person,Оксана Ткаченко,P230912353,,FE4471182,passport,Xenia Bondar,1998-12-05,NL,\"Lindelaan 418, 6811 KX Arnhem\",0031 6 18273645,oksana.tkachenko@post.example
person,\"TKACHENKO, Oksana\",5555555555554444,card,,,Ксенія Бондар,1998-12-05,NL,Lindelaan 418 Arnhem,06-18273645,Oksana.Tkachenko@post.example
";

/// A folder of the sample's delivery in which one of its exploited people has another name, and more.
pub fn planted(folder: &Path) -> PathBuf {
    let to = folder.join("delivery");
    copy(&package().join("sample-data/delivery"), &to);
    std::fs::write(to.join("party list of Oksana Tkachenko.csv"), PARTIES).expect("written");
    to
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the sample").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name));
            continue;
        }
        let bytes = std::fs::read(entry.path()).expect("a file of the sample");
        let text = String::from_utf8_lossy(&bytes);
        let text = text
            .replace("Vasile Zielinski", "Oksana Tkachenko")
            .replace("Drogist Waterkant 110", "Oksana Tkachenko")
            .replace("+31 600 000 040", "+31 6 18273645")
            .replace("vasilezielinski40@post.example", "oksana.tkachenko@post.example")
            .replace("Kerkweg 166, Arnhem", "Lindelaan 418, 6811 KX Arnhem");
        let name = name.replace("NL74MEER0003449978", "Oksana Tkachenko NL74MEER0003449978");
        let text = match name.ends_with(".xml") {
            true => text.replacen("<Ustrd>", &format!("<Ustrd>{TEXT} "), 3),
            false => text.replace("/REMI/Huur", "/REMI/Huur Oksana Tkachenko"),
        };
        std::fs::write(to.join(name), text).expect("written");
    }
}

/// What of the planted data stands in a text, in whatever writing.
pub fn leaks(text: &str) -> Vec<&'static str> {
    let mut readings = vec![text.to_owned(), html(text), percent(text), json(text)];
    readings.extend(base64_in(text));
    let squashed: Vec<String> = readings.iter().map(|text| squash(text)).collect();
    PLANTED
        .into_iter()
        .filter(|term| squashed.iter().any(|text| text.contains(term)))
        .collect()
}

fn squash(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Tags out, references to characters read.
fn html(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        let end = if rest[at..].starts_with('<') { '>' } else { ';' };
        let Some(length) = rest[at..].find(end) else { break };
        let inner = &rest[at + 1..at + length];
        if end == ';' {
            let number = inner
                .strip_prefix("#x")
                .map(|hex| u32::from_str_radix(hex, 16).ok());
            let number = number.or_else(|| inner.strip_prefix('#').map(|number| number.parse().ok()));
            out.extend(number.flatten().and_then(char::from_u32));
        }
        rest = &rest[at + length + 1..];
    }
    out + rest
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn json(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        out.extend(code.and_then(char::from_u32));
        rest = rest
            .get(at + if code.is_some() { 6 } else { 2 }..)
            .unwrap_or_default();
    }
    out + rest
}

fn base64_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(";base64,").skip(1) {
        let mut bits = 0_u32;
        let mut held = 0;
        let mut bytes = Vec::new();
        for c in part.bytes() {
            let value = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => break,
            };
            bits = bits << 6 | u32::from(value);
            held += 6;
            if held >= 8 {
                held -= 8;
                bytes.push((bits >> held) as u8);
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        found.push(percent(&html(&text)));
        found.push(text);
    }
    found
}

/// A case with planted data, commands typed in it, and all that leaked.
struct Case {
    folder: tempfile::TempDir,
    case: PathBuf,
    leaked: Vec<String>,
}

impl Case {
    fn run(&self, arguments: &[&str]) -> Output {
        command(&self.folder.path().join("keys"))
            .arg("-C")
            .arg(&self.case)
            .args(arguments)
            .output()
            .expect("the command starts")
    }

    /// Runs and searches what it says; also what it prints, where that is for giving away.
    fn search(&mut self, arguments: &[&str], prints: bool) -> Output {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        self.note(&format!("stderr of {arguments:?}"), &said);
        if prints {
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            self.note(&format!("stdout of {arguments:?}"), &out);
        }
        output
    }

    fn note(&mut self, what: &str, text: &str) {
        for term in leaks(text) {
            self.leaked.push(format!("{term} in {what}"));
        }
    }

    fn folder(&mut self, folder: &Path) -> usize {
        let mut files = 0;
        for entry in std::fs::read_dir(folder).expect("what was written").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = std::fs::read(entry.path()).expect("a file");
            self.note(&format!("the name of {name}"), &name);
            self.note(&name, &String::from_utf8_lossy(&bytes));
            files += 1;
        }
        files
    }
}

#[test]
fn the_search_finds_what_it_is_for() {
    let hidden = "data:image/svg+xml;base64,T2tzYW5hIFRrYWNoZW5rbw==";
    for (text, term) in [
        ("x Tkachenko y", "tkachenko"),
        ("Тка<b>чен</b>ко", "ткаченко"),
        ("T&#107;achenko", "tkachenko"),
        ("%54kachenko", "tkachenko"),
        ("\\u0054kachenko", "tkachenko"),
        ("NL74 MEER 0003 4499 78", "nl74meer0003449978"),
        ("05-12-1998", "05121998"),
        (hidden, "tkachenko"),
    ] {
        assert!(leaks(text).contains(&term), "{text}");
    }
    assert_eq!(leaks("Person K7Q2-MX4P paid 1 234.56"), Vec::<&str>::new());
}

#[test]
fn nothing_planted_comes_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let delivery = planted(folder.path());
    let case = folder.path().join("case");
    let mut made = Case {
        folder,
        case: case.clone(),
        leaked: Vec::new(),
    };
    let delivery = delivery.to_string_lossy().into_owned();
    let whole = case.to_string_lossy().into_owned();
    let first = made.run(&["investigate", &delivery, "-o", &whole]);
    assert_eq!(code(&first), 0, "{}", printed(&first));
    let decided = made.run(&[
        "category",
        "Oksana Tkachenko",
        "--set",
        "victim",
        "--reason",
        "Oksana Tkachenko told the police so",
    ]);
    assert_eq!(code(&decided), 0, "{}", printed(&decided));
    made.search(&["-v", "investigate", &delivery, "-o", &whole], true);
    made.search(&["-v", "check"], false);
    made.search(&["-v", "resolve"], false);
    made.search(&["-v", "detect"], false);
    let traced = [
        "-v",
        "trace",
        "--from",
        "NL74MEER0003449978",
        "--period",
        "2024-02-01..2024-04-30",
        "--kind",
        "property",
        "--label",
        "wages",
    ];
    made.search(&traced, false);
    made.search(&["-v", "leads"], true);
    let outside = made.folder.path().join("outside");
    let out = outside.to_string_lossy().into_owned();
    for profile in [
        "pseudonymous",
        "prosecution",
        "defence",
        "foreign-authority",
        "statistics",
    ] {
        made.search(&["-v", "report", "--profile", profile], true);
        made.search(&["-v", "report", "--profile", profile, "-o", &out], true);
    }
    let sealed = [
        "-v",
        "report",
        "--profile",
        "full",
        "-o",
        &out,
        "--encrypt-to",
        KEY,
        "--user",
        "A. Investigator",
        "--reason",
        "ordered by the court for Oksana Tkachenko",
    ];
    made.search(&sealed, true);
    assert_eq!(made.folder(&outside), 6);
    assert_eq!(made.folder(&case.join("exports")), 5);
    made.search(&["ledger"], true);
    made.search(&["ledger", "--format", "json"], true);
    assert_eq!(made.leaked, Vec::<String>::new());
    // The page with names has them: what is searched for is there to be found.
    let full = made.run(&["report", "--profile", "full"]);
    assert_eq!(code(&full), 0, "{}", printed(&full));
    let page = std::fs::read_to_string(case.join("exports/report-full.html")).expect("the page");
    for term in ["tkachenko", "nl74meer0003449978"] {
        assert!(leaks(&page).contains(&term), "{term}");
    }
    let typed = made.run(&["ledger", "--names"]);
    assert!(leaks(&printed(&typed)).contains(&"tkachenko"));
}
