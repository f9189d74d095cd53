-- Every shell indicator (SH-01 to SH-22) of every company: a hit, no hit, or not computable, with the fact or with what is
-- missing. `hits` is the plain count of a company's hits; nothing is weighted. SH-16 is about protecting somebody and does
-- not count. What a person dismissed is no hit.
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
           max(CASE WHEN coalesce(judgement, '') = 'dismissed' THEN 0 ELSE 1 END) AS stands,
           min(finding_id) AS finding_id,
           string_agg(explanation, ' ' ORDER BY from_time, finding_id) AS fact
    FROM findings
    WHERE rule_id LIKE 'SH-%' AND party_id IS NOT NULL
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
-- A rule that ran may lack something of some entries; what did not run at all is computable for nobody.
whole AS (
    SELECT rule_id, string_agg(DISTINCT lacks, '; ' ORDER BY lacks) AS missing
    FROM (
        SELECT rule_id, concat(reason, '; ', request) AS lacks
        FROM not_computable
        WHERE rule_id LIKE 'SH-%' AND parties IS NULL AND NOT reason LIKE '%accounts, % entries)'
    ) AS each_rule
    GROUP BY rule_id
),
verdicts AS (
    SELECT c.party_id, c.name, r.rule_id,
           CASE WHEN coalesce(f.stands, 0) = 1 THEN 'hit'
                WHEN f.stands = 0 THEN 'no hit'
                WHEN w.rule_id IS NOT NULL OR l.rule_id IS NOT NULL THEN 'not computable'
                ELSE 'no hit' END AS verdict,
           CASE WHEN coalesce(f.stands, 0) = 1 THEN f.fact
                WHEN f.stands = 0 THEN 'a person dismissed it'
                WHEN w.rule_id IS NOT NULL THEN w.missing
                ELSE l.missing END AS fact,
           f.finding_id
    FROM companies c
    CROSS JOIN rules r
    LEFT JOIN found f ON f.party_id = c.party_id AND f.rule_id = r.rule_id
    LEFT JOIN lacking l ON l.party_id = c.party_id AND l.rule_id = r.rule_id
    LEFT JOIN whole w ON w.rule_id = r.rule_id
)
SELECT party_id, name, rule_id, verdict, fact, finding_id,
       sum(CASE WHEN verdict = 'hit' AND rule_id <> 'SH-16' THEN 1 ELSE 0 END) OVER (PARTITION BY party_id) AS hits,
       sum(CASE WHEN verdict = 'not computable' THEN 1 ELSE 0 END) OVER (PARTITION BY party_id) AS not_computable
FROM verdicts
ORDER BY hits DESC, party_id, rule_id
