//! The free text of a record. Some banks begin its lines with code words: `DBNM:` the debtor's name, `CACT:` the
//! creditor's account.

use crate::model::Direction;

/// What the text says of the other side, and the text itself.
#[derive(Default)]
pub struct Details {
    pub name: String,
    pub account: String,
    pub bank: String,
    pub end_to_end: String,
    /// All lines joined by a space.
    pub text: String,
}

/// Reads the lines of a text. The other side of a credit is its debtor, of a debit its creditor.
pub fn read<'a>(lines: impl Iterator<Item = &'a str>, direction: Direction, details: &mut Details) {
    let (name, account, bank, bic) = match direction {
        Direction::Credit => ("DBNM", "DACT", "DABA", "DBIC"),
        Direction::Debit => ("CRNM", "CACT", "CABA", "CBIC"),
    };
    let Details {
        name: name_slot,
        account: account_slot,
        bank: bank_slot,
        end_to_end,
        text,
    } = details;
    for slot in [&mut *name_slot, account_slot, bank_slot, end_to_end, text] {
        slot.clear();
    }
    for line in lines {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
        let Some((word, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        let slot = if word == name {
            &mut *name_slot
        } else if word == account {
            // The bank's own clearing account is nobody's: it would join everybody who was paid through it.
            if value.starts_with("ACHCONTROL") {
                continue;
            }
            &mut *account_slot
        } else if word == bic || (word == bank && bank_slot.is_empty()) {
            &mut *bank_slot
        } else if word == "EREF" {
            &mut *end_to_end
        } else {
            continue;
        };
        if !value.is_empty() {
            slot.clear();
            slot.push_str(value);
        }
    }
    // A bank without an account says nothing of which account.
    if account_slot.is_empty() {
        bank_slot.clear();
    }
}
