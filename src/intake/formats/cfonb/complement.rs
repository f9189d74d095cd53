//! The records 05 behind a movement: a qualifier and seventy columns each.

use crate::intake::fixed::{self, Record, add, note};

/// Most records 05 of one movement. The format sets no limit; the qualifiers are a score, each once or a few times.
const MOST: usize = 500;

/// One side of a payment.
#[derive(Default)]
pub struct Side {
    pub name: String,
    pub identifier: String,
    pub account: String,
    pub ultimate: String,
}

/// What the records 05 of a movement say.
#[derive(Default)]
pub struct Complements {
    pub payer: Side,
    pub payee: Side,
    /// What was written from customer to customer, else the bank's own words.
    pub customer_text: String,
    pub bank_text: String,
    pub structured: String,
    pub end_to_end: String,
    pub purpose: String,
    pub batch: String,
    pub transaction: String,
    pub mandate: String,
    pub original: String,
    /// In brackets what has no column of its own.
    pub notes: String,
    count: usize,
}

impl Complements {
    /// Reads a record 05.
    pub fn read(&mut self, record: Record<'_>) -> Result<(), String> {
        self.count += 1;
        if self.count > MOST {
            return Err(format!("more than {MOST} records 05 of one movement"));
        }
        let whole = record.field(49, 118);
        let (first, second) = (record.field(49, 83), record.field(84, 118));
        match record.field(46, 48) {
            "NPY" => add(&mut self.payer.name, whole),
            "NBE" => add(&mut self.payee.name, whole),
            "IPY" => identifier(&mut self.payer.identifier, &mut self.notes, first, second),
            "IBE" => identifier(&mut self.payee.identifier, &mut self.notes, first, second),
            "NPO" => add(&mut self.payer.ultimate, whole),
            "NBU" => add(&mut self.payee.ultimate, whole),
            "IPO" => note(&mut self.notes, "identifier of the ultimate payer ", first),
            "IBU" => note(&mut self.notes, "identifier of the ultimate payee ", first),
            "CBE" => add(&mut self.payee.account, first),
            "CPY" => add(&mut self.payer.account, first),
            "LCC" | "LC2" => add(&mut self.customer_text, whole),
            "LCS" => add(&mut self.structured, first),
            "LIB" => add(&mut self.bank_text, whole),
            "RCN" => {
                if !matches!(first, "NOTPROVIDED" | "NOT PROVIDED" | "NONREF") {
                    add(&mut self.end_to_end, first);
                }
                add(&mut self.purpose, second);
            }
            "REF" => {
                add(&mut self.batch, first);
                add(&mut self.transaction, second);
            }
            "RUM" => {
                add(&mut self.mandate, first);
                note(&mut self.notes, "sequence ", record.field(84, 87));
            }
            "MMO" => self.original = original(record)?,
            "FEE" => note(&mut self.notes, "fee ", whole),
            // A bank's own: kept with its qualifier.
            qualifier => note(&mut self.notes, &format!("{qualifier} "), whole),
        }
        Ok(())
    }
}

fn identifier(slot: &mut String, notes: &mut String, identifier: &str, kind: &str) {
    add(slot, identifier);
    note(notes, "identifier is ", kind);
}

/// Currency, decimals, amount, decimals of the rate, rate.
fn original(record: Record<'_>) -> Result<String, String> {
    let decimals = record.field(52, 52);
    let decimals = decimals
        .parse()
        .map_err(|_| format!("the decimals of the original amount are ‘{decimals}’; expected a digit"))?;
    let amount = fixed::amount(record.field(53, 66), 14, decimals, "original amount")?;
    let mut shown = format!("{} {}", amount.to_text(decimals), record.field(49, 51));
    let places = record
        .field(67, 68)
        .parse::<usize>()
        .ok()
        .filter(|places| *places <= 11);
    if let Some(rate) = places.and_then(|places| fixed::rate(record.field(69, 79), places)) {
        add(&mut shown, "rate");
        add(&mut shown, &rate);
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[(&str, &str)]) -> Complements {
        let mut complements = Complements::default();
        for (qualifier, text) in texts {
            let line = format!("05{:43}{qualifier}{text:<70}  ", "");
            assert_eq!(complements.read(Record::new(&line)), Ok(()), "{qualifier}");
        }
        complements
    }

    #[test]
    fn qualifiers() {
        let got = read(&[
            ("NPY", "DUPONT JEAN"),
            ("CPY", "FR1420041010050500013M02606"),
            ("RCN", &format!("{:<35}{}", "E2E-1", "SALA")),
            ("REF", &format!("{:<35}{}", "BATCH-1", "TX-1")),
            ("RUM", &format!("{:<35}{}", "MANDATE-1", "RCUR")),
            ("MMO", "USD200000000012345"),
            ("XYZ", "own words"),
        ]);
        assert_eq!(got.payer.name, "DUPONT JEAN");
        assert_eq!(got.payer.account, "FR1420041010050500013M02606");
        assert_eq!((got.end_to_end.as_str(), got.purpose.as_str()), ("E2E-1", "SALA"));
        assert_eq!(
            (got.batch.as_str(), got.transaction.as_str()),
            ("BATCH-1", "TX-1")
        );
        assert_eq!(got.mandate, "MANDATE-1");
        assert_eq!(got.original, "123.45 USD");
        assert_eq!(got.notes, "[sequence RCUR] [XYZ own words]");
        let got = read(&[("MMO", "GBP2000000000100000500000117500")]);
        assert_eq!(got.original, "100.00 GBP rate 1.175");
    }
}
