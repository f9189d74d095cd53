//! What the tables say about the accounts that the control gate looks at. Reads only; judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::RecordBatch;

use super::gate::GateError;
pub(crate) use crate::rules::cells::Rows;
use crate::rules::{Query, text_literal};

/// Words of a wage payment, as in the pack for wage stacking; the gate must not depend on a pack that a case changes.
const WAGE_WORDS: &str = r"\b(loon|lonen|loonbetaling|salaris|wage|wages|salary|payroll|lohn|gehalt|salaire|wynagrodzenie|salariul?)\b";
/// Words of money that was asked back.
const RECALL_WORDS: &str = r"\b(recall|chargeback|storno|terugboeking|rückbuchung|fraud|fraude)\b";

/// One day of an account in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Day {
    /// Ten-thousandths, as all amounts here.
    pub received: i128,
    pub wages: i128,
    /// To merchants, by card or by direct debit.
    pub spent: i128,
    /// To accounts or in cash; the destination is empty where the record does not say it.
    pub sent: Vec<(String, i128)>,
}

/// The movements of an account in its main currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flows {
    /// By day since 1970-01-01.
    pub days: BTreeMap<i64, Day>,
    pub credits: i64,
    /// Credits of 60 to 480 in whole tens, and how many payers gave them.
    pub round_credits: i64,
    pub round_payers: i64,
    /// Entries taken back or asked back.
    pub recalls: i64,
}

/// Who has to do with an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holder {
    pub party: String,
    pub role: String,
    pub kind: String,
}

/// Holders and what they can be reached by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registers {
    pub holders: BTreeMap<String, BTreeSet<Holder>>,
    /// By account, `phone …` or `e-mail …`.
    pub reach: BTreeMap<String, BTreeSet<String>>,
    /// By account.
    pub addresses: BTreeMap<String, BTreeSet<String>>,
    /// Bank and day of opening, by account.
    pub opened: BTreeMap<String, (String, i64)>,
}

/// By account of an exit: accounts that keep less than a tenth and send at least four fifths of what leaves there.
pub(crate) type Drained = BTreeMap<String, BTreeSet<String>>;

const MOVES: &str = "
    SELECT e.account_id,
           coalesce(e.currency, '') AS currency,
           CAST(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32') AS BIGINT) AS day,
           CASE
               WHEN e.direction = 'credit' THEN 'in'
               WHEN e.channel IN ('fee', 'interest') OR e.counterparty_status = 'bank' THEN 'bank'
               WHEN e.channel IN ('card_pos', 'card_ecom', 'direct_debit', 'loan') OR e.merchant_category IS NOT NULL
                   THEN 'spent'
               ELSE 'out'
           END AS way,
           CASE
               WHEN e.direction = 'credit' THEN ''
               WHEN e.counterparty_account_id IS NOT NULL THEN e.counterparty_account_id
               WHEN e.channel IN ('cash_atm', 'cash_branch') THEN concat('c-', e.account_id)
               ELSE ''
           END AS destination,
           e.amount,
           coalesce(e.purpose, '') AS purpose,
           coalesce(e.remittance, '') AS remittance,
           coalesce(e.counterparty_account_id, e.counterparty_name) AS payer,
           e.reversal
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    WHERE e.amount > 0 AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)";

/// Holders, contacts and opening dates of every account in the registers.
pub(crate) fn registers(query: &dyn Query) -> Result<Registers, GateError> {
    let mut registers = Registers::default();
    let known = "SELECT h.account_id, h.party_id, h.role, p.kind, p.phone, p.email, p.address
        FROM account_holders h JOIN parties p ON p.party_id = h.party_id";
    for batch in run(query, known, &[])? {
        let rows = Rows::new(&batch);
        let (accounts, parties) = (texts(&rows, "account_id")?, texts(&rows, "party_id")?);
        let (roles, kinds) = (texts(&rows, "role")?, texts(&rows, "kind")?);
        for (row, account) in accounts.iter().enumerate() {
            registers
                .holders
                .entry(account.clone())
                .or_default()
                .insert(Holder {
                    party: parties[row].clone(),
                    role: roles[row].clone(),
                    kind: kinds[row].clone(),
                });
        }
        registers.contacts(&rows, &accounts)?;
    }
    // What each source says, because resolution keeps one phone a party and people have several.
    let read = "SELECT account_id, phone, email, address FROM parties_read WHERE account_id IS NOT NULL";
    for batch in run(query, read, &[])? {
        let rows = Rows::new(&batch);
        let accounts = texts(&rows, "account_id")?;
        registers.contacts(&rows, &accounts)?;
    }
    let opened = "SELECT account_id, coalesce(bank, bic, '') AS bank,
        CAST(arrow_cast(opened, 'Int32') AS BIGINT) AS day FROM accounts WHERE opened IS NOT NULL";
    for batch in run(query, opened, &[])? {
        let rows = Rows::new(&batch);
        let (accounts, banks, days) = (
            texts(&rows, "account_id")?,
            texts(&rows, "bank")?,
            rows.numbers("day")?,
        );
        for ((account, bank), day) in accounts.into_iter().zip(banks).zip(days) {
            if let Some(day) = day {
                registers.opened.insert(account, (bank, day));
            }
        }
    }
    Ok(registers)
}

impl Registers {
    fn contacts(&mut self, rows: &Rows<'_>, accounts: &[String]) -> Result<(), GateError> {
        let (phones, mails, addresses) = (
            texts(rows, "phone")?,
            texts(rows, "email")?,
            texts(rows, "address")?,
        );
        for (row, account) in accounts.iter().enumerate() {
            let digits: String = phones[row].chars().filter(char::is_ascii_digit).collect();
            // Country and trunk prefixes are written in many ways; the last nine digits are the subscriber's.
            if digits.len() >= 6 {
                let number = &digits[digits.len().saturating_sub(9)..];
                self.reach
                    .entry(account.clone())
                    .or_default()
                    .insert(format!("phone {number}"));
            }
            let mail = mails[row].trim().to_lowercase();
            if mail.contains('@') {
                self.reach
                    .entry(account.clone())
                    .or_default()
                    .insert(format!("e-mail {mail}"));
            }
            let address: String = addresses[row]
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect();
            if address.chars().count() >= 6 {
                self.addresses.entry(account.clone()).or_default().insert(address);
            }
        }
        Ok(())
    }

    /// The parties that hold an account themselves.
    pub(crate) fn own(&self, account: &str) -> BTreeSet<&str> {
        self.holders
            .get(account)
            .into_iter()
            .flatten()
            .filter(|holder| holder.role != "mandate")
            .map(|holder| holder.party.as_str())
            .collect()
    }

    /// The parties that may act on an account without holding it.
    pub(crate) fn mandates(&self, account: &str) -> BTreeSet<&str> {
        self.holders
            .get(account)
            .into_iter()
            .flatten()
            .filter(|holder| holder.role == "mandate")
            .map(|holder| holder.party.as_str())
            .collect()
    }

    /// Whether the registers know all holders of an account and each is a company.
    pub(crate) fn is_company(&self, account: &str) -> bool {
        let holders: Vec<&Holder> = self.holders.get(account).into_iter().flatten().collect();
        let mut own = holders
            .iter()
            .filter(|holder| holder.role != "mandate")
            .peekable();
        own.peek().is_some() && own.all(|holder| holder.kind == "company")
    }

    /// An account and all others that its holders hold.
    pub(crate) fn group(&self, account: &str) -> BTreeSet<String> {
        let own = self.own(account);
        let mut group: BTreeSet<String> = BTreeSet::from([account.to_owned()]);
        if !own.is_empty() {
            let others = self
                .holders
                .keys()
                .filter(|other| !self.own(other).is_disjoint(&own));
            group.extend(others.cloned());
        }
        group
    }
}

/// Movements of accounts, each in the currency in which it has most credits (then the first by code).
pub(crate) fn flows(
    query: &dyn Query,
    accounts: &BTreeSet<String>,
) -> Result<BTreeMap<String, Flows>, GateError> {
    let parameters = [
        ("accounts".to_owned(), list(accounts)),
        ("wage_words".to_owned(), text_literal(WAGE_WORDS)),
        ("recall_words".to_owned(), text_literal(RECALL_WORDS)),
    ];
    let chosen = "LEFT SEMI JOIN (SELECT unnest(string_to_array($accounts, ',')) AS account_id) AS asked
        ON moves.account_id = asked.account_id";
    let credits = format!(
        "WITH moves AS ({MOVES})
        SELECT account_id, currency,
               sum(CASE WHEN way = 'in' THEN 1 ELSE 0 END) AS credits,
               sum(CASE WHEN way = 'in' AND amount >= 60 AND amount <= 480 AND amount % 10 = 0 THEN 1 ELSE 0 END)
                   AS round_credits,
               count(DISTINCT CASE WHEN way = 'in' AND amount >= 60 AND amount <= 480 AND amount % 10 = 0
                   THEN payer END) AS round_payers,
               sum(CASE WHEN reversal OR regexp_like(remittance, $recall_words, 'i') THEN 1 ELSE 0 END) AS recalls
        FROM moves {chosen}
        GROUP BY account_id, currency ORDER BY account_id, credits DESC, currency"
    );
    let mut flows: BTreeMap<String, Flows> = BTreeMap::new();
    let mut currencies: BTreeMap<String, String> = BTreeMap::new();
    let asked: Vec<(String, String)> = parameters
        .iter()
        .filter(|(name, _)| name != "wage_words")
        .cloned()
        .collect();
    for batch in run(query, &credits, &asked)? {
        let rows = Rows::new(&batch);
        let (ids, money) = (texts(&rows, "account_id")?, texts(&rows, "currency")?);
        let (all, round) = (rows.numbers("credits")?, rows.numbers("round_credits")?);
        let (payers, recalls) = (rows.numbers("round_payers")?, rows.numbers("recalls")?);
        for (row, account) in ids.into_iter().enumerate() {
            if currencies.contains_key(&account) {
                continue;
            }
            currencies.insert(account.clone(), money[row].clone());
            flows.insert(
                account,
                Flows {
                    days: BTreeMap::new(),
                    credits: all[row].unwrap_or(0),
                    round_credits: round[row].unwrap_or(0),
                    round_payers: payers[row].unwrap_or(0),
                    recalls: recalls[row].unwrap_or(0),
                },
            );
        }
    }
    let days = format!(
        "WITH moves AS ({MOVES})
        SELECT account_id, currency, day, way, destination, sum(amount) AS amount,
               sum(CASE WHEN way = 'in' AND (purpose = 'SALA' OR regexp_like(remittance, $wage_words, 'i'))
                   THEN amount ELSE 0 END) AS wages
        FROM moves {chosen}
        WHERE NOT reversal
        GROUP BY account_id, currency, day, way, destination
        ORDER BY account_id, currency, day, way, destination"
    );
    let asked: Vec<(String, String)> = parameters
        .iter()
        .filter(|(name, _)| name != "recall_words")
        .cloned()
        .collect();
    for batch in run(query, &days, &asked)? {
        let rows = Rows::new(&batch);
        let (ids, money) = (texts(&rows, "account_id")?, texts(&rows, "currency")?);
        let (ways, destinations) = (texts(&rows, "way")?, texts(&rows, "destination")?);
        let (days, amounts, wages) = (
            rows.numbers("day")?,
            rows.amounts("amount")?,
            rows.amounts("wages")?,
        );
        for (row, account) in ids.iter().enumerate() {
            if currencies.get(account) != Some(&money[row]) {
                continue;
            }
            let (Some(flow), Some(day)) = (flows.get_mut(account), days[row]) else {
                continue;
            };
            let day = flow.days.entry(day).or_default();
            let amount = amounts[row].unwrap_or(0);
            match ways[row].as_str() {
                "in" => {
                    day.received += amount;
                    day.wages += wages[row].unwrap_or(0);
                }
                "spent" => day.spent += amount,
                "out" => day.sent.push((destinations[row].clone(), amount)),
                _ => {}
            }
        }
    }
    Ok(flows)
}

/// Accounts that are drained to one of these exits.
pub(crate) fn drained(query: &dyn Query, exits: &BTreeSet<String>) -> Result<Drained, GateError> {
    let mut found = Drained::new();
    if exits.is_empty() {
        return Ok(found);
    }
    // Named once each: all movements are too many to be held between the two looks.
    let sql = format!(
        "WITH to_exits AS (
            SELECT kept.account_id, kept.currency, kept.destination, sum(kept.amount) AS amount
            FROM ({MOVES}) AS kept
            LEFT SEMI JOIN (SELECT unnest(string_to_array($exits, ',')) AS account_id) AS asked
                ON kept.destination = asked.account_id
            WHERE kept.way = 'out' AND NOT kept.reversal
            GROUP BY kept.account_id, kept.currency, kept.destination
        ),
        totals AS (
            SELECT kept.account_id, kept.currency,
                   sum(CASE WHEN way = 'in' THEN amount ELSE 0 END) AS received,
                   sum(CASE WHEN way = 'out' THEN amount ELSE 0 END) AS sent
            FROM ({MOVES}) AS kept
            LEFT SEMI JOIN to_exits ON kept.account_id = to_exits.account_id
            WHERE NOT kept.reversal
            GROUP BY kept.account_id, kept.currency
        )
        SELECT to_exits.destination, to_exits.account_id
        FROM to_exits
        JOIN totals ON totals.account_id = to_exits.account_id AND totals.currency = to_exits.currency
        WHERE totals.received > 0
          AND (totals.received - totals.sent) * 10 < totals.received
          AND to_exits.amount * 10 >= totals.sent * 8
        ORDER BY to_exits.destination, to_exits.account_id"
    );
    for batch in run(query, &sql, &[("exits".to_owned(), list(exits))])? {
        let rows = Rows::new(&batch);
        let (exits, payers) = (texts(&rows, "destination")?, texts(&rows, "account_id")?);
        for (exit, payer) in exits.into_iter().zip(payers) {
            found.entry(exit).or_default().insert(payer);
        }
    }
    Ok(found)
}

fn list(ids: &BTreeSet<String>) -> String {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    text_literal(&ids.join(","))
}

pub(crate) fn run(
    query: &dyn Query,
    sql: &str,
    parameters: &[(String, String)],
) -> Result<Vec<RecordBatch>, GateError> {
    query.query(sql, parameters).map_err(GateError::Query)
}

pub(crate) fn texts(rows: &Rows<'_>, name: &str) -> Result<Vec<String>, GateError> {
    let texts = rows.texts(name)?;
    Ok(texts.into_iter().map(Option::unwrap_or_default).collect())
}
