-- Groups of indicators that stand together (table clusters), those with most signs of control first, one row an indicator:
-- which rule, of which family, about whom, with what the finding says. No score: every part stands here. Whom a finding tells
-- as possibly exploited is not named here: `geldspoor leads` is for that.
SELECT c.place, c.cluster_id, c.criterion, c.forms, i.rule_id, i.family, i.strong, f.title, f.describes,
       CASE WHEN f.gate = 'open' AND f.describes <> 'exploited' AND m.member IS NULL THEN f.party_id END AS party_id,
       CASE WHEN f.gate = 'open' AND f.describes <> 'exploited' AND m.member IS NULL THEN f.account_id END AS account_id,
       f.exit_account, f.from_time, f.to_time,
       CASE WHEN f.gate = 'open' AND f.describes <> 'exploited' AND m.member IS NULL THEN f.explanation END AS explanation, f.finding_id
FROM clusters c
JOIN cluster_indicators i ON i.cluster_id = c.cluster_id
JOIN findings f ON f.finding_id = i.finding_id
LEFT JOIN (SELECT cluster_id, member FROM cluster_members WHERE side = 'exploited') AS m
    ON m.cluster_id = c.cluster_id AND m.member = coalesce(f.party_id, f.account_id)
ORDER BY c.place, i.strong DESC, i.rule_id, f.finding_id
