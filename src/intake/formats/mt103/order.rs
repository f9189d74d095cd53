//! An order of payment from the fields of a message.

use std::fmt::Write;

use super::envelope::day_of;
use super::parties::{self, Customer, Institution, add};
use super::reader::{Field, Message};
use crate::intake::Rows;
use crate::model::{
    AccountKey, AccountMention, Amount, Currency, Date, NumberStyle, OrderKind, OrderRow, OrderSide,
    PartyRow, Place,
};

/// Writes the order of a message, or says why there is none.
pub fn write(message: &Message, place: Place, locator: &str, rows: &mut Rows) -> Result<(), String> {
    let fields = message.fields.as_slice();
    // The customers of a cover payment stand behind its own fields.
    let is_bank = match message.envelope.kind.as_str() {
        "" => fields.iter().any(|field| field.tag.starts_with("58")),
        kind => kind != "103",
    };
    let cover = fields
        .iter()
        .position(|field| is_bank && field.tag.starts_with("50"));
    let (own, covered) = fields.split_at(cover.unwrap_or(fields.len()));
    let mut single = own.iter().filter(|field| field.tag == "32A");
    let settled = single
        .next()
        .ok_or("no :32A:; expected day, currency and amount")?;
    if single.next().is_some() {
        return Err("a second :32A: in one message; expected one".to_owned());
    }
    let (day, currency, amount) = settlement(&settled.text)?;
    let reference = line_of(own, "20");
    if reference.is_empty() {
        return Err("no :20:; expected the sender's reference".to_owned());
    }
    let (sender, receiver) = (&message.envelope.sender, &message.envelope.receiver);
    let (payer_bank, payee_bank) = (bank(own, "52"), bank(own, "57"));
    let (payer, payee) = match is_bank {
        false => (customer(own, "50"), customer(own, "59")),
        true => (customer(covered, "50"), customer(covered, "59")),
    };
    let mut remittance = String::new();
    for field in fields
        .iter()
        .filter(|field| matches!(field.tag.as_str(), "70" | "77T"))
    {
        join(&mut remittance, &field.text);
    }
    let mut notes = Notes(&mut remittance);
    let debtor_bank = bank(covered, "52");
    let creditor_bank = bank(covered, "57");
    let receiving = bank(own, "58");
    let (debtor, creditor) = if is_bank {
        let name = if payer_bank.label().is_empty() {
            sender
        } else {
            payer_bank.label()
        };
        let debtor = side(name, &payer_bank.account, sender, &payer.name);
        let creditor = side(
            receiving.label(),
            &receiving.account,
            or(payee_bank.code(), receiver),
            &payee.name,
        );
        if receiving.label().is_empty() {
            return Err("no :58a:; expected the bank that receives".to_owned());
        }
        notes.add("ordering customer's account", &payer.account);
        notes.add("ordering customer's bank", debtor_bank.code());
        notes.add("beneficiary's account", &payee.account);
        notes.add("beneficiary's bank", creditor_bank.code());
        (debtor, creditor)
    } else {
        if payer.name.is_empty() && payer.account.is_empty() {
            return Err("no :50a:; expected the ordering customer".to_owned());
        }
        if payee.name.is_empty() && payee.account.is_empty() {
            return Err("no :59a:; expected the beneficiary".to_owned());
        }
        let debtor = side(&payer.name, &payer.account, or(payer_bank.code(), sender), "");
        let creditor = side(&payee.name, &payee.account, or(payee_bank.code(), receiver), "");
        (debtor, creditor)
    };
    if payer.maybe_cut {
        notes.add(
            "the ordering customer's name fills its line of 35 characters",
            "it may be cut",
        );
    }
    if payee.maybe_cut {
        notes.add(
            "the beneficiary's name fills its line of 35 characters",
            "it may be cut",
        );
    }
    notes.add("ordering customer's address", &payer.address);
    notes.add("beneficiary's address", &payee.address);
    notes.add("related reference", line_of(own, "21"));
    let instructed = fields
        .iter()
        .find(|field| field.tag == "33B")
        .map_or("", |field| field.text.trim());
    if instructed != settled.text.trim().get(6..).unwrap_or("") {
        notes.add("instructed", instructed);
    }
    notes.add("rate", line_of(own, "36"));
    for (label, number) in [
        ("sender's correspondent", "53"),
        ("receiver's correspondent", "54"),
        ("third reimbursement bank", "55"),
        ("intermediary", "56"),
    ] {
        for fields in [own, covered] {
            notes.add(label, bank(fields, number).code());
        }
    }
    let operation = line_of(own, "23B");
    notes.add("operation", if operation == "CRED" { "" } else { operation });
    for field in own.iter().filter(|field| field.tag == "23E") {
        notes.add("instruction", &field.text);
    }
    let mut to_receiver = String::new();
    for field in fields.iter().filter(|field| field.tag == "72") {
        join(&mut to_receiver, &field.text);
    }
    notes.add("to receiver", &to_receiver);
    notes.add("regulatory", line_of(own, "77B"));
    let mut charges = String::new();
    for field in fields
        .iter()
        .filter(|field| matches!(field.tag.as_str(), "71A" | "71F" | "71G"))
    {
        let text = field.text.trim();
        add(
            &mut charges,
            &if field.tag == "71A" {
                text.to_owned()
            } else {
                format!("{}:{text}", field.tag)
            },
        );
    }
    let returned = ["/RETN/", "/REJT/"]
        .into_iter()
        .find_map(|code| to_receiver.find(code));
    let details = fields
        .iter()
        .filter(|field| field.tag == "70")
        .map(|field| field.text.as_str());
    let end_to_end = details.clone().find_map(customer_reference).unwrap_or("");
    let uetr = message.envelope.uetr.as_str();
    rows.order(&OrderRow {
        place,
        kind: match returned {
            Some(_) => OrderKind::Return,
            None => OrderKind::InterbankCreditTransfer,
        },
        message_id: reference,
        requested_date: Some(day),
        created_at: message.envelope.created_at,
        amount: Some(amount),
        currency: Some(currency),
        debtor,
        creditor,
        end_to_end_id: end_to_end,
        transaction_id: if uetr.is_empty() { reference } else { uetr },
        mandate: "",
        purpose: line_of(own, "26T"),
        remittance: &remittance,
        charges: &charges,
        return_reason: returned.and_then(|at| to_receiver.get(at..)).unwrap_or(""),
        locator,
    });
    let (payer_at, payee_at) = match is_bank {
        true => (debtor_bank.code(), creditor_bank.code()),
        false => (debtor.account.bank, creditor.account.bank),
    };
    tell(&payer, payer_at, place, locator, rows);
    tell(&payee, payee_at, place, locator, rows);
    rows.accepted();
    Ok(())
}

/// Remembers a customer's account, and the customer where the message identifies one.
fn tell(customer: &Customer, bank: &str, place: Place, locator: &str, rows: &mut Rows) {
    let account = AccountKey {
        number: &customer.account,
        bank,
    };
    if customer.birth_date.is_some() || !customer.number.is_empty() {
        rows.party(&PartyRow {
            place,
            kind: if customer.birth_date.is_some() {
                "person"
            } else {
                "unknown"
            },
            name: &customer.name,
            birth_date: customer.birth_date,
            registration_number: &customer.number,
            country: &customer.country,
            address: &customer.address,
            account,
            role: if account.is_empty() { "" } else { "holder" },
            locator,
            ..PartyRow::default()
        });
    } else if !account.is_empty() {
        rows.account(&AccountMention {
            account,
            bic: if parties::is_bic(bank) { bank } else { "" },
            currency: None,
            country: "",
            holder_name: "",
            opened: None,
            closed: None,
            seized: false,
        });
    }
}

/// Notes in brackets behind a text.
struct Notes<'a>(&'a mut String);

impl Notes<'_> {
    fn add(&mut self, label: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            let space = if self.0.is_empty() { "" } else { " " };
            // Writing to a text never fails.
            let _ = write!(self.0, "{space}[{label} {}]", text.replace('\n', " "));
        }
    }
}

/// `090527USD10500,00`
fn settlement(text: &str) -> Result<(Date, Currency, Amount), String> {
    let text = text.trim();
    let wrong = || format!(":32A: ‘{}’; expected YYMMDD, currency, amount", shorten(text));
    let (day, rest) = text.split_at_checked(6).ok_or_else(wrong)?;
    let (currency, amount) = rest.split_at_checked(3).ok_or_else(wrong)?;
    let day = day_of(day).ok_or_else(|| {
        format!(
            ":32A: ‘{}’ is no day of the calendar; expected YYMMDD",
            shorten(day)
        )
    })?;
    let currency = Currency::from_code(currency).map_err(|e| format!(":32A: {e}"))?;
    let amount = Amount::parse(amount, NumberStyle::COMMA).map_err(|e| format!(":32A: {e}"))?;
    if amount.is_negative() {
        return Err(format!(
            ":32A: ‘{}’; expected an amount without a sign",
            shorten(text)
        ));
    }
    Ok((day, currency, amount))
}

fn side<'a>(name: &'a str, number: &'a str, bank: &'a str, ultimate: &'a str) -> OrderSide<'a> {
    OrderSide {
        name,
        account: AccountKey { number, bank },
        ultimate,
    }
}

/// The first field of a number with any option, and the option.
fn of_number<'a>(fields: &'a [Field], number: &str) -> Option<(&'a str, &'a str)> {
    let field = fields.iter().find(|field| field.tag.starts_with(number))?;
    Some((field.tag.get(2..).unwrap_or(""), field.text.as_str()))
}

fn customer(fields: &[Field], number: &str) -> Customer {
    of_number(fields, number)
        .map(|(option, text)| parties::customer(option, text))
        .unwrap_or_default()
}

fn bank(fields: &[Field], number: &str) -> Institution {
    of_number(fields, number)
        .map(|(option, text)| parties::institution(option, text))
        .unwrap_or_default()
}

/// The first line of a field.
fn line_of<'a>(fields: &'a [Field], tag: &str) -> &'a str {
    let field = fields.iter().find(|field| field.tag == tag);
    field
        .and_then(|field| field.text.lines().next())
        .map_or("", str::trim)
}

/// `/ROC/` in the remittance: the ordering customer's own reference.
fn customer_reference(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("/ROC/")?;
    let line = rest.lines().next()?;
    line.split("//")
        .next()
        .map(str::trim)
        .filter(|reference| !reference.is_empty())
}

fn join(out: &mut String, text: &str) {
    text.lines().for_each(|line| add(out, line));
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// The beginning of a text, for messages.
pub fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
