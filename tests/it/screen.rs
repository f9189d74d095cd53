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
fn a_rule_explained() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = geldspoor(folder.path(), &["detect", "--explain", "ML-11"]);
    insta::assert_snapshot!(printed(&output));
}
