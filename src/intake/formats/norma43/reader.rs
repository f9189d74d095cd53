//! From records to statements and entries.

use super::concept::{self, Texts};
use super::dates;
use super::records::{self, Account, End, Header, Movement};
use crate::intake::fixed::{DateForm, Record, is_filler, note};
use crate::intake::fixed_file::{self, Handover, Holder, Layout, Read};
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::{
    AccountKey, CounterpartyStatus, Direction, EntryRow, Leg, Place, StatementRow, format_scaled,
};

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let form = dates::form(source)?;
    let mut reader = Reader {
        form,
        told: 0,
        statement: None,
        open: None,
    };
    fixed_file::read(&mut reader, source, output)
}

struct Reader {
    form: DateForm,
    /// Records up to the last record 88, with it.
    told: u64,
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

impl Layout for Reader {
    const WIDTH: usize = 80;
    const KINDS: &'static [&'static str] = &["11", "22", "23", "24", "33", "88", "00"];
    const LAST: &'static str = "33";
    const FILE: &'static str = "a statement of Norma 43";

    type Movement = Open;

    fn ends_movement(record: Record<'_>) -> bool {
        !matches!(record.columns(1, 2), "23" | "24")
    }

    fn record(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String> {
        match read.kind {
            // A header that some banks put before the first account.
            "00" => read.sound,
            "11" => self.begin_statement(read, out),
            "22" => {
                self.open = Some(self.begin_movement(read));
                Ok(())
            }
            "23" | "24" => self.text(read),
            "33" => self.end_account(read),
            _ => self.end_file(read, out.records()),
        }
    }

    fn movement(&mut self) -> &mut Option<Open> {
        &mut self.open
    }

    fn place_of(movement: &Open) -> Place {
        movement.place
    }

    fn book(&mut self, open: &mut Open, out: &mut Handover<'_>) -> Result<(), String> {
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
        row.counterparty_status = CounterpartyStatus::of("", &debit.identifier, &debit.creditor, channel);
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
        out.entry(&row);
        Ok(())
    }

    fn statement(&mut self) -> Option<&mut Place> {
        self.statement.as_mut().map(|statement| &mut statement.place)
    }

    fn end_statement(&mut self, out: &mut Handover<'_>) {
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
        let row = StatementRow {
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
        };
        let holder = Holder {
            name: &statement.holder,
            country: "ES",
            ..Holder::default()
        };
        out.statement(&row, holder);
    }
}

impl Reader {
    fn begin_statement(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String> {
        let Read {
            record, place, sound, ..
        } = read;
        self.end_statement(out);
        let account = records::account(record)
            .map_err(|reason| format!("{reason}; the movements below have no account"))?;
        // The account stays, so that a wrong balance does not take the movements along.
        let (header, wrong) = records::header(record, self.form);
        self.statement = Some(Statement {
            number: out.number(),
            place,
            account,
            holder: record.field(52, 77).to_owned(),
            header,
            end: None,
            entries: 0,
            sums: [(0, 0); 2],
        });
        sound?;
        wrong.map_or(Ok(()), Err)
    }

    fn begin_movement(&self, read: Read<'_>) -> Open {
        let record = read.record;
        Open {
            place: read.place,
            movement: read.sound.and_then(|()| records::movement(record, self.form)),
            concept: record.field(23, 24).to_owned(),
            own_concept: record.field(25, 27).to_owned(),
            branch: record.field(7, 10).to_owned(),
            document: record.field(43, 52).to_owned(),
            references: [record.field(53, 64).to_owned(), record.field(65, 80).to_owned()],
            texts: Texts::default(),
            equivalent: String::new(),
        }
    }

    fn text(&mut self, read: Read<'_>) -> Result<(), String> {
        let Read { kind, record, .. } = read;
        let Some(open) = &mut self.open else {
            return Err(format!("a record {kind} without a movement (22) before it"));
        };
        read.sound?;
        if kind == "23" {
            open.texts.add(record)?;
        } else if open.equivalent.is_empty() {
            open.equivalent = records::equivalent(record)?;
        } else {
            return Err("a second record 24 of one movement; expected one".to_owned());
        }
        open.place.byte_end = read.place.byte_end;
        Ok(())
    }

    fn end_account(&mut self, read: Read<'_>) -> Result<(), String> {
        let Some(statement) = &mut self.statement else {
            return Err("the end of an account (33) without its header (11)".to_owned());
        };
        read.sound?;
        let account = records::account(read.record)?;
        if account != statement.account {
            return Err(format!(
                "the end is that of account {}; expected {} of record 11",
                account.written, statement.account.written
            ));
        }
        let end = records::end(read.record)?;
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

    fn end_file(&mut self, read: Read<'_>, records: u64) -> Result<(), String> {
        read.sound?;
        let count = records::file_count(read.record)?;
        // The record does not count itself.
        let counted = records - std::mem::replace(&mut self.told, records) - 1;
        if count == counted {
            Ok(())
        } else {
            Err(format!(
                "record 88 does not agree: {count} records are stated, {counted} were read before it"
            ))
        }
    }
}

fn key(account: &Account) -> AccountKey<'_> {
    AccountKey {
        number: &account.number,
        bank: &account.bank,
    }
}
