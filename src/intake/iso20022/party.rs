//! One side of a payment: party, account and agent.

use super::tags::Tag;

/// What a payment says of its debtor or its creditor.
#[derive(Default)]
pub struct Side {
    pub name: String,
    /// The party on whose behalf the one named acts.
    pub ultimate: String,
    pub account: String,
    pub account_name: String,
    pub bank: String,
    pub identifier: String,
    pub country: String,
}

impl Side {
    /// Forgets everything; the memory stays.
    pub fn clear(&mut self) {
        for text in [
            &mut self.name,
            &mut self.ultimate,
            &mut self.account,
            &mut self.account_name,
            &mut self.bank,
            &mut self.identifier,
            &mut self.country,
        ] {
            text.clear();
        }
    }

    /// Whether nothing that names somebody is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
            && self.ultimate.is_empty()
            && self.account.is_empty()
            && self.account_name.is_empty()
    }

    /// The name as the record gives it, the account's own name where the party has none.
    pub fn known_name(&self) -> &str {
        [&self.name, &self.ultimate, &self.account_name]
            .into_iter()
            .find(|n| !n.is_empty())
            .map_or("", String::as_str)
    }

    /// The ultimate party where it is somebody else than the one named.
    pub fn somebody_else(&self) -> Option<&str> {
        (!self.ultimate.is_empty() && !self.name.is_empty() && self.ultimate != self.name)
            .then_some(self.ultimate.as_str())
    }

    /// Takes a text below `Dbtr` or `Cdtr`; from version 8 on the party stands one level deeper, in `Pty` or `Agt`.
    pub fn party(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::Pty, rest @ ..] | [Tag::Agt, Tag::FinInstnId, rest @ ..] => self.party(rest, text),
            [Tag::Nm] => keep(&mut self.name, text),
            [Tag::PstlAdr, Tag::Ctry] => {
                // The address says more than the residence, which may stand before it.
                self.country.clear();
                self.country.push_str(text);
            }
            [Tag::CtryOfRes] => keep(&mut self.country, text),
            [
                Tag::Id,
                Tag::OrgId | Tag::PrvtId,
                Tag::Othr | Tag::PrtryId,
                Tag::Id,
            ]
            | [Tag::Id, Tag::OrgId, Tag::LEI | Tag::BICOrBEI | Tag::AnyBIC]
            | [Tag::BIC | Tag::BICFI | Tag::LEI] => keep(&mut self.identifier, text),
            _ => {}
        }
    }

    /// Takes a text below `UltmtDbtr` or `UltmtCdtr`.
    pub fn ultimate_party(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::Nm] | [Tag::Pty, Tag::Nm] => keep(&mut self.ultimate, text),
            _ => {}
        }
    }

    /// Takes a text below `DbtrAcct` or `CdtrAcct`.
    pub fn account(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::Id, Tag::IBAN | Tag::BBAN] | [Tag::Id, Tag::Othr | Tag::PrtryAcct, Tag::Id] => {
                keep(&mut self.account, text)
            }
            [Tag::Nm] => keep(&mut self.account_name, text),
            _ => {}
        }
    }

    /// Takes a text below `DbtrAgt` or `CdtrAgt`.
    pub fn agent(&mut self, path: &[Tag], text: &str) {
        match path {
            // The BIC is the better name of a bank, wherever it stands.
            [Tag::FinInstnId, Tag::BIC | Tag::BICFI] | [Tag::FinInstnId, Tag::CmbndId, Tag::BIC] => {
                self.bank.clear();
                self.bank.push_str(text);
            }
            [Tag::FinInstnId, Tag::ClrSysMmbId, Tag::MmbId]
            | [Tag::FinInstnId, Tag::Nm]
            | [Tag::FinInstnId, Tag::NmAndAdr, Tag::Nm] => {
                keep(&mut self.bank, text);
            }
            _ => {}
        }
    }
}

/// Keeps the first text that is not empty.
pub fn keep(slot: &mut String, text: &str) {
    if slot.is_empty() {
        slot.push_str(text);
    }
}

/// Adds a text behind a space.
pub fn add(slot: &mut String, text: &str) {
    for word in text.split_ascii_whitespace() {
        if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(word);
    }
}
