//! The booked line: `:61:` value date, entry date, mark, amount, kind, references.

use crate::model::{Amount, Date, Direction, NumberStyle};

/// What a `:61:` says. Borrowed from its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Line61<'a> {
    pub value: Date,
    pub booking: Date,
    pub direction: Direction,
    /// The line takes back an earlier one (`RC`, `RD`).
    pub reversal: bool,
    pub amount: Amount,
    /// `N`, `F`, `S` or a bank's own letter, and three characters; empty where there is none.
    pub kind: &'a str,
    pub customer_reference: &'a str,
    pub bank_reference: &'a str,
    /// The lines below.
    pub supplement: &'a str,
}

/// Reads the text behind `:61:`, its lines joined by line feeds. An error is a sentence with value and expectation.
pub fn parse(text: &str) -> Result<Line61<'_>, String> {
    let text = text.trim_start();
    let shown = || text.chars().take(40).collect::<String>().replace('\n', " ");
    let (date_text, rest) = digits(text, 6).ok_or_else(|| {
        format!(
            "the line begins with ‘{}’; expected a value date as YYMMDD",
            shown()
        )
    })?;
    let (entry_text, rest) = match digits(rest, 4) {
        Some((entry, rest)) => (Some(entry), rest),
        None => (None, rest),
    };
    let rest = rest.trim_start();
    let (mark, rest) = mark(rest).ok_or_else(|| {
        format!(
            "‘{}’ has no mark behind its dates; expected C, D, RC or RD",
            shown()
        )
    })?;
    // One letter may follow: the third of the currency's code.
    let rest = match rest.chars().next() {
        Some(c) if c.is_ascii_uppercase() => rest
            .strip_prefix(c)
            .filter(|after| {
                after
                    .trim_start()
                    .starts_with(|c: char| c.is_ascii_digit() || c == ',')
            })
            .unwrap_or(rest),
        _ => rest,
    };
    let rest = rest.trim_start();
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | '\'')))
        .unwrap_or(rest.len());
    let (amount_text, rest) = rest.split_at(end);
    let amount = Amount::parse(amount_text, NumberStyle::COMMA).map_err(|e| e.to_string())?;
    let (kind, rest) = kind(rest);
    let (first, supplement) = rest.split_once('\n').unwrap_or((rest, ""));
    let (customer_reference, bank_reference) = first.split_once("//").unwrap_or((first, ""));
    if let Mark::Expected(word) = mark {
        return Err(format!("not booked ({word})"));
    }
    let (value, booking) = dates(date_text, entry_text)?;
    let (direction, reversal) = match mark {
        Mark::Booked(direction) => (direction, false),
        Mark::TakenBack(direction) => (direction, true),
        Mark::Expected(_) => return Err("not booked".to_owned()),
    };
    Ok(Line61 {
        value,
        booking,
        direction,
        reversal,
        amount,
        kind: kind.trim(),
        customer_reference: customer_reference.trim(),
        bank_reference: bank_reference.trim(),
        supplement: supplement.trim(),
    })
}

/// A day from `YYMMDD`; nothing where the calendar has none.
pub fn day(text: &str) -> Option<Date> {
    let (year, month, day) = parts(text)?;
    Date::from_ymd(year, month, day)
}

enum Mark {
    Booked(Direction),
    /// The way the money goes back.
    TakenBack(Direction),
    Expected(&'static str),
}

fn mark(text: &str) -> Option<(Mark, &str)> {
    use Direction::{Credit, Debit};
    // Two letters first: `RC` begins with no mark of one letter, and `C` may be followed by a letter of the currency.
    for (word, mark) in [
        ("RC", Mark::TakenBack(Debit)),
        ("RD", Mark::TakenBack(Credit)),
        ("EC", Mark::Expected("EC")),
        ("ED", Mark::Expected("ED")),
        ("C", Mark::Booked(Credit)),
        ("D", Mark::Booked(Debit)),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((mark, rest));
        }
    }
    None
}

fn kind(text: &str) -> (&str, &str) {
    let length = text
        .bytes()
        .take(4)
        .enumerate()
        .take_while(|(at, b)| b.is_ascii_uppercase() || (*at > 0 && (b.is_ascii_digit() || *b == b' ')))
        .count();
    if length == 4 { text.split_at(4) } else { ("", text) }
}

fn digits(text: &str, count: usize) -> Option<(&str, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    head.bytes().all(|b| b.is_ascii_digit()).then_some((head, rest))
}

fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let number = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    let year = i16::from(number(0)?);
    let year = if year >= 80 { 1900 + year } else { 2000 + year };
    Some((year, number(2)?, number(4)?))
}

fn dates(value_text: &str, entry_text: Option<&str>) -> Result<(Date, Date), String> {
    let wrong = || format!("the value date ‘{value_text}’ is no day of the calendar; expected YYMMDD");
    let (year, month, day) = parts(value_text).ok_or_else(wrong)?;
    let value = match Date::from_ymd(year, month, day) {
        Some(value) => value,
        // Interest months have thirty days; with the entry date beside it the day is well founded.
        None if month == 2 && matches!(day, 29 | 30) && entry_text.is_some() => Date::from_ymd(year, 2, 29)
            .or_else(|| Date::from_ymd(year, 2, 28))
            .ok_or_else(wrong)?,
        None => return Err(wrong()),
    };
    let Some(entry_text) = entry_text else {
        return Ok((value, value));
    };
    let number = |from: usize| entry_text.get(from..from + 2).and_then(|t| t.parse::<i8>().ok());
    let nearest = (year - 1..=year + 1)
        .filter_map(|year| Date::from_ymd(year, number(0)?, number(2)?))
        .min_by_key(|date| (date.0 - value.0).abs());
    match nearest {
        Some(booking) => Ok((value, booking)),
        None => Err(format!(
            "the entry date ‘{entry_text}’ is no day of the calendar; expected MMDD"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Result<(String, String), String> {
        parse(text).map(|l| (l.value.to_string(), l.booking.to_string()))
    }

    #[test]
    fn reads_every_part() {
        let line =
            parse("0709040904CR15000,05NTRFNONREF//0724710290659857\nmore\nlines").expect("a good line");
        assert_eq!(line.amount, Amount::from_hundredths(1_500_005));
        assert_eq!((line.direction, line.reversal), (Direction::Credit, false));
        assert_eq!((line.kind, line.customer_reference), ("NTRF", "NONREF"));
        assert_eq!(
            (line.bank_reference, line.supplement),
            ("0724710290659857", "more\nlines")
        );
    }

    #[test]
    fn amounts_and_marks_as_banks_write_them() {
        for (text, hundredths, direction, reversal) in [
            ("170914D12,NMSC", 1_200, Direction::Debit, false),
            ("170914C,5NMSC", 50, Direction::Credit, false),
            ("170914RC204,88NRTINONREF", 20_488, Direction::Debit, true),
            ("170914RDR1,00NRTINONREF", 100, Direction::Credit, true),
            ("1811261126CR\n30,00N062NONREF", 3_000, Direction::Credit, false),
            (
                "200101    D65,00NOVBNL47INGB9999999999",
                6_500,
                Direction::Debit,
                false,
            ),
            ("170914D1,00", 100, Direction::Debit, false),
        ] {
            let line = parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(line.amount, Amount::from_hundredths(hundredths), "{text}");
            assert_eq!((line.direction, line.reversal), (direction, reversal), "{text}");
        }
    }

    #[test]
    fn the_year_rolls_around_new_year() {
        let pair = |a: &str, b: &str| Ok((a.to_owned(), b.to_owned()));
        assert_eq!(days("1612311231D1,00NTRF"), pair("2016-12-31", "2016-12-31"));
        assert_eq!(days("1612310102D1,00NTRF"), pair("2016-12-31", "2017-01-02"));
        assert_eq!(days("1701021231D1,00NTRF"), pair("2017-01-02", "2016-12-31"));
        assert_eq!(days("991231D1,00NTRF"), pair("1999-12-31", "1999-12-31"));
    }

    #[test]
    fn the_thirtieth_of_february_needs_an_entry_date() {
        assert_eq!(
            days("1602300301DR6,00N024NONREF"),
            Ok(("2016-02-29".to_owned(), "2016-03-01".to_owned()))
        );
        assert!(days("160230DR6,00N024NONREF").is_err());
        assert!(days("1604310430DR6,00N024NONREF").is_err());
        assert!(days("1604301332DR6,00N024NONREF").is_err());
    }

    #[test]
    fn refuses_with_a_sentence() {
        for (text, part) in [
            ("", "expected a value date"),
            ("17091", "expected a value date"),
            ("170914X1,00", "no mark"),
            ("170914D1,2,3NTRF", "do not fit"),
            ("170914DNTRF", "empty"),
            ("170914D1.5NTRF", "unexpected"),
            ("170914EC1,00NTRF", "not booked (EC)"),
            ("17091é", "expected a value date"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
