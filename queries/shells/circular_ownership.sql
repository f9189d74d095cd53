-- id: SH-04
-- version: 1
-- title: Companies that own each other in a circle
-- title[nl]: Vennootschappen die elkaar in een kring bezitten
-- describes: business
-- form: -
-- needs: relations.subject, relations.object, relations.kind, relations.source_id, parties.party_id, parties.kind
-- parameter: minimum_companies number 2 -- shares that a company has in itself make no circle with others
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind IN ('ownership',
--   'voting', 'unknown_owner', 'control', 'nominee') AND object IS NOT NULL) AS seen ON seen.object = p.party_id WHERE
--   p.kind = 'company' -- who owns these companies is not in these records -- ask the register of companies or of
--   beneficial owners for an extract
-- source: shell indicator SH-04 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: This company lies on a circle of holdings: {companies} companies own each other directly or through
--   others. Who is behind the circle, with circles reckoned exactly: `geldspoor owners`.
-- explanation[nl]: Deze vennootschap ligt op een kring van deelnemingen: {companies} vennootschappen bezitten elkaar
--   direct of via andere. Wie achter de kring staat, met de kring exact verrekend: `geldspoor owners`.
-- innocent: Lawful cross-holdings between companies of a group or between partners.
-- innocent: Shares that were bought back and are held through a subsidiary.
-- innocent: An old holding that the register has not ended yet.

WITH rings AS (
    SELECT entity_id, ring FROM structures() WHERE cardinality(ring) >= $minimum_companies
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       rings.entity_id AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) ORDER BY concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS records,
       CAST(max(cardinality(rings.ring)) AS BIGINT) AS companies
FROM rings
JOIN relations r ON r.object = rings.entity_id
WHERE array_has(rings.ring, r.subject)
GROUP BY rings.entity_id
