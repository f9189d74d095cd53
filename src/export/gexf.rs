//! GEXF 1.3 (gexf.net): a graph in time. Every transfer lives in the moment, or the day, in which it was booked, so that
//! a timeline can be played. Opens in Gephi, Cytoscape (with an app), NetworkX.

use std::io::Write;

use super::facts::{self, Beside, Column, EDGE, Facts, NODE, Type};
use super::graphml::{ENTRY, SOURCE, about};
use super::known::Known;
use super::text::{date_time, latest, token};
use super::xml::Xml;
use super::{ExportError, Head, Placed, Row, Sink, Table};
use crate::model::Date;

const NOBODY: &str = "the record does not say who is on one side, and a node cannot come behind edges";

/// Writes GEXF.
pub struct Gexf<W: Write> {
    xml: Xml<W>,
    known: Known,
    beside: Beside,
    edges: u64,
    in_edges: bool,
}

impl<W: Write> Gexf<W> {
    /// Begins a file.
    pub fn new(out: W, head: &Head<'_>) -> Result<Gexf<W>, ExportError> {
        let mut xml = Xml::new(out)?;
        xml.raw("<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n")?;
        xml.raw(&format!("<meta lastmodifieddate=\"{}\">\n", head.made.date()))?;
        xml.leaf("creator", head.tool)?;
        xml.leaf("description", &about(head))?;
        xml.raw(
            "</meta>\n<graph mode=\"dynamic\" defaultedgetype=\"directed\" timeformat=\"dateTime\" \
             timerepresentation=\"interval\">\n",
        )?;
        for (class, columns) in [("node", NODE), ("edge", EDGE)] {
            xml.raw(&format!("<attributes class=\"{class}\" mode=\"static\">\n"))?;
            for column in columns {
                attribute(&mut xml, column)?;
            }
            xml.raw("</attributes>\n")?;
        }
        xml.raw("<nodes>\n")?;
        Ok(Gexf {
            xml,
            known: Known::default(),
            beside: Beside::default(),
            edges: 0,
            in_edges: false,
        })
    }

    fn node(&mut self, id: &str, label: &str, facts: &Facts) -> Result<Placed, ExportError> {
        self.xml.raw("<node")?;
        self.xml.attribute("id", id)?;
        self.xml.attribute("label", label)?;
        self.xml.raw(">")?;
        self.values(facts)?;
        self.xml.raw("</node>\n")?;
        Ok(Placed::Written)
    }

    fn open_edges(&mut self) -> Result<(), ExportError> {
        if !self.in_edges {
            self.in_edges = true;
            self.xml.raw("</nodes>\n<edges>\n")?;
        }
        Ok(())
    }

    fn edge(
        &mut self,
        ends: (&str, &str),
        label: &str,
        life: (Option<String>, Option<String>),
        facts: &Facts,
    ) -> Result<Placed, ExportError> {
        self.open_edges()?;
        self.edges += 1;
        self.xml.raw(&format!("<edge id=\"e{}\"", self.edges))?;
        self.xml.attribute("source", ends.0)?;
        self.xml.attribute("target", ends.1)?;
        self.xml.given("label", label)?;
        self.xml.given("start", &life.0.unwrap_or_default())?;
        self.xml.given("end", &life.1.unwrap_or_default())?;
        self.xml.raw(">")?;
        self.values(facts)?;
        self.xml.raw("</edge>\n")?;
        Ok(Placed::Written)
    }

    fn values(&mut self, facts: &Facts) -> Result<(), ExportError> {
        self.xml.raw("<attvalues>\n")?;
        for (name, value) in facts {
            self.xml.raw(&format!("<attvalue for=\"{name}\""))?;
            self.xml.attribute("value", value)?;
            self.xml.raw("/>\n")?;
        }
        Ok(self.xml.raw("</attvalues>")?)
    }
}

impl<W: Write> Sink for Gexf<W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        let named = (row.table(), row.id());
        match row {
            Row::Source(_) => Ok(Placed::LeftOut(SOURCE)),
            Row::Entry(_) => Ok(Placed::LeftOut(ENTRY)),
            Row::Finding(finding) => Ok(self.beside.finding(finding)),
            Row::Cluster(cluster) => {
                self.beside.cluster(cluster);
                Ok(Placed::Written)
            }
            Row::Party(party) => {
                self.known.add(Table::Parties, party.party_id)?;
                let facts = facts::of_party(party, &self.beside);
                self.node(&token("p", party.party_id), facts::party_label(party), &facts)
            }
            Row::Account(account) => {
                self.known.add(Table::Accounts, account.account_id)?;
                let facts = facts::of_account(account, &self.beside);
                self.node(
                    &token("a", account.account_id),
                    facts::account_label(account),
                    &facts,
                )
            }
            Row::Holder(holder) => {
                self.known.find(Table::Parties, holder.party_id, named)?;
                self.known.find(Table::Accounts, holder.account_id, named)?;
                let ends = (token("p", holder.party_id), token("a", holder.account_id));
                let life = days(holder.from, holder.to);
                self.edge((&ends.0, &ends.1), holder.role, life, &facts::of_holder(holder))
            }
            Row::Relation(relation) if relation.subject.is_empty() || relation.object.is_empty() => {
                Ok(Placed::LeftOut(NOBODY))
            }
            Row::Relation(relation) => {
                self.known.find(Table::Parties, relation.subject, named)?;
                self.known.find(Table::Parties, relation.object, named)?;
                let ends = (token("p", relation.subject), token("p", relation.object));
                let life = days(relation.from, relation.to);
                let label = facts::relation_word(relation.kind);
                self.edge((&ends.0, &ends.1), &label, life, &facts::of_relation(relation))
            }
            Row::Transfer(transfer) => {
                self.known.find(Table::Accounts, transfer.payer_account, named)?;
                self.known.find(Table::Accounts, transfer.payee_account, named)?;
                let ends = (
                    token("a", transfer.payer_account),
                    token("a", transfer.payee_account),
                );
                let life = (transfer.at().map(date_time), transfer.at().map(latest));
                let label = super::text::money(transfer.amount, transfer.currency);
                self.edge((&ends.0, &ends.1), &label, life, &facts::of_transfer(transfer))
            }
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        self.open_edges()?;
        self.xml.raw("</edges>\n</graph>\n</gexf>\n")?;
        Ok(self.xml.finish()?)
    }
}

fn days(from: Option<Date>, to: Option<Date>) -> (Option<String>, Option<String>) {
    (
        from.map(|day| format!("{day}T00:00:00")),
        to.map(|day| format!("{day}T23:59:59")),
    )
}

fn attribute<W: Write>(xml: &mut Xml<W>, column: &Column) -> Result<(), ExportError> {
    let (name, title, kind) = column;
    let kind = match kind {
        Type::Text => "string",
        Type::Number => "double",
        Type::Truth => "boolean",
    };
    Ok(xml.raw(&format!(
        "<attribute id=\"{name}\" title=\"{title}\" type=\"{kind}\"/>\n"
    ))?)
}
