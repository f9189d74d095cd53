//! A statement while it is read: its account, its period, its balance.

use super::transaction::{amount, date};
use crate::intake::Rows;
use crate::model::{AccountKey, Amount, Currency, Date, Place, StatementRow, source_prefix};

/// An account as `BANKACCTFROM`, `CCACCTFROM`, `INVACCTFROM` or `BANKACCTTO` names it.
#[derive(Default)]
pub struct Account {
    number: String,
    bank: String,
    branch: String,
    /// Bank and branch, as they make the account's identity.
    whole_bank: String,
}

impl Account {
    /// Forgets everything.
    pub fn clear(&mut self) {
        for text in [
            &mut self.number,
            &mut self.bank,
            &mut self.branch,
            &mut self.whole_bank,
        ] {
            text.clear();
        }
    }

    /// Takes the text of an element.
    pub fn field(&mut self, name: &str, text: &str) {
        let slot = match name {
            "ACCTID" => &mut self.number,
            "BANKID" | "BROKERID" => &mut self.bank,
            "BRANCHID" => &mut self.branch,
            _ => return,
        };
        slot.clear();
        slot.push_str(text);
        self.whole_bank.clear();
        self.whole_bank.push_str(&self.bank);
        // Where branches have numbers (France, Italy), account numbers are unique within them only.
        if !self.branch.is_empty() {
            self.whole_bank.push('-');
            self.whole_bank.push_str(&self.branch);
        }
    }

    /// The account; empty where no number was read.
    pub fn key(&self) -> AccountKey<'_> {
        AccountKey {
            number: &self.number,
            bank: &self.whole_bank,
        }
    }

    /// Names the bank where the account itself does not (cards), and keeps masked numbers of two files apart.
    fn complete(&mut self, institution: &str, source_id: &str) {
        if self.number.is_empty() {
            return;
        }
        if self.whole_bank.is_empty() {
            self.whole_bank.push_str(institution);
        }
        if is_masked(&self.number) && !self.number.contains('#') {
            self.number.push('#');
            self.number.push_str(source_prefix(source_id));
        }
    }
}

/// Whether digits of a number are hidden: `XXXXXXXXXXXX1234`, `****1234`.
fn is_masked(number: &str) -> bool {
    number.contains("XX") || number.contains("xx") || number.contains("**")
}

/// An open statement.
pub struct Draft {
    pub number: u32,
    /// `STMTRS[1]`
    pub path: String,
    pub place: Place,
    pub account: Account,
    pub currency: String,
    from: Option<Date>,
    to: Option<Date>,
    balance: String,
    balance_day: String,
    balance_place: Place,
    last_day: Option<Date>,
    pub entries: i64,
    pub transactions: u64,
}

impl Draft {
    /// Nothing read yet.
    pub fn new(number: u32, path: String, place: Place) -> Draft {
        Draft {
            number,
            path,
            place,
            account: Account::default(),
            currency: String::new(),
            from: None,
            to: None,
            balance: String::new(),
            balance_day: String::new(),
            balance_place: Place::default(),
            last_day: None,
            entries: 0,
            transactions: 0,
        }
    }

    /// The end of `BANKACCTFROM` and its like.
    pub fn account_is_named(&mut self, institution: &str, source_id: &str) {
        self.account.complete(institution, source_id);
    }

    /// `CURDEF`; nothing where the statement has none.
    pub fn currency(&self) -> Result<Option<Currency>, String> {
        match self.currency.as_str() {
            "" => Ok(None),
            code => Currency::from_code(code)
                .map(Some)
                .map_err(|e| format!("CURDEF {e}")),
        }
    }

    /// The list's own period.
    pub fn period(&mut self, name: &str, text: &str) -> Result<(), String> {
        match name {
            "DTSTART" => self.from = Some(date(name, text)?.0),
            "DTEND" => self.to = Some(date(name, text)?.0),
            _ => {}
        }
        Ok(())
    }

    /// Begins `LEDGERBAL`.
    pub fn balance_begins(&mut self, place: Place) {
        self.balance.clear();
        self.balance_day.clear();
        self.balance_place = place;
    }

    /// Takes the text of an element of `LEDGERBAL`.
    pub fn balance(&mut self, name: &str, text: &str) {
        match name {
            "BALAMT" => self.balance.push_str(text),
            "DTASOF" => self.balance_day.push_str(text),
            _ => {}
        }
    }

    /// Ends `LEDGERBAL` at a byte.
    pub fn balance_ends(&mut self, end: u64) {
        self.balance_place.byte_end = end;
    }

    /// An entry was booked on a day.
    pub fn booked(&mut self, day: Option<Date>) {
        self.last_day = self.last_day.max(day);
    }

    /// Writes the statement; `next` numbers a further one, which a balance of another day needs. Gives place and reason
    /// where the balance could not be read.
    pub fn end(&self, rows: &mut Rows, next: &mut u32) -> Result<(), (Place, String)> {
        let (currency, balance) = match (self.currency(), self.balance.is_empty()) {
            (Err(reason), _) => (None, Err(reason)),
            (Ok(currency), true) => (currency, Ok(None)),
            (Ok(currency), false) => (currency, self.read_balance(currency).map(Some)),
        };
        if self.account.key().is_empty() {
            let reason = "the statement names no account; expected ACCTID inside BANKACCTFROM or CCACCTFROM";
            return Err((self.place, reason.to_owned()));
        }
        let of_period =
            |day: Date| self.to.is_none_or(|to| day <= to) && self.last_day.is_none_or(|last| last <= day);
        let read = balance.as_ref().ok().copied().flatten();
        let closing = read.filter(|(_, day)| of_period(*day));
        let row = StatementRow {
            place: self.place,
            number: self.number,
            account: self.account.key(),
            currency,
            from_date: self.from,
            to_date: self.to.or(closing.map(|(_, day)| day)),
            opening_balance: None,
            closing_balance: closing.map(|(amount, _)| amount),
            sequence_number: "",
            stated_entries: None,
            stated_credits: None,
            stated_debits: None,
            locator: &format!("{}, line {}", self.path, self.place.line),
        };
        rows.statement(&row);
        if let (Some((amount, day)), None) = (read, closing) {
            rows.statement(&StatementRow {
                place: self.balance_place,
                number: *next,
                from_date: None,
                to_date: Some(day),
                closing_balance: Some(amount),
                locator: &format!("{}/LEDGERBAL, line {}", self.path, self.balance_place.line),
                ..row
            });
            *next += 1;
        }
        balance.map(drop).map_err(|reason| (self.balance_place, reason))
    }

    fn read_balance(&self, currency: Option<Currency>) -> Result<(Amount, Date), String> {
        let amount = amount("BALAMT", &self.balance, currency)?;
        Ok((amount, date("DTASOF", &self.balance_day)?.0))
    }
}
