//! Counts that single nobody out.

use super::{done, made, run, shared};

#[test]
fn vs_12_small_cells_and_what_would_tell_them_are_withheld() {
    // Four people: too few for anything to be shown.
    let said = done(shared(), &["statistics"]);
    assert!(said.contains("nothing is shown"), "{said}");
    let few = done(
        shared(),
        &[
            "-q",
            "statistics",
            "--of",
            "findings",
            "--by",
            "form",
            "--format",
            "csv",
        ],
    );
    let says_nothing = done(shared(), &["statistics", "--of", "findings", "--by", "form"]);
    assert!(
        few.lines().count() > 1 || says_nothing.contains("nothing is shown"),
        "{few}"
    );
    for line in few.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [_, shown, least, most] = cells.as_slice() else {
            panic!("{line}");
        };
        match shown.parse::<u64>() {
            Ok(count) => assert!(count >= 5 && least == most, "{line}"),
            Err(_) => assert!(["<5", "<10", "—"].contains(shown) && least != most, "{line}"),
        }
    }
}

#[test]
fn limits_and_dimensions_are_those_asked_for_and_the_ledger_keeps_what_was_given_out() {
    let case = made();
    let of_findings = [
        "statistics",
        "--of",
        "findings",
        "--by",
        "category,route",
        "--least",
        "3",
    ];
    let said = done(&case, &of_findings);
    assert!(
        said.contains("1 to 2 stands as <3, of children 1 to 9 as <10"),
        "{said}"
    );
    assert!(!said.contains("beware: other statistics"), "{said}");
    assert!(
        !done(&case, &of_findings).contains("beware: other statistics"),
        "the same again tells no more"
    );
    let other = done(
        &case,
        &[
            "statistics",
            "--of",
            "findings",
            "--by",
            "category",
            "--least",
            "3",
        ],
    );
    assert!(
        other.contains("beware: other statistics of this case were made before"),
        "{other}"
    );
    let (status, said) = run(&case, &["statistics", "--least", "2"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("too small a limit"), "{said}");
    let json = done(
        &case,
        &[
            "-q",
            "statistics",
            "--of",
            "findings",
            "--by",
            "route",
            "--least",
            "3",
            "--format",
            "json",
        ],
    );
    assert!(json.trim_start().starts_with('['), "{json}");
}

#[test]
fn the_page_has_the_table_of_the_command_and_the_command_knows_of_it() {
    let case = made();
    done(&case, &["report", "--profile", "statistics"]);
    let page = std::fs::read_to_string(case.case.join("exports/report-statistics.html")).expect("the page");
    assert!(page.contains("Counts of persons by form and category"), "{page}");
    // Four people: too few for anything to be shown.
    assert!(page.contains("nothing is shown"), "{page}");
    let said = done(&case, &["statistics", "--of", "findings", "--by", "form"]);
    assert!(
        said.contains("beware: other statistics of this case were made before: statistics of persons by form and category"),
        "{said}"
    );
}
