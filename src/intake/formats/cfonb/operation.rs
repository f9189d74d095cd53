//! Interbank operation codes: how the money moved, and which side the account is on.

use crate::model::{Channel, Direction};

/// How the money moved, by the interbank operation code (CFONB, Codes opérations pour les restitutions clientèles).
pub fn channel(code: &str) -> Channel {
    match code {
        "01" | "02" | "03" | "07" | "15" | "16" | "17" | "31" | "32" | "33" | "34" | "35" | "37" => {
            Channel::Cheque
        }
        "04" => Channel::CashBranch,
        "05" | "06" | "12" | "13" | "14" | "18" | "19" | "20" | "21" | "39" | "40" | "50" | "78" | "79"
        | "90" => Channel::Transfer,
        "08" | "09" | "10" | "22" | "23" | "24" | "25" | "26" | "27" | "96" | "97" | "98" | "A1" | "A2"
        | "A3" | "A4" | "A5" | "A6" | "B1" | "B2" | "B3" | "B4" | "B5" | "B6" => Channel::DirectDebit,
        "11" | "28" | "30" | "36" | "38" => Channel::CardPos,
        "29" => Channel::CashAtm,
        "41" | "44" | "45" => Channel::TransferIntl,
        "42" | "46" | "47" | "48" | "49" => Channel::Fx,
        "61" | "63" | "70" => Channel::Interest,
        "62" | "64" | "65" | "66" | "67" | "88" => Channel::Fee,
        "71" | "72" => Channel::Loan,
        "76" | "77" | "92" | "93" | "94" | "95" => Channel::Internal,
        "C1" | "C2" | "C3" | "C4" | "C5" => Channel::TransferSepa,
        _ => Channel::Unknown,
    }
}

/// Whether it takes back an earlier entry: unpaid, rejected, returned, paid back, cancelled.
pub fn takes_back(code: &str) -> bool {
    matches!(
        code,
        "03" | "10"
            | "12"
            | "26"
            | "27"
            | "33"
            | "38"
            | "98"
            | "99"
            | "A3"
            | "A4"
            | "A5"
            | "A6"
            | "B3"
            | "B4"
            | "B5"
            | "B6"
            | "C3"
            | "C4"
            | "C5"
    )
}

/// Whether the account is the payer's. Whoever is debited pays, but where money comes back it is the other way round.
pub fn is_payer(code: &str, direction: Direction) -> bool {
    let debited = direction == Direction::Debit;
    match code {
        "99" => debited,
        _ if takes_back(code) => !debited,
        _ => debited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides() {
        use Direction::{Credit, Debit};
        for (code, direction, payer) in [
            ("06", Debit, true),
            ("05", Credit, false),
            ("B1", Debit, true),
            ("A1", Credit, false),
            // The debtor's bank sent a direct debit back: the debtor gets money, the creditor loses it.
            ("A3", Credit, true),
            ("B3", Debit, false),
            // The creditor pays back.
            ("A5", Debit, false),
            ("B5", Credit, true),
            ("12", Credit, true),
            ("C4", Debit, false),
        ] {
            assert_eq!(is_payer(code, direction), payer, "{code} {direction:?}");
        }
    }

    #[test]
    fn channels() {
        for (code, expected) in [
            ("01", Channel::Cheque),
            ("04", Channel::CashBranch),
            ("05", Channel::Transfer),
            ("29", Channel::CashAtm),
            ("B1", Channel::DirectDebit),
            ("C2", Channel::TransferSepa),
            ("91", Channel::Unknown),
        ] {
            assert_eq!(channel(code), expected, "{code}");
        }
    }
}
