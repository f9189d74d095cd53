//! Statistics of a case by form of exploitation, category of person and route, in which nobody is singled out (VS-12).
//!
//! Everybody counts once, so that rows add up: whom several forms or routes are told of stands under “several”. A route
//! is the pair of countries between which cited entries move money, by the accounts and by what records say of the other
//! side. Where anybody comes from is asked nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::StepError;
use crate::case::column::{self, text_at};
use crate::case::{Case, Step};
use crate::sql::{Limits as SessionLimits, Session};
use crate::victims::statistics::{Bin, Dimension, Limits, Published, Shown, publish};
use crate::victims::{Category, leads};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Natural persons whom findings or groups on exploitation tell of, on any side.
    Persons,
    /// Groups of findings that stand together.
    Groups,
    /// Findings on exploitation that nobody has dismissed.
    Findings,
}

/// By what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Form of exploitation.
    Form,
    /// Category of the person (Directive (EU) 2016/680 Art. 6), as a person set it.
    Category,
    /// From which country to which money moved.
    Route,
}

impl Of {
    /// The word in columns and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Of::Persons => "persons",
            Of::Groups => "groups",
            Of::Findings => "findings",
        }
    }
}

impl By {
    /// The word in columns and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Form => "form",
            By::Category => "category",
            By::Route => "route",
        }
    }
}

/// Statistics as they may be given out.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub of: Of,
    pub by: Vec<By>,
    pub limits: Limits,
    dimensions: Vec<Dimension>,
    published: Published,
}

/// A line of statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// In each dimension, in the order asked for; `all` is the total.
    pub bins: Vec<String>,
    pub shown: Shown,
    /// How many at least and at most, as far as the page itself tells.
    pub bounds: (u64, u64),
}

/// The word that stands for the total of a dimension.
pub const ALL: &str = "all";

impl Statistics {
    /// Whether nothing can be shown.
    pub fn is_withheld(&self) -> bool {
        self.published.is_withheld
    }

    /// Combinations that anybody is in, totals last in each dimension; none where nothing can be shown.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let all: usize = self.dimensions.iter().map(|d| d.bins.len() + 1).product();
        for number in 0..all {
            let mut at = vec![None; self.dimensions.len()];
            let mut rest = number;
            for (place, dimension) in at.iter_mut().zip(&self.dimensions).rev() {
                let size = dimension.bins.len();
                *place = Some(rest % (size + 1)).filter(|bin| *bin < size);
                rest /= size + 1;
            }
            let (Some(shown), Some(bounds)) = (self.published.get(&at), self.published.bounds(&at)) else {
                continue;
            };
            if shown == Shown::Count(0) {
                continue;
            }
            let name = |(bin, dimension): (&Option<usize>, &Dimension)| {
                bin.map_or_else(|| ALL.to_owned(), |bin| dimension.bins[bin].name.clone())
            };
            lines.push(Line {
                bins: at.iter().zip(&self.dimensions).map(name).collect(),
                shown,
                bounds,
            });
        }
        lines
    }

    /// What has to be said beside the figures, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let Limits {
            least,
            least_of_children,
        } = self.limits;
        let of = self.of.as_str();
        if self.is_withheld() {
            return vec![format!(
                "nothing is shown: that there are {least} {of} or more would not follow from what can be shown"
            )];
        }
        vec![
            format!(
                "1 to {} stands as <{least}, of children 1 to {} as <{least_of_children}; a total that such a count is part of \
                 stands as —, and at_least and at_most say what follows from the rest",
                least - 1,
                least_of_children - 1
            ),
            format!("combinations that are not listed have no {of}"),
            format!(
                "give out one table of a case, not several: set against each other, tables of the same {of} can tell more \
                 than each of them"
            ),
        ]
    }
}

const FINDINGS: &str = "
    SELECT f.finding_id, f.form, coalesce(f.party_id, h.party_id) AS party_id, p.kind, p.category
    FROM findings f
    LEFT JOIN account_holders h ON f.party_id IS NULL AND h.account_id = f.account_id AND h.role <> 'mandate'
    LEFT JOIN parties p ON p.party_id = coalesce(f.party_id, h.party_id)
    WHERE coalesce(f.form, '-') NOT IN ('', '-') AND coalesce(f.judgement, '') <> 'dismissed'";
const MEMBERS: &str = "
    SELECT c.cluster_id, c.forms, p.party_id, p.kind, p.category
    FROM clusters c
    JOIN cluster_members m ON m.cluster_id = c.cluster_id
    LEFT JOIN parties p ON p.party_id = m.member";
const INDICATORS: &str = "SELECT cluster_id, finding_id FROM cluster_indicators";
const ROUTES: &str = "
    SELECT DISTINCT f.finding_id,
           CASE e.direction WHEN 'debit' THEN a.country ELSE coalesce(e.counterparty_country, o.country) END AS from_country,
           CASE e.direction WHEN 'debit' THEN coalesce(e.counterparty_country, o.country) ELSE a.country END AS to_country
    FROM finding_entries f
    JOIN entries e ON e.entry_id = f.entry_id
    JOIN accounts a ON a.account_id = e.account_id
    LEFT JOIN accounts o ON o.account_id = e.counterparty_account_id
    WHERE a.country <> coalesce(e.counterparty_country, o.country)";

/// Somebody or something that counts once.
#[derive(Default)]
struct Unit {
    /// Letters of forms.
    forms: BTreeSet<char>,
    category: String,
    findings: BTreeSet<String>,
}

/// The statistics of a case. The findings must be those of the records as they are.
pub fn statistics(
    case: &Case,
    session_limits: SessionLimits,
    of: Of,
    by: &[By],
    limits: Limits,
) -> Result<Statistics, StepError> {
    super::require(case, Step::Detect)?;
    let session = Session::open(case, session_limits)?;
    let units = units(&session, of)?;
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if by.contains(&By::Route) {
        each(
            &session,
            ROUTES,
            ["finding_id", "from_country", "to_country"],
            |[id, from, to]| {
                routes
                    .entry(id.to_owned())
                    .or_default()
                    .insert(format!("{from} to {to}"));
            },
        )?;
    }
    let mut by = by.to_vec();
    by.sort();
    by.dedup();
    let of_unit = |unit: &Unit| -> Vec<(String, bool)> {
        by.iter()
            .map(|by| match by {
                By::Form => form(&unit.forms),
                By::Category => (unit.category.clone(), false),
                By::Route => (route(unit, &routes), false),
            })
            .collect()
    };
    let keys: Vec<Vec<(String, bool)>> = units.iter().map(of_unit).collect();
    let dimensions: Vec<Dimension> = by
        .iter()
        .enumerate()
        .map(|(d, by)| {
            let bins: BTreeSet<&(String, bool)> = keys.iter().map(|key| &key[d]).collect();
            Dimension {
                name: by.as_str().to_owned(),
                bins: bins
                    .into_iter()
                    .map(|(name, is_children)| Bin {
                        name: name.clone(),
                        is_children: *is_children,
                    })
                    .collect(),
            }
        })
        .collect();
    let mut counts = vec![0_u64; dimensions.iter().map(|d| d.bins.len()).product()];
    for key in &keys {
        let place = key
            .iter()
            .zip(&dimensions)
            .fold(0, |place, ((name, _), dimension)| {
                let bin = dimension.bins.partition_point(|bin| bin.name < *name);
                place * dimension.bins.len() + bin
            });
        counts[place] += 1;
    }
    let published =
        publish(&dimensions, &counts, limits).map_err(|error| StepError::Parameter(error.to_string()))?;
    Ok(Statistics {
        of,
        by,
        limits,
        dimensions,
        published,
    })
}

fn units(session: &Session, of: Of) -> Result<Vec<Unit>, StepError> {
    let mut of_group: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    each(
        session,
        INDICATORS,
        ["cluster_id", "finding_id"],
        |[group, finding]| {
            of_group
                .entry(group.to_owned())
                .or_default()
                .insert(finding.to_owned());
        },
    )?;
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    if of != Of::Groups {
        let columns = ["finding_id", "form", "party_id", "kind", "category"];
        each(
            session,
            FINDINGS,
            columns,
            |[finding, forms, party, kind, category]| {
                let is_person = !party.is_empty() && kind != "company";
                let unit = match of {
                    Of::Findings => units.entry(finding.to_owned()).or_default(),
                    _ if is_person => units.entry(party.to_owned()).or_default(),
                    _ => return,
                };
                unit.forms.extend(forms.chars());
                unit.findings.insert(finding.to_owned());
                unit.of_category(category);
            },
        )?;
    }
    if of != Of::Findings {
        let columns = ["cluster_id", "forms", "party_id", "kind", "category"];
        each(
            session,
            MEMBERS,
            columns,
            |[group, forms, party, kind, category]| {
                let is_person = !party.is_empty() && kind != "company";
                let unit = match of {
                    Of::Groups => units.entry(group.to_owned()).or_default(),
                    _ if is_person => units.entry(party.to_owned()).or_default(),
                    _ => return,
                };
                unit.forms.extend(forms.chars());
                unit.findings
                    .extend(of_group.get(group).into_iter().flatten().cloned());
                unit.of_category(category);
            },
        )?;
    }
    Ok(units.into_values().collect())
}

impl Unit {
    /// A finding or group on several people of several categories has none of them.
    fn of_category(&mut self, category: &str) {
        let category = match category {
            "" => Category::default().as_str(),
            other => other,
        };
        if self.category.is_empty() {
            self.category = category.to_owned();
        } else if self.category != category {
            self.category = "several categories".to_owned();
        }
    }
}

/// The form in words, and whether counts of it are of children.
fn form(letters: &BTreeSet<char>) -> (String, bool) {
    let known: Vec<char> = letters.iter().copied().filter(|letter| *letter != '*').collect();
    let is_of_children = known.contains(&'K');
    let name = match known.as_slice() {
        [] => leads::form('*').unwrap_or_default().to_owned(),
        [one] => leads::form(*one).map_or_else(|| one.to_string(), str::to_owned),
        _ if is_of_children => "several forms with one of children".to_owned(),
        _ => "several forms".to_owned(),
    };
    (name, is_of_children)
}

fn route(unit: &Unit, routes: &BTreeMap<String, BTreeSet<String>>) -> String {
    let all: BTreeSet<&String> = unit
        .findings
        .iter()
        .filter_map(|id| routes.get(id))
        .flatten()
        .collect();
    match (all.len(), all.first()) {
        (1, Some(one)) => (*one).clone(),
        (0, _) => "none across a border".to_owned(),
        _ => "several routes".to_owned(),
    }
}

fn each<const N: usize>(
    session: &Session,
    sql: &str,
    columns: [&str; N],
    mut take: impl FnMut([&str; N]),
) -> Result<(), StepError> {
    for batch in session.query(sql, &[])? {
        let mut read = Vec::with_capacity(N);
        for name in columns {
            read.push(column::text(&batch, name)?);
        }
        for row in 0..batch.num_rows() {
            take(std::array::from_fn(|at| text_at(read[at], row)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_form_and_one_route() {
        let forms = |letters: &str| form(&letters.chars().collect());
        assert_eq!(forms("L*"), ("labour exploitation".to_owned(), false));
        assert_eq!(forms("SL"), ("several forms".to_owned(), false));
        assert_eq!(
            forms("SK"),
            ("several forms with one of children".to_owned(), true)
        );
        assert_eq!(forms("*").0, "any form of exploitation");
        let mut unit = Unit::default();
        let routes = BTreeMap::from([
            ("f-1".to_owned(), BTreeSet::from(["NL to RO".to_owned()])),
            (
                "f-2".to_owned(),
                BTreeSet::from(["NL to RO".to_owned(), "BE to NL".to_owned()]),
            ),
        ]);
        assert_eq!(route(&unit, &routes), "none across a border");
        unit.findings.insert("f-1".to_owned());
        assert_eq!(route(&unit, &routes), "NL to RO");
        unit.findings.insert("f-2".to_owned());
        assert_eq!(route(&unit, &routes), "several routes");
        unit.of_category("");
        unit.of_category("unclassified");
        assert_eq!(unit.category, "unclassified");
        unit.of_category("convicted");
        assert_eq!(unit.category, "several categories");
    }
}
