//! From lines to fields, from fields to statements and entries.

use std::fmt::Write;

use super::details::{self, Details};
use super::fields::{Balance, account, balance, is_bic, shorten, stated_sum};
use super::line61;
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile, channels};
use crate::model::{
    AccountKey, AccountMention, Amount, Channel, CounterpartyStatus, Currency, EntryRow, Leg, Place,
    StatementRow,
};

/// Tags that are known. Others that look like tags are text: `:12:11` is the time in a wrapped line.
const TAGS: [&str; 25] = [
    "13", "13D", "20", "21", "25", "25P", "28", "28C", "28D", "34F", "60", "60F", "60M", "61", "62", "62F",
    "62M", "64", "65", "86", "90C", "90D", "NS", "940", "942",
];

/// Longest field, in bytes.
const FIELD: usize = 1024 * 1024;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut lines = Lines::open(source)?;
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        next_number: 0,
        tags: 0,
        statement: None,
        pending: None,
        remittance: String::new(),
        code: String::new(),
    };
    let result = reader.run(&mut lines);
    reader.out.finish()?;
    result?;
    if reader.tags == 0 && source.bytes > 0 {
        return Err(IntakeError::Shape {
            name: source.name.to_owned(),
            place: "the whole file".to_owned(),
            found: "no line that begins with a tag such as :20: or :61:".to_owned(),
            expected: "an MT940 statement".to_owned(),
            next_step: "Give the file's own format, or a mapping with --mapping.".to_owned(),
        });
    }
    Ok(())
}

struct Reader<'a> {
    out: Segments<'a>,
    next_number: u32,
    /// Tags seen in the file.
    tags: u64,
    statement: Option<Statement>,
    pending: Option<Pending>,
    remittance: String,
    code: String,
}

/// A field being read: its tag and lines.
#[derive(Default)]
struct Field {
    tag: &'static str,
    text: String,
    start: u64,
    end: u64,
    line: u64,
    /// A line or the whole was longer than can be kept.
    cut: bool,
}

/// A statement, or a page of one.
struct Statement {
    number: u32,
    start: u64,
    end: u64,
    line: u64,
    account: String,
    bank: String,
    named_currency: Option<Currency>,
    sequence_number: String,
    opening: Option<Balance>,
    closing: Option<Balance>,
    entries: i64,
    stated: [Option<(u64, Amount)>; 2],
}

/// An entry that waits for its `:86:`.
struct Pending {
    text: String,
    details: String,
    /// Lines of a bank's own (`:NS:`) instead of `:86:`.
    own_details: String,
    start: u64,
    end: u64,
    line: u64,
    cut: bool,
}

impl Reader<'_> {
    fn run(&mut self, lines: &mut Lines<'_>) -> Result<(), IntakeError> {
        let mut line = Line::default();
        let mut field: Option<Field> = None;
        // A lone colon begins a tag that was cut by the line's end.
        let mut colon: Option<u64> = None;
        // Inside a message of another kind, which is a reject as a whole.
        let mut other_kind = false;
        while lines.next(&mut line)? {
            let mut text = line
                .text
                .trim_start_matches(|c: char| c < ' ')
                .trim_end_matches('\u{3}');
            let mut start = line.start;
            let rejoined;
            if let Some(at) = colon.take() {
                rejoined = format!(":{text}");
                if tag_of(&rejoined).is_some() {
                    text = &rejoined;
                    start = at;
                }
            }
            if text == ":" {
                colon = Some(line.start);
                continue;
            }
            if other_kind && !is_block(text) {
                continue;
            }
            if is_block(text) {
                self.end_message(field.take(), lines)?;
                if let Some(kind) = kind_of(text) {
                    other_kind = !matches!(kind, "940" | "941" | "942" | "950");
                    if other_kind {
                        let place = Place {
                            byte_start: start,
                            byte_end: line.end,
                            line: line.number,
                        };
                        let reason = format!(
                            "a message MT{kind} among statements; expected MT940 or MT942. Take it in as a file of its own"
                        );
                        self.reject(place, &reason, lines);
                        self.out.pass_on()?;
                        continue;
                    }
                }
                text = match text.split_once("{4:") {
                    Some((_, rest)) => rest.trim_start(),
                    None => "",
                };
                if text.is_empty() {
                    continue;
                }
            }
            if text.trim_end() == "-" || text.starts_with("-}") {
                self.end_message(field.take(), lines)?;
                continue;
            }
            if let Some((tag, rest)) = tag_of(text) {
                self.tags += 1;
                self.end_field(field.take(), lines)?;
                field = Some(Field {
                    tag,
                    text: rest.to_owned(),
                    start,
                    end: line.end,
                    line: line.number,
                    cut: line.cut,
                });
            } else if let Some(field) = &mut field {
                if field.text.len() + text.len() < FIELD {
                    field.text.push('\n');
                    field.text.push_str(text);
                } else {
                    field.cut = true;
                }
                field.cut |= line.cut;
                if !text.trim().is_empty() {
                    field.end = line.end;
                }
            }
            // Lines outside any field are the envelope of the delivery.
        }
        self.end_message(field.take(), lines)
    }

    fn end_message(&mut self, field: Option<Field>, lines: &Lines<'_>) -> Result<(), IntakeError> {
        self.end_field(field, lines)?;
        self.end_entry(lines)?;
        self.end_statement(lines);
        Ok(())
    }

    fn end_field(&mut self, field: Option<Field>, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(field) = field else {
            return Ok(());
        };
        match field.tag {
            "86" | "NS" => {
                if let Some(pending) = &mut self.pending {
                    let slot = if field.tag == "86" {
                        &mut pending.details
                    } else {
                        &mut pending.own_details
                    };
                    if !slot.is_empty() {
                        slot.push('\n');
                    }
                    slot.push_str(&field.text);
                    pending.end = field.end;
                    pending.cut |= field.cut;
                }
                // Without an entry before it, it is a note on the statement.
                if let Some(statement) = &mut self.statement {
                    statement.end = field.end;
                }
                return Ok(());
            }
            "940" | "942" => return Ok(()),
            _ => {}
        }
        self.end_entry(lines)?;
        if field.tag == "20" {
            self.end_statement(lines);
        }
        let result = self.statement_field(&field, lines);
        if let Some(statement) = &mut self.statement {
            statement.end = field.end.max(statement.end);
        }
        if let Err(reason) = result {
            let place = Place {
                byte_start: field.start,
                byte_end: field.end,
                line: field.line,
            };
            self.reject(place, &format!(":{}: {reason}", field.tag), lines);
        }
        self.out.pass_on()
    }

    fn statement_field(&mut self, field: &Field, lines: &Lines<'_>) -> Result<(), String> {
        let text = field.text.trim();
        match field.tag {
            "25" | "25P" => {
                if self.statement.as_ref().is_some_and(|s| s.closing.is_some()) {
                    self.end_statement(lines);
                }
                let statement = self.begin(field);
                if !statement.account.is_empty() {
                    return Err(format!(
                        "‘{}’ is a second account inside one statement; expected one",
                        shorten(text)
                    ));
                }
                let (bank, account, currency) = account(text);
                statement.bank = bank;
                statement.account = account;
                statement.named_currency = currency;
            }
            "28" | "28C" | "28D" => {
                self.next_page(field, |s| s.closing.is_some(), lines);
                self.begin(field).sequence_number = text.to_owned();
            }
            "60" | "60F" | "60M" => {
                let balance = balance(text)?;
                self.next_page(field, |s| s.opening.is_some() || s.closing.is_some(), lines);
                self.begin(field).opening = Some(balance);
            }
            "62" | "62F" | "62M" => {
                let balance = balance(text)?;
                self.begin(field).closing = Some(balance);
            }
            "34F" => {
                let statement = self.begin(field);
                if statement.named_currency.is_none() {
                    statement.named_currency = text.get(..3).and_then(|c| Currency::from_code(c).ok());
                }
            }
            "90C" | "90D" => {
                let sum = stated_sum(text)?;
                self.begin(field).stated[usize::from(field.tag == "90D")] = Some(sum);
            }
            "61" => {
                self.begin(field).entries += 1;
                self.pending = Some(Pending {
                    text: field.text.clone(),
                    details: String::new(),
                    own_details: String::new(),
                    start: field.start,
                    end: field.end,
                    line: field.line,
                    cut: field.cut,
                });
            }
            "20" => {
                self.begin(field);
            }
            _ => {}
        }
        Ok(())
    }

    /// The open statement; a field outside any begins one.
    fn begin(&mut self, field: &Field) -> &mut Statement {
        let next = &mut self.next_number;
        self.statement.get_or_insert_with(|| {
            let number = *next;
            *next += 1;
            Statement {
                number,
                start: field.start,
                end: field.end,
                line: field.line,
                account: String::new(),
                bank: String::new(),
                named_currency: None,
                sequence_number: String::new(),
                opening: None,
                closing: None,
                entries: 0,
                stated: [None; 2],
            }
        })
    }

    /// Begins a further statement of the same account where the open one is already full.
    fn next_page(&mut self, field: &Field, full: impl Fn(&Statement) -> bool, lines: &Lines<'_>) {
        let Some(open) = self.statement.as_ref().filter(|s| full(s)) else {
            return;
        };
        let (account, bank) = (open.account.clone(), open.bank.clone());
        let named = open.named_currency;
        let sequence_number = open.sequence_number.clone();
        self.end_statement(lines);
        let page = self.begin(field);
        page.account = account;
        page.bank = bank;
        page.named_currency = named;
        page.sequence_number = sequence_number;
    }

    /// Writes the open statement. Its last entry has ended before.
    fn end_statement(&mut self, lines: &Lines<'_>) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let place = Place {
            byte_start: statement.start,
            byte_end: statement.end,
            line: statement.line,
        };
        if statement.account.is_empty() {
            if statement.opening.is_some() || statement.closing.is_some() {
                self.reject(
                    place,
                    "the statement names no account; expected a line :25:",
                    lines,
                );
            }
            return;
        }
        let account = AccountKey {
            number: &statement.account,
            bank: &statement.bank,
        };
        let locator = format!("line {}", statement.line);
        let currency = statement.currency();
        let bic = if is_bic(&statement.bank) {
            statement.bank.as_str()
        } else {
            ""
        };
        let rows = self.out.rows();
        rows.account(&AccountMention {
            account,
            bic,
            currency,
            country: "",
            holder_name: "",
            opened: None,
            closed: None,
            seized: true,
        });
        let [credits, debits] = statement.stated;
        let counted = credits.is_some() || debits.is_some();
        let count = credits
            .map_or(0, |(n, _)| n)
            .saturating_add(debits.map_or(0, |(n, _)| n));
        rows.statement(&StatementRow {
            place,
            number: statement.number,
            account,
            currency,
            from_date: statement.opening.and_then(|b| b.date),
            to_date: statement.closing.and_then(|b| b.date),
            opening_balance: statement.opening.map(|b| b.amount),
            closing_balance: statement.closing.map(|b| b.amount),
            sequence_number: &statement.sequence_number,
            stated_entries: counted.then_some(count),
            stated_credits: credits.map(|(_, sum)| sum),
            stated_debits: debits.map(|(_, sum)| sum),
            locator: &locator,
        });
    }

    fn end_entry(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let place = Place {
            byte_start: pending.start,
            byte_end: pending.end,
            line: pending.line,
        };
        if let Err(reason) = self.entry(&pending, place) {
            self.reject(place, &format!(":61: {reason}"), lines);
        }
        self.out.pass_on()
    }

    fn entry(&mut self, pending: &Pending, place: Place) -> Result<(), String> {
        if pending.cut {
            return Err(
                "a line longer than 64 KB or a field longer than 1 MB; expected 65 characters a line".into(),
            );
        }
        let line = line61::parse(&pending.text)?;
        let Some(statement) = self.statement.as_ref().filter(|s| !s.account.is_empty()) else {
            return Err("no account: the message has no line :25: before this entry".to_owned());
        };
        let mut details = if pending.details.is_empty() && !pending.own_details.is_empty() {
            details::read_own(&pending.own_details)
        } else {
            details::read(&pending.details)
        };
        complete(&mut details, &line, &statement.account);
        let channel = channel(&details, line.kind);
        self.remittance.clear();
        write_remittance(&mut self.remittance, &details, &line);
        self.code.clear();
        self.code.push_str(line.kind);
        if !details.code.is_empty() {
            let _ = write!(
                self.code,
                "{}{}",
                if line.kind.is_empty() { "" } else { "+" },
                details.code
            );
        }
        let locator = format!("line {}", pending.line);
        let account = AccountKey {
            number: &statement.account,
            bank: &statement.bank,
        };
        let mut row = EntryRow::new(place, Leg::Line, account, line.direction, Some(line.amount));
        row.statement = Some(statement.number);
        row.sequence = Some(statement.entries);
        row.booking_date = Some(line.booking);
        row.value_date = Some(line.value);
        row.currency = statement.currency();
        row.channel = channel;
        row.counterparty_name = &details.name;
        row.counterparty = AccountKey {
            number: &details.account,
            bank: &details.bank,
        };
        row.counterparty_identifier = &details.identifier;
        row.counterparty_status = if !details.account.is_empty() || !details.identifier.is_empty() {
            CounterpartyStatus::Identified
        } else if channel.is_cash() {
            CounterpartyStatus::Cash
        } else if !details.name.is_empty() {
            CounterpartyStatus::Partial
        } else if matches!(channel, Channel::Fee | Channel::Interest) {
            CounterpartyStatus::Bank
        } else {
            CounterpartyStatus::Unknown
        };
        row.terminal = &details.terminal;
        row.purpose = &details.purpose;
        row.remittance = &self.remittance;
        row.end_to_end_id = &details.end_to_end;
        row.bank_reference = line.bank_reference;
        row.bank_code = &self.code;
        row.reversal = line.reversal;
        row.locator = &locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        Ok(())
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

impl Statement {
    fn currency(&self) -> Option<Currency> {
        let of = |balance: Option<Balance>| balance.and_then(|b| b.currency);
        of(self.opening).or(of(self.closing)).or(self.named_currency)
    }
}

/// Fills in what stands in the line itself rather than in its details.
fn complete(details: &mut Details, line: &line61::Line61<'_>, own: &str) {
    if details.account.is_empty() {
        for text in [line.customer_reference, line.supplement] {
            if let Some((account, name)) = details::leading_iban(text) {
                details.account.push_str(account);
                if details.name.is_empty() {
                    details::add(&mut details.name, name);
                }
                break;
            }
        }
    } else {
        details.account.retain(|c| !c.is_whitespace());
    }
    if details.name.is_empty() && details::leading_iban(line.customer_reference).is_some() {
        details::add(&mut details.name, line.supplement);
    }
    // Polish banks write other accounts of the country without its letters.
    if own.starts_with("PL")
        && details.account.len() == 26
        && details.account.bytes().all(|b| b.is_ascii_digit())
        && details::is_iban(&format!("PL{}", details.account))
    {
        details.account.insert_str(0, "PL");
    }
    let reference = line.customer_reference;
    let placeholder = matches!(
        reference,
        "" | "NONREF" | "NOTPROVIDED" | "EREF" | "PREF" | "MARF" | "KREF+" | "KREF" | "RREF"
    );
    if details.end_to_end.is_empty() && !placeholder && details::leading_iban(reference).is_none() {
        details.end_to_end.push_str(reference);
    }
}

/// What the payer wrote, the supplement of the line where it adds to that; in brackets what has no column of its own.
fn write_remittance(out: &mut String, details: &Details, line: &line61::Line61<'_>) {
    details::add(out, &details.remittance);
    let mut supplement = String::new();
    details::add(&mut supplement, line.supplement);
    let known = [&details.name, &details.account, out]
        .into_iter()
        .any(|text| text.to_lowercase().contains(&supplement.to_lowercase()));
    if !known {
        details::add(out, &supplement);
    }
    for (label, text) in [
        ("on behalf of", &details.ultimate),
        ("mandate", &details.mandate),
        ("return reason", &details.return_reason),
        ("instructed", &details.instructed),
        ("rate", &details.rate),
    ] {
        if !text.is_empty() {
            let _ = write!(out, "{}[{label} {text}]", if out.is_empty() { "" } else { " " });
        }
    }
}

fn channel(details: &Details, kind: &str) -> Channel {
    let by_code = channels::from_gvc(&details.code);
    if by_code != Channel::Unknown {
        return by_code;
    }
    let posting = details.posting.to_ascii_uppercase();
    let by_words = [
        ("BEA", Channel::CardPos),
        ("GEA", Channel::CashAtm),
        ("SEPA INCASSO", Channel::DirectDebit),
        ("SEPA OVERBOEKING", Channel::TransferSepa),
        ("SEPA IDEAL", Channel::TransferSepa),
        ("IDEAL", Channel::TransferSepa),
        ("SEPA PERIODIEKE OVERB", Channel::TransferSepa),
    ]
    .into_iter()
    .find(|(words, _)| posting.starts_with(words));
    match by_words {
        Some((_, channel)) => channel,
        None => channels::from_swift(kind.get(1..).unwrap_or("")),
    }
}

/// Tag and text of a line that begins with a known tag.
fn tag_of(line: &str) -> Option<(&'static str, &str)> {
    let (word, rest) = line.strip_prefix(':')?.split_once(':')?;
    let tag = TAGS.iter().find(|tag| **tag == word)?;
    Some((tag, rest))
}

/// The kind of message that the second block of an envelope names: `{2:O940...`.
fn kind_of(line: &str) -> Option<&str> {
    let (_, block) = line.split_once("{2:")?;
    let kind = block.get(1..4)?;
    kind.bytes().all(|b| b.is_ascii_digit()).then_some(kind)
}

fn is_block(line: &str) -> bool {
    let bytes = line.trim_start().as_bytes();
    bytes.len() >= 3 && bytes[0] == b'{' && (b'1'..=b'5').contains(&bytes[1]) && bytes[2] == b':'
}
