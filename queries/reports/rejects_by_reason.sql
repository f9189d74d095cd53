-- Records that could not be read, by reason, what they quote left out. Each reason with its first three records.
WITH reasons AS (
    SELECT r.source_id, s.name, r.locator, r.reason, r.raw, r.byte_start, r.byte_end,
           regexp_replace(regexp_replace(r.reason, '‘[^’]*’', '‘…’', 'g'), '[0-9]+', '#', 'g') AS kind
    FROM rejects AS r
    JOIN sources AS s ON s.source_id = r.source_id
),
numbered AS (
    SELECT substr(md5(kind), 1, 12) AS reason_key, source_id, name, locator, reason, raw, byte_start, byte_end,
           count(*) OVER (PARTITION BY kind) AS records,
           row_number() OVER (PARTITION BY kind ORDER BY source_id, byte_start, locator) AS position
    FROM reasons
)
SELECT reason_key, source_id, name, locator, reason, raw, byte_start, byte_end, records, position
FROM numbered
WHERE position <= 3
ORDER BY records DESC, reason_key, position
