//! Addresses and what is read from them, written by hand: `golden_addresses.csv`.

use proptest::prelude::*;

use super::{Address, Kind, read};

#[test]
fn addresses_are_read_as_their_countries_write_them() {
    let table = include_str!("golden_addresses.csv");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        assert_eq!(fields.len(), 9, "{line}");
        let address = read(&fields[1].replace("\\n", "\n"), fields[0]);
        let kind = match address.kind {
            Kind::Street => "street",
            Kind::PostOfficeBox => "box",
            Kind::Unknown => "unknown",
        };
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let got = [
            fields[0].to_owned(),
            fields[1].to_owned(),
            address.street.clone(),
            text(&address.house_number),
            text(&address.unit),
            text(&address.postcode),
            text(&address.city),
            kind.to_owned(),
            text(&address.care_of.clone().or(address.box_number.clone())),
        ]
        .join(";");
        if got != line {
            wrong.push(format!("wanted {line}\n   got {got}"));
        }
        count += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 120);
}

#[test]
fn writings_of_one_building_have_one_key_and_dwellings_have_their_own() {
    let key = |text: &str, country: &str| read(text, country).key();
    for (country, same) in [
        (
            "NL",
            &[
                "Dorpsstraat 12, 1234 AB Amsterdam",
                "DORPSSTR. 12-A 1234ab A'dam",
                "Dorpsstraat 12 B\n1234 AB Amsterdam",
            ][..],
        ),
        (
            "PL",
            &["ul. Długa 5/12, 00-950 Warszawa", "Długa 5 m. 3, 00950 Warszawa"],
        ),
        (
            "DE",
            &[
                "Hauptstr. 5, 10115 Berlin",
                "Hauptstraße 5a, D-10115 Berlin",
                "HAUPTSTRASSE 5 10115 BERLIN",
            ],
        ),
    ] {
        assert!(key(same[0], country).is_some());
        for other in same {
            assert_eq!(key(same[0], country), key(other, country), "{other}");
        }
    }
    let (a, b) = (
        read("Dorpsstraat 12-A, 1234 AB Amsterdam", "NL"),
        read("Dorpsstraat 12-B, 1234 AB Amsterdam", "NL"),
    );
    assert_ne!(a.unit_key(), b.unit_key());
    assert_eq!(
        a.unit_key(),
        read("Dorpsstraat 12 a, 1234AB Amsterdam", "nl").unit_key()
    );
    assert_eq!(read("Dorpsstraat, 1234 AB Amsterdam", "NL").key(), None);
    assert_eq!(read("Postbus 12, 1234 AB Amsterdam", "NL").key(), None);
    assert_eq!(read("Dorpsstraat 12", "NL").key(), None);
    assert_eq!(read("Dorpsstraat 12, 1234 AB Amsterdam", "NL").unit_key(), None);
}

#[test]
fn a_structured_address_reads_as_the_same_address_in_one_line() {
    for (parts, text) in [
        (
            ["Dorpsstr.", "12-A", "1234 AB", "Amsterdam", "NL"],
            "Dorpsstraat 12 A, 1234AB Amsterdam",
        ),
        (
            ["rue de la Paix", "12 bis", "75002", "Paris", "FR"],
            "12 bis rue de la Paix, 75002 Paris",
        ),
        (
            ["Baker Street", "221B", "NW1 6XE", "London", "GB"],
            "221B Baker Street, London NW1 6XE",
        ),
        (
            ["ul. Długa", "5/7 m. 12", "00-950", "Warszawa", "PL"],
            "ul. Długa 5/7 m. 12, 00-950 Warszawa",
        ),
        (
            ["Hauptstr. 5", "", "10115", "Berlin", "DE"],
            "Hauptstr. 5, 10115 Berlin",
        ),
    ] {
        let [street, building, postcode, town, country] = parts;
        let one = Address::of_parts(street, building, postcode, town, country);
        let other = read(text, country);
        assert!(one.key().is_some(), "{text}");
        assert_eq!(
            (one.key(), one.unit_key(), &one.city),
            (other.key(), other.unit_key(), &other.city),
            "{text}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_stop(text in prop_oneof![any::<String>(), "[a-zA-Z0-9 ,./\n-]{0,60}", "(c/o |nr\\. |Postbus |Flat |ul\\. )?[a-z]{0,8}[ ,]*[0-9]{0,5}[ ,/-]*[a-z0-9 ]{0,12}"],
        country in "NL|BE|DE|FR|GB|IE|PL|RO|CZ|IT|ES|US|XX|") {
        let address = read(&text, &country);
        prop_assert_eq!(&address.raw, &text);
        if let Some(key) = address.key() {
            prop_assert!(address.house_number.is_some());
            prop_assert!(key.starts_with(&address.country));
        }
        prop_assert!(address.unit_key().is_none() || address.key().is_some());
        let _ = Address::of_parts(&text, &text, &text, &text, &country);
    }
}

#[test]
fn a_very_long_text_is_read_in_time() {
    for unit in ["a ", "1 ", "1,", "c/o x,", "ul. 5/7 m. ", "ä"] {
        let text = unit.repeat(100_000 / unit.len());
        let _ = read(&text, "PL").unit_key();
    }
}
