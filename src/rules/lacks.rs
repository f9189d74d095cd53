//! What a rule cannot judge: parties of whom the records do not say enough.

use std::collections::BTreeSet;

use datafusion::arrow::array::RecordBatch;

use super::cells::Rows;
use super::pack::Pack;
use super::run::ask;
use super::{NotComputable, Query, RunError, SHARED_VIEW};

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
    if pack.sql.contains(SHARED_VIEW) && !ask(pack, query, ONE_MONTH, literals)?.iter().all(is_empty) {
        let lack = super::Gap {
            condition: String::new(),
            reason: "in part: these records are of less than one month: that somebody else takes the money of an account month by month cannot \
                     be seen in them"
                .to_owned(),
            request: "ask the banks for the entries of these accounts over three months or more".to_owned(),
        };
        lacking.push(not_computable(pack, &lack, BTreeSet::new()));
    }
    Ok((lacking, false))
}

/// What a gap of a pack finds; nothing where there is none.
pub(super) fn look_for_gap(
    pack: &Pack,
    query: &dyn Query,
    gap: &super::Gap,
    literals: &[(String, String)],
) -> Result<Option<NotComputable>, RunError> {
    let sql = format!(
        "SELECT account_id, count(*) AS entries FROM entries WHERE {} GROUP BY account_id ORDER BY account_id",
        gap.condition
    );
    let rows_fault = |fault| RunError::Rows {
        rule: pack.id.clone(),
        file: pack.file.clone(),
        fault,
    };
    let (mut accounts, mut entries, mut examples) = (0, 0, Vec::new());
    for batch in ask(pack, query, &sql, literals)? {
        let rows = Rows::new(&batch);
        let ids = rows.texts("account_id").map_err(rows_fault)?;
        let counts = rows.numbers("entries").map_err(rows_fault)?;
        accounts += ids.len() as u64;
        entries += counts
            .into_iter()
            .flatten()
            .map(|count| count as u64)
            .sum::<u64>();
        examples.extend(ids.into_iter().flatten());
    }
    examples.sort();
    examples.truncate(20);
    Ok((entries > 0).then(|| NotComputable {
        rule_id: pack.id.clone(),
        reason: gap.reason.clone(),
        request: gap.request.clone(),
        accounts,
        entries,
        examples,
        parties: Vec::new(),
    }))
}

/// A row where all movements are within a month: the signs of control are looked for in two months and more.
const ONE_MONTH: &str = "SELECT CAST(NULL AS VARCHAR) AS party_id \
     FROM (SELECT min(CAST(day AS INT)) AS first, max(CAST(day AS INT)) AS last FROM movements) AS days \
     WHERE last - first < 31";

fn is_empty(batch: &RecordBatch) -> bool {
    batch.num_rows() == 0
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
