//! Bundles of the graph patterns as findings: words, measures, the entries they rest on.

use serde_json::{Map, Value};

use crate::model::{Describes, Finding, FindingEntry, Moment, TimePrecision, format_scaled, hash_id};
use crate::patterns::{Bundle, Search, SearchKind, ShapeKind};
use crate::sql::flows::Loaded;

/// Changes whenever what a pattern finds changes. Part of a finding's id, so that a person's judgement stays with what
/// it judged.
pub(super) fn version(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::FanIn | SearchKind::FanOut => "2",
        SearchKind::TemporalCycles | SearchKind::Shape(_) => "1",
    }
}

/// Where the definitions come from.
pub(super) const SOURCE: &str = "AMLSim and AMLworld (NeurIPS 2023) for fan-in and fan-out; Kumar and Calders, 2SCENT \
     (PVLDB 2018), and Blanuša, Atasu and Ienne (ACM TOPC 2023) for temporal cycles";

/// What a pattern's finding is called.
pub fn title(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::FanIn => "Many accounts pay one account in a short time",
        SearchKind::FanOut => "One account pays many accounts in a short time",
        SearchKind::TemporalCycles => "Money that comes back to the account it left",
        SearchKind::Shape(kind) => match kind {
            ShapeKind::GatherScatter => "Many accounts pay one account, which then pays many",
            ShapeKind::ScatterGather => "Money goes from one account to another by way of many",
            ShapeKind::Bipartite => "Nearly all accounts of a group pay nearly all of another",
            ShapeKind::Stack => "Three groups of accounts, each paying nearly all of the next",
            ShapeKind::PassThrough => "Money passed on soon after it came in",
            ShapeKind::LayeringChains => "Money passed on from account to account, nearly whole",
            ShapeKind::FlowMotif => "Many small payments in, then a large one out",
            ShapeKind::DenseFlow => "A group through which much money runs and in which little stays",
        },
    }
}

/// The method in plain words.
pub fn method(kind: SearchKind) -> &'static str {
    match kind {
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
        SearchKind::TemporalCycles => {
            "Chains of transfers that end where they began, each later than the one before it, all accounts different, \
             within the window, the last transfer at least the given share of the first. Chains over the same accounts \
             whose transfers overlap are told as one finding, with their number. Where only days are known, transfers \
             of one day are not taken as following each other."
        }
        SearchKind::Shape(_) => {
            "A table function for analysts, with the definition that its documentation gives. It makes no finding by \
             itself."
        }
    }
}

/// Lawful ways in which the same movements come about.
pub fn innocent(kind: SearchKind) -> &'static [&'static str] {
    match kind {
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
        SearchKind::TemporalCycles => &[
            "a refund or a return of goods (two transfers with the same reference)",
            "lending within a family or between friends, and paying back",
            "accounts of one group of companies that share their cash",
        ],
        SearchKind::Shape(_) => &[
            "a business whose work is to collect money and pass it on",
            "accounts of one group of companies that share their cash",
            "suppliers and customers that trade with each other",
        ],
    }
}

/// A finding a bundle.
pub(super) fn pattern_findings(
    search: &Search,
    bundles: &[Bundle],
    transfers: &Loaded,
    truncated: bool,
) -> Vec<Finding> {
    bundles
        .iter()
        .map(|bundle| finding(search, bundle, transfers, truncated))
        .collect()
}

fn finding(search: &Search, bundle: &Bundle, loaded: &Loaded, truncated: bool) -> Finding {
    let kind = search.kind();
    let is_cycle = kind == SearchKind::TemporalCycles;
    let mut entries: Vec<FindingEntry> = Vec::new();
    for (at, transfer) in bundle.representative.iter().enumerate() {
        let role = if is_cycle {
            format!("hop {}", at + 1)
        } else {
            "payment".to_owned()
        };
        for entry in loaded.entries(*transfer) {
            entries.push(FindingEntry {
                entry_id: entry.to_owned(),
                role: role.clone(),
            });
        }
    }
    // Members beyond the representative rest on entries too.
    for transfer in bundle.transfers(&loaded.graph) {
        if !bundle.representative.contains(&transfer) {
            for entry in loaded.entries(transfer) {
                entries.push(FindingEntry {
                    entry_id: entry.to_owned(),
                    role: "variant".to_owned(),
                });
            }
        }
    }
    // Payments of one batch stand in one entry, which is cited once.
    let mut cited = hashbrown::HashSet::new();
    entries.retain(|entry| cited.insert((entry.entry_id.clone(), entry.role.clone())));
    let center = bundle
        .accounts
        .first()
        .map(|account| loaded.account(*account).to_owned());
    let days_only = bundle
        .representative
        .iter()
        .any(|t| loaded.transfers[*t as usize].day_only);
    let mut parts = vec![kind.name(), version(kind)];
    parts.extend(entries.iter().map(|entry| entry.entry_id.as_str()));
    let others = bundle.accounts.len().saturating_sub(1);
    let mut measures = Map::new();
    let mut set = |name: &str, value: Value| measures.insert(name.to_owned(), value);
    set("transfers", Value::from(bundle.representative.len()));
    set("instances", Value::from(bundle.instances));
    if is_cycle {
        set("accounts", Value::from(bundle.accounts.len()));
    } else {
        set("counterparties", Value::from(others));
    }
    let currency = loaded.one_currency(&bundle.representative);
    let mut money = String::from("amounts in several currencies");
    if let Some(currency) = currency {
        let digits = crate::model::Currency::from_code(currency).map_or(2, |c| c.digits());
        let total = format_scaled(bundle.measures.total, digits);
        set("currency", Value::from(currency));
        if is_cycle {
            let first = format_scaled(i128::from(bundle.measures.first_amount), digits);
            let last = format_scaled(i128::from(bundle.measures.last_amount), digits);
            money = format!("{first} {currency} left and {last} {currency} came back");
            set("first_amount", Value::from(first));
            set("last_amount", Value::from(last));
        } else {
            money = format!("{total} {currency} in all");
        }
        set("total", Value::from(total));
    }
    let account = center.clone().unwrap_or_default();
    let explanation = match kind {
        SearchKind::FanIn => format!(
            "{others} different accounts paid {{account:{account}}} within the window, in {} transfers: {money}.",
            bundle.representative.len()
        ),
        SearchKind::FanOut => format!(
            "{{account:{account}}} paid {others} different accounts within the window, in {} transfers: {money}.",
            bundle.representative.len()
        ),
        SearchKind::TemporalCycles | SearchKind::Shape(_) => {
            let way: Vec<String> = bundle
                .accounts
                .iter()
                .chain(bundle.accounts.first())
                .map(|account| format!("{{account:{}}}", loaded.account(*account)))
                .collect();
            let times = match bundle.instances {
                1 => String::new(),
                n => format!(
                    " The transfers fit together in {n} ways; the first is listed, with the others as variants."
                ),
            };
            format!("Money went {}: {money}.{times}", way.join(" → "))
        }
    };
    let mut sufficiency = Vec::new();
    if truncated {
        sufficiency.push("the search met its budget: there may be more");
    }
    if days_only && is_cycle {
        sufficiency.push("only days are known: transfers of one day were not taken as following each other");
    }
    let precision = if days_only {
        TimePrecision::Day
    } else {
        TimePrecision::Second
    };
    let moment = |microseconds| {
        Some(Moment {
            microseconds,
            precision,
        })
    };
    Finding {
        finding_id: hash_id('f', &parts),
        rule_id: kind.typology().to_owned(),
        rule_version: version(kind).to_owned(),
        title: title(kind).to_owned(),
        // A ring of accounts says nothing about one holder; a fan is about the account in its middle.
        describes: if is_cycle {
            Describes::Network
        } else {
            Describes::Account
        },
        form: String::new(),
        party_id: None,
        account_id: center,
        from_time: moment(bundle.measures.first_at),
        to_time: moment(bundle.measures.last_at),
        measures: Value::Object(measures).to_string(),
        sufficiency: if sufficiency.is_empty() {
            "complete".to_owned()
        } else {
            sufficiency.join("; ")
        },
        explanation,
        innocent_explanations: innocent(kind).join("\n"),
        entries,
    }
}
