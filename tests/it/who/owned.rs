//! The golden vectors of beneficial ownership, from a list of owners to what `owners` prints.

use super::case;
use crate::trace_verb::tools::Place;

const HEADING: &str = "relation,owner_name,owner_number,owner_kind,company_name,company_number,company_kind,share,from_date,to_date\n";

fn owned(lines: &[&str]) -> Place {
    case(&[("owners.csv", &format!("{HEADING}{}\n", lines.join("\n")))])
}

/// Grounds of an owner as `certainty share ground`.
fn grounds(place: &Place, arguments: &[&str], owner: &str) -> Vec<String> {
    let said = place.good(&[&["owners"], arguments, &["--format", "tsv"]].concat());
    let mut lines = said.out.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heading = lines.next().expect("a heading");
    let at = |name: &str| heading.iter().position(|cell| *cell == name).expect("a column");
    lines
        .filter(|line| line[at("owner")] == owner)
        .map(|line| {
            format!(
                "{} {} {}",
                line[at("certainty")],
                line[at("share")],
                line[at("ground")]
            )
        })
        .collect()
}

fn chains() -> Place {
    owned(&[
        "ownership,P,1111,person,A,2222,company,60,,",
        "ownership,P,1111,person,B,3333,company,10,,",
        "ownership,A,2222,company,C,4444,company,40,,",
        "ownership,B,3333,company,C,4444,company,30,,",
    ])
}

/// G-BO-1: 0.60 × 0.40 + 0.10 × 0.30 = 0.27.
#[test]
fn shares_are_multiplied_along_chains_and_added_across_them() {
    let place = chains();
    let own = grounds(&place, &["C"], "P");
    assert!(
        own.iter()
            .any(|ground| ground.starts_with("certain 27 % ownership interest")),
        "{own:?}"
    );
    let said = place.good(&["owners", "C"]);
    said.tells(&[
        "P —60 %→ A —40 %→ C",
        "P —10 %→ B —30 %→ C",
        "24 %",
        "3 %",
        "27 %",
    ]);
}

/// G-BO-2: who controls A, which has 40 % of C, is behind C even without B.
#[test]
fn ownership_and_control_at_different_layers() {
    let place = owned(&[
        "ownership,P,1111,person,A,2222,company,60,,",
        "ownership,A,2222,company,C,4444,company,40,,",
    ]);
    let own = grounds(&place, &["C"], "P");
    assert!(
        own.iter()
            .any(|ground| ground.starts_with("certain 40 %") && ground.contains("Art. 54(a)")),
        "{own:?}"
    );
    // 0.24 alone is no ownership interest.
    assert!(!own.iter().any(|ground| ground.contains("Art. 52(1)")), "{own:?}");
}

/// G-BO-3: A and B own half of each other.
#[test]
fn circles_are_reckoned_exactly() {
    let place = owned(&[
        "ownership,A,2222,company,B,3333,company,50,,",
        "ownership,B,3333,company,A,2222,company,50,,",
        "ownership,P,1111,person,A,2222,company,50,,",
        "ownership,Q,5555,person,B,3333,company,50,,",
    ]);
    let share = |entity: &str, owner: &str, ground: &str| {
        let own = grounds(&place, &[entity], owner);
        own.into_iter()
            .find(|row| row.contains(ground))
            .unwrap_or_default()
    };
    for (entity, near, far) in [("A", "P", "Q"), ("B", "Q", "P")] {
        let near = share(entity, near, "direct and indirect together");
        assert!(near.starts_with("certain 66.666666 to 66.666667 %"), "{near}");
        let far = share(entity, far, "multiplied along chains");
        assert!(far.starts_with("certain 33.333333 to 33.333334 %"), "{far}");
    }
    place
        .good(&["owners", "A"])
        .tells(&["what circles of ownership add"]);
}

/// G-BO-4: exactly a quarter.
#[test]
fn a_quarter_is_enough_under_one_regime_only() {
    let place = owned(&["ownership,P,1111,person,A,2222,company,25.00,,"]);
    assert_eq!(grounds(&place, &["A", "--regime", "gte25"], "P").len(), 1);
    assert!(grounds(&place, &["A", "--regime", "gt25"], "P").is_empty());
    assert_eq!(grounds(&place, &["A", "--regime", "gt24.999999"], "P").len(), 1);
    place
        .run_in(&["owners", "A", "--regime", "quarter"])
        .fails(2, &["--regime", "gte25"]);
    place
        .run_in(&["owners", "Nobody"])
        .fails(2, &["no party is known as ‘Nobody’"]);
}

#[test]
fn a_band_travels_as_an_interval() {
    let place = owned(&[
        "ownership,P,1111,person,A,2222,company,25-50,,",
        "ownership,A,2222,company,C,4444,company,100,,",
    ]);
    let own = grounds(&place, &["C"], "P");
    assert!(own.iter().any(|ground| ground.contains("25 to 50 %")), "{own:?}");
}

#[test]
fn things_stand_as_they_did_on_a_day() {
    let place = owned(&[
        "ownership,P,1111,person,A,2222,company,100,2020-01-01,2022-12-31",
        "ownership,Q,5555,person,A,2222,company,100,2023-01-01,",
    ]);
    assert_eq!(grounds(&place, &["A", "--as-of", "2021-06-01"], "Q").len(), 0);
    assert!(!grounds(&place, &["A", "--as-of", "2021-06-01"], "P").is_empty());
    assert!(!grounds(&place, &["A", "--as-of", "2024-06-01"], "Q").is_empty());
}

#[test]
fn sql_says_the_same() {
    let place = chains();
    let said = place.good(&[
        "sql",
        "-c",
        "SELECT owner, certainty, share_min FROM owners(entity => 'C') WHERE owner_kind = 'person' AND ground LIKE '%Art. 52%'",
        "--format",
        "csv",
    ]);
    assert_eq!(said.out.lines().nth(1), Some("P,certain,0.27000000"));
    let shapes = place.good(&[
        "sql",
        "-c",
        "SELECT entity, depth, behind FROM structures() WHERE entity = 'C'",
        "--format",
        "csv",
    ]);
    assert!(
        shapes
            .out
            .lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("C,2,")),
        "{}",
        shapes.out
    );
    place
        .run_in(&["sql", "-c", "SELECT * FROM owners(regime => 'half')"])
        .fails(2, &["owners: argument regime"]);
}

#[test]
fn a_picture_shows_who_is_behind() {
    let place = chains();
    let chart = place.folder().join("owners.svg");
    place.good(&["owners", "C", "--chart", &chart.to_string_lossy()]);
    let svg = std::fs::read_to_string(&chart).expect("a picture");
    for word in ["60 %", "40 %", "beneficial owner", ">P<"] {
        assert!(svg.contains(word), "{word} in {svg}");
    }
    assert!(!svg.contains("<script"));
}

/// Two registers tell one holding: it counts once; where they differ, it lies between.
#[test]
fn what_two_sources_tell_counts_once() {
    let list = |share: &str| format!("{HEADING}ownership,P,1111,person,A,2222,company,{share},,\n");
    let place = case(&[("one.csv", &list("60")), ("two.csv", &list("60.0"))]);
    assert!(
        grounds(&place, &["A"], "P")
            .iter()
            .any(|ground| ground.starts_with("certain 60 %")),
        "{:?}",
        grounds(&place, &["A"], "P")
    );
    let place = case(&[("one.csv", &list("60")), ("two.csv", &list("20"))]);
    place
        .good(&["owners", "A"])
        .tells(&["sources differ on what P has of A", "20 to 60 %"]);
}

/// A list of who holds what tells holdings: what stands beside a chain is held beside it.
#[test]
fn a_direct_holding_beside_a_chain_counts() {
    let place = owned(&[
        "ownership,Eva,1111,person,Werk,2222,company,20,,",
        "ownership,Eva,1111,person,Holding,3333,company,40,,",
        "ownership,Holding,3333,company,Werk,2222,company,80,,",
    ]);
    let own = grounds(&place, &["Werk"], "Eva");
    assert!(
        own.iter()
            .any(|ground| ground.starts_with("certain 52 % control: more than half")),
        "{own:?}"
    );
}

/// A nominee and the one for whom is held are both named, with the records that say so.
#[test]
fn a_nominee_is_named_beside_the_one_behind() {
    let place = owned(&[
        "ownership,Nora,1111,person,Dek,2222,company,100,,",
        "nominee,Nora,1111,person,Dek,2222,company,,,",
        "nominator,Rein,3333,person,Dek,2222,company,,,",
    ]);
    let said = place.good(&["owners", "Dek", "--format", "csv"]);
    let line = said
        .out
        .lines()
        .find(|line| line.starts_with("Rein") && line.contains("in the name of another"));
    let line = line.unwrap_or_else(|| panic!("{}", said.out));
    assert!(line.contains("Nora"), "{line}");
    for number in ["line 2", "line 3", "line 4"] {
        assert!(line.contains(number), "{line}");
    }
    assert!(grounds(&place, &["Dek"], "Nora").is_empty());
}

/// What is too small one by one may be one person's together.
#[test]
fn small_unknown_parts_are_hidden_together() {
    let place = owned(&[
        "ownership,A,1,company,Doel,9,company,20,,",
        "ownership,B,2,company,Doel,9,company,20,,",
        "ownership,C,3,company,Doel,9,company,20,,",
        "ownership,D,4,company,Doel,9,company,20,,",
        "ownership,E,5,company,Doel,9,company,20,,",
    ]);
    place
        .good(&["owners", "Doel"])
        .tells(&["together could hide a beneficial owner", "0 to 100 %"]);
}

/// Whom a person recorded as a victim is marked wherever the name stands as an owner's.
#[test]
fn a_possible_victim_is_no_owner_like_another() {
    let place = owned(&["ownership,Otto,1111,person,Stro,2222,company,100,,"]);
    place.good(&["category", "Otto", "--set", "victim", "--reason", "told so"]);
    let chart = place.folder().join("owners.svg");
    place
        .good(&["owners", "Stro", "--chart", &chart.to_string_lossy()])
        .tells(&["Otto (possible victim: the name may be lent or forced)"]);
    let svg = std::fs::read_to_string(&chart).expect("a picture");
    assert!(svg.contains("possible victim"));
    let said = place.good(&[
        "sql",
        "-c",
        "SELECT DISTINCT owner FROM owners() WHERE owner_kind = 'person'",
        "--format",
        "csv",
    ]);
    assert!(said.out.contains("possible victim"), "{}", said.out);
    place.run_in(&["owners", "Otto"]).fails(2, &["natural person"]);
    place
        .run_in(&["owners", "Stro", "--chart", "x.png"])
        .fails(2, &["ends in .svg"]);
}

/// Two sources are compared day by day: what has ended in one is not added to what stands, nor does it take it away.
#[test]
fn sources_are_compared_as_of_the_day() {
    let list = |lines: &[&str]| format!("{HEADING}{}\n", lines.join("\n"));
    let old_and_new = list(&[
        "ownership,P,1111,person,A,2222,company,30,2018-01-01,2019-12-31",
        "ownership,P,1111,person,A,2222,company,60,2020-01-01,",
    ]);
    let now = list(&["ownership,P,1111,person,A,2222,company,60.0,2020-01-01,"]);
    let ended = list(&["ownership,P,1111,person,A,2222,company,60,2020-01-01,2022-01-01"]);
    let place = case(&[("one.csv", &old_and_new), ("two.csv", &now)]);
    let own = grounds(&place, &["A"], "P");
    assert!(
        own.iter()
            .any(|ground| ground.starts_with("certain 60 % ownership")),
        "{own:?}"
    );
    let then = grounds(&place, &["A", "--as-of", "2019-06-01"], "P");
    assert!(
        then.iter()
            .any(|ground| ground.starts_with("certain 30 % ownership")),
        "{then:?}"
    );
    // Both records are cited.
    let said = place.good(&["owners", "A", "--format", "csv"]);
    let direct = said
        .out
        .lines()
        .find(|line| line.contains("held directly"))
        .expect("a ground");
    assert_eq!(direct.matches("in source").count(), 2, "{direct}");
    // A source that lets it end does not end it in the other, whichever comes first.
    let place = case(&[("one.csv", &now), ("two.csv", &ended)]);
    let own = grounds(&place, &["A"], "P");
    assert!(
        own.iter().any(|ground| ground.starts_with("certain 60 %")),
        "{own:?}"
    );
}

/// A tie to a nominee lasts as long as it is told.
#[test]
fn a_nominee_of_former_days_holds_for_himself_now() {
    let place = owned(&[
        "ownership,Nora,1111,person,Dek,2222,company,100,2010-01-01,",
        "nominee,Nora,1111,person,Dek,2222,company,,2010-01-01,2015-12-31",
        "nominator,Rein,3333,person,Dek,2222,company,,2010-01-01,2015-12-31",
    ]);
    assert!(!grounds(&place, &["Dek"], "Nora").is_empty());
    assert!(grounds(&place, &["Dek"], "Rein").is_empty());
    assert!(!grounds(&place, &["Dek", "--as-of", "2012-01-01"], "Rein").is_empty());
    // Who holds for a person holds everything for him.
    let place = owned(&[
        "ownership,Nico,1111,person,Dek,2222,company,100,,",
        "nominee,Nico,1111,person,Rein,3333,person,,,",
    ]);
    let own = grounds(&place, &["Dek"], "Rein");
    assert!(
        own.iter().any(|ground| ground.contains("in the name of another")),
        "{own:?}"
    );
    assert!(grounds(&place, &["Dek"], "Nico").is_empty());
}
