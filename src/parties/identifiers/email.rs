//! Mailboxes.
//!
//! Letters become small: domains are written as one likes (RFC 4343) and no provider in use tells mailboxes apart by
//! case. Nothing else is changed. A tag behind a plus stays, because only some providers deliver it to the same mailbox:
//! without it two people's addresses could become one. Dots stay for the same reason. A domain in letters of any script
//! stays as written, because its other form (xn--) is a matter of display.

use super::text::is_mask;
use super::{Identifier, Scheme, Status};

/// Reads a mailbox: `j@example.org`, `mailto:j@example.org`, `J. de Vries <j@example.org>`.
pub fn read(text: &str) -> Identifier {
    let mut body = text.trim();
    if let Some((_, rest)) = body.split_once('<')
        && let Some((inner, _)) = rest.split_once('>')
    {
        body = inner.trim();
    }
    let lower = body.to_lowercase();
    let lower = lower.strip_prefix("mailto:").unwrap_or(&lower);
    let read = Identifier::new(Scheme::Email, "", lower);
    if lower.chars().any(|sign| is_mask(sign) && sign != '#') {
        return read.not(Status::Masked, "signs are hidden");
    }
    match fault(lower) {
        None => read,
        Some((status, reason)) => read.not(status, reason),
    }
}

fn fault(text: &str) -> Option<(Status, &'static str)> {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Some((Status::Invalid, "no @"));
    };
    if local.is_empty() || domain.is_empty() {
        return Some((Status::Partial, "one side of the @ is missing"));
    }
    if local.len() > 64 || domain.len() > 253 {
        return Some((Status::Invalid, "longer than a mailbox can be"));
    }
    let odd = |sign: char| sign.is_whitespace() || sign.is_control() || "\"(),:;<>@[\\]".contains(sign);
    if local.contains(odd) || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Some((Status::Invalid, "signs that no mailbox has"));
    }
    let labels: Vec<&str> = domain.split('.').collect();
    let fits = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|sign| sign.is_alphanumeric() || sign == '-' || is_mark(sign))
    };
    if !labels.iter().all(fits) {
        return Some((Status::Invalid, "no domain behind the @"));
    }
    match labels[..] {
        [] | [_] => Some((Status::Partial, "the domain is not whole")),
        [.., top] if top.chars().count() < 2 || top.bytes().all(|b| b.is_ascii_digit()) => {
            Some((Status::Partial, "the domain is not whole"))
        }
        _ => None,
    }
}

/// Marks that belong to letters before them, as scripts of India have.
fn is_mark(sign: char) -> bool {
    matches!(sign as u32, 0x0300..=0x036F | 0x0900..=0x0DFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes() {
        assert_eq!(
            read("J. de Vries <J.deVries+bank@Example.ORG>").value,
            "j.devries+bank@example.org"
        );
        assert_eq!(read("jürgen@müller.de").status, Status::Valid);
        assert_eq!(read("j***@example.org").status, Status::Masked);
        for (text, status) in [
            ("j@", Status::Partial),
            ("j@example", Status::Partial),
            ("j.example.org", Status::Invalid),
            ("j j@example.org", Status::Invalid),
            ("j..j@example.org", Status::Invalid),
            ("j@exa_mple.org", Status::Invalid),
        ] {
            assert_eq!(read(text).status, status, "{text}");
        }
    }
}
