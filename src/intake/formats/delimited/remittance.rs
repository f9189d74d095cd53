//! A row of a money transfer between two persons → a debit entry of the one, a credit entry of the other, both persons,
//! and the fee where the row has one.

use super::fault::Fault;
use super::fields::Record;
use super::listing::{Part, part};
use super::plan::{Plan, Slot};
use super::reader::Reader;
use super::values;
use crate::intake::mapping::person::PersonSpec;
use crate::model::{
    AccountKey, Amount, Channel, CounterpartyStatus, Date, Direction, EntryRow, Leg, PartyRow, Place,
};

/// Cells of a person, tied to a file's columns.
pub struct PersonSlots {
    service: String,
    full_name: Slot,
    name: Vec<Slot>,
    birth_date: Slot,
    document_number: Slot,
    document_kind: Slot,
    document_country: Slot,
    phone: Slot,
    email: Slot,
    country: Slot,
    address: Vec<Slot>,
    agent: Slot,
    agent_city: Slot,
    agent_country: Slot,
}

impl PersonSlots {
    /// From the mapping's keys; `slot` looks a cell up.
    pub fn of(spec: &PersonSpec, slot: &dyn Fn(&str) -> Slot) -> PersonSlots {
        let all = |cells: &[String]| cells.iter().map(|cell| slot(cell)).collect();
        PersonSlots {
            service: spec.service.clone(),
            full_name: slot(&spec.full_name),
            name: all(&spec.name),
            birth_date: slot(&spec.birth_date),
            document_number: slot(&spec.document_number),
            document_kind: slot(&spec.document_kind),
            document_country: slot(&spec.document_country),
            phone: slot(&spec.phone),
            email: slot(&spec.email),
            country: slot(&spec.country),
            address: all(&spec.address),
            agent: slot(&spec.agent),
            agent_city: slot(&spec.agent_city),
            agent_country: slot(&spec.agent_country),
        }
    }
}

/// A person as a row names it.
struct Person<'a> {
    slots: &'a PersonSlots,
    name: String,
    birth_date: Option<Date>,
    /// Kind, country and number of the document; empty where there is none that identifies.
    document: String,
    /// The person's account at the service.
    account: String,
    /// Whether the account is the person's beyond this transfer.
    identified: bool,
}

/// Reads a row.
pub fn read(
    reader: &mut Reader<'_>,
    record: &Record<'_>,
    place: Place,
    sides: (&PersonSlots, &PersonSlots),
) -> Result<(), Fault> {
    let plan = reader.plan;
    values::refuse_not_booked(plan, record)?;
    let (date, moment) = values::booked(plan, record)?;
    let reference = plan.bank_reference.get(record);
    if reference.is_empty() {
        return Err(Fault::Empty {
            column: plan.label(&plan.bank_reference),
            expected: "the transfer's own number",
        });
    }
    let paid = part(plan, record, &plan.amount, &plan.currency)?;
    let received = received(plan, record, &paid)?;
    let fee = fee(plan, record)?;
    let payer = person(plan, record, sides.0, (reference, date, "sender"))?;
    let payee = person(plan, record, sides.1, (reference, date, "payee"))?;
    let value_date = plan.date(&plan.value, record)?.and_then(|reading| reading.date);
    let sequence = values::sequence(plan, record, place)?;

    let mut joined = std::mem::take(&mut reader.joined);
    let mut row = EntryRow::new(place, Leg::Debit, AccountKey::default(), Direction::Debit, None);
    row.sequence = Some(sequence);
    row.booking_date = Some(date);
    row.booked_at = moment;
    row.value_date = value_date;
    row.channel = match values::channel(plan, record) {
        Channel::Unknown => Channel::Remittance,
        channel => channel,
    };
    row.purpose = values::purpose(plan, record);
    row.bank_reference = reference;
    row.bank_code = plan.bank_code.get(record);
    row.remittance = values::remittance(plan, record, &mut joined);
    row.locator = &reader.locator;
    let legs = [
        (Leg::Debit, Direction::Debit, &payer, &payee, &paid),
        (
            Leg::Credit,
            Direction::Credit,
            &payee,
            &payer,
            received.as_ref().unwrap_or(&paid),
        ),
    ];
    for (leg, direction, own, other, part) in legs {
        row.leg = leg;
        row.direction = direction;
        row.account = AccountKey::number(&own.account);
        row.amount = part.amount;
        row.currency = part.currency;
        row.asset = &part.asset;
        row.quantity = part.quantity;
        row.terminal = own.slots.agent.get(record);
        row.city = own.slots.agent_city.get(record);
        row.country = own.slots.agent_country.get(record);
        row.counterparty = AccountKey::number(&other.account);
        row.counterparty_name = &other.name;
        row.counterparty_identifier = &other.document;
        row.counterparty_country = match other.slots.agent_country.get(record) {
            "" => other.slots.country.get(record),
            country => country,
        };
        row.counterparty_status = if other.identified {
            CounterpartyStatus::Identified
        } else if other.name.is_empty() {
            CounterpartyStatus::Unknown
        } else {
            CounterpartyStatus::Partial
        };
        reader.rows.entry(&row);
    }
    if let Some(fee) = fee {
        let mut charge = EntryRow::new(
            place,
            Leg::Fee,
            AccountKey::number(&payer.account),
            Direction::Debit,
            Some(fee),
        );
        charge.sequence = Some(sequence.saturating_add(1));
        charge.booking_date = Some(date);
        charge.booked_at = moment;
        charge.currency = paid.currency;
        charge.channel = Channel::Fee;
        charge.counterparty_status = CounterpartyStatus::Bank;
        charge.bank_reference = reference;
        charge.locator = &reader.locator;
        reader.rows.entry(&charge);
    }
    for person in [&payer, &payee] {
        party(reader, record, place, person);
    }
    reader.joined = joined;
    Ok(())
}

// What the payee received. In another currency its amount must be there: the sent amount is not it.
fn received(plan: &Plan<'_>, record: &Record<'_>, paid: &Part) -> Result<Option<Part>, Fault> {
    let word = plan.received_currency.get(record);
    if !plan.received.get(record).is_empty() {
        let currency = if word.is_empty() {
            &plan.currency
        } else {
            &plan.received_currency
        };
        return part(plan, record, &plan.received, currency).map(Some);
    }
    let other = !word.is_empty()
        && match plan.money(&plan.received_currency, record)? {
            super::plan::Money::Currency(currency) => Some(currency) != paid.currency,
            super::plan::Money::Asset(_) => true,
        };
    if other {
        return Err(Fault::Empty {
            column: plan.label(&plan.received),
            expected: "the amount that was paid out, because its currency is not the one that was sent",
        });
    }
    Ok(None)
}

fn fee(plan: &Plan<'_>, record: &Record<'_>) -> Result<Option<Amount>, Fault> {
    match plan.amount(&plan.fee, record)?.filter(|fee| *fee != Amount::ZERO) {
        Some(fee) if fee.is_negative() => Err(Fault::Negative {
            column: plan.label(&plan.fee),
            value: super::plan::shorten(plan.fee.get(record)),
            because: "a fee is paid by the sender",
        }),
        fee => Ok(fee),
    }
}

fn person<'a>(
    plan: &Plan<'_>,
    record: &Record<'_>,
    slots: &'a PersonSlots,
    (reference, date, side): (&str, Date, &str),
) -> Result<Person<'a>, Fault> {
    let mut name = slots.full_name.get(record).to_owned();
    if name.is_empty() {
        name = joined(&slots.name, record, " ");
    }
    let birth_date = plan
        .date(&slots.birth_date, record)?
        .and_then(|reading| reading.date);
    let document = document(
        slots.document_kind.get(record),
        slots.document_country.get(record),
        slots.document_number.get(record),
    );
    let phone = phone(slots.phone.get(record), slots.country.get(record));
    let service = &slots.service;
    let folded = plain(&name, '-');
    let (account, identified) = match (&document, &phone, birth_date) {
        (document, _, _) if !document.is_empty() => (format!("{}@{service}", plain(document, '-')), true),
        (_, phone, _) if !phone.is_empty() => (format!("tel-{phone}@{service}"), true),
        (_, _, Some(birth_date)) if !folded.is_empty() => (format!("{folded}-{birth_date}@{service}"), true),
        // A name alone is many people's: the account is this transfer's only.
        _ => (
            format!("{}-{date}-{side}@{service}", plain(reference, '-')),
            false,
        ),
    };
    Ok(Person {
        slots,
        name,
        birth_date,
        document,
        account,
        identified,
    })
}

fn party(reader: &mut Reader<'_>, record: &Record<'_>, place: Place, person: &Person<'_>) {
    if person.name.is_empty() && person.document.is_empty() {
        return;
    }
    let slots = person.slots;
    reader.rows.party(&PartyRow {
        place,
        kind: "unknown",
        name: &person.name,
        birth_date: person.birth_date,
        registration_number: &person.document,
        country: slots.country.get(record),
        address: &joined(&slots.address, record, ", "),
        phone: slots.phone.get(record),
        email: slots.email.get(record),
        account: AccountKey::number(&person.account),
        role: "holder",
        locator: &reader.locator,
        ..PartyRow::default()
    });
}

fn joined(slots: &[Slot], record: &Record<'_>, between: &str) -> String {
    let parts: Vec<&str> = slots
        .iter()
        .map(|slot| slot.get(record))
        .filter(|text| !text.is_empty())
        .collect();
    parts.join(between)
}

// Letters and digits in capitals, everything between them as one `between`.
fn plain(text: &str, between: char) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
    {
        if !out.is_empty() {
            out.push(between);
        }
        out.extend(part.chars().flat_map(char::to_uppercase));
    }
    out
}

/// Kind, country and number of a document; empty where the number is none that identifies: too short, without a digit,
/// or one digit over and over, as clerks fill in forms.
fn document(kind: &str, country: &str, number: &str) -> String {
    let compact: String = number
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect();
    let digits = compact.chars().any(|c| c.is_ascii_digit());
    if compact.chars().count() < 5 || !digits || is_one_sign(&compact) {
        return String::new();
    }
    let words = [plain(kind, ' '), plain(country, ' '), compact];
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ")
}

/// A telephone number in digits, with the person's country before it where it is not international; empty where it is
/// none.
fn phone(text: &str, country: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (international, digits) = match digits.strip_prefix("00") {
        Some(rest) => (true, rest),
        None => (text.trim_start().starts_with('+'), digits.as_str()),
    };
    if digits.len() < 8 || is_one_sign(digits) || digits.ends_with("0000000") {
        return String::new();
    }
    let country = plain(country, '-');
    if international || country.is_empty() {
        digits.to_owned()
    } else {
        format!("{country}-{digits}")
    }
}

fn is_one_sign(text: &str) -> bool {
    let first = text.chars().next();
    text.chars().all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_identifies_and_what_does_not() {
        assert_eq!(document("Passport", "NL", "ab 12-3456"), "PASSPORT NL AB123456");
        for number in ["", "N/A", "NONE", "1234", "000000000", "UNKNOWN"] {
            assert_eq!(document("Passport", "NL", number), "", "{number}");
        }
        assert_eq!(phone("+31 6 1234 5678", "NL"), "31612345678");
        assert_eq!(phone("0031-612345678", "RO"), "31612345678");
        assert_eq!(phone("06 12345678", "NL"), "NL-0612345678");
        for number in ["", "12345", "9999999999", "+31 0000000", "unknown"] {
            assert_eq!(phone(number, "NL"), "", "{number}");
        }
        assert_eq!(plain(" José  d'Ávila ", '-'), "JOSÉ-D-ÁVILA");
    }
}
