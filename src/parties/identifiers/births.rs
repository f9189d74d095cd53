//! Birth dates inside person numbers. Where one sign tells sex and century at once, only the century is taken; where
//! women's days or months are moved, they are moved back. Sex is never read.

use crate::model::Date;

/// What a person number says of the day of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Born {
    /// Nothing, or a year without its century.
    Silent,
    /// A day that the calendar does not have: the number is wrong.
    Impossible,
    /// This day.
    On(Date),
}

/// Reads the birth date of a number of a scheme; numbers must have their normal form.
pub fn born(scheme: &str, number: &str) -> Born {
    let Some(signs) = Signs::of(number) else {
        return Born::Silent;
    };
    let n = |from: usize, len: usize| signs.number(from, len);
    match scheme {
        "pl-pesel" => {
            let century = [1900, 2000, 2100, 2200, 1800][usize::min(n(2, 2) as usize / 20, 4)];
            on(century + n(0, 2), n(2, 2) % 20, n(4, 2))
        }
        "bg-egn" => {
            let (century, month) = match n(2, 2) {
                month @ 41.. => (2000, month - 40),
                month @ 21.. => (1800, month - 20),
                month => (1900, month),
            };
            on(century + n(0, 2), month, n(4, 2))
        }
        "cz-rc" | "sk-rc" => {
            let year = match (signs.len(), n(0, 2)) {
                // Nine digits were given until 1953, and the oldest people in the register were born in 1880.
                (9, year @ 80..) => 1800 + year,
                (9, year @ 54..) => return on(0, year, 0),
                (9, year) => 1900 + year,
                (_, year @ 54..) => 1900 + year,
                (_, year) => 2000 + year,
            };
            on(year, n(2, 2) % 50 % 20, n(4, 2))
        }
        "ee-ik" if n(0, 1) == 9 => Born::Impossible,
        "ee-ik" => on(century_of_pairs(n(0, 1)) + n(1, 2), n(3, 2), n(5, 2)),
        "lt-ak" if n(0, 1) == 9 => Born::Silent,
        "lt-ak" if n(3, 4) == 0 || n(5, 2) == 0 => Born::Silent,
        "lt-ak" => on(century_of_pairs(n(0, 1)) + n(1, 2), n(3, 2), n(5, 2)),
        "lv-pk" if n(0, 2) >= 32 => Born::Silent,
        "lv-pk" => on(1800 + 100 * n(6, 1) + n(4, 2), n(2, 2), n(0, 2)),
        "ro-cnp" => match n(0, 1) {
            1 | 2 => on(1900 + n(1, 2), n(3, 2), n(5, 2)),
            3 | 4 => on(1800 + n(1, 2), n(3, 2), n(5, 2)),
            5 | 6 => on(2000 + n(1, 2), n(3, 2), n(5, 2)),
            _ => of_some_century(n(1, 2), n(3, 2), n(5, 2)),
        },
        "si-emso" => {
            let year = n(4, 3);
            on(if year < 800 { 2000 } else { 1000 } + year, n(2, 2), n(0, 2))
        }
        "no-fnr" => norway(n(0, 2), n(2, 2), n(4, 2), n(6, 3)),
        "fi-hetu" => {
            let century = match signs.sign(6) {
                b'+' => 1800,
                b'-' | b'U'..=b'Y' => 1900,
                _ => 2000,
            };
            on(century + n(4, 2), n(2, 2), n(0, 2))
        }
        "dk-cpr" => {
            let century = match (n(6, 1), n(4, 2)) {
                (5..=8, 58..) => 1800,
                (0..=3, _) | (4 | 9, 37..) => 1900,
                _ => 2000,
            };
            on(century + n(4, 2), n(2, 2), n(0, 2))
        }
        "se-pnr" => {
            // Numbers for those not registered have sixty added to the day.
            let day = |at: usize| if n(at, 2) > 60 { n(at, 2) - 60 } else { n(at, 2) };
            match signs.len() {
                12 => on(n(0, 4), n(4, 2), day(6)),
                _ => of_some_century(n(0, 2), n(2, 2), day(4)),
            }
        }
        "it-cf" => italy(&signs),
        "be-nrn" => belgium(&signs),
        "gr-amka" => of_some_century(n(4, 2), n(2, 2), n(0, 2)),
        // Months above twelve are given where the numbers of a day were used up.
        "at-svnr" if n(6, 2) > 12 => Born::Silent,
        "at-svnr" => of_some_century(n(8, 2), n(6, 2), n(4, 2)),
        "lu-ccss" => on(n(0, 4), n(4, 2), n(6, 2)),
        "is-kt" => {
            let century = match signs.sign(9) {
                b'8' => 1800,
                b'9' => 1900,
                b'0' => 2000,
                _ => return Born::Impossible,
            };
            // Companies have forty added to the day of their founding, which is no birth.
            match (n(0, 2), on(century + n(4, 2), n(2, 2), n(0, 2) % 40)) {
                (41.., Born::On(_)) => Born::Silent,
                (_, born) => born,
            }
        }
        _ => Born::Silent,
    }
}

/// The signs of a number, all ASCII.
struct Signs<'t>(&'t [u8]);

impl<'t> Signs<'t> {
    fn of(text: &'t str) -> Option<Signs<'t>> {
        text.is_ascii().then_some(Signs(text.as_bytes()))
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn sign(&self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// Digits as a number; a sign that is none counts as nought.
    fn number(&self, from: usize, len: usize) -> i16 {
        (from..from + len).fold(0, |sum, at| {
            let sign = self.sign(at);
            sum * 10
                + if sign.is_ascii_digit() {
                    i16::from(sign - b'0')
                } else {
                    0
                }
        })
    }
}

fn on(year: i16, month: i16, day: i16) -> Born {
    let date = i8::try_from(month)
        .ok()
        .zip(i8::try_from(day).ok())
        .and_then(|(month, day)| Date::from_ymd(year, month, day));
    date.map_or(Born::Impossible, Born::On)
}

/// A day whose century the number does not tell: it must exist in one of them.
fn of_some_century(year: i16, month: i16, day: i16) -> Born {
    match (on(1900 + year, month, day), on(2000 + year, month, day)) {
        (Born::Impossible, Born::Impossible) => Born::Impossible,
        _ => Born::Silent,
    }
}

/// 1 and 2 stand for the 1800s, 3 and 4 for the 1900s and so on.
fn century_of_pairs(digit: i16) -> i16 {
    1800 + (digit - 1).max(0) / 2 * 100
}

fn norway(day: i16, month: i16, year: i16, individual: i16) -> Born {
    if day >= 80 {
        return Born::Silent;
    }
    let day = if day > 40 { day - 40 } else { day };
    let month = if month > 40 { month - 40 } else { month };
    let century = match (individual, year) {
        (..=499, _) | (900.., 40..) => 1900,
        (500..=749, 54..) => 1800,
        (_, ..=39) => 2000,
        _ => return Born::Impossible,
    };
    on(century + year, month, day)
}

fn italy(signs: &Signs<'_>) -> Born {
    // Letters stand for digits where two people would have had one code.
    let digit = |at: usize| match signs.sign(at) {
        digit @ b'0'..=b'9' => i16::from(digit - b'0'),
        letter => b"LMNPQRSTUV".iter().position(|l| *l == letter).unwrap_or(0) as i16,
    };
    let month = b"ABCDEHLMPRST".iter().position(|l| *l == signs.sign(8));
    let Some(month) = month else {
        return Born::Impossible;
    };
    of_some_century(
        digit(6) * 10 + digit(7),
        month as i16 + 1,
        (digit(9) * 10 + digit(10)) % 40,
    )
}

fn belgium(signs: &Signs<'_>) -> Born {
    let month = match signs.number(2, 2) {
        month @ (0..=12 | 20..=32 | 40..=52) => month % 20,
        _ => return Born::Impossible,
    };
    // Nought stands for a month or day that is not known.
    if month == 0 || signs.number(4, 2) == 0 {
        return Born::Silent;
    }
    let digits = |from: usize, len: usize| {
        (from..from + len).fold(0_u64, |sum, at| {
            sum * 10 + u64::from(signs.sign(at).wrapping_sub(b'0') % 10)
        })
    };
    let (body, check) = (digits(0, 9), digits(9, 2));
    let century = if 97 - body % 97 == check { 1900 } else { 2000 };
    // More people than numbers for a day were registered: the day then need not exist.
    match on(century + signs.number(0, 2), month, signs.number(4, 2)) {
        Born::Impossible => Born::Silent,
        born => born,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(scheme: &str, number: &str) -> Option<(i32, u32, u32)> {
        match born(scheme, number) {
            Born::On(date) => Some(date.ymd()),
            _ => None,
        }
    }

    #[test]
    fn days_of_published_numbers() {
        assert_eq!(ymd("pl-pesel", "02070803628"), Some((1902, 7, 8)));
        assert_eq!(ymd("bg-egn", "7552010005"), Some((2075, 12, 1)));
        assert_eq!(ymd("cz-rc", "7103192745"), Some((1971, 3, 19)));
        assert_eq!(ymd("ee-ik", "36805280109"), Some((1968, 5, 28)));
        assert_eq!(ymd("ro-cnp", "1630615123457"), Some((1963, 6, 15)));
        assert_eq!(ymd("si-emso", "0101006500006"), Some((2006, 1, 1)));
        assert_eq!(ymd("no-fnr", "15108695088"), Some((1986, 10, 15)));
        assert_eq!(ymd("fi-hetu", "131052-308T"), Some((1952, 10, 13)));
        assert_eq!(ymd("be-nrn", "85073003328"), Some((1985, 7, 30)));
        assert_eq!(ymd("dk-cpr", "2110625629"), Some((1862, 10, 21)));
    }

    #[test]
    fn what_does_not_tell_the_century_tells_no_day() {
        assert_eq!(born("it-cf", "RCCMNL83S18D969H"), Born::Silent);
        assert_eq!(born("se-pnr", "8803200016"), Born::Silent);
        assert_eq!(born("se-pnr", "8813200016"), Born::Impossible);
        assert_eq!(born("pl-pesel", "44951401359"), Born::Impossible);
    }
}
