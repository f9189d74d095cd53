//! Rows of special categories (Directive (EU) 2016/680 Art. 10) are masked wherever they are shown to people.

use super::{CHILD, EXIT, done, made, one, party, run, shared};
use crate::command::{Investigated, code, command, printed};

const MASKED: &str = "[special category: masked]";
/// What tells of them.
const TELLING: [&str; 6] = [
    "Zonnedauw",
    "consult 12",
    "Kinky",
    "tekst 77",
    "NL69INGB0123456789",
    "NL18RABO0123459876",
];

fn tells(said: &str) -> Vec<&'static str> {
    TELLING.into_iter().filter(|text| said.contains(text)).collect()
}

fn entry(case: &Investigated, name: &str) -> String {
    one(
        case,
        &format!("SELECT entry_id FROM entries WHERE counterparty_name LIKE '%{name}%'"),
    )
}

#[test]
fn every_output_masks_them() {
    let case = shared();
    for name in ["Zonnedauw", "Kinky"] {
        let id = entry(case, name);
        let said = done(case, &["show", &id]);
        assert!(said.contains(MASKED) && said.contains("--unmask"), "{said}");
        assert_eq!(tells(&said), Vec::<&str>::new(), "{said}");
        let transfer = one(
            case,
            &format!("SELECT transfer_id FROM transfers WHERE debit_entry = '{id}'"),
        );
        assert_eq!(tells(&done(case, &["show", &transfer])), Vec::<&str>::new());
    }
    for account in [CHILD, EXIT] {
        let said = done(case, &["show", account]);
        assert!(said.contains(MASKED), "{said}");
        assert_eq!(tells(&said), Vec::<&str>::new(), "{said}");
        assert_eq!(
            tells(&done(case, &["show", &party(case, account)])),
            Vec::<&str>::new()
        );
    }
    // Of whom nothing is known but that somebody paid there: the number was asked for, what it is stays masked.
    for number in ["NL69INGB0123456789", "NL18RABO0123459876"] {
        let said = done(case, &["show", number]);
        assert_eq!(tells(&said), [number], "{said}");
    }
    for finding in super::rows(case, "SELECT finding_id FROM findings ORDER BY finding_id") {
        assert_eq!(tells(&done(case, &["show", &finding])), Vec::<&str>::new());
    }
    for query in ["finding_entries", "batch_payments"] {
        let said = done(case, &["query", query, "--format", "csv"]);
        assert_eq!(tells(&said), Vec::<&str>::new(), "{query}");
    }
    // Names of accounts alone; the number of an account to ask a bank for stands.
    for query in ["largest_flows", "unseized_accounts"] {
        let said = done(case, &["query", query, "--format", "csv"]);
        assert!(
            !said.contains("Zonnedauw") && !said.contains("Kinky"),
            "{query}: {said}"
        );
    }
    done(case, &["report", "--profile", "full"]);
    for page in ["report.html", "report-full.html"] {
        let page = std::fs::read_to_string(case.case.join("exports").join(page)).expect("the page");
        for text in ["Zonnedauw", "consult 12", "Kinky.nl", "tekst 77"] {
            assert!(!page.contains(text), "{text}");
        }
    }
}

#[test]
fn sql_has_both() {
    let case = shared();
    let of = |table: &str| {
        super::rows(
            case,
            &format!(
                "SELECT counterparty_name, remittance FROM {table} WHERE amount IN (7, 80) ORDER BY amount"
            ),
        )
    };
    assert_eq!(
        of("entries"),
        ["Kliniek Zonnedauw,consult 12", "Kinky.nl,advertentie tekst 77"]
    );
    assert_eq!(
        of("entries_masked"),
        [format!("{MASKED},{MASKED}"), format!("{MASKED},{MASKED}")]
    );
    assert_eq!(one(case, "SELECT count(*) FROM entries_masked WHERE masked"), "2");
    // All other rows are as they are.
    let columns =
        "entry_id, counterparty_name, counterparty_account, merchant_category, remittance, end_to_end_id";
    let differ = format!(
        "SELECT count(*) FROM (SELECT {columns} FROM entries EXCEPT SELECT {columns} FROM entries_masked)"
    );
    assert_eq!(one(case, &differ), "2");
}

#[test]
fn unmasking_needs_a_person_and_a_reason_and_is_in_the_ledger() {
    let case = made();
    let id = entry(&case, "Zonnedauw");
    let lines = || one(&case, "SELECT count(*) FROM ledger");
    let before = lines();
    let (status, said) = run(&case, &["show", &id, "--unmask"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("--reason"), "{said}");
    for reason in ["", "x", "1 2 3"] {
        let (status, said) = run(&case, &["show", &id, "--unmask", "--reason", reason]);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains("Art. 10"), "{said}");
        assert_eq!(tells(&said), Vec::<&str>::new(), "{said}");
    }
    // Nobody's name is known.
    let output = command(&case.folder.path().join("keys"))
        .env_remove("GELDSPOOR_USER")
        .env_remove("USER")
        .env_remove("USERNAME")
        .env_remove("LOGNAME")
        .args(["-C", &case.case.to_string_lossy(), "show", &id, "--unmask"])
        .args(["--reason", "alibi of the accused"])
        .output()
        .expect("it starts");
    assert_eq!(code(&output), 2, "{}", printed(&output));
    assert_eq!(tells(&printed(&output)), Vec::<&str>::new());
    assert_eq!(lines(), before, "what is refused unmasks nothing");
    // What has nothing masked has nothing to unmask.
    let plain = one(&case, "SELECT min(entry_id) FROM entries WHERE amount = 600");
    assert_eq!(
        run(
            &case,
            &["show", &plain, "--unmask", "--reason", "alibi of the accused"]
        )
        .0,
        2
    );

    let reason = "alibi of the accused";
    let said = done(
        &case,
        &[
            "--user",
            "A. Officer",
            "show",
            &id,
            "--unmask",
            "--reason",
            reason,
        ],
    );
    assert!(
        said.contains("Kliniek Zonnedauw") && said.contains("consult 12"),
        "{said}"
    );
    let kept = one(
        &case,
        "SELECT concat(\"user\", '|', purpose, '|', read) FROM ledger ORDER BY number DESC LIMIT 1",
    );
    assert!(
        kept.contains("A. Officer") && kept.contains(reason) && kept.contains(&id),
        "{kept}"
    );
    assert!(!kept.contains("Zonnedauw"), "{kept}");
    // The next look is masked again.
    assert_eq!(tells(&done(&case, &["show", &id])), Vec::<&str>::new());
    // A page under pseudonyms has nothing to unmask.
    let (status, said) = run(&case, &["report", "--unmask", "--reason", reason]);
    assert_eq!(status, 2, "{said}");
}

#[test]
fn the_words_of_an_office_mask_too() {
    let case = made();
    let own = case.case.join("queries/lexicons");
    std::fs::create_dir_all(&own).expect("a folder");
    std::fs::write(
        own.join("office.csv"),
        "# version 1, 2026-01-01, the office\nmark,language,word,note\nclinic,nl,naar huis,a test\n",
    )
    .expect("a file");
    assert_eq!(
        one(
            &case,
            "SELECT count(DISTINCT remittance) FROM entries_masked WHERE masked"
        ),
        "1"
    );
    assert_eq!(
        one(
            &case,
            "SELECT count(*) FROM entries_masked WHERE masked AND amount = 1500"
        ),
        "12"
    );
}
