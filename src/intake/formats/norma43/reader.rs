//! From records to statements and entries.

use super::concept::{self, Texts};
use super::dates;
use super::records::{self, Account, End, Header, Movement};
use crate::intake::fixed::{self, DateForm, Record, is_filler, note};
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{
    AccountKey, AccountMention, Channel, CounterpartyStatus, Direction, EntryRow, Leg, Place, StatementRow,
    format_scaled,
};

/// Characters of a record.
const WIDTH: usize = 80;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let form = dates::form(source)?;
    let mut lines = Lines::open(source)?;
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        form,
        next_number: 0,
        known: 0,
        records: 0,
        statement: None,
        open: None,
    };
    let result = reader.run(&mut lines);
    reader.out.finish()?;
    result?;
    if reader.known == 0 && source.bytes > 0 {
        return Err(IntakeError::Shape {
            name: source.name.to_owned(),
            place: "the whole file".to_owned(),
            found: "no record that begins with 11, 22, 23, 24, 33 or 88".to_owned(),
            expected: "a statement of Norma 43".to_owned(),
            next_step: "Give the file's own format, or a mapping with --mapping.".to_owned(),
        });
    }
    Ok(())
}

struct Reader<'a> {
    out: Segments<'a>,
    form: DateForm,
    next_number: u32,
    /// Records of known types.
    known: u64,
    /// All records: what record 88 counts.
    records: u64,
    statement: Option<Statement>,
    open: Option<Open>,
}

struct Statement {
    number: u32,
    place: Place,
    account: Account,
    holder: String,
    header: Header,
    end: Option<End>,
    entries: i64,
    /// Count and sum, in ten-thousandths, of credits and of debits.
    sums: [(u64, i128); 2],
}

/// A movement whose records 23 and 24 may follow.
struct Open {
    place: Place,
    movement: Result<Movement, String>,
    concept: String,
    own_concept: String,
    branch: String,
    document: String,
    references: [String; 2],
    texts: Texts,
    equivalent: String,
}

impl Reader<'_> {
    fn run(&mut self, lines: &mut Lines<'_>) -> Result<(), IntakeError> {
        let mut line = Line::default();
        while lines.next(&mut line)? {
            if !fixed::is_empty(&line.text) {
                self.record(&line, lines)?;
            }
        }
        self.end_movement(lines)?;
        self.end_statement();
        Ok(())
    }

    fn record(&mut self, line: &Line, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let record = Record::new(&line.text);
        let place = fixed::place(line);
        let fault = record.length_fault(line, WIDTH);
        let kind = record.columns(1, 2);
        self.records += 1;
        let known = matches!(kind, "00" | "11" | "22" | "23" | "24" | "33" | "88");
        self.known += u64::from(known);
        // Texts go to the movement before them; a record that is none does not end it.
        if known && !matches!(kind, "23" | "24") {
            self.end_movement(lines)?;
        }
        let result = match kind {
            // A header that some banks put before the first account.
            "00" => fault.map_or(Ok(()), Err),
            "11" => self.begin_statement(record, place, fault),
            "22" => {
                self.open = Some(self.begin_movement(record, place, fault));
                Ok(())
            }
            "23" | "24" => self.text(record, place, fault, kind),
            "33" => self.end_account(record, fault),
            "88" => self.end_file(record, fault),
            _ => Err(format!(
                "the record begins with ‘{kind}’; expected 11, 22, 23, 24, 33 or 88"
            )),
        };
        if let Some(statement) = &mut self.statement {
            statement.place.byte_end = statement.place.byte_end.max(place.byte_end);
        }
        if let Err(reason) = result {
            self.reject(place, &reason, lines);
        }
        if kind == "33" {
            self.end_statement();
        }
        self.out.pass_on()
    }

    fn begin_statement(
        &mut self,
        record: Record<'_>,
        place: Place,
        fault: Option<String>,
    ) -> Result<(), String> {
        self.end_statement();
        let account = records::account(record)
            .map_err(|reason| format!("{reason}; the movements below have no account"))?;
        // The account stays, so that a wrong balance does not take the movements along.
        let (header, wrong) = records::header(record, self.form);
        let number = self.next_number;
        self.next_number += 1;
        self.statement = Some(Statement {
            number,
            place,
            account,
            holder: record.field(52, 77).to_owned(),
            header,
            end: None,
            entries: 0,
            sums: [(0, 0); 2],
        });
        fault.or(wrong).map_or(Ok(()), Err)
    }

    fn begin_movement(&self, record: Record<'_>, place: Place, fault: Option<String>) -> Open {
        Open {
            place,
            movement: match fault {
                Some(fault) => Err(fault),
                None => records::movement(record, self.form),
            },
            concept: record.field(23, 24).to_owned(),
            own_concept: record.field(25, 27).to_owned(),
            branch: record.field(7, 10).to_owned(),
            document: record.field(43, 52).to_owned(),
            references: [record.field(53, 64).to_owned(), record.field(65, 80).to_owned()],
            texts: Texts::default(),
            equivalent: String::new(),
        }
    }

    fn text(
        &mut self,
        record: Record<'_>,
        place: Place,
        fault: Option<String>,
        kind: &str,
    ) -> Result<(), String> {
        let Some(open) = &mut self.open else {
            return Err(format!("a record {kind} without a movement (22) before it"));
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        if kind == "23" {
            open.texts.add(record)?;
        } else if open.equivalent.is_empty() {
            open.equivalent = records::equivalent(record)?;
        } else {
            return Err("a second record 24 of one movement; expected one".to_owned());
        }
        open.place.byte_end = place.byte_end;
        Ok(())
    }

    fn end_account(&mut self, record: Record<'_>, fault: Option<String>) -> Result<(), String> {
        let Some(statement) = &mut self.statement else {
            return Err("the end of an account (33) without its header (11)".to_owned());
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        let account = records::account(record)?;
        if account != statement.account {
            return Err(format!(
                "the end is that of account {}; expected {} of record 11",
                account.written, statement.account.written
            ));
        }
        let end = records::end(record)?;
        if let Some(currency) = statement.header.currency.filter(|c| *c != end.currency) {
            return Err(format!(
                "the end is in {}; expected {currency} of record 11",
                end.currency
            ));
        }
        let mut wrong = Vec::new();
        for (name, (count, sum), (counted, summed)) in [
            ("debits", end.debits, statement.sums[1]),
            ("credits", end.credits, statement.sums[0]),
        ] {
            if count != counted || i128::from(sum.scaled()) != summed {
                wrong.push(format!(
                    "{count} {name} of {} are stated, {counted} of {} were read",
                    sum.to_text(2),
                    format_scaled(summed, 2)
                ));
            }
        }
        statement.end = Some(end);
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("record 33 does not agree: {}", wrong.join("; ")))
        }
    }

    fn end_file(&mut self, record: Record<'_>, fault: Option<String>) -> Result<(), String> {
        if let Some(fault) = fault {
            return Err(fault);
        }
        let count = records::file_count(record)?;
        // The record does not count itself.
        let read = std::mem::take(&mut self.records).saturating_sub(1);
        if count == read {
            Ok(())
        } else {
            Err(format!(
                "record 88 does not agree: {count} records are stated, {read} were read before it"
            ))
        }
    }

    /// Writes the open movement, all its records read.
    fn end_movement(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        if let Err(reason) = self.entry(&open) {
            self.reject(open.place, &reason, lines);
        }
        self.out.pass_on()
    }

    fn entry(&mut self, open: &Open) -> Result<(), String> {
        let movement = open.movement.as_ref().map_err(Clone::clone)?;
        let Some(statement) = &mut self.statement else {
            return Err("the movement has no account; expected a readable record 11 before it".to_owned());
        };
        statement.entries += 1;
        let sums = &mut statement.sums[usize::from(movement.direction == Direction::Debit)];
        sums.0 += 1;
        sums.1 += i128::from(movement.amount.scaled());
        let (debit, mut remittance) = open.texts.read(&open.concept, movement.direction);
        let debit = debit.unwrap_or_default();
        note(&mut remittance, "mandate ", &debit.mandate);
        note(&mut remittance, "original ", &open.equivalent);
        for (label, reference) in ["reference 1 ", "reference 2 "].into_iter().zip(&open.references) {
            if !is_filler(reference) {
                note(&mut remittance, label, reference);
            }
        }
        let own_branch = statement.account.bank.get(4..).unwrap_or("");
        if !is_filler(&open.branch) && open.branch != own_branch {
            note(&mut remittance, "branch ", &open.branch);
        }
        let channel = concept::channel(&open.concept, &remittance);
        let code = match (is_filler(&open.concept), is_filler(&open.own_concept)) {
            (true, true) => String::new(),
            (_, true) => open.concept.clone(),
            _ => format!("{}/{}", open.concept, open.own_concept),
        };
        let locator = format!("line {}", open.place.line);
        let account = key(&statement.account);
        let mut row = EntryRow::new(
            open.place,
            Leg::Line,
            account,
            movement.direction,
            Some(movement.amount),
        );
        row.statement = Some(statement.number);
        row.sequence = Some(statement.entries);
        row.booking_date = Some(movement.booking);
        row.value_date = movement.value;
        row.currency = statement.header.currency;
        row.channel = channel;
        row.counterparty_name = &debit.creditor;
        row.counterparty_identifier = &debit.identifier;
        row.counterparty_status = if !debit.identifier.is_empty() {
            CounterpartyStatus::Identified
        } else if channel.is_cash() {
            CounterpartyStatus::Cash
        } else if !debit.creditor.is_empty() {
            CounterpartyStatus::Partial
        } else if matches!(channel, Channel::Fee | Channel::Interest) {
            CounterpartyStatus::Bank
        } else {
            CounterpartyStatus::Unknown
        };
        row.purpose = &debit.purpose;
        row.remittance = &remittance;
        row.end_to_end_id = &debit.reference;
        row.bank_reference = if is_filler(&open.document) {
            ""
        } else {
            &open.document
        };
        row.bank_code = &code;
        row.reversal = concept::takes_back(&open.concept);
        row.locator = &locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        Ok(())
    }

    /// Writes the open statement. Its last movement has ended before.
    fn end_statement(&mut self) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let account = key(&statement.account);
        let mut locator = format!(
            "line {}, account {}",
            statement.place.line, statement.account.written
        );
        if self.form == DateForm::DayFirst {
            locator.push_str(", dates read as DDMMYY");
        }
        let header = &statement.header;
        let end = statement.end.as_ref();
        let currency = header.currency.or(end.map(|end| end.currency));
        let rows = self.out.rows();
        rows.account(&AccountMention {
            account,
            bic: "",
            currency,
            country: "ES",
            holder_name: &statement.holder,
            opened: None,
            closed: None,
            seized: true,
        });
        rows.statement(&StatementRow {
            place: statement.place,
            number: statement.number,
            account,
            currency,
            from_date: header.period.map(|(from, _)| from),
            to_date: header.period.map(|(_, to)| to),
            opening_balance: header.opening,
            closing_balance: end.map(|end| end.closing),
            sequence_number: "",
            stated_entries: end.map(|end| end.debits.0.saturating_add(end.credits.0)),
            stated_credits: end.map(|end| end.credits.1),
            stated_debits: end.map(|end| end.debits.1),
            locator: &locator,
        });
    }

    fn reject(&mut self, place: Place, reason: &str, lines: &Lines<'_>) {
        let raw = lines.excerpt(place.byte_start, place.byte_end);
        let locator = format!("line {}", place.line);
        self.out.rows().reject(&Reject {
            place,
            locator: &locator,
            reason,
            raw: &raw,
        });
    }
}

fn key(account: &Account) -> AccountKey<'_> {
    AccountKey {
        number: &account.number,
        bank: &account.bank,
    }
}
