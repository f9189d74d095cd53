-- Every shell indicator (SH-01 to SH-22) of every company: a hit, no hit, or not computable, with the fact or with what is
-- missing. `scope` says how far the verdict goes: what the finding lacks, what the rule left out of the records, and
-- whether the finding stands behind the control gate. `hits` is the plain count of a company's hits; nothing is weighted.
-- What protects somebody does not count: SH-16, and whatever stands behind the gate. What a person dismissed is no hit.
-- No hit is said only where the rule ran and lacked nothing of the company.
WITH rules AS (
    SELECT rule_id FROM rules_run WHERE rule_id LIKE 'SH-%'
    UNION
    SELECT rule_id FROM not_computable WHERE rule_id LIKE 'SH-%'
),
companies AS (
    SELECT party_id, name FROM parties WHERE kind = 'company'
),
found AS (
    SELECT party_id, rule_id,
           max(CASE WHEN is_dismissed THEN 0 ELSE 1 END) AS stands,
           max(CASE WHEN is_dismissed OR gate <> 'open' OR describes = 'exploited' THEN 0 ELSE 1 END) AS counts,
           max(CASE WHEN NOT is_dismissed AND gate <> 'open' THEN 1 ELSE 0 END) AS is_gated,
           coalesce(min(CASE WHEN NOT is_dismissed THEN finding_id END), min(finding_id)) AS finding_id,
           string_agg(CASE WHEN NOT is_dismissed THEN explanation END, ' ' ORDER BY from_time, finding_id) AS fact
    FROM (SELECT *, coalesce(judgement, '') = 'dismissed' AS is_dismissed FROM findings) AS judged
    WHERE rule_id LIKE 'SH-%' AND party_id IS NOT NULL
    GROUP BY party_id, rule_id
),
limits AS (
    SELECT party_id, rule_id, string_agg(sufficiency, '; ' ORDER BY sufficiency) AS limits
    FROM (
        SELECT DISTINCT party_id, rule_id, sufficiency
        FROM findings
        WHERE rule_id LIKE 'SH-%' AND party_id IS NOT NULL AND sufficiency <> 'complete' AND coalesce(judgement, '') <> 'dismissed'
    ) AS each_limit
    GROUP BY party_id, rule_id
),
lacking AS (
    SELECT party_id, rule_id, string_agg(DISTINCT lacks, '; ' ORDER BY lacks) AS missing
    FROM (
        SELECT unnest(string_to_array(parties, ' ')) AS party_id, rule_id, concat(reason, '; ', request) AS lacks
        FROM not_computable
        WHERE rule_id LIKE 'SH-%' AND parties IS NOT NULL
    ) AS each_party
    GROUP BY party_id, rule_id
),
-- What a rule that ran left out, of some entries of some accounts.
left_out AS (
    SELECT rule_id, concat('left out in this case: ', string_agg(DISTINCT reason, '; ' ORDER BY reason)) AS entries
    FROM not_computable
    WHERE rule_id LIKE 'SH-%' AND parties IS NULL AND regexp_like(reason, ' \([0-9]+ accounts, [0-9]+ entries\)$')
    GROUP BY rule_id
),
-- What did not run at all is computable for nobody.
whole AS (
    SELECT rule_id, string_agg(DISTINCT lacks, '; ' ORDER BY lacks) AS missing
    FROM (
        SELECT rule_id, concat(reason, '; ', request) AS lacks
        FROM not_computable
        WHERE rule_id LIKE 'SH-%' AND parties IS NULL AND NOT regexp_like(reason, ' \([0-9]+ accounts, [0-9]+ entries\)$')
    ) AS each_rule
    GROUP BY rule_id
),
verdicts AS (
    SELECT c.party_id, c.name, r.rule_id,
           CASE WHEN coalesce(f.stands, 0) = 1 THEN 'hit'
                WHEN f.stands = 0 THEN 'no hit'
                WHEN w.rule_id IS NOT NULL OR l.rule_id IS NOT NULL OR ran.rule_id IS NULL THEN 'not computable'
                ELSE 'no hit' END AS verdict,
           CASE WHEN coalesce(f.stands, 0) = 1 THEN f.fact
                WHEN f.stands = 0 THEN 'a person dismissed it'
                WHEN w.rule_id IS NOT NULL THEN w.missing
                WHEN ran.rule_id IS NULL THEN 'the rule did not run; run detect again'
                ELSE l.missing END AS fact,
           concat_ws('; ', CASE WHEN f.is_gated = 1 THEN 'behind the control gate: not counted' END, limits.limits,
                     CASE WHEN w.rule_id IS NULL THEN left_out.entries END) AS scope,
           coalesce(f.counts, 0) AS counts,
           f.finding_id
    FROM companies c
    CROSS JOIN rules r
    LEFT JOIN found f ON f.party_id = c.party_id AND f.rule_id = r.rule_id
    LEFT JOIN lacking l ON l.party_id = c.party_id AND l.rule_id = r.rule_id
    LEFT JOIN limits ON limits.party_id = c.party_id AND limits.rule_id = r.rule_id
    LEFT JOIN whole w ON w.rule_id = r.rule_id
    LEFT JOIN left_out ON left_out.rule_id = r.rule_id
    LEFT JOIN (SELECT DISTINCT rule_id FROM rules_run) AS ran ON ran.rule_id = r.rule_id
)
SELECT party_id, name, rule_id, verdict, fact,
       CASE WHEN scope <> '' AND verdict <> 'not computable' THEN scope END AS scope,
       finding_id,
       sum(CASE WHEN verdict = 'hit' AND rule_id <> 'SH-16' THEN counts ELSE 0 END) OVER (PARTITION BY party_id) AS hits,
       sum(CASE WHEN verdict = 'not computable' THEN 1 ELSE 0 END) OVER (PARTITION BY party_id) AS not_computable
FROM verdicts
ORDER BY hits DESC, party_id, rule_id
