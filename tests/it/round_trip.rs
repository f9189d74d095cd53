//! One case written in every statement format and read back: the tables agree in what the formats carry, and so do the
//! transfers that are made of them.

use std::collections::BTreeMap;

use geldspoor::simulate::{Plan, Scenario, StatementFormat, run};

use crate::command::{Tables, code, geldspoor, printed};

const FORMATS: [StatementFormat; 7] = [
    StatementFormat::CamtOld,
    StatementFormat::CamtNew,
    StatementFormat::Mt940Dutch,
    StatementFormat::Mt940German,
    StatementFormat::Ing,
    StatementFormat::Rabobank,
    StatementFormat::Plain,
];

/// What every format carries of an entry, in the order of the account's lines.
const CARRIED: &str = "SELECT e.account_id, e.booking_date, e.direction, e.amount, e.currency, \
     coalesce(e.counterparty_account_id, '') AS other \
     FROM entries AS e JOIN statements AS s ON s.account_id = e.account_id AND s.source_id = e.source_id \
     GROUP BY e.entry_id, e.account_id, e.booking_date, e.direction, e.amount, e.currency, other, e.byte_start \
     ORDER BY e.account_id, e.booking_date, e.direction, e.amount, other";

/// Only some formats carry these; what they carry is the same.
const NAMES: &str = "SELECT e.account_id, e.booking_date, e.direction, e.amount, \
     coalesce(e.counterparty_account_id, '') AS other, coalesce(e.counterparty_name, '') AS name \
     FROM entries AS e WHERE e.counterparty_account_id IS NOT NULL AND e.channel <> 'cash_atm' \
     AND e.account_id IN (SELECT account_id FROM statements) \
     ORDER BY e.account_id, e.booking_date, e.direction, e.amount, other, name";

const REFERENCES: &str = "SELECT e.account_id, e.booking_date, e.direction, e.amount, \
     coalesce(e.end_to_end_id, '') AS reference \
     FROM entries AS e WHERE e.counterparty_account_id IS NOT NULL \
     AND e.account_id IN (SELECT account_id FROM statements) \
     ORDER BY e.account_id, e.booking_date, e.direction, e.amount, reference";

const TRANSFERS: &str = "SELECT payer_account, payee_account, amount, currency, CAST(coalesce(debited_at, credited_at) AS DATE), \
     debit_entry IS NOT NULL, credit_entry IS NOT NULL FROM transfers \
     WHERE payer_account IN (SELECT account_id FROM accounts WHERE scheme = 'iban') \
     AND payee_account IN (SELECT account_id FROM accounts WHERE scheme = 'iban') \
     ORDER BY 1, 2, 3, 4, 5, 6, 7";

#[test]
fn one_case_in_seven_formats_gives_the_same_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut read: BTreeMap<&str, [Vec<Vec<String>>; 4]> = BTreeMap::new();
    for format in FORMATS {
        let name = format.as_str();
        let made = folder.path().join(name);
        let plan = Plan {
            write_as: Some(format),
            ..Plan::new(5, 4_000, Scenario::Mixed)
        };
        run(&plan, &made, &|_| ()).expect("the case is made");
        let case = folder.path().join(format!("case-{name}"));
        let (case_text, delivery) = (
            case.display().to_string(),
            made.join("delivery").display().to_string(),
        );
        for arguments in [
            vec!["-q", "case", "new", &case_text, "--reference", "r"],
            vec!["-q", "-C", &case_text, "intake", &delivery],
            vec!["-q", "-C", &case_text, "check", "--format", "csv"],
        ] {
            let output = geldspoor(folder.path(), &arguments);
            assert_eq!(code(&output), 0, "{name}: {}", printed(&output));
        }
        let tables = Tables::of(&case);
        assert_eq!(tables.one("SELECT count(*) FROM rejects"), "0", "{name}");
        assert_eq!(
            tables.one("SELECT count(*) FROM statements WHERE verdict <> 'verified'"),
            "0",
            "{name}"
        );
        let mut read_back = [CARRIED, NAMES, REFERENCES, TRANSFERS].map(|sql| tables.rows(sql));
        for row in &mut read_back[1] {
            if let Some(name) = row.last_mut() {
                *name = in_swift_letters(name);
            }
        }
        read_back[1].sort();
        read.insert(name, read_back);
    }
    let plain = &read["geldspoor-entries"];
    assert!(
        plain[0].len() > 1_000,
        "{} entries are too few to prove anything",
        plain[0].len()
    );
    for (name, tables) in &read {
        for (at, what) in [(0, "entries"), (1, "names"), (2, "references"), (3, "transfers")] {
            let differs = tables[at]
                .iter()
                .zip(&plain[at])
                .find(|(one, other)| one != other);
            assert_eq!(differs, None, "{what} of {name} and of geldspoor-entries");
            assert_eq!(tables[at].len(), plain[at].len(), "{what} of {name}");
        }
    }
}

/// A name as MT940 can carry it: SWIFT's letters have no accents, and its fields break lines at spaces.
fn in_swift_letters(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| match letter {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ă' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            'Á' => 'A',
            'É' => 'E',
            'Ö' => 'O',
            'Ü' => 'U',
            other => other,
        })
        .collect()
}
