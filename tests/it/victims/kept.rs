//! The gate, children, money that is a victim's own.

use geldspoor::victims::leads::{Seen, leads};

use super::{ADULT, CHILD, EXIT, UNKNOWN, done, made, one, party, rows, shared};

const PEOPLE: [&str; 3] = [CHILD, ADULT, UNKNOWN];

#[test]
fn vs_02_what_is_seen_on_the_exploited_side_raises_nothing_about_the_holder() {
    let case = shared();
    for account in PEOPLE {
        let of = format!(
            "FROM findings f JOIN accounts a ON a.account_id = f.account_id WHERE a.number = '{account}'"
        );
        assert_ne!(
            one(case, &format!("SELECT count(*) {of}")),
            "0",
            "something is seen"
        );
        assert_eq!(
            one(
                case,
                &format!(
                    "SELECT count(*) {of} AND f.gate = 'open' AND f.describes NOT IN ('exploited', 'account')"
                )
            ),
            "0"
        );
        // In a group the holder stands on the exploited side, whatever else was found, and makes nobody's place in it.
        let side = format!(
            "SELECT count(*) FROM cluster_members WHERE member = '{}' AND side <> 'exploited'",
            party(case, account)
        );
        assert_eq!(one(case, &side), "0", "{account}");
    }
    assert_eq!(
        rows(
            case,
            "SELECT measures FROM findings WHERE measures LIKE '%score%'"
        ),
        Vec::<String>::new()
    );
}

#[test]
fn vs_03_a_drained_account_is_titled_to_the_exit_point() {
    let case = shared();
    for account in PEOPLE {
        let sql = format!(
            "SELECT DISTINCT f.gate, f.describes, f.title LIKE 'Exit point%', o.number FROM findings f \
             JOIN accounts a ON a.account_id = f.account_id JOIN accounts o ON o.account_id = f.exit_account \
             WHERE f.rule_id = 'ML-08' AND a.number = '{account}'"
        );
        assert_eq!(
            rows(case, &sql),
            [format!("possible victim - verify,exploited,true,{EXIT}")]
        );
    }
}

#[test]
fn vs_05_a_child_and_whoever_may_be_one_come_first() {
    let said = done(shared(), &["leads", "--names"]);
    let of = |name: &str| -> String {
        let lead = said.split("\n\n").find(|lead| lead.contains(name));
        lead.unwrap_or_else(|| panic!("{name}: {said}")).to_owned()
    };
    assert!(
        of("Ion Zwaluw").contains("younger than 18 at a movement"),
        "{said}"
    );
    assert!(
        of("Ewa Spreeuw").contains("the age is not known: treated as a child"),
        "{said}"
    );
    assert!(!of("Ada Merel").contains("Children first"), "{said}");
    let place = |name: &str| said.find(name).expect("a lead");
    assert!(place("Ion Zwaluw") < place("Ada Merel") && place("Ewa Spreeuw") < place("Ada Merel"));
    // One finding at which the age is not known is enough, unless somebody was of age at every entry.
    let seen = |age, is_surely_adult| Seen {
        person: "A".to_owned(),
        age,
        is_surely_adult,
        ..Seen::default()
    };
    assert!(leads(&[seen(Some(30), false), seen(None, false)])[0].children_first);
    assert!(!leads(&[seen(Some(30), false), seen(None, true)])[0].children_first);
    assert!(leads(&[seen(Some(17), false), seen(Some(19), false)])[0].children_first);
}

#[test]
fn vs_08_lists_for_freezing_leave_possible_victims_out_and_say_what_is_their_own() {
    let case = made();
    let account = |number: &str| {
        one(
            &case,
            &format!("SELECT account_id FROM accounts WHERE number = '{number}'"),
        )
    };
    let mut arguments = vec!["trace", "--label", "all", "--reason", "a test"];
    for number in [CHILD, EXIT] {
        arguments.extend(["--from", number]);
    }
    done(&case, &arguments);
    let held = done(&case, &["-q", "query", "held_accounts", "--format", "csv"]);
    assert!(held.contains(EXIT), "{held}");
    for number in PEOPLE {
        assert!(
            !held.contains(number) && !held.contains(&account(number)),
            "{held}"
        );
    }
    let theirs = done(
        &case,
        &["-q", "query", "held_by_possible_victims", "--format", "csv"],
    );
    assert!(!theirs.contains(EXIT), "{theirs}");
    let line = theirs
        .lines()
        .find(|line| line.contains(CHILD))
        .expect("the child's account holds something");
    // 12 wages of 600 are all that came in.
    assert!(line.contains("7200.0000,7200.0000,100.0,"), "{line}");
    assert!(
        line.contains("possible victim - verify") && line.contains("means of subsistence"),
        "{line}"
    );
}

#[test]
fn vs_09_wages_of_a_victim_are_the_victims_property_and_no_proceeds() {
    let case = made();
    let trace = ["trace", "--from", ADULT, "--label", "wages", "--reason", "a test"];
    done(&case, &trace);
    assert_eq!(rows(&case, "SELECT DISTINCT kind FROM lots"), ["proceeds"]);
    let who = party(&case, ADULT);
    done(
        &case,
        &["category", &who, "--set", "victim", "--reason", "told so"],
    );
    let said = done(&case, &["sql", "-c", "SELECT 1"]);
    assert!(
        said.contains("Run `geldspoor") && said.contains("trace`"),
        "lots are old now: {said}"
    );
    let said = done(&case, &["trace"]);
    assert!(
        said.contains("traced as the victims' property, and not as proceeds"),
        "{said}"
    );
    assert_eq!(rows(&case, "SELECT DISTINCT kind FROM lots"), ["property"]);
    assert_eq!(rows(&case, "SELECT DISTINCT kind FROM claims"), ["property"]);
    // What reached the exit is the victim's still.
    let reached = format!(
        "SELECT count(*) > 0 FROM lots l JOIN accounts a ON a.account_id = l.account_id \
         WHERE a.number = '{EXIT}' AND l.kind = 'property' AND l.amount > 0"
    );
    assert_eq!(one(&case, &reached), "true");
}
