//! GraphML: accounts and parties as nodes, transfers, holders and relations as directed edges
//! (graphml.graphdrawing.org). Opens in Gephi, yEd, Cytoscape, igraph, NetworkX, Neo4j.

use std::io::Write;

use super::facts::{self, Beside, Column, EDGE, Facts, NODE, Type};
use super::known::Known;
use super::text::token;
use super::xml::Xml;
use super::{ExportError, Head, Placed, Row, Sink, Table};

/// Why an entry is not drawn.
pub(super) const ENTRY: &str = "an entry is drawn as the transfer that it is a leg of";
/// Why a file is not drawn.
pub(super) const SOURCE: &str = "files are cited by their SHA-256 and are no nodes";

/// Writes GraphML.
pub struct GraphMl<W: Write> {
    xml: Xml<W>,
    known: Known,
    beside: Beside,
    edges: u64,
    /// Sides of ties that the record does not name.
    unnamed: u64,
}

impl<W: Write> GraphMl<W> {
    /// Begins a file.
    pub fn new(out: W, head: &Head<'_>) -> Result<GraphMl<W>, ExportError> {
        let mut xml = Xml::new(out)?;
        xml.raw(
            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
             http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
        )?;
        xml.leaf("desc", &about(head))?;
        key(&mut xml, "node", &("label", "label", Type::Text))?;
        key(&mut xml, "edge", &("label", "label", Type::Text))?;
        for (side, columns) in [("node", NODE), ("edge", EDGE)] {
            for column in columns {
                key(&mut xml, side, column)?;
            }
        }
        xml.raw("<graph id=\"G\" edgedefault=\"directed\">\n")?;
        Ok(GraphMl {
            xml,
            known: Known::default(),
            beside: Beside::default(),
            edges: 0,
            unnamed: 0,
        })
    }

    fn node(&mut self, id: &str, label: &str, facts: &Facts) -> Result<Placed, ExportError> {
        self.xml.raw("<node")?;
        self.xml.attribute("id", id)?;
        self.xml.raw(">\n")?;
        self.data("n", label, facts)?;
        self.xml.raw("</node>\n")?;
        Ok(Placed::Written)
    }

    fn edge(&mut self, from: &str, to: &str, label: &str, facts: &Facts) -> Result<Placed, ExportError> {
        self.edges += 1;
        self.xml.raw(&format!("<edge id=\"e{}\"", self.edges))?;
        self.xml.attribute("source", from)?;
        self.xml.attribute("target", to)?;
        self.xml.raw(">\n")?;
        self.data("e", label, facts)?;
        self.xml.raw("</edge>\n")?;
        Ok(Placed::Written)
    }

    fn data(&mut self, side: &str, label: &str, facts: &Facts) -> Result<(), ExportError> {
        for (name, value) in
            std::iter::once(("label", label)).chain(facts.iter().map(|(name, value)| (*name, &**value)))
        {
            self.xml.raw(&format!("<data key=\"{side}_{name}\">"))?;
            self.xml.text(value)?;
            self.xml.raw("</data>\n")?;
        }
        Ok(())
    }

    // Where the record does not say who, the tie ends at a node of its own: two unknown owners are never one.
    fn party_node(&mut self, id: &str, row: (Table, &str)) -> Result<String, ExportError> {
        if !id.is_empty() {
            self.known.find(Table::Parties, id, row)?;
            return Ok(token("p", id));
        }
        self.unnamed += 1;
        let node = format!("unknown{}", self.unnamed);
        self.node(&node, "not said who", &vec![("kind", "unknown party".to_owned())])?;
        Ok(node)
    }
}

impl<W: Write> Sink for GraphMl<W> {
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
                let (from, to) = (token("p", holder.party_id), token("a", holder.account_id));
                self.edge(&from, &to, holder.role, &facts::of_holder(holder))
            }
            Row::Relation(relation) => {
                let from = self.party_node(relation.subject, named)?;
                let to = self.party_node(relation.object, named)?;
                let label = facts::relation_word(relation.kind);
                self.edge(&from, &to, &label, &facts::of_relation(relation))
            }
            Row::Transfer(transfer) => {
                self.known.find(Table::Accounts, transfer.payer_account, named)?;
                self.known.find(Table::Accounts, transfer.payee_account, named)?;
                let (from, to) = (
                    token("a", transfer.payer_account),
                    token("a", transfer.payee_account),
                );
                let label = super::text::money(transfer.amount, transfer.currency);
                self.edge(&from, &to, &label, &facts::of_transfer(transfer))
            }
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        self.xml.raw("</graph>\n</graphml>\n")?;
        Ok(self.xml.finish()?)
    }
}

/// One line on case, maker, tool and handling.
pub(super) fn about(head: &Head<'_>) -> String {
    let withheld = head.withheld.join(" ");
    [
        ("case", head.case),
        ("by", head.authority),
        ("with", head.tool),
        ("handling", head.handling),
        ("withheld", withheld.as_str()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(word, text)| format!("{word}: {text}"))
    .collect::<Vec<_>>()
    .join("; ")
}

fn key<W: Write>(xml: &mut Xml<W>, side: &str, column: &Column) -> Result<(), ExportError> {
    let (name, title, kind) = column;
    let kind = match kind {
        Type::Text => "string",
        Type::Number => "double",
        Type::Truth => "boolean",
    };
    let first = &side[..1];
    Ok(xml.raw(&format!(
        "<key id=\"{first}_{name}\" for=\"{side}\" attr.name=\"{title}\" attr.type=\"{kind}\"/>\n"
    ))?)
}
