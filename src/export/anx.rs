//! i2 Analyst's Notebook Exchange (`.anx`): a chart with an icon for every account and party, a link with an arrow for
//! every transfer, holder and relation, attributes, and cards that cite the records. Import it in Analyst's Notebook 8
//! and later and choose a layout there; icons stand on a plain grid.

use std::io::Write;

use super::facts::{self, Beside, EDGE, Facts, NODE, Type};
use super::graphml::{ENTRY, SOURCE, about};
use super::known::Known;
use super::text::{date_time, money, token};
use super::xml::Xml;
use super::{Account, ExportError, Head, PartyKind, Placed, Row, Sink, Table};
use crate::model::{Moment, RelationKind, TimePrecision};

/// Icons of the standard library, by what they stand for.
const ICONS: [(&str, &str); 6] = [
    ("Account", "account"),
    ("Person", "person"),
    ("Organization", "organisation"),
    ("Unknown party", "place"),
    ("Cash", "cash"),
    ("Unknown other side", "place"),
];
const TRANSFER: &str = "Transfer";
const HOLDER: &str = "Account holder";

/// Icons in a row of the grid, and the distance between them.
const ROW: u32 = 50;
const STEP: u32 = 160;

/// Writes a chart.
pub struct Anx<W: Write> {
    xml: Xml<W>,
    known: Known,
    beside: Beside,
    items: u64,
    unknown: u32,
}

struct Icon<'a> {
    entity: &'a str,
    identity: &'a str,
    kind: &'static str,
    label: &'a str,
}

struct Link<'a> {
    ends: (&'a str, &'a str),
    kind: &'a str,
    label: &'a str,
    at: Option<Moment>,
}

impl<W: Write> Anx<W> {
    /// Begins a chart.
    pub fn new(out: W, head: &Head<'_>) -> Result<Anx<W>, ExportError> {
        let mut xml = Xml::new(out)?;
        xml.comment(&about(head))?;
        xml.raw("<Chart>\n<ApplicationVersion Major=\"9\" Minor=\"0\" Point=\"0\" Build=\"0\"/>\n")?;
        xml.raw(
            "<StrengthCollection>\n<Strength Id=\"S1\" Name=\"Default\" DotStyle=\"DotStyleSolid\"/>\n\
             </StrengthCollection>\n<AttributeClassCollection>\n",
        )?;
        for (at, (_, title, kind)) in classes().enumerate() {
            let kind = match kind {
                Type::Text => "AttText",
                Type::Number => "AttNumber",
                Type::Truth => "AttFlag",
            };
            xml.raw(&format!(
                "<AttributeClass Id=\"C{at}\" Name=\"{title}\" Type=\"{kind}\" IsUser=\"true\" UserCanAdd=\"true\" \
                 UserCanRemove=\"true\" ShowValue=\"false\"/>\n"
            ))?;
        }
        xml.raw("</AttributeClassCollection>\n<EntityTypeCollection>\n")?;
        for (at, (name, icon)) in ICONS.iter().enumerate() {
            xml.raw(&format!(
                "<EntityType Id=\"T{at}\" Name=\"{name}\" IconFile=\"{icon}\"/>\n"
            ))?;
        }
        xml.raw("</EntityTypeCollection>\n<LinkTypeCollection>\n")?;
        for (at, name) in link_types().enumerate() {
            xml.raw(&format!("<LinkType Id=\"L{at}\" Name=\"{name}\"/>\n"))?;
        }
        xml.raw("</LinkTypeCollection>\n<ChartItemCollection>\n")?;
        Ok(Anx {
            xml,
            known: Known::default(),
            beside: Beside::default(),
            items: 0,
            unknown: 0,
        })
    }

    fn icon(&mut self, icon: &Icon<'_>, facts: &Facts, cards: &[Box<str>]) -> Result<Placed, ExportError> {
        let place = self.items as u32;
        let (x, y) = (place % ROW * STEP, place / ROW * STEP);
        self.open_item(icon.label, None)?;
        self.xml
            .raw(&format!(">\n<End X=\"{x}\" Y=\"{y}\" Z=\"0\">\n<Entity"))?;
        self.xml.attribute("EntityId", icon.entity)?;
        self.xml.attribute("Identity", icon.identity)?;
        self.xml.raw(" LabelIsIdentity=\"false\">\n<Icon>\n<IconStyle")?;
        self.xml.attribute("Type", icon.kind)?;
        let number = ICONS.iter().position(|(name, _)| *name == icon.kind).unwrap_or(0);
        self.xml
            .raw(&format!(" EntityTypeReference=\"T{number}\"/>\n</Icon>\n"))?;
        let place = value(facts, "source");
        if !cards.is_empty() || !place.is_empty() {
            self.xml.raw("<CardCollection>\n")?;
            for card in cards {
                self.card("Finding, a question for a person", card, "")?;
            }
            if !place.is_empty() {
                self.card("Where it is on record", "", place)?;
            }
            self.xml.raw("</CardCollection>\n")?;
        }
        self.xml.raw("</Entity>\n</End>\n")?;
        self.attributes(facts)?;
        self.xml.raw("</ChartItem>\n")?;
        Ok(Placed::Written)
    }

    fn link(&mut self, link: &Link<'_>, facts: &Facts) -> Result<Placed, ExportError> {
        self.open_item(link.label, link.at)?;
        self.xml.given("Description", value(facts, "remittance"))?;
        self.xml.given("SourceReference", value(facts, "source"))?;
        self.xml.raw(">\n<Link")?;
        self.xml.attribute("End1Id", link.ends.0)?;
        self.xml.attribute("End2Id", link.ends.1)?;
        self.xml.raw(" ConnectionReference=\"M1\">\n")?;
        let place = value(facts, "source");
        if !place.is_empty() {
            self.xml.raw("<CardCollection>\n")?;
            self.card("Where it is on record", value(facts, "remittance"), place)?;
            self.xml.raw("</CardCollection>\n")?;
        }
        self.xml
            .raw("<LinkStyle Strength=\"Default\" StrengthReference=\"S1\" ArrowStyle=\"ArrowOnHead\"")?;
        self.xml.attribute("Type", link.kind)?;
        let number = link_types().position(|name| name == link.kind).unwrap_or(0);
        self.xml
            .raw(&format!(" LinkTypeReference=\"L{number}\"/>\n</Link>\n"))?;
        self.attributes(facts)?;
        self.xml.raw("</ChartItem>\n")?;
        Ok(Placed::Written)
    }

    fn open_item(&mut self, label: &str, at: Option<Moment>) -> Result<(), ExportError> {
        self.items += 1;
        self.xml.raw(&format!("<ChartItem Id=\"I{}\"", self.items))?;
        self.xml.attribute("Label", label)?;
        if let Some(at) = at {
            let timed = at.precision != TimePrecision::Day;
            self.xml.raw(&format!(
                " DateSet=\"true\" TimeSet=\"{timed}\" DateTime=\"{}\"",
                milliseconds(at)
            ))?;
        }
        Ok(())
    }

    fn card(&mut self, summary: &str, text: &str, place: &str) -> Result<(), ExportError> {
        self.xml.raw("<Card")?;
        self.xml.attribute("Summary", summary)?;
        self.xml.given("SourceReference", place)?;
        self.xml.given("Text", text)?;
        Ok(self.xml.raw("/>\n")?)
    }

    fn attributes(&mut self, facts: &Facts) -> Result<(), ExportError> {
        self.xml.raw("<AttributeCollection>\n")?;
        for (name, value) in facts {
            let Some((at, (_, title, _))) = classes().enumerate().find(|(_, (known, _, _))| known == name)
            else {
                continue;
            };
            self.xml.raw(&format!(
                "<Attribute AttributeClass=\"{title}\" AttributeClassReference=\"C{at}\""
            ))?;
            self.xml.attribute("Value", value)?;
            self.xml.raw("/>\n")?;
        }
        Ok(self.xml.raw("</AttributeCollection>\n")?)
    }

    // Where the record does not say who, the tie ends at an icon of its own.
    fn party_end(&mut self, id: &str, row: (Table, &str)) -> Result<String, ExportError> {
        if !id.is_empty() {
            return Ok(self.known.find(Table::Parties, id, row)?.to_string());
        }
        self.unknown += 1;
        let entity = format!("U{}", self.unknown);
        let icon = Icon {
            entity: &entity,
            identity: &entity,
            kind: "Unknown party",
            label: "not said who",
        };
        self.icon(&icon, &Facts::new(), &[])?;
        Ok(entity)
    }
}

impl<W: Write> Sink for Anx<W> {
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
                let number = self.known.add(Table::Parties, party.party_id)?.to_string();
                let facts = facts::of_party(party, &self.beside);
                let cards = self.beside.each_finding(true, party.party_id).to_vec();
                let kind = match party.kind {
                    PartyKind::Person => "Person",
                    PartyKind::Organisation => "Organization",
                    PartyKind::Unknown => "Unknown party",
                };
                let icon = Icon {
                    entity: &number,
                    identity: &token("p", party.party_id),
                    kind,
                    label: facts::party_label(party),
                };
                self.icon(&icon, &facts, &cards)
            }
            Row::Account(account) => {
                let number = self.known.add(Table::Accounts, account.account_id)?.to_string();
                let facts = facts::of_account(account, &self.beside);
                let cards = self.beside.each_finding(false, account.account_id).to_vec();
                let icon = Icon {
                    entity: &number,
                    identity: &token("a", account.account_id),
                    kind: account_kind(account),
                    label: facts::account_label(account),
                };
                self.icon(&icon, &facts, &cards)
            }
            Row::Holder(holder) => {
                let party = self
                    .known
                    .find(Table::Parties, holder.party_id, named)?
                    .to_string();
                let account = self
                    .known
                    .find(Table::Accounts, holder.account_id, named)?
                    .to_string();
                let link = Link {
                    ends: (&party, &account),
                    kind: HOLDER,
                    label: holder.role,
                    at: holder.from.map(Moment::of_day),
                };
                self.link(&link, &facts::of_holder(holder))
            }
            Row::Relation(relation) => {
                let subject = self.party_end(relation.subject, named)?;
                let object = self.party_end(relation.object, named)?;
                let kind = facts::relation_word(relation.kind);
                let share = facts::share(&relation.share);
                let link = Link {
                    ends: (&subject, &object),
                    kind: &kind,
                    label: if share.is_empty() { &kind } else { &share },
                    at: relation.from.map(Moment::of_day),
                };
                self.link(&link, &facts::of_relation(relation))
            }
            Row::Transfer(transfer) => {
                let payer = self
                    .known
                    .find(Table::Accounts, transfer.payer_account, named)?
                    .to_string();
                let payee = self
                    .known
                    .find(Table::Accounts, transfer.payee_account, named)?
                    .to_string();
                let link = Link {
                    ends: (&payer, &payee),
                    kind: TRANSFER,
                    label: &money(transfer.amount, transfer.currency),
                    at: transfer.at(),
                };
                self.link(&link, &facts::of_transfer(transfer))
            }
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        // Each transfer is a line of its own between the same two icons.
        self.xml.raw(
            "</ChartItemCollection>\n<ConnectionCollection>\n<Connection Id=\"M1\">\n<ConnectionStyle \
             Multiplicity=\"MultiplicityMultiple\"/>\n</Connection>\n</ConnectionCollection>\n</Chart>\n",
        )?;
        Ok(self.xml.finish()?)
    }
}

// Columns of nodes, then those of edges that nodes have not.
fn classes() -> impl Iterator<Item = &'static facts::Column> {
    let more = EDGE
        .iter()
        .filter(|(name, _, _)| NODE.iter().all(|(known, _, _)| known != name));
    NODE.iter().chain(more)
}

fn link_types() -> impl Iterator<Item = String> {
    [TRANSFER, HOLDER]
        .into_iter()
        .map(str::to_owned)
        .chain(RelationKind::ALL.into_iter().map(facts::relation_word))
}

fn account_kind(account: &Account<'_>) -> &'static str {
    match account.scheme {
        "cash" => "Cash",
        "unknown" => "Unknown other side",
        _ => "Account",
    }
}

fn milliseconds(at: Moment) -> String {
    let text = date_time(at);
    match text.get(..23) {
        Some(cut) => cut.to_owned(),
        None => text + ".000",
    }
}

fn value<'a>(facts: &'a Facts, name: &str) -> &'a str {
    facts
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, value)| value)
}
