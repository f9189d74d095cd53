//! What holds for every format: files are well-formed whatever the texts, the same rows give the same bytes, rows come in
//! order, nothing points at what is not there.

use std::collections::HashSet;
use std::io::Cursor;

use proptest::prelude::*;
use quick_xml::events::Event;
use serde_json::Value;

use super::sample::{self, HARD, bytes, well_formed};
use super::*;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const XML: [Format; 4] = [Format::Anx, Format::Gexf, Format::GoAml, Format::GraphMl];

fn check(format: Format, name: &str) -> Outcome {
    let (made, _) = bytes(format, name, 4)?;
    if format == Format::Xlsx {
        return Ok(());
    }
    let text = String::from_utf8(made)?;
    match format {
        Format::Ftm => {
            for line in text.lines() {
                serde_json::from_str::<Value>(line)?;
            }
        }
        Format::Bods | Format::Case => {
            serde_json::from_str::<Value>(&text)?;
        }
        _ => well_formed(&text)?,
    }
    Ok(())
}

#[test]
fn hard_texts_give_files_that_can_be_read() -> Outcome {
    for format in Format::ALL {
        for name in HARD.iter().chain(&[""]) {
            check(format, name).map_err(|error| format!("{format:?} {name:?}: {error}"))?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]
    #[test]
    fn any_text_gives_files_that_can_be_read(name in "\\PC*|[\\x00-\\x7f]*|[\\u{d7f0}-\\u{ffff}<&\"'\\-\\]>]*") {
        for format in Format::ALL {
            prop_assert!(check(format, &name).is_ok(), "{format:?} {name:?}: {:?}", check(format, &name).err());
        }
    }

    #[test]
    fn xml_gives_back_every_text_that_it_can_hold(name in "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\u{fffe}\\u{ffff}]+") {
        let made = texts_of(Format::GraphMl, &name).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(made.contains(&name), "{name:?}");
    }
}

// Every text between tags.
fn texts_of(format: Format, name: &str) -> Result<HashSet<String>, Box<dyn std::error::Error>> {
    let text = String::from_utf8(bytes(format, name, 2)?.0)?;
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut found, mut open) = (HashSet::new(), String::new());
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(found),
            Event::Text(part) => open.push_str(&part),
            Event::GeneralRef(part) => match part.resolve_char_ref()? {
                Some(c) => open.push(c),
                None => open.push_str(quick_xml::escape::resolve_predefined_entity(&part).unwrap_or("?")),
            },
            _ => {
                found.insert(std::mem::take(&mut open));
            }
        }
    }
}

#[test]
fn the_same_rows_give_the_same_bytes_and_every_row_is_told_of() -> Outcome {
    for format in Format::ALL {
        let (first, written) = bytes(format, HARD[0], 6)?;
        assert_eq!(bytes(format, HARD[0], 6)?.0, first, "{format:?}");
        let told: u64 = written.rows.values().chain(written.left_out.values()).sum();
        // 1 source, finding and cluster, 4 parties, 3 accounts and holders, 20 relations, 6 transfers and entries.
        assert_eq!(told, 45, "{format:?} {written:?}");
    }
    Ok(())
}

#[test]
fn replaced_characters_are_told() -> Outcome {
    for format in XML {
        let (_, written) = bytes(format, "a\u{1}", 2)?;
        assert!(
            written.notes.iter().any(|note| note.contains("U+FFFD")),
            "{format:?}"
        );
        let (_, written) = bytes(format, "a\tb", 2)?;
        assert!(
            written.notes.iter().all(|note| !note.contains("U+FFFD")),
            "{format:?}"
        );
    }
    Ok(())
}

#[test]
fn rows_out_of_order_and_links_to_nothing_are_refused() -> Outcome {
    for format in Format::ALL {
        let head = sample::head();
        let mut out = Cursor::new(Vec::new());
        let mut exporter = Exporter::open(format, &head, &mut out)?;
        exporter.row(Row::Account(&Account::default()))?;
        let late = exporter.row(Row::Party(&Party::default()));
        assert!(
            matches!(late, Err(ExportError::Order(Table::Parties, Table::Accounts))),
            "{format:?}"
        );
    }
    for format in [
        Format::Anx,
        Format::Case,
        Format::Ftm,
        Format::Gexf,
        Format::GoAml,
        Format::GraphMl,
    ] {
        let head = sample::head();
        let mut out = Cursor::new(Vec::new());
        let mut exporter = Exporter::open(format, &head, &mut out)?;
        let transfer = Transfer {
            transfer_id: "t1",
            payer_account: "nowhere",
            payee_account: "nowhere",
            debited_at: Some(sample::moment(1, 1)),
            currency: "EUR",
            ..Transfer::default()
        };
        let refused = exporter.row(Row::Transfer(&transfer));
        assert!(matches!(refused, Err(ExportError::Missing { .. })), "{format:?}");
    }
    Ok(())
}

#[test]
fn graphs_hold_every_node_edge_and_time() -> Outcome {
    let graphml = String::from_utf8(bytes(Format::GraphMl, "x", 6)?.0)?;
    // Four parties, three accounts, and one who is not named.
    assert_eq!(graphml.matches("<node id=").count(), 8);
    assert_eq!(graphml.matches("<edge id=").count(), 3 + 20 + 6);
    let gexf = String::from_utf8(bytes(Format::Gexf, "x", 6)?.0)?;
    assert_eq!(gexf.matches("<node id=").count(), 7);
    assert_eq!(gexf.matches("<edge id=").count(), 3 + 19 + 6);
    assert!(gexf.contains("start=\"2023-12-09T00:00:00\" end=\"2023-12-09T23:59:59\""));
    assert!(gexf.contains("start=\"2023-12-10T01:00:00\" end=\"2023-12-10T01:00:00\""));
    let anx = String::from_utf8(bytes(Format::Anx, "x", 6)?.0)?;
    assert_eq!(anx.matches("<Entity EntityId=").count(), 8);
    assert_eq!(anx.matches("<Link End1Id=").count(), 3 + 20 + 6);
    assert_eq!(anx.matches("ArrowStyle=\"ArrowOnHead\"").count(), 29);
    Ok(())
}

#[test]
fn every_payment_has_a_payer_and_every_reference_leads_somewhere() -> Outcome {
    let text = String::from_utf8(bytes(Format::Ftm, "x", 6)?.0)?;
    let lines: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let ids: HashSet<&str> = lines.iter().filter_map(|line| line["id"].as_str()).collect();
    assert_eq!(ids.len(), lines.len());
    for line in &lines {
        for name in [
            "payer",
            "beneficiary",
            "payerAccount",
            "owner",
            "asset",
            "proof",
            "subject",
            "object",
            "entity",
        ] {
            for id in line["properties"][name].as_array().into_iter().flatten() {
                assert!(ids.contains(id.as_str().unwrap_or_default()), "{line}");
            }
        }
        if line["schema"] == "Payment" {
            assert_eq!(
                line["properties"]["payer"].as_array().map(Vec::len),
                Some(1),
                "{line}"
            );
        }
    }
    Ok(())
}

#[test]
fn statements_refer_backwards_only() -> Outcome {
    let text = bytes(Format::Bods, "x", 1)?.0;
    let statements: Vec<Value> = serde_json::from_slice(&text)?;
    let mut seen = HashSet::new();
    for statement in &statements {
        assert_eq!(statement["statementId"].as_str().map(str::len), Some(40));
        for end in ["subject", "interestedParty"] {
            if let Some(id) = statement["recordDetails"][end].as_str() {
                assert!(seen.contains(id), "{statement}");
            }
        }
        seen.insert(statement["recordId"].as_str().unwrap_or_default());
    }
    // Two parties and fifteen relations of ownership or control.
    assert_eq!(statements.len(), 17);
    let band = statements
        .iter()
        .find(|statement| statement["recordId"] == "r-r0");
    let share = band.map(|statement| &statement["recordDetails"]["interests"][0]["share"]);
    assert_eq!(
        share,
        Some(&serde_json::json!({"exclusiveMinimum": 25.0, "maximum": 50.0}))
    );
    Ok(())
}

#[test]
fn a_goaml_report_says_that_it_is_a_draft_and_what_it_lacks() -> Outcome {
    let (made, written) = bytes(Format::GoAml, "x", 6)?;
    let text = String::from_utf8(made)?;
    assert!(text.contains("<reason>DRAFT"));
    assert_eq!(text.matches("<transaction>").count(), 5);
    assert_eq!(text.matches("<t_from>").count(), 5);
    assert!(written.left_out.contains_key(&(
        Table::Transfers,
        "its amount has no rate to the report's currency"
    )));
    assert!(
        written
            .notes
            .iter()
            .any(|note| note.starts_with("report.rentity_id is missing 1 times"))
    );
    assert!(
        written
            .notes
            .iter()
            .any(|note| note.starts_with("transaction.transmode_code is missing 5 times"))
    );
    // One list of people an account, with both of them in it.
    assert_eq!(text.matches("<related_persons>").count(), 5);
    assert_eq!(text.matches("<account_related_person>").count(), 10);
    for word in ["gender", "nationality"] {
        assert!(!text.contains(word));
    }
    let mut out = Vec::new();
    let head = sample::head();
    let profile = "title = 'own'\nschema = 4\nshape = 'multi-party'\nmy_client = 'seized'\nreport_code = 'SAR'\n\
                   [transmode]\ndefault = 'BA'\n[funds]\ncash_atm = 'C'\n[roles]\npayer = 'P'\npayee = 'R'\n\
                   [indicators]\nstructuring = 'I1'\n";
    let report = goaml::Report {
        rentity_id: "7",
        first_name: "A",
        last_name: "B",
        ..goaml::Report::default()
    };
    let sink = goaml::GoAml::new(&mut out, &head, &report, goaml_profile::Profile::parse(profile)?)?;
    let mut exporter = Exporter::new(sink);
    sample::give(&mut exporter, "x", 3)?;
    exporter.finish()?;
    let text = String::from_utf8(out)?;
    well_formed(&text)?;
    for part in [
        "<involved_parties>",
        "<account_my_client>",
        "<signatory>",
        "<indicator>I1</indicator>",
        "<role>P</role>",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    Ok(())
}

// Writes a file of every format into the folder that GELDSPOOR_EXPORT_SAMPLES names, for tests/tools/exports_check.py.
#[test]
fn samples_for_other_readers() -> Outcome {
    let Some(folder) = std::env::var_os("GELDSPOOR_EXPORT_SAMPLES") else {
        return Ok(());
    };
    for format in Format::ALL {
        for (at, name) in HARD.iter().enumerate() {
            let (made, _) = bytes(format, name, 12)?;
            let file = format!("sample{at}.{}", format.extension());
            std::fs::write(std::path::Path::new(&folder).join(file), made)?;
        }
    }
    Ok(())
}
