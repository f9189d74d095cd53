//! A graph from text, as the benches that lie beside other programs read it.

/// Payers, payees and seconds: three numbers a line.
#[derive(Default)]
pub struct Columns {
    pub payer: Vec<u32>,
    pub payee: Vec<u32>,
    /// Microseconds.
    pub at: Vec<i64>,
}

impl Columns {
    /// The columns of a text.
    pub fn read(text: &[u8]) -> Columns {
        let mut columns = Columns::default();
        let words = text
            .split(|byte| !byte.is_ascii_digit())
            .filter(|word| !word.is_empty());
        let mut numbers = words.map(|word| {
            word.iter()
                .fold(0_u32, |n, digit| 10 * n + u32::from(digit - b'0'))
        });
        while let (Some(payer), Some(payee), Some(at)) = (numbers.next(), numbers.next(), numbers.next()) {
            columns.payer.push(payer);
            columns.payee.push(payee);
            columns.at.push(i64::from(at) * 1_000_000);
        }
        columns
    }

    /// One more than the largest account.
    pub fn accounts(&self) -> usize {
        let ends = self.payer.iter().chain(&self.payee);
        ends.max().map_or(0, |most| *most as usize + 1)
    }
}
