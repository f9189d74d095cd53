//! BODS 0.4.

use geldspoor::case::Table;
use geldspoor::intake::formats::bods::Bods;

use super::{chosen, files, rows, survives};
use crate::collect::{read, shared};

fn statement(id: &str, kind: &str, status: &str, date: &str, details: &str) -> String {
    format!(
        r#"{{"statementId":"s-{id}-{date}","recordId":"{id}","recordType":"{kind}","recordStatus":"{status}",
"statementDate":"{date}","declarationSubject":"e1","publicationDetails":{{"bodsVersion":"0.4"}},"recordDetails":{details}}}"#
    )
}

fn owner(interests: &str) -> String {
    statement(
        "r1",
        "relationship",
        "new",
        "2024-01-01",
        &format!(
            r#"{{"isComponent":false,"subject":"e1","interestedParty":"p1","interests":[{interests}]}}"#
        ),
    )
}

const COMPANY: &str = r#"{"isComponent":false,"entityType":{"type":"registeredEntity","details":"besloten vennootschap"},
"name":"Kade Handel BV","alternateNames":["Kade"],"jurisdiction":{"name":"Netherlands","code":"NL"},"foundingDate":"2019-03-01",
"dissolutionDate":"2024-02-01","identifiers":[{"id":"72042756","scheme":"NL-KVK"},{"id":"529900T8BM49AURSDO55","scheme":"XI-LEI"}],
"addresses":[{"type":"registered","address":"Kade 1, Gent","country":{"name":"Belgium","code":"BE"}}]}"#;
const PERSON: &str = r#"{"isComponent":false,"personType":"knownPerson","names":[{"type":"former","fullName":"Ana Ilie"},
{"type":"legal","fullName":"Ana Radu"}],"birthDate":"1964-04","nationalities":[{"name":"Romania","code":"RO"}],
"politicalExposure":{"status":"isPep"},"placeOfBirth":{"type":"placeOfBirth","address":"Iași"},
"addresses":[{"type":"placeOfBirth","address":"Iași"},{"type":"service","address":"Laan 2"}]}"#;

/// A company, a person and two ties between them.
pub fn sample() -> String {
    format!(
        "[\n{},\n{},\n{}\n]",
        statement("e1", "entity", "new", "2024-01-01", COMPANY),
        statement("p1", "person", "new", "2024-01-01", PERSON),
        owner(
            r#"{"type":"shareholding","directOrIndirect":"direct","beneficialOwnershipOrControl":true,"startDate":"2019-03-01",
               "share":{"exclusiveMinimum":25,"maximum":50}},
               {"type":"appointmentOfBoard","details":"two of three","endDate":"2023-06-30"}"#
        ),
    )
}

#[test]
fn a_company_a_person_and_what_ties_them() {
    let text = sample();
    assert_eq!(chosen(text.as_bytes(), "owners.json"), Ok("bods"));
    let got = read(&Bods, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.accepted, 3);
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &[
                "record_id",
                "kind",
                "name",
                "name_kind",
                "registration_number",
                "identifier_scheme"
            ]
        ),
        [
            ["e1", "company", "Kade Handel BV", "legal", "72042756", "NL-KVK"],
            ["e1", "company", "Kade", "alias", "529900T8BM49AURSDO55", "XI-LEI"],
            ["p1", "person", "Ana Radu", "legal", "", ""],
            ["p1", "person", "Ana Ilie", "former", "", ""],
        ]
    );
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &[
                "birth_date",
                "birth_year",
                "birth_month",
                "address",
                "incorporated",
                "dissolved",
                "country"
            ]
        )[..3],
        [
            [
                "",
                "",
                "",
                "Kade 1, Gent, Belgium",
                "2019-03-01",
                "2024-02-01",
                "NL"
            ],
            ["", "", "", "", "", "", ""],
            ["", "1964", "4", "Laan 2", "", "", ""],
        ]
    );
    assert_eq!(
        got.text(Table::PartiesRead, "legal_form")[0],
        "registeredEntity, besloten vennootschap"
    );
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &[
                "kind",
                "interest",
                "share_min",
                "share_max",
                "above_min",
                "below_max"
            ]
        ),
        [
            ["ownership", "shareholding", "250000", "500000", "yes", ""],
            ["board_appointment", "appointmentOfBoard", "", "", "", ""],
        ]
    );
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &[
                "directness",
                "beneficial",
                "detail",
                "record_id",
                "from_date",
                "to_date"
            ]
        ),
        [
            ["direct", "yes", "", "r1", "2019-03-01", ""],
            ["", "", "two of three", "r1", "", "2023-06-30"],
        ]
    );
    // The relation names whom the statements tell of.
    let parties = got.text(Table::PartiesRead, "party_id");
    assert_eq!(got.text(Table::RelationsRead, "object")[0], parties[0]);
    assert_eq!(got.text(Table::RelationsRead, "subject")[0], parties[2]);
    assert_eq!((&parties[0], &parties[2]), (&parties[1], &parties[3]));
    // Each is cited by its own bytes.
    for (start, end) in got.places(Table::RelationsRead) {
        assert!(text[start..end].starts_with("{\"statementId\":\"s-r1"));
        assert!(serde_json::from_str::<serde_json::Value>(&text[start..end]).is_ok());
    }
    let everything = got.fingerprint();
    for word in ["Romania", "isPep", "Iași"] {
        assert!(!everything.contains(word), "{word}");
    }
}

#[test]
fn the_last_state_of_a_record_holds() {
    let share = |of: u8| {
        format!(
            r#"{{"isComponent":false,"subject":"e1","interestedParty":"p1","interests":[{{"type":"shareholding","share":{{"exact":{of}}}}}]}}"#
        )
    };
    let text = [
        statement(
            "r1",
            "relationship",
            "updated",
            "2024-03-01T10:00:00Z",
            &share(30),
        ),
        statement("r1", "relationship", "new", "2024-01-01", &share(50)),
        statement(
            "r1",
            "relationship",
            "updated",
            "2024-03-01T09:00:00Z",
            &share(40),
        ),
        statement("r2", "relationship", "new", "2024-01-01", &share(10)),
        statement("r2", "relationship", "closed", "2024-05-31", &share(10)),
    ]
    .join("\n");
    let got = read(&Bods, text.as_bytes());
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &["record_id", "share_min", "share_max", "to_date"]
        ),
        [
            ["r1", "300000", "300000", ""],
            ["r2", "100000", "100000", "2024-05-31"]
        ]
    );
    assert_eq!((got.accepted, got.rejected), (2, 0), "{}", got.reasons());
    assert_eq!(got.set_aside.len(), 1);
    assert_eq!(got.set_aside[0].1, 3);
}

/// A relationship as a publisher writes it who leaves out what the standard does not ask for.
fn bare(id: &str, head: &str, percent: u8, more: &str) -> String {
    format!(
        r#"{{"statementId":"s{percent}","recordId":"{id}","recordType":"relationship",{head}"recordDetails":{{"subject":"e1",
"interestedParty":"p1","interests":[{{"type":"shareholding","share":{{"exact":{percent}}}{more}}}]}}}}"#
    )
}

#[test]
fn a_closed_relationship_without_a_date_is_no_holding_of_today() {
    let closed = r#""recordStatus":"closed","#;
    let text = [
        bare("r1", closed, 60, ""),
        bare("r2", closed, 40, r#","endDate":"2023-06-30""#),
        bare(
            "r3",
            r#""recordStatus":"new","statementDate":"2024-01-01","#,
            20,
            "",
        ),
        bare("r3", r#""recordStatus":"closed","statementDate":null,"#, 20, ""),
        bare(
            "r4",
            closed,
            10,
            r#","endDate":"2023-07-31"},{"type":"votingRights""#,
        ),
    ]
    .join("\n");
    let got = read(&Bods, text.as_bytes());
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &["record_id", "kind", "to_date", "detail"]
        ),
        [
            ["r2", "ownership", "2023-06-30", ""],
            [
                "r4",
                "ownership",
                "2023-07-31",
                "over without a date, left out: votingRights"
            ],
        ]
    );
    assert_eq!((got.accepted, got.rejected), (2, 0), "{}", got.reasons());
    let mut aside: Vec<(&str, u64)> = got
        .set_aside
        .iter()
        .map(|(reason, count)| (&reason[..24], *count))
        .collect();
    aside.sort_unstable();
    assert_eq!(
        aside,
        [("a closed relationship wi", 2), ("an earlier state of a re", 1)]
    );
}

#[test]
fn the_last_of_several_statements_without_status_holds() {
    let dated = |day: &str| format!(r#""statementDate":"{day}","#);
    let text = [
        // Neither date nor status: the last in the file.
        bare("r1", "", 30, ""),
        bare("r1", "", 40, ""),
        // A null is no status, and no date.
        bare("r2", r#""recordStatus":null,"statementDate":null,"#, 31, ""),
        bare(
            "r2",
            r#""recordStatus":null,"statementDate":"2024-01-02","#,
            41,
            "",
        ),
        bare("r2", r#""recordStatus":null,"statementDate":null,"#, 51, ""),
        // Spaces around an id are not part of it.
        bare("r3", &dated("2024-01-02"), 32, ""),
        bare(" r3 ", &dated("2024-01-01"), 42, ""),
        // What begins a record is not its last state.
        bare(
            "r4",
            r#""recordStatus":"new","statementDate":"2024-01-01","#,
            33,
            "",
        ),
        bare("r4", r#""recordStatus":"updated","statementDate":null,"#, 43, ""),
    ]
    .join("\n");
    let got = read(&Bods, text.as_bytes());
    assert_eq!(
        rows(&got, Table::RelationsRead, &["record_id", "share_min"]),
        [
            ["r1", "400000"],
            ["r2", "410000"],
            ["r3", "320000"],
            ["r4", "430000"]
        ]
    );
    assert_eq!((got.accepted, got.rejected), (4, 0), "{}", got.reasons());
}

#[test]
fn whom_nobody_names_and_parts_of_a_whole() {
    let relation = |id: &str, details: &str| statement(id, "relationship", "new", "2024-01-01", details);
    let text = [
        relation(
            "r1",
            r#"{"isComponent":false,"subject":"e1","interestedParty":{"reason":"unknown","description":"no answer"},"interests":[]}"#,
        ),
        relation(
            "r2",
            r#"{"isComponent":true,"subject":"t1","interestedParty":"p1","interests":[{"type":"nominator"}]}"#,
        ),
        relation(
            "r3",
            r#"{"isComponent":false,"componentRecords":["t1","r2"],"subject":"e1","interestedParty":"p1"}"#,
        ),
        statement(
            "t1",
            "entity",
            "new",
            "2024-01-01",
            r#"{"isComponent":true,"entityType":{"type":"arrangement","subtype":"nomination"}}"#,
        ),
        statement(
            "p2",
            "person",
            "new",
            "2024-01-01",
            r#"{"isComponent":false,"personType":"unknownPerson","unspecifiedPersonDetails":{"reason":"informationUnknownToPublisher"}}"#,
        ),
    ]
    .join(",\n");
    let got = read(&Bods, format!("[{text}]").as_bytes());
    assert_eq!(got.rejected, 0, "{}", got.reasons());
    assert_eq!(
        rows(&got, Table::RelationsRead, &["kind", "interest", "detail"]),
        [
            ["unknown_owner", "", "interestedParty: unknown, no answer"],
            ["nominator", "nominator", "component"],
            ["control", "", "components: t1 r2"],
        ]
    );
    assert_eq!(got.text(Table::RelationsRead, "subject")[0], "");
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &["kind", "name", "status", "legal_form"]
        ),
        [
            ["arrangement", "", "", "arrangement, nomination"],
            ["person", "", "unknownPerson, informationUnknownToPublisher", ""],
        ]
    );
}

#[test]
fn a_bad_statement_is_rejected_with_its_reason() {
    let bad = [
        owner(r#"{"type":"shareholding","share":{"exact":120}}"#),
        owner(r#"{"type":"shareholding","startDate":"yesterday"}"#),
        statement("", "entity", "new", "2024-01-01", COMPANY),
        statement("e9", "ship", "new", "2024-01-01", COMPANY),
        statement("e9", "entity", "gone", "2024-01-01", COMPANY),
        statement("e9", "entity", "new", "soon", COMPANY),
        statement("e9", "entity", "new", "2024-01-01", "7"),
        statement(
            "p9",
            "person",
            "new",
            "2024-01-01",
            r#"{"personType":"knownPerson","birthDate":"64"}"#,
        ),
        "{\"statementId\": \"open}".to_owned(),
    ];
    let good = statement("e1", "entity", "new", "2024-01-01", COMPANY);
    let text = format!("[{good},\n{},\n{good}]", bad.join(",\n"));
    let got = read(&Bods, text.as_bytes());
    let reasons = got.text(Table::Rejects, "reason");
    assert_eq!((got.accepted, got.rejected), (2, 9), "{}", got.reasons());
    for (reason, words) in reasons.iter().zip([
        "share: {\"exact\":120} is a share outside 0 to 100 %",
        "startDate: ‘yesterday’",
        "no recordId",
        "recordType: ‘ship’",
        "recordStatus: ‘gone’",
        "statementDate: ‘soon’",
        "no recordDetails",
        "birthDate: ‘64’",
        "not closed",
    ]) {
        assert!(reason.contains(words), "{words}: {reason}");
    }
    assert!(got.text(Table::Rejects, "locator")[0].starts_with("record 2, line "));
}

#[test]
fn older_versions_are_read_and_schemas_refused() {
    let older = r#"[{"statementID":"1","statementType":"entityStatement","statementDate":"2019-01-01","entityType":"registeredEntity",
"name":"Kade BV","incorporatedInJurisdiction":{"name":"Netherlands","code":"NL"},"identifiers":[{"scheme":"NL-KVK","id":"72042756"}]},
{"statementID":"2","statementType":"personStatement","personType":"naturalPerson","names":[{"type":"individual","fullName":"Ana Radu"}],
"birthDate":"1964-04","addresses":[{"type":"service","address":"Laan 2","country":"BE"}]},
{"statementID":"3","statementType":"ownershipOrControlStatement","subject":{"describedByEntityStatement":"1"},
"interestedParty":{"describedByPersonStatement":"2"},"interests":[{"type":"shareholding","share":{"exact":10}}]},
{"statementID":"4","statementType":"ownershipOrControlStatement","replacesStatements":["3"],"subject":{"describedByEntityStatement":"1"},
"interestedParty":{"describedByPersonStatement":"2"},"interests":[{"type":"voting-rights","interestLevel":"direct",
"beneficialOwnershipOrControl":true,"share":{"minimum":25,"exclusiveMinimum":true,"maximum":50}}]},
{"statementID":"5","statementType":"ownershipOrControlStatement","subject":{"describedByEntityStatement":"1"},
"interestedParty":{"unspecified":{"reason":"unknown"}}}]"#;
    assert_eq!(chosen(older.as_bytes(), "old.json"), Ok("bods"));
    let got = read(&Bods, older.as_bytes());
    assert_eq!((got.accepted, got.rejected), (4, 0), "{}", got.reasons());
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &[
                "record_id",
                "kind",
                "name",
                "name_kind",
                "country",
                "address",
                "birth_month"
            ]
        ),
        [
            ["1", "company", "Kade BV", "legal", "NL", "", ""],
            ["2", "person", "Ana Radu", "legal", "", "Laan 2, BE", "4"],
        ]
    );
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &[
                "record_id",
                "kind",
                "interest",
                "share_min",
                "share_max",
                "above_min",
                "directness",
                "beneficial"
            ]
        ),
        [
            [
                "4",
                "voting",
                "votingRights",
                "250000",
                "500000",
                "yes",
                "direct",
                "yes"
            ],
            ["5", "unknown_owner", "", "", "", "", "", ""],
        ]
    );
    assert_eq!(
        got.text(Table::RelationsRead, "subject")[0],
        got.text(Table::PartiesRead, "party_id")[1]
    );
    let schema = r#"{"$id":"urn:x","$schema":"https://json-schema.org/","properties":{"statementId":{},"recordType":{}}}"#;
    let reason = chosen(schema.as_bytes(), "schema.json").expect_err("refused");
    assert!(reason.contains("JSON schema"), "{reason}");
}

#[test]
fn damage_costs_records_and_nothing_else() {
    let text = format!(
        "[{},\n{},\n{}]",
        statement(
            "e1",
            "entity",
            "new",
            "2024-01-01",
            r#"{"entityType":{"type":"state"},"name":"É"}"#
        ),
        statement(
            "p1",
            "person",
            "updated",
            "2024-01-01",
            r#"{"personType":"knownPerson"}"#
        ),
        owner(r#"{"type":"votingRights","share":{"minimum":5}}"#),
    );
    survives(&Bods, &text);
}

#[test]
fn every_public_example_is_read_or_refused() {
    let Some(folder) = shared("registers/bods") else {
        return;
    };
    let (mut read_in, mut refused) = (0, 0);
    for path in files(&folder) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a file");
        match chosen(&bytes, &name) {
            Ok(format) => {
                assert_eq!(format, "bods", "{name}");
                let got = read(&Bods, &bytes);
                assert!(
                    got.error.is_none() && got.rejected == 0,
                    "{name}: {}",
                    got.reasons()
                );
                assert!(got.accepted > 0, "{name}");
                let parties = got.text(Table::PartiesRead, "party_id");
                for end in ["subject", "object"] {
                    for id in got.text(Table::RelationsRead, end) {
                        assert!(id.is_empty() || parties.contains(&id), "{name}: {end}");
                    }
                }
                read_in += 1;
            }
            Err(reason) => {
                let is_data = path.components().any(|part| part.as_os_str() == "examples");
                assert!(!is_data, "{name}: {reason}");
                refused += 1;
            }
        }
    }
    assert!(read_in >= 18 && refused >= 6, "{read_in} read, {refused} refused");
}
