//! Bundles end to end, with the command: made, checked by everybody's tools, tampered with, computed again.

mod hostile;
mod made;
mod replayed;
mod stamped;
mod tampered;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::command::{code, command, geldspoor, printed};
use crate::delivery::{HEADER, archive};

/// A mapping of the office's own.
const MAPPING: &str = r#"
id = "till"
title = "The till of a shop"
version = 1
source = "made up"
table = "entries"
[file]
delimiters = [";"]
[columns]
date = "Dag"
amount = "Bedrag"
text = "Tekst"
[dates]
booked = "date"
formats = ["%d.%m.%Y"]
[amount]
column = "amount"
decimal = ","
[currency]
constant = "EUR"
[account]
account_from = "name"
[texts]
remittance = ["text"]
"#;

const TILL: &str = "Dag;Bedrag;Tekst\n01.03.2025;-12,50;brood\n02.03.2025;800,00;verkoop\n";
const HOLDERS: &str = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
    incorporated,employees,from_date,to_date\n\
    NL91ABNA0417164300,holder,person,Willemijn Oosterdijk,1969-04-06,P115781961,NL,\"Beukenweg 229, Zwolle\",+31 600 111 222,\
    w.oosterdijk@post.example,,,,2023-10-27,\n\
    NL20INGB0001234567,holder,company,Zonnebloem Handel BV,,72042756,NL,\"Stationstraat 74, Rotterdam\",+31 600 111 333,\
    zonnebloem@post.example,47.81,2018-02-27,4,2022-09-03,\n";

/// A person whom nobody decided on, by name and by number.
const PERSON: [&str; 2] = ["Oosterdijk", "NL91ABNA0417164300"];

/// A case with a folder for its keys, and for what is made of it.
pub struct Office {
    pub folder: TempDir,
}

impl Office {
    pub fn case(&self) -> PathBuf {
        self.folder.path().join("case")
    }

    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the command on the case.
    pub fn run(&self, arguments: &[&str]) -> Output {
        command(&self.keys())
            .arg("-C")
            .arg(self.case())
            .args(arguments)
            .output()
            .expect("the command starts")
    }

    /// The same, which must end with 0. Gives what it printed.
    pub fn does(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}\n{}", printed(&output));
        printed(&output)
    }

    /// A bundle with names, in the case's exports, as a folder.
    pub fn full(&self, more: &[&str]) -> PathBuf {
        let arguments = [&["bundle", "--profile", "full"], more].concat();
        self.does(&arguments);
        self.case().join("exports/bundle-full")
    }

    /// A key that signs, and its public half.
    pub fn key(&self, seed: u8) -> (String, String) {
        use ssh_key::private::{Ed25519Keypair, KeypairData};
        let pair = Ed25519Keypair::from_seed(&[seed; 32]);
        let key = ssh_key::PrivateKey::new(KeypairData::Ed25519(pair), "test").expect("a key");
        let (private, public) = (
            self.path(&format!("key-{seed}")),
            self.path(&format!("key-{seed}.pub")),
        );
        let text = key.to_openssh(ssh_key::LineEnding::LF).expect("a key");
        fs::write(&private, text.as_bytes()).expect("written");
        fs::write(&public, key.public_key().to_openssh().expect("a key")).expect("written");
        (text_of(&private), text_of(&public))
    }
}

/// The case of these tests: two listings, one in an archive, holders, a till that only a mapping of the office's own reads,
/// a rule of its own, a category, a claim. Made once; each test has a copy.
pub fn office() -> Office {
    static MADE: OnceLock<Office> = OnceLock::new();
    let made = MADE.get_or_init(make);
    let folder = tempfile::tempdir().expect("a folder");
    copy(made.folder.path(), folder.path());
    Office { folder }
}

fn make() -> Office {
    let office = Office {
        folder: tempfile::tempdir().expect("a folder"),
    };
    let delivery = office.path("delivery");
    fs::create_dir_all(delivery.join("post")).expect("a folder");
    let row = |number: u32, from: &str, to: &str, amount: u32| {
        format!(
            "{number},2025-03-{:02},{from},A,{to},B,{amount}.50,EUR,transfer_sepa,,rent\n",
            number % 28 + 1
        )
    };
    let (one, other) = ("NL91ABNA0417164300", "NL20INGB0001234567");
    let mut listing = HEADER.to_owned();
    for number in 1..12 {
        listing += &row(number, one, other, 100 + number);
        listing += &row(number + 20, other, "NL39RABO0300065264", 90 + number);
    }
    fs::write(delivery.join("listing.csv"), listing).expect("written");
    fs::write(delivery.join("account_holders.csv"), HOLDERS).expect("written");
    let inside = format!("{HEADER}{}", row(70, "NL39RABO0300065264", one, 40));
    fs::write(
        delivery.join("post/box.zip"),
        archive(&[("more.csv", inside.as_bytes())]),
    )
    .expect("written");
    let case = text_of(&office.case());
    let made = geldspoor(
        &office.keys(),
        &[
            "investigate",
            &text_of(&delivery),
            "-o",
            &case,
            "--reference",
            "R-1",
            "--authority",
            "Parket",
            "--order-reference",
            "O-7",
        ],
    );
    assert_eq!(code(&made), 0, "{}", printed(&made));
    let (mapping, till) = (office.path("till.toml"), office.path("NL02ABNA0123456789.csv"));
    fs::write(&mapping, MAPPING).expect("written");
    fs::write(&till, TILL).expect("written");
    let account = "NL02ABNA0123456789";
    let own = office.case().join("queries/indicators");
    fs::create_dir_all(&own).expect("a folder");
    let rule = include_str!("../../queries/indicators/structuring.sql");
    fs::write(own.join("own.sql"), rule).expect("written");
    office.does(&[
        "intake",
        &text_of(&till),
        "--mapping",
        &text_of(&mapping),
        "--account",
        account,
        "--received-from",
        "the shop",
    ]);
    office.does(&["check"]);
    let reason = "named in the order";
    office.does(&[
        "category",
        "Zonnebloem Handel BV",
        "--set",
        "other party",
        "--reason",
        reason,
    ]);
    office.does(&["detect"]);
    office.does(&["trace", "--from", one]);
    office.does(&["report"]);
    office
}

/// Copies a folder as it is.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

pub fn text_of(path: &Path) -> String {
    path.to_str().expect("Unicode").to_owned()
}

/// Every file below a folder with its bytes.
pub fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if entry.file_type().expect("a kind").is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).expect("inside");
                let bytes = fs::read(&path).unwrap_or_default();
                found.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

/// Whether a program of the system is there; says so where it is not.
pub fn is_installed(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        eprintln!("{program} is not installed: not tested");
    }
    found
}

/// `verify` without any case.
pub fn verify(bundle: &Path, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    command(folder.path())
        .arg("verify")
        .arg(bundle)
        .args(more)
        .output()
        .expect("the command starts")
}

/// `replay` without any case.
pub fn replay(bundle: &Path, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    command(folder.path())
        .arg("replay")
        .arg(bundle)
        .args(more)
        .output()
        .expect("the command starts")
}

/// The bundle's own second verifier, from the source.
pub fn second(bundle: &Path, key: &str) -> (i32, String) {
    let script = crate::command::package().join("src/bundle/verify.py");
    let said = Command::new("python3")
        .args(["-I", "-B"])
        .arg(script)
        .arg(bundle)
        .arg(key)
        .output()
        .expect("python3 runs");
    (code(&said), printed(&said))
}
