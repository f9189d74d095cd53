//! What the formats for charts tell of a party, an account and a tie, in one place so that they tell the same.

use std::collections::HashMap;

use super::text::{iso, money, number};
use super::{Account, Cited, Cluster, Finding, Holder, Party, PartyKind, Placed, Relation, Transfer};
use crate::model::{RelationKind, Share, digits_of};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Number,
    Truth,
}

/// A fact that a node may have: key, title, type.
pub type Column = (&'static str, &'static str, Type);

/// What may be told of a party or account.
pub const NODE: &[Column] = &[
    ("kind", "Kind", Type::Text),
    ("name", "Name", Type::Text),
    ("number", "Number", Type::Text),
    ("iban", "IBAN", Type::Text),
    ("bank", "Bank", Type::Text),
    ("bic", "BIC", Type::Text),
    ("currency", "Currency", Type::Text),
    ("country", "Country", Type::Text),
    ("seized", "Records seized", Type::Truth),
    ("opened", "Opened", Type::Text),
    ("closed", "Closed", Type::Text),
    ("aliases", "Other names", Type::Text),
    ("birth_date", "Birth date", Type::Text),
    ("registration_number", "Registration number", Type::Text),
    ("incorporated", "Incorporated", Type::Text),
    ("sector", "Sector", Type::Text),
    ("category", "Category", Type::Text),
    ("identifiers", "Identifiers", Type::Text),
    ("addresses", "Addresses", Type::Text),
    ("findings", "Findings", Type::Text),
    ("clusters", "Clusters", Type::Text),
    ("source", "Source", Type::Text),
];

/// What may be told of a tie or transfer.
pub const EDGE: &[Column] = &[
    ("kind", "Kind", Type::Text),
    ("amount", "Amount", Type::Number),
    ("amount_exact", "Amount as text", Type::Text),
    ("currency", "Currency", Type::Text),
    ("received", "Amount received", Type::Text),
    ("debited", "Debited", Type::Text),
    ("credited", "Credited", Type::Text),
    ("channel", "Channel", Type::Text),
    ("purpose", "Purpose", Type::Text),
    ("remittance", "Remittance", Type::Text),
    ("origin", "Origin", Type::Text),
    ("debit_entry", "Debit entry", Type::Text),
    ("credit_entry", "Credit entry", Type::Text),
    ("role", "Role", Type::Text),
    ("interest", "Interest", Type::Text),
    ("share", "Share", Type::Text),
    ("directness", "Direct or indirect", Type::Text),
    ("beneficial", "Beneficial", Type::Text),
    ("detail", "Detail", Type::Text),
    ("from", "From", Type::Text),
    ("to", "To", Type::Text),
    ("source", "Source", Type::Text),
];

/// Facts: keys of the columns above and values, none empty.
pub type Facts = Vec<(&'static str, String)>;

fn only_given(facts: impl IntoIterator<Item = (&'static str, String)>) -> Facts {
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Whether an id of a file is its SHA-256, and no sign that stands for it.
pub fn is_hash(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Source, place and bytes in one text.
pub fn place(cited: &Cited<'_>) -> String {
    if cited.source_id.is_empty() {
        return String::new();
    }
    let mut text = match is_hash(cited.source_id) {
        true => format!("sha256:{}", cited.source_id),
        false => format!("file {}", cited.source_id),
    };
    if !cited.locator.is_empty() {
        text.push_str(", ");
        text.push_str(cited.locator);
    }
    if cited.bytes.1 > 0 {
        text.push_str(&format!(", bytes {} to {}", cited.bytes.0, cited.bytes.1));
    }
    text
}

/// The places of both legs.
pub fn places(transfer: &Transfer<'_>) -> String {
    let (debit, credit) = (place(&transfer.debit_cited), place(&transfer.credit_cited));
    match (debit.is_empty(), credit.is_empty() || credit == debit) {
        (_, true) => debit,
        (true, false) => credit,
        (false, false) => format!("{debit}; {credit}"),
    }
}

/// The word for a kind of party.
pub const fn party_word(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Person => "person",
        PartyKind::Organisation => "organisation",
        PartyKind::Unknown => "unknown party",
    }
}

/// The word for an account: its scheme tells cash and unknown other sides apart.
pub fn account_word(account: &Account<'_>) -> &'static str {
    match account.scheme {
        "cash" => "cash",
        "unknown" => "unknown other side",
        _ => "account",
    }
}

/// What an account is called.
pub fn account_label<'a>(account: &Account<'a>) -> &'a str {
    [account.label, account.iban, account.number, account.account_id]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// What a party is called.
pub fn party_label<'a>(party: &Party<'a>) -> &'a str {
    match party.name {
        "" => party.party_id,
        name => name,
    }
}

/// All that a chart tells of a party.
pub fn of_party(party: &Party<'_>, beside: &Beside) -> Facts {
    let identifiers: Vec<_> = party
        .identifiers
        .iter()
        .map(|(scheme, value)| format!("{scheme} {value}"))
        .collect();
    only_given([
        ("kind", party_word(party.kind).to_owned()),
        ("name", party.name.to_owned()),
        ("country", party.country.to_owned()),
        ("aliases", party.aliases.join("; ")),
        ("birth_date", shown(party.birth_date)),
        ("registration_number", party.registration_number.to_owned()),
        ("incorporated", shown(party.incorporated)),
        ("sector", party.sector.to_owned()),
        ("category", party.category.to_owned()),
        ("identifiers", identifiers.join("; ")),
        ("addresses", party.addresses.join("; ")),
        ("findings", beside.findings_of(true, party.party_id)),
        ("clusters", beside.clusters_of(true, party.party_id)),
        ("source", place(&party.cited)),
    ])
}

/// All that a chart tells of an account.
pub fn of_account(account: &Account<'_>, beside: &Beside) -> Facts {
    only_given([
        ("kind", account_word(account).to_owned()),
        ("number", account.number.to_owned()),
        ("iban", account.iban.to_owned()),
        ("bank", account.bank.to_owned()),
        ("bic", account.bic.to_owned()),
        ("currency", account.currency.to_owned()),
        ("country", account.country.to_owned()),
        ("seized", account.seized.to_string()),
        ("opened", shown(account.opened)),
        ("closed", shown(account.closed)),
        ("findings", beside.findings_of(false, account.account_id)),
        ("clusters", beside.clusters_of(false, account.account_id)),
    ])
}

/// All that a chart tells of a transfer.
pub fn of_transfer(transfer: &Transfer<'_>) -> Facts {
    let received = transfer
        .payee_amount
        .map(|amount| money(amount, transfer.payee_currency));
    only_given([
        ("kind", "transfer".to_owned()),
        ("amount", number(transfer.amount, transfer.currency)),
        ("amount_exact", number(transfer.amount, transfer.currency)),
        ("currency", transfer.currency.to_owned()),
        ("received", received.unwrap_or_default()),
        ("debited", transfer.debited_at.map(iso).unwrap_or_default()),
        ("credited", transfer.credited_at.map(iso).unwrap_or_default()),
        ("channel", transfer.channel.to_owned()),
        ("purpose", transfer.purpose.to_owned()),
        ("remittance", transfer.remittance.to_owned()),
        ("origin", transfer.origin.to_owned()),
        ("debit_entry", transfer.debit_entry.to_owned()),
        ("credit_entry", transfer.credit_entry.to_owned()),
        ("source", places(transfer)),
    ])
}

/// All that a chart tells of a party's tie to an account.
pub fn of_holder(holder: &Holder<'_>) -> Facts {
    only_given([
        ("kind", "account holder".to_owned()),
        ("role", holder.role.to_owned()),
        ("from", shown(holder.from)),
        ("to", shown(holder.to)),
        ("source", place(&holder.cited)),
    ])
}

/// All that a chart tells of a tie between parties.
pub fn of_relation(relation: &Relation<'_>) -> Facts {
    only_given([
        ("kind", relation_word(relation.kind).to_owned()),
        ("interest", relation.interest.to_owned()),
        ("share", share(&relation.share)),
        ("directness", relation.directness.to_owned()),
        ("beneficial", relation.beneficial.to_owned()),
        ("detail", relation.detail.to_owned()),
        ("from", shown(relation.from)),
        ("to", shown(relation.to)),
        ("source", place(&relation.cited)),
    ])
}

/// The kind of a relation for people.
pub fn relation_word(kind: RelationKind) -> String {
    kind.as_str().replace('_', " ")
}

/// Millionths of a whole as a percentage without needless zeros: `33.3333`.
pub fn percent(millionths: i128) -> String {
    crate::model::format_scaled(millionths, 0)
}

/// A share in percent as people write it: `25%`, `more than 25% to 50%`; empty where it is not known.
pub fn share(share: &Share) -> String {
    let min = share.min.map(|min| match share.above_min {
        true => format!("more than {}%", percent(min)),
        false => format!("{}%", percent(min)),
    });
    let max = share.max.map(|max| match share.below_max {
        true => format!("less than {}%", percent(max)),
        false => format!("{}%", percent(max)),
    });
    match (min, max) {
        (Some(min), Some(max)) if min == max => min,
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    }
}

/// Whether a number in a file of floating-point numbers is exact: fifteen digits at most.
pub fn fits_double(amount: crate::model::Amount, currency: &str) -> bool {
    let digits = amount.to_text(digits_of(currency));
    let digits: Vec<_> = digits.bytes().filter(u8::is_ascii_digit).collect();
    let leading = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.len() - leading <= 15
}

/// What findings and clusters say of the parties and accounts that come behind them.
#[derive(Default)]
pub struct Beside {
    findings: HashMap<(bool, Box<str>), Vec<Box<str>>>,
    whole: HashMap<(bool, Box<str>), Vec<Box<str>>>,
    clusters: HashMap<(bool, Box<str>), Vec<Box<str>>>,
}

impl Beside {
    /// Keeps a finding's rule and title for its party and account, and what explains it, innocently too.
    pub fn finding(&mut self, finding: &Finding<'_>) -> Placed {
        let title: Box<str> = match finding.title {
            "" => finding.rule_id.into(),
            title => format!("{}: {title}", finding.rule_id).into(),
        };
        let mut whole = format!("{title}\n{}", finding.explanation);
        if !finding.innocent_explanations.is_empty() {
            whole.push_str("\nInnocent explanations: ");
            whole.push_str(finding.innocent_explanations);
        }
        let mut placed = Placed::LeftOut("it is about no one party or account");
        for (party, id) in [(true, finding.party_id), (false, finding.account_id)] {
            if !id.is_empty() {
                self.findings
                    .entry((party, id.into()))
                    .or_default()
                    .push(title.clone());
                self.whole
                    .entry((party, id.into()))
                    .or_default()
                    .push(whole.as_str().into());
                placed = Placed::Written;
            }
        }
        placed
    }

    /// Keeps a cluster's title for its members.
    pub fn cluster(&mut self, cluster: &Cluster<'_>) {
        let text = match cluster.title {
            "" => cluster.cluster_id,
            title => title,
        };
        let parties = cluster.parties.iter().map(|id| (true, *id));
        for (party, id) in parties.chain(cluster.accounts.iter().map(|id| (false, *id))) {
            self.clusters
                .entry((party, id.into()))
                .or_default()
                .push(text.into());
        }
    }

    /// The findings about a party (`true`) or account, joined.
    pub fn findings_of(&self, party: bool, id: &str) -> String {
        join(&self.findings, party, id)
    }

    /// The clusters of a party (`true`) or account, joined.
    pub fn clusters_of(&self, party: bool, id: &str) -> String {
        join(&self.clusters, party, id)
    }

    /// Every finding about a party (`true`) or account with what explains it.
    pub fn each_finding(&self, party: bool, id: &str) -> &[Box<str>] {
        self.whole.get(&(party, id.into())).map_or(&[], Vec::as_slice)
    }
}

fn join(map: &HashMap<(bool, Box<str>), Vec<Box<str>>>, party: bool, id: &str) -> String {
    map.get(&(party, id.into()))
        .map_or_else(String::new, |texts| texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Amount;

    #[test]
    fn shares_read_as_written() {
        assert_eq!(share(&Share::exactly(333_333)), "33.3333%");
        assert_eq!(share(&Share::band(250_000, 500_000)), "more than 25% to 50%");
        assert_eq!(share(&Share::default()), "");
    }

    #[test]
    fn a_double_holds_fifteen_digits() {
        // 9999999999999.99, 99999999999999.99, 999999999999.9999
        assert!(fits_double(Amount::from_scaled(99_999_999_999_999_900), "EUR"));
        assert!(!fits_double(Amount::from_scaled(999_999_999_999_999_900), "EUR"));
        assert!(!fits_double(Amount::from_scaled(9_999_999_999_999_999), "EUR"));
        assert!(fits_double(Amount::from_scaled(1), "EUR"));
    }
}
