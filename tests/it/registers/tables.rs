//! Tables of owners and parties, and those of the Global LEI Foundation.

use geldspoor::case::Table;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::choose;

use super::rows;
use crate::collect::{Collected, read_encoded, shared};
use geldspoor::intake::encoding::Encoding;

/// Reads a file by the mapping that its header finds; gives the mapping.
fn take(text: &str) -> Result<(String, Collected), String> {
    let encoding = Encoding {
        page: CodePage::Utf8,
        basis: "guessed",
        mark: 0,
    };
    let bytes = text.as_bytes();
    let head = &bytes[..bytes.len().min(64 << 10)];
    let chosen = choose(head, "x.csv", encoding, None, "").map_err(|error| error.to_string())?;
    let got = read_encoded(chosen.format.as_ref(), bytes, "x.csv", chosen.encoding);
    Ok((chosen.mapping_id(), got))
}

#[test]
fn a_list_of_owners_in_plain_words() {
    let text = "relation,owner_name,owner_number,owner_scheme,owner_birth_date,owner_kind,company_name,company_number,\
company_scheme,company_kind,share,directness,beneficial,from_date,to_date\n\
shareholder,Ana Radu,,,1964-04,person,Kade BV,72042756,NL-KVK,company,25-50,direct,yes,2019-03-01,\n\
ownership,Stichting Oever,12345678,NL-KVK,,stichting,Kade BV,72042756,NL-KVK,company,>25%,,,,2023-05-31\n\
bestuurder,Ion Popa,,,1980-05-17,person,Kade BV,72042756,NL-KVK,company,,,,,\n\
unknown_owner,,,,,,Kade BV,72042756,NL-KVK,company,,,,,\n\
ownership,Ana Radu,,,1964-04,person,Kade BV,72042756,NL-KVK,company,125,,,,\n\
friend,Ana Radu,,,1964-04,person,Kade BV,72042756,NL-KVK,company,,,,,\n\
ownership,,,,,person,Kade BV,72042756,NL-KVK,company,10,,,,\n\
ownership,Ana Radu,,,1964-04,person,Kade BV,72042756,NL-KVK,company,10,maybe,,,\n";
    let (mapping, got) = take(text).expect("a mapping");
    assert_eq!(mapping, "geldspoor-owners");
    assert_eq!((got.accepted, got.rejected), (4, 4), "{}", got.reasons());
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &[
                "kind",
                "share_min",
                "share_max",
                "above_min",
                "directness",
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
                "",
                "direct",
                "yes",
                "2019-03-01",
                ""
            ],
            ["ownership", "250000", "1000000", "yes", "", "", "", "2023-05-31"],
            ["directorship", "", "", "", "", "", "", ""],
            ["unknown_owner", "", "", "", "", "", "", ""],
        ]
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
                "birth_date",
                "birth_year"
            ]
        )[..4],
        [
            ["person", "Ana Radu", "", "", "", "1964"],
            ["company", "Kade BV", "72042756", "NL-KVK", "", ""],
            ["arrangement", "Stichting Oever", "12345678", "NL-KVK", "", ""],
            ["company", "Kade BV", "72042756", "NL-KVK", "", ""],
        ]
    );
    let parties = got.text(Table::PartiesRead, "party_id");
    assert_eq!(got.text(Table::RelationsRead, "subject")[0], parties[0]);
    assert_eq!(
        got.text(Table::RelationsRead, "object"),
        vec![parties[1].clone(); 4]
    );
    for words in [
        "‘125’ is no share or band",
        "‘friend’ is not among",
        "a name or a number of the party",
        "‘maybe’ is not among",
    ] {
        assert!(got.reasons().contains(words), "{words}: {}", got.reasons());
    }
}

#[test]
fn a_list_of_parties_in_plain_words() {
    let text = "soort_partij;naam_partij;nummer_partij;register;geboortedatum;rechtsvorm;ontbonden;record_id;andere_naam\n\
onderneming;Kade BV;72042756;NL-KVK;;besloten vennootschap;01-02-2024;7;Kade Handel\n\
persoon;Ana Radu;;;1964-04;;;;\n";
    let (mapping, got) = take(text).expect("a mapping");
    assert_eq!(mapping, "geldspoor-parties");
    assert_eq!((got.accepted, got.rejected), (2, 0), "{}", got.reasons());
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &[
                "kind",
                "name",
                "name_kind",
                "identifier_scheme",
                "legal_form",
                "dissolved",
                "record_id",
                "birth_month"
            ]
        ),
        [
            [
                "company",
                "Kade BV",
                "",
                "NL-KVK",
                "besloten vennootschap",
                "2024-02-01",
                "7",
                ""
            ],
            ["company", "Kade Handel", "alias", "", "", "", "7", ""],
            ["person", "Ana Radu", "", "", "", "", "", "4"],
        ]
    );
    let ids = got.text(Table::PartiesRead, "party_id");
    assert!(ids[0] == ids[1] && ids[0] != ids[2]);
    // A column that is needed and gone is named.
    let refused = take("party_kind,party_name,number_scheme,birth_date,record_id\nperson,Ana,,,\n").err();
    let refused = refused.expect("refused");
    assert!(refused.contains("party_number"), "{refused}");
}

const ENTITIES: &str = "\"LEI\",\"Entity.LegalName\",\"Entity.OtherEntityNames.OtherEntityName.1\",\"Entity.LegalAddress.FirstAddressLine\",\
\"Entity.LegalAddress.City\",\"Entity.LegalAddress.Country\",\"Entity.RegistrationAuthority.RegistrationAuthorityID\",\
\"Entity.RegistrationAuthority.RegistrationAuthorityEntityID\",\"Entity.EntityCategory\",\"Entity.LegalForm.EntityLegalFormCode\",\
\"Entity.EntityStatus\",\"Entity.EntityCreationDate\",\"Registration.RegistrationStatus\",\"Registration.NextRenewalDate\"\n\
\"529900T8BM49AURSDO55\",\"Kade, Handel B.V.\",\"Kade\",\"Kade 1\",\"Gent\",\"BE\",\"RA000463\",\"72042756\",\"GENERAL\",\"54M6\",\"ACTIVE\",\
\"2019-03-01T00:00:00.000Z\",\"LAPSED\",\"2023-05-31T10:00:00+02:00\"\n\
\"529900T8BM49AURSDO56\",\"Wrong digits\",\"\",\"\",\"\",\"\",\"\",\"\",\"GENERAL\",\"\",\"ACTIVE\",\"\",\"ISSUED\",\"\"\n";

#[test]
fn entities_of_the_lei_foundation() {
    let (mapping, got) = take(ENTITIES).expect("a mapping");
    assert_eq!(mapping, "gleif-lei");
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert!(
        got.reasons().contains("an LEI: 20 letters and digits"),
        "{}",
        got.reasons()
    );
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &[
                "record_id",
                "kind",
                "name",
                "registration_number",
                "identifier_scheme",
                "status",
                "status_until"
            ]
        ),
        [
            [
                "529900T8BM49AURSDO55",
                "company",
                "Kade, Handel B.V.",
                "529900T8BM49AURSDO55",
                "XI-LEI",
                "LAPSED, ACTIVE",
                "2023-05-31"
            ],
            [
                "529900T8BM49AURSDO55",
                "company",
                "Kade",
                "72042756",
                "RA000463",
                "",
                ""
            ],
        ]
    );
    assert_eq!(
        rows(
            &got,
            Table::PartiesRead,
            &["address", "legal_form", "incorporated", "country"]
        )[0],
        ["Kade 1, Gent, BE", "54M6", "2019-03-01", "BE"]
    );
}

#[test]
fn parents_and_why_there_is_none() {
    let text = "Relationship.StartNode.NodeID,Relationship.StartNode.NodeIDType,Relationship.EndNode.NodeID,\
Relationship.EndNode.NodeIDType,Relationship.RelationshipType,Relationship.RelationshipStatus,Relationship.Period.1.startDate,\
Relationship.Period.1.endDate,Relationship.Period.1.periodType,Relationship.Period.2.startDate,Relationship.Period.2.endDate,\
Relationship.Period.2.periodType\n\
529900T8BM49AURSDO55,LEI,5493001KJTIIGC8Y1R12,LEI,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE,2020-01-01T00:00:00.000Z,\
2020-12-31T00:00:00.000Z,ACCOUNTING_PERIOD,2012-11-29T00:00:00.000Z,,RELATIONSHIP_PERIOD\n\
529900T8BM49AURSDO55,LEI,5493001KJTIIGC8Y1R12,LEI,IS_FEEDER_TO,ACTIVE,,,,,,\n";
    let (mapping, got) = take(text).expect("a mapping");
    assert_eq!(mapping, "gleif-relationships");
    assert_eq!((got.accepted, got.rejected), (1, 0), "{}", got.reasons());
    assert_eq!(got.set_aside.len(), 1);
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &["kind", "interest", "share_min", "from_date", "to_date", "detail"]
        ),
        [[
            "accounting_parent",
            "IS_DIRECTLY_CONSOLIDATED_BY",
            "",
            "2012-11-29",
            "",
            "ACTIVE"
        ]]
    );
    let (_, entities) = take(ENTITIES).expect("a mapping");
    let child = entities.text(Table::PartiesRead, "party_id")[0].clone();
    assert_eq!(got.text(Table::RelationsRead, "object")[0], child);

    let text = "LEI,Exception.Category,Exception.Reason.1,Exception.Reference.1\n\
529900T8BM49AURSDO55,ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT,NATURAL_PERSONS,\n";
    let (mapping, got) = take(text).expect("a mapping");
    assert_eq!(mapping, "gleif-exceptions");
    assert_eq!(got.accepted, 1, "{}", got.reasons());
    assert_eq!(
        rows(
            &got,
            Table::RelationsRead,
            &["kind", "interest", "detail", "subject", "object"]
        ),
        [[
            "unknown_owner",
            "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT",
            "NATURAL_PERSONS",
            "",
            &child
        ]]
    );
}

#[test]
fn the_public_register_of_leis_is_read() {
    let Some(folder) = shared("registers/gleif") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("lei_20k.csv")).expect("the file");
    let (mapping, got) = take(&text).expect("a mapping");
    assert_eq!(mapping, "gleif-lei");
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert!(got.accepted >= 19_000, "{}", got.accepted);
}
