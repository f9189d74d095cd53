//! What a person sees on the screen, as snapshots.

use crate::command::{geldspoor, printed, sample};

#[test]
fn the_short_help() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = geldspoor(folder.path(), &["-h"]);
    insta::assert_snapshot!(printed(&output));
}

#[test]
fn what_investigate_says_of_the_sample() {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"/[^\s]+/case", "CASE");
    settings.add_filter(r"/[^\s]+\.key", "KEY");
    settings.bind(|| insta::assert_snapshot!(sample().said));
}

#[test]
fn rules_go_by_number_or_name_and_options_say_what_they_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = |arguments: &[&str]| printed(&geldspoor(folder.path(), arguments));
    let explained = said(&["detect", "--explain", "fan_in"]);
    assert_eq!(explained, said(&["detect", "--explain", "ML-03"]));
    assert!(explained.starts_with("ML-03 "), "{explained}");
    assert!(said(&["detect", "--explain", "structuring"]).starts_with("ML-01 "));
    let stack = said(&["detect", "--explain", "stack"]);
    assert!(
        stack.starts_with("ML-07 ") && stack.matches("ML-07 ").count() == 1,
        "{stack}"
    );
    for verb in ["confirm", "dismiss"] {
        let help = said(&["finding", verb, "--help"]);
        assert!(
            help.contains("Id of the finding") && help.contains("others must be able to judge"),
            "{help}"
        );
    }
}

#[test]
fn a_rule_explained() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = geldspoor(folder.path(), &["detect", "--explain", "ML-11"]);
    insta::assert_snapshot!(printed(&output));
}
