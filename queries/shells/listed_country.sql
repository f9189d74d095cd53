-- id: SH-18
-- version: 2
-- title: Seat or bank in a country on a list
-- title[nl]: Zetel of bank in een land op een lijst
-- describes: business
-- form: -
-- needs: parties.party_id, parties.kind, parties.country, account_holders.account_id, account_holders.party_id,
--   account_holders.role, accounts.account_id, accounts.country, entries.booking_date, entries.booked_at,
--   list_high_risk_countries.country, list_high_risk_countries.valid_from, parties_read.party_id,
--   parties_read.source_id, parties_read.byte_start, party_mentions.mention_id, party_mentions.party_id
-- parameter: minimum_lists number 1 -- lists that name the country
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM list_high_risk_countries) AS
--   counted WHERE n = 0 -- the list of high-risk countries is not in these records -- put the lists that the office
--   goes by, each country with the days from and to which it is listed, into queries/lists/high_risk_countries.csv
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT h.party_id FROM account_holders h JOIN accounts a ON
--   a.account_id = h.account_id WHERE a.country IS NOT NULL) AS seen ON seen.party_id = p.party_id WHERE p.kind =
--   'company' AND p.country IS NULL -- the country of these companies and of their banks is not in these records --
--   ask the company register for an extract
-- source: shell indicator SH-18 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: {what}: on the office's list {lists}.
-- explanation[nl]: {what}: op de lijst {lists} van het kantoor.
-- innocent: A company that trades with that country, or whose founders are from there.
-- innocent: A country that is listed for a weakness of its supervision, not for its companies.
-- innocent: A list that a later one has replaced.

WITH period AS (
    SELECT min(day) AS first_day, max(day) AS last_day
    FROM (SELECT coalesce(booking_date, CAST(booked_at AS DATE)) AS day FROM entries) AS days
),
listed AS (
    SELECT upper(l.country) AS country, l.list,
           CASE WHEN l.valid_from IS NULL THEN NULL ELSE CAST(l.valid_from AS DATE) END AS valid_from,
           CASE WHEN l.valid_to IS NULL THEN NULL ELSE CAST(l.valid_to AS DATE) END AS valid_to
    FROM list_high_risk_countries l
),
-- In force on a day of the records; without entries, at any time.
valid AS (
    SELECT country, list
    FROM listed
    CROSS JOIN period
    WHERE (valid_from IS NULL OR last_day IS NULL OR valid_from <= last_day)
      AND (valid_to IS NULL OR first_day IS NULL OR valid_to >= first_day)
    GROUP BY country, list
),
told AS (
    SELECT p.party_id, upper(p.country) AS country, 'seat' AS what
    FROM parties p WHERE p.kind = 'company' AND p.country IS NOT NULL
    UNION
    SELECT h.party_id, upper(a.country), 'bank account'
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    JOIN accounts a ON a.account_id = h.account_id
    WHERE h.role = 'holder' AND p.kind = 'company' AND a.country IS NOT NULL
),
hits AS (
    SELECT told.party_id, told.country, told.what, valid.list FROM told JOIN valid ON valid.country = told.country
),
-- Where the registers say what they say of the company.
places AS (
    SELECT party_id, array_agg(place ORDER BY place) AS records
    FROM (
        SELECT DISTINCT m.party_id, concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
        FROM parties_read r
        JOIN party_mentions m ON m.mention_id = r.party_id
        LEFT SEMI JOIN hits ON hits.party_id = m.party_id
    ) AS told
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       seen.party_id,
       period.first_day AS from_time,
       period.last_day AS to_time,
       places.records,
       seen.what,
       named.lists
FROM (
    SELECT party_id, string_agg(what, ', ' ORDER BY what) AS what
    FROM (SELECT DISTINCT party_id, concat(what, ' in ', country) AS what FROM hits) AS each_place
    GROUP BY party_id
) AS seen
JOIN (
    SELECT party_id, string_agg(list, ', ' ORDER BY list) AS lists
    FROM (SELECT DISTINCT party_id, list FROM hits) AS each_list
    GROUP BY party_id
    HAVING count(*) >= $minimum_lists
) AS named ON named.party_id = seen.party_id
CROSS JOIN period
LEFT JOIN places ON places.party_id = seen.party_id
