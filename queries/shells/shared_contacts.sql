-- id: SH-03
-- version: 1
-- title: Companies with officers or contacts in common
-- title[nl]: Vennootschappen met dezelfde bestuurders of contactgegevens
-- describes: business
-- form: -
-- needs: relations.subject, relations.object, relations.kind, relations.from_date, relations.to_date,
--   parties.party_id, parties.kind, relations.detail, relations.source_id
-- parameter: minimum_attributes number 2 -- one thing in common is chance or a shared building
-- parameter: most_offices number 50 -- an officer of more companies than this ties nobody (SH-02 tells of those)
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT CASE WHEN count(*) >= 2 THEN 1 ELSE 0 END AS n FROM
--   parties WHERE kind = 'company') AS counted WHERE n = 0 -- fewer than two companies are in these records -- ask for
--   extracts of the companies that pay and are paid
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object AS party_id FROM relations WHERE kind =
--   'directorship' UNION ALL SELECT party_id FROM parties_read m WHERE phone IS NOT NULL OR email IS NOT NULL OR
--   address IS NOT NULL) AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' AND p.phone IS NULL AND
--   p.email IS NULL AND p.address IS NULL -- neither officers nor contacts of these companies are in these records --
--   ask the company register for an extract, and banks for contacts and log-in addresses
-- source: shell indicator SH-03 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: {companies} other companies in these records have at least {attributes} things in common with this
--   one, among them: {what}.
-- explanation[nl]: {companies} andere vennootschappen in deze gegevens hebben ten minste {attributes} kenmerken
--   gemeen met deze, waaronder: {what}.
-- innocent: Companies of one group, which share an office and directors.
-- innocent: An accountant or formation agent whose own contacts stand in the register.
-- innocent: Spouses who each run a company from home.

WITH companies AS (SELECT party_id FROM parties WHERE kind = 'company'),
offices AS (
    SELECT r.subject, r.object, min(concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS place
    FROM relations r
    LEFT SEMI JOIN companies ON companies.party_id = r.object
    WHERE r.kind = 'directorship' AND r.subject IS NOT NULL
    GROUP BY r.subject, r.object
),
-- An officer of very many companies ties nobody, and would make a pair of each two of them.
tying AS (
    SELECT subject FROM offices GROUP BY subject HAVING count(*) BETWEEN 2 AND $most_offices
),
pairs AS (
    SELECT a.object AS one, b.object AS other, 'officer' AS attribute, a.place
    FROM offices a
    LEFT SEMI JOIN tying ON tying.subject = a.subject
    JOIN offices b ON b.subject = a.subject
    WHERE a.object <> b.object
    UNION ALL
    SELECT r.subject, r.object, split_part(replace(r.detail, 'inferred: ', ''), ' ', 1), concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))
    FROM relations r WHERE r.kind = 'shared_attribute' AND r.detail IS NOT NULL
    UNION ALL
    SELECT r.object, r.subject, split_part(replace(r.detail, 'inferred: ', ''), ' ', 1), concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))
    FROM relations r WHERE r.kind = 'shared_attribute' AND r.detail IS NOT NULL
),
tied AS (
    SELECT p.one, p.other, count(DISTINCT p.attribute) AS attributes
    FROM pairs p
    LEFT SEMI JOIN companies AS a ON a.party_id = p.one
    LEFT SEMI JOIN companies AS b ON b.party_id = p.other
    GROUP BY p.one, p.other
    HAVING count(DISTINCT p.attribute) >= $minimum_attributes
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       t.one AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT p.place ORDER BY p.place) AS records,
       'network addresses and accountants are not in these records' AS sufficiency,
       count(DISTINCT t.other) AS companies,
       min(t.attributes) AS attributes,
       string_agg(DISTINCT p.attribute, ', ' ORDER BY p.attribute) AS what
FROM tied t
JOIN pairs p ON p.one = t.one AND p.other = t.other
GROUP BY t.one
