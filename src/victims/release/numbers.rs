//! The writings of account numbers, cards, telephones, e-mail addresses and other numbers.

use super::letters::plain;
use super::protected::{Forms, How, Kind, strip_zeros};
use crate::parties::identifiers::{self, Scheme, Status};

/// From so many digits on, a number is nothing else by chance.
const LONG: usize = 9;

fn how_whole(form: &[u8]) -> How {
    let form = strip_zeros(form);
    match form.len() >= LONG {
        true => How::Signs { is_long: true },
        false if form.iter().any(u8::is_ascii_alphabetic) => How::Signs { is_long: false },
        false => How::ShortNumber,
    }
}

/// The same for numbers that are not looked for inside longer ones: a digit more makes another telephone or document.
fn how_alone(form: &[u8]) -> How {
    match how_whole(form) {
        How::Signs { .. } => How::Signs { is_long: false },
        how => how,
    }
}

/// An account number or IBAN: whole, without its country, and its last digits.
pub(super) fn account(number: &str, part: usize, all: usize, forms: &mut Forms<'_>) -> bool {
    let signs = plain(number);
    if strip_zeros(&signs).len() < 6 {
        return false;
    }
    let mut is_added = forms.add(&signs, Kind::Account, how_whole(&signs));
    let letters = |range: std::ops::Range<usize>| {
        signs
            .get(range)
            .is_some_and(|s| s.iter().all(u8::is_ascii_alphabetic))
    };
    let digits =
        |range: std::ops::Range<usize>| signs.get(range).is_some_and(|s| s.iter().all(u8::is_ascii_digit));
    let is_iban = signs.len() >= 15 && letters(0..2) && digits(2..4);
    if is_iban {
        // Without country, without check digits, and without the bank's letters or code.
        for from in [2, 4, 8] {
            let rest = &signs[from..];
            if strip_zeros(rest).len() >= LONG {
                is_added |= forms.add(rest, Kind::Account, How::Signs { is_long: true });
            }
        }
        // Where a key stands behind the account number, it is not the end of the IBAN.
        if matches!(&signs[..2], b"fr" | b"mc") && signs.len() == 27 {
            is_added |= forms.add(&signs[14..25], Kind::Account, how_whole(&signs[14..25]));
        }
    }
    last_digits(&signs, part, all, forms);
    is_added
}

/// The last digits, so many or more. Few of them are found unhidden only where they are hardly something else by chance:
/// with a thousand numbers six, with ten thousand seven.
fn last_digits(signs: &[u8], part: usize, all: usize, forms: &mut Forms<'_>) {
    let run = signs
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let most = if run == signs.len() {
        run.saturating_sub(1)
    } else {
        run
    };
    let mut by_chance = 1_000 * all;
    let mut enough = 0;
    while by_chance > 1 {
        by_chance = by_chance.div_ceil(10);
        enough += 1;
    }
    for count in part.max(super::protected::SHORTEST)..=most {
        let end = &signs[signs.len() - count..];
        // Leading zeros are not compared, so what is left has to be long enough.
        let left = strip_zeros(end).len();
        // One digit over and over is a filling.
        if left < part || end.iter().all(|digit| digit == &end[0]) {
            continue;
        }
        let how = match left >= LONG {
            true => How::Signs { is_long: false },
            false => How::Part {
                only_masked: left < enough,
            },
        };
        forms.add(end, Kind::AccountPart, how);
    }
}

/// The number of a card: whole, with hidden middle, and its last digits.
pub(super) fn card(number: &str, part: usize, all: usize, forms: &mut Forms<'_>) -> bool {
    let signs = plain(number);
    if signs.len() < 12 {
        return false;
    }
    let is_added = forms.add(&signs, Kind::Card, How::Signs { is_long: true });
    let (first, last) = (&signs[..6], &signs[signs.len() - 4..]);
    // Stars are no letters, so they only part; crosses are.
    let hidden = vec![b'x'; signs.len() - 10];
    forms.add(&[first, last].concat(), Kind::Card, How::Signs { is_long: false });
    forms.add(
        &[first, hidden.as_slice(), last].concat(),
        Kind::Card,
        How::Signs { is_long: false },
    );
    last_digits(&signs, part, all, forms);
    is_added
}

/// A telephone number: as dialled at home, from abroad, and as people mix the two.
pub(super) fn phone(number: &str, country: &str, forms: &mut Forms<'_>) -> bool {
    let signs: Vec<u8> = plain(number).into_iter().filter(u8::is_ascii_digit).collect();
    let bare = strip_zeros(&signs);
    if bare.len() < 6 {
        return false;
    }
    let mut is_added = forms.add(bare, Kind::Phone, how_alone(bare));
    let read = identifiers::read("phone", country, number);
    let whole = read
        .value
        .strip_prefix('+')
        .filter(|_| read.scheme == Scheme::Phone);
    if let Some(whole) = whole.filter(|_| read.status != Status::Masked)
        && let Some((code, subscriber)) = whole.split_at_checked(code_length(whole))
    {
        is_added |= forms.add(
            subscriber.as_bytes(),
            Kind::Phone,
            how_alone(subscriber.as_bytes()),
        );
        for written in [
            format!("{code}{subscriber}"),
            format!("{code}0{subscriber}"),
            // As one dials from North America.
            format!("11{code}{subscriber}"),
        ] {
            is_added |= forms.add(written.as_bytes(), Kind::Phone, How::Signs { is_long: true });
        }
    }
    is_added
}

/// How many digits the country code of a number in the form of ITU-T E.164 has.
fn code_length(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// An e-mail address, also with its signs in words.
pub(super) fn email(mail: &str, forms: &mut Forms<'_>) -> bool {
    let mail = mail.trim();
    let Some((local, domain)) = mail.rsplit_once('@') else {
        return false;
    };
    let mut is_added = false;
    // Without the tag that only sorts the mail, too.
    let name = local.split_once('+').map_or(local, |(name, _)| name);
    for local in [local, name] {
        for (at, dot) in [("@", "."), ("at", "."), ("at", "dot")] {
            let written = format!("{local}{at}{}", domain.replace('.', dot));
            is_added |= forms.add(&plain(&written), Kind::Email, How::Signs { is_long: false });
        }
    }
    is_added
}

/// A number of a register or document.
pub(super) fn register(number: &str, forms: &mut Forms<'_>) -> bool {
    let signs = plain(number);
    strip_zeros(&signs).len() >= 6 && forms.add(&signs, Kind::Number, how_alone(&signs))
}

/// An id of the case's tables.
pub(super) fn id(id: &str, forms: &mut Forms<'_>) -> bool {
    let signs = plain(id);
    strip_zeros(&signs).len() >= 6 && forms.add(&signs, Kind::Id, how_alone(&signs))
}
