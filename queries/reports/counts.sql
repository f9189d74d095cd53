-- How large the case is.
SELECT (SELECT count(*) FROM sources) AS sources,
       (SELECT count(*) FROM entries) AS entries,
       (SELECT count(*) FROM accounts WHERE seized) AS accounts_seized,
       (SELECT count(*) FROM accounts WHERE NOT seized) AS accounts_seen,
       (SELECT count(*) FROM statements) AS statements,
       (SELECT count(*) FROM transfers) AS transfers,
       (SELECT count(*) FROM findings) AS findings,
       (SELECT count(*) FROM findings WHERE measures LIKE '%"same_as":"f-%') AS findings_retold,
       (SELECT count(*) FROM findings WHERE judgement = 'dismissed') AS dismissed,
       (SELECT min(booking_date) FROM entries) AS first_day,
       (SELECT max(booking_date) FROM entries) AS last_day,
       (SELECT count(*) FROM entries WHERE booking_date IS NULL) AS entries_undated,
       (SELECT count(*) FROM entries WHERE amount IS NULL) AS entries_without_amount,
       (SELECT count(DISTINCT entry_id) FROM same_entries WHERE kind IN ('same_statement', 'other_record'))
           AS entries_again
