//! The United Kingdom's register of persons with significant control, as Companies House publishes it: a JSON object a
//! line, with the number of the company and what is said of it.
//!
//! `reader` goes through the lines, `control` reads the natures of control with the bounds that the law draws.

mod control;
mod reader;

use serde_json::Value;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile, json};

/// The format of snapshots of persons with significant control (PSC) and of beneficial owners of overseas entities.
///
/// - An object is one record, cited by its bytes.
/// - Every nature of control is a relation of its own, from `notified_on` to `ceased_on`, with the band of the Companies Act
///   2006, schedule 1A: more than 25 % and not more than 50 %, more than 50 % and less than 75 %, 75 % or more.
/// - Of a day of birth year and month are published, and kept as such.
/// - Super-secure persons, statements that somebody is not known and exemptions are relations `unknown_owner`, with the
///   register's words as `detail`.
/// - A statement that no individual or entity has significant control, or that all owners are named, is counted and set
///   aside: it says of nobody that he holds, and of the rest no more than what no record ascribes to anybody.
/// - What has `ceased` without `ceased_on` is counted and set aside: it is over, and since when is not said.
/// - Totals of the snapshot are no records. Nationality is not read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Psc;

impl Format for Psc {
    fn id(&self) -> &'static str {
        "uk-psc"
    }

    fn parser(&self) -> &'static str {
        "uk-psc/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        if !json::begins_json(head) {
            return (0, "").into();
        }
        let plain = json::plain(head);
        let kinds = [
            "with-significant-control",
            "-beneficial-owner",
            "persons-of-significant-control",
        ];
        let known = kinds.iter().any(|kind| plain.contains(kind));
        let is_record = |record: &Value| {
            let data = record.get("data");
            data.is_some_and(|data| data.get("kind").is_some() && data.get("etag").is_some())
        };
        let first = json::whole_records(head, 1);
        if known && plain.contains("\"data\"") && plain.contains("\"kind\"") {
            (96, "JSON with the kinds of persons with significant control").into()
        } else if first.first().is_some_and(is_record) {
            (
                70,
                "JSON with data, etag and kind, as Companies House publishes it",
            )
                .into()
        } else {
            (0, "").into()
        }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}
