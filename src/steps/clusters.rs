//! Findings into clusters, and what members of a cluster do for the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};

use super::found::batch;
use super::parameters::{self, Values};
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table, Writer};
use crate::clusters::{Cluster, Hit, Indicator, Link, Side, clusters};
use crate::model::{Describes, hash_id};
use crate::rules::{self, NotComputable, Pack, RunOptions};
use crate::sql::{Session, SqlError};
use crate::victims::{Category, GATED, GatedFinding};

/// Most accounts of members whose entries are looked at for what they do: more is no group of people.
const MOST_ACCOUNTS: usize = 20_000;
/// Payments from one to another from which they are tied: once or twice is chance.
const PAYMENTS: i64 = 3;

/// What stands together, and what failed on the way.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub clusters: usize,
    pub faults: Vec<String>,
    /// What the rules of functions could not compute, or were not asked.
    pub lacking: Vec<NotComputable>,
}

/// Writes the clusters of these findings, and the functions of their members.
pub(super) fn tell(
    writer: &Writer<'_>,
    session: &Session,
    packs: &[Pack],
    findings: &[GatedFinding],
    dismissed: &BTreeSet<&str>,
    of_functions: (&[Pack], &RunOptions, &Values),
) -> Result<Told, super::StepError> {
    let case = writer.case();
    let holders = Holders::of(case)?;
    let by_id: BTreeMap<&str, &Pack> = packs.iter().map(|pack| (pack.id.as_str(), pack)).collect();
    let counted: Vec<&GatedFinding> = findings
        .iter()
        .filter(|found| !dismissed.contains(found.finding.finding_id.as_str()))
        .collect();
    let told_of = || {
        counted.iter().filter_map(|found| {
            let pack = by_id.get(found.finding.rule_id.as_str())?;
            (!pack.family.is_empty()).then_some((found, *pack))
        })
    };
    let (controlled, takers) = match told_of().next().is_some() {
        true => (controlled(session)?, takers(session, &holders)?),
        false => Default::default(),
    };
    let indicators: Vec<Indicator> = told_of()
        .map(|(found, pack)| indicator(found, pack, &holders, (&controlled, &takers)))
        .collect();
    let mut protected = holders.protected.clone();
    for found in counted
        .iter()
        .filter(|found| found.is_gated() || found.finding.describes == Describes::Exploited)
    {
        let around = found.finding.account_id.iter();
        protected.extend(
            shielded(found, &holders)
                .into_iter()
                .chain(around.flat_map(|account| holders.around(account)))
                .filter(|of| !takers.contains(of)),
        );
    }
    let alike = unknown_among_exploited(&indicators, &protected, &takers, &holders);
    protected.extend(alike);
    let links = links(session, &holders, &indicators)?;
    let found = clusters(&indicators, &links, &protected);
    let ids: Vec<String> = found.iter().map(|cluster| id(cluster, &indicators)).collect();
    let mut told = Told {
        clusters: found.len(),
        ..Told::default()
    };
    write(writer, &ids, &found, &indicators, &links)?;
    functions(writer, session, &holders, of_functions, (&ids, &found), &mut told)?;
    Ok(told)
}

/// Writes that nothing stands together, where it could not be told.
pub(super) fn none(writer: &Writer<'_>) -> Result<(), CaseError> {
    for table in [
        Table::Clusters,
        Table::ClusterMembers,
        Table::ClusterIndicators,
        Table::ClusterTies,
        Table::Functions,
        Table::FunctionEntries,
    ] {
        writer.replace(table, &mut std::iter::empty())?;
    }
    Ok(())
}

/// Who holds what.
struct Holders {
    /// The party that alone holds an account.
    sole: BTreeMap<String, String>,
    /// Accounts of each party that it alone holds.
    accounts: BTreeMap<String, Vec<String>>,
    /// The parties that hold an account, alone or together, and the accounts of each.
    holding: BTreeMap<String, BTreeSet<String>>,
    held: BTreeMap<String, BTreeSet<String>>,
    companies: BTreeSet<String>,
    /// Parties that a person set to victim or possible victim, and accounts that they hold with others.
    protected: BTreeSet<String>,
    /// Party and account on which it may act without holding it.
    mandates: Vec<(String, String)>,
}

impl Holders {
    fn of(case: &Case) -> Result<Holders, CaseError> {
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
                if kind == "company" {
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
    fn around(&self, account: &str) -> BTreeSet<String> {
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
fn subject(found: &GatedFinding, holders: &Holders) -> Option<String> {
    match (&found.finding.party_id, &found.finding.account_id) {
        (Some(party), _) => Some(party.clone()),
        (None, Some(account)) => Some(holders.node(account)),
        (None, None) => None,
    }
}

/// Whom a finding behind the gate, or about the exploited side, protects besides those around its account. Not the party
/// that is said to have use of another's account: the gate leaves that said of nobody who holds it.
fn shielded(found: &GatedFinding, holders: &Holders) -> Option<String> {
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
fn unknown_among_exploited(
    indicators: &[Indicator],
    protected: &BTreeSet<String>,
    takers: &BTreeSet<String>,
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
        .filter(|of| !told.contains(of.as_str()) && !takers.contains(*of) && !holders.companies.contains(*of))
        .cloned()
        .collect()
}

fn indicator(
    found: &GatedFinding,
    pack: &Pack,
    holders: &Holders,
    (controlled, takers): (&BTreeSet<String>, &BTreeSet<String>),
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
        (Some(of), Side::Exploited) if takers.contains(of) && !holders.protected.contains(of) => {
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
    let is_led = |account: &String| controlled.contains(account) && !takers.contains(&holders.node(account));
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
fn controlled(session: &Session) -> Result<BTreeSet<String>, SqlError> {
    let rows = texts(
        &session.query("SELECT account_id FROM accounts_under_control", &[])?,
        ["account_id"],
    )?;
    Ok(rows.into_iter().map(|[account]| account).collect())
}

/// Parties, or accounts of several, to which the money of accounts under control goes, and which are under nobody's. A
/// customer number of a money transfer service shows nothing of who has a hold on whoever collects by it.
fn takers(session: &Session, holders: &Holders) -> Result<BTreeSet<String>, SqlError> {
    let rows = texts(
        &session.query(
            "SELECT c.account_id FROM control_signs c LEFT ANTI JOIN accounts_under_control u ON u.account_id = c.account_id \
             LEFT ANTI JOIN (SELECT account_id FROM accounts WHERE scheme = 'service') AS s ON s.account_id = c.account_id \
             WHERE c.controls",
            &[],
        )?,
        ["account_id"],
    )?;
    Ok(rows.into_iter().map(|[account]| holders.node(&account)).collect())
}

/// Ties between those of whom indicators tell.
fn links(session: &Session, holders: &Holders, indicators: &[Indicator]) -> Result<Vec<Link>, SqlError> {
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

fn id(cluster: &Cluster, indicators: &[Indicator]) -> String {
    let mut findings: Vec<&str> = cluster
        .indicators
        .iter()
        .map(|number| indicators[*number].finding_id.as_str())
        .collect();
    findings.sort_unstable();
    findings.dedup();
    hash_id('k', &findings)
}

fn write(
    writer: &Writer<'_>,
    ids: &[String],
    found: &[Cluster],
    indicators: &[Indicator],
    links: &[Link],
) -> Result<(), CaseError> {
    let all = || ids.iter().zip(found);
    let clusters: Vec<[String; 7]> = all()
        .map(|(id, cluster)| {
            [
                id.clone(),
                cluster.criterion.as_str().to_owned(),
                cluster.forms.clone(),
                cluster.strong.join(" "),
                cluster.families.join("; "),
                cluster.rules.join(" "),
                explanation(cluster),
            ]
        })
        .collect();
    let column = |at: usize| text(clusters.iter().map(|row| row[at].as_str()));
    let number = |pick: &dyn Fn(usize, &Cluster) -> usize| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(
            found
                .iter()
                .enumerate()
                .map(|(place, cluster)| pick(place, cluster) as i64),
        ))
    };
    let exploited = |cluster: &Cluster| {
        let sides = cluster.members.iter().map(|member| member.side);
        sides.filter(|side| *side == Side::Exploited).count()
    };
    let columns = vec![
        column(0),
        number(&|place, _| place + 1),
        column(1),
        column(2),
        column(3),
        column(4),
        column(5),
        number(&|_, cluster| cluster.members.len()),
        number(&|_, cluster| exploited(cluster)),
        column(6),
    ];
    put(writer, Table::Clusters, columns)?;

    let members: Vec<_> = all()
        .flat_map(|(id, cluster)| cluster.members.iter().map(move |member| (id, member)))
        .collect();
    let rules: Vec<String> = members.iter().map(|(_, member)| member.rules.join(" ")).collect();
    let columns = vec![
        text(members.iter().map(|(id, _)| id.as_str())),
        text(members.iter().map(|(_, member)| member.of.as_str())),
        text(members.iter().map(|(_, member)| member.side.as_str())),
        text(rules.iter().map(String::as_str)),
    ];
    put(writer, Table::ClusterMembers, columns)?;

    let own: Vec<_> = all()
        .flat_map(|(id, cluster)| {
            cluster
                .indicators
                .iter()
                .map(move |number| (id, &indicators[*number]))
        })
        .collect();
    let columns = vec![
        text(own.iter().map(|(id, _)| id.as_str())),
        text(own.iter().map(|(_, one)| one.finding_id.as_str())),
        text(own.iter().map(|(_, one)| one.rule_id.as_str())),
        text(own.iter().map(|(_, one)| one.family.as_str())),
        Arc::new(BooleanArray::from_iter(
            own.iter().map(|(_, one)| Some(one.is_strong)),
        )) as ArrayRef,
    ];
    put(writer, Table::ClusterIndicators, columns)?;

    let ties: Vec<_> = all()
        .flat_map(|(id, cluster)| cluster.links.iter().map(move |number| (id, &links[*number])))
        .collect();
    let columns = vec![
        text(ties.iter().map(|(id, _)| id.as_str())),
        text(ties.iter().map(|(_, tie)| tie.one.as_str())),
        text(ties.iter().map(|(_, tie)| tie.other.as_str())),
        text(ties.iter().map(|(_, tie)| tie.why.as_str())),
    ];
    put(writer, Table::ClusterTies, columns)
}

fn explanation(cluster: &Cluster) -> String {
    let many = |side: Side| {
        cluster
            .members
            .iter()
            .filter(|member| member.side == side)
            .count()
    };
    let mut sides = Vec::new();
    for (side, one, more) in [
        (Side::Exploited, "possible victim", "possible victims"),
        (
            Side::Controller,
            "point where the money of others comes together",
            "points where the money of others comes together",
        ),
        (Side::Business, "business", "businesses"),
        (
            Side::Network,
            "party that ties others together",
            "parties that tie others together",
        ),
        (
            Side::Demand,
            "payer for what is offered",
            "payers for what is offered",
        ),
        (
            Side::Account,
            "further account or party",
            "further accounts or parties",
        ),
    ] {
        match many(side) {
            0 => {}
            1 => sides.push(format!("1 {one}")),
            number => sides.push(format!("{number} {more}")),
        }
    }
    format!(
        "Told because of {}: {}. Members: {}. Each indicator has lawful explanations of its own; that they stand together is a \
         question for a person, and says nothing about anybody's guilt.",
        cluster.criterion.as_str(),
        cluster.rules.join(", "),
        sides.join(", ")
    )
}

/// What members on the side of those who take, of businesses and of networks do for the others. Of an account of which
/// nothing more is known it is not asked: its holder may be made to do it.
fn functions(
    writer: &Writer<'_>,
    session: &Session,
    holders: &Holders,
    (packs, options, values): (&[Pack], &RunOptions, &Values),
    (ids, found): (&[String], &[Cluster]),
    told: &mut Told,
) -> Result<(), super::StepError> {
    let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, cluster) in ids.iter().zip(found) {
        for member in cluster
            .members
            .iter()
            .filter(|member| matches!(member.side, Side::Controller | Side::Business | Side::Network))
        {
            of.entry(&member.of).or_default().insert(id);
        }
    }
    let accounts: Vec<&str> = of
        .keys()
        .flat_map(|of| match holders.accounts.get(*of) {
            Some(own) => own.iter().map(String::as_str).collect(),
            None => vec![*of],
        })
        .collect();
    let mut rows: Vec<(String, String, String, GatedFinding)> = Vec::new();
    if accounts.len() > MOST_ACCOUNTS {
        told.lacking.push(NotComputable {
            rule_id: "FN".to_owned(),
            reason: format!(
                "what members of groups do was not looked at: they have {} accounts, more than {MOST_ACCOUNTS}",
                accounts.len()
            ),
            request: "Dismiss findings that tie whom nothing ties, and run detect again".to_owned(),
            accounts: 0,
            entries: 0,
            examples: Vec::new(),
            parties: Vec::new(),
        });
    } else if !accounts.is_empty() {
        let mut options = RunOptions {
            values: parameters::of_packs(packs, values),
            ..options.clone()
        };
        options
            .values
            .insert(("*".to_owned(), "accounts".to_owned()), accounts.join(","));
        let result = rules::run(packs, session, &options);
        told.faults.extend(result.faults.iter().map(ToString::to_string));
        told.lacking.extend(result.not_computable);
        let titles: BTreeMap<&str, &str> = packs
            .iter()
            .map(|pack| (pack.id.as_str(), pack.title.as_str()))
            .collect();
        for found in result.findings {
            let Some(member) = subject(&found, holders) else {
                continue;
            };
            let title = titles
                .get(found.finding.rule_id.as_str())
                .copied()
                .unwrap_or_default();
            for cluster in of.get(member.as_str()).into_iter().flatten() {
                let id = hash_id('w', &[cluster, &found.finding.finding_id]);
                rows.push((id, (*cluster).to_owned(), title.to_owned(), found.clone()));
            }
        }
    }
    rows.sort_by(|a, b| (&a.1, &a.2, &a.0).cmp(&(&b.1, &b.2, &b.0)));
    let members: Vec<String> = rows
        .iter()
        .map(|row| subject(&row.3, holders).unwrap_or_default())
        .collect();
    let columns = vec![
        text(rows.iter().map(|row| row.0.as_str())),
        text(rows.iter().map(|row| row.1.as_str())),
        text(members.iter().map(String::as_str)),
        text(rows.iter().map(|row| row.2.as_str())),
        text(rows.iter().map(|row| row.3.finding.rule_id.as_str())),
        text(rows.iter().map(|row| row.3.finding.rule_version.as_str())),
        text(rows.iter().map(|row| row.3.finding.explanation.as_str())),
        text(
            rows.iter()
                .map(|row| row.3.finding.innocent_explanations.as_str()),
        ),
        text(rows.iter().map(|row| row.3.finding.measures.as_str())),
        Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|row| row.3.finding.entries.len() as i64),
        )) as ArrayRef,
    ];
    put(writer, Table::Functions, columns)?;
    let entries: Vec<_> = rows
        .iter()
        .flat_map(|row| row.3.finding.entries.iter().map(move |entry| (&row.0, entry)))
        .collect();
    let columns = vec![
        text(entries.iter().map(|(id, _)| id.as_str())),
        text(entries.iter().map(|(_, entry)| entry.entry_id.as_str())),
        text(entries.iter().map(|(_, entry)| entry.role.as_str())),
    ];
    put(writer, Table::FunctionEntries, columns)?;
    Ok(())
}

fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn put(writer: &Writer<'_>, table: Table, columns: Vec<ArrayRef>) -> Result<(), CaseError> {
    writer.replace(table, &mut std::iter::once(batch(table, columns)))?;
    Ok(())
}
