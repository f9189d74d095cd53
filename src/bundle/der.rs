//! DER (ITU-T X.690), as far as time stamps and certificates need it: a reader that keeps the bytes as they came, because
//! signatures are over bytes.

use crate::model::Date;

/// Tags that are read.
pub(super) mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BITS: u8 = 0x03;
    pub const OCTETS: u8 = 0x04;
    pub const OID: u8 = 0x06;
    pub const UTC_TIME: u8 = 0x17;
    pub const TIME: u8 = 0x18;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    /// `[n]`, constructed.
    pub const fn context(n: u8) -> u8 {
        0xa0 | n
    }
}

/// One value: its tag, its content, and all its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub tag: u8,
    pub body: &'a [u8],
    pub raw: &'a [u8],
}

/// Reads values one behind the other; `None` where the bytes are not what was asked for.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The one value that the bytes are.
    pub fn only(bytes: &'a [u8], tag: u8) -> Option<Value<'a>> {
        let mut reader = Reader(bytes);
        let value = reader.take(tag)?;
        reader.is_empty().then_some(value)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next value, whatever it is. Lengths that are not definite and shortest are refused: that is not DER.
    pub fn any(&mut self) -> Option<Value<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, mut rest) = rest.split_first()?;
        let length = if first < 0x80 {
            usize::from(first)
        } else {
            let digits = usize::from(first & 0x7f);
            if digits == 0 || digits > 4 {
                return None;
            }
            let (bytes, behind) = rest.split_at_checked(digits)?;
            rest = behind;
            let length = bytes.iter().fold(0usize, |sum, b| sum << 8 | usize::from(*b));
            if bytes[0] == 0 || length < 0x80 {
                return None;
            }
            length
        };
        let (body, behind) = rest.split_at_checked(length)?;
        let raw = &self.0[..self.0.len() - behind.len()];
        self.0 = behind;
        Some(Value { tag, body, raw })
    }

    /// The next value, which must have this tag.
    pub fn take(&mut self, tag: u8) -> Option<Value<'a>> {
        let value = self.any()?;
        (value.tag == tag).then_some(value)
    }

    /// The next value where it has this tag; otherwise nothing is read.
    pub fn maybe(&mut self, tag: u8) -> Option<Value<'a>> {
        if self.0.first() == Some(&tag) {
            self.any()
        } else {
            None
        }
    }
}

impl<'a> Value<'a> {
    /// Reads what is inside.
    pub fn inside(&self) -> Reader<'a> {
        Reader(self.body)
    }
}

/// Writes a value.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = vec![tag];
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
        bytes.push(0x80 | digits.len() as u8);
        bytes.extend(digits);
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

/// A time of UTC in seconds since 1970, from `UTCTime` or `GeneralizedTime`; fractions of a second are dropped.
pub(super) fn seconds(value: Value<'_>) -> Option<u64> {
    let text = std::str::from_utf8(value.body).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) || fraction.is_empty() {
        return None;
    }
    let whole = match value.tag {
        // RFC 5280, 4.1.2.5.1: years from 50 are of the last century.
        tag::UTC_TIME if whole.len() == 12 => format!("{}{whole}", if whole >= "50" { "19" } else { "20" }),
        tag::TIME if whole.len() == 14 => whole.to_owned(),
        _ => return None,
    };
    let number = |from: usize, to: usize| whole[from..to].parse::<u64>().ok();
    let small = |from: usize, to: usize| whole[from..to].parse::<i8>().ok();
    let day = Date::from_ymd(whole[0..4].parse().ok()?, small(4, 6)?, small(6, 8)?)?;
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(u64::try_from(day.0).ok()? * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_again() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let bytes = write(tag::OCTETS, &[&vec![7; length]]);
            let value = Reader::only(&bytes, tag::OCTETS).expect("read");
            assert_eq!((value.body.len(), value.raw), (length, bytes.as_slice()));
        }
    }

    #[test]
    fn what_is_not_der_is_refused() {
        for bytes in [
            &[][..],
            &[4],
            &[4, 2, 0],
            &[4, 0x80, 0, 0],
            &[4, 0x81, 1, 0],
            &[4, 0x82, 0, 0x80],
            &[0x1f, 1, 0],
            &[4, 0, 0],
        ] {
            assert_eq!(Reader::only(bytes, tag::OCTETS), None, "{bytes:?}");
        }
    }

    #[test]
    fn times_are_seconds() {
        let at = |tag, text: &str| {
            seconds(Value {
                tag,
                body: text.as_bytes(),
                raw: &[],
            })
        };
        assert_eq!(at(tag::TIME, "19700101000000Z"), Some(0));
        assert_eq!(at(tag::TIME, "20000229120000.5Z"), Some(951_825_600));
        assert_eq!(at(tag::UTC_TIME, "991231235959Z"), Some(946_684_799));
        assert_eq!(at(tag::UTC_TIME, "261129000000Z"), Some(1_795_910_400));
        for bad in [
            "20001301000000Z",
            "20000101000000",
            "20000101000000+0100",
            "2000010100000Z",
            "19690101000000Z",
            "20000101000000.Z",
        ] {
            assert_eq!(at(tag::TIME, bad), None, "{bad}");
        }
    }
}
