//! Whether a number is one of a national scheme: label off, form, lost zeros, check digits, birth date; then masks and
//! cut ends.

use super::births::{Born, born};
use super::iso7064;
use super::luhn;
use super::national;
use super::schemes::{Check, Rule, fits, fits_so_far};
use super::special;
use super::text::{counts_up, fold, is_one_digit, says_nothing, stars_for_x};
use super::{Identifier, Scheme, Status};

/// Reads a number by one scheme.
pub fn judge(rule: &'static Rule, text: &str) -> Identifier {
    let scheme = Scheme::National(rule);
    if let Some(special) = special::read(rule.name, text) {
        let mut read = Identifier::new(scheme, rule.country, special.value);
        read.status = special.status;
        read.reason = special.reason;
        if read.status == Status::Valid && born(rule.name, &read.value) == Born::Impossible {
            return read.not(Status::Invalid, "the birth date in it does not exist");
        }
        return read;
    }
    let folded = fold(text);
    let bodies = bodies(rule, &folded.text);
    if let Some((body, form)) = bodies.iter().find_map(|body| Some((body, form_of(rule, body)?))) {
        let value = normal(rule, body, form);
        return verdict(rule, Identifier::new(scheme, rule.country, value), folded.cut);
    }
    let body = bodies.last().cloned().unwrap_or_default();
    let read = Identifier::new(scheme, rule.country, body);
    if says_nothing(&folded.text) || says_nothing(&read.value) {
        return read.not(Status::Invalid, "no number: filling");
    }
    if let Some(masked) = bodies.iter().rev().find_map(|body| masked(body)) {
        return Identifier {
            value: masked,
            ..read
        }
        .not(Status::Masked, "signs are hidden");
    }
    let begins = |body: &String| rule.forms.iter().any(|form| fits_so_far(body, form));
    let begun = bodies
        .iter()
        .filter(|body| body.bytes().any(|b| b.is_ascii_digit()) && begins(body));
    if let Some(begun) = begun.max_by_key(|body| body.len()) {
        let least = rule.forms.iter().map(|form| form.len()).min().unwrap_or(0);
        let reason = if folded.cut {
            "the end is cut off".to_owned()
        } else {
            format!("too short: {} signs where {least} are the least", begun.len())
        };
        return Identifier {
            value: begun.clone(),
            ..read
        }
        .not(Status::Partial, reason);
    }
    let reason = format!("no number of {}: {} expected", rule.name, rule.forms.join(" or "));
    read.not(Status::Invalid, reason)
}

fn verdict(rule: &Rule, read: Identifier, cut: bool) -> Identifier {
    if cut {
        return read.not(Status::Partial, "the end is cut off");
    }
    if is_one_digit(&read.value) {
        return read.not(Status::Invalid, "one digit over and over: filling");
    }
    let number = read.value.as_str();
    let right = match &rule.check {
        Check::Form | Check::OwnForm if counts_up(number) => {
            return read.not(Status::Invalid, "digits that count up: filling");
        }
        Check::Form => true,
        Check::Luhn => luhn::is_right(number),
        Check::Iso97 => iso7064::is_right_97_10(number),
        Check::Iso11 => iso7064::is_right_11_10(number),
        Check::Weights(weights) => weights.is_right(number),
        Check::Own | Check::OwnForm => national::check(rule.name, number).unwrap_or(false),
    };
    if !right {
        let reason = match rule.check {
            Check::OwnForm => format!("{} does not give such a number", rule.name),
            _ => "check digits are wrong".to_owned(),
        };
        return read.not(Status::Invalid, reason);
    }
    match born(rule.name, number) {
        Born::Impossible => read.not(Status::Invalid, "the birth date in it does not exist"),
        _ => read,
    }
}

/// The number with and without what may stand around it, as written first.
fn bodies(rule: &Rule, folded: &str) -> Vec<String> {
    let mut bodies = vec![folded.to_owned()];
    let mut body = folded;
    for suffix in &rule.suffixes {
        if let Some(shorter) = body.strip_suffix(suffix) {
            body = shorter;
            bodies.push(body.to_owned());
            break;
        }
    }
    // Country, name of the scheme, country again: `BTW NL …`, `NL-KVK …`.
    for _ in 0..3 {
        let countries = match rule.country {
            "GR" => ["GR", "EL"],
            "GB" => ["GB", "XI"],
            country => [country, country],
        };
        let labels = rule.hints.iter().map(String::as_str).chain(countries);
        let general = ["VAT", "NR", "NO", "BTW", "TVA", "IVA", "USTIDNR"];
        let label = labels
            .chain(general)
            .filter(|label| !label.is_empty() && body.len() > label.len() && body.starts_with(label))
            .max_by_key(|label| label.len());
        let Some(label) = label else {
            break;
        };
        body = &body[label.len()..];
        bodies.push(body.to_owned());
    }
    bodies
}

fn form_of<'r>(rule: &'r Rule, body: &str) -> Option<&'r &'static str> {
    let whole = rule.forms.iter().find(|form| fits(body, form));
    whole.or_else(|| {
        let padded = pad(rule, body)?;
        rule.forms.iter().find(|form| fits(&padded, form))
    })
}

/// The number with the zeros in front that a spreadsheet took off.
fn pad(rule: &Rule, body: &str) -> Option<String> {
    let shortest = rule.shortest?;
    let form = rule.forms.first()?;
    // Of `SC12345` the zeros are lost behind the letters.
    let letters = body.bytes().take_while(u8::is_ascii_uppercase).count();
    let (head, digits) = body.split_at(letters);
    let fills = body.len() >= shortest && body.len() < form.len();
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let width = form.len().checked_sub(letters)?;
    (fills && plain).then(|| format!("{head}{digits:0>width$}"))
}

fn normal(rule: &Rule, body: &str, form: &str) -> String {
    match rule.name {
        "ch-uid" if !body.starts_with("CHE") => format!("CHE{body}"),
        // The branch behind a British VAT number is none of the number.
        "gb-vat" if body.len() == 12 => body[..9].to_owned(),
        _ if body.len() < form.len() => pad(rule, body).unwrap_or_else(|| body.to_owned()),
        _ => body.to_owned(),
    }
}

/// The number with stars where signs are hidden; nothing where none is, or where all are.
fn masked(body: &str) -> Option<String> {
    let starred = stars_for_x(body, 2);
    let plausible = starred
        .chars()
        .all(|sign| sign == '*' || sign.is_ascii_alphanumeric());
    let kept = starred.chars().filter(char::is_ascii_digit).count();
    let all = starred.chars().all(|sign| sign == '*');
    (starred.contains('*') && plausible && (kept > 0 || all) && starred.len() >= 3).then_some(starred)
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn labels_and_lost_zeros() {
        let value = |hint: &str, text: &str| {
            let read = read(hint, "", text);
            assert_eq!(read.status, Status::Valid, "{read:?}");
            read.value
        };
        assert_eq!(value("NL-KVK", "KvK-nummer: 69599084"), "69599084");
        assert_eq!(value("NL-KVK", "1234599"), "01234599");
        assert_eq!(value("GB-COH", "sc12345"), "SC012345");
        assert_eq!(value("GB-COH", "123498"), "00123498");
        assert_eq!(value("PL-KRS", "127206"), "0000127206");
        assert_eq!(
            value(
                "NL-VAT",
                "BTW NL 4495445B01".replace("4495445", "004495445").as_str()
            ),
            "004495445B01"
        );
        assert_eq!(value("CH-UID", "CHE-107.787.577 MWST"), "CHE107787577");
        assert_eq!(value("CH-UID", "107787577"), "CHE107787577");
        assert_eq!(value("NO-BRC", "NO 995 525 828 MVA"), "995525828");
        assert_eq!(value("gb-vat", "GB 980 7806 84 001"), "980780684");
    }

    #[test]
    fn masked_and_cut() {
        let status = |text: &str| {
            let read = read("PESEL", "PL", text);
            (read.status, read.value)
        };
        assert_eq!(status("440514*****"), (Status::Masked, "440514*****".into()));
        assert_eq!(status("XXXXXXX1359"), (Status::Masked, "*******1359".into()));
        assert_eq!(status("440514…"), (Status::Partial, "440514".into()));
        assert_eq!(status("4405140135"), (Status::Partial, "4405140135".into()));
        assert_eq!(status("440514013591").0, Status::Invalid);
        assert_eq!(status("brak").0, Status::Invalid);
    }
}
