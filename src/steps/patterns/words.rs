//! What patterns are called, how they are found, what may explain them: the words of findings.

use crate::patterns::SearchKind;

/// Changes whenever what a pattern finds changes. Part of a finding's id, so that a person's judgement stays with what
/// it judged.
pub fn version(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::FanIn | SearchKind::FanOut | SearchKind::TemporalCycles => "3",
        SearchKind::UTurn => "2",
        _ => "1",
    }
}

/// Where the definition comes from.
pub fn source(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::TemporalCycles | SearchKind::UTurn | SearchKind::CircularLoans => {
            "temporal cycles as in Kumar and Calders, 2SCENT (PVLDB 2018), and Blanuša, Atasu and Ienne (ACM TOPC 2023)"
        }
        SearchKind::DenseFlow => "Li and others, FlowScope (AAAI 2020)",
        SearchKind::FlowMotif => "Kosyfaki, Mamoulis, Pitoura and Tsaparas, flow motifs (EDBT 2019)",
        SearchKind::TemporalFlow => {
            "flow in temporal interaction networks: Kosyfaki, Mamoulis, Pitoura and Tsaparas (ICDE 2021)"
        }
        SearchKind::FanIn
        | SearchKind::FanOut
        | SearchKind::GatherScatter
        | SearchKind::ScatterGather
        | SearchKind::Bipartite
        | SearchKind::Stack => "AMLSim and AMLworld (NeurIPS 2023), by what their generators write",
        _ => "exact definition here, after the typologies that financial intelligence units publish",
    }
}

/// What a pattern's finding is called.
pub fn title(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Structuring => "Deposits just below a threshold",
        SearchKind::Smurfing => "Deposits of many, each just below a threshold, for one hand",
        SearchKind::FanIn => "Many accounts pay one account in a short time",
        SearchKind::FanOut => "One account pays many accounts in a short time",
        SearchKind::GatherScatter => "Many accounts pay one account, which then pays many",
        SearchKind::ScatterGather => "Money goes from one account to another by way of many",
        SearchKind::Bipartite => "Nearly all accounts of a group pay nearly all of another",
        SearchKind::Stack => "Three groups of accounts, each paying nearly all of the next",
        SearchKind::PassThrough => "Money passed on soon after it came in",
        SearchKind::FunnelAccount => "Money put in in several places and taken out in another",
        SearchKind::LayeringChains => "Money passed on from account to account, nearly whole",
        SearchKind::TemporalCycles => "Money that comes back to the account it left",
        SearchKind::UTurn => "Money that goes abroad and comes back to the same holder",
        SearchKind::CircularLoans => "Loans that go round in a circle",
        SearchKind::DormantReactivation => "A silent account that is suddenly used",
        SearchKind::BurstAndClose => "An account that lives shortly, moves much and is left empty",
        SearchKind::PassThroughGroup => "Several accounts that pass money on to the same places",
        SearchKind::MirrorTransfers => "Equal values exchanged both ways in two currencies",
        SearchKind::FlowMotif => "Many small payments in, then a large one out",
        SearchKind::DenseFlow => "A group through which much money runs and in which little stays",
        SearchKind::TemporalFlow => "The most money that can have gone from some accounts to others",
    }
}

/// What the findings of a number are called where they are counted together.
pub fn heading(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Bipartite | SearchKind::Stack => {
            "Groups of accounts of which nearly all pay nearly all of the next"
        }
        _ => title(kind),
    }
}

/// The method in plain words.
pub fn method(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Structuring => {
            "For each account, windows of time in which enough deposits just below the threshold come in, together at \
             least the threshold, and far more of them below it than just above it."
        }
        SearchKind::Smurfing => {
            "For the accounts that one party alone holds, windows of time in which deposits just below the threshold \
             come from enough different depositors, together at least the threshold. Cash put into different accounts \
             counts as different depositors, because records do not say who stood at the machine."
        }
        SearchKind::FanIn => {
            "For each account, windows of time in which transfers from enough different accounts come in. Windows do \
             not overlap; each begins at the earliest transfer from which enough are reached. Cash, the account's own \
             bank and unknown other sides are not counted, nor, unless asked, card payments and direct debits: \
             customers pay merchants so."
        }
        SearchKind::FanOut => {
            "For each account, windows of time in which transfers to enough different accounts go out. Windows do not \
             overlap; each begins at the earliest transfer from which enough are reached. Cash, the account's own bank \
             and unknown other sides are not counted, nor, unless asked, card payments and direct debits."
        }
        SearchKind::GatherScatter => {
            "For each account, a moment before which enough different accounts paid it within the window and after \
             which it paid enough different ones within the window, the two sums alike."
        }
        SearchKind::ScatterGather => {
            "For each two accounts, the accounts in the middle that the one paid and that then, within the window, paid \
             the other nearly as much; enough of them."
        }
        SearchKind::Bipartite => {
            "Two groups of accounts and a window in which nearly every account of the first paid nearly every one of \
             the second."
        }
        SearchKind::Stack => {
            "Three groups of accounts and a window in which nearly every account of each paid nearly every one of the \
             next, in the order of time."
        }
        SearchKind::PassThrough => {
            "For each account, what comes in is set against what goes out within the window, oldest first. A period \
             holds enough such events, and most of what came in was passed on. Spending by card and direct debit is \
             not passing on; cash is."
        }
        SearchKind::FunnelAccount => {
            "For each account, deposits in several places, each followed within the window by a withdrawal in a place \
             where no deposit was made."
        }
        SearchKind::LayeringChains => {
            "Chains of transfers over different accounts, each within the window after the one before it and carrying \
             on nearly as much. Chains over the same accounts are told as one finding, with their number."
        }
        SearchKind::TemporalCycles => {
            "Chains of transfers that end where they began, each later than the one before it, all accounts different, \
             within the window, the last transfer at least the given share of the first. Chains over the same accounts \
             whose transfers overlap are told as one finding, with their number. Where only days are known, transfers \
             of one day are not taken as following each other. Transfers that were taken back are left out, and, unless \
             asked, card payments and direct debits: a way that passes a shop leads from one customer to another."
        }
        SearchKind::UTurn => {
            "Chains of transfers that leave an account at home, pass an account in another country and come back to an \
             account of the same holder, each later than the one before it, within the window, none smaller than the smallest \
             amount that is asked for."
        }
        SearchKind::CircularLoans => {
            "Of the transfers that the records call a loan, chains that end where they began, each later than the one \
             before it, within the window. A loan that does not say that it is one is not seen."
        }
        SearchKind::DormantReactivation => {
            "For each account, a silence as long as asked and then, within the window, enough transfers or enough \
             money. Fees, interest and direct debits do not break a silence. Whether statements cover the silence is \
             not looked at here; the rule of the same number looks."
        }
        SearchKind::BurstAndClose => {
            "Accounts whose transfers all lie within a short life, that moved many times what accounts of these records \
             move in the middle, and that were then closed, or left empty and quiet to the end of the records."
        }
        SearchKind::PassThroughGroup => {
            "Accounts that passed on most of what came in, soon after it came in, joined where they passed it on to the \
             same accounts or where their holders gave the same telephone, e-mail or address and they were opened in \
             the same months."
        }
        SearchKind::MirrorTransfers => {
            "Two parties, one of which pays the other in one currency and is paid in another, nearly the same value \
             within days, several times. Values are those of the exchange rates in the case."
        }
        SearchKind::FlowMotif => {
            "For each account, a large transfer out before which, within the window, enough small ones came in that \
             together are nearly as much."
        }
        SearchKind::DenseFlow => {
            "For each window, the group of accounts in layers through which the most money runs for its size and in \
             which the least stays behind, by FlowScope's score."
        }
        SearchKind::TemporalFlow => {
            "The largest amount that can have travelled from the sources to the sinks if every account between passes \
             on no more than it received before: a bound on what was possible, not on what happened."
        }
    }
}

/// What may explain a ring by which more comes back than left.
pub(super) const MORE_CAME_BACK: &str = "payments that have nothing to do with each other: a small purchase, share of a \
                                         bill or gift one way, and later wages, a sale or a loan the other way";

/// Lawful ways in which the same movements come about.
pub fn innocent(kind: SearchKind) -> &'static [&'static str] {
    match kind {
        SearchKind::Structuring | SearchKind::Smurfing => &[
            "a business whose takings are of this size, put in at several machines or by several people of its staff",
            "a limit of the machine or of the bank's deposit bag, which cuts a larger amount into equal parts",
            "relatives who each give a part of a gift, a wedding or a purchase",
        ],
        SearchKind::FanIn => &[
            "a landlord, shop, club or association that many people pay",
            "a crowdfunding, a collection among friends, a shared bill",
            "an employer's or agency's account that clients pay",
        ],
        SearchKind::FanOut => &[
            "payroll: the same people every month",
            "a household that pays its bills, a company that pays its suppliers",
            "an authority that pays benefits or refunds",
        ],
        SearchKind::GatherScatter
        | SearchKind::PassThrough
        | SearchKind::FlowMotif
        | SearchKind::DenseFlow => &[
            "a business whose work is to collect money and pass it on: a payment service, a market place, an agent",
            "an employer or a landlord who is paid by many and pays many",
            "a household that lives from payment to payment, or a group that shares the costs of an event",
        ],
        SearchKind::ScatterGather => &[
            "accounts of one group of companies that share their cash",
            "an employer and a shop, landlord or insurer that its workers pay",
            "a family that collects for a common purchase",
        ],
        SearchKind::Bipartite | SearchKind::Stack => &[
            "suppliers and customers that trade with each other",
            "households that pay the same landlord, energy supplier and insurer",
            "members who pay several associations",
        ],
        SearchKind::FunnelAccount => &[
            "a student or relative elsewhere who is supported by family that deposits cash at home",
            "a business with branches or market stalls in several cities",
            "a holder who travels for work",
        ],
        SearchKind::LayeringChains => &[
            "a purchase that a buyer, an agent and a notary pass on in turn",
            "accounts of one holder between which money is moved",
            "suppliers that pay their own suppliers; then amounts seldom stay the same",
        ],
        SearchKind::TemporalCycles => &[
            "a refund or a return of goods (two transfers with the same reference)",
            "lending within a family or between friends, and paying back",
            "accounts of one group of companies that share their cash",
        ],
        SearchKind::UTurn => &[
            "a purchase abroad that was cancelled and paid back",
            "savings or investments abroad that were ended",
            "work, family or a second home in another country",
        ],
        SearchKind::CircularLoans => &[
            "a cash pool, by which companies of one group lend each other what they need for days",
            "a loan within a family that is paid back by way of another member",
        ],
        SearchKind::DormantReactivation => &[
            "a savings account that is used for a purchase, a move or a holiday",
            "an inheritance or an insurance payment",
            "a business that works in one season only",
        ],
        SearchKind::BurstAndClose => &[
            "an account opened for one purpose: a building project, an estate, an event",
            "a holder who changed banks, moved abroad or died",
            "a young company that was wound up",
        ],
        SearchKind::PassThroughGroup => &[
            "the holders are made to give their accounts out of hand; see the control indicators",
            "members of one household or staff of one employer who pay the same landlord and shops",
            "people who send money home by way of the same service",
        ],
        SearchKind::MirrorTransfers => &[
            "two companies that trade both ways in their own currencies",
            "relatives in two countries who settle between them what each paid for the other",
            "a bureau of exchange and its regular customer",
        ],
        SearchKind::TemporalFlow => &["what could have travelled need not have travelled"],
    }
}
