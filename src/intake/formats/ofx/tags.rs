//! The aggregates that the reader tells apart. Everything else is an element with text: in SGML nothing but the name says
//! whether a tag will be closed.

/// Aggregates in which something is read, or whose elements must not be taken for those of their surroundings.
#[rustfmt::skip]
const AGGREGATES: [&str; 30] = [
    "OFX", "SONRS", "FI", "STATUS", "STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS", "STMTRS", "CCSTMTRS", "INVSTMTRS",
    "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "BANKTRANLIST", "INVTRANLIST", "INVBANKTRAN", "STMTTRN", "STMTTRNP",
    "PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "IMAGEDATA", "LEDGERBAL", "AVAILBAL", "BAL",
    "INTRARS", "INTERRS", "XFERINFO",
];

/// Transactions of an investment statement that are no movements of money on a bank account.
#[rustfmt::skip]
const TRADES: [&str; 19] = [
    "BUYDEBT", "BUYMF", "BUYOPT", "BUYOTHER", "BUYSTOCK", "CLOSUREOPT", "INCOME", "INVEXPENSE", "JRNLFUND", "JRNLSEC",
    "MARGININTEREST", "REINVEST", "RETOFCAP", "SELLDEBT", "SELLMF", "SELLOPT", "SELLOTHER", "SELLSTOCK", "SPLIT",
];

/// The aggregate of a name in capitals. Trades only where `in_trades`: some of their names are elements elsewhere.
pub fn aggregate(name: &str, in_trades: bool) -> Option<&'static str> {
    let find = |names: &'static [&'static str]| names.iter().find(|known| **known == name).copied();
    find(&AGGREGATES).or_else(|| if in_trades { trade(name) } else { None })
}

/// The trade of a name in capitals.
pub fn trade(name: &str) -> Option<&'static str> {
    match name {
        "TRANSFER" => Some("TRANSFER"),
        _ => TRADES.iter().find(|known| **known == name).copied(),
    }
}
