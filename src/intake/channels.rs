//! Codes that banks give to kinds of movement, as [`Channel`]s: the ISO 20022 domain codes, the German transaction
//! codes (GVC) and the SWIFT identification codes of MT940.

use crate::model::Channel;

/// From the ISO 20022 bank transaction code: domain, family, sub-family (external code set).
pub fn from_domain(domain: &str, family: &str, sub_family: &str) -> Channel {
    match sub_family {
        "CHRG" | "COMM" | "FEES" | "COME" | "COMI" | "COMT" => return Channel::Fee,
        "INTR" => return Channel::Interest,
        _ => {}
    }
    match (domain, family) {
        ("PMNT", "RCDT" | "ICDT" | "RRCT" | "IRCT") => match sub_family {
            "ESCT" => Channel::TransferSepa,
            "XBCT" | "XRPC" | "XBST" | "XBSA" => Channel::TransferIntl,
            "BOOK" => Channel::Internal,
            _ => Channel::Transfer,
        },
        ("PMNT", "RDDT" | "IDDT") => Channel::DirectDebit,
        ("PMNT", "CCRD") => match sub_family {
            "CWDL" | "XBCW" | "CDPT" => Channel::CashAtm,
            "POSC" => Channel::CardEcom,
            _ => Channel::CardPos,
        },
        ("PMNT", "MCRD") => Channel::CardPos,
        ("PMNT", "CNTR") => match sub_family {
            "CHKD" | "CHQC" => Channel::Cheque,
            "FCDP" | "FCWD" => Channel::Fx,
            _ => Channel::CashBranch,
        },
        ("PMNT", "RCHQ" | "ICHQ" | "DRFT") => Channel::Cheque,
        ("LDAS", _) => Channel::Loan,
        ("FORX", _) => Channel::Fx,
        ("ACMT", "OPCL" | "ACOP") => Channel::Internal,
        _ => Channel::Unknown,
    }
}

/// From the German transaction code, three digits (DK, Geschäftsvorfallcode).
pub fn from_gvc(code: &str) -> Channel {
    match code {
        "106" | "107" | "110" => Channel::CardPos,
        "004" | "005" | "015" | "071" | "084" | "104" | "105" | "108" | "109" | "171" | "174" | "192"
        | "193" | "194" | "195" | "196" | "197" | "198" => Channel::DirectDebit,
        "001" | "002" | "003" | "101" | "102" | "103" | "111" | "112" | "122" | "170" | "181" | "182"
        | "183" | "184" | "185" => Channel::Cheque,
        "006" | "201" | "202" | "203" | "204" | "205" | "206" | "210" | "211" | "213" | "214" | "215"
        | "216" => Channel::TransferIntl,
        "082" => Channel::CashBranch,
        "083" => Channel::CashAtm,
        "116" | "117" | "118" | "119" | "152" | "153" | "154" | "155" | "156" | "157" | "159" | "166"
        | "167" | "168" | "169" | "177" | "188" | "189" | "191" => Channel::TransferSepa,
        "008" | "009" | "020" | "050" | "051" | "052" | "053" | "054" | "055" | "056" | "066" | "067"
        | "068" | "069" | "085" | "088" => Channel::Transfer,
        "805" | "806" | "808" | "809" | "807" | "811" | "812" => Channel::Fee,
        "814" | "815" | "816" => Channel::Interest,
        "802" | "803" | "804" | "821" | "823" | "831" => Channel::Loan,
        "411" | "412" | "413" | "414" | "415" | "416" | "417" | "418" | "420" | "421" | "422" | "423" => {
            Channel::Fx
        }
        "820" | "833" => Channel::Internal,
        _ => Channel::Unknown,
    }
}

/// From the identification code of a `:61:`, three letters behind `N`, `F` or `S`: the codes of SWIFT, and those of
/// Dutch banks that use their own.
pub fn from_swift(code: &str) -> Channel {
    match code {
        "TRF" | "STO" | "TCK" | "OVB" | "IDB" | "IMB" => Channel::Transfer,
        "DDT" | "COL" | "INC" => Channel::DirectDebit,
        "CHK" | "ECK" | "CLR" => Channel::Cheque,
        "CHG" | "COM" | "BRF" | "KST" | "KTN" | "PRV" => Channel::Fee,
        "INT" | "RNT" => Channel::Interest,
        "FEX" => Channel::Fx,
        "LDP" | "LON" => Channel::Loan,
        "CSH" | "CAS" | "KAS" => Channel::CashBranch,
        "GEA" => Channel::CashAtm,
        "BEA" => Channel::CardPos,
        "BTL" => Channel::TransferIntl,
        "IOB" => Channel::Internal,
        _ => Channel::Unknown,
    }
}

/// From a bank's own code of the form `NTRF+116+00931` (SWIFT code, GVC, further key), or a GVC alone.
pub fn from_own(code: &str) -> Channel {
    let mut swift = Channel::Unknown;
    for part in code.split(['+', '/', ' ']) {
        let bytes = part.as_bytes();
        if bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit) {
            let channel = from_gvc(part);
            if channel != Channel::Unknown {
                return channel;
            }
        }
        if bytes.len() == 4 && matches!(bytes[0], b'N' | b'F' | b'S') && part.is_ascii() {
            swift = from_swift(&part[1..]);
        }
    }
    swift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_that_matter_most() {
        for (codes, channel) in [
            (("PMNT", "RCDT", "ESCT"), Channel::TransferSepa),
            (("PMNT", "ICDT", "XBCT"), Channel::TransferIntl),
            (("PMNT", "CCRD", "POSD"), Channel::CardPos),
            (("PMNT", "CCRD", "CWDL"), Channel::CashAtm),
            (("PMNT", "CNTR", "CDPT"), Channel::CashBranch),
            (("ACMT", "MDOP", "CHRG"), Channel::Fee),
            (("PAYM", "0001", "0005"), Channel::Unknown),
        ] {
            assert_eq!(from_domain(codes.0, codes.1, codes.2), channel, "{codes:?}");
        }
        assert_eq!(from_own("NTRF+166+00931"), Channel::TransferSepa);
        assert_eq!(from_own("NMSC+805"), Channel::Fee);
        assert_eq!(from_own("NCHK"), Channel::Cheque);
        assert_eq!(from_own("082"), Channel::CashBranch);
        assert_eq!(from_own("Überweisung"), Channel::Unknown);
    }
}
