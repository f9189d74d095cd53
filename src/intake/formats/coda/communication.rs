//! Communications of movements (records 2.1 to 2.3) and of information (records 3.1 to 3.3), free or structured
//! (annex III of the standard).

use crate::intake::fixed::{DateForm, Record, add, amount, date, is_filler, note, rate};
use crate::model::{Moment, TimePrecision};

/// What the communications of a movement say. An empty text means that they do not say.
#[derive(Debug, Default)]
pub struct Communication {
    /// What the payer wrote.
    pub text: String,
    /// In brackets what has no column of its own.
    pub notes: String,
    /// The creditor's identifier in a direct debit.
    pub creditor: String,
    pub mandate: String,
    /// 1 reject, 2 return, 3 refund, 4 reversal, 5 cancellation.
    pub return_kind: String,
    /// ISO 20022 code.
    pub return_reason: String,
    /// Name of the other side, up to 70 characters.
    pub name: String,
    /// When a card was used at a terminal.
    pub used_at: Option<Moment>,
    pub terminal: String,
    /// Name of the terminal.
    pub merchant: String,
    pub city: String,
    /// Whether money came out of a machine or went into one.
    pub cash: bool,
}

impl Communication {
    /// Reads free text.
    pub fn free(&mut self, text: &str) {
        add(&mut self.text, text);
    }

    /// Reads structured text: three digits for its type, then fields.
    pub fn structured(&mut self, text: &str) {
        let mut fields = Fields {
            record: Record::new(text),
            at: 1,
        };
        match fields.take(3) {
            "001" => self.party(&mut fields),
            "002" => self.free(fields.take(140)),
            "004" => note(&mut self.notes, "counterparty's bank ", fields.take(140)),
            "005" => note(&mut self.notes, "correspondent ", fields.take(140)),
            "006" => self.part_amount(&mut fields),
            "008" => note(&mut self.notes, "ultimate creditor ", fields.take(105)),
            "009" => note(&mut self.notes, "ultimate debtor ", fields.take(105)),
            "100" => self.free(fields.take(25)),
            kind @ ("101" | "102") => self.belgian(fields.take(12), kind),
            "103" => note(&mut self.notes, "number ", fields.take(12)),
            "105" => self.original(&mut fields),
            "111" => self.terminal_sum(&mut fields),
            "113" => self.card(&mut fields),
            "114" => self.sale(&mut fields),
            "115" => self.deposit(&mut fields),
            "124" => note(&mut self.notes, "card ", fields.take(20)),
            "127" => self.direct_debit(&mut fields),
            kind => {
                let label = format!("communication {kind} ");
                note(&mut self.notes, &label, fields.rest());
            }
        }
    }

    /// Belgian structured communication, shown as people write it: `+++123/4567/89012+++`.
    fn belgian(&mut self, digits: &str, kind: &str) {
        let record = Record::new(digits);
        if digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit()) {
            let shown = format!(
                "+++{}/{}/{}+++",
                record.columns(1, 3),
                record.columns(4, 7),
                record.columns(8, 12)
            );
            add(&mut self.text, &shown);
        } else {
            note(&mut self.notes, &format!("communication {kind} "), digits);
        }
    }

    fn party(&mut self, fields: &mut Fields<'_>) {
        add(&mut self.name, fields.take(70));
        let mut address = String::new();
        add(&mut address, fields.take(35));
        add(&mut address, fields.take(35));
        note(&mut self.notes, "address ", &address);
        note(&mut self.notes, "identification ", fields.take(35));
    }

    fn part_amount(&mut self, fields: &mut Fields<'_>) {
        let mut text = String::new();
        add(&mut text, fields.take(30));
        let currency = fields.take(3);
        if let Some(shown) = shown_amount(fields.take(15), currency) {
            let sign = fields.take(1);
            add(&mut text, if sign == "1" { "debit" } else { "credit" });
            add(&mut text, &shown);
            let category = fields.take(3);
            if !is_filler(category) {
                add(&mut text, "category");
                add(&mut text, category);
            }
        }
        note(&mut self.notes, "amount ", &text);
    }

    fn original(&mut self, fields: &mut Fields<'_>) {
        fields.take(15);
        let (gross, exchange, currency) = (fields.take(15), fields.take(12), fields.take(3));
        if let Some(mut shown) = shown_amount(gross, currency) {
            if let Some(exchange) = rate(exchange, 8) {
                add(&mut shown, "rate");
                add(&mut shown, &exchange);
            }
            note(&mut self.notes, "original ", &shown);
        }
        let structured = fields.take(12);
        if !is_filler(structured) {
            self.belgian(structured, "105");
        }
        note(&mut self.notes, "country of the principal ", fields.take(2));
    }

    fn terminal_sum(&mut self, fields: &mut Fields<'_>) {
        fields.take(1);
        self.terminal = terminal(fields.take(6));
        let period = fields.take(3);
        let (first, first_day) = (fields.take(6), fields.take(6));
        let (last, last_day) = (fields.take(6), fields.take(6));
        let day = |text| date(text, DateForm::DayFirst).map_or_else(String::new, |day| day.to_string());
        let text = format!(
            "{period}: {first} of {} to {last} of {}",
            day(first_day),
            day(last_day)
        );
        note(&mut self.notes, "terminal period ", &text);
        fields.take(1);
        self.place(fields);
    }

    fn card(&mut self, fields: &mut Fields<'_>) {
        note(&mut self.notes, "card ", fields.take(16));
        fields.take(1);
        self.terminal = terminal(fields.take(6));
        fields.take(6);
        self.used_at = moment(fields.take(6), fields.take(4));
        self.cash = fields.take(1) == "1";
        self.place(fields);
        let (gross, exchange, currency) = (fields.take(15), fields.take(12), fields.take(3));
        if let Some(mut shown) = shown_amount(gross, currency) {
            if let Some(exchange) = rate(exchange, 8) {
                add(&mut shown, "rate");
                add(&mut shown, &exchange);
            }
            note(&mut self.notes, "original ", &shown);
        }
    }

    fn sale(&mut self, fields: &mut Fields<'_>) {
        fields.take(1);
        self.terminal = terminal(fields.take(6));
        fields.take(9);
        self.used_at = moment(fields.take(6), fields.take(4));
        fields.take(1);
        self.place(fields);
        note(&mut self.notes, "reference ", fields.take(16));
    }

    fn deposit(&mut self, fields: &mut Fields<'_>) {
        note(&mut self.notes, "card ", fields.take(16));
        fields.take(1);
        self.terminal = terminal(fields.take(6));
        fields.take(6);
        self.used_at = moment(fields.take(6), fields.take(4));
        self.cash = true;
        fields.take(6);
        if let Some(shown) = shown_amount(fields.take(15), "") {
            note(&mut self.notes, "amount given ", &shown);
        }
        fields.take(1);
        self.place(fields);
        self.free(fields.take(12));
    }

    fn direct_debit(&mut self, fields: &mut Fields<'_>) {
        let settled = fields.take(6);
        if let Some(day) = date(settled, DateForm::DayFirst) {
            note(&mut self.notes, "settled ", &day.to_string());
        }
        fields.take(2);
        let refused = match fields.take(1) {
            "1" => "technical problem",
            "2" => "reason not specified",
            "3" => "debtor disagrees",
            "4" => "problem with the debtor's account",
            _ => "",
        };
        note(&mut self.notes, "not paid: ", refused);
        add(&mut self.creditor, fields.take(35));
        add(&mut self.mandate, fields.take(35));
        self.free(fields.take(62));
        add(&mut self.return_kind, fields.take(1).trim_matches('0'));
        add(&mut self.return_reason, fields.take(4));
    }

    /// Name and town of a terminal.
    fn place(&mut self, fields: &mut Fields<'_>) {
        add(&mut self.merchant, fields.take(16));
        add(&mut self.city, fields.take(10));
    }
}

/// Fields one behind the other.
struct Fields<'a> {
    record: Record<'a>,
    at: usize,
}

impl<'a> Fields<'a> {
    fn take(&mut self, width: usize) -> &'a str {
        let from = self.at;
        self.at += width;
        self.record.field(from, from + width - 1)
    }

    fn rest(&mut self) -> &'a str {
        self.record.field(self.at, self.at + 1_000)
    }
}

fn terminal(number: &str) -> String {
    if is_filler(number) {
        String::new()
    } else {
        number.to_owned()
    }
}

/// `000000000012500` with three decimals and a currency, as people write it; nothing where it is empty.
fn shown_amount(digits: &str, currency: &str) -> Option<String> {
    if is_filler(digits) {
        return None;
    }
    let amount = amount(digits, 15, 3, "amount").ok()?.to_text(2);
    Some(if currency.is_empty() {
        amount
    } else {
        format!("{amount} {currency}")
    })
}

/// Day and time of a terminal's clock.
fn moment(day: &str, time: &str) -> Option<Moment> {
    let date = date(day, DateForm::DayFirst)?;
    let (hour, minute) = time.split_at_checked(2)?;
    let number = |text: &str| {
        text.parse::<i64>()
            .ok()
            .filter(|_| text.len() == 2 && !text.starts_with('+'))
    };
    match (number(hour), number(minute)) {
        (Some(hour @ 0..24), Some(minute @ 0..60)) => Some(Moment {
            microseconds: date.midnight() + (hour * 60 + minute) * 60_000_000,
            precision: TimePrecision::Minute,
        }),
        _ => Some(Moment::of_day(date)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Communication {
        let mut communication = Communication::default();
        communication.structured(text);
        communication
    }

    #[test]
    fn belgian_communication() {
        assert_eq!(read("101010806817183").text, "+++010/8068/17183+++");
        assert_eq!(read("10101080681718x").notes, "[communication 101 01080681718x]");
    }

    #[test]
    fn card_at_a_terminal() {
        let text = format!(
            "1136703330000008003 1{:06}{:06}1012141735{}{:<16}{:<10}{:015}{:012}USD",
            4711, 12, 1, "BANK NOORD", "GENT", 125_500, 112_345_000
        );
        // Columns of the type, the card (16) and the scheme (1) come first.
        let got = read(&text.replacen("8003 1", "80031", 1));
        assert_eq!(got.terminal, "004711");
        assert_eq!(
            got.used_at.map(|m| m.to_string()).as_deref(),
            Some("2014-12-10 17:35")
        );
        assert_eq!(
            (got.merchant.as_str(), got.city.as_str(), got.cash),
            ("BANK NOORD", "GENT", true)
        );
        assert_eq!(
            got.notes,
            "[card 6703330000008003] [original 125.50 USD rate 1.12345]"
        );
    }

    #[test]
    fn direct_debit_with_mandate() {
        let text = format!(
            "127301214101{:<35}{:<35}{:<62}2MD01",
            "BE12ZZZ0123456789", "MANDATE-7", "invoice 12"
        );
        let got = read(&text);
        assert_eq!(
            (got.creditor.as_str(), got.mandate.as_str()),
            ("BE12ZZZ0123456789", "MANDATE-7")
        );
        assert_eq!(
            (got.return_kind.as_str(), got.return_reason.as_str()),
            ("2", "MD01")
        );
        assert_eq!(got.text, "invoice 12");
        assert_eq!(got.notes, "[settled 2014-12-30] [not paid: technical problem]");
    }

    #[test]
    fn short_and_unknown_texts() {
        for text in ["", "1", "127", "113x", "105", "001é", "00600"] {
            read(text);
        }
        assert_eq!(read("108abc").notes, "[communication 108 abc]");
    }
}
