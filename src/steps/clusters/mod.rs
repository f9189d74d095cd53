//! Findings into clusters, and what members of a cluster do for the others.

mod sides;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};

use self::sides::{
    Holders, controlled, indicator, links, shielded, subject, takers, unknown_among_exploited,
};
use super::found::batch;
use super::parameters::{self, Values};
use crate::case::{CaseError, Table, Writer};
use crate::clusters::{Cluster, Indicator, Link, Side, clusters};
use crate::model::{Describes, hash_id};
use crate::rules::{self, NotComputable, Pack, RunOptions};
use crate::sql::Session;
use crate::victims::GatedFinding;

/// Most accounts of members whose entries are looked at for what they do: more is no group of people.
const MOST_ACCOUNTS: usize = 20_000;

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
        true => {
            let controlled = controlled(session)?;
            let takers = takers(session, &holders, &controlled)?;
            (controlled, takers)
        }
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
                .filter(|of| !takers.outweighs(found, of)),
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
            .map(|pack| (pack.id.as_str(), pack.title_in(options.language.code())))
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
