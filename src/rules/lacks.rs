//! What a rule cannot judge: parties of whom the records do not say enough.

use std::collections::BTreeSet;

use super::cells::Rows;
use super::pack::Pack;
use super::run::ask;
use super::{NotComputable, Query, RunError};

/// What each `lack` of a pack finds, and whether the rule can judge anybody at all.
pub(super) fn look_for_lacks(
    pack: &Pack,
    query: &dyn Query,
    literals: &[(String, String)],
) -> Result<(Vec<NotComputable>, bool), RunError> {
    let mut lacking = Vec::new();
    for lack in &pack.lacks {
        let (mut parties, mut is_whole) = (BTreeSet::new(), false);
        for batch in ask(pack, query, &lack.condition, literals)? {
            let ids = Rows::new(&batch)
                .texts("party_id")
                .map_err(|fault| RunError::Rows {
                    rule: pack.id.clone(),
                    file: pack.file.clone(),
                    fault,
                })?;
            for id in ids {
                match id {
                    Some(id) => {
                        parties.insert(id);
                    }
                    None => is_whole = true,
                }
            }
        }
        if is_whole {
            return Ok((vec![not_computable(pack, lack, BTreeSet::new())], true));
        }
        if !parties.is_empty() {
            lacking.push(not_computable(pack, lack, parties));
        }
    }
    Ok((lacking, false))
}

fn not_computable(pack: &Pack, lack: &super::Gap, parties: BTreeSet<String>) -> NotComputable {
    NotComputable {
        rule_id: pack.id.clone(),
        reason: lack.reason.clone(),
        request: lack.request.clone(),
        accounts: 0,
        entries: 0,
        examples: Vec::new(),
        parties: parties.into_iter().collect(),
    }
}
