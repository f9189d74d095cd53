//! Registers that cannot be right: told, and the rest goes on.

use super::case;

const HEADING: &str = "relation,owner_name,owner_number,owner_kind,owner_birth_date,company_name,company_number,company_kind,share,from_date\n";

#[test]
fn what_owns_itself_wholly_is_told() {
    let place = case(&[(
        "owners.csv",
        &format!(
            "{HEADING}ownership,A,2222,company,,B,3333,company,100,\nownership,B,3333,company,,A,2222,company,100,\n\
             ownership,P,1111,person,,C,4444,company,60,\nownership,A,2222,company,,C,4444,company,40,\n"
        ),
    )]);
    place
        .good(&["owners", "A"])
        .tells(&["own each other wholly", "undetermined"]);
    // The rest goes on.
    place
        .good(&["owners", "C"])
        .tells(&["60 %", "own each other wholly"]);
}

#[test]
fn more_than_the_whole_is_told_as_read() {
    let place = case(&[(
        "owners.csv",
        &format!(
            "{HEADING}ownership,P,1111,person,,A,2222,company,70,\nownership,Q,5555,person,,A,2222,company,60,\n"
        ),
    )]);
    place
        .good(&["owners", "A"])
        .tells(&["add up to 130 %", "more than the whole", "70 %", "60 %"]);
}

#[test]
fn a_director_born_after_the_appointment_is_told() {
    let place = case(&[(
        "owners.csv",
        &format!(
            "{HEADING}directorship,Jan Jansen,1111,person,2005-05-05,A,2222,company,,2001-01-01\n\
             ownership,Q,5555,person,,A,2222,company,100,2001-01-01\n"
        ),
    )]);
    place.good(&["owners", "A"]).tells(&[
        "Jan Jansen was born or incorporated after the appointment",
        "100 %",
    ]);
}

#[test]
fn a_list_without_a_column_is_refused_with_its_name() {
    let place = case(&[(
        "ok.csv",
        &format!("{HEADING}ownership,P,1111,person,,A,2222,company,70,\n"),
    )]);
    let path = place.write(
        "short.csv",
        "party_kind,party_name,birth_date,phone\nperson,Jan de Vries,1950-02-01,0612345678\n",
    );
    let said = place.run_in(&["intake", &path, "--mapping", "geldspoor-parties"]);
    assert_ne!(said.code, 0);
    said.tells(&["party_number"]);
    place.good(&["owners", "A"]).tells(&["70 %"]);
}
