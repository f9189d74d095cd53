//! The readers that other people use, where Python has them: followthemoney, case-utils, the JSON schema of BODS 0.4,
//! anxwritter, NetworkX, openpyxl, lxml. `GELDSPOOR_PYTHON` names the Python to ask.

use std::path::Path;
use std::process::Command;

use super::{export, sampled};
use crate::command::{copied, package, sample};

/// Opens every file of a folder with the readers that are there, and says which are not.
pub fn check(folder: &Path) {
    let python = std::env::var("GELDSPOOR_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = package().join("tests/tools/exports_check.py");
    let Ok(output) = Command::new(&python).arg(script).arg(folder).output() else {
        eprintln!("no Python here: no other reader opens the exports");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    eprintln!("{said}");
    assert!(!said.contains(": WRONG"), "{said}");
    let none_read = said.contains("\n0 read, 0 wrong");
    assert!(
        output.status.success() || none_read,
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn other_readers_open_the_sample() {
    let (_, out, _) = sampled();
    check(out);
}

#[test]
fn other_readers_open_the_sample_with_names() {
    let made = copied(sample());
    let (paths, _) = export(&made, &["--to", "all", "--profile", "full", "--country", "nl"]);
    let folder = paths[0].parent().expect("a folder");
    check(folder);
    let prosecution = made.folder.path().join("prosecution");
    let to = prosecution.to_string_lossy().into_owned();
    export(&made, &["--to", "all", "--profile", "prosecution", "-o", &to]);
    check(&prosecution);
}

#[test]
fn an_offices_own_goaml_profile_is_read_and_a_wrong_one_told() {
    let made = copied(sample());
    let file = made.folder.path().join("own.toml");
    std::fs::write(&file, "title = 'Own unit'\nschema = 4\nreport_code = 'SAR'\n").expect("written");
    let own = file.to_string_lossy().into_owned();
    let (paths, _) = export(&made, &["--to", "goaml", "--country", &own]);
    let text = std::fs::read_to_string(&paths[0]).expect("the report");
    assert!(text.contains("<report_code>SAR</report_code>") && text.contains("DRAFT"));
    for wrong in ["xx", "none.toml"] {
        let output = super::run(&made, &["export", "--to", "goaml", "--country", wrong]);
        assert_eq!(
            crate::command::code(&output),
            2,
            "{}",
            crate::command::printed(&output)
        );
    }
    let output = super::run(&made, &["export", "--to", "ftm", "--country", "nl"]);
    assert_eq!(
        crate::command::code(&output),
        2,
        "{}",
        crate::command::printed(&output)
    );
}
