//! What a bundle says of itself in words, and what may be in one that leaves under pseudonyms.
//!
//! Under pseudonyms a bundle holds the page, hashes of the originals, the tool's own queries and which tool it was, and
//! exports of its release where they are asked for.
//! Originals, tables, decisions, the office's own queries and the ledger's lines name people or carry ids that can be
//! checked against a guessed number, so they stay in the case; CONTENTS.txt says so.

use super::contents::Contents;
use super::deliveries::Deliveries;
use crate::case::{Case, Table};
use crate::steps::release::Leaving;
use crate::steps::{Profile, StepError};

pub(super) const CONTENTS: &str = "CONTENTS.txt";
const ABOUT: &str = "case.json";

/// What is told of a bundle.
pub(super) struct About<'a> {
    pub profile: Profile,
    pub with_originals: bool,
    /// Files of `exports/` that are not taken.
    pub exports_left: usize,
    /// Under pseudonyms: files for other programmes were made for it.
    pub has_exports: bool,
    pub deliveries: &'a Deliveries,
}

/// Adds what leaves under pseudonyms. Gives what of it was made of the case's records, to be looked through.
pub(super) fn add_shown(
    contents: &mut Contents,
    case: &Case,
    (page, html): (&str, Vec<u8>),
    about: &About<'_>,
) -> Result<Vec<Leaving>, StepError> {
    let mut made = vec![
        Leaving {
            path: format!("{}/{page}", super::contents::REPORT),
            bytes: html.clone(),
        },
        Leaving {
            path: ABOUT.to_owned(),
            bytes: about_case(case)?,
        },
    ];
    contents.add_page(page, html);
    contents.payload.add(ABOUT, made[1].bytes.clone());
    contents.add_known(about.deliveries);
    contents.add_build()?;
    let text = contents_text(case, about);
    contents.payload.add(CONTENTS, text.clone());
    made.push(Leaving {
        path: CONTENTS.to_owned(),
        bytes: text.into_bytes(),
    });
    Ok(made)
}

/// What the head of the page says of the case, for programs.
fn about_case(case: &Case) -> Result<Vec<u8>, StepError> {
    let settings = case.settings();
    let about = serde_json::json!({
        "reference": settings.reference,
        "authority": settings.authority,
        "purpose": settings.purpose,
        "handling": settings.handling,
        "legal_order": settings.legal_order,
        "currency": settings.currency,
        "time_zone": settings.time_zone,
    });
    let mut text =
        serde_json::to_vec_pretty(&about).map_err(|e| StepError::Parameter(format!("{ABOUT}: {e}")))?;
    text.push(b'\n');
    Ok(text)
}

/// What is what, what is not there, what is known to be limited. Counts stand on the page too.
pub(super) fn contents_text(case: &Case, about: &About<'_>) -> String {
    let full = about.profile == Profile::Full;
    let mut lines = vec![
        "WHAT LIES HERE".to_owned(),
        String::new(),
        format!("Profile: {}.", about.profile.as_str()),
    ];
    let mut add = |line: &str| lines.push(line.to_owned());
    add("report/                the page, which says everything in words");
    add("originals-sha256.txt   SHA-256 of every file as received");
    add("queries/built-in/      the rules, views and lexicons of the tool");
    add("build.json             which tool made this");
    if full {
        add("case.toml              settings of the case and parameters of the rules");
        add("intake.json            how the files were taken in: names, times, what was said of them");
        if about.with_originals {
            add("originals/             the files as received, each called by its SHA-256");
        }
        add("decisions/             what people decided, with reasons");
        add("queries/own/           rules, lists, lexicons and mappings of the office, where it has any");
        add("tables/                every table of the case, Parquet");
        add("exports/               files that the tool wrote for others, where there are any");
        add("ledger.jsonl           who did what, up to the moment this bundle was begun");
    } else {
        add("case.json              what the case is");
        if about.has_exports {
            add(
                "exports/               the case for other programs, under the pseudonyms and signs of this release",
            );
        }
    }
    add("");
    add("WHAT IS NOT HERE");
    add("");
    if full {
        add("- The key of the pseudonyms, by which pages for others go: it never leaves the office.");
        if !about.with_originals {
            add(
                "- The originals. Their hashes are in originals-sha256.txt; whoever has the files can put them beside.",
            );
        }
        if about.exports_left > 0 {
            lines.push(format!(
                "- {} files of the case's exports/ whose bytes the ledger does not know, or that were made before a source went\n  out of use.",
                about.exports_left
            ));
        }
    } else {
        let no_exports = "- Exports to other programs, tables among them.";
        for line in [
            "- Originals, tables, decisions, the office's own rules and parameters: they name people, and ids in them can be",
            "  checked against a guessed number. They stay in the case.",
            if about.has_exports {
                "- What exports/ withholds: a file in it, or its head, says what and how much."
            } else {
                no_exports
            },
            "- The lines of the ledger: commands and names of files in them can name people. bag-info.txt has the SHA-256 of",
            "  its last line and how many there are.",
        ] {
            lines.push(line.to_owned());
        }
    }
    let mut add = |line: &str| lines.push(line.to_owned());
    add("");
    add("HOW TO REPEAT IT");
    add("");
    match (full, about.with_originals) {
        (true, true) => {
            add(
                "geldspoor replay BUNDLE computes tables and page again from originals/ and compares every byte.",
            );
        }
        (true, false) => {
            add(
                "geldspoor replay BUNDLE --originals FOLDER computes tables and page again from the files in FOLDER, found",
            );
            add("by their SHA-256, and compares every byte.");
        }
        (false, _) => {
            add(
                "Nobody can repeat this from the bundle alone: that needs the originals and the key of the pseudonyms. The",
            );
            add(
                "office that has both runs geldspoor -C CASE replay BUNDLE, which makes the page again and compares every byte.",
            );
        }
    }
    add("");
    add("LIMITS");
    add("");
    let rows = |table: Table| case.manifest().rows(table);
    let numbers = [
        (about.deliveries.originals().len() as u64, "files as received"),
        (rows(Table::Entries), "entries read"),
        (
            rows(Table::Rejects),
            "records that could not be read, and are in no figure",
        ),
        (rows(Table::Gaps), "gaps and breaks in the records"),
        (
            rows(Table::NotComputable),
            "rules that could not be computed on all of the records",
        ),
    ];
    for (count, what) in numbers {
        lines.push(format!("- {count} {what}."));
    }
    for line in [
        "- Times of receipt and of the ledger are those of the machine's clock. No replay can compute them again: it takes",
        "  them from the bundle.",
        "- A valid signature shows that nothing was changed since it was made, and with which key. It does not show that what",
        "  the records say is true, nor that all records were handed over.",
        "- A finding is what a rule found. It is no judgement about a person.",
    ] {
        lines.push(line.to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}
