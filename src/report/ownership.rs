//! Who is behind companies of the case: pictures made by [`super::drawing`], and the holdings in them with their records.

use serde::Serialize;

use super::PageSettings;
use super::exhibits::Citation;
use super::page::Context;
use super::text::visible;

/// A picture with what it rests on. Labels are those of the page: pseudonyms where names are not shown.
#[derive(Clone, Debug, Default)]
pub struct OwnershipPicture {
    pub title: String,
    pub width: u32,
    pub height: u32,
    /// What stands within the element `svg`; every text in it is escaped.
    pub body: String,
    pub holdings: Vec<Holding>,
    /// Parties farther away that are not drawn.
    pub more: usize,
}

/// What one party has in another, and the records that say so: source, place, first and last byte.
#[derive(Clone, Debug, Default)]
pub struct Holding {
    pub owner: String,
    pub held: String,
    pub what: String,
    pub records: Vec<(String, String, i64, i64)>,
}

#[derive(Serialize)]
pub(super) struct Pictures {
    pictures: Vec<Picture>,
    left_out: Option<String>,
}

#[derive(Serialize)]
struct Picture {
    number: usize,
    title: String,
    width: u32,
    height: u32,
    body: String,
    lines: Vec<Line>,
    more: Option<String>,
}

#[derive(Serialize)]
struct Line {
    owner: String,
    held: String,
    what: String,
    records: Vec<Record>,
}

#[derive(Serialize)]
struct Record {
    source: String,
    file: String,
    locator: String,
    byte_start: String,
    byte_end: String,
}

/// Lays them out.
pub(super) fn ownership(settings: &PageSettings, context: &Context<'_>) -> Pictures {
    let (pictures, left_out) = &settings.ownership;
    let pictures = pictures.iter().zip(1..).map(|(picture, number)| Picture {
        number,
        title: visible(&picture.title),
        width: picture.width,
        height: picture.height,
        body: picture.body.clone(),
        lines: picture
            .holdings
            .iter()
            .map(|holding| line(holding, context))
            .collect(),
        more: (picture.more > 0).then(|| picture.more.to_string()),
    });
    Pictures {
        pictures: pictures.collect(),
        left_out: (*left_out > 0).then(|| left_out.to_string()),
    }
}

fn line(holding: &Holding, context: &Context<'_>) -> Line {
    let records = holding
        .records
        .iter()
        .map(|(source_id, locator, byte_start, byte_end)| {
            let citation = Citation {
                source_id: source_id.clone(),
                locator: locator.clone(),
                byte_start: *byte_start,
                byte_end: *byte_end,
            };
            let number = context.exhibits.borrow_mut().source(&citation.source_id);
            Record {
                source: number.map_or_else(String::new, |number| format!("S-{number}")),
                file: context.file(context.sources.get(source_id).map_or("", String::as_str)),
                locator: visible(&context.secrets.redact(&citation.locator)),
                byte_start: citation.byte_start.to_string(),
                byte_end: citation.byte_end.to_string(),
            }
        });
    Line {
        owner: visible(&holding.owner),
        held: visible(&holding.held),
        what: visible(&holding.what),
        records: records.collect(),
    }
}
