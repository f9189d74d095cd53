//! What people decide about who is who, and taking it back.

use super::{case, groups, mention};
use crate::trace_verb::tools::Place;

const HEADING: &str =
    "party_kind,party_name,party_number,number_scheme,birth_date,country,address,phone,email\n";

fn two() -> Place {
    case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Jan de Vries,,,1950-02-01,NL,,,\n"),
        ),
        ("b.csv", &format!("{HEADING}person,Johannes de Vries,,,,NL,,,\n")),
    ])
}

fn last_decision(place: &Place) -> String {
    let said = place.good(&["decisions", "list", "--format", "csv"]);
    let line = said.out.lines().last().expect("a decision");
    line.split(',')
        .find(|cell| cell.starts_with("d-"))
        .expect("an id")
        .to_owned()
}

#[test]
fn a_person_merges_and_takes_it_back() {
    let place = two();
    assert_eq!(groups(&place).len(), 2);
    let (jan, johannes) = (
        mention(&place, "Jan de Vries"),
        mention(&place, "Johannes de Vries"),
    );
    place
        .run_in(&["resolve", "--merge", &jan, &johannes])
        .fails(2, &["--reason"]);
    let said = place.good(&[
        "resolve",
        "--merge",
        "Jan de Vries",
        &johannes,
        "--reason",
        "passport seen",
    ]);
    said.tells(&["recorded as d-", "by a person"]);
    assert_eq!(groups(&place), [["Jan de Vries", "Johannes de Vries"]]);
    assert_eq!(
        place.tables().one("SELECT DISTINCT basis FROM party_mentions"),
        "decision"
    );
    // It holds when everything is made again.
    place.good(&["check"]);
    assert_eq!(groups(&place).len(), 1);
    place.good(&[
        "decisions",
        "undo",
        &last_decision(&place),
        "--reason",
        "another passport",
    ]);
    assert_eq!(groups(&place).len(), 2);
}

#[test]
fn never_and_split_keep_apart_what_the_records_join() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}company,Jansen BV,69599084,NL-KVK,,NL,,,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}company,JANSEN B.V.,6959 9084,KvK,,NL,,,\n"),
        ),
    ]);
    let lines = groups(&place);
    if lines.len() == 2 {
        // The second scheme is not known, so nothing joins them: then there is nothing to keep apart.
        panic!("one number, two schemes: {lines:?}");
    }
    let (one, other) = (mention(&place, "Jansen BV"), mention(&place, "JANSEN B.V."));
    place.good(&[
        "resolve",
        "--never",
        &one,
        &other,
        "--reason",
        "two branches of a family",
    ]);
    assert_eq!(groups(&place).len(), 2);
    place.good(&[
        "decisions",
        "undo",
        &last_decision(&place),
        "--reason",
        "one after all",
    ]);
    assert_eq!(groups(&place).len(), 1);
    place.good(&["resolve", "--split", &other, "--reason", "a clerk's slip"]);
    assert_eq!(groups(&place).len(), 2);
    place
        .run_in(&["resolve", "--split", "nobody", "--reason", "r"])
        .fails(2, &["no such mention"]);
}

#[test]
fn what_sql_says_of_incomes_goes_by_party() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Jan de Vries,111222333,NL-BSN,,NL,,,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}person,Johannes de Vries,,,1950-02-01,NL,,,\n"),
        ),
        (
            "incomes.csv",
            "party_name,party_number,party_birth_date,year,kind,amount,currency,basis\n\
             Johannes de Vries,,1950-02-01,2024,wage,1000.00,EUR,tax\n",
        ),
    ]);
    let sql = "SELECT count(*) AS n FROM incomes i JOIN parties p ON p.party_id = i.party_id WHERE p.name = 'Jan de Vries' \
               OR p.registration_number = '111222333'";
    let count = |place: &Place| {
        let said = place.good(&["sql", "-c", sql, "--format", "csv"]);
        said.out.lines().nth(1).map(str::to_owned)
    };
    assert_eq!(count(&place).as_deref(), Some("0"));
    place.good(&[
        "resolve",
        "--merge",
        "Jan de Vries",
        "Johannes de Vries",
        "--reason",
        "register",
    ]);
    assert_eq!(count(&place).as_deref(), Some("1"));
}

#[test]
fn an_explanation_adds_up_and_is_drawn() {
    let place = two();
    let picture = place.folder().join("why.svg");
    let said = place.good(&[
        "resolve",
        "--explain",
        "Jan de Vries",
        "Johannes de Vries",
        "--picture",
        &picture.to_string_lossy(),
    ]);
    said.tells(&["before anything is compared", "probability", "absent"]);
    let svg = std::fs::read_to_string(&picture).expect("a picture");
    assert!(
        svg.starts_with("<svg") && svg.contains("de vries, johannes") && !svg.contains("<script"),
        "{svg}"
    );
    place
        .run_in(&["resolve", "--explain", "Jan de Vries", "Nobody"])
        .fails(2, &["no party is known as ‘Nobody’"]);
}

#[test]
fn parameters_of_the_case_change_the_weights() {
    let place = two();
    let toml = place.case.join("case.toml");
    let text = std::fs::read_to_string(&toml).expect("settings");
    std::fs::write(
        &toml,
        format!("{text}\n[parameters.resolve]\nthreshold = \"2\"\n"),
    )
    .expect("written");
    place
        .run_in(&["resolve"])
        .fails(2, &["[parameters.resolve] threshold is ‘2’"]);
    std::fs::write(
        &toml,
        format!("{text}\n[parameters.resolve]\n\"m birth date: same day\" = \"0.5\"\n"),
    )
    .expect("written");
    place.good(&["resolve"]);
    let basis = "SELECT basis FROM resolution_model WHERE field = 'birth date' AND level = 'same day'";
    assert_eq!(place.tables().one(basis), "given");
}
