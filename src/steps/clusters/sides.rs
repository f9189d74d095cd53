//! On which side whom a finding names stands, and what ties those whom findings tell of.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::RecordBatch;

use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};
use crate::clusters::{Hit, Indicator, Link, Side};
use crate::model::{Describes, is_body};
use crate::rules::Pack;
use crate::sql::{Session, SqlError};
use crate::victims::{Category, GATED, GatedFinding};

/// Payments from one to another from which they are tied: once or twice is chance.
const PAYMENTS: i64 = 3;

/// Who holds what.
pub(super) struct Holders {
    /// The party that alone holds an account.
    sole: BTreeMap<String, String>,
    /// Accounts of each party that it alone holds.
    pub(super) accounts: BTreeMap<String, Vec<String>>,
    /// The parties that hold an account, alone or together, and the accounts of each.
    holding: BTreeMap<String, BTreeSet<String>>,
    held: BTreeMap<String, BTreeSet<String>>,
    companies: BTreeSet<String>,
    /// Parties that a person set to victim or possible victim, and accounts that they hold with others.
    pub(super) protected: BTreeSet<String>,
    /// Party and account on which it may act without holding it.
    mandates: Vec<(String, String)>,
}

impl Holders {
    pub(super) fn of(case: &Case) -> Result<Holders, CaseError> {
        let mut own: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut mandates = Vec::new();
        each_row(
            case,
            Table::AccountHolders,
            &["account_id", "party_id", "role"],
            |[account, party, role]| match role {
                "mandate" => mandates.push((party.to_owned(), account.to_owned())),
                _ => {
                    own.entry(account.to_owned())
                        .or_default()
                        .insert(party.to_owned());
                }
            },
        )?;
        let (mut companies, mut protected) = (BTreeSet::new(), BTreeSet::new());
        each_row(
            case,
            Table::Parties,
            &["party_id", "kind", "category"],
            |[party, kind, category]| {
                if is_body(kind) {
                    companies.insert(party.to_owned());
                }
                if category == Category::Victim.as_str() {
                    protected.insert(party.to_owned());
                }
            },
        )?;
        let (mut sole, mut accounts): (BTreeMap<_, _>, BTreeMap<String, Vec<String>>) = Default::default();
        let mut held: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (account, parties) in &own {
            for party in parties {
                held.entry(party.clone()).or_default().insert(account.clone());
            }
        }
        let holding = own.clone();
        for (account, parties) in own {
            match parties.first() {
                Some(party) if parties.len() == 1 => {
                    accounts.entry(party.clone()).or_default().push(account.clone());
                    sole.insert(account, party.clone());
                }
                _ if parties.iter().any(|party| protected.contains(party)) => {
                    protected.insert(account);
                }
                _ => {}
            }
        }
        mandates.sort();
        Ok(Holders {
            sole,
            accounts,
            holding,
            held,
            companies,
            protected,
            mandates,
        })
    }

    /// An account, all who hold it, and all other accounts of theirs.
    pub(super) fn around(&self, account: &str) -> BTreeSet<String> {
        let parties = self.holding.get(account).into_iter().flatten();
        let mut all = BTreeSet::from([account.to_owned()]);
        for party in parties {
            all.insert(party.clone());
            all.extend(self.held.get(party).into_iter().flatten().cloned());
        }
        all
    }

    /// The party of an account, else the account.
    fn node(&self, account: &str) -> String {
        self.sole
            .get(account)
            .map_or_else(|| account.to_owned(), Clone::clone)
    }
}

/// Whom a finding is about; nothing where it is about several alike.
pub(super) fn subject(found: &GatedFinding, holders: &Holders) -> Option<String> {
    match (&found.finding.party_id, &found.finding.account_id) {
        (Some(party), _) => Some(party.clone()),
        (None, Some(account)) => Some(holders.node(account)),
        (None, None) => None,
    }
}

/// Whom a finding behind the gate, or about the exploited side, protects besides those around its account. Not the party
/// that is said to have use of another's account: the gate leaves that said of nobody who holds it.
pub(super) fn shielded(found: &GatedFinding, holders: &Holders) -> Option<String> {
    let finding = &found.finding;
    let has_use_of_anothers = match (&finding.party_id, &finding.account_id) {
        (Some(party), Some(account)) => {
            finding.describes == Describes::Controller
                && !holders
                    .holding
                    .get(account)
                    .is_some_and(|holding| holding.contains(party))
        }
        _ => false,
    };
    subject(found, holders).filter(|_| !has_use_of_anothers)
}

/// People of whom nothing is known but that they have something in common with others who are exploited: protected as
/// those are. Somebody to whom the money of such accounts goes, and who is under nobody's control himself, is not alike.
pub(super) fn unknown_among_exploited(
    indicators: &[Indicator],
    protected: &BTreeSet<String>,
    takers: &Takers,
    holders: &Holders,
) -> BTreeSet<String> {
    let several = |indicator: &&Indicator| {
        indicator.hits.len() > 2
            && indicator
                .hits
                .iter()
                .any(|hit| protected.contains(&hit.of) || hit.side == Side::Exploited)
            && indicator
                .hits
                .iter()
                .all(|hit| matches!(hit.side, Side::Exploited | Side::Account))
    };
    let told: BTreeSet<&str> = indicators
        .iter()
        .filter(|indicator| !several(indicator))
        .flat_map(|indicator| indicator.hits.iter().map(|hit| hit.of.as_str()))
        .collect();
    indicators
        .iter()
        .filter(several)
        .flat_map(|indicator| &indicator.hits)
        .map(|hit| &hit.of)
        .filter(|of| {
            !told.contains(of.as_str()) && !takers.parties.contains(*of) && !holders.companies.contains(*of)
        })
        .cloned()
        .collect()
}

pub(super) fn indicator(
    found: &GatedFinding,
    pack: &Pack,
    holders: &Holders,
    (controlled, takers): (&BTreeSet<String>, &Takers),
) -> Indicator {
    let finding = &found.finding;
    let side = match (found.is_gated(), finding.describes) {
        (true, _) | (_, Describes::Exploited) => Side::Exploited,
        (_, Describes::Controller) => Side::Controller,
        (_, Describes::Business) => Side::Business,
        (_, Describes::Network) => Side::Network,
        (_, Describes::Demand) => Side::Demand,
        // What may be said of either side is said of nobody whose account is emptied or acted on by another.
        (_, Describes::Account) => match is_controlled(found, holders, controlled) {
            true => Side::Exploited,
            false => Side::Account,
        },
    };
    let of = subject(found, holders);
    // Who takes from several, and passes on by an account that another empties, is not told as the one who is exploited.
    let side = match (&of, side) {
        (Some(of), Side::Exploited) if takers.outweighs(found, of) && !holders.protected.contains(of) => {
            Side::Account
        }
        _ => side,
    };
    let mut hits: Vec<Hit> = of.iter().map(|of| Hit { of: of.clone(), side }).collect();
    // Where the gate could not look, nothing shows that whoever is paid takes it.
    let shows_control =
        found.gate == GATED || (!found.is_gated() && finding.describes == Describes::Exploited);
    // What is open and not about the exploited side says that somebody pays, not that whoever is paid takes: a landlord.
    let exit = found
        .exit_account
        .as_deref()
        .filter(|exit| !exit.starts_with("c-") && (shows_control || found.is_gated()));
    if let Some(exit) = exit
        .map(|exit| holders.node(exit))
        .filter(|exit| of.as_ref() != Some(exit))
    {
        let side = match (shows_control, holders.companies.contains(&exit)) {
            (_, true) => Side::Business,
            (true, false) => Side::Controller,
            (false, false) => Side::Account,
        };
        hits.push(Hit { of: exit, side });
    }
    let besides = found.through.iter().map(|account| (account, side));
    // Whose account is emptied or acted on by another is no taker, whatever the finding is about; nor is anybody of those
    // of whom a finding tells as exploited together. Who takes from several on one account and empties another of his own
    // is a taker on both.
    let are_exploited = side == Side::Exploited && of.is_none();
    let is_led =
        |account: &String| controlled.contains(account) && !takers.parties.contains(&holders.node(account));
    let others = found
        .others
        .iter()
        .map(|account| match are_exploited || is_led(account) {
            true => (account, Side::Exploited),
            false => (account, Side::Account),
        });
    for (account, side) in besides.chain(others) {
        let of = holders.node(account);
        if !hits.iter().any(|hit| hit.of == of) {
            hits.push(Hit { of, side });
        }
    }
    Indicator {
        finding_id: finding.finding_id.clone(),
        rule_id: finding.rule_id.clone(),
        family: pack.family.clone(),
        form: finding.form.clone(),
        is_strong: pack.is_strong,
        hits,
    }
}

/// Whether the account of a finding, or one of its party, shows control by another.
fn is_controlled(found: &GatedFinding, holders: &Holders, controlled: &BTreeSet<String>) -> bool {
    let finding = &found.finding;
    let of_party = finding
        .party_id
        .as_ref()
        .and_then(|party| holders.held.get(party));
    let mut own = finding.account_id.iter().chain(of_party.into_iter().flatten());
    own.any(|account| controlled.contains(account))
}

/// Accounts that show control by another, and others of their holders.
pub(super) fn controlled(session: &Session) -> Result<BTreeSet<String>, SqlError> {
    let rows = texts(
        &session.query("SELECT account_id FROM accounts_under_control", &[])?,
        ["account_id"],
    )?;
    Ok(rows.into_iter().map(|[account]| account).collect())
}

/// To whom the money of accounts under control goes, and who is under nobody's.
#[derive(Default)]
pub(super) struct Takers {
    /// Parties, or accounts of several.
    parties: BTreeSet<String>,
    /// The accounts that take.
    accounts: BTreeSet<String>,
}

impl Takers {
    /// Whether somebody takes by another account than the one that a finding shields: what the gate sees on the account
    /// that takes itself stands, since a collector may be made to collect.
    pub(super) fn outweighs(&self, found: &GatedFinding, of: &str) -> bool {
        let is_of_that = found
            .finding
            .account_id
            .as_ref()
            .is_some_and(|account| self.accounts.contains(account));
        self.parties.contains(of) && !is_of_that
    }
}

/// Who takes. A customer number of a money transfer service shows nothing of who has a hold on whoever collects by it, and
/// an account that somebody under control holds with others is nobody's to take by.
pub(super) fn takers(
    session: &Session,
    holders: &Holders,
    controlled: &BTreeSet<String>,
) -> Result<Takers, SqlError> {
    let rows = texts(
        &session.query(
            "SELECT c.account_id FROM control_signs c LEFT ANTI JOIN accounts_under_control u ON u.account_id = c.account_id \
             LEFT ANTI JOIN (SELECT account_id FROM accounts WHERE scheme = 'service') AS s ON s.account_id = c.account_id \
             WHERE c.controls",
            &[],
        )?,
        ["account_id"],
    )?;
    let is_shared = |account: &String| {
        let of = holders.holding.get(account);
        let parties = of.into_iter().flatten();
        let mut theirs = parties.filter_map(|party| holders.held.get(party)).flatten();
        of.is_some_and(|parties| parties.len() > 1) && theirs.any(|own| controlled.contains(own))
    };
    let accounts: BTreeSet<String> = rows
        .into_iter()
        .map(|[account]| account)
        .filter(|account| !is_shared(account))
        .collect();
    Ok(Takers {
        parties: accounts.iter().map(|account| holders.node(account)).collect(),
        accounts,
    })
}

/// Ties between those of whom indicators tell.
pub(super) fn links(
    session: &Session,
    holders: &Holders,
    indicators: &[Indicator],
) -> Result<Vec<Link>, SqlError> {
    let told: BTreeSet<&str> = indicators
        .iter()
        .flat_map(|indicator| indicator.hits.iter().map(|hit| hit.of.as_str()))
        .collect();
    let mut found = BTreeSet::new();
    let mut tie = |one: &str, other: &str, why: String| {
        if one != other && told.contains(one) && told.contains(other) {
            let (one, other) = (one.min(other).to_owned(), one.max(other).to_owned());
            found.insert(Link { one, other, why });
        }
    };
    for (party, account) in &holders.mandates {
        tie(
            party,
            &holders.node(account),
            "may act on the other's account".to_owned(),
        );
    }
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let shared = "SELECT subject, object, CASE kind WHEN 'shared_attribute' THEN coalesce(detail, 'something shared') \
        WHEN 'household' THEN 'one household' WHEN 'family' THEN 'family' ELSE 'may act for the other' END AS why \
        FROM relations WHERE kind IN ('shared_attribute', 'household', 'family', 'mandate') \
        AND subject IS NOT NULL AND object IS NOT NULL";
    for [one, other, why] in texts(&session.query(shared, &[])?, ["subject", "object", "why"])? {
        tie(&one, &other, why);
    }
    let accounts: Vec<&str> = told
        .iter()
        .flat_map(|of| match holders.accounts.get(*of) {
            Some(own) => own.iter().map(String::as_str).collect(),
            None => vec![*of],
        })
        .collect();
    let paid = "SELECT payer_account, payee_account, arrow_cast(count(*), 'Utf8') AS times FROM transfers \
        LEFT SEMI JOIN (SELECT unnest(string_to_array($accounts, ',')) AS account_id) AS payers \
            ON payers.account_id = transfers.payer_account \
        LEFT SEMI JOIN (SELECT unnest(string_to_array($accounts, ',')) AS account_id) AS payees \
            ON payees.account_id = transfers.payee_account \
        WHERE payer_account <> payee_account \
        GROUP BY payer_account, payee_account";
    let parameters = [("accounts".to_owned(), accounts.join(","))];
    let mut paid_by: BTreeMap<(String, String), i64> = BTreeMap::new();
    for [payer, payee, times] in texts(
        &session.query(paid, &parameters)?,
        ["payer_account", "payee_account", "times"],
    )? {
        let pair = (holders.node(&payer), holders.node(&payee));
        *paid_by.entry(pair).or_default() += times.parse::<i64>().unwrap_or(0);
    }
    for ((payer, payee), times) in paid_by {
        if times >= PAYMENTS {
            tie(&payer, &payee, format!("{times} payments from one to the other"));
        }
    }
    Ok(found.into_iter().collect())
}

fn texts<const N: usize>(batches: &[RecordBatch], names: [&str; N]) -> Result<Vec<[String; N]>, SqlError> {
    let mut rows = Vec::new();
    for batch in batches {
        let mut columns = Vec::with_capacity(N);
        for name in names {
            let column = crate::case::column::text(batch, name).map_err(|error| SqlError::Run {
                reason: error.to_string(),
                hint: String::new(),
            })?;
            columns.push(column);
        }
        for row in 0..batch.num_rows() {
            rows.push(std::array::from_fn(|at| {
                crate::case::column::text_at(columns[at], row).to_owned()
            }));
        }
    }
    Ok(rows)
}
