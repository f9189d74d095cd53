-- Findings of each rule by the day on which they begin.
SELECT rule_id, CAST(from_time AS DATE) AS day, count(*) AS findings
FROM findings
GROUP BY rule_id, CAST(from_time AS DATE)
ORDER BY rule_id, day
