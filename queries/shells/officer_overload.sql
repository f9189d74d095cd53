-- id: SH-02
-- version: 1
-- title: Officer of very many companies
-- title[nl]: Bestuurder van zeer veel vennootschappen
-- describes: business
-- form: -
-- needs: relations.subject, relations.object, relations.kind, relations.from_date, relations.to_date,
--   parties.party_id, parties.kind, parties.dissolved, relations.source_id
-- parameter: minimum_companies number 10 -- few people run more companies than this
-- parameter: strong_companies number 50 -- nobody runs this many without a firm behind it
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT CASE WHEN count(*) >= $minimum_companies THEN 1 ELSE 0
--   END AS n FROM parties WHERE kind = 'company') AS counted WHERE n = 0 -- fewer companies are in these records than
--   the threshold counts -- ask the company register for all offices of each officer
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind = 'directorship'
--   AND object IS NOT NULL) AS seen ON seen.object = p.party_id WHERE p.kind = 'company' -- who directs these
--   companies is not in these records -- ask the company register for an extract with all officers, former ones too
-- source: shell indicator SH-02 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: An officer of this company directs {companies} companies that are not dissolved ({share_level}).
-- explanation[nl]: Een bestuurder van deze vennootschap bestuurt {companies} vennootschappen die niet zijn ontbonden
--   ({share_level}).
-- innocent: A secretary of a group, who is an officer of all its companies.
-- innocent: An insolvency practitioner or a liquidator appointed by a court.
-- innocent: A trust office that is licensed to provide directors.
-- innocent: A person in whose name others register companies, and who may be made to lend it.

WITH offices AS (
    SELECT DISTINCT r.subject, r.object, concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
    FROM relations r
    JOIN parties officer ON officer.party_id = r.subject
    JOIN parties company ON company.party_id = r.object
    WHERE r.kind = 'directorship' AND r.to_date IS NULL
      AND officer.kind = 'person' AND company.kind = 'company' AND company.dissolved IS NULL
),
busy AS (
    SELECT subject, count(DISTINCT object) AS companies
    FROM offices
    GROUP BY subject
    HAVING count(DISTINCT object) >= $minimum_companies
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       o.object AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT o.place ORDER BY o.place) AS records,
       'counted among the companies in these records; the officer may direct others' AS sufficiency,
       max(b.companies) AS companies,
       count(DISTINCT o.subject) AS officers,
       CASE WHEN max(b.companies) >= $strong_companies THEN 'strong' ELSE 'above the threshold' END AS share_level
FROM offices o
JOIN busy b ON b.subject = o.subject
GROUP BY o.object
