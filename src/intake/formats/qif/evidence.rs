//! How a file writes its dates and amounts. A single value cannot say it; all of them together mostly can.

use crate::model::{Amount, Date, NumberStyle};

/// Which of day and month comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// A date as written, its parts not yet told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// The year stands first: no doubt.
    Whole(Option<Date>),
    Parts {
        first: u32,
        second: u32,
        year: i16,
        dots: bool,
    },
}

/// What the values of a file say together. Lines are kept for the messages.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Line of the first date whose first, or second, number is above 12.
    first_above: Option<u64>,
    second_above: Option<u64>,
    /// A date that can be read both ways, and its line.
    doubtful: Option<(String, u64)>,
    dots_only: bool,
    dates: u64,
    /// Amounts whose decimal sign is certain.
    point: u64,
    comma: u64,
    doubtful_amount: Option<(String, u64)>,
    /// `!Option:MDY` and its like, or a word in the file's name.
    pub stated: Option<Order>,
}

impl Evidence {
    /// Takes a date.
    pub fn date(&mut self, text: &str, line: u64) {
        let Some(Written::Parts {
            first, second, dots, ..
        }) = written(text)
        else {
            return;
        };
        self.dots_only = dots && (self.dots_only || self.dates == 0);
        self.dates += 1;
        if first > 12 && second <= 12 {
            self.first_above.get_or_insert(line);
        } else if second > 12 && first <= 12 {
            self.second_above.get_or_insert(line);
        } else if first != second && first <= 12 && self.doubtful.is_none() {
            self.doubtful = Some((text.trim().to_owned(), line));
        }
    }

    /// Takes an amount.
    pub fn amount(&mut self, text: &str, line: u64) {
        match decimal_sign(text) {
            Decimal::Point => self.point += 1,
            Decimal::Comma => self.comma += 1,
            Decimal::None => {}
            Decimal::Doubtful => {
                if self.doubtful_amount.is_none() {
                    self.doubtful_amount = Some((text.trim().to_owned(), line));
                }
            }
        }
    }

    /// The order of day and month; where in doubt, found, expected and next step.
    pub fn order(&self) -> Result<Order, [String; 3]> {
        match (self.stated, self.first_above, self.second_above) {
            (_, Some(a), Some(b)) => Err([
                format!("dates that only fit with the day first (line {a}) and with the month first (line {b})"),
                "one order of day and month in the whole file".to_owned(),
                "Ask who made the file: it may be put together from two".to_owned(),
            ]),
            (Some(Order::MonthFirst), Some(line), _) | (Some(Order::DayFirst), _, Some(line)) => Err([
                format!("a date in line {line} that does not fit the order of day and month that is stated"),
                "one order of day and month in the whole file".to_owned(),
                "Take it in under a name that states the right order, or none".to_owned(),
            ]),
            (Some(order), _, _) => Ok(order),
            (None, Some(_), None) => Ok(Order::DayFirst),
            (None, None, Some(_)) => Ok(Order::MonthFirst),
            (None, None, None) if self.dots_only => Ok(Order::DayFirst),
            (None, None, None) => match &self.doubtful {
                None => Ok(Order::DayFirst),
                Some((text, line)) => Err([
                    format!("‘{text}’ (line {line}), which may be written day first or month first, and no date in the file tells"),
                    "a date with a number above 12, or !Option:DMY or !Option:MDY".to_owned(),
                    "Find out where the file was made (in the US the month comes first), then take it in under a name \
                     that holds ‘day-first’ or ‘month-first’"
                        .to_owned(),
                ]),
            },
        }
    }

    /// The decimal sign of amounts that can be read two ways; where none can, any. Errors as in [`Evidence::order`].
    pub fn decimal(&self) -> Result<Option<u8>, [String; 3]> {
        match (self.point, self.comma, &self.doubtful_amount) {
            (0, 0, Some((text, line))) => Err([
                format!(
                    "the amount ‘{text}’ (line {line}), whose sign may group thousands or begin decimals, and no amount in the file tells"
                ),
                "an amount with two decimals".to_owned(),
                "Ask for the file with decimals, or as CSV with a mapping".to_owned(),
            ]),
            (_, 0, _) => Ok(Some(b'.')),
            (0, _, _) => Ok(Some(b',')),
            // Both are in use: what is doubtful is refused one by one.
            _ => Ok(None),
        }
    }
}

/// Reads a date in an order.
pub fn date(text: &str, order: Order) -> Result<Date, String> {
    let date = match written(text) {
        Some(Written::Whole(date)) => date,
        Some(Written::Parts {
            first, second, year, ..
        }) => {
            let (day, month) = match order {
                Order::DayFirst => (first, second),
                Order::MonthFirst => (second, first),
            };
            i8::try_from(month)
                .ok()
                .zip(i8::try_from(day).ok())
                .and_then(|(month, day)| Date::from_ymd(year, month, day))
        }
        None => None,
    };
    date.ok_or_else(|| {
        format!(
            "D: ‘{}’ is no day of the calendar; expected day, month and year in numbers, {}",
            text.chars().take(40).collect::<String>(),
            match order {
                Order::DayFirst => "day first as in the rest of the file",
                Order::MonthFirst => "month first as in the rest of the file",
            }
        )
    })
}

/// Reads an amount; `decimal` is the file's decimal sign.
pub fn amount(text: &str, decimal: Option<u8>) -> Result<Amount, String> {
    let sign = match (decimal_sign(text), decimal) {
        (Decimal::Point, _) => b'.',
        (Decimal::Comma, _) => b',',
        (Decimal::None, _) => b'.',
        (Decimal::Doubtful, Some(sign)) => sign,
        (Decimal::Doubtful, None) => {
            return Err(format!(
                "the sign in ‘{}’ may group thousands or begin decimals; the file uses point and comma for decimals",
                text.chars().take(40).collect::<String>()
            ));
        }
    };
    let style = NumberStyle {
        decimal_sign: sign,
        grouping: Some(if sign == b'.' { b',' } else { b'.' }),
    };
    Amount::parse(text, style).map_err(|e| e.to_string())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decimal {
    Point,
    Comma,
    /// No sign at all.
    None,
    Doubtful,
}

/// The decimal sign of one amount, where it alone tells: the last of two different ones, or the other one where one
/// stands twice, or one that has not three digits behind it.
fn decimal_sign(text: &str) -> Decimal {
    let text = text.trim();
    let of = |byte: u8| {
        if byte == b'.' {
            Decimal::Point
        } else {
            Decimal::Comma
        }
    };
    let mut signs = text.bytes().filter(|b| matches!(b, b'.' | b','));
    let (Some(first), second) = (signs.next(), signs.next()) else {
        return Decimal::None;
    };
    let last = signs.next_back().or(second);
    match last {
        Some(last) if last != first => of(last),
        Some(last) => of(if last == b'.' { b',' } else { b'.' }),
        None => {
            let behind = text
                .split_once(['.', ','])
                .map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
            if behind == 3 { Decimal::Doubtful } else { of(first) }
        }
    }
}

fn written(text: &str) -> Option<Written> {
    // `1/ 2'18`, `1/22' 8`: Quicken fills with spaces.
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let apostrophe = compact.contains('\'');
    let mut parts = compact.split(['/', '-', '.', '\'']);
    let (a, b, c) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let number = |text: &str| -> Option<u32> {
        let good = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        good.then(|| text.parse().ok()).flatten()
    };
    let whole = |year: u32, month: u32, day: u32| {
        let date = i16::try_from(year)
            .ok()
            .zip(i8::try_from(month).ok())
            .zip(i8::try_from(day).ok())
            .and_then(|((year, month), day)| Date::from_ymd(year, month, day));
        Some(Written::Whole(date))
    };
    let (Some(b), Some(c)) = (b, c) else {
        // `20180122`
        let good = a.len() == 8 && a.bytes().all(|b| b.is_ascii_digit()) && b.is_none();
        return match (number(a.get(..4)?), number(a.get(4..6)?), number(a.get(6..)?)) {
            (Some(year), Some(month), Some(day)) if good => whole(year, month, day),
            _ => None,
        };
    };
    let (first, second, third) = (number(a)?, number(b)?, number(c)?);
    if a.len() == 4 {
        return whole(first, second, third);
    }
    if a.len() > 2 || b.len() > 2 {
        return None;
    }
    let year = match c.len() {
        4 => third,
        1 | 2 if apostrophe || third < 80 => 2000 + third,
        2 => 1900 + third,
        _ => return None,
    };
    Some(Written::Parts {
        first,
        second,
        year: i16::try_from(year).ok()?,
        dots: compact.contains('.'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dates: &[&str]) -> Result<Order, [String; 3]> {
        let mut evidence = Evidence::default();
        for (line, date) in dates.iter().enumerate() {
            evidence.date(date, line as u64 + 1);
        }
        evidence.order()
    }

    #[test]
    fn the_file_tells_the_order() {
        assert_eq!(of(&["1/2'18", "1/22'18"]), Ok(Order::MonthFirst));
        assert_eq!(of(&["02/01/2018", "22/01/2018"]), Ok(Order::DayFirst));
        assert_eq!(of(&["02.01.2018", "03.01.2018"]), Ok(Order::DayFirst));
        assert_eq!(of(&["01.02.2018", "01.22.2018"]), Ok(Order::MonthFirst));
        assert!(of(&["2018-01-02", "5/5/18"]).is_ok());
        let doubt = of(&["5/5/18", "02/01/2018"]).expect_err("a doubt");
        assert!(
            doubt[0].contains("‘02/01/2018’ (line 2)") && doubt[2].contains("day-first"),
            "{doubt:?}"
        );
        assert!(of(&["22/01/2018", "01/22/2018"]).is_err());
    }

    #[test]
    fn dates_as_written() {
        let read = |text, order| date(text, order).map(|d| d.to_string()).ok();
        for (text, value) in [
            ("1/22'18", "2018-01-22"),
            ("1/ 2' 8", "2008-01-02"),
            ("8/25/93", "1993-08-25"),
            ("6/12/15", "2015-06-12"),
            ("01/22/2018", "2018-01-22"),
            ("2018-01-22", "2018-01-22"),
            ("20180122", "2018-01-22"),
        ] {
            assert_eq!(read(text, Order::MonthFirst).as_deref(), Some(value), "{text}");
        }
        assert_eq!(read("22.01.2018", Order::DayFirst).as_deref(), Some("2018-01-22"));
        for wrong in [
            "",
            "22/13/2018",
            "1/2",
            "1/2/3/4",
            "31/02/2018",
            "x",
            "2018-02-30",
            "1/2/018",
            "é/1/18",
        ] {
            assert_eq!(read(wrong, Order::DayFirst), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_by_the_rest_of_the_file() {
        for (text, sign) in [
            ("1,000.00", Decimal::Point),
            ("1.000,00", Decimal::Comma),
            ("1,000,000", Decimal::Point),
            ("-15.00", Decimal::Point),
            ("7,5", Decimal::Comma),
            ("80", Decimal::None),
            ("1,000", Decimal::Doubtful),
        ] {
            assert_eq!(decimal_sign(text), sign, "{text}");
        }
        assert_eq!(
            amount("1,000", Some(b'.')).map(|a| a.to_text(2)).as_deref(),
            Ok("1000.00")
        );
        assert_eq!(
            amount("1,000", Some(b',')).map(|a| a.to_text(2)).as_deref(),
            Ok("1.00")
        );
        assert!(amount("1,000", None).is_err());
        let mut evidence = Evidence::default();
        evidence.amount("1,000", 3);
        assert!(evidence.decimal().is_err());
        evidence.amount("1.50", 4);
        assert_eq!(evidence.decimal(), Ok(Some(b'.')));
    }
}
