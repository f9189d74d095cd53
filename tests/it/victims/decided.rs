//! What people decide about people, and who must be told.

use super::{ADULT, done, made, party, run, shared};

#[test]
fn vs_14_who_set_a_category_when_and_why_is_kept_and_a_lower_one_names_who_must_be_told() {
    let case = made();
    let who = party(&case, ADULT);
    let set = |user: &str, category: &str, reason: &str| {
        let arguments: [&str; 8] = [
            "--user", user, "category", &who, "--set", category, "--reason", reason,
        ];
        done(&case, &arguments)
    };
    let first = set("A. Officer", "serious grounds", "signed the contracts");
    assert!(
        !first.contains("must be told"),
        "nobody knew of another one: {first}"
    );
    let serious = first
        .lines()
        .find(|line| line.starts_with("d-"))
        .expect("an id")
        .to_owned();
    // A page leaves with it.
    done(&case, &["detect"]);
    done(
        &case,
        &["--user", "B. Clerk", "--purpose", "for the prosecutor", "report"],
    );
    let second = set("C. Judge", "victim", "he was made to sign");
    assert!(second.contains("must be told without delay"), "{second}");
    assert!(
        second.contains("‘serious grounds’ (set by A. Officer"),
        "{second}"
    );
    assert!(
        second.contains("Art. 7(3), 16(6)") && second.contains("exports/report.html by B. Clerk"),
        "{second}"
    );
    // The same again tells nobody anything new.
    assert!(!set("C. Judge", "victim", "again").contains("must be told"));
    let third = set("C. Judge", "unclassified", "mistaken identity");
    assert!(
        third.contains("‘victim or possible victim’ (set by C. Judge"),
        "{third}"
    );
    assert!(third.contains("nothing was written out of this case"), "{third}");

    let history = done(&case, &["-q", "category", &who, "--format", "csv"]);
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines.len(), 5, "{history}");
    assert!(
        lines[1].contains("serious grounds,A. Officer,signed the contracts"),
        "{history}"
    );
    assert!(
        lines[2].contains("victim or possible victim,C. Judge,he was made to sign"),
        "{history}"
    );
    // Taking back stays in the record, and what stood before stands again.
    let last = lines[4]
        .split(',')
        .find(|cell| cell.starts_with("d-"))
        .expect("an id");
    done(
        &case,
        &[
            "--user",
            "D. Head",
            "decisions",
            "undo",
            last,
            "--reason",
            "not so after all",
        ],
    );
    let history = done(&case, &["-q", "category", &who, "--format", "csv"]);
    assert!(history.contains("D. Head,not so after all"), "{history}");
    assert_eq!(
        super::one(
            &case,
            &format!("SELECT category FROM parties WHERE party_id = '{who}'")
        ),
        "victim or possible victim"
    );
    let all = done(&case, &["-q", "decisions", "list", "--format", "csv"]);
    assert!(
        all.contains(&serious) && all.contains("not so after all"),
        "{all}"
    );
}

#[test]
fn a_category_needs_a_reason_and_a_known_word() {
    let who = party(shared(), ADULT);
    assert_eq!(run(shared(), &["category", &who, "--set", "victim"]).0, 2);
    let (status, said) = run(shared(), &["category", &who, "--set", "guilty", "--reason", "x"]);
    assert_eq!(status, 2);
    assert!(said.contains("‘guilty’ is no category"), "{said}");
    let said = done(shared(), &["category", &who]);
    assert!(said.contains("nobody has set a category"), "{said}");
}

#[test]
fn the_same_category_said_again_hides_no_recipient() {
    let case = made();
    let who = party(&case, ADULT);
    let set = |category: &str, reason: &str| {
        let arguments = [
            "--user",
            "A. Officer",
            "category",
            &who,
            "--set",
            category,
            "--reason",
            reason,
        ];
        done(&case, &arguments)
    };
    set("serious grounds", "signed the contracts");
    done(&case, &["detect"]);
    done(&case, &["--user", "B. Clerk", "report"]);
    set("serious grounds", "signed the contracts, and was seen to");
    let said = set("victim", "he was made to sign");
    assert!(said.contains("exports/report.html by B. Clerk"), "{said}");
}
