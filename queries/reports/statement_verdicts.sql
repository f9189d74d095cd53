-- How many statements prove themselves.
SELECT verdict, count(*) AS statements
FROM statements
GROUP BY verdict
ORDER BY verdict
