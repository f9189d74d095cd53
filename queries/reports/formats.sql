-- What was read, a row a format: files, records, entries, and what the statements' own arithmetic says of them.
WITH entry_counts AS (
    SELECT source_id, count(*) AS entries FROM entries GROUP BY source_id
),
verdict_counts AS (
    SELECT source_id, count(*) AS statements,
           sum(CASE WHEN verdict = 'verified' THEN 1 ELSE 0 END) AS verified,
           sum(CASE WHEN verdict = 'discrepancy' THEN 1 ELSE 0 END) AS discrepancy,
           sum(CASE WHEN verdict = 'not verifiable' THEN 1 ELSE 0 END) AS not_verifiable,
           sum(CASE WHEN verdict = 'failed' THEN 1 ELSE 0 END) AS failed
    FROM statements
    GROUP BY source_id
),
order_counts AS (
    SELECT source_id, count(*) AS orders FROM payment_orders GROUP BY source_id
)
SELECT s.format, count(*) AS files, sum(s.rows_read) AS records, sum(s.rows_accepted) AS accepted,
       sum(s.rows_rejected) AS rejected, sum(coalesce(e.entries, 0)) AS entries, sum(coalesce(o.orders, 0)) AS orders,
       sum(coalesce(v.statements, 0)) AS statements, sum(coalesce(v.verified, 0)) AS verified,
       sum(coalesce(v.discrepancy, 0)) AS discrepancy, sum(coalesce(v.not_verifiable, 0)) AS not_verifiable,
       sum(coalesce(v.failed, 0)) AS failed
FROM sources AS s
LEFT JOIN entry_counts AS e ON e.source_id = s.source_id
LEFT JOIN verdict_counts AS v ON v.source_id = s.source_id
LEFT JOIN order_counts AS o ON o.source_id = s.source_id
GROUP BY s.format
ORDER BY s.format
