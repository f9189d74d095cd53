//! Persons with significant control of the United Kingdom.

use geldspoor::case::Table;
use geldspoor::intake::formats::psc::Psc;

use super::{chosen, files, rows, survives};
use crate::collect::{read, shared};

pub const LINES: &str = r#"{"company_number":"01234567","data":{"etag":"1","kind":"individual-person-with-significant-control","name":"Ms Ana Radu","name_elements":{"forename":"Ana","surname":"Radu","title":"Ms"},"nationality":"Romanian","country_of_residence":"United Kingdom","notified_on":"2016-04-06","ceased_on":"2020-10-11","address":{"premises":"1","address_line_1":"High Street","locality":"Leeds"},"date_of_birth":{"month":10,"year":1955},"natures_of_control":["ownership-of-shares-25-to-50-percent","voting-rights-50-to-75-percent-as-trust"],"links":{"self":"/company/01234567/persons-with-significant-control/individual/abc"}}}
{"company_number":"01234567","data":{"etag":"2","kind":"corporate-entity-person-with-significant-control","name":"Holding Ltd","identification":{"country_registered":"England","registration_number":"89101","legal_form":"Limited"},"natures_of_control":["right-to-appoint-and-remove-directors"],"links":{"self":"/company/01234567/persons-with-significant-control/corporate-entity/def"}}}
{"company_number":"SC123456","data":{"etag":"3","kind":"super-secure-person-with-significant-control","description":"super-secure-persons-with-significant-control","links":{"self":"/x"}}}
{"company_number":"SC123456","data":{"etag":"4","kind":"persons-with-significant-control-statement","statement":"no-individual-or-entity-with-signficant-control","notified_on":"2016-07-12","links":{"self":"/y"}}}
{"company_number":"SC123456","data":{"etag":"5","kind":"exemptions","exemptions":{"a":{"exemption_type":"psc-exempt-as-shares-admitted-on-market","items":[{"exempt_from":"2016-10-29"}]}},"links":{"self":"/z"}}}
{"data":{"etag":"6","kind":"totals#persons-of-significant-control-snapshot"}}
"#;

#[test]
fn owners_with_the_bands_of_the_law() {
    assert_eq!(chosen(LINES.as_bytes(), "psc.txt"), Ok("uk-psc"));
    let got = read(&Psc, LINES.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.accepted, 4);
    // That nobody has control is no unknown owner.
    let nobody =
        "says that no owner is hidden, which is no holding: no-individual-or-entity-with-signficant-control";
    assert_eq!(
        got.set_aside,
        [(nobody.to_owned(), 1), ("totals of the snapshot".to_owned(), 1)]
    );
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &[
                "kind",
                "name",
                "registration_number",
                "identifier_scheme",
                "birth_year",
                "birth_month"
            ]
        ),
        [
            ["company", "", "01234567", "GB-COH", "", ""],
            ["person", "Ms Ana Radu", "", "", "1955", "10"],
            ["company", "Holding Ltd", "00089101", "GB-COH", "", ""],
            ["company", "", "SC123456", "GB-COH", "", ""],
        ]
    );
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &[
                "kind",
                "share_min",
                "share_max",
                "above_min",
                "below_max",
                "beneficial",
                "from_date",
                "to_date"
            ]
        ),
        [
            [
                "ownership",
                "250000",
                "500000",
                "yes",
                "",
                "yes",
                "2016-04-06",
                "2020-10-11"
            ],
            [
                "voting",
                "500000",
                "750000",
                "yes",
                "yes",
                "yes",
                "2016-04-06",
                "2020-10-11"
            ],
            ["board_appointment", "", "", "", "", "", "", ""],
            ["unknown_owner", "", "", "", "", "", "", ""],
            ["unknown_owner", "", "", "", "", "", "2016-10-29", ""],
        ]
    );
    assert_eq!(
        got.text(Table::RelationsRead, "detail")[3..],
        [
            "super-secure-persons-with-significant-control",
            "psc-exempt-as-shares-admitted-on-market",
        ]
    );
    assert_eq!(
        got.text(Table::RelationsRead, "interest")[1],
        "voting-rights-50-to-75-percent-as-trust"
    );
    let parties = got.text(Table::PartiesRead, "party_id");
    assert_eq!(got.text(Table::RelationsRead, "object")[0], parties[0]);
    assert_eq!(
        got.text(Table::RelationsRead, "subject")[..2],
        [parties[1].as_str(), &parties[1]]
    );
    assert!(!got.fingerprint().contains("Romanian"));
}

#[test]
fn what_has_ceased_without_a_day_is_no_holding_of_today() {
    let line = |ceased: &str| {
        format!(
            r#"{{"company_number":"SC123456","data":{{"etag":"3","kind":"super-secure-person-with-significant-control",{ceased}"description":"super-secure-persons-with-significant-control","links":{{"self":"/x"}}}}}}"#
        )
    };
    let owner = LINES.lines().next().expect("a line");
    let text = [
        line(r#""ceased":true,"#),
        line(r#""ceased":true,"ceased_on":"2020-01-01","#),
        line(r#""ceased":false,"#),
        owner.replace(r#""ceased_on":"2020-10-11""#, r#""ceased":true"#),
    ]
    .join("\n");
    let got = read(&Psc, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (2, 0), "{}", got.reasons());
    assert_eq!(
        got.set_aside,
        [("ceased, and since when is not said".to_owned(), 2)]
    );
    assert_eq!(
        rows(&got, Table::RelationsRead, &["kind", "to_date"]),
        [["unknown_owner", "2020-01-01"], ["unknown_owner", ""]]
    );
}

#[test]
fn somebody_who_is_not_known_is_hidden_and_nobody_is_not() {
    let line = |statement: &str| {
        LINES
            .lines()
            .nth(3)
            .expect("a line")
            .replace("no-individual-or-entity-with-signficant-control", statement)
    };
    let text = [
        line("no-individual-or-entity-with-signficant-control-partnership"),
        line("all-beneficial-owners-identified"),
        line("psc-exists-but-not-identified"),
        line("steps-to-find-psc-not-yet-completed"),
        line("no-beneficial-owner-identified"),
    ]
    .join("\n");
    let got = read(&Psc, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (3, 0), "{}", got.reasons());
    assert_eq!(got.set_aside.len(), 2);
    assert_eq!(
        got.text(Table::RelationsRead, "detail"),
        [
            "psc-exists-but-not-identified",
            "steps-to-find-psc-not-yet-completed",
            "no-beneficial-owner-identified"
        ]
    );
}

#[test]
fn bad_lines_are_rejected_and_the_rest_is_read() {
    let first = LINES.lines().next().expect("a line");
    let text = [
        first.replace("01234567\",\"data", "\",\"data"),
        first.replace("ownership-of-shares-25-to-50-percent", "owns-a-boat"),
        first.replace("\"month\":10", "\"month\":13"),
        first.replace("2016-04-06", "06/04/2016"),
        first.replace("individual-person-with-significant-control", "unknown-kind"),
        "{\"company_number\":".to_owned(),
        first.to_owned(),
    ]
    .join("\n");
    let got = read(&Psc, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 6), "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    for (reason, words) in reasons.iter().zip([
        "company_number: ‘’",
        "natures_of_control: ‘owns-a-boat’",
        "date_of_birth",
        "notified_on: ‘06/04/2016’",
        "kind: ‘unknown-kind’",
        "not closed within its line",
    ]) {
        assert!(reason.contains(words), "{words}: {reason}");
    }
    survives(&Psc, first);
}

#[test]
fn every_public_record_is_read_or_rejected_with_a_reason() {
    let Some(folder) = shared("registers/uk_psc_fixtures") else {
        return;
    };
    let mut relations = 0;
    for path in files(&folder) {
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a file");
        assert_eq!(chosen(&bytes, &name), Ok("uk-psc"), "{name}");
        let got = read(&Psc, &bytes);
        assert!(got.error.is_none(), "{name}: {}", got.reasons());
        relations += got.text(Table::RelationsRead, "kind").len();
        let expected = match name.as_str() {
            "psc_unknown_kind.json" => (0, 1),
            // They say that nobody has control.
            "psc_totals.json" | "psc_statement.json" | "psc_statement_ceased_on.json" => (0, 0),
            _ => (1, 0),
        };
        assert_eq!(
            (got.accepted, got.rejected),
            expected,
            "{name}: {}",
            got.reasons()
        );
    }
    assert!(relations >= 11, "{relations}");
}
