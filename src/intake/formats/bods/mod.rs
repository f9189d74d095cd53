//! BODS, the Beneficial Ownership Data Standard: statements about entities, persons and relationships as JSON.
//!
//! `reader` goes through the file and keeps the last state of every record, `states` knows which statement that is,
//! `party` and `relation` read what a statement says, `older` turns statements of older versions into those of today.

mod older;
mod party;
mod reader;
mod relation;
mod states;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile, json};

/// The format of BODS 0.4, and of 0.1 to 0.3: an array of statements, a statement a line, or one behind the other.
///
/// - A statement is one record, cited by its bytes. Of several statements about one record the one with the latest
///   `statementDate` holds, without dates the last in the file; the others are counted and set aside. A relationship that is
///   closed ends on its `endDate`, else on the day of the statement that closes it; without either it is set aside.
/// - Every interest is a relation of its own: who has it is the subject, the entity the object. Where nobody is named
///   (`reason`) the relation is `unknown_owner`.
/// - `share` keeps its bounds as they are written: more than 25 % is not 25 % or more.
/// - What belongs to an indirect relationship is told in `detail`: `component` of a part, `components: …` of the whole.
/// - Names, identifiers and addresses beyond the first are rows of their own.
/// - Nationalities, political exposure, place of birth, tax residencies and annotations are not read.
/// - Versions 0.1 to 0.3 name a record by its statement; of relationships the statements that another one replaces are set
///   aside, of entities and persons none is, because others refer to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bods;

impl Format for Bods {
    fn id(&self) -> &'static str {
        "bods"
    }

    fn parser(&self) -> &'static str {
        "bods/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        if !json::begins_json(head) {
            return (0, "").into();
        }
        let plain = json::plain(head);
        let has = |name: &str| plain.contains(&format!("\"{name}\""));
        if has("$schema") || has("$id") {
            return (0, "a JSON schema, which describes records and holds none").into();
        }
        if has("statementId") && has("recordType") {
            (98, "JSON with statementId and recordType, as BODS 0.4 has them").into()
        } else if has("statementID") && has("statementType") {
            (
                95,
                "JSON with statementID and statementType, as BODS before 0.4 has them",
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
