//! Deliveries made by hand for tests: archives, files beside each other, and a case that takes them in.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use geldspoor::case::{Actor, Case, Settings};
use geldspoor::intake::{Delivery, Outcome, Silent, Taken, collect};
use geldspoor::steps;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::command::Tables;

/// A listing's header.
pub const HEADER: &str = "transaction_id,booked_at,payer_account,payer_bank,payee_account,payee_bank,amount,currency,channel,purpose,remittance\n";

/// A listing of one row with this number and amount.
pub fn listing(number: u32) -> Vec<u8> {
    format!(
        "{HEADER}{number},2025-03-01,NL91ABNA0417164300,A,NL20INGB0001234567,B,{number}.50,EUR,transfer_sepa,,rent\n"
    )
    .into_bytes()
}

/// An archive of these members, in this order.
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    packed(members, CompressionMethod::Deflated)
}

/// The same with a method of packing.
pub fn packed(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        writer.start_file(*name, options).expect("a member");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

/// What an archive holds, name and bytes.
pub fn members(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut member = archive.by_index(at).expect("a member");
            let name = member.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("unpacked");
            (name, bytes)
        })
        .collect()
}

/// A folder with a delivery and a case.
pub struct Place {
    folder: TempDir,
    pub case: Case,
}

impl Place {
    pub fn new() -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("delivery")).expect("a folder");
        let case = Case::create(&folder.path().join("case"), &Settings::new("R-1")).expect("a case");
        Place { folder, case }
    }

    /// Puts a file into the delivery.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("delivery").join(name)
    }

    /// Files of the delivery, all of them.
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        collect(&[self.folder.path().join("delivery")]).expect("files")
    }

    /// Takes the whole delivery in.
    pub fn take_in(&mut self) -> Vec<Taken> {
        let files = self.files();
        self.take(&files, &Delivery::default())
    }

    /// Takes files in.
    pub fn take(&mut self, files: &[(PathBuf, String)], delivery: &Delivery) -> Vec<Taken> {
        steps::take_in(&mut self.case, actor(), files, delivery, &Silent).expect("taken in")
    }

    pub fn tables(&self) -> Tables {
        Tables::of(self.case.root())
    }

    /// A column of `sources`, by name.
    pub fn sources(&self, columns: &str) -> Vec<Vec<String>> {
        self.tables()
            .rows(&format!("SELECT name, {columns} FROM sources ORDER BY name"))
    }

    /// A kept source's bytes.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let id = self
            .tables()
            .one(&format!("SELECT source_id FROM sources WHERE name = '{name}'"));
        std::fs::read(self.case.source_path(&id)).expect("the source")
    }

    /// Files left in the case's shelf, by name.
    pub fn shelf(&self) -> Vec<String> {
        names(&self.case.root().join("sources"))
    }
}

/// Who acts.
pub fn actor() -> Actor {
    Actor {
        user: "A. Analyst".into(),
        purpose: String::new(),
        command: "intake".into(),
    }
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// What became of a file, in a word and its text.
pub fn fate<'a>(taken: &'a [Taken], name: &str) -> (&'static str, &'a str) {
    let one = taken
        .iter()
        .find(|one| one.name == name)
        .unwrap_or_else(|| panic!("{name} is not among {taken:?}"));
    match &one.outcome {
        Outcome::Read { note, .. } => ("read", note),
        Outcome::Opened { note, .. } => ("opened", note),
        Outcome::Kept { reason } => ("kept", reason),
        Outcome::Known { earlier } => ("known", earlier),
    }
}
