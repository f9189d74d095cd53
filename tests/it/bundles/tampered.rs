//! Every kind of file of a bundle of a case, and every line of its ledger, tampered with: the command and the second
//! verifier find all of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use geldspoor::bundle::SignerKeys;
use geldspoor::bundle::disk::verify_path;
use geldspoor::bundle::verify::Ask;

use super::{files, is_installed, office, text_of, verify};
use crate::command::{code, printed};

type Bag = BTreeMap<String, Vec<u8>>;

/// One file of each kind: of each folder and ending the first.
fn kinds(bag: &Bag) -> Vec<String> {
    let mut kinds: BTreeMap<(String, String), String> = BTreeMap::new();
    for path in bag.keys() {
        let parts: Vec<&str> = path.split('/').collect();
        let folder = parts[..parts.len().saturating_sub(1)]
            .iter()
            .take(3)
            .copied()
            .collect::<Vec<_>>()
            .join("/");
        // Beside the payload each file is one of its kind; tables are of one kind.
        let kind = match (folder.as_str(), path.rsplit_once('.')) {
            ("", _) | ("data", _) => path.clone(),
            (_, Some((_, end))) => end.to_owned(),
            _ => String::new(),
        };
        let folder = match folder.starts_with("data/tables") {
            true => "data/tables".to_owned(),
            false => folder,
        };
        kinds.entry((folder, kind)).or_insert_with(|| path.clone());
    }
    kinds.into_values().collect()
}

fn write(bag: &Bag, root: &Path) {
    for (path, bytes) in bag {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }
}

/// A folder that is changed back and forth.
struct Altered<'a> {
    root: PathBuf,
    bag: &'a Bag,
}

impl Altered<'_> {
    /// Puts bytes at a path, or takes the file away.
    fn put(&self, path: &str, bytes: Option<&[u8]>) {
        let path = self.root.join(path);
        let _ = fs::remove_file(&path);
        if let Some(bytes) = bytes {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("written");
        }
    }

    fn restore(&self, paths: &[&str]) {
        for path in paths {
            self.put(path, self.bag.get(*path).map(Vec::as_slice));
        }
    }
}

/// What is done: a name for it, and what each path then holds.
type Deed = (String, Vec<(String, Option<Vec<u8>>)>);

fn deeds(bag: &Bag) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = Vec::new();
    let kinds = kinds(bag);
    for (at, path) in kinds.iter().enumerate() {
        let bytes = &bag[path];
        let mut one = |what: &str, bytes: Option<Vec<u8>>| {
            deeds.push((format!("{path} {what}"), vec![(path.clone(), bytes)]));
        };
        let mut flipped = bytes.clone();
        let middle = bytes.len() / 2;
        flipped[middle] ^= 1;
        one("flipped", Some(flipped));
        one("truncated", Some(bytes[..bytes.len() - 1].to_vec()));
        one("lengthened", Some([bytes.as_slice(), b"\n"].concat()));
        one("substituted", Some(b"something else\n".to_vec()));
        // A query without which nothing is wrong: it can be made again of the lists.
        if !path.ends_with(".tsq") {
            one("dropped", None);
        }
        deeds.push((
            format!("{path} renamed"),
            vec![(path.clone(), None), (format!("{path}.old"), Some(bytes.clone()))],
        ));
        deeds.push((
            format!("something added beside {path}"),
            vec![(format!("{path}.new"), Some(b"new".to_vec()))],
        ));
        let next = &kinds[(at + 1) % kinds.len()];
        deeds.push((
            format!("{path} and {next} exchanged"),
            vec![
                (path.clone(), Some(bag[next].clone())),
                (next.clone(), Some(bytes.clone())),
            ],
        ));
    }
    deeds
}

/// Every line of the ledger: changed, dropped, doubled, moved, cut.
fn deeds_to_the_ledger(bag: &Bag) -> Vec<Deed> {
    let path = "data/ledger.jsonl";
    let text = String::from_utf8(bag[path].clone()).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let mut deeds = Vec::new();
    for at in 0..lines.len() {
        let mut one = |what: &str, lines: Vec<String>| {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            if text.as_bytes() != bag[path] {
                deeds.push((
                    format!("line {} {what}", at + 1),
                    vec![(path.to_owned(), Some(text.into_bytes()))],
                ));
            }
        };
        let all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let with = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines = all.clone();
            change(&mut lines);
            lines
        };
        one(
            "flipped",
            with(&|lines| lines[at] = lines[at].replacen("tester", "tesser", 1)),
        );
        one("dropped", with(&|lines| drop(lines.remove(at))));
        one("doubled", with(&|lines| lines.insert(at, lines[at].clone())));
        one("moved", with(&|lines| lines.swap(at, (at + 1) % all.len())));
        one("cut", with(&|lines| lines.truncate(at)));
        one(
            "shortened",
            with(&|lines| {
                let shorter = lines[at].len() - 2;
                lines[at].truncate(shorter);
            }),
        );
    }
    deeds
}

#[test]
fn whatever_is_done_to_a_bundle_both_verifiers_find_it() {
    let office = office();
    let (key, public) = office.key(1);
    let bundle = office.full(&["--sign", &key]);
    let bag = files(&bundle);
    let deeds = [deeds(&bag), deeds_to_the_ledger(&bag)].concat();
    assert!(deeds.len() > 250, "{}", deeds.len());
    let root = office.path("work/altered");
    write(&bag, &root);
    fs::copy(&public, office.path("work/signer.pub")).expect("copied");
    let altered = Altered { root, bag: &bag };
    let ask = Ask {
        signer: Some(SignerKeys::parse(&fs::read_to_string(&public).expect("a key")).expect("a key")),
        ..Ask::default()
    };
    assert!(
        verify_path(&altered.root, &ask).expect("read").is_verified(),
        "as it was"
    );
    // Ours, over every deed; the command itself over some, because starting it takes longer than all of the rest.
    for (number, (what, done)) in deeds.iter().enumerate() {
        done.iter()
            .for_each(|(path, bytes)| altered.put(path, bytes.as_deref()));
        let report = verify_path(&altered.root, &ask).expect("read");
        assert!(report.has_failed() && !report.is_verified(), "{what}\n{report}");
        if number % 16 == 0 {
            let said = verify(&altered.root, &["--signer", &public]);
            assert_eq!(code(&said), 5, "{what}\n{}", printed(&said));
            assert!(printed(&said).contains("NOT VERIFIED"), "{}", printed(&said));
        }
        let paths: Vec<&str> = done.iter().map(|(path, _)| path.as_str()).collect();
        altered.restore(&paths);
    }
    assert!(
        verify_path(&altered.root, &ask).expect("read").is_verified(),
        "as it was"
    );
    if is_installed("python3") && is_installed("ssh-keygen") {
        python(&altered, &deeds, office.folder.path());
    }
}

/// The second verifier over every deed, in one process.
fn python(altered: &Altered<'_>, deeds: &[Deed], folder: &Path) {
    let stage = folder.join("deeds");
    let mut list = Vec::new();
    for (number, (what, done)) in deeds.iter().enumerate() {
        let mut steps = Vec::new();
        for (at, (path, bytes)) in done.iter().enumerate() {
            let kept = bytes.as_ref().map(|bytes| {
                let kept = stage.join(format!("{number}-{at}"));
                fs::create_dir_all(&stage).expect("a folder");
                fs::write(&kept, bytes).expect("written");
                text_of(&kept)
            });
            let original = altered.bag.get(path).map(|bytes| {
                let kept = stage.join(format!("{number}-{at}-as-it-was"));
                fs::write(&kept, bytes).expect("written");
                text_of(&kept)
            });
            steps.push(serde_json::json!([path, kept, original]));
        }
        list.push(serde_json::json!([what, steps]));
    }
    let plan = stage.join("plan.json");
    fs::write(&plan, serde_json::to_vec(&list).expect("JSON")).expect("written");
    let driver = "import contextlib, io, json, os, runpy, shutil, sys\n\
        script, root, plan = sys.argv[1:]\n\
        def put(path, source):\n\
        \x20   path = os.path.join(root, path)\n\
        \x20   if os.path.lexists(path): os.remove(path)\n\
        \x20   if source: shutil.copyfile(source, path)\n\
        def check():\n\
        \x20   said = io.StringIO()\n\
        \x20   with contextlib.redirect_stdout(said):\n\
        \x20       code = runpy.run_path(script)['main'](root, os.path.dirname(root) + '/signer.pub')\n\
        \x20   return code, said.getvalue()\n\
        assert check()[0] == 0, check()\n\
        missed = []\n\
        for what, steps in json.load(open(plan)):\n\
        \x20   for path, source, _ in steps: put(path, source)\n\
        \x20   code, said = check()\n\
        \x20   if code != 5 or 'FAILED' not in said: missed.append((what, said))\n\
        \x20   for path, _, original in steps: put(path, original)\n\
        assert check()[0] == 0, check()\n\
        print(json.dumps(missed))\n";
    let said = Command::new("python3")
        .args(["-I", "-B", "-c", driver])
        .arg(crate::command::package().join("src/bundle/verify.py"))
        .arg(&altered.root)
        .arg(&plan)
        .output()
        .expect("runs");
    assert_eq!(
        String::from_utf8_lossy(&said.stdout).trim(),
        "[]",
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
}

#[test]
fn a_bundle_that_was_packed_is_checked_and_tampered_with_too() {
    let office = office();
    let (key, public) = office.key(1);
    office.does(&["bundle", "--profile", "full", "--zip", "--sign", &key]);
    let zip = office.case().join("exports/bundle-full.zip");
    let said = verify(&zip, &["--signer", &public]);
    assert_eq!(code(&said), 0, "{}", printed(&said));
    assert!(printed(&said).contains("verified: nothing"), "{}", printed(&said));
    let bytes = fs::read(&zip).expect("a file");
    let ask = Ask {
        signer: Some(SignerKeys::parse(&fs::read_to_string(&public).expect("a key")).expect("a key")),
        ..Ask::default()
    };
    let target = office.path("altered.zip");
    for share in 0..60 {
        let mut altered = bytes.clone();
        let at = bytes.len() * share / 60;
        altered[at] ^= 1;
        fs::write(&target, altered).expect("written");
        let report = verify_path(&target, &ask).expect("read");
        assert!(report.has_failed(), "byte {at}\n{report}");
    }
    for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&target, &bytes[..cut]).expect("written");
        let said = verify(&target, &[]);
        assert_eq!(code(&said), 5, "{cut}\n{}", printed(&said));
    }
}
