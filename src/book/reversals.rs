//! Which transfers take back which.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use super::find::{As, find};
use super::note::{Note, Weight};
use crate::case::{Case, CaseError, Table, column};

/// For the row of a transfer that takes another one back, the row of that one.
pub(super) fn read(case: &Case, notes: &mut Vec<Note>) -> Result<HashMap<u32, u32>, CaseError> {
    let mut apart: BTreeSet<String> = BTreeSet::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let columns = ["entry_id", "detail_id", "takes_back", "takes_back_detail", "tied"];
    for batch in case.scan(Table::Reversals, &columns) {
        let batch = batch?;
        let [entry, detail, back, back_detail] = ["entry_id", "detail_id", "takes_back", "takes_back_detail"]
            .map(|name| column::text(&batch, name));
        let (entry, detail, back, back_detail) = (entry?, detail?, back?, back_detail?);
        let tied = column::flag(&batch, "tied")?;
        for row in 0..batch.num_rows() {
            // A payment inside an entry goes by its own id.
            let pick = |detail: &str, entry: &str| match detail.is_empty() {
                true => entry.to_owned(),
                false => detail.to_owned(),
            };
            let this = pick(column::text_at(detail, row), column::text_at(entry, row));
            let earlier = pick(column::text_at(back_detail, row), column::text_at(back, row));
            // What fits several equally well is listed with each of them, and takes back none.
            match earlier.is_empty() || !tied.value(row) {
                true => _ = apart.insert(this),
                false => pairs.push((this, earlier)),
            }
        }
    }
    let wanted: HashSet<String> = pairs
        .iter()
        .flat_map(|(this, earlier)| [this.clone(), earlier.clone()])
        .collect();
    let found = find(case, &wanted)?;
    let mut reverses = HashMap::new();
    for (this, earlier) in &pairs {
        let of = |id: &String| found.get(id).map_or(&[][..], Vec::as_slice);
        // The legs are on one account, on opposite sides. What one entry books several times is not told apart.
        let opposite = |one: As, other: As| (one == As::Debit) == (other == As::Credit);
        if let ([(row, one)], [(back, other)]) = (of(this), of(earlier))
            && opposite(*one, *other)
            && row != back
        {
            reverses.insert(*row, *back);
        }
    }
    if let Some(first) = apart.first() {
        let (who, are) = match apart.len() {
            1 => (
                format!(
                    "1 entry takes back an earlier payment, and the record leaves open which (‘{first}’): it is"
                ),
                "a payment of its own",
            ),
            n => (
                format!(
                    "{n} entries take back an earlier payment, and the record leaves open which (‘{first}’ among them): they are"
                ),
                "payments of their own",
            ),
        };
        let text =
            format!("{who} traced as {are}; `geldspoor query reversals` lists what each may take back");
        notes.push(Note::of_all(Weight::Record, text));
    }
    Ok(reverses)
}
