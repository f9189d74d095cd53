//! The named queries that the page is made of. They are files under `queries/reports/`, so that anybody can run them.

/// Name, and the SQL as in the file `queries/reports/NAME.sql`.
pub const NAMED: &[(&str, &str)] = &[
    ("ambiguous_legs", AMBIGUOUS_LEGS),
    ("base_amounts", BASE_AMOUNTS),
    ("batch_payments", BATCH_PAYMENTS),
    ("chart_counts", CHART_COUNTS),
    ("chart_ties", CHART_TIES),
    ("cluster_functions", CLUSTER_FUNCTIONS),
    ("clusters", CLUSTERS),
    ("counts", COUNTS),
    ("exchanges", EXCHANGES),
    ("finding_amounts", FINDING_AMOUNTS),
    ("finding_entries", FINDING_ENTRIES),
    ("findings", FINDINGS),
    ("findings_by_day", FINDINGS_BY_DAY),
    ("findings_by_rule", FINDINGS_BY_RULE),
    ("formats", FORMATS),
    ("guarded_accounts", GUARDED_ACCOUNTS),
    ("held_accounts", HELD_ACCOUNTS),
    ("held_by_possible_victims", HELD_BY_POSSIBLE_VICTIMS),
    ("largest_flows", LARGEST_FLOWS),
    ("leg_leads", LEG_LEADS),
    ("missing_legs", MISSING_LEGS),
    ("other_sides", OTHER_SIDES),
    ("period_gaps", PERIOD_GAPS),
    ("reconciliation", RECONCILIATION),
    ("rejects_by_reason", REJECTS_BY_REASON),
    ("reversals", REVERSALS),
    ("same_entries", SAME_ENTRIES),
    ("shell_indicators", SHELL_INDICATORS),
    ("sources", SOURCES),
    ("statement_verdicts", STATEMENT_VERDICTS),
    ("statements", STATEMENTS),
    ("totals", TOTALS),
    ("traced_claims", TRACED_CLAIMS),
    ("traced_entries", TRACED_ENTRIES),
    ("traced_links", TRACED_LINKS),
    ("traced_places", TRACED_PLACES),
    ("traced_requests", TRACED_REQUESTS),
    ("traced_sums", TRACED_SUMS),
    ("unseized_accounts", UNSEIZED_ACCOUNTS),
    ("volumes_by_day", VOLUMES_BY_DAY),
];

pub(super) const AMBIGUOUS_LEGS: &str = include_str!("../../queries/reports/ambiguous_legs.sql");
pub(super) const BASE_AMOUNTS: &str = include_str!("../../queries/reports/base_amounts.sql");
pub(super) const BATCH_PAYMENTS: &str = include_str!("../../queries/reports/batch_payments.sql");
pub(super) const CHART_COUNTS: &str = include_str!("../../queries/reports/chart_counts.sql");
pub(super) const CHART_TIES: &str = include_str!("../../queries/reports/chart_ties.sql");
pub(super) const CLUSTER_FUNCTIONS: &str = include_str!("../../queries/reports/cluster_functions.sql");
pub(super) const CLUSTERS: &str = include_str!("../../queries/reports/clusters.sql");
pub(super) const COUNTS: &str = include_str!("../../queries/reports/counts.sql");
pub(super) const EXCHANGES: &str = include_str!("../../queries/reports/exchanges.sql");
pub(super) const FINDING_AMOUNTS: &str = include_str!("../../queries/reports/finding_amounts.sql");
pub(super) const FINDING_ENTRIES: &str = include_str!("../../queries/reports/finding_entries.sql");
pub(super) const FINDINGS: &str = include_str!("../../queries/reports/findings.sql");
pub(super) const FINDINGS_BY_DAY: &str = include_str!("../../queries/reports/findings_by_day.sql");
pub(super) const FINDINGS_BY_RULE: &str = include_str!("../../queries/reports/findings_by_rule.sql");
pub(super) const FORMATS: &str = include_str!("../../queries/reports/formats.sql");
pub(super) const GUARDED_ACCOUNTS: &str = include_str!("../../queries/reports/guarded_accounts.sql");
pub(super) const HELD_ACCOUNTS: &str = include_str!("../../queries/reports/held_accounts.sql");
pub(super) const HELD_BY_POSSIBLE_VICTIMS: &str =
    include_str!("../../queries/reports/held_by_possible_victims.sql");
pub(super) const LARGEST_FLOWS: &str = include_str!("../../queries/reports/largest_flows.sql");
pub(super) const LEG_LEADS: &str = include_str!("../../queries/reports/leg_leads.sql");
pub(super) const MISSING_LEGS: &str = include_str!("../../queries/reports/missing_legs.sql");
pub(super) const OTHER_SIDES: &str = include_str!("../../queries/reports/other_sides.sql");
pub(super) const PERIOD_GAPS: &str = include_str!("../../queries/reports/period_gaps.sql");
pub(super) const RECONCILIATION: &str = include_str!("../../queries/reports/reconciliation.sql");
pub(super) const REJECTS_BY_REASON: &str = include_str!("../../queries/reports/rejects_by_reason.sql");
pub(super) const REVERSALS: &str = include_str!("../../queries/reports/reversals.sql");
pub(super) const SAME_ENTRIES: &str = include_str!("../../queries/reports/same_entries.sql");
pub(super) const SHELL_INDICATORS: &str = include_str!("../../queries/reports/shell_indicators.sql");
pub(super) const SOURCES: &str = include_str!("../../queries/reports/sources.sql");
pub(super) const STATEMENTS: &str = include_str!("../../queries/reports/statements.sql");
pub(super) const STATEMENT_VERDICTS: &str = include_str!("../../queries/reports/statement_verdicts.sql");
pub(super) const TOTALS: &str = include_str!("../../queries/reports/totals.sql");
pub(super) const TRACED_CLAIMS: &str = include_str!("../../queries/reports/traced_claims.sql");
pub(super) const TRACED_ENTRIES: &str = include_str!("../../queries/reports/traced_entries.sql");
pub(super) const TRACED_LINKS: &str = include_str!("../../queries/reports/traced_links.sql");
pub(super) const TRACED_PLACES: &str = include_str!("../../queries/reports/traced_places.sql");
pub(super) const TRACED_REQUESTS: &str = include_str!("../../queries/reports/traced_requests.sql");
pub(super) const TRACED_SUMS: &str = include_str!("../../queries/reports/traced_sums.sql");
pub(super) const UNSEIZED_ACCOUNTS: &str = include_str!("../../queries/reports/unseized_accounts.sql");
pub(super) const VOLUMES_BY_DAY: &str = include_str!("../../queries/reports/volumes_by_day.sql");

/// A named query with a condition on its columns, in the order that is given.
pub(super) fn only(sql: &str, condition: &str, order: &str) -> String {
    format!("SELECT * FROM (\n{sql}) AS listed\nWHERE {condition}\nORDER BY {order}")
}

/// The query without its opening comment, for the page.
pub(super) fn without_comment(sql: &str) -> &str {
    let mut rest = sql;
    while rest.starts_with("--") {
        rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
    }
    rest.trim_end()
}

/// The opening comment of a query.
pub(super) fn comment(sql: &str) -> String {
    let lines: Vec<&str> = sql
        .lines()
        .map_while(|line| line.strip_prefix("--"))
        .map(str::trim)
        .collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures must be computable from bare tables, so each query says by itself whose accounts are guarded.
    #[test]
    fn every_query_guards_the_same_accounts() {
        let guarded = |sql: &str| {
            let from = sql.find("sole AS (").expect("who holds alone");
            let to = from + sql[from..].find("f.party_id IS NULL\n)").expect("its end");
            sql[from..to].to_owned()
        };
        for sql in [CHART_COUNTS, TRACED_LINKS, TRACED_PLACES] {
            assert_eq!(guarded(sql), guarded(GUARDED_ACCOUNTS));
        }
    }
}
