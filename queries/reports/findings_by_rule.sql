-- How many findings each rule has, open and protected apart, and how many of them a person dismissed.
SELECT CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END AS section,
       rule_id, max(rule_version) AS rule_version, min(title) AS title, count(*) AS findings,
       sum(CASE WHEN judgement = 'dismissed' THEN 1 ELSE 0 END) AS dismissed,
       min(from_time) AS first_time, max(to_time) AS last_time
FROM findings
GROUP BY CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END, rule_id
ORDER BY section, rule_id
