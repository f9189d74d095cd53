//! Puts a bundle together: the page is made, everything is written beside its place and checked, the ledger notes that it
//! left, and it is moved into its place.

use std::path::{Path, PathBuf};

use super::contents::{Contents, LEDGER, SETTINGS, as_received};
use super::deliveries::Deliveries;
use super::exports::{exports, told as formats_told};
use super::page::{Made, page};
use super::shown::{About, CONTENTS, add_shown, contents_text};
use super::written::{Form, Passphrase, Staged, is_free, stage};
use crate::bundle::{BagInfo, LedgerEnd, TAG_MANIFEST};
use crate::case::{Actor, Case, CaseError, MERGED, Step, Table, Writer};
use crate::model::{hex, sha256};
use crate::sql::{Limits, Session};
use crate::steps::export::may_be_written;
use crate::steps::release::{Guard, Leaving, Override, SealError, name_of};
use crate::steps::withdraw::holding_withdrawn;
use crate::steps::{CaseNames, ExportFormat, Profile, StepError, key_path, require};
use crate::victims::KeyFile;

/// Labels of `bag-info.txt` that a replay goes by.
pub(super) const PROFILE: &str = "Profile";
pub(super) const RELEASE: &str = "Release";
/// End of the case's ledger where its lines are not in the bundle.
pub(super) const CASE_HEAD: &str = "Case-Ledger-Head";
pub(super) const CASE_COUNT: &str = "Case-Ledger-Count";
pub(super) const HELD: &str = "Originals";
/// Formats of the files for other programmes that were made for it.
pub(super) const EXPORTED: &str = "Exports";

/// What bundle is asked for.
pub struct ToBundle<'a> {
    /// Statistics leave as a page alone.
    pub profile: Profile,
    /// Where it goes; the case's `exports/` where not given.
    pub output: Option<&'a Path>,
    pub zip: bool,
    /// With names: hashes in the place of the originals.
    pub hashes_only: bool,
    /// The name of the release; counted from the ledger where not given.
    pub release: Option<&'a str>,
    /// Under pseudonyms: files for other programmes that are made for this release and put in.
    pub exports: &'a [ExportFormat],
    /// The key that signs, and who is asked for its passphrase.
    pub sign: Option<(&'a Path, Passphrase<'a>)>,
    /// Public keys (`age1…`) for whom it is encrypted.
    pub encrypt_to: Vec<String>,
    /// By whom and for whom names leave the case.
    pub by_override: Option<Override>,
}

/// The bundle that was written.
#[derive(Debug)]
pub struct Bundled {
    pub path: PathBuf,
    /// Files and bytes of the payload.
    pub files: u64,
    pub bytes: u64,
    pub signed: bool,
    /// What the person should know about it, a line each.
    pub notes: Vec<String>,
}

/// The case as it was when the command began.
struct Before {
    ledger: Vec<u8>,
    settings: Vec<u8>,
    deliveries: Deliveries,
}

/// Writes a bundle of a case whose steps have all run on its records. The ledger in it is that of before the command: the
/// lines that the command adds, of its page, its exports and the bundle, follow it in the case.
pub fn bundle(
    case: &mut Case,
    actor: Actor,
    limits: Limits,
    keys: &Path,
    mut wanted: ToBundle<'_>,
) -> Result<Bundled, StepError> {
    let form = form(&wanted)?;
    let target = target(case, &wanted, &form);
    may_be_written(case, keys, &target)?;
    may_lie_there(case, &wanted, &target)?;
    is_free(&target)?;
    if let Some((key, _)) = &wanted.sign {
        std::fs::metadata(key).map_err(|e| CaseError::io(key, e))?;
    }
    // Mends a line that was cut off, and refuses a damaged ledger.
    drop(case.write(actor.clone())?);
    ready(case)?;
    let before = before(case)?;
    as_received(case, &before.deliveries)?;
    if wanted.profile == Profile::Full && !wanted.hashes_only {
        let holding = holding_withdrawn(case)?;
        if !holding.is_empty() {
            return Err(StepError::Parameter(format!(
                "a source that is out of use lies in the bytes of {}: give --hashes-only, or take that one out of use too",
                holding.join(", ")
            )));
        }
    }
    let release = match wanted.profile {
        Profile::Full => String::new(),
        _ => name_of(case, wanted.release)?,
    };
    let made = page(case, actor.clone(), limits, keys, wanted.profile, &release)?;
    let exported = match wanted.exports {
        [] => None,
        formats => {
            let of = (wanted.profile, release.as_str());
            Some(exports(case, actor.clone(), limits, keys, of, formats)?)
        }
    };
    let mut writer = case.write(actor)?;
    same(&before, writer.case(), 1 + usize::from(exported.is_some()))?;
    let Made {
        name,
        bytes,
        mut notes,
    } = made;
    let about = About {
        profile: wanted.profile,
        with_originals: wanted.profile == Profile::Full && !wanted.hashes_only,
        exports_left: 0,
        has_exports: exported.is_some(),
        deliveries: &before.deliveries,
    };
    let mut contents = Contents::default();
    let mut info = info(writer.case(), &about, &release);
    if wanted.profile == Profile::Full {
        add_full(&mut contents, writer.case(), &before, (&name, bytes), about)?;
        LEDGER.clone_into(&mut info.ledger);
        notes.extend(unkept(writer.case(), &before.deliveries));
        if !writer.case().ledgers_before()?.is_empty() {
            notes.push(
                "beware: the case was merged from others. Sources that both had do not come again alike in a replay; the \
                 ledgers of both lie in merged/"
                    .to_owned(),
            );
        }
    } else {
        let end = ledger_end(&before.ledger);
        info.further.push((CASE_HEAD.to_owned(), end.head));
        info.further.push((CASE_COUNT.to_owned(), end.count.to_string()));
        if let Some(exported) = &exported {
            info.further
                .push((EXPORTED.to_owned(), formats_told(wanted.exports)));
            exported.add_to(&mut contents)?;
            notes.extend(exported.withheld.iter().cloned());
        }
        let mut looked = add_shown(&mut contents, writer.case(), (&name, bytes), &about)?;
        looked.push(Leaving {
            path: "bag-info.txt".to_owned(),
            bytes: told(&info).into_bytes(),
        });
        let guard = guard(writer.case(), limits, keys, &release)?;
        if let Err(blocked) = guard.look(&target, &looked) {
            writer.note(&blocked.0.note());
            writer.commit()?;
            return Err(blocked.into());
        }
        let tables = match wanted.exports.contains(&ExportFormat::Parquet) {
            true => "its tables as they may leave",
            false => "no tables (--to parquet makes them as they may leave)",
        };
        notes.push(format!(
            "under pseudonyms: no originals, {tables}, no lines of the ledger; CONTENTS.txt in it says what else is left \
             out. Only the office that has the case and its key can repeat it, with `geldspoor replay`"
        ));
    }
    let inside = writer.case().root().join("exports");
    let staged = stage(&contents, &info, (&target, &inside), &form, wanted.sign.take())?;
    if !staged.signed {
        notes.push(
            "not signed: whoever has it can change it and its lists. --sign KEY signs with any key of OpenSSH".to_owned(),
        );
    }
    if matches!(form, Form::Encrypted(_)) {
        notes.push("encrypted: `age -d -i KEY` opens it for those alone whose keys were given".to_owned());
    }
    note(&mut writer, &wanted, &release, &staged, &target);
    // Noted first: a bundle that left and is in no ledger would be worse than one that is noted and is not there.
    writer.commit()?;
    let (payload, signed) = (staged.bag.payload, staged.signed);
    Ok(Bundled {
        path: staged.place()?,
        files: payload.files,
        bytes: payload.bytes,
        signed,
        notes,
    })
}

/// In what form it leaves, where what was asked for can be.
fn form(wanted: &ToBundle<'_>) -> Result<Form, StepError> {
    let usage = |text: &str| Err(StepError::Parameter(text.to_owned()));
    if wanted.profile == Profile::Statistics {
        return usage(
            "counts leave as a page: `geldspoor report --profile statistics`. There is nothing in them to repeat or verify",
        );
    }
    if wanted.profile == Profile::Full && !wanted.exports.is_empty() {
        return usage(
            "--to is for bundles under pseudonyms: one with names carries what lies in exports/ of the case. Run `geldspoor \
             export --profile full --to FORMAT` before",
        );
    }
    if wanted.profile == Profile::Full && wanted.release.is_some() {
        return usage("--release names pseudonyms; a bundle with names has none");
    }
    if let Some(by) = &wanted.by_override {
        by.check()?;
        // Who is named as the reader is who can read it.
        if by.recipients != wanted.encrypt_to {
            return Err(SealError::Nobody.into());
        }
    }
    Ok(match (wanted.encrypt_to.is_empty(), wanted.zip) {
        (false, _) => Form::Encrypted(wanted.encrypt_to.clone()),
        (true, true) => Form::Zip,
        (true, false) => Form::Folder,
    })
}

/// Where it goes: as asked, else in the case.
fn target(case: &Case, wanted: &ToBundle<'_>, form: &Form) -> PathBuf {
    let path = match wanted.output {
        Some(output) => output.to_owned(),
        None => {
            let name = format!("bundle-{}", wanted.profile.as_str().replace(' ', "-"));
            let end = if wanted.zip { ".zip" } else { "" };
            case.root().join("exports").join(format!("{name}{end}"))
        }
    };
    let is_age = path.extension().is_some_and(|end| end == "age");
    match form {
        Form::Encrypted(_) if !is_age => {
            let mut name = path.into_os_string();
            name.push(".age");
            name.into()
        }
        _ => path,
    }
}

/// Names stay in the case, or leave it by an override: nothing between.
fn may_lie_there(case: &Case, wanted: &ToBundle<'_>, target: &Path) -> Result<(), StepError> {
    if wanted.profile != Profile::Full {
        return Ok(());
    }
    let leaves = !is_within(target, &case.root().join("exports"));
    match (leaves, &wanted.by_override) {
        (true, None) => Err(SealError::Nobody.into()),
        (true, Some(_)) | (false, _) => Ok(()),
    }
}

/// Whether a path that need not exist lies in a folder, links resolved.
fn is_within(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let Ok(path) = std::path::absolute(path) else {
        return false;
    };
    // The nearest folder above that exists; what is below it is made new and so is no link.
    let above = path.ancestors().skip(1).find_map(|up| up.canonicalize().ok());
    let is_plain = path
        .components()
        .all(|part| !matches!(part, std::path::Component::ParentDir));
    is_plain && above.is_some_and(|above| above.starts_with(&folder))
}

/// Every step has run on the records as they are.
pub(super) fn ready(case: &Case) -> Result<(), StepError> {
    require(case, Step::Check)?;
    require(case, Step::Detect)?;
    let claims = crate::book::standing_request(case)?.is_some();
    if claims || case.manifest().rows(Table::Claims) > 0 || case.manifest().rows(Table::Lots) > 0 {
        require(case, Step::Trace)?;
    }
    Ok(())
}

fn before(case: &Case) -> Result<Before, StepError> {
    let read = |name: &str| {
        let path = case.root().join(name);
        std::fs::read(&path).map_err(|e| CaseError::io(&path, e))
    };
    Ok(Before {
        ledger: read(LEDGER)?,
        settings: read(SETTINGS)?,
        deliveries: Deliveries::of(case)?,
    })
}

/// Page and exports were made under locks of their own, each with a line: nobody else wrote meanwhile.
fn same(before: &Before, case: &Case, own: usize) -> Result<(), StepError> {
    let path = case.root().join(LEDGER);
    let now = std::fs::read(&path).map_err(|e| CaseError::io(&path, e))?;
    let more = now.strip_prefix(before.ledger.as_slice());
    let lines = more.map_or(0, |more| more.iter().filter(|byte| **byte == b'\n').count());
    if lines == own && Deliveries::of(case)? == before.deliveries {
        return ready(case);
    }
    Err(StepError::Parameter(
        "another command wrote to the case while the page of the bundle was made, so page and tables may not be of one \
         moment. Run the command again"
            .to_owned(),
    ))
}

fn add_full(
    contents: &mut Contents,
    case: &Case,
    before: &Before,
    (page, bytes): (&str, Vec<u8>),
    about: About<'_>,
) -> Result<(), StepError> {
    contents.add_inputs(
        case,
        &before.deliveries,
        before.settings.clone(),
        about.with_originals,
    )?;
    contents.add_computed(case, &before.deliveries)?;
    contents.add_folder(MERGED, &case.root().join(MERGED))?;
    let exports_left = contents.add_exports(case, page)?;
    contents.add_page(page, bytes);
    contents.payload.add(LEDGER, before.ledger.clone());
    contents.add_build()?;
    let about = About {
        exports_left,
        ..about
    };
    contents.payload.add(CONTENTS, contents_text(case, &about));
    Ok(())
}

/// What the bundle says of itself.
fn info(case: &Case, about: &About<'_>, release: &str) -> BagInfo {
    let settings = case.settings();
    let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let held = match (about.profile, about.with_originals) {
        (Profile::Full, true) => "held",
        (Profile::Full, false) => "hashes alone",
        _ => "hashes alone; under pseudonyms",
    };
    let further = [
        (PROFILE, about.profile.as_str().to_owned()),
        (RELEASE, clean(release)),
        (HELD, held.to_owned()),
        ("Handling", clean(&settings.handling)),
    ];
    BagInfo {
        organization: clean(&settings.authority),
        reference: clean(&settings.reference),
        description:
            "Evidence of a financial investigation: HOW-TO-CHECK.txt says how to check it, data/CONTENTS.txt \
                      what is in it"
                .to_owned(),
        tool: concat!("geldspoor ", env!("CARGO_PKG_VERSION")).to_owned(),
        further: further
            .into_iter()
            .map(|(label, value)| (label.to_owned(), value))
            .collect(),
        ..BagInfo::default()
    }
}

/// The labels as text, to be looked through.
fn told(info: &BagInfo) -> String {
    let further = info
        .further
        .iter()
        .map(|(label, value)| format!("{label}: {value}\n"));
    let further: String = further.collect();
    format!(
        "{}\n{}\n{}\n{further}",
        info.organization, info.reference, info.description
    )
}

fn ledger_end(ledger: &[u8]) -> LedgerEnd {
    let lines: Vec<&[u8]> = ledger
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    LedgerEnd {
        head: lines.last().map_or(String::new(), |line| hex(&sha256(line))),
        count: lines.len() as u64,
    }
}

fn guard(case: &Case, limits: Limits, keys: &Path, release: &str) -> Result<Guard, StepError> {
    let session = Session::open(case, limits)?;
    let key = KeyFile::read(&key_path(keys, case), case.root())?;
    let names = CaseNames::pseudonymous(case, &key.key.for_bundle(release))?;
    Guard::of_case(case, &session, &names, true)
}

/// Mappings that files were read with and that the case does not have: without them nobody can repeat it.
fn unkept(case: &Case, deliveries: &Deliveries) -> Option<String> {
    let folder = case.root().join(crate::steps::intake::MAPPINGS);
    let is_there = |hash: &str| {
        folder.join(format!("{hash}.toml")).is_file()
            || crate::intake::mapping::builtin_texts().any(|(_, text)| hex(&sha256(text.as_bytes())) == hash)
    };
    let missing: Vec<&str> = deliveries
        .mappings()
        .into_iter()
        .filter(|hash| !is_there(hash))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "beware: nobody can repeat this bundle as it is. Files were read with mappings that the case did not keep: \
             SHA-256 {}. Put them as HASH.toml into {} and make the bundle again",
            missing.join(", "),
            folder.display()
        )
    })
}

/// What the ledger says of it. The folder outside the case is nobody's business who reads the ledger.
fn note(writer: &mut Writer<'_>, wanted: &ToBundle<'_>, release: &str, staged: &Staged, target: &Path) {
    let of = match release {
        "" => String::new(),
        release => format!(" of release {release}"),
    };
    let signed = if staged.signed { "signed" } else { "not signed" };
    let mut text = format!("bundle{of}, profile {}, {signed}", wanted.profile.as_str());
    match &wanted.by_override {
        Some(by) => text = format!("{}; {text}", by.note()),
        None if !wanted.encrypt_to.is_empty() => {
            text.push_str(&format!(", encrypted for {}", wanted.encrypt_to.join(", ")));
        }
        None => {}
    }
    writer.note(&text);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    writer.note_written(
        &format!("bundle {name}, {TAG_MANIFEST}"),
        &hex(&sha256(&staged.bag.tag_manifest)),
    );
}
