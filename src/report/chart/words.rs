//! What the chart's script says, in the language of the page.

use serde_json::{Map, Value};

use super::Words;

/// Every text by its name in the script. Words in braces stay for the script to fill in.
pub(super) fn messages(words: Words) -> Value {
    let say = |english: &str| words.say(english, &[]);
    let texts = [
        ("account", say("Account")),
        ("tie", say("Tie")),
        ("seized", say("account whose own statements were received")),
        ("seen", say("account known from the other side alone")),
        ("cash", say("cash")),
        ("bank", say("bank of an account")),
        (
            "gathered",
            say("accounts of people who may be victims: for protection, not for suspicion"),
        ),
        (
            "guarded",
            say("holder: possible victim – verify; for protection, not for suspicion"),
        ),
        ("found", say("a finding names it")),
        ("traced", say("claimed money came through it")),
        ("holder", say("Holder")),
        ("kind", say("What it is")),
        ("ties_shown", say("{shown} of {all} ties shown")),
        ("ties_of", say("Ties")),
        ("in", say("In")),
        ("out", say("Out")),
        ("from", say("From")),
        ("to", say("To")),
        ("amount", say("Amount")),
        ("transfers", say("Transfers")),
        ("first", say("First")),
        ("last", say("Last")),
        ("period", say("Period")),
        ("undated", say("without a day")),
        ("no_currency", say("no currency")),
        ("findings", say("Findings")),
        ("more_findings", say("and {n} more")),
        ("in_table", say("Stands in the table of the largest ties")),
        (
            "withheld",
            say("What moved here is withheld: it would tell the movements of somebody who may be a victim."),
        ),
        ("in_period", say("in the chosen time")),
        ("whole_time", say("over the whole time")),
        ("sums_note", say("Sums are over the ties of this chart alone.")),
        ("expand", say("Show its neighbours")),
        ("collapse", say("Hide its neighbours")),
        ("pin", say("Pin")),
        ("unpin", say("Unpin")),
        ("pinned", say("pinned")),
        ("hide", say("Take off the chart")),
        ("status", say("{accounts} accounts and {ties} ties are shown.")),
        (
            "status_more",
            say("{accounts} accounts and {ties} ties are shown; {hidden} more stand in the data."),
        ),
        ("expanded", say("{label}: {n} accounts added.")),
        (
            "expanded_some",
            say("{label}: {n} accounts added, the most telling first; {more} more at the next step."),
        ),
        ("nothing_more", say("{label}: nothing more to show.")),
        ("collapsed", say("{label}: {n} accounts taken off.")),
        ("found_none", say("Nothing is called that.")),
        ("found_some", say("{n} found.")),
        ("found_many", say("{n} found; the first {shown} are listed.")),
        ("drawing", say("Drawing all accounts …")),
        (
            "arrows_off",
            say("So many ties are drawn without arrows and names; come nearer or choose fewer to see them."),
        ),
        ("saved", say("Saved: {file}")),
        (
            "failed",
            say(
                "The chart could not be drawn here; the picture and the table beneath hold the largest ties.",
            ),
        ),
        ("tie_label", say("{payer} to {payee}: {amount}")),
        ("tie_withheld", say("{payer} to {payee}: withheld")),
        ("node_label", say("{label}, {kind}, {ties}")),
        ("largest_ties", say("Largest ties in the chosen time")),
        ("more_ties", say("and {n} more ties")),
        ("by_period", say("By period")),
        ("chart_title", say("Link chart")),
        ("quarter", say("{year}, quarter {n}")),
    ];
    let named = texts
        .into_iter()
        .map(|(name, text)| (name.to_owned(), Value::String(text)));
    Value::Object(named.collect::<Map<String, Value>>())
}
