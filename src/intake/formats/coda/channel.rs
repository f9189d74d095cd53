//! The transaction code of a movement: type, family, transaction, category.

use crate::model::Channel;

/// How the money moved, by family and transaction (annex II of the standard). Codes of a bank's own (40 to 48, 90 to
/// 98) go by their family.
pub fn channel(family: &str, transaction: &str) -> Channel {
    // 37 and 87 are costs and their reimbursement in every family; 38 is costs with foreign transfers, a provisionally
    // unpaid cheque elsewhere.
    match (family, transaction) {
        (_, "37" | "87") | ("41", "38") | ("80", _) => return Channel::Fee,
        _ => {}
    }
    match family {
        "01" if matches!(transaction, "39" | "60") => Channel::Cheque,
        "01" | "02" => Channel::TransferSepa,
        "03" | "07" | "43" | "47" => Channel::Cheque,
        "04" if matches!(transaction, "04" | "53") => Channel::CashAtm,
        "04" => Channel::CardPos,
        "05" => Channel::DirectDebit,
        "09" => match transaction {
            "01" | "13" | "19" | "50" | "52" | "58" | "68" => Channel::CashBranch,
            "05" | "60" => Channel::Fx,
            _ => Channel::Unknown,
        },
        "13" => Channel::Loan,
        "30" => match transaction {
            "01" | "03" | "50" | "52" => Channel::Fx,
            "05" | "54" | "55" => Channel::Internal,
            _ => Channel::Unknown,
        },
        "35" => Channel::Interest,
        "41" => Channel::TransferIntl,
        _ => Channel::Unknown,
    }
}

/// Whether the transaction cancels an earlier one: 49 on the debit side, 99 on the credit side.
pub fn is_cancellation(transaction: &str) -> bool {
    matches!(transaction, "49" | "99")
}

/// Whether the account is the debtor's in a direct debit: it pays (01), gets its money back (54), or the creditor takes
/// the collection back (58). In all others it is the creditor's.
pub fn is_debtor(transaction: &str) -> bool {
    matches!(transaction, "01" | "54" | "58")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        for (family, transaction, expected) in [
            ("01", "01", Channel::TransferSepa),
            ("01", "37", Channel::Fee),
            ("01", "48", Channel::TransferSepa),
            ("02", "50", Channel::TransferSepa),
            ("03", "01", Channel::Cheque),
            ("04", "02", Channel::CardPos),
            ("04", "04", Channel::CashAtm),
            ("04", "53", Channel::CashAtm),
            ("05", "01", Channel::DirectDebit),
            ("09", "50", Channel::CashBranch),
            ("13", "11", Channel::Loan),
            ("35", "01", Channel::Interest),
            ("41", "01", Channel::TransferIntl),
            ("80", "35", Channel::Fee),
            ("99", "01", Channel::Unknown),
        ] {
            assert_eq!(channel(family, transaction), expected, "{family} {transaction}");
        }
    }
}
