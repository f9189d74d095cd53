//! FollowTheMoney.

use geldspoor::case::Table;
use geldspoor::intake::formats::ftm::FollowTheMoney;

use super::{chosen, rows, survives};
use crate::collect::{read, shared};

pub const LINES: &str = r#"{"id":"p1","schema":"Person","properties":{"name":["Ana Radu"],"alias":["A. Radu"],"birthDate":["1964-04"],"nationality":["ro"],"country":["ro"],"passportNumber":["X1234567"],"topics":["role.pep"],"address":["Laan 2"],"addressEntity":["a1"]}}
{"id":"c1","schema":"Company","properties":{"name":["Kade BV"],"previousName":["Oever BV"],"registrationNumber":["72042756"],"leiCode":["529900T8BM49AURSDO55"],"jurisdiction":["nl"],"incorporationDate":["2019"],"status":["active"]}}
{"id":"o1","schema":"Ownership","properties":{"owner":["p1","p2"],"asset":["c1"],"percentage":["25-50"],"startDate":["2019-03-01"],"endDate":["2023"]}}
{"id":"d1","schema":"Directorship","properties":{"director":["p1"],"organization":["c1"],"role":["bestuurder"]}}
{"id":"f1","schema":"Family","properties":{"person":["p1"],"relative":["p2"],"relationship":["sister"]}}
{"id":"b1","schema":"BankAccount","properties":{"iban":["NL91ABNA0417164300"]}}
{"id":"a1","schema":"Address","properties":{"full":["Kade 1, Gent"]}}
{"id":"x1","schema":"Payment","properties":{"amount":["1"]}}
{"id":"t1","schema":"Trust","properties":{"name":["The Radu Trust"]}}
{"id":"o2","schema":"Ownership","properties":{"asset":["c1"]}}
{"schema":"Person","properties":{}}
"#;

#[test]
fn parties_ties_and_accounts() {
    assert_eq!(
        chosen(LINES.as_bytes(), "entities.ftm.json"),
        Ok("followthemoney")
    );
    let got = read(&FollowTheMoney, LINES.as_bytes());
    assert!(got.error.is_none(), "{}", got.reasons());
    assert_eq!((got.accepted, got.rejected), (8, 2), "{}", got.reasons());
    assert!(got.reasons().contains("Ownership without owner") && got.reasons().contains("no id"));
    assert_eq!(
        got.set_aside,
        [("schema Payment, which is not read".to_owned(), 1)]
    );
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
                "identifier_scheme",
                "country"
            ]
        ),
        [
            ["p1", "person", "Ana Radu", "", "X1234567", "passportNumber", ""],
            ["p1", "person", "A. Radu", "alias", "", "", ""],
            [
                "c1",
                "company",
                "Kade BV",
                "",
                "529900T8BM49AURSDO55",
                "XI-LEI",
                "nl"
            ],
            ["c1", "company", "Oever BV", "former", "72042756", "", ""],
            ["t1", "arrangement", "The Radu Trust", "", "", "", ""],
        ]
    );
    assert_eq!(got.number(Table::PartiesRead, "birth_year")[0], Some(1964));
    assert_eq!(
        got.text(Table::PartiesRead, "address")[..2],
        ["Laan 2", "Kade 1, Gent"]
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
                "detail",
                "from_date",
                "to_date"
            ]
        ),
        [
            [
                "ownership",
                "Ownership",
                "250000",
                "500000",
                "endDate 2023",
                "2019-03-01",
                ""
            ],
            [
                "ownership",
                "Ownership",
                "250000",
                "500000",
                "endDate 2023",
                "2019-03-01",
                ""
            ],
            ["directorship", "Directorship", "", "", "bestuurder", "", ""],
            ["family", "Family", "", "", "sister", "", ""],
        ]
    );
    let parties = got.text(Table::PartiesRead, "party_id");
    assert_eq!(got.text(Table::RelationsRead, "subject")[0], parties[0]);
    assert_eq!(got.text(Table::RelationsRead, "object")[0], parties[2]);
    assert_eq!(got.text(Table::AccountsRead, "number"), ["NL91ABNA0417164300"]);
    assert!(!got.fingerprint().contains("role.pep"));
    survives(&FollowTheMoney, LINES);
}

#[test]
fn the_public_entities_are_read() {
    let Some(folder) = shared("registers/followthemoney") else {
        return;
    };
    let bytes = std::fs::read(folder.join("donations.ijson")).expect("the file");
    assert_eq!(chosen(&bytes, "donations.ijson"), Ok("followthemoney"));
    let got = read(&FollowTheMoney, &bytes);
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    let aside: u64 = got.set_aside.iter().map(|(_, count)| count).sum();
    assert_eq!(got.accepted + aside, 474);
    assert!(got.accepted > 90, "{}", got.accepted);
}
