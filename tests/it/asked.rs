//! What people who tried the tool asked for: what was decided is shown, ids come with names, silence is explained.

use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;

use crate::command::{Tables, code, command, geldspoor, package, printed};

struct Place {
    folder: TempDir,
    case: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        Place { folder, case }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    fn run_in(&self, arguments: &[&str]) -> (i32, String) {
        let place = self.case.to_string_lossy().into_owned();
        self.run(&[&["-C", &place], arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = geldspoor(&self.folder.path().join("keys"), arguments);
        (code(&output), printed(&output))
    }

    fn good(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run_in(arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
        said
    }

    fn investigate(&self, sources: &[&str]) -> String {
        let place = self.case.to_string_lossy().into_owned();
        let (code, said) = self.run(&[&["investigate"], sources, &["-o", &place]].concat());
        assert_eq!(code, 0, "{said}");
        said
    }

    fn page(&self) -> String {
        self.page_at("report.html")
    }

    fn page_at(&self, name: &str) -> String {
        std::fs::read_to_string(self.case.join("exports").join(name)).expect("the page")
    }
}

#[test]
fn what_a_person_decided_is_shown_with_its_reason() {
    let place = Place::new();
    place.investigate(&[&package().join("sample-data/delivery").to_string_lossy()]);
    let row = &Tables::of(&place.case).rows(
        "SELECT p.party_id, p.name, f.finding_id, f.rule_id FROM findings f JOIN account_holders h \
         ON h.account_id = f.account_id JOIN parties p ON p.party_id = h.party_id \
         WHERE f.gate = 'open' AND h.role = 'holder' AND f.rule_id = 'ML-01' ORDER BY f.finding_id LIMIT 1",
    )[0];
    let [party, name, finding, rule] = [&row[0], &row[1], &row[2], &row[3]];
    place.good(&[
        "category",
        party,
        "--set",
        "serious grounds",
        "--reason",
        "see the file of the inquiry",
    ]);
    place.good(&[
        "finding",
        "dismiss",
        finding,
        "--reason",
        "takings of a market stall",
    ]);
    let said = place.good(&["detect", "--rule", rule]);
    assert!(said.contains(" findings, 1 dismissed"), "{said}");
    assert!(
        said.lines()
            .any(|line| line.contains(rule) && line.ends_with(", 1 dismissed")),
        "{said}"
    );
    place.good(&["detect"]);
    place.good(&["report"]);
    let page = place.page();
    // A reason is written freely, so a page without names does not have it.
    assert!(!page.contains("takings of a market stall") && page.contains("Dismissed"));
    assert!(page.contains("stands in the case"));
    assert!(page.contains("Category that a person set") && page.contains("serious grounds"));
    // Who decided stands on no page without names.
    assert!(!page.contains("tester"));
    assert_eq!(crate::report::bare_digits(&page), Vec::<String>::new());
    place.good(&["report", "--profile", "full"]);
    assert!(
        place
            .page_at("report-full.html")
            .contains("takings of a market stall")
    );
    // On the screen too.
    let shown = place.good(&["show", finding]);
    assert!(
        shown.contains("dismissed by tester") && shown.contains("takings of a market stall"),
        "{shown}"
    );
    assert!(
        shown.contains(": serious grounds (") && shown.contains(name.as_str()),
        "{shown}"
    );
    for id in [party, name] {
        let shown = place.good(&["show", id]);
        assert!(
            shown.starts_with(&format!("Party {party}"))
                && shown.contains("serious grounds")
                && shown.contains(finding.as_str()),
            "{shown}"
        );
    }
    let account = Tables::of(&place.case).one(&format!(
        "SELECT h.account_id FROM account_holders h WHERE h.party_id = '{party}' LIMIT 1"
    ));
    let shown = place.good(&["show", &account]);
    assert!(
        shown.contains("category that a person set: serious grounds"),
        "{shown}"
    );
    let (code, said) = place.run_in(&["show", "p-0000"]);
    assert!(code == 2 && said.contains("p-…"), "{said}");
    // What was dismissed is not what `--fail-on` waits for.
    let only = place.run_in(&["detect", "--rule", rule, "--fail-on"]).0;
    assert_eq!(only, 1);
    for row in Tables::of(&place.case).rows("SELECT finding_id FROM findings") {
        place.good(&["finding", "dismiss", &row[0], "--reason", "the same"]);
    }
    assert_eq!(place.run_in(&["detect", "--rule", rule, "--fail-on"]).0, 0);
}

#[test]
fn named_queries_name_accounts_and_fit_the_screen() {
    let sample = crate::command::sample();
    let keys = sample.folder.path().join("keys");
    let case = sample.case.to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        let output = geldspoor(&keys, &[&["-C", &case], arguments].concat());
        assert_eq!(code(&output), 0, "{}", printed(&output));
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            printed(&output),
        )
    };
    let tables = Tables::of(&sample.case);
    let (rows, said) = run(&["query", "largest_flows"]);
    assert!(
        said.contains("the first 100 of ") && said.contains("--limit"),
        "{said}"
    );
    let most = tables.rows("SELECT a.number FROM accounts a JOIN transfers t ON t.payer_account = a.account_id \
         WHERE t.payer_account <> t.payee_account GROUP BY a.number, t.payee_account, t.currency ORDER BY sum(t.amount) DESC LIMIT 1");
    assert!(
        rows.contains(&most[0][0]) && rows.contains("payee_name"),
        "{rows}"
    );
    let (rows, _) = run(&["query", "largest_flows", "--format", "csv", "--limit", "3"]);
    assert_eq!(rows.lines().count(), 4, "{rows}");
    let (all, _) = run(&["query", "unseized_accounts", "--format", "csv"]);
    let count = tables.count("SELECT count(*) FROM accounts WHERE NOT seized");
    assert!(
        all.starts_with("number,name,bank,currency,") && all.lines().count() as u64 > count / 2,
        "{all}"
    );
    // Two patterns of one number are told apart.
    let (list, _) = run(&["detect", "--list"]);
    let layers: Vec<&str> = list.lines().filter(|line| line.starts_with("ML-07")).collect();
    assert!(
        layers.len() == 2 && layers[0].contains("(bipartite)") && layers[1].contains("(stack)"),
        "{list}"
    );
    // What a shell knows, a script knows.
    let mut child = command(&keys)
        .args(["-C", &case, "sql", "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let script = "\\df\n\\d findings\nSELECT 1 AS one;\n";
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), script.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("temporal_cycles(") && said.contains("judgement,") && said.ends_with("one\n1\n"),
        "{said}"
    );
    let output = geldspoor(&keys, &["-C", &case, "sql", "-c", "\\timing"]);
    assert!(
        code(&output) != 0 && printed(&output).contains("shell alone"),
        "{}",
        printed(&output)
    );
}

#[test]
fn what_is_not_shown_can_be_asked_for() {
    let sample = crate::command::sample();
    let case = sample.case.to_string_lossy().into_owned();
    let keys = sample.folder.path().join("keys");
    let tables = Tables::of(&sample.case);
    let most = &tables.rows(
        "SELECT finding_id, count(*) AS entries FROM finding_entries GROUP BY finding_id \
         ORDER BY entries DESC, finding_id LIMIT 1",
    )[0];
    let said = printed(&geldspoor(&keys, &["-C", &case, "show", &most[0]]));
    let last = said.lines().last().unwrap_or_default();
    let all = last
        .split_once(&format!("all of them: `geldspoor -C {case} sql -c \""))
        .and_then(|(_, sql)| sql.strip_suffix("\"`"))
        .expect("a command");
    let output = geldspoor(&keys, &["-C", &case, "sql", "--format", "ndjson", "-c", all]);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let rows = String::from_utf8_lossy(&output.stdout).lines().count();
    assert_eq!(rows.to_string(), most[1]);
}

const HEADER: &str = "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance\n";

#[test]
fn files_that_were_not_read_are_named_with_what_to_do() {
    let place = Place::new();
    let lines = place.write(
        "lines.csv",
        &format!("{HEADER}ACCOUNT1,2026-01-05,debit,1.00,EUR,ACCOUNT2,transfer,\n"),
    );
    let odd = place.write("odd.csv", "Quand,Combien,Ou\n2026-01-02,1.50,ici\n");
    let said = place.investigate(&[&lines, &odd]);
    assert!(
        said.contains("odd.csv: kept, not read") && said.contains("geldspoor mapping propose FILE"),
        "{said}"
    );
    let said = place.good(&["check"]);
    assert!(
        said.contains("1 files were kept and not read") && said.contains("  - odd.csv"),
        "{said}"
    );
}

/// Euros one way and dollars the other, without a rate in the case; of days, not of times.
#[test]
fn what_the_records_lack_is_said_beside_no_rows() {
    let place = Place::new();
    let mut lines = HEADER.to_owned();
    for day in 1..=4 {
        for (from, to, amount) in [
            ("ACCOUNT1", "ACCOUNT2", "100.00,EUR"),
            ("ACCOUNT2", "ACCOUNT1", "110.00,USD"),
        ] {
            lines += &format!("{from},2026-01-0{day},debit,{amount},{to},transfer,\n");
            lines += &format!("{to},2026-01-0{day},credit,{amount},{from},transfer,\n");
        }
    }
    place.investigate(&[&place.write("lines.csv", &lines)]);
    let reasons =
        "SELECT count(*) FROM not_computable WHERE rule_id = 'ML-24' AND reason LIKE '%exchange rates%'";
    assert_eq!(Tables::of(&place.case).count(reasons), 1);
    let said = place.good(&[
        "sql",
        "-c",
        "SELECT count(*) AS found FROM mirror_transfers()",
        "--format",
        "csv",
    ]);
    assert!(
        said.starts_with("found\n0\n") && said.contains("mirror_transfers: no exchange rates"),
        "{said}"
    );
    let said = place.good(&[
        "sql",
        "-c",
        "SELECT count(*) AS found FROM fan_in()",
        "--format",
        "csv",
    ]);
    assert_eq!(said, "found\n0\n");
    // Times that nobody knows are told from those that are.
    let sql = "SELECT DISTINCT time_precision FROM temporal_cycles(min_returned => 'none')";
    assert_eq!(
        place.good(&["sql", "-c", sql, "--format", "csv"]),
        "time_precision\nday\n"
    );
    // With one currency nothing is lacking.
    let other = Place::new();
    let lines: String = lines
        .lines()
        .filter(|line| !line.contains("USD"))
        .map(|line| format!("{line}\n"))
        .collect();
    other.investigate(&[&other.write("lines.csv", &lines)]);
    assert_eq!(Tables::of(&other.case).count(reasons), 0);
}

#[test]
fn a_mapping_is_checked_down_to_the_record() {
    let place = Place::new();
    // The third balance is wrong; the IBAN of the second record has wrong digits.
    let text = "Datum;Bedrag;Saldo;Munt;Tegenpartij;Tegenrekening;Omschrijving;Type\n\
                01-02-2026;-5,00;95,00;EUR;A. Anders;NL91ABNA0417164300;brood;Betaalautomaat\n\
                13-02-2026;-10,00;85,00;EUR;B. Bakker;NL92ABNA0417164300;melk;Overschrijving\n\
                14-02-2026;-20,00;66,00;EUR;C. Claes;;kaas;Geldautomaat\n\
                15-02-2026;-6,00;60,00;EUR;D. Dirks;;vis;Overschrijving\n";
    let file = place.write("af.csv", text);
    let toml = place.folder.path().join("af.toml").to_string_lossy().into_owned();
    let (code, said) = place.run(&["mapping", "propose", &file, "-o", &toml]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("no channel is proposed") && said.contains("‘Type’"),
        "{said}"
    );
    let proposed = std::fs::read_to_string(&toml).expect("the mapping");
    assert!(proposed.contains("# \"Geldautomaat\" = \"?\""), "{proposed}");
    let settled = proposed.replace("account = \"?\"", "account = \"file\"");
    std::fs::write(&toml, &settled).expect("written");
    let (_, said) = place.run(&["mapping", "check", &file, &toml]);
    assert!(
        said.contains("does not agree stands at line 4"),
        "{said}\n{proposed}"
    );
    assert!(
        said.contains("line 3: the other side NL92ABNA0417164300 is written as an IBAN and is none"),
        "{said}"
    );
    assert!(!said.contains("side NL91ABNA0417164300"), "{said}");
    // Who is on the other side is a name and no text.
    assert!(
        said.contains("counterparty_name") && said.contains("| B. Bakker"),
        "{said}"
    );
    let remittance = proposed
        .lines()
        .find(|line| line.starts_with("remittance"))
        .unwrap_or_default();
    assert!(
        !remittance.contains("other_name") && !remittance.contains("Tegenpartij"),
        "{proposed}"
    );
    // No column that says how: that is said as well.
    let plain = place.write(
        "plain.csv",
        "Date,Amount,Currency\n2026-01-13,-1.50,EUR\n2026-01-14,2.50,EUR\n",
    );
    let (code, said) = place.run(&["mapping", "propose", &plain]);
    assert!(
        code == 0 && said.contains("no column says how the money moved"),
        "{said}"
    );
}
