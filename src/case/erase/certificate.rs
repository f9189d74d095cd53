//! The certificate of an erasure. It leaves the case, so names that people gave to files stand in it as signs.

use std::path::Path;

use serde_json::{Value, json};

use super::CERTIFICATE;
use super::journal::{Erasure, ErasureOf, Item, ItemKind};
use super::remove::Left;
use crate::model::source_prefix;

/// What an erasure by a program cannot promise.
const NOT_REACHED: [&str; 7] = [
    "Files were written over once with zeros where the system tells that they have one name, then removed. A disk of flash \
     memory (SSD, memory card, most disks of laptops and servers) writes to other cells than those that held the file, and may \
     keep the old ones until it clears them by itself. File systems with a journal, with copies on write or with snapshots, and \
     storage that is compressed, deduplicated or mirrored, may keep the old content too. Where content must not be found by a \
     laboratory, destroy the disk or the key of an encrypted one.",
    "Copies outside the folder are not reached: backups, snapshots, copies on other disks or machines, files as they were \
     received before they were taken in.",
    "What left the case is not reached; it is listed under ‘released’ as the ledger had it. Its recipients must be told \
     (Directive (EU) 2016/680 Art. 16(6)).",
    "Memory that the system swapped to disk, search indexes and lists of recent files are not reached.",
    "The history of the SQL shell is one for all cases of a user and is not touched: it may hold words that were asked for.",
    "Of a single source: the same bytes in another archive that was taken in besides, and stays, are not reached.",
    "A certificate holds no content. SHA-256 values tell a file from others only to whoever has such a file.",
];

/// The names of both files.
pub(super) fn names(erasure: &Erasure) -> [String; 2] {
    match &erasure.of {
        ErasureOf::Case => CERTIFICATE.map(str::to_owned),
        ErasureOf::Sources(ids) => {
            let first = ids.first().map_or("", |id| source_prefix(id));
            ["json", "txt"].map(|end| format!("erasure-certificate-{first}.{end}"))
        }
    }
}

/// When an earlier run finished that wrote this certificate and was cut off behind it.
pub(super) fn finished_before(path: &Path, erasure: &Erasure) -> Option<String> {
    let value: Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let is_same = value["begun"] == erasure.begun.as_str()
        && value["case"] == erasure.case.as_str()
        && value["ledger"]["head"] == erasure.ledger_head.as_str();
    value["finished"].as_str().filter(|_| is_same).map(str::to_owned)
}

/// For programs.
pub(super) fn json(erasure: &Erasure, left: &[Left], finished: &str) -> String {
    let released: Vec<Value> = erasure
        .released
        .iter()
        .map(|one| json!({"time": one.time, "by": one.by, "what": one.what, "sha256": one.sha256}))
        .collect();
    let value = json!({
        "certificate": "geldspoor erasure 1",
        "of": scope(erasure),
        "case": erasure.case,
        "authority": erasure.authority,
        "by": erasure.by,
        "reason": erasure.reason,
        "legal_basis": erasure.legal_basis,
        "retention": erasure.retention,
        "begun": erasure.begun,
        "finished": finished,
        "tool": erasure.tool,
        "ledger": {
            "head": erasure.ledger_head,
            "lines": erasure.ledger_lines,
            "faults": erasure.ledger_faults,
        },
        "files": erasure.items.iter().map(item_value).collect::<Vec<_>>(),
        "bytes": erasure.items.iter().map(|item| item.bytes).sum::<u64>(),
        "keys": erasure.keys.iter().filter(|key| !key.was_missing).count(),
        "keys_overwritten": erasure.keys.iter().filter(|key| key.is_overwritten).count(),
        "key_note": erasure.key_note,
        "left_in_folder": left.iter().map(|left| left_value(erasure, left)).collect::<Vec<_>>(),
        "released": released,
        "not_reached": NOT_REACHED,
    });
    // Maps of texts and numbers always write.
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn item_value(item: &Item) -> Value {
    json!({
        "path": shown(item),
        "kind": match item.kind {
            ItemKind::File => "file",
            ItemKind::Link => "link, removed; what it led to was not touched",
            ItemKind::Other => "no file",
        },
        "sha256": item.sha256,
        "bytes": item.bytes,
        "overwritten": item.is_overwritten && !item.was_missing,
        "taken_away_by_somebody_else": item.was_missing,
        "other_names": item.other_names,
        "put_there_by_somebody": item.is_foreign,
    })
}

fn left_value(erasure: &Erasure, left: &Left) -> Value {
    json!({
        "path": erasure.sign(&left.path),
        "is_link": left.target.is_some(),
    })
}

fn shown(item: &Item) -> &str {
    match item.sign.as_str() {
        "" => &item.path,
        sign => sign,
    }
}

fn scope(erasure: &Erasure) -> String {
    match &erasure.of {
        ErasureOf::Case => "the whole case".to_owned(),
        ErasureOf::Sources(ids) => format!(
            "sources of the case, with all that was derived: {}",
            ids.join(", ")
        ),
    }
}

/// For people.
pub(super) fn text(erasure: &Erasure, left: &[Left], finished: &str) -> String {
    let or_none = |text: &str| {
        if text.is_empty() {
            "none was given".to_owned()
        } else {
            text.to_owned()
        }
    };
    let mut lines = vec![
        "CERTIFICATE OF ERASURE".to_owned(),
        String::new(),
        format!("Erased        {}", scope(erasure)),
        format!("Case          {}", erasure.case),
        format!("Authority     {}", or_none(&erasure.authority)),
        format!("By            {}", erasure.by),
        format!("Reason        {}", erasure.reason),
        format!("Legal basis   {}", or_none(&erasure.legal_basis)),
        format!("Retention     {}", or_none(&erasure.retention)),
        format!("Begun         {}", erasure.begun),
        format!("Finished      {finished}"),
        format!("Tool          {}", erasure.tool),
        format!(
            "Ledger        {} lines, head {}",
            erasure.ledger_lines, erasure.ledger_head
        ),
        match erasure.ledger_faults.as_slice() {
            [] => "              its chain was whole".to_owned(),
            faults => format!("              ITS CHAIN WAS BROKEN: {}", faults.join("; ")),
        },
        format!(
            "Files         {}, {} bytes; each was looked for afterwards and is no longer there",
            erasure.items.len(),
            erasure.items.iter().map(|item| item.bytes).sum::<u64>()
        ),
        format!(
            "Keys          {} of pseudonyms. {}",
            erasure.keys.iter().filter(|key| !key.was_missing).count(),
            erasure.key_note
        ),
    ];
    for key in &erasure.keys {
        if key.was_missing {
            lines.push("ONE KEY WAS NOT ERASED HERE: somebody else had removed or moved it".to_owned());
        } else if key.other_names > 0 {
            lines.push("ONE KEY HAS OTHER NAMES: its content is still there".to_owned());
        }
    }
    lines.extend([
        String::new(),
        "FILES ERASED (SHA-256, bytes, written over before removal, path)".to_owned(),
        String::new(),
    ]);
    for item in &erasure.items {
        let hash = if item.sha256.is_empty() { "-" } else { &item.sha256 };
        let over = match (item.kind, item.is_overwritten) {
            (ItemKind::Link, _) => "link",
            (_, true) if !item.was_missing => "yes",
            _ => "no",
        };
        let mut line = format!("{hash:<64} {:>12} {over:<4} {}", item.bytes, shown(item));
        if item.other_names > 0 {
            line.push_str(&format!(
                " (HAS {} OTHER NAMES OUTSIDE THIS FOLDER: its content is still there)",
                item.other_names
            ));
        }
        if item.was_missing {
            line.push_str(" (NOT ERASED HERE: somebody else had removed or moved it when its turn came)");
        }
        lines.push(line);
    }
    lines.extend([
        String::new(),
        "LEFT IN THE FOLDER, because it is not the case's".to_owned(),
        String::new(),
    ]);
    if left.is_empty() {
        lines.push("nothing".to_owned());
    }
    for one in left {
        let link = if one.target.is_some() { " (a link)" } else { "" };
        lines.push(format!("{}{link}", erasure.sign(&one.path)));
    }
    lines.extend([
        String::new(),
        "RELEASED BEFORE, by the ledger; not reached".to_owned(),
        String::new(),
    ]);
    if erasure.released.is_empty() {
        lines.push("nothing".to_owned());
    }
    for one in &erasure.released {
        lines.push(format!(
            "{}  by {}  {}  SHA-256 {}",
            one.time, one.by, one.what, one.sha256
        ));
    }
    lines.extend([String::new(), "WHAT THIS DOES NOT SAY".to_owned(), String::new()]);
    lines.extend(NOT_REACHED.iter().map(|said| format!("- {said}")));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
