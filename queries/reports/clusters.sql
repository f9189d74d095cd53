-- Groups of indicators that stand together (table clusters), those with most signs of control first, one row an indicator:
-- which rule, of which family, about whom, with what the finding says. No score: every part stands here. Whom a finding tells
-- as possibly exploited is not named here: `geldspoor leads` is for that.
WITH told AS (
    SELECT i.cluster_id, i.rule_id, i.family, i.strong, f.*,
           f.gate = 'open' AND f.describes <> 'exploited' AND m.member IS NULL AS is_named
    FROM cluster_indicators i
    JOIN findings f ON f.finding_id = i.finding_id
    LEFT JOIN sole_holders s ON s.account_id = f.account_id AND f.party_id IS NULL
    LEFT JOIN (SELECT cluster_id, member FROM cluster_members WHERE side = 'exploited') AS m
        ON m.cluster_id = i.cluster_id AND m.member = coalesce(f.party_id, s.party_id, f.account_id)
)
SELECT c.place, c.cluster_id, c.criterion, c.forms, t.rule_id, t.family, t.strong, t.title, t.describes,
       CASE WHEN t.is_named THEN t.party_id END AS party_id,
       CASE WHEN t.is_named THEN t.account_id END AS account_id,
       t.exit_account, t.from_time, t.to_time,
       CASE WHEN t.is_named THEN t.explanation END AS explanation, t.finding_id
FROM clusters c
JOIN told t ON t.cluster_id = c.cluster_id
ORDER BY c.place, t.strong DESC, t.rule_id, t.finding_id
