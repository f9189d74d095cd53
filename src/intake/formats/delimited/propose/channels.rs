//! How money moved is told by words that each bank chooses, and taking card payments for transfers would be worse than not
//! knowing. So nothing is proposed, and that is said.

use super::page::{Page, quoted};
use super::settle::Settled;

/// Says that no channel is proposed, with the words that a person may give one each.
pub(super) fn write(page: &mut Page, settled: &Settled) {
    let at = settled.roles.get("kind");
    let Some(column) = at.and_then(|at| settled.columns.get(at)) else {
        page.line("");
        page.left_out(
            "no channel is proposed: no column says how the money moved, so cash, cards and direct debits are not told \
             apart from transfers; a rule over a text may tell them (`geldspoor mapping keys`, channels)",
            &[],
        );
        return;
    };
    let mut how = vec![
        "[[channels]]".to_owned(),
        format!("column = {}", quoted("kind")),
        "[channels.words]".to_owned(),
    ];
    how.extend(
        column
            .distinct
            .iter()
            .map(|word| format!("{} = \"?\"", quoted(word))),
    );
    page.line("");
    page.left_out(
        &format!(
            "no channel is proposed: which words of ‘{}’ are cash, card, direct debit or transfer a person must say \
             (`geldspoor mapping keys` lists the channels); until then cash and purchases are not told apart from transfers",
            column.heading.trim()
        ),
        &how,
    );
}
