//! What stands around the rows: period, currency, holder, account, balances, stated sums.

use super::tags::Tag;
use crate::intake::Rows;
use crate::intake::iso20022::{party::keep, times};
use crate::model::{
    AccountKey, AccountMention, Amount, Currency, Date, NumberStyle, PartyRow, Place, StatementRow,
};

/// One `JPK`, gathered while its rows are read.
#[derive(Default)]
pub struct Draft {
    /// Number within the file, from 0.
    pub number: u32,
    /// First byte in the file as received.
    pub start: u64,
    /// Rows seen.
    pub rows: i64,
    /// Where `Podmiot1` stands.
    pub holder_place: Place,
    pub currency: Option<Currency>,
    account: String,
    from: Option<Date>,
    to: Option<Date>,
    opening: Option<Amount>,
    closing: Option<Amount>,
    count: Option<u64>,
    credits: Option<Amount>,
    debits: Option<Amount>,
    name: String,
    tax_number: String,
    register_number: String,
    country: String,
    street: String,
    house: String,
    flat: String,
    town: String,
    post_code: String,
}

impl Draft {
    /// A statement begins.
    pub fn new(number: u32, start: u64) -> Draft {
        Draft {
            number,
            start,
            ..Draft::default()
        }
    }

    /// The account; empty where none was named so far.
    pub fn account(&self) -> AccountKey<'_> {
        AccountKey::number(&self.account)
    }

    /// Takes a text; `path` leads from the `JPK` to it. An error is a sentence about the value.
    pub fn text(&mut self, path: &[Tag], text: &str) -> Result<(), String> {
        match path {
            [Tag::Naglowek, Tag::DataOd] => self.from = Some(day(text, "DataOd")?),
            [Tag::Naglowek, Tag::DataDo] => self.to = Some(day(text, "DataDo")?),
            [Tag::Naglowek, Tag::DomyslnyKodWaluty | Tag::KodWaluty] => {
                let currency = Currency::from_code(text).map_err(|e| format!("DomyslnyKodWaluty: {e}"))?;
                self.currency = Some(currency);
            }
            [Tag::Podmiot1, Tag::IdentyfikatorPodmiotu, field] => match field {
                Tag::PelnaNazwa => keep(&mut self.name, text),
                Tag::NIP => keep(&mut self.tax_number, text),
                Tag::REGON => keep(&mut self.register_number, text),
                _ => {}
            },
            [Tag::Podmiot1, Tag::AdresPodmiotu, field] => match field {
                Tag::KodKraju => keep(&mut self.country, text),
                Tag::Ulica => keep(&mut self.street, text),
                Tag::NrDomu => keep(&mut self.house, text),
                Tag::NrLokalu => keep(&mut self.flat, text),
                Tag::Miejscowosc => keep(&mut self.town, text),
                Tag::KodPocztowy => keep(&mut self.post_code, text),
                _ => {}
            },
            [Tag::NumerRachunku] if self.account.is_empty() => self.account = polish(text),
            [Tag::Salda, Tag::SaldoPoczatkowe] => self.opening = Some(money(text, "SaldoPoczatkowe")?),
            [Tag::Salda, Tag::SaldoKoncowe] => self.closing = Some(money(text, "SaldoKoncowe")?),
            [Tag::WyciagCtrl, Tag::LiczbaWierszy] => {
                let count = text
                    .parse()
                    .map_err(|_| format!("LiczbaWierszy is ‘{text}’; expected a whole number"))?;
                self.count = Some(count);
            }
            [Tag::WyciagCtrl, Tag::SumaObciazen] => self.debits = Some(money(text, "SumaObciazen")?.abs()),
            [Tag::WyciagCtrl, Tag::SumaUznan] => self.credits = Some(money(text, "SumaUznan")?),
            _ => {}
        }
        Ok(())
    }

    /// Writes the statement, its account and the holder.
    pub fn write(&self, rows: &mut Rows, place: Place, locator: &str) {
        let account = self.account();
        rows.account(&AccountMention {
            account,
            bic: "",
            currency: self.currency,
            country: "",
            holder_name: &self.name,
            opened: None,
            closed: None,
            seized: true,
        });
        rows.statement(&StatementRow {
            place,
            number: self.number,
            account,
            currency: self.currency,
            from_date: self.from,
            to_date: self.to,
            opening_balance: self.opening,
            closing_balance: self.closing,
            sequence_number: "",
            stated_entries: self.count,
            stated_credits: self.credits,
            stated_debits: self.debits,
            locator,
        });
        let registration_number = if self.tax_number.is_empty() {
            &self.register_number
        } else {
            &self.tax_number
        };
        if self.name.is_empty() && registration_number.is_empty() {
            return;
        }
        rows.party(&PartyRow {
            place: self.holder_place,
            // Whoever keeps books has a tax number, a person as well as a company.
            kind: "unknown",
            name: &self.name,
            registration_number,
            country: &self.country,
            address: &self.address(),
            account,
            role: "holder",
            locator: &format!("{locator}/Podmiot1"),
            ..PartyRow::default()
        });
    }

    /// `Ulica 1/2, 00-950 Warszawa`, as far as it is told.
    fn address(&self) -> String {
        let mut out = self.street.clone();
        let house = match (self.house.as_str(), self.flat.as_str()) {
            (house, "") => house.to_owned(),
            (house, flat) => format!("{house}/{flat}"),
        };
        for (separator, part) in [
            (" ", house.as_str()),
            (", ", self.post_code.as_str()),
            (" ", self.town.as_str()),
        ] {
            if !part.is_empty() {
                if !out.is_empty() {
                    out.push_str(separator);
                }
                out.push_str(part);
            }
        }
        out
    }
}

/// A Polish account number with the letters of the country, where the check digits prove that it is one.
fn polish(text: &str) -> String {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 26 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let with_country = format!("PL{digits}");
        if with_country.parse::<iban::Iban>().is_ok() {
            return with_country;
        }
    }
    text.to_owned()
}

fn day(text: &str, field: &str) -> Result<Date, String> {
    times::moment(text)
        .map(|(date, _)| date)
        .ok_or_else(|| format!("{field} is ‘{text}’; expected a day of the calendar as YYYY-MM-DD"))
}

fn money(text: &str, field: &str) -> Result<Amount, String> {
    Amount::parse(text, NumberStyle::POINT).map_err(|e| format!("{field}: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_right_number_becomes_an_iban() {
        assert_eq!(
            polish("61 1090 1014 0000 0712 1981 2874"),
            "PL61109010140000071219812874"
        );
        assert_eq!(polish("62109010140000071219812874"), "62109010140000071219812874");
        assert_eq!(
            polish("PL61109010140000071219812874"),
            "PL61109010140000071219812874"
        );
    }
}
