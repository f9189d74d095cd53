//! What the elements of a camt message become: statements, entries, payments of entries, rejects.

use std::fmt::Write;

use quick_xml::events::BytesStart;

use super::{MESSAGES, entry, statement};
use crate::intake::iso20022::tags::Tag;
use crate::intake::segments::Segments;
use crate::intake::xml::{self, Break, Handler};
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::Place;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    read_by(source, output, |reader| xml::read(source, reader))
}

fn read_by<'a>(
    source: &'a SourceFile<'_>,
    output: &'a dyn Output,
    walk: impl FnOnce(&mut Reader<'a>) -> Result<(), IntakeError>,
) -> Result<(), IntakeError> {
    let mut reader = Reader {
        name: source.name,
        out: Segments::new(source.source_id, output),
        currency: String::new(),
        statements: 0,
        next_number: 0,
        statement: None,
        statement_depth: 0,
        entry: entry::Draft::default(),
        entry_depth: 0,
        entry_start: 0,
        payment_depth: 0,
        payment_start: 0,
        locator: String::new(),
    };
    let mut result = walk(&mut reader);
    if result.is_ok() && reader.statements == 0 {
        result = Err(xml::shape(
            source.name,
            "the whole file",
            "no Stmt, Rpt or Ntfctn",
            &format!("at least one statement inside {}", MESSAGES.join(", ")),
            "Ask the bank for the statement itself; this file holds none.",
        ));
    }
    // What stood before a break is kept in every case.
    reader.out.finish()?;
    result
}

type Walk<'a> = xml::Walk<'a, Tag>;

struct Reader<'a> {
    name: &'a str,
    out: Segments<'a>,
    /// `Ccy` of the amount that is open.
    currency: String,
    /// Statements seen.
    statements: u32,
    /// Number of the next statement row.
    next_number: u32,
    statement: Option<statement::Draft>,
    /// Elements open inside which the statement's children stand; 0 outside a statement.
    statement_depth: usize,
    entry: entry::Draft,
    /// The same for the entry.
    entry_depth: usize,
    /// First byte of the entry in the file as received.
    entry_start: u64,
    /// The same for the payment of an entry.
    payment_depth: usize,
    /// Delivered position.
    payment_start: u64,
    locator: String,
}

impl Handler for Reader<'_> {
    type Name = Tag;

    fn open(&mut self, tag: Tag, element: &BytesStart<'_>, walk: &Walk<'_>) -> Result<(), IntakeError> {
        let path = walk.path();
        if self.statement_depth == 0 {
            if tag.is_statement() && path.last().is_some_and(|parent| parent.is_message()) {
                self.statements += 1;
                let start = walk.original(walk.start());
                self.statement = Some(statement::Draft::new(tag, self.statements, start));
                self.statement_depth = path.len() + 1;
            }
        } else if self.entry_depth == 0 {
            if tag == Tag::Ntry && path.len() == self.statement_depth {
                self.entry.clear();
                self.entry_start = walk.original(walk.start());
                self.entry_depth = path.len() + 1;
                if let Some(statement) = &mut self.statement {
                    statement.entries += 1;
                }
            }
        } else if tag == Tag::TxDtls && matches!(&path[self.entry_depth..], [] | [Tag::NtryDtls]) {
            // Only the next one tells that the first is one of several.
            if self.entry.payments() == 1 {
                self.settle(walk);
            }
            self.entry.open_payment();
            self.payment_start = walk.start();
            self.payment_depth = path.len() + 1;
        }
        if tag == Tag::Amt {
            xml::keep_attribute(element, "Ccy", &mut self.currency);
        }
        Ok(())
    }

    fn text(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), IntakeError> {
        if self.entry_depth > 0 {
            self.entry
                .text(&walk.path()[self.entry_depth..], text, &self.currency);
        } else if let Some(statement) = &mut self.statement {
            let result = statement.text(&walk.path()[self.statement_depth..], text, &self.currency);
            if let Err(reason) = result {
                self.reject_header(walk, &reason);
            }
        }
        Ok(())
    }

    fn close(&mut self, tag: Tag, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        let depth = walk.path().len();
        if self.entry_depth > 0 {
            if depth < self.payment_depth {
                self.end_payment(walk)?;
            }
            if depth < self.entry_depth {
                self.end_entry(walk)?;
            }
        } else if self.statement_depth > 0 {
            if depth < self.statement_depth {
                self.end_statement(walk);
            } else if tag == Tag::Bal
                && depth == self.statement_depth
                && let Some(statement) = &mut self.statement
                && let Err(reason) = statement.balance(&mut self.next_number)
            {
                self.reject_header(walk, &reason);
            }
        }
        Ok(())
    }

    /// Refuses the payment or the entry that is open, or else the value that stands here.
    fn refuse(&mut self, reason: &str, start: u64, walk: &Walk<'_>) -> Result<(), IntakeError> {
        if self.entry_depth > 0 {
            let reason = format!("byte {}: {reason}", walk.original(start));
            if self.payment_depth > 0 {
                self.entry.refuse_payment(&reason);
            } else {
                self.entry.refuse(&reason);
            }
        } else if self.statement.is_some() {
            self.reject_header(walk, reason);
        }
        Ok(())
    }

    /// Where nothing was read yet the file is refused; else what is broken is a reject and the statement is written as
    /// far as it is known.
    fn broken(&mut self, broken: &Break, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        if self.statements == 0 {
            return Err(broken.error(self.name, walk, "Ask the bank for a file as its system wrote it."));
        }
        let mut place = walk.place(broken.at);
        let mut reason = broken.reason(walk);
        if self.entry_depth > 0 {
            place.byte_start = self.entry_start;
            self.write_locator();
            self.tell_written(&mut reason);
        } else {
            self.locator.clear();
            let _ = write!(self.locator, "byte {}", walk.original(broken.at));
        }
        self.reject(walk, place, &reason);
        self.end_statement(walk);
        Ok(())
    }
}

impl Reader<'_> {
    fn end_payment(&mut self, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        self.payment_depth = 0;
        self.entry.close_payment(self.payment_start, walk.position());
        if self.entry.payments() > 1 {
            self.settle(walk);
            // A batch may be the whole file.
            walk.release();
            if self.entry.held.is_full() {
                self.write_locator();
                self.entry
                    .held
                    .write(self.out.rows(), self.entry_start, &self.locator);
                self.out.pass_on()?;
            }
        }
        Ok(())
    }

    /// Keeps the payment that ended last as one of several.
    fn settle(&mut self, walk: &Walk<'_>) {
        let Some(statement) = &self.statement else { return };
        let (start, end) = self.entry.payment_span();
        let place = walk.between(start, end);
        if let Err(reason) = self.entry.settle(statement.account(), place, self.entry_start) {
            self.reject_payment(walk, place, &reason);
        }
    }

    fn end_entry(&mut self, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        self.entry_depth = 0;
        let place = walk.place_from(self.entry_start);
        self.write_locator();
        let Some(statement) = &mut self.statement else {
            return Ok(());
        };
        let core = if statement.account().is_empty() {
            Err("no account: the statement names none before this entry; expected Acct/Id".to_owned())
        } else {
            self.entry.core()
        };
        match core {
            Ok(core) => {
                let number = statement.number(core.currency, &mut self.next_number);
                let account = statement.account();
                let mut only = Ok(());
                let (start, end) = self.entry.payment_span();
                if self.entry.payments() == 1 {
                    let place = walk.between(start, end);
                    only = self.entry.settle_only(&core, account, place, self.entry_start);
                }
                let context = entry::Context {
                    account,
                    statement: number,
                    sequence: statement.entries,
                    place,
                    locator: &self.locator,
                };
                let row = self.entry.row(&core, context);
                let rows = self.out.rows();
                rows.entry(&row);
                rows.accepted();
                self.entry.held.write(rows, self.entry_start, &self.locator);
                if let Err(reason) = only {
                    self.reject_payment(walk, walk.between(start, end), &reason);
                }
                let passed_over = self.entry.held.passed_over;
                if passed_over > 0 {
                    let reason = format!(
                        "{passed_over} payments of this entry were not read one by one, because Amt, CdtDbtInd and Sts \
                         of the entry do not stand before its TxDtls; expected the order of ISO 20022. The entry \
                         itself is taken in"
                    );
                    self.reject(walk, place, &reason);
                }
            }
            Err(mut reason) => {
                self.tell_written(&mut reason);
                self.reject(walk, place, &reason);
            }
        }
        walk.release();
        self.out.pass_on()
    }

    fn end_statement(&mut self, walk: &mut Walk<'_>) {
        self.statement_depth = 0;
        self.entry_depth = 0;
        self.payment_depth = 0;
        let Some(mut statement) = self.statement.take() else {
            return;
        };
        let place = walk.place_from(statement.start);
        if statement.account().is_empty() {
            self.locator.clear();
            let _ = write!(
                self.locator,
                "{}[{}]",
                statement.kind.statement_name(),
                statement.ordinal
            );
            let reason = "the statement names no account; expected Acct/Id/IBAN or Acct/Id/Othr/Id";
            self.reject(walk, place, reason);
        } else {
            statement.write(self.out.rows(), place, &mut self.next_number);
        }
        walk.release();
    }

    /// Payments that were written before their entry turns out to be refused are told of.
    fn tell_written(&self, reason: &mut String) {
        let written = self.entry.held.written;
        if written > 0 {
            let _ = write!(
                reason,
                ". {written} of its payments stand in entry_details without it"
            );
        }
    }

    /// The place of the open entry in words.
    fn write_locator(&mut self) {
        self.locator.clear();
        if let Some(statement) = &self.statement {
            let mut number = itoa::Buffer::new();
            self.locator.push_str(statement.kind.statement_name());
            self.locator.push('[');
            self.locator.push_str(number.format(statement.ordinal));
            self.locator.push_str("]/Ntry[");
            self.locator.push_str(number.format(statement.entries));
            self.locator.push(']');
        }
    }

    fn reject_payment(&mut self, walk: &Walk<'_>, place: Place, reason: &str) {
        self.write_locator();
        let _ = write!(self.locator, "/TxDtls[{}]", self.entry.payments());
        self.reject(walk, place, reason);
    }

    /// A value of the statement that cannot be read; its other values stay.
    fn reject_header(&mut self, walk: &Walk<'_>, reason: &str) {
        let place = walk.place(walk.start());
        let at = place.byte_start;
        self.locator.clear();
        let _ = match &self.statement {
            Some(s) => write!(
                self.locator,
                "{}[{}], byte {at}",
                s.kind.statement_name(),
                s.ordinal
            ),
            None => write!(self.locator, "byte {at}"),
        };
        self.reject(walk, place, reason);
    }

    fn reject(&mut self, walk: &Walk<'_>, place: Place, reason: &str) {
        walk.reject(&mut self.out, place, &self.locator, reason);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::*;
    use crate::intake::Rows;
    use crate::intake::encoding::CodePage;
    use crate::intake::testing::{guessed, with_source};
    use crate::intake::utf8_source::Utf8Source;

    /// What was handed over, in words.
    #[derive(Default)]
    struct Told(Mutex<String>);

    impl Output for Told {
        fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError> {
            let counts = rows.counts();
            let tables = rows.finish_source()?;
            let told = format!("{number} {counts:?} {tables:?}\n");
            self.0.lock().expect("no panic").push_str(&told);
            Ok(())
        }
    }

    fn told(bytes: &[u8], block: usize, quick: bool) -> String {
        let output = Told::default();
        let result = with_source("f.xml", bytes, guessed(CodePage::Utf8), |source| {
            read_by(source, &output, |reader| {
                let file = Utf8Source::open_in_blocks(source, block)?;
                xml::read_from(file, source.name, quick, reader)
            })
        });
        let told = output.0.into_inner().expect("no panic");
        format!("{told}{:?}", result.err().map(|error| error.to_string()))
    }

    /// Two entries with a counterparty, a batch, and one that is not booked.
    const STATEMENT: &str = "<?xml version=\"1.0\"?><Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>\
        NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>\
        <Amt Ccy=\"EUR\">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-01-01</Dt></Dt></Bal>\
        <Ntry><Amt Ccy=\"EUR\">1.25</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2024-01-02</Dt>\
        </BookgDt><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>J &amp; J \u{e9}</Nm></Cdtr><CdtrAcct><Id><IBAN>\
        NL02ABNA0123456789</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>two  words</Ustrd></RmtInf></TxDtls>\
        </NtryDtls></Ntry>\n<Ntry><Amt Ccy=\"EUR\">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
        <ValDt><DtTm>2024-01-03T10:00:00</DtTm></ValDt><NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls>\
        <Amt Ccy=\"EUR\">1.00</Amt></TxDtls><TxDtls><Amt Ccy=\"EUR\">2.00</Amt></TxDtls></NtryDtls></Ntry>\
        <Ntry><Amt Ccy=\"EUR\">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry>\
        <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">11.75</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
        <Dt><Dt>2024-01-03</Dt></Dt></Bal></Stmt></BkToCstmrStmt></Document>";

    #[test]
    fn the_short_way_gives_the_rows_of_the_long_way() {
        let long = told(STATEMENT.as_bytes(), 1 << 18, false);
        assert!(
            long.starts_with("0 (2, 1) ") && long.contains("J & J é"),
            "{long}"
        );
        for block in (200..1700).step_by(13).chain([1 << 18]) {
            assert_eq!(
                told(STATEMENT.as_bytes(), block, true),
                long,
                "in blocks of {block}"
            );
        }
    }

    proptest! {
        #[test]
        fn damage_gives_the_same_rows_both_ways(
            changes in proptest::collection::vec((any::<u16>(), 0..11usize, any::<bool>()), 1..5),
            block in 200..2000usize,
        ) {
            let mut bytes = STATEMENT.as_bytes().to_vec();
            for (at, sign, insert) in changes {
                let at = usize::from(at) % bytes.len();
                let sign = b"<>/&;\"! =\xE91"[sign];
                if insert {
                    bytes.insert(at, sign);
                } else {
                    bytes[at] = sign;
                }
            }
            let long = told(&bytes, block, false);
            prop_assert_eq!(told(&bytes, block, true), long);
        }
    }
}
