//! Which parts of a workbook hold the rows of its sheets, as its relationships say (ECMA-376 part 2, clause 9): their
//! folders may have any name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::super::run::io;
use super::Fault;
use super::bounds::{LISTS, SHEETS};
use super::parts::{held, refused};

/// What the relationships say. Names of parts are in small letters.
#[derive(Default)]
pub(super) struct Relations {
    /// The part that lists the sheets.
    workbook: String,
    /// The part of each sheet, in the order of the list.
    pub sheets: Vec<String>,
}

impl Relations {
    /// Reads them; empty where the workbook has none, which its reader refuses.
    pub fn read(path: &Path) -> Result<Relations, Fault> {
        let file = File::open(path).map_err(|error| io(path, error))?;
        let mut archive = ZipArchive::new(BufReader::new(file))
            .map_err(|error| refused(&format!("its archive is damaged ({error})")))?;
        let names: BTreeMap<String, String> = archive
            .file_names()
            .flatten()
            .map(|name| (plain(&name), name.to_string()))
            .collect();
        let mut workbook = String::new();
        elements(&mut archive, &names, "_rels/.rels", &mut |e| {
            if local(e) == "Relationship" && attribute(e, "Type").ends_with("/relationships/officeDocument") {
                workbook = attribute(e, "Target").trim_start_matches('/').to_owned();
            }
        });
        // Parts of other names are never looked at before their reader sees them.
        if !workbook.is_empty() && !plain(&workbook).ends_with(".xml") {
            return Err(refused(&format!(
                "its list of sheets is the part ‘{workbook}’; expected one of XML"
            )));
        }
        let (folder, name) = match workbook.rfind('/') {
            Some(at) => workbook.split_at(at + 1),
            None => ("", workbook.as_str()),
        };
        let mut parts: BTreeMap<String, String> = BTreeMap::new();
        elements(
            &mut archive,
            &names,
            &format!("{folder}_rels/{name}.rels"),
            &mut |e| {
                if local(e) == "Relationship" {
                    let target = attribute(e, "Target");
                    let part = match target.strip_prefix('/') {
                        Some(whole) => whole.to_owned(),
                        None => format!("{folder}{target}"),
                    };
                    parts.insert(attribute(e, "Id"), part.to_ascii_lowercase());
                }
            },
        );
        let mut sheets = Vec::new();
        elements(&mut archive, &names, &workbook, &mut |e| {
            if local(e) == "sheet" && sheets.len() <= SHEETS {
                let mut attributes = e.attributes();
                let id = attributes
                    .with_checks(false)
                    .flatten()
                    .filter(|one| one.key.local_name().as_ref() == "id")
                    .last()
                    .and_then(|one| Some(one.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned()));
                let part = id.and_then(|id| parts.get(&id)).cloned();
                sheets.push(part.unwrap_or_default());
            }
        });
        Ok(Relations {
            workbook: workbook.to_ascii_lowercase(),
            sheets,
        })
    }

    /// How much of a part may be held, its name in small letters; nothing where only its rows are walked through.
    pub fn held(&self, name: &str) -> Option<u64> {
        let as_usual = held(name);
        if name == self.workbook {
            return Some(LISTS);
        }
        // The texts of all cells are held whatever else their part is said to be.
        let last = name.rsplit('/').next().unwrap_or(name);
        let walked = self.sheets.iter().any(|sheet| sheet == name) && last != "sharedstrings.xml";
        if walked && as_usual != LISTS {
            None
        } else {
            Some(as_usual)
        }
    }
}

/// The name of a part as names are compared: small letters, folders apart by a slash.
pub(super) fn plain(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

// Shows every element of a part that stands in the archive, whose name may be written in other letters.
fn elements(
    archive: &mut ZipArchive<BufReader<File>>,
    names: &BTreeMap<String, String>,
    part: &str,
    show: &mut dyn FnMut(&BytesStart<'_>),
) {
    let Some(part) = names
        .get(&plain(part))
        .and_then(|name| archive.by_name(name).ok())
    else {
        return;
    };
    let mut xml = Reader::from_reader(BufReader::new(part.take(LISTS)));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(e) | Event::Empty(e)) => show(&e),
            // What is wrong with it the reader of workbooks tells.
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn local(e: &BytesStart<'_>) -> String {
    e.local_name().as_ref().to_owned()
}

/// An attribute's value; empty where there is none, or none that can be read.
pub(super) fn attribute(e: &BytesStart<'_>, name: &str) -> String {
    match e.try_get_attribute(name) {
        Ok(Some(found)) => found
            .normalized_value(XmlVersion::Implicit1_0)
            .map(|value| value.into_owned())
            .unwrap_or_default(),
        _ => String::new(),
    }
}
