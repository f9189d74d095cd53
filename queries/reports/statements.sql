-- Every statement with its verdict; those that do not prove themselves first.
SELECT st.statement_id, st.account_id, coalesce(st.currency, '') AS currency, st.from_date, st.to_date,
       st.entries, st.credits, st.debits, st.verdict, st.difference, st.reason, st.breaks_at, st.source_id,
       CASE st.verdict WHEN 'failed' THEN 0 WHEN 'discrepancy' THEN 1 WHEN 'not verifiable' THEN 2 ELSE 3 END
           AS place_of_verdict
FROM statements AS st
ORDER BY place_of_verdict, st.account_id, st.from_date, st.statement_id
