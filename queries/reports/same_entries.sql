-- Entries that are, or may be, one booking told twice.
SELECT kind, count(*) AS entries
FROM same_entries
GROUP BY kind
ORDER BY kind
