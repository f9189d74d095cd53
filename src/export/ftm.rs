//! FollowTheMoney, JSON lines: one entity a line (followthemoney.tech), for OpenAleph, Aleph and yente.
//!
//! Accounts are BankAccount, transfers Payment, parties Person, Company or LegalEntity, ties Ownership, Directorship,
//! Family, Employment, Representation or UnknownLink, findings Note, files Document. A Payment names who paid whom: the
//! account's holders, and where none is on record a LegalEntity that says so, one an account.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Map, Value};

use super::facts;
use super::json::{Json, texts};
use super::known::Known;
use super::text::{country, iso, number, token};
use super::{
    Account, Cited, ExportError, Finding, Head, Holder, Party, PartyKind, Placed, Relation, Row, Sink,
    Source, Table, Transfer,
};
use crate::model::{AccountKey, AccountScheme, RelationKind};

const ENTRY: &str = "an entry is part of the Payment of its transfer, which names it as its record";
const CLUSTER: &str = "FollowTheMoney has no schema for groups of accounts";
const NOBODY: &str = "the record does not say who is on one side, and a link needs both";

/// Writes FollowTheMoney entities.
pub struct Ftm<W: Write> {
    json: Json<W>,
    known: Known,
    authority: String,
    // Tokens of the holders of each account; for an account without, its label until a placeholder is written.
    holders: HashMap<String, Vec<String>>,
    labels: HashMap<String, Box<str>>,
    // What each party is: a link's schema says what may stand at its ends.
    kinds: HashMap<Box<str>, PartyKind>,
}

/// An entity under way.
struct Entity {
    id: String,
    schema: &'static str,
    properties: Map<String, Value>,
}

impl Entity {
    fn new(id: String, schema: &'static str) -> Entity {
        Entity {
            id,
            schema,
            properties: Map::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Entity {
        self.add(name, [value]);
        self
    }

    fn add<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a str>) {
        if let Value::Array(list) = texts(values)
            && !list.is_empty()
        {
            self.properties.insert(name.to_owned(), Value::Array(list));
        }
    }

    fn cited(mut self, cited: &Cited<'_>) -> Entity {
        if !cited.source_id.is_empty() {
            self.add("proof", [&*token("s", cited.source_id)]);
        }
        self
    }
}

impl<W: Write> Ftm<W> {
    /// Begins a file.
    pub fn new(out: W, head: &Head<'_>) -> Result<Ftm<W>, ExportError> {
        let mut file = Ftm {
            json: Json::new(out, "")?,
            known: Known::default(),
            authority: head.authority.to_owned(),
            holders: HashMap::new(),
            labels: HashMap::new(),
            kinds: HashMap::new(),
        };
        if !head.withheld.is_empty() {
            // Lines have no head: a note says it.
            let mut note = Entity::new("n-withheld".to_owned(), "Note")
                .with("name", "What was withheld from this file")
                .with("publisher", &file.authority);
            note.add("description", head.withheld.iter().map(String::as_str));
            file.write(note)?;
        }
        Ok(file)
    }

    fn write(&mut self, entity: Entity) -> Result<Placed, ExportError> {
        let mut line = Map::new();
        line.insert("id".to_owned(), entity.id.into());
        line.insert("schema".to_owned(), entity.schema.into());
        line.insert("properties".to_owned(), Value::Object(entity.properties));
        self.json.object("", line)?;
        Ok(Placed::Written)
    }

    // Who holds an account: its holders on record, else one placeholder that says that none is.
    fn owners(&mut self, account: &str) -> Result<Vec<String>, ExportError> {
        if let Some(holders) = self.holders.get(account) {
            return Ok(holders.clone());
        }
        let id = token("h", account);
        let label = self.labels.remove(account).unwrap_or_default();
        let name = format!("Holder not on record of {label}");
        let notes = "Stands for whoever holds the account; no record names the holder.";
        self.write(
            Entity::new(id.clone(), "LegalEntity")
                .with("name", &name)
                .with("notes", notes),
        )?;
        self.holders.insert(account.to_owned(), vec![id.clone()]);
        Ok(vec![id])
    }

    fn source(&mut self, source: &Source<'_>) -> Result<Placed, ExportError> {
        let size = source.bytes.to_string();
        let received = source.received_at.map(iso).unwrap_or_default();
        let title = match source.name {
            "" => source.source_id,
            name => name,
        };
        let summary = format!(
            "{}: {} rows read, {} accepted, {} rejected; order {}; {}",
            source.format,
            source.rows_read,
            source.rows_accepted,
            source.rows_rejected,
            source.order_reference,
            facts::place(&Cited {
                source_id: source.source_id,
                ..Cited::default()
            })
        );
        let entity = Entity::new(token("s", source.source_id), "Document")
            .with("fileName", title)
            .with("title", title)
            .with("fileSize", &size)
            .with("publisher", source.received_from)
            .with("retrievedAt", &received)
            .with("summary", &summary);
        self.write(entity)
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Result<Placed, ExportError> {
        let about = [("p", finding.party_id), ("a", finding.account_id)];
        let about: Vec<_> = about
            .into_iter()
            .filter(|(_, id)| !id.is_empty())
            .map(|(prefix, id)| token(prefix, id))
            .collect();
        let version = match finding.rule_version {
            "" => finding.rule_id.to_owned(),
            version => format!("{} version {version}", finding.rule_id),
        };
        let mut entity = Entity::new(token("f", finding.finding_id), "Note")
            .with(
                "name",
                if finding.title.is_empty() {
                    finding.rule_id
                } else {
                    finding.title
                },
            )
            .with(
                "summary",
                "A finding of a rule: a question for a person, no assessment of anybody.",
            )
            .with("publisher", &self.authority)
            .with("keywords", &version);
        entity.add("entity", about.iter().map(String::as_str));
        let innocent = match finding.innocent_explanations {
            "" => String::new(),
            text => format!("Innocent explanations: {text}"),
        };
        let measures = match finding.measures {
            "" => String::new(),
            text => format!("Measures: {text}"),
        };
        let entries = match finding.entries {
            [] => String::new(),
            ids => format!("Entries: {}", ids.join(" ")),
        };
        entity.add(
            "description",
            [finding.explanation, &innocent, &measures, &entries],
        );
        self.write(entity)
    }

    fn party(&mut self, party: &Party<'_>) -> Result<Placed, ExportError> {
        self.known.add(Table::Parties, party.party_id)?;
        self.kinds.insert(party.party_id.into(), party.kind);
        let schema = match party.kind {
            PartyKind::Person => "Person",
            PartyKind::Organisation => "Company",
            PartyKind::Unknown => "LegalEntity",
        };
        let birth = party.birth_date.map(|day| day.to_string()).unwrap_or_default();
        let incorporated = party.incorporated.map(|day| day.to_string()).unwrap_or_default();
        let mut entity = Entity::new(token("p", party.party_id), schema)
            .with("name", facts::party_label(party))
            .with("registrationNumber", party.registration_number)
            .with(
                "country",
                &country(party.country).unwrap_or_default().to_lowercase(),
            )
            .cited(&party.cited);
        if party.kind == PartyKind::Person {
            entity = entity.with("birthDate", &birth);
        } else {
            entity = entity
                .with("sector", party.sector)
                .with("incorporationDate", &incorporated);
        }
        entity.add("alias", party.aliases.iter().copied());
        entity.add("address", party.addresses.iter().copied());
        let identifiers: Vec<_> = party
            .identifiers
            .iter()
            .map(|(scheme, value)| format!("{scheme} {value}"))
            .collect();
        entity.add("notes", identifiers.iter().map(String::as_str));
        self.write(entity)
    }

    fn account(&mut self, account: &Account<'_>) -> Result<Placed, ExportError> {
        self.known.add(Table::Accounts, account.account_id)?;
        let label = facts::account_label(account);
        self.labels.insert(account.account_id.to_owned(), label.into());
        let opened = account.opened.map(|day| day.to_string()).unwrap_or_default();
        let closed = account.closed.map(|day| day.to_string()).unwrap_or_default();
        // A pseudonym, or a number with a typing error, is no IBAN and would be thrown away by a reader.
        let scheme = AccountKey::number(account.iban).normalise().0;
        let iban = if scheme == AccountScheme::Iban {
            account.iban
        } else {
            ""
        };
        let entity = Entity::new(token("a", account.account_id), "BankAccount")
            .with("name", label)
            .with("accountNumber", account.number)
            .with("iban", iban)
            .with("bic", account.bic)
            .with("bankName", account.bank)
            .with("currency", account.currency)
            .with(
                "country",
                &country(account.country).unwrap_or_default().to_lowercase(),
            )
            .with("accountType", facts::account_word(account))
            .with("openingDate", &opened)
            .with("closingDate", &closed)
            .with(
                "notes",
                if account.seized {
                    "Statements received."
                } else {
                    ""
                },
            );
        self.write(entity)
    }

    fn holder(&mut self, holder: &Holder<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        self.known.find(Table::Parties, holder.party_id, named)?;
        self.known.find(Table::Accounts, holder.account_id, named)?;
        let (party, account) = (token("p", holder.party_id), token("a", holder.account_id));
        let from = holder.from.map(|day| day.to_string()).unwrap_or_default();
        let to = holder.to.map(|day| day.to_string()).unwrap_or_default();
        let id = token(
            "h",
            &[holder.party_id, holder.account_id, holder.role, &from, &to].join("\n"),
        );
        let owns = holder.role == "holder";
        let (schema, ends) = match owns {
            true => ("Ownership", ("owner", "asset")),
            false => ("UnknownLink", ("subject", "object")),
        };
        let entity = Entity::new(id, schema)
            .with(ends.0, &party)
            .with(ends.1, &account)
            .with("role", holder.role)
            .with("startDate", &from)
            .with("endDate", &to)
            .cited(&holder.cited);
        if owns {
            let holders = self.holders.entry(holder.account_id.to_owned()).or_default();
            if !holders.contains(&party) {
                holders.push(party);
            }
        }
        self.write(entity)
    }

    fn relation(&mut self, relation: &Relation<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        if relation.subject.is_empty() || relation.object.is_empty() {
            return Ok(Placed::LeftOut(NOBODY));
        }
        self.known.find(Table::Parties, relation.subject, named)?;
        self.known.find(Table::Parties, relation.object, named)?;
        let is = |id: &str, kind| self.kinds.get(id) == Some(&kind);
        let of_body = is(relation.object, PartyKind::Organisation);
        let of_people = is(relation.subject, PartyKind::Person) && is(relation.object, PartyKind::Person);
        let (schema, from, to) = match relation.kind {
            RelationKind::Directorship if of_body => ("Directorship", "director", "organization"),
            RelationKind::Family if of_people => ("Family", "person", "relative"),
            RelationKind::Employment if of_body && is(relation.subject, PartyKind::Person) => {
                ("Employment", "employee", "employer")
            }
            RelationKind::Mandate => ("Representation", "agent", "client"),
            // An asset is a company or a thing: shares of what the record calls neither are an unknown link.
            RelationKind::Ownership if of_body => ("Ownership", "owner", "asset"),
            _ => ("UnknownLink", "subject", "object"),
        };
        let word = facts::relation_word(relation.kind);
        let share = facts::share(&relation.share);
        let start = relation.from.map(|day| day.to_string()).unwrap_or_default();
        let end = relation.to.map(|day| day.to_string()).unwrap_or_default();
        let role = match relation.interest {
            "" => &word,
            interest => interest,
        };
        let mut entity = Entity::new(token("r", relation.relation_id), schema)
            .with(from, &token("p", relation.subject))
            .with(to, &token("p", relation.object))
            .with(
                if schema == "Family" {
                    "relationship"
                } else {
                    "role"
                },
                role,
            )
            .with("startDate", &start)
            .with("endDate", &end)
            .with("summary", &word)
            .with("description", relation.detail)
            .cited(&relation.cited);
        if schema == "Ownership" {
            entity = entity
                .with("percentage", &share)
                .with("ownershipType", relation.directness);
        } else if !share.is_empty() {
            entity.add("description", [relation.detail, &format!("share: {share}")]);
        }
        self.write(entity)
    }

    fn transfer(&mut self, transfer: &Transfer<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        self.known.find(Table::Accounts, transfer.payer_account, named)?;
        self.known.find(Table::Accounts, transfer.payee_account, named)?;
        let payers = self.owners(transfer.payer_account)?;
        let payees = self.owners(transfer.payee_account)?;
        let received = transfer.payee_amount.map(|amount| {
            format!(
                "received: {}",
                super::text::money(amount, transfer.payee_currency)
            )
        });
        let days = [transfer.debited_at.map(iso), transfer.credited_at.map(iso)];
        let mut entity = Entity::new(token("t", transfer.transfer_id), "Payment")
            .with("payerAccount", &token("a", transfer.payer_account))
            .with("beneficiaryAccount", &token("a", transfer.payee_account))
            .with("amount", &number(transfer.amount, transfer.currency))
            .with("currency", transfer.currency)
            .with("date", transfer.at().map(iso).unwrap_or_default().as_str())
            .with("startDate", days[0].as_deref().unwrap_or_default())
            .with("endDate", days[1].as_deref().unwrap_or_default())
            .with("purpose", transfer.remittance)
            .with("programme", transfer.purpose)
            .with("transactionNumber", transfer.transfer_id)
            .with("publisher", &self.authority);
        entity.add("payer", payers.iter().map(String::as_str));
        entity.add("beneficiary", payees.iter().map(String::as_str));
        entity.add("recordId", [transfer.debit_entry, transfer.credit_entry]);
        entity.add("summary", [transfer.channel, transfer.origin]);
        entity.add(
            "description",
            [&*facts::places(transfer), received.as_deref().unwrap_or_default()],
        );
        let proofs: Vec<_> = [transfer.debit_cited.source_id, transfer.credit_cited.source_id]
            .into_iter()
            .filter(|id| !id.is_empty())
            .map(|id| token("s", id))
            .collect();
        if proofs.len() == 2 && proofs[0] != proofs[1] {
            entity.add("proof", proofs.iter().map(String::as_str));
        } else {
            entity.add("proof", proofs.first().map(String::as_str));
        }
        self.write(entity)
    }
}

impl<W: Write> Sink for Ftm<W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        let named = (row.table(), row.id());
        match row {
            Row::Source(source) => self.source(source),
            Row::Finding(finding) => self.finding(finding),
            Row::Cluster(_) => Ok(Placed::LeftOut(CLUSTER)),
            Row::Party(party) => self.party(party),
            Row::Account(account) => self.account(account),
            Row::Holder(holder) => self.holder(holder, named),
            Row::Relation(relation) => self.relation(relation, named),
            Row::Transfer(transfer) => self.transfer(transfer, named),
            Row::Entry(_) => Ok(Placed::LeftOut(ENTRY)),
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        Ok(self.json.finish("")?)
    }
}
