//! CASE 1.5 / UCO, JSON-LD (caseontology.org): the files as received with their hashes and provenance, who and which
//! accounts they name, and the entries and transfers in a namespace of our own, each citing its place in a file.

use std::io::Write;

use serde_json::{Map, Value};

use super::facts;
use super::json::{Json, members, value};
use super::known::Known;
use super::text::{date_time, iso, number, quantity, uuid};
use super::{
    Account, Cited, Cluster, Entry, ExportError, Finding, Head, Holder, Party, PartyKind, Placed, Relation,
    Row, Sink, Source, Table, Transfer,
};
use crate::model::{Amount, Date, Moment, TimePrecision};

const CONTEXT: &str = r#"{"@context":{
"kb":"urn:geldspoor:case:","gs":"urn:geldspoor:terms:",
"uco-action":"https://ontology.unifiedcyberontology.org/uco/action/",
"uco-core":"https://ontology.unifiedcyberontology.org/uco/core/",
"uco-identity":"https://ontology.unifiedcyberontology.org/uco/identity/",
"uco-observable":"https://ontology.unifiedcyberontology.org/uco/observable/",
"uco-tool":"https://ontology.unifiedcyberontology.org/uco/tool/",
"uco-types":"https://ontology.unifiedcyberontology.org/uco/types/",
"case-investigation":"https://ontology.caseontology.org/case/investigation/",
"xsd":"http://www.w3.org/2001/XMLSchema#"},
"@graph":[
"#;

/// Writes CASE/UCO.
pub struct CaseUco<W: Write> {
    json: Json<W>,
    case: String,
    known: Known,
    signs: bool,
}

impl<W: Write> CaseUco<W> {
    /// Begins a file, with the investigation, the authority and the tool.
    pub fn new(out: W, head: &Head<'_>) -> Result<CaseUco<W>, ExportError> {
        let mut file = CaseUco {
            json: Json::new(out, CONTEXT)?,
            case: head.case.to_owned(),
            known: Known::default(),
            signs: head.signs,
        };
        let about: Vec<&str> = [head.handling]
            .into_iter()
            .chain(head.withheld.iter().map(String::as_str))
            .filter(|text| !text.is_empty())
            .collect();
        let tool = members([("uco-core:name", head.tool.into())]);
        file.write("tool", "", "uco-tool:Tool", tool)?;
        let authority = members([("uco-core:name", head.authority.into())]);
        file.write("authority", "", "uco-identity:Organization", authority)?;
        let case = members([
            ("uco-core:name", head.case.into()),
            ("uco-core:description", about.join(" ").into()),
            ("uco-core:objectCreatedTime", time(Some(head.made))),
            ("uco-core:createdBy", file.refer("authority", "")),
        ]);
        file.write("investigation", "", "case-investigation:Investigation", case)?;
        Ok(file)
    }

    fn id(&self, kind: &str, id: &str) -> String {
        format!("kb:{kind}-{}", uuid(&[&self.case, kind, id]))
    }

    fn refer(&self, kind: &str, id: &str) -> Value {
        match (kind, id) {
            ("tool" | "authority" | "investigation", _) => {}
            (_, "") => return Value::Null,
            _ => {}
        }
        value([("@id", self.id(kind, id).into())])
    }

    fn write(
        &mut self,
        kind: &str,
        id: &str,
        class: &str,
        mut members: Map<String, Value>,
    ) -> Result<Placed, ExportError> {
        let node = self.id(kind, id);
        members.insert("@id".to_owned(), node.into());
        // Terms of our own are objects of UCO too, so that tools that know UCO list them.
        let class = match class.starts_with("gs:") {
            true => [class, "uco-core:UcoObject"].into_iter().collect(),
            false => Value::from(class),
        };
        members.insert("@type".to_owned(), class);
        self.json.object(",", members)?;
        Ok(Placed::Written)
    }

    fn cited(&self, cited: &Cited<'_>) -> Value {
        if cited.source_id.is_empty() {
            return Value::Null;
        }
        let bytes = |at: u64| if cited.bytes.1 > 0 { at.into() } else { Value::Null };
        let id = facts::place(cited);
        value([
            ("@id", self.id("place", &id).into()),
            ("@type", "gs:Place".into()),
            ("gs:file", self.refer("file", cited.source_id)),
            ("gs:locator", cited.locator.into()),
            ("gs:firstByte", bytes(cited.bytes.0)),
            ("gs:byteBehind", bytes(cited.bytes.1)),
        ])
    }

    fn source(&mut self, source: &Source<'_>) -> Result<Placed, ExportError> {
        let id = source.source_id;
        if !self.signs && !facts::is_hash(id) {
            return Err(ExportError::Hash(id.to_owned()));
        }
        // A sign stands for a file, and proves nothing of its content.
        let hash = match self.signs {
            true => Value::Null,
            false => value([
                ("@id", self.id("hash", id).into()),
                ("@type", "uco-types:Hash".into()),
                ("uco-types:hashMethod", "SHA256".into()),
                ("uco-types:hashValue", typed("xsd:hexBinary", id)),
            ]),
        };
        let facets = vec![
            value([
                ("@id", self.id("file-facet", id).into()),
                ("@type", "uco-observable:FileFacet".into()),
                ("uco-observable:fileName", source.name.into()),
                ("uco-observable:sizeInBytes", source.bytes.into()),
            ]),
            value([
                ("@id", self.id("content-facet", id).into()),
                ("@type", "uco-observable:ContentDataFacet".into()),
                ("uco-observable:hash", hash),
                ("uco-observable:sizeInBytes", source.bytes.into()),
            ]),
        ];
        let file = members([
            ("uco-core:name", source.name.into()),
            ("uco-core:hasFacet", facets.into()),
            ("gs:format", source.format.into()),
            ("gs:rowsRead", source.rows_read.into()),
            ("gs:rowsAccepted", source.rows_accepted.into()),
            ("gs:rowsRejected", source.rows_rejected.into()),
            (
                "gs:sign",
                match self.signs {
                    true => id.into(),
                    false => Value::Null,
                },
            ),
        ]);
        self.write("file", id, "uco-observable:File", file)?;
        let received = match source.received_from {
            "" => "Received.".to_owned(),
            from => format!("Received from {from}."),
        };
        let provenance = members([
            ("case-investigation:exhibitNumber", source.order_reference.into()),
            ("uco-core:description", received.as_str().into()),
            ("uco-core:object", self.refer("file", id)),
        ]);
        self.write(
            "provenance",
            id,
            "case-investigation:ProvenanceRecord",
            provenance,
        )?;
        let action = members([
            ("uco-core:name", "intake".into()),
            (
                "uco-core:description",
                "The file was taken in byte for byte and hashed before it was read.".into(),
            ),
            ("uco-action:performer", self.refer("authority", "")),
            ("uco-action:instrument", self.refer("tool", "")),
            ("uco-action:endTime", time(source.received_at)),
            ("uco-action:object", self.refer("file", id)),
            ("uco-action:result", self.refer("provenance", id)),
        ]);
        self.write("intake", id, "case-investigation:InvestigativeAction", action)
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Result<Placed, ExportError> {
        let entries: Value = finding.entries.iter().map(|id| self.refer("entry", id)).collect();
        let node = members([
            ("uco-core:name", finding.title.into()),
            ("uco-core:description", finding.explanation.into()),
            ("gs:rule", finding.rule_id.into()),
            ("gs:ruleVersion", finding.rule_version.into()),
            ("gs:describes", finding.describes.into()),
            ("gs:form", finding.form.into()),
            ("gs:aboutParty", self.refer("party", finding.party_id)),
            ("gs:aboutAccount", self.refer("account", finding.account_id)),
            ("gs:from", when(finding.from)),
            ("gs:to", when(finding.to)),
            ("gs:measures", finding.measures.into()),
            ("gs:sufficiency", finding.sufficiency.into()),
            ("gs:innocentExplanations", finding.innocent_explanations.into()),
            ("gs:restsOn", entries),
        ]);
        self.write("finding", finding.finding_id, "gs:Finding", node)
    }

    fn cluster(&mut self, cluster: &Cluster<'_>) -> Result<Placed, ExportError> {
        let parties = cluster.parties.iter().map(|id| self.refer("party", id));
        let accounts = cluster.accounts.iter().map(|id| self.refer("account", id));
        let node = members([
            ("uco-core:name", cluster.title.into()),
            ("uco-core:description", cluster.explanation.into()),
            ("gs:member", parties.chain(accounts).collect()),
        ]);
        self.write("cluster", cluster.cluster_id, "gs:Cluster", node)
    }

    fn party(&mut self, party: &Party<'_>) -> Result<Placed, ExportError> {
        self.known.add(Table::Parties, party.party_id)?;
        let class = match party.kind {
            PartyKind::Person => "uco-identity:Person",
            PartyKind::Organisation => "uco-identity:Organization",
            PartyKind::Unknown => "uco-identity:Identity",
        };
        let identifiers: Value = party
            .identifiers
            .iter()
            .map(|(scheme, id)| Value::from(format!("{scheme} {id}")))
            .collect();
        let node = members([
            ("uco-core:name", party.name.into()),
            ("gs:otherName", super::json::texts(party.aliases.iter().copied())),
            ("gs:birthDate", day(party.birth_date)),
            ("gs:registrationNumber", party.registration_number.into()),
            ("gs:country", party.country.into()),
            ("gs:sector", party.sector.into()),
            ("gs:incorporated", day(party.incorporated)),
            ("gs:category", party.category.into()),
            ("gs:identifier", identifiers),
            ("gs:address", super::json::texts(party.addresses.iter().copied())),
            ("gs:place", self.cited(&party.cited)),
        ]);
        self.write("party", party.party_id, class, node)
    }

    fn account(&mut self, account: &Account<'_>) -> Result<Placed, ExportError> {
        self.known.add(Table::Accounts, account.account_id)?;
        let number = match account.iban {
            "" => account.number,
            iban => iban,
        };
        let facet = value([
            ("@id", self.id("account-facet", account.account_id).into()),
            ("@type", "uco-observable:AccountFacet".into()),
            ("uco-observable:accountIdentifier", number.into()),
        ]);
        let node = members([
            ("uco-core:name", facts::account_label(account).into()),
            ("uco-core:hasFacet", facet),
            ("gs:scheme", account.scheme.into()),
            ("gs:bank", account.bank.into()),
            ("gs:bic", account.bic.into()),
            ("gs:currency", account.currency.into()),
            ("gs:country", account.country.into()),
            ("gs:opened", day(account.opened)),
            ("gs:closed", day(account.closed)),
            ("gs:seized", account.seized.into()),
        ]);
        self.write("account", account.account_id, "uco-observable:Account", node)
    }

    fn holder(&mut self, holder: &Holder<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        self.known.find(Table::Parties, holder.party_id, named)?;
        self.known.find(Table::Accounts, holder.account_id, named)?;
        let (from, to) = (holder.from.map(|day| day.0), holder.to.map(|day| day.0));
        let id = format!(
            "{}\n{}\n{}\n{from:?}\n{to:?}",
            holder.party_id, holder.account_id, holder.role
        );
        let node = members([
            ("uco-core:source", self.refer("party", holder.party_id)),
            ("uco-core:target", self.refer("account", holder.account_id)),
            ("uco-core:isDirectional", true.into()),
            ("uco-core:kindOfRelationship", holder.role.into()),
            ("gs:from", day(holder.from)),
            ("gs:to", day(holder.to)),
            ("gs:place", self.cited(&holder.cited)),
        ]);
        self.write("holder", &id, "uco-core:Relationship", node)
    }

    fn relation(&mut self, relation: &Relation<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        let mut ends = Vec::new();
        for (side, id) in [("subject", relation.subject), ("object", relation.object)] {
            if id.is_empty() {
                let nobody = format!("{}\n{side}", relation.relation_id);
                let node = members([("uco-core:name", "not said who".into())]);
                self.write("unknown", &nobody, "uco-identity:Identity", node)?;
                ends.push(self.refer("unknown", &nobody));
            } else {
                self.known.find(Table::Parties, id, named)?;
                ends.push(self.refer("party", id));
            }
        }
        let mut ends = ends.into_iter();
        let node = members([
            ("uco-core:source", ends.next().unwrap_or_default()),
            ("uco-core:target", ends.next().unwrap_or_default()),
            ("uco-core:isDirectional", true.into()),
            (
                "uco-core:kindOfRelationship",
                facts::relation_word(relation.kind).into(),
            ),
            ("uco-core:description", relation.detail.into()),
            ("gs:interest", relation.interest.into()),
            ("gs:share", facts::share(&relation.share).into()),
            ("gs:directness", relation.directness.into()),
            ("gs:beneficial", relation.beneficial.into()),
            ("gs:from", day(relation.from)),
            ("gs:to", day(relation.to)),
            ("gs:place", self.cited(&relation.cited)),
        ]);
        self.write("relation", relation.relation_id, "uco-core:Relationship", node)
    }

    fn transfer(&mut self, transfer: &Transfer<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        self.known.find(Table::Accounts, transfer.payer_account, named)?;
        self.known.find(Table::Accounts, transfer.payee_account, named)?;
        let node = members([
            ("gs:payerAccount", self.refer("account", transfer.payer_account)),
            ("gs:payeeAccount", self.refer("account", transfer.payee_account)),
            ("gs:debited", when(transfer.debited_at)),
            ("gs:credited", when(transfer.credited_at)),
            ("gs:amount", decimal(Some(transfer.amount), transfer.currency)),
            ("gs:currency", transfer.currency.into()),
            (
                "gs:payeeAmount",
                decimal(transfer.payee_amount, transfer.payee_currency),
            ),
            ("gs:payeeCurrency", transfer.payee_currency.into()),
            ("gs:rate", transfer.rate.into()),
            ("gs:channel", transfer.channel.into()),
            ("gs:purpose", transfer.purpose.into()),
            ("gs:remittance", transfer.remittance.into()),
            ("gs:origin", transfer.origin.into()),
            ("gs:debitEntry", self.refer("entry", transfer.debit_entry)),
            ("gs:creditEntry", self.refer("entry", transfer.credit_entry)),
            ("gs:debitPlace", self.cited(&transfer.debit_cited)),
            ("gs:creditPlace", self.cited(&transfer.credit_cited)),
        ]);
        self.write("transfer", transfer.transfer_id, "gs:Transfer", node)
    }

    fn entry(&mut self, entry: &Entry<'_>, named: (Table, &str)) -> Result<Placed, ExportError> {
        self.known.find(Table::Accounts, entry.account_id, named)?;
        let units = entry
            .quantity
            .map_or(Value::Null, |units| typed("xsd:decimal", &quantity(units)));
        // Under signs it stays out: bytes into a large file are the end of somebody's account by chance, and the place that
        // is cited tells the order too.
        let sequence = entry.sequence.filter(|_| !self.signs);
        let node = members([
            ("gs:account", self.refer("account", entry.account_id)),
            ("gs:statement", entry.statement_id.into()),
            ("gs:verdict", entry.verdict.into()),
            ("gs:sequence", sequence.into()),
            ("gs:bookingDate", day(entry.booking_date)),
            ("gs:valueDate", day(entry.value_date)),
            ("gs:booked", when(entry.booked_at)),
            ("gs:direction", entry.direction.as_str().into()),
            ("gs:amount", decimal(entry.amount, entry.currency)),
            ("gs:currency", entry.currency.into()),
            ("gs:asset", entry.asset.into()),
            ("gs:quantity", units),
            ("gs:balanceAfter", decimal(entry.balance_after, entry.currency)),
            ("gs:channel", entry.channel.into()),
            ("gs:counterpartyName", entry.counterparty_name.into()),
            ("gs:counterpartyAccount", entry.counterparty_account.into()),
            ("gs:counterpartyBank", entry.counterparty_bank.into()),
            ("gs:counterpartyCountry", entry.counterparty_country.into()),
            ("gs:purpose", entry.purpose.into()),
            ("gs:remittance", entry.remittance.into()),
            ("gs:endToEndId", entry.end_to_end_id.into()),
            ("gs:bankReference", entry.bank_reference.into()),
            ("gs:reversal", entry.reversal.into()),
            ("gs:origin", entry.origin.into()),
            ("gs:place", self.cited(&entry.cited)),
        ]);
        self.write("entry", entry.entry_id, "gs:Entry", node)
    }
}

impl<W: Write> Sink for CaseUco<W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        let named = (row.table(), row.id());
        match row {
            Row::Source(source) => self.source(source),
            Row::Finding(finding) => self.finding(finding),
            Row::Cluster(cluster) => self.cluster(cluster),
            Row::Party(party) => self.party(party),
            Row::Account(account) => self.account(account),
            Row::Holder(holder) => self.holder(holder, named),
            Row::Relation(relation) => self.relation(relation, named),
            Row::Transfer(transfer) => self.transfer(transfer, named),
            Row::Entry(entry) => self.entry(entry, named),
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        Ok(self.json.finish("]}\n")?)
    }
}

fn typed(kind: &str, text: &str) -> Value {
    value([("@type", kind.into()), ("@value", text.into())])
}

fn day(day: Option<Date>) -> Value {
    day.map_or(Value::Null, |day| typed("xsd:date", &day.to_string()))
}

// A day stays a day: a midnight would say more than is known.
fn when(moment: Option<Moment>) -> Value {
    moment.map_or(Value::Null, |moment| match moment.precision {
        TimePrecision::Day => typed("xsd:date", &iso(moment)),
        _ => typed("xsd:dateTime", &date_time(moment)),
    })
}

fn time(moment: Option<Moment>) -> Value {
    moment
        .filter(|moment| moment.precision != TimePrecision::Day)
        .map_or(Value::Null, |moment| typed("xsd:dateTime", &date_time(moment)))
}

fn decimal(amount: Option<Amount>, currency: &str) -> Value {
    amount.map_or(Value::Null, |amount| {
        typed("xsd:decimal", &number(amount, currency))
    })
}
