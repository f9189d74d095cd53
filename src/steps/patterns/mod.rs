//! Bundles of the graph patterns as findings: words, measures, the entries they rest on.

use serde_json::{Map, Value};

use crate::model::{Describes, Finding, FindingEntry, Moment, TimePrecision, format_scaled, hash_id};
use crate::patterns::{Bundle, Search, SearchKind, TimeOrder};
use crate::sql::flows::{Hits, Loaded};
use crate::victims::GatedFinding;

mod parties;
mod rings;
mod tell;
mod words;

use parties::Behind;
pub(super) use rings::Rings;
use words::MORE_CAME_BACK;
pub use words::{heading, innocent, method, source, title, version};

/// A finding a bundle, with the accounts that the gate has to look at.
pub(super) fn pattern_findings(search: &Search, hits: &Hits<'_>) -> Vec<GatedFinding> {
    hits.bundles
        .iter()
        .map(|bundle| gated(search, bundle, hits))
        .collect()
}

/// What of a bundle the words of its finding are made of.
struct Told<'h> {
    kind: SearchKind,
    /// Whether equal times were taken to follow each other.
    is_lenient: bool,
    bundle: &'h Bundle,
    hits: &'h Hits<'h>,
    behind: Behind,
}

fn gated(search: &Search, bundle: &Bundle, hits: &Hits<'_>) -> GatedFinding {
    let kind = search.kind();
    let told = Told {
        kind,
        is_lenient: search.order() == TimeOrder::Lenient,
        bundle,
        hits,
        behind: Behind::of(bundle, hits),
    };
    let mut through = told.accounts_of(&told.through());
    if told.is_about_one() {
        // Of a party each account that takes part is looked at, as if the finding were about it.
        let own = told.accounts_of(bundle.accounts.get(..1).unwrap_or_default());
        through.extend(own.into_iter().filter(|_| hits.is_by_party()));
        if through.len() == 1 {
            through.clear();
        }
    }
    let exit = told.exit().and_then(|number| told.accounts_of(&[number]).pop());
    GatedFinding::of_pattern(
        finding(&told),
        through,
        exit,
        kind == SearchKind::PassThroughGroup,
    )
    .with_others(told.others())
}

fn finding(told: &Told<'_>) -> Finding {
    let (kind, bundle, loaded) = (told.kind, told.bundle, told.hits.loaded);
    let entries = entries(told);
    let days_only = bundle
        .representative
        .iter()
        .any(|t| loaded.transfers[*t as usize].day_only);
    let by_party = told.hits.is_by_party();
    let mut parts = vec![kind.name(), version(kind)];
    if by_party {
        parts.push("party");
    }
    parts.extend(entries.iter().map(|entry| entry.entry_id.as_str()));
    let mut sufficiency = Vec::new();
    if told.hits.truncated {
        sufficiency.push("the search met its budget: there may be more");
    }
    if told.hits.by_currency {
        sufficiency.push("each currency is searched by itself: what passes an exchange is not followed");
    }
    if told.needs_order() {
        sufficiency.extend(told.order_told(days_only));
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
        title: match by_party {
            true => format!("{}, by party", title(kind)),
            false => title(kind).to_owned(),
        },
        // A ring of accounts says nothing about one holder; a fan is about the account in its middle.
        describes: match told.is_about_one() {
            true => Describes::Account,
            false => Describes::Network,
        },
        form: String::new(),
        party_id: (bundle.accounts.first())
            .filter(|number| told.hits.is_party(**number))
            .map(|number| told.hits.name(*number).to_owned()),
        account_id: bundle
            .accounts
            .first()
            .and_then(|number| told.accounts_of(&[*number]).into_iter().next()),
        from_time: moment(bundle.measures.first_at),
        to_time: moment(bundle.measures.last_at),
        measures: Value::Object(measures(told)).to_string(),
        sufficiency: match sufficiency.is_empty() {
            true => "complete".to_owned(),
            false => sufficiency.join("; "),
        },
        explanation: match by_party {
            true => format!(
                "{} {}{}",
                told.sentence().replace(" accounts", " parties"),
                told.held(),
                told.unheld()
            ),
            false => told.sentence(),
        },
        innocent_explanations: {
            let surplus = told.surplus().map(|_| MORE_CAME_BACK);
            let all: Vec<&str> = innocent(kind).iter().copied().chain(surplus).collect();
            all.join("\n")
        },
        entries,
    }
}

/// Every entry of every member, each once in each role.
fn entries(told: &Told<'_>) -> Vec<FindingEntry> {
    let (bundle, loaded) = (told.bundle, told.hits.loaded);
    let mut entries: Vec<FindingEntry> = Vec::new();
    let mut cite = |transfer: u32, role: &str| {
        for entry in loaded.entries(transfer) {
            entries.push(FindingEntry {
                entry_id: entry.to_owned(),
                role: role.to_owned(),
            });
        }
    };
    for (at, transfer) in bundle.representative.iter().enumerate() {
        cite(*transfer, &told.role(at, *transfer));
    }
    // Members beyond the representative rest on entries too.
    if bundle.instances > 1 {
        let told: hashbrown::HashSet<u32> = bundle.representative.iter().copied().collect();
        for transfer in bundle.transfers(&loaded.graph) {
            if !told.contains(&transfer) {
                cite(transfer, "variant");
            }
        }
    }
    // Payments of one batch stand in one entry, which is cited once.
    let mut cited = hashbrown::HashSet::new();
    entries.retain(|entry| cited.insert((entry.entry_id.clone(), entry.role.clone())));
    entries
}

fn measures(told: &Told<'_>) -> Map<String, Value> {
    let (bundle, loaded) = (told.bundle, told.hits.loaded);
    let mut measures = Map::new();
    let mut set = |name: &str, value: Value| measures.insert(name.to_owned(), value);
    set("transfers", Value::from(bundle.representative.len()));
    set("instances", Value::from(bundle.instances));
    match told.is_about_one() {
        true => set(
            "counterparties",
            Value::from(bundle.accounts.len().saturating_sub(1)),
        ),
        false if told.hits.is_by_party() => set("parties", Value::from(bundle.accounts.len())),
        false => set("accounts", Value::from(bundle.accounts.len())),
    };
    if let Some(currency) = loaded.one_currency(&bundle.representative) {
        let money = |amount: i128| Value::from(format_scaled(amount, digits(currency)));
        let sum = |part: &[u32]| money(part.iter().map(|t| i128::from(loaded.graph.amount(*t))).sum());
        set("currency", Value::from(currency));
        if told.is_way() {
            set("first_amount", money(i128::from(bundle.measures.first_amount)));
            set("last_amount", money(i128::from(bundle.measures.last_amount)));
        }
        // The way in and the way out carry the same money: their sum would count it twice.
        match told.has_legs() {
            true => {
                let (ins, outs) = told.legs();
                set("sum_in", sum(&ins));
                set("sum_out", sum(&outs));
            }
            false => {
                set("total", money(bundle.measures.total));
            }
        }
        if !matches!(
            told.kind,
            SearchKind::FanIn | SearchKind::FanOut | SearchKind::TemporalCycles
        ) {
            set("carried", money(bundle.measures.carried));
        }
    }
    measures
}

/// Decimals of a currency.
fn digits(currency: &str) -> u32 {
    crate::model::Currency::from_code(currency).map_or(2, |c| c.digits())
}

/// Sums of transfers by currency, as people write them; amounts of different currencies are never added.
fn sums(loaded: &Loaded, transfers: &[u32]) -> String {
    let mut by_currency: std::collections::BTreeMap<&str, i128> = std::collections::BTreeMap::new();
    for transfer in transfers {
        *by_currency.entry(loaded.currency(*transfer)).or_default() +=
            i128::from(loaded.graph.amount(*transfer));
    }
    let sums: Vec<String> = by_currency
        .into_iter()
        .map(|(currency, sum)| money(sum, currency))
        .collect();
    sums.join(" and ")
}

/// An amount as people write it; the currency may be unknown.
fn money(amount: i128, currency: &str) -> String {
    format!("{} {currency}", format_scaled(amount, digits(currency)))
        .trim_end()
        .to_owned()
}
