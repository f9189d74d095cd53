-- How many legs are open, of which kind, and how many entries take earlier ones back.
SELECT 'missing' AS what, kind, count(*) AS number FROM missing_legs GROUP BY kind
UNION ALL
SELECT CASE WHEN tied THEN 'tied in order' ELSE 'left apart' END, kind, count(*) FROM ambiguous_legs GROUP BY tied, kind
UNION ALL
SELECT CASE WHEN tied THEN 'takes back' ELSE 'may take back' END, kind, count(*) FROM reversals GROUP BY tied, kind
ORDER BY what, kind
