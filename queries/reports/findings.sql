-- Findings, those that may be shown as they are (open) and those about a possible victim (protected), by rule and time.
-- What a person dismissed or confirmed stands with who did and why; `holders` are the categories that a person set.
WITH said AS (
    SELECT subject, reason, author,
           row_number() OVER (PARTITION BY subject ORDER BY time DESC, decision_id DESC) AS newest
    FROM decisions
    WHERE kind = 'finding' AND undoes = ''
      AND decision_id NOT IN (SELECT undoes FROM decisions WHERE undoes <> '')
),
about AS (
    SELECT finding_id, party_id FROM findings WHERE party_id IS NOT NULL
    UNION
    SELECT f.finding_id, h.party_id FROM findings AS f JOIN account_holders AS h ON h.account_id = f.account_id
),
categories AS (
    SELECT a.finding_id, string_agg(concat('{party:', p.party_id, '}: ', p.category), '; ' ORDER BY p.party_id) AS holders
    FROM about AS a JOIN parties AS p ON p.party_id = a.party_id
    WHERE p.category <> 'unclassified'
    GROUP BY a.finding_id
)
SELECT f.finding_id, f.rule_id, f.rule_version, f.title, f.describes, f.form, f.party_id, f.account_id, f.from_time,
       f.to_time, f.measures, f.sufficiency, f.explanation, f.innocent_explanations, f.gate, f.gate_reason,
       f.exit_account, f.judgement, s.reason AS judgement_reason, s.author AS judgement_author, c.holders,
       CASE WHEN f.gate = 'open' AND f.describes <> 'exploited' THEN 'open' ELSE 'protected' END AS section,
       row_number() OVER (
           PARTITION BY CASE WHEN f.gate = 'open' AND f.describes <> 'exploited' THEN 'open' ELSE 'protected' END, f.rule_id
           ORDER BY f.from_time, f.finding_id) AS position
FROM findings AS f
LEFT JOIN said AS s ON s.subject = f.finding_id AND s.newest = 1 AND f.judgement IS NOT NULL
LEFT JOIN categories AS c ON c.finding_id = f.finding_id
ORDER BY section, rule_id, position
