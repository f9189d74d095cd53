//! Why two legs are one transfer, in words: the facts that agree, each once, in a fixed order.

use super::banking_days;
use super::exchange;
use super::ids::{LegMark, NONE};
use super::legs::{Leg, Legs};
use super::search::{Choice, Cut, candidate};

/// The facts that tie two legs. `choice` says what else was possible, `cut` why not everything was looked at.
pub(super) fn reason(
    legs: &Legs,
    debit: (&Leg, u32),
    credit: (&Leg, u32),
    choice: Option<&Choice>,
    cut: Option<Cut>,
) -> String {
    let ((debit, debit_at), (credit, credit_at)) = (debit, credit);
    let mut facts: Vec<String> = Vec::new();
    let mut say = |fact: &str| facts.push(fact.to_owned());
    let listed = |leg: &Leg| matches!(leg.mark, LegMark::Debit | LegMark::Credit);
    if debit.entry().same_record(credit.entry()) {
        return "one row of a listing names both accounts".to_owned();
    }
    match (listed(debit), listed(credit)) {
        (true, false) => {
            say("a row of a listing names both accounts; the payee's line is its own statement's")
        }
        (false, true) => {
            say("a row of a listing names both accounts; the payer's line is its own statement's")
        }
        _ => {}
    }
    match (debit.other == credit.account, credit.other == debit.account) {
        _ if debit.account == credit.account => say("one account in two currencies"),
        (true, true) => say("the accounts name each other"),
        (true, false) => say("the payer's entry names the payee's account"),
        (false, true) => say("the payee's entry names the payer's account"),
        (false, false) if listed(debit) || listed(credit) => {}
        (false, false) if legs.same_holder(debit.account, credit.account) => {
            say("both accounts carry one holder's name");
        }
        (false, false) => say("a row of a listing names both accounts"),
    }
    if debit.currency == credit.currency {
        if debit.amount == credit.amount {
            say("same amount");
        }
    } else if let Some(fit) = exchange::fit(legs, (debit, debit_at), (credit, credit_at)) {
        facts.extend(fit.facts);
    }
    if debit.has(Leg::DATE) && credit.has(Leg::DATE) {
        let apart = banking_days::number(debit.date).abs_diff(banking_days::number(credit.date));
        facts.push(match apart {
            0 => "same day".to_owned(),
            1 => "1 banking day apart".to_owned(),
            days => format!("{days} banking days apart"),
        });
    }
    if debit.end_to_end != 0 && debit.end_to_end == credit.end_to_end {
        facts.push("same end-to-end id".to_owned());
    }
    if debit.bank_reference != 0 && debit.bank_reference == credit.bank_reference {
        facts.push("same bank reference".to_owned());
    }
    for (side, at) in [("debit", debit_at), ("credit", credit_at)] {
        if legs.detail(at).is_some() {
            facts.push(format!("the {side} is a payment of a batch that adds up"));
        }
    }
    if let Some((shared, of)) = legs
        .words
        .shared(debit.text, credit.text)
        .filter(|shared| shared.0 > 0)
    {
        facts.push(match of - shared {
            0 => "same text".to_owned(),
            _ => format!("texts share {shared} of {of} words"),
        });
    }
    let (paid, got) = (candidate(legs, 0, debit), candidate(legs, 0, credit));
    for (says, is, fact) in [
        (
            paid.says,
            got.is,
            "the payer's entry has the name of the payee's holder",
        ),
        (
            got.says,
            paid.is,
            "the payee's entry has the name of the payer's holder",
        ),
    ] {
        if says != NONE && says == is {
            facts.push(fact.to_owned());
        }
    }
    if let Some(choice) = choice {
        facts.push(match choice.pairs {
            1 => format!("score {}, the only possible pair", choice.score),
            pairs => format!(
                "score {}, in the best total of {pairs} possible pairs",
                choice.score
            ),
        });
        facts.extend(choice.left_out.facts());
        if choice.in_order {
            facts.push("one of several equal payments, tied in their order".to_owned());
        }
    }
    facts.extend(cut.map(|cut| cut.to_string()));
    facts.join("; ")
}
