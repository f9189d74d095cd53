//! Bad input at every door: a clear error with place and next step, no panic, nothing lost.

use std::path::Path;

use tempfile::TempDir;

use crate::command::{Tables, code, command, geldspoor, package, printed};

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        if let Some(parent) = Path::new(&path).parent() {
            std::fs::create_dir_all(parent).expect("a folder");
        }
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Runs a command; gives exit code and what it printed. Never a panic.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = geldspoor(&self.folder.path().join("keys"), arguments);
        let text = printed(&output);
        assert!(
            !text.contains("panicked") && code(&output) != 70,
            "{arguments:?}: {text}"
        );
        (code(&output), text)
    }

    /// Investigates a file and gives what was printed and the tables.
    fn investigate(&self, file: &str, more: &[&str]) -> (i32, String, Option<Tables>) {
        let case = self.path("case");
        let mut arguments = vec!["investigate", file, "-o", &case];
        arguments.extend(more);
        let (code, text) = self.run(&arguments);
        let made = Path::new(&case)
            .join("tables")
            .is_dir()
            .then(|| Tables::of(Path::new(&case)));
        (code, text, made)
    }
}

const HEADER: &str = "transaction_id,booked_at,payer_account,payer_bank,payee_account,payee_bank,amount,currency,channel,purpose,remittance\n";

fn listing(rows: &[&str]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text.into_bytes()
}

const GOOD: &str = "1,2025-03-01,NL91ABNA0417164300,A,NL20INGB0001234567,B,12.50,EUR,transfer_sepa,,rent";

/// A row between two good ones is rejected with these words; its neighbours are read.
fn rejected(row: &str, words: &[&str]) {
    let place = Place::new();
    let file = place.write("listing.csv", &listing(&[GOOD, row, GOOD]));
    let (code, text, tables) = place.investigate(&file, &[]);
    assert_eq!(code, 0, "{text}");
    let tables = tables.expect("tables");
    assert_eq!(
        tables.count("SELECT count(*) FROM entries"),
        4,
        "both neighbours with both legs"
    );
    let rejects = tables.rows("SELECT locator, reason, raw, byte_start, byte_end FROM rejects");
    assert_eq!(rejects.len(), 1, "{rejects:?}");
    assert!(rejects[0][0].contains("line 3"), "{rejects:?}");
    for word in words {
        assert!(
            rejects[0][1].contains(word),
            "‘{word}’ is not in ‘{}’",
            rejects[0][1]
        );
    }
    // The raw record is kept, and the place is where it stands.
    let bytes = std::fs::read(&file).expect("the file");
    let (start, end): (usize, usize) = (
        rejects[0][3].parse().expect("a byte"),
        rejects[0][4].parse().expect("a byte"),
    );
    assert_eq!(String::from_utf8_lossy(&bytes[start..end]), rejects[0][2]);
    let read = tables.rows("SELECT rows_read, rows_accepted, rows_rejected FROM sources");
    assert_eq!(read, [["3", "2", "1"]]);
}

#[test]
fn a_missing_file() {
    let place = Place::new();
    let (code, text, _) = place.investigate(&place.path("nothing.csv"), &[]);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("nothing.csv") && text.contains("No such file"),
        "{text}"
    );
}

#[test]
fn a_folder_without_records() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("delivery/empty")).expect("a folder");
    let (code, text, _) = place.investigate(&place.path("delivery"), &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("holds no files"), "{text}");
    place.write(
        "delivery/letter.txt",
        b"Dear Sir or Madam, enclosed please find\n",
    );
    let (code, text, _) = place.investigate(&place.path("delivery"), &[]);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("letter.txt") && text.contains("no format recognises") && text.contains("--mapping"),
        "{text}"
    );
}

#[test]
fn an_unknown_format_does_not_stop_the_others() {
    let place = Place::new();
    place.write("delivery/good.csv", &listing(&[GOOD]));
    place.write("delivery/picture.bin", &[0, 159, 146, 150, 255, 0, 1, 2, 3]);
    let (code, text, tables) = place.investigate(&place.path("delivery"), &[]);
    assert_eq!(code, 0, "{text}");
    let tables = tables.expect("tables");
    assert_eq!(tables.count("SELECT count(*) FROM entries"), 2);
    let kept = tables.rows("SELECT name, note FROM sources WHERE format = 'not read'");
    assert_eq!(kept.len(), 1, "kept as received: {kept:?}");
    assert!(kept[0][0] == "picture.bin" && !kept[0][1].is_empty(), "{kept:?}");
}

#[test]
fn a_wrong_mapping() {
    let place = Place::new();
    let file = place.write("listing.csv", &listing(&[GOOD]));
    let (code, text, _) = place.investigate(&file, &["--mapping", "no-such-mapping"]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("no-such-mapping") && text.contains("mapping list"),
        "{text}"
    );
    let mapping = place.write("broken.toml", b"id = \"x\"\ntitle = \"X\"\ncolour = \"red\"\n");
    let (code, text, _) = place.investigate(&file, &["--mapping", &mapping]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("colour"), "{text}");
    // A mapping of another bank: refused with the difference, nothing read wrongly.
    let (code, text, _) = place.investigate(&file, &["--mapping", "rabobank"]);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("Volgnr") || text.contains("header") || text.contains("column"),
        "{text}"
    );
}

#[test]
fn a_file_that_was_read_wrongly_is_read_again_with_another_mapping() {
    let place = Place::new();
    let text =
        "when;who;how much\n2025-03-01;NL91ABNA0417164300;12,50\n2025-03-02;NL91ABNA0417164300;13,50\n";
    let file = place.write("odd.csv", text.as_bytes());
    let case = place.path("case");
    assert_eq!(place.run(&["case", "new", &case, "--reference", "R"]).0, 0);
    // Kept, because nothing knows it; then read with a mapping that is wrong; then with one that is right.
    assert_eq!(place.run(&["-C", &case, "intake", &file]).0, 3);
    let mapping = |decimal: &str| {
        format!(
            "id = \"odd\"\ntitle = \"Odd\"\nversion = 1\nsource = \"made up\"\ntable = \"entries\"\n\
             [file]\ndelimiters = [\";\"]\n[columns]\ndate = \"when\"\naccount = \"who\"\namount = \"how much\"\n\
             [dates]\nbooked = \"date\"\nformats = [\"%Y-%m-%d\"]\n[amount]\ncolumn = \"amount\"\ndecimal = \"{decimal}\"\n\
             [currency]\nconstant = \"EUR\"\n[account]\naccount_from = \"column:account\"\n"
        )
    };
    let wrong = place.write("wrong.toml", mapping(".").as_bytes());
    let right = place.write("right.toml", mapping(",").as_bytes());
    let count = |what: &str| Tables::of(Path::new(&case)).count(&format!("SELECT count(*) FROM {what}"));
    let (code, said) = place.run(&["-C", &case, "intake", &file, "--mapping", &wrong]);
    assert_eq!(code, 0, "{said}");
    assert_eq!((count("entries"), count("rejects")), (0, 2), "{said}");
    let (code, said) = place.run(&["-C", &case, "intake", &file, "--mapping", &right]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        (count("entries"), count("rejects"), count("sources")),
        (2, 0, 1),
        "{said}"
    );
    let (_, said) = place.run(&["-C", &case, "intake", &file, "--mapping", &right]);
    assert!(said.contains("taken in before"), "{said}");
}

#[test]
fn the_account_of_a_file_that_does_not_name_it() {
    let place = Place::new();
    let file = place.write(
        "export march.csv",
        b"when;how much\n2025-03-01;12.50\n2025-03-02;13.50\n",
    );
    let mapping = place.write(
        "nameless.toml",
        b"id = \"nameless\"\ntitle = \"Nameless\"\nversion = 1\nsource = \"made up\"\ntable = \"entries\"\n\
          [file]\ndelimiters = [\";\"]\n[columns]\ndate = \"when\"\namount = \"how much\"\n\
          [dates]\nbooked = \"date\"\n[amount]\ncolumn = \"amount\"\n[currency]\nconstant = \"EUR\"\n\
          [account]\naccount_from = \"name\"\n",
    );
    let case = place.path("case");
    assert_eq!(place.run(&["case", "new", &case, "--reference", "R"]).0, 0);
    let take = |account: &str| {
        let (code, said) = place.run(&[
            "-C",
            &case,
            "intake",
            &file,
            "--mapping",
            &mapping,
            "--account",
            account,
        ]);
        assert_eq!(code, 0, "{said}");
        said
    };
    let number = || {
        let tables = Tables::of(Path::new(&case));
        assert_eq!(tables.count("SELECT count(*) FROM entries"), 2);
        tables.one("SELECT DISTINCT number FROM accounts_read JOIN entries USING (account_id)")
    };
    assert!(take("").contains("says whose account this is"));
    assert!(
        number().starts_with("EXPORTMARCH#"),
        "the file's name and hash stand for it"
    );
    let (code, said) = place.run(&["-C", &case, "intake", &file, "--account", "NL91ABNA0417164301"]);
    assert!(code == 2 && said.contains("check digits"), "{said}");
    take("NL91 ABNA 0417 1643 00");
    assert_eq!(number(), "NL91ABNA0417164300");
    assert!(take("NL91 ABNA 0417 1643 00").contains("taken in before"));
    take("NL20INGB0001234567");
    assert_eq!(number(), "NL20INGB0001234567");
    // Without its mapping the file cannot be read another way: it keeps the rows it has.
    let (code, said) = place.run(&["-C", &case, "intake", &file, "--account", "NL91ABNA0417164300"]);
    assert_eq!((code, number().as_str()), (0, "NL20INGB0001234567"), "{said}");
    // That a person named the account is said where the file is.
    let note = Tables::of(Path::new(&case)).one("SELECT note FROM sources");
    assert!(
        note.contains("NL20INGB0001234567") && note.contains("not in the file"),
        "{note}"
    );
    // A name that holds another account is not overruled.
    let other = place.write("NL91ABNA0417164300.csv", b"when;how much\n2025-03-01;1.00\n");
    let (code, said) = place.run(&[
        "-C",
        &case,
        "intake",
        &other,
        "--mapping",
        &mapping,
        "--account",
        "NL20INGB0001234567",
    ]);
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("its name holds the account NL91ABNA0417164300"),
        "{said}"
    );
}

#[test]
fn check_lists_what_does_not_prove_itself() {
    let sample = crate::command::sample();
    let keys = sample.folder.path().join("keys");
    let case = sample.folder.path().join("checked");
    let delivery = crate::command::package().join("sample-data/delivery/duinbank");
    let (case, delivery) = (case.to_string_lossy(), delivery.to_string_lossy());
    let made = geldspoor(&keys, &["investigate", &delivery, "-o", &case]);
    assert_eq!(crate::command::code(&made), 0, "{}", printed(&made));
    let said = printed(&geldspoor(&keys, &["-C", &case, "check"]));
    assert!(
        said.contains("prove themselves and are not listed") && !said.contains("| verified"),
        "{said}"
    );
    for more in [["--all", "--strict"], ["--format", "csv"]] {
        let said = printed(&geldspoor(&keys, &["-C", &case, "check", more[0], more[1]]));
        assert!(
            said.matches("verified").count() > 3 && !said.contains("not listed"),
            "{said}"
        );
    }
}

#[test]
fn an_empty_file() {
    let place = Place::new();
    let file = place.write("empty.csv", b"");
    let (code, text, tables) = place.investigate(&file, &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("empty.csv") && text.contains("empty"), "{text}");
    assert_eq!(
        tables.expect("tables").count("SELECT count(*) FROM sources"),
        1,
        "kept as received"
    );
}

#[test]
fn a_header_alone_is_a_delivery_of_nothing() {
    let place = Place::new();
    let file = place.write("header.csv", HEADER.as_bytes());
    let (code, text, tables) = place.investigate(&file, &[]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(tables.expect("tables").one("SELECT rows_read FROM sources"), "0");
}

#[test]
fn half_a_pair_of_utf_16() {
    let place = Place::new();
    let mut bytes = vec![0xff, 0xfe];
    let text = String::from_utf8(listing(&[
        GOOD,
        "2,2025-03-02,NL91ABNA0417164300,A,NL20INGB0001234567,B,13.50,EUR,transfer_sepa,,X",
        GOOD,
    ]))
    .expect("text");
    for unit in text.encode_utf16() {
        // The first half of a pair without its second.
        let unit = if unit == u16::from(b'X') { 0xd83d } else { unit };
        bytes.extend(unit.to_le_bytes());
    }
    let file = place.write("utf16.csv", &bytes);
    let (code, said, tables) = place.investigate(&file, &[]);
    assert_eq!(code, 0, "{said}");
    let tables = tables.expect("tables");
    assert_eq!(tables.one("SELECT encoding FROM sources"), "utf-16le");
    assert_eq!(
        tables.rows("SELECT rows_read, rows_accepted, rows_rejected FROM sources"),
        [["3", "2", "1"]]
    );
    // Citations lead into the file as received.
    let row = &tables.rows("SELECT byte_start, byte_end FROM entries ORDER BY byte_start DESC LIMIT 1")[0];
    let (start, end): (usize, usize) = (row[0].parse().expect("a byte"), row[1].parse().expect("a byte"));
    let units: Vec<u16> = bytes[start..end]
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    assert_eq!(String::from_utf16_lossy(&units), GOOD);
}

#[test]
fn a_number_with_two_commas() {
    rejected(
        "2,2025-03-02,NL91ABNA0417164300,A,NL20INGB0001234567,B,\"1,2,3\",EUR,transfer_sepa,,x",
        &["1,2,3", "amount"],
    );
}

#[test]
fn the_31st_of_february() {
    rejected(
        "2,2025-02-31,NL91ABNA0417164300,A,NL20INGB0001234567,B,1.00,EUR,transfer_sepa,,x",
        &["2025-02-31"],
    );
}

#[test]
fn an_unknown_currency() {
    rejected(
        "2,2025-03-02,NL91ABNA0417164300,A,NL20INGB0001234567,B,1.00,ZZZ,transfer_sepa,,x",
        &["ZZZ", "4217"],
    );
}

#[test]
fn more_decimals_than_are_kept() {
    rejected(
        "2,2025-03-02,NL91ABNA0417164300,A,NL20INGB0001234567,B,1.000001,EUR,transfer_sepa,,x",
        &["1.000001", "rounded"],
    );
}

#[test]
fn a_row_with_too_few_fields() {
    rejected("2,2025-03-02,NL91ABNA0417164300", &["3", "11"]);
}

#[test]
fn sql_with_a_typo_an_unknown_table_and_a_write() {
    let place = Place::new();
    let case = place.path("case");
    assert_eq!(place.run(&["case", "new", &case, "--reference", "R"]).0, 0);
    for (sql, words) in [
        ("SELEC 1", &["SELEC"][..]),
        ("SELECT * FROM entrys", &["entrys", "entries", "transfers"]),
        ("SELECT amonut FROM entries", &["amonut"]),
        (
            "SELECT * FROM temporal_cycles(window => '7 days')",
            &["window", "time_window"],
        ),
        (
            "SELECT * FROM temporal_cycles(time_window => '-1 day')",
            &["time_window"],
        ),
        (
            "SELECT * FROM fan_in(min_counterparties => 1)",
            &["min_counterparties"],
        ),
        ("SELECT * FROM fan_in(time_window => '1 month')", &["month"]),
        ("SELECT $missing", &["missing", "--param"]),
        ("DROP TABLE entries", &["DROP", "never changed"]),
        ("SELECT * FROM '/etc/passwd'", &["passwd"]),
        ("SELECT 1; SELECT", &["Expected"]),
    ] {
        let (code, text) = place.run(&["-C", &case, "sql", "-c", sql]);
        assert_eq!(code, 2, "{sql}: {text}");
        for word in words {
            assert!(text.contains(word), "{sql}: ‘{word}’ is not in {text}");
        }
    }
}

#[test]
fn no_case_a_full_folder_and_unknown_names() {
    let place = Place::new();
    let (code, text) = place.run(&["-C", &place.path("none"), "check"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("case new"), "{text}");
    place.write("full/file", b"x");
    let (code, text) = place.run(&["case", "new", &place.path("full"), "--reference", "R"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("not empty"), "{text}");
    let case = place.path("case");
    let (code, text) = place.run(&["case", "new", &case]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("--reference"), "{text}");
    assert_eq!(place.run(&["case", "new", &case, "--reference", "R"]).0, 0);
    for (arguments, word) in [
        (&["show", "t-0"][..], "nothing in this case"),
        (&["query", "no-such"], "there is no query"),
        (&["detect", "--rule", "ML-99"], "ML-99"),
        (&["detect", "--explain", "ML-99"], "ML-99"),
        (
            &["category", "Nobody", "--set", "victim", "--reason", "x"],
            "Nobody",
        ),
        (
            &["category", "Nobody", "--set", "guilty", "--reason", "x"],
            "guilty",
        ),
        (&["decisions", "undo", "d-0", "--reason", "x"], "d-0"),
        (&["--memory-limit", "lots", "check"], "512m"),
        (&["--threads", "0", "check"], "threads"),
        (
            &["simulate", "-o", "/dev/null/x", "--scenario", "no-such"],
            "no-such",
        ),
    ] {
        let mut all = vec!["-C", case.as_str()];
        all.extend(arguments);
        let (code, text) = place.run(&all);
        assert_eq!(code, 2, "{arguments:?}: {text}");
        assert!(text.contains(word), "{arguments:?}: ‘{word}’ is not in {text}");
    }
}

#[test]
fn a_changed_ledger_is_found_and_stops_writing() {
    let place = Place::new();
    let case = place.path("case");
    assert_eq!(place.run(&["case", "new", &case, "--reference", "R"]).0, 0);
    assert_eq!(place.run(&["-C", &case, "check"]).0, 0);
    assert_eq!(place.run(&["-C", &case, "ledger", "verify"]).0, 0);
    let ledger = Path::new(&case).join("ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).expect("the ledger");
    std::fs::write(&ledger, text.replacen("tester", "nobody", 1)).expect("written");
    let (code, text) = place.run(&["-C", &case, "ledger", "verify"]);
    assert_eq!(code, 5, "{text}");
    assert!(text.contains("FAULT"), "{text}");
    let (code, text) = place.run(&["-C", &case, "check"]);
    assert_eq!(code, 5, "{text}");
    assert!(text.contains("ledger"), "{text}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new();
    let mut child = command(&place.folder.path().join("keys"))
        .args(["mapping", "show", "rabobank"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("a process");
    let text = printed(&output);
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn hostile_xml_is_refused_at_once() {
    let Some(nasty) = crate::command::shared("nasty/defusedxml") else {
        return;
    };
    for name in [
        "xmlbomb.xml",
        "xmlbomb2.xml",
        "quadratic.xml",
        "external.xml",
        "external_file.xml",
        "cyclic.xml",
        "dtd.xml",
    ] {
        let place = Place::new();
        let file = nasty.join(name);
        let start = std::time::Instant::now();
        let (code, text, _) = place.investigate(&file.to_string_lossy(), &[]);
        assert_eq!(code, 3, "{name}: {text}");
        assert!(start.elapsed().as_secs() < 20, "{name} took too long");
    }
}

#[test]
fn help_names_every_verb_and_completions_are_made() {
    let place = Place::new();
    let (code, help) = place.run(&["--help"]);
    assert_eq!(code, 0);
    for verb in [
        "investigate",
        "case",
        "intake",
        "check",
        "detect",
        "sql",
        "query",
        "show",
        "report",
        "ledger",
        "simulate",
    ] {
        assert!(help.contains(verb), "{verb}");
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (code, text) = place.run(&["completions", shell]);
        assert!(code == 0 && text.contains("geldspoor"), "{shell}");
    }
    assert!(package().join("README.md").is_file());
}

#[test]
fn nothing_is_told_from_tables_that_are_older_than_the_records() {
    let place = Place::new();
    let case = place.path("case");
    let delivery = |name: &str| {
        let path = package().join("sample-data/delivery").join(name);
        path.to_string_lossy().into_owned()
    };
    assert_eq!(place.run(&["case", "new", &case, "--reference", "R"]).0, 0);
    let (code, said) = place.run(&["-C", &case, "intake", &delivery("transactions.csv")]);
    assert!(
        code == 0 && said.contains(&format!("next: `geldspoor -C {case} check`")),
        "{said}"
    );
    let refused = |verb: &str, next: &str| {
        let (code, said) = place.run(&["-C", &case, verb]);
        let next = format!("`geldspoor -C {case} {next}`");
        assert!(code == 2 && said.contains(&next), "{verb}: {code}, {said}");
    };
    refused("detect", "check");
    refused("report", "check");
    let (code, said) = place.run(&["-C", &case, "query", "formats"]);
    assert!(code == 0 && said.contains("beware"), "{said}");
    assert_eq!(place.run(&["-C", &case, "check"]).0, 0);
    refused("report", "detect");
    assert_eq!(place.run(&["-C", &case, "detect"]).0, 0);
    // The same check again finds the same.
    assert_eq!(place.run(&["-C", &case, "check"]).0, 0);
    let (code, said) = place.run(&["-C", &case, "report"]);
    assert!(code == 0 && !said.contains("beware"), "{said}");
    assert_eq!(place.run(&["-C", &case, "intake", &delivery("incomes.csv")]).0, 0);
    refused("report", "check");
    refused("detect", "check");
}

#[test]
fn a_stray_byte_in_ofx_costs_itself_and_what_is_recorded_was_read() {
    let place = Place::new();
    let text = crate::ofx::SGML
        .replace("USASCII", "UTF-8")
        .replace("1252", "NONE");
    let mut bytes = text.into_bytes();
    let at = bytes.windows(3).position(|word| word == b"BOS").expect("a name");
    bytes[at + 1] = 0xF6;
    let file = place.write("bank.ofx", &bytes);
    let (code, said, tables) = place.investigate(&file, &[]);
    assert_eq!(code, 0, "{said}");
    let tables = tables.expect("tables");
    assert_eq!(
        tables.rows("SELECT counterparty_name FROM entries ORDER BY byte_start"),
        [["AT&T & Café"], ["K. BöS"]]
    );
    let source = &tables.rows("SELECT encoding, encoding_basis, note FROM sources")[0];
    assert_eq!((source[0].as_str(), source[1].as_str()), ("utf-8", "declared"));
    assert!(
        source[2].contains("no UTF-8: those are read as windows-1252"),
        "{}",
        source[2]
    );
}

#[test]
fn messages_name_a_file_once_and_commands_that_find_the_case() {
    let place = Place::new();
    place.write("in/readme.txt", b"nothing that a format knows");
    let bad = GOOD.replace("12.50", "12,5x0");
    let rows = [GOOD, &bad, &bad, &bad, &bad, &bad];
    place.write("in/list.csv", &listing(&rows));
    let (code, text, _) = place.investigate(&place.path("in"), &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("readme.txt: kept, not read. no format"), "{text}");
    let case = place.path("case");
    assert!(
        text.contains(&format!("see `geldspoor -C {case} query rejects_by_reason`")),
        "{text}"
    );
    // Each reason with its first three records.
    let (_, shown) = place.run(&["-C", &case, "query", "rejects_by_reason", "--format", "csv"]);
    assert_eq!(shown.matches(",5,").count(), 3, "{shown}");
    // What the environment gives nobody has to type.
    let (code, text) = place.run(&["investigate"]);
    assert!(
        code == 2 && text.contains("geldspoor investigate [OPTIONS] <SOURCES>..."),
        "{text}"
    );
    let (_, text) = place.run(&["mapping", "check"]);
    assert!(
        text.contains("geldspoor mapping check [OPTIONS] <FILE> <MAPPING>"),
        "{text}"
    );
    for day in ["31-01-2026", "2026-13-01"] {
        let asked = format!("SELECT count(*) FROM entries WHERE booking_date > '{day}'");
        let (code, text) = place.run(&["-C", &case, "sql", "-c", &asked]);
        assert!(code == 2 && text.contains("DATE '2026-01-31'"), "{text}");
    }
}
