//! SIMBA: the delivery that Brazilian banks send for a lifted bank secrecy (Carta-Circular BCB 3.454/2010).
//!
//! `layout` has the files and their columns, `values` reads dates, amounts and accounts, `records` walks the lines.
//! `extrato` makes entries, with what `counterparts` finds for them in ORIGEM_DESTINO; `registers` reads the other
//! files and `hashes` (with `md5`) compares the file of hashes with the bytes received. `docs/simba.md` has the layout
//! with its sources.

mod counterpart;
mod counterparts;
mod extrato;
mod hashes;
mod layout;
mod md5;
mod records;
mod registers;
mod values;

use crate::intake::{Format, IntakeError, Output, Recognition, Sibling, SourceFile, file_name};
use layout::Kind;

/// The format of the five files of a SIMBA delivery and of its file of hashes. Each is a source of its own.
///
/// - A file is recognised by its name (`…_EXTRATO.txt`) and by the number and kind of its columns, both.
/// - EXTRATO gives entries. The other side of an entry stands in ORIGEM_DESTINO of the same folder and case: one row
///   with the entry's amount is its counterparty; several, or one of another amount, are payments inside the entry that
///   cite ORIGEM_DESTINO. Without that file entries are read without their other side, and the source says so.
/// - An account is bank, branch, number without leading zeros and punctuation, and its type where it is not the current
///   account. Branch 9999 with a number of nines stands for somebody without an account.
/// - Amounts are in hundredths of reais, as the layout asks; with a comma and two digits behind it they are in reais.
/// - A row whose nature is neither C nor D is a reject: it does not say which way the money went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Simba;

impl Format for Simba {
    fn id(&self) -> &'static str {
        "simba"
    }

    fn parser(&self) -> &'static str {
        "simba/2"
    }

    fn recognise(&self, head: &[u8], name: &str) -> Recognition {
        let (score, reason) = match layout::kind_of(name) {
            None => (0, String::new()),
            Some(kind) => {
                let misfit = if kind == Kind::Hashes {
                    hashes::misfit(head)
                } else {
                    records::misfit(kind, head)
                };
                match misfit {
                    None => (95, format!("name and columns of SIMBA's {}", kind.word())),
                    Some(why) => (0, format!("named like SIMBA's {}, but {why}", kind.word())),
                }
            }
        };
        Recognition { score, reason }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        match layout::kind_of(source.name) {
            Some(Kind::Extrato) => extrato::read(source, output),
            Some(Kind::Hashes) => hashes::read(source, output),
            Some(kind) => registers::read(kind, source, output),
            None => Err(IntakeError::Shape {
                name: source.name.to_owned(),
                place: "its name".to_owned(),
                found: "no file of a SIMBA delivery".to_owned(),
                expected: "a name that ends in _AGENCIAS, _CONTAS, _TITULARES, _EXTRATO or _ORIGEM_DESTINO"
                    .to_owned(),
                next_step: "Take the file in under the name it was received with".to_owned(),
            }),
        }
    }

    fn companions<'s>(&self, name: &str, siblings: &'s [Sibling]) -> Vec<&'s Sibling> {
        match layout::kind_of(name) {
            Some(Kind::Extrato) => layout::find(Kind::OriginDestination, name, siblings)
                .into_iter()
                .collect(),
            Some(Kind::OriginDestination) => {
                layout::find(Kind::Extrato, name, siblings).into_iter().collect()
            }
            Some(Kind::Hashes) => siblings
                .iter()
                .filter(|file| file.file_name() != file_name(name) && layout::is_of_case(name, &file.name))
                .collect(),
            _ => Vec::new(),
        }
    }
}
