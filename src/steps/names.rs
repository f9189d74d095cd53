//! What people and accounts are called on a page: pseudonyms from the case's key, or, inside the case, their names.

use std::path::{Path, PathBuf};

use hashbrown::HashMap;

use super::StepError;
use crate::case::{Case, Table, column};
use crate::model::hash_id;
use crate::report::Names;
use crate::victims::special::masked_by_words;
use crate::victims::{Kind, Labels, PseudonymKey};

/// Names of a case's accounts and parties.
pub struct CaseNames {
    accounts: HashMap<String, String>,
    parties: HashMap<String, String>,
    reveals: bool,
    masks: bool,
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
            masks: true,
        })
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
            masks,
        })
    }
}

impl Names for CaseNames {
    fn account(&self, account_id: &str) -> String {
        // Cash, the bank itself and unknown other sides are nobody's account.
        let plain = match account_id.split_once('-') {
            Some(("c", _)) => Some("cash"),
            Some(("b", _)) => Some("the account's bank"),
            Some(("u", _)) => Some("unknown other side"),
            _ => None,
        };
        match plain {
            Some(plain) => plain.to_owned(),
            // What the case does not know has no name to give away; its id is a hash.
            None => self
                .accounts
                .get(account_id)
                .cloned()
                .unwrap_or_else(|| self.unknown("account", account_id)),
        }
    }

    fn party(&self, party_id: &str) -> String {
        self.parties
            .get(party_id)
            .cloned()
            .unwrap_or_else(|| self.unknown("party", party_id))
    }

    fn reveals(&self) -> bool {
        self.reveals
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
            format!("unlisted {kind}")
        }
    }
}
