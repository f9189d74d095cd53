//! goAML (UNODC), XML: a report with a transaction for every transfer, after the schemas of versions 4 and 5.
//!
//! Always a draft that was not filed: it says so at its head and in its reason. What a unit asks for stands in a
//! [`Profile`]; what a case cannot give (a unit's code lists, names split in two, the sex and nationality of people,
//! which this tool never holds) is counted and told. Check the file with the unit's own XSD before anything else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;

use super::goaml_parts::{Bank, Fields, Someone};
use super::goaml_profile::{MyClient, Profile, Shape};
use super::text::{date_time, hashed, number};
use super::xml::Xml;
use super::{
    Account, ExportError, Finding, Head, Holder, Party, PartyKind, Placed, Row, Sink, Table, Transfer,
};
use crate::model::{Describes, TimePrecision};

pub use super::goaml_parts::Report;

const DRAFT: &str = "DRAFT made from case records; it was not filed with any authority.";
const NAMED: &str = "it stands in each transaction that names it";
const NO_PLACE: &str = "a report of transactions has no place for it";
const NO_RATE: &str = "its amount has no rate to the report's currency";
const NO_TIME: &str = "it has no date, which a transaction must have";
/// Longest texts of the schema.
const REASON: usize = 4_000;
const NUMBER: usize = 50;

/// Writes a goAML report.
pub struct GoAml<W: Write> {
    xml: Xml<W>,
    profile: Profile,
    header: Option<Fields>,
    reporter: (String, String),
    action: String,
    reason: String,
    local: String,
    base: String,
    indicators: BTreeSet<String>,
    accounts: HashMap<Box<str>, Bank>,
    parties: HashMap<Box<str>, Someone>,
    missing: BTreeMap<String, u64>,
    unsplit: bool,
    cut: bool,
}

impl<W: Write> GoAml<W> {
    /// Begins a report.
    pub fn new(
        out: W,
        head: &Head<'_>,
        report: &Report<'_>,
        profile: Profile,
    ) -> Result<GoAml<W>, ExportError> {
        let mut xml = Xml::new(out)?;
        xml.comment(DRAFT)?;
        xml.comment(&super::graphml::about(head))?;
        xml.comment(&format!(
            "Profile: {}. Check it with the unit's own schema.",
            profile.title
        ))?;
        xml.raw("<report>\n")?;
        let local = match profile.currency.as_str() {
            "" => head.currency.to_owned(),
            currency => currency.to_owned(),
        };
        let header = vec![
            ("rentity_id", report.rentity_id.to_owned()),
            ("rentity_branch", report.rentity_branch.to_owned()),
            ("submission_code", "E".to_owned()),
            ("report_code", profile.report_code.clone()),
            ("entity_reference", format!("DRAFT {}", head.case)),
            ("fiu_ref_number", report.fiu_ref_number.to_owned()),
            ("submission_date", date_time(head.made)),
            ("currency_code_local", local.clone()),
        ];
        Ok(GoAml {
            xml,
            profile,
            header: Some(header),
            reporter: (report.first_name.to_owned(), report.last_name.to_owned()),
            action: report.action.to_owned(),
            reason: [DRAFT, report.reason].join(" ").trim_end().to_owned(),
            local,
            base: head.currency.to_owned(),
            indicators: report.indicators.iter().map(|code| (*code).to_owned()).collect(),
            accounts: HashMap::new(),
            parties: HashMap::new(),
            missing: BTreeMap::new(),
            unsplit: false,
            cut: false,
        })
    }

    // The findings, which come first, are part of the reason: so the head waits for the first transaction.
    fn open(&mut self) -> Result<(), ExportError> {
        let Some(header) = self.header.take() else {
            return Ok(());
        };
        self.fields("report", &header)?;
        let (first, last) = self.reporter.clone();
        self.xml.raw("<reporting_person>\n")?;
        self.fields("reporting_person", &[("first_name", first), ("last_name", last)])?;
        self.xml.raw("</reporting_person>\n")?;
        let reason = std::mem::take(&mut self.reason);
        let short: String = reason.chars().take(REASON).collect();
        self.cut = short.len() < reason.len();
        let action = std::mem::take(&mut self.action);
        self.fields("report", &[("reason", short), ("action", action)])?;
        Ok(())
    }

    fn fields(&mut self, element: &str, fields: &[(&'static str, String)]) -> Result<(), ExportError> {
        for (name, text) in fields {
            if text.is_empty() {
                self.ask(element, name);
            }
            self.xml.leaf(name, text)?;
        }
        Ok(())
    }

    fn ask(&mut self, element: &str, name: &str) {
        let field = format!("{element}.{name}");
        if self.profile.mandatory.contains(&field) {
            *self.missing.entry(field).or_default() += 1;
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Placed {
        // What is told for the protection of somebody raises nothing about anybody (VS-02).
        if finding.describes == Describes::Exploited.as_str() {
            return Placed::LeftOut("it tells of somebody who may be exploited: a lead for protection");
        }
        if let Some(code) = self.profile.indicators.get(finding.rule_id) {
            self.indicators.insert(code.clone());
        }
        let title = match finding.title {
            "" => finding.rule_id,
            title => title,
        };
        if self.reason.len() <= REASON * 4 {
            self.reason.push_str(&format!(" [{}] {title}.", finding.rule_id));
        } else {
            self.cut = true;
        }
        Placed::Written
    }

    fn party(&mut self, party: &Party<'_>) -> Result<Placed, ExportError> {
        self.unsplit |= party.kind == PartyKind::Person;
        match self.parties.insert(party.party_id.into(), Someone::of(party)) {
            None => Ok(Placed::LeftOut(NAMED)),
            Some(_) => Err(ExportError::Twice {
                table: Table::Parties,
                id: party.party_id.to_owned(),
            }),
        }
    }

    fn account(&mut self, account: &Account<'_>) -> Result<Placed, ExportError> {
        match self.accounts.insert(account.account_id.into(), Bank::of(account)) {
            None => Ok(Placed::LeftOut(NAMED)),
            Some(_) => Err(ExportError::Twice {
                table: Table::Accounts,
                id: account.account_id.to_owned(),
            }),
        }
    }

    fn holder(&mut self, holder: &Holder<'_>) -> Result<Placed, ExportError> {
        let missing = |missing: &str| ExportError::Missing {
            table: Table::Holders,
            id: holder.account_id.to_owned(),
            missing: missing.to_owned(),
        };
        if !self.parties.contains_key(holder.party_id) {
            return Err(missing(holder.party_id));
        }
        let bank = self
            .accounts
            .get_mut(holder.account_id)
            .ok_or_else(|| missing(holder.account_id))?;
        bank.holders.push((holder.party_id.into(), holder.role.into()));
        Ok(Placed::LeftOut(NAMED))
    }

    fn transfer(&mut self, transfer: &Transfer<'_>) -> Result<Placed, ExportError> {
        let Some(at) = transfer.at() else {
            return Ok(Placed::LeftOut(NO_TIME));
        };
        let same = transfer.currency == self.local;
        let local = match (same, self.base == self.local) {
            (true, _) => Some(transfer.amount),
            (false, true) => transfer.base_amount,
            (false, false) => None,
        };
        let Some(local) = local else {
            return Ok(Placed::LeftOut(NO_RATE));
        };
        for id in [transfer.payer_account, transfer.payee_account] {
            if !self.accounts.contains_key(id) {
                return Err(ExportError::Missing {
                    table: Table::Transfers,
                    id: transfer.transfer_id.to_owned(),
                    missing: id.to_owned(),
                });
            }
        }
        self.open()?;
        let reference = match transfer.transfer_id.len() <= NUMBER {
            true => transfer.transfer_id.to_owned(),
            false => hashed(&[transfer.transfer_id]),
        };
        self.xml.raw("<transaction>\n")?;
        let posted = transfer.credited_at.filter(|_| transfer.debited_at.is_some());
        self.fields(
            "transaction",
            &[
                ("transactionnumber", reference),
                ("transaction_description", transfer.remittance.to_owned()),
                ("date_transaction", date_time(at)),
                ("date_posting", posted.map(date_time).unwrap_or_default()),
                (
                    "transmode_code",
                    Profile::code(&self.profile.transmode, transfer.channel).to_owned(),
                ),
                ("transmode_comment", transfer.channel.to_owned()),
                ("amount_local", number(local, &self.local)),
            ],
        )?;
        let funds = Profile::code(&self.profile.funds, transfer.channel).to_owned();
        let foreign = (!same).then(|| (transfer.currency, number(transfer.amount, transfer.currency)));
        let multi = self.profile.shape == Shape::MultiParty;
        if multi {
            self.xml.raw("<involved_parties>\n")?;
        }
        for (way, role, id) in [
            ("from", "payer", transfer.payer_account),
            ("to", "payee", transfer.payee_account),
        ] {
            let foreign = foreign
                .as_ref()
                .map(|(code, amount)| (*code, amount.as_str(), transfer.rate));
            match multi {
                true => self.involved(role, id, &funds, foreign)?,
                false => self.side(way, id, &funds, foreign)?,
            }
        }
        if multi {
            self.xml.raw("</involved_parties>\n")?;
        }
        let mut comments = vec![super::facts::places(transfer)];
        if at.precision == TimePrecision::Day {
            comments.push("the time of day is not known".to_owned());
        }
        comments.retain(|text| !text.is_empty());
        self.fields("transaction", &[("comments", comments.join("; "))])?;
        self.xml.raw("</transaction>\n")?;
        Ok(Placed::Written)
    }

    fn own(&self, id: &str) -> bool {
        self.profile.my_client == MyClient::Seized && self.accounts.get(id).is_some_and(|bank| bank.seized)
    }

    fn side(
        &mut self,
        way: &str,
        id: &str,
        funds: &str,
        foreign: Option<(&str, &str, &str)>,
    ) -> Result<(), ExportError> {
        let tag = match self.own(id) {
            true => format!("t_{way}_my_client"),
            false => format!("t_{way}"),
        };
        self.xml.raw(&format!("<{tag}>\n"))?;
        if funds.is_empty() {
            self.ask("side", "funds_code");
        }
        self.xml.leaf(&format!("{way}_funds_code"), funds)?;
        self.foreign(&format!("{way}_foreign_currency"), foreign)?;
        let country = self.subject(&format!("{way}_"), id)?;
        if country.is_empty() {
            self.ask("side", "country");
        }
        self.xml.leaf(&format!("{way}_country"), &country)?;
        Ok(self.xml.raw(&format!("</{tag}>\n"))?)
    }

    fn involved(
        &mut self,
        role: &str,
        id: &str,
        funds: &str,
        foreign: Option<(&str, &str, &str)>,
    ) -> Result<(), ExportError> {
        let role = self.profile.roles.get(role).cloned().unwrap_or_default();
        self.xml.raw("<party>\n")?;
        self.fields("side", &[("role", role)])?;
        let country = self.subject("", id)?;
        self.fields("side", &[("funds_code", funds.to_owned())])?;
        self.foreign("foreign_currency", foreign)?;
        self.fields("side", &[("country", country)])?;
        Ok(self.xml.raw("</party>\n")?)
    }

    fn foreign(&mut self, tag: &str, foreign: Option<(&str, &str, &str)>) -> Result<(), ExportError> {
        let Some((code, amount, rate)) = foreign else {
            return Ok(());
        };
        self.xml.raw(&format!("<{tag}>\n"))?;
        self.xml.leaf("foreign_currency_code", code)?;
        self.xml.leaf("foreign_amount", amount)?;
        self.xml.leaf("foreign_exchange_rate", rate)?;
        Ok(self.xml.raw(&format!("</{tag}>\n"))?)
    }

    // The account; or, where cash or nobody known is on this side, a person of whom nothing is known.
    fn subject(&mut self, before: &str, id: &str) -> Result<String, ExportError> {
        let own = if self.own(id) { "_my_client" } else { "" };
        let Some(bank) = self.accounts.get(id).filter(|bank| bank.known) else {
            self.xml.raw(&format!("<{before}person>\n"))?;
            self.fields(
                "person",
                &[
                    ("first_name", "unknown".to_owned()),
                    ("last_name", "unknown".to_owned()),
                ],
            )?;
            self.xml.raw(&format!("</{before}person>\n"))?;
            return Ok(self
                .accounts
                .get(id)
                .map_or_else(String::new, |bank| bank.country.clone()));
        };
        let (country, holders) = (bank.country.clone(), bank.holders.clone());
        let (begin, end): (Fields, Fields) = bank
            .fields
            .iter()
            .cloned()
            .partition(|(name, _)| !matches!(*name, "opened" | "closed"));
        // In a list of parties the subject itself says whose it is.
        let tag = match before {
            "" => format!("account{own}"),
            _ => format!("{before}account"),
        };
        self.xml.raw(&format!("<{tag}>\n"))?;
        self.fields("account", &begin)?;
        let five = self.profile.schema >= 5;
        let (people, bodies): (Vec<_>, Vec<_>) = holders
            .into_iter()
            .partition(|(party, _)| self.parties.get(party).is_some_and(|someone| someone.person));
        // Version 4 has room for one entity and a list of signatories, version 5 for lists of both.
        let groups = match five {
            true => [
                (
                    "related_persons",
                    "account_related_person",
                    "t_person",
                    &people[..],
                ),
                (
                    "related_entities",
                    "account_related_entity",
                    "t_entity",
                    &bodies[..],
                ),
            ],
            false => [
                ("", "", "t_entity", &bodies[..bodies.len().min(1)]),
                ("", "signatory", "t_person", &people[..]),
            ],
        };
        for (list, around, tag, members) in groups {
            if members.is_empty() {
                continue;
            }
            self.tag("<", list)?;
            for (party, role) in members {
                self.related(around, tag, party, role)?;
            }
            self.tag("</", list)?;
        }
        self.fields("account", &end)?;
        self.xml.raw(&format!("</{tag}>\n"))?;
        Ok(country)
    }

    fn related(&mut self, around: &str, tag: &str, party: &str, role: &str) -> Result<(), ExportError> {
        let Some(someone) = self.parties.get(party) else {
            return Ok(());
        };
        let (element, fields) = (
            if someone.person { "person" } else { "entity" },
            someone.fields.clone(),
        );
        self.tag("<", around)?;
        self.tag("<", tag)?;
        self.fields(element, &fields)?;
        self.xml.leaf("comments", role)?;
        self.tag("</", tag)?;
        self.tag("</", around)
    }

    fn tag(&mut self, open: &str, name: &str) -> Result<(), ExportError> {
        if !name.is_empty() {
            self.xml.raw(&format!("{open}{name}>\n"))?;
        }
        Ok(())
    }
}

impl<W: Write> Sink for GoAml<W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        match row {
            Row::Finding(finding) => Ok(self.finding(finding)),
            Row::Party(party) => self.party(party),
            Row::Account(account) => self.account(account),
            Row::Holder(holder) => self.holder(holder),
            Row::Transfer(transfer) => self.transfer(transfer),
            Row::Source(_) | Row::Cluster(_) | Row::Relation(_) | Row::Entry(_) => {
                Ok(Placed::LeftOut(NO_PLACE))
            }
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        self.open()?;
        let codes = std::mem::take(&mut self.indicators);
        if codes.is_empty() {
            self.ask("report", "indicators");
        } else {
            self.xml.raw("<report_indicators>\n")?;
            for code in &codes {
                self.xml.leaf("indicator", code)?;
            }
            self.xml.raw("</report_indicators>\n")?;
        }
        self.xml.raw("</report>\n")?;
        let mut notes = vec![DRAFT.to_owned()];
        for (field, count) in &self.missing {
            notes.push(format!(
                "{field} is missing {count} times; the profile ‘{}’ asks for it",
                self.profile.title
            ));
        }
        if self.unsplit {
            notes.push("names of people stand whole as last name, with - as first name: where they divide is not guessed".to_owned());
        }
        if self.cut {
            notes.push(format!(
                "the reason is cut at {REASON} characters, the schema's limit"
            ));
        }
        for note in &notes {
            self.xml.comment(note)?;
        }
        notes.extend(self.xml.finish()?);
        Ok(notes)
    }
}
