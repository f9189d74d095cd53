-- Groups of indicators that stand together (table clusters), those with most signs of control first, one row an indicator:
-- which rule, of which family, about whom, with what the finding says. No score: every part stands here.
SELECT c.place, c.cluster_id, c.criterion, c.forms, i.rule_id, i.family, i.strong, f.title, f.describes,
       f.party_id, f.account_id, f.exit_account, f.from_time, f.to_time, f.explanation, f.finding_id
FROM clusters c
JOIN cluster_indicators i ON i.cluster_id = c.cluster_id
JOIN findings f ON f.finding_id = i.finding_id
ORDER BY c.place, i.strong DESC, i.rule_id, f.finding_id
