//! What people and accounts are called on a page: pseudonyms from the case's key, or, inside the case, their names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashMap;

use super::StepError;
use super::release::Guard;
use crate::case::{Case, LedgerLine, Table, column};
use crate::model::hash_id;
use crate::report::Names;
use crate::victims::release::Protected;
use crate::victims::special::masked_by_words;
use crate::victims::{KeyFile, Kind, Labels, PseudonymKey};

/// Names of a case's accounts and parties.
pub struct CaseNames {
    accounts: HashMap<String, String>,
    parties: HashMap<String, String>,
    reveals: bool,
    /// Names and numbers of whom a profile names, by id.
    named: HashMap<String, String>,
    protected: Option<Arc<Protected>>,
    masks: bool,
    /// The key of a release, in which findings and groups have signs of their own.
    signs: Option<PseudonymKey>,
}

/// Where the key of a case lies in a folder of keys: by reference and authority, so that a second look at the same
/// case gives the same pseudonyms, and another case gives others.
pub fn key_path(keys: &Path, case: &Case) -> PathBuf {
    let settings = case.settings();
    keys.join(format!(
        "{}.key",
        hash_id('k', &[&settings.authority, &settings.reference])
    ))
}

/// The key of a case's pseudonyms, made where there is none yet. Where something left under pseudonyms before, that is said
/// beside it: a key that was lost, or a case that was renamed, gives everybody another pseudonym.
pub(super) fn own_key(case: &Case, keys: &Path, notes: &mut Vec<String>) -> Result<KeyFile, StepError> {
    let path = key_path(keys, case);
    if path.is_file() {
        let key = KeyFile::read(&path, case.root())?;
        notes.extend(key.note.clone());
        return Ok(key);
    }
    let key = KeyFile::create(&path, case.root())?;
    notes.push(format!(
        "made the key of this case's pseudonyms: {}",
        path.display()
    ));
    let is_export = |line: &LedgerLine| {
        line.written
            .iter()
            .any(|written| written.name.starts_with("exports/"))
    };
    if case.ledger()?.iter().any(is_export) {
        notes.push(
            "beware: pages or files were made of this case before. If they went by a key that lies elsewhere, everybody has another \
             pseudonym from now on: the key goes by reference and authority, so a change of either makes another one, as does \
             another folder of keys (--keys DIR)"
                .to_owned(),
        );
    }
    notes.extend(key.note.clone());
    Ok(key)
}

impl CaseNames {
    /// Pseudonyms for everybody. Over all accounts and parties of the case, so that no two share one.
    pub fn pseudonymous(case: &Case, key: &PseudonymKey) -> Result<CaseNames, StepError> {
        let mut accounts = HashMap::new();
        for batch in case.scan(Table::Accounts, &["account_id"]) {
            let batch = batch?;
            for id in column::text(&batch, "account_id")?.iter().flatten() {
                accounts.insert(id.to_owned(), Kind::Account);
            }
        }
        let mut parties = HashMap::new();
        for batch in case.scan(Table::Parties, &["party_id", "kind"]) {
            let batch = batch?;
            let kind = column::text(&batch, "kind")?;
            for (row, id) in column::text(&batch, "party_id")?.iter().enumerate() {
                if let Some(id) = id {
                    parties.insert(id.to_owned(), Kind::of_party(column::text_at(kind, row)));
                }
            }
        }
        let all = accounts
            .iter()
            .chain(&parties)
            .map(|(id, kind)| (*kind, id.clone()));
        let labels = Labels::new(key, all);
        let label = |(id, kind): (String, Kind)| {
            let label = labels.get(kind, &id).unwrap_or(kind.as_str()).to_owned();
            (id, label)
        };
        Ok(CaseNames {
            accounts: accounts.into_iter().map(label).collect(),
            parties: parties.into_iter().map(label).collect(),
            reveals: false,
            named: HashMap::new(),
            protected: None,
            masks: true,
            signs: None,
        })
    }

    /// Nobody has a label: for what is looked through and not shown.
    pub fn unlisted() -> CaseNames {
        CaseNames {
            accounts: HashMap::new(),
            parties: HashMap::new(),
            reveals: false,
            named: HashMap::new(),
            protected: None,
            masks: true,
            signs: None,
        }
    }

    /// Numbers and names as recorded. For pages that stay in the case. Whoever is known from payments alone, and by whose
    /// name payments tell of a special category of data, is masked where masks are on.
    pub fn revealed(case: &Case, masks: bool) -> Result<CaseNames, StepError> {
        let mut accounts = HashMap::new();
        for batch in case.scan(Table::Accounts, &[]) {
            let batch = batch?;
            let id = column::text(&batch, "account_id")?;
            let number = column::text(&batch, "number")?;
            let holder = column::text(&batch, "holder_name")?;
            let seized = column::flag(&batch, "seized")?;
            for row in 0..batch.num_rows() {
                let holder = column::text_at(holder, row);
                let number = number.value(row);
                let holder = masked_by_words(holder, masks && !seized.value(row));
                let label = if holder.is_empty() {
                    number.to_owned()
                } else {
                    format!("{number} ({holder})")
                };
                accounts.insert(id.value(row).to_owned(), label);
            }
        }
        let mut parties = HashMap::new();
        for batch in case.scan(Table::Parties, &[]) {
            let batch = batch?;
            let id = column::text(&batch, "party_id")?;
            let name = column::text(&batch, "name")?;
            for row in 0..batch.num_rows() {
                parties.insert(id.value(row).to_owned(), column::text_at(name, row).to_owned());
            }
        }
        Ok(CaseNames {
            accounts,
            parties,
            reveals: true,
            named: HashMap::new(),
            protected: None,
            masks,
            signs: None,
        })
    }
}

impl CaseNames {
    /// The same for a page from whose texts whoever is protected is taken out.
    #[must_use]
    pub fn guarded(mut self, guard: &Guard) -> CaseNames {
        self.protected = Some(Arc::clone(guard.protected()));
        self
    }

    /// The same for a release: what a finding is called in it cannot be tried out by whoever guesses a number.
    #[must_use]
    pub fn signing(mut self, key: &PseudonymKey) -> CaseNames {
        self.signs = Some(key.clone());
        self
    }

    /// The same with the names of those who may be named, and the numbers of accounts that they alone hold.
    pub fn naming(mut self, case: &Case, guard: &Guard) -> Result<CaseNames, StepError> {
        column::each_row(case, Table::Parties, &["party_id", "name"], |[id, name]| {
            if guard.may_be_named(id) {
                self.named.insert(id.to_owned(), name.to_owned());
            }
        })?;
        let mut holders: HashMap<String, BTreeSet<String>> = HashMap::new();
        column::each_row(
            case,
            Table::AccountHolders,
            &["account_id", "party_id", "role"],
            |[account, party, role]| {
                if role != "mandate" {
                    holders
                        .entry(account.to_owned())
                        .or_default()
                        .insert(party.to_owned());
                }
            },
        )?;
        let mut numbers = Vec::new();
        column::each_row(
            case,
            Table::Accounts,
            &["account_id", "number"],
            |[account, number]| {
                let own = holders.get(account).into_iter().flatten();
                let names: Option<Vec<&str>> = own
                    .map(|party| self.named.get(party).map(String::as_str))
                    .collect();
                // What the label says is looked through as a whole: a number may be somebody else's too.
                if let Some(names) = names.filter(|names| !names.is_empty()) {
                    let label = format!("{number} ({})", names.join(", "));
                    if !guard.protected().is_in(&label) {
                        numbers.push((account.to_owned(), label));
                    }
                }
            },
        )?;
        self.named.extend(numbers);
        Ok(self)
    }

    /// Whether an account or a party stands under its own number or name.
    pub fn is_named(&self, id: &str) -> bool {
        self.reveals || self.named.contains_key(id)
    }

    fn pseudonym(&self, of: &HashMap<String, String>, kind: &str, id: &str) -> String {
        // What the case does not know has no name to give away; its id is a hash.
        of.get(id).cloned().unwrap_or_else(|| self.unknown(kind, id))
    }
}

impl Names for CaseNames {
    fn account(&self, account_id: &str) -> String {
        if let Some(named) = self.named.get(account_id) {
            return named.clone();
        }
        // Cash, the bank itself and unknown other sides are nobody's account.
        let plain = match account_id.split_once('-') {
            Some(("c", _)) => Some("cash"),
            Some(("b", _)) => Some("the account's bank"),
            Some(("u", _)) => Some("unknown other side"),
            _ => None,
        };
        match plain {
            Some(plain) => plain.to_owned(),
            None => self.pseudonym(&self.accounts, "account", account_id),
        }
    }

    fn party(&self, party_id: &str) -> String {
        match self.named.get(party_id) {
            Some(named) => named.clone(),
            None => self.pseudonym(&self.parties, "party", party_id),
        }
    }

    fn reveals(&self) -> bool {
        self.reveals
    }

    fn sign(&self, id: &str) -> String {
        let label = match id.starts_with("p-") {
            true => self.pseudonym(&self.parties, "party", id),
            false => self.pseudonym(&self.accounts, "account", id),
        };
        label.rsplit(' ').next().unwrap_or_default().to_owned()
    }

    fn finding(&self, finding_id: &str) -> Option<String> {
        let label = self.signs.as_ref()?.label(Kind::Account, finding_id);
        label.rsplit(' ').next().map(str::to_owned)
    }

    fn protected(&self) -> Option<&Protected> {
        self.protected.as_deref()
    }

    fn masks(&self) -> bool {
        self.masks
    }
}

impl CaseNames {
    fn unknown(&self, kind: &str, id: &str) -> String {
        if self.reveals {
            id.to_owned()
        } else {
            match kind {
                "account" => "unlisted account".to_owned(),
                _ => "unlisted party".to_owned(),
            }
        }
    }
}
