-- Findings, those that may be shown as they are (open) and those about a possible victim (protected), by rule and time.
SELECT finding_id, rule_id, rule_version, title, describes, form, party_id, account_id, from_time, to_time,
       measures, sufficiency, explanation, innocent_explanations, gate, gate_reason, exit_account, judgement,
       CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END AS section,
       row_number() OVER (
           PARTITION BY CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END, rule_id
           ORDER BY from_time, finding_id) AS position
FROM findings
ORDER BY section, rule_id, position
