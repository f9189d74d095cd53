-- id: SH-01
-- version: 1
-- title: Many companies at one address
-- title[nl]: Veel vennootschappen op één adres
-- describes: business
-- form: -
-- needs: parties.party_id, parties.kind, parties.dissolved, party_addresses.party_id, party_addresses.postcode,
--   party_addresses.house_number, party_addresses.unit, party_addresses.street, party_addresses.city,
--   party_addresses.country, party_addresses.source_id, relations.subject, relations.object, relations.kind
-- parameter: minimum_companies number 50 -- fewer share an address in any business building
-- parameter: strong_companies number 200 -- from here on few buildings are large enough
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT CASE WHEN count(*) >= $minimum_companies THEN 1 ELSE 0
--   END AS n FROM parties WHERE kind = 'company') AS counted WHERE n = 0 -- fewer companies are in these records than
--   the threshold counts -- ask the company register how many companies have each address, or take in the register's
--   list
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT party_id FROM party_addresses WHERE house_number IS
--   NOT NULL) AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- an address with house number of these
--   companies is not in these records -- ask the company register for an extract
-- source: shell indicator SH-01 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: {companies} companies that are not dissolved have one house number and unit as their address
--   ({share_level}); of these, {sharing_officers} have an officer in common with another one there.
-- explanation[nl]: {companies} vennootschappen die niet zijn ontbonden hebben hetzelfde huisnummer met toevoeging
--   als adres ({share_level}); daarvan hebben er {sharing_officers} een bestuurder gemeen met een andere op dat adres.
-- innocent: A business centre or a provider of registered offices, which many lawful companies use.
-- innocent: An office tower whose records leave out floor and unit.
-- innocent: A group that keeps all its companies at the head office.

WITH located AS (
    SELECT DISTINCT a.party_id,
           CASE
               WHEN a.postcode IS NOT NULL
                   THEN concat_ws('|', coalesce(a.country, ''), upper(replace(a.postcode, ' ', '')), lower(a.house_number), lower(coalesce(a.unit, '')))
               ELSE concat_ws('|', coalesce(a.country, ''), lower(a.street), lower(coalesce(a.city, '')), lower(a.house_number), lower(coalesce(a.unit, '')))
           END AS address,
           concat(a.source_id, ':', CAST(a.byte_start AS VARCHAR), '-', CAST(a.byte_end AS VARCHAR)) AS place
    FROM party_addresses a
    JOIN parties p ON p.party_id = a.party_id
    WHERE p.kind = 'company' AND p.dissolved IS NULL AND a.house_number IS NOT NULL
      AND (a.postcode IS NOT NULL OR a.street IS NOT NULL)
),
crowded AS (
    SELECT address, count(DISTINCT party_id) AS companies
    FROM located
    GROUP BY address
    HAVING count(DISTINCT party_id) >= $minimum_companies
),
members AS (
    SELECT DISTINCT l.address, l.party_id FROM located l LEFT SEMI JOIN crowded ON crowded.address = l.address
),
officers AS (
    SELECT DISTINCT m.address, m.party_id, r.subject
    FROM members m
    JOIN relations r ON r.object = m.party_id
    WHERE r.kind = 'directorship' AND r.subject IS NOT NULL
),
busy AS (
    SELECT address, subject FROM officers GROUP BY address, subject HAVING count(DISTINCT party_id) >= 2
),
sharing AS (
    SELECT o.address, count(DISTINCT o.party_id) AS companies
    FROM officers o
    JOIN busy ON busy.address = o.address AND busy.subject = o.subject
    GROUP BY o.address
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       l.party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT l.place ORDER BY l.place) AS records,
       'counted among the companies in these records; the register may have more at this address' AS sufficiency,
       max(c.companies) AS companies,
       coalesce(max(s.companies), 0) AS sharing_officers,
       CASE WHEN max(c.companies) >= $strong_companies THEN 'strong' ELSE 'above the threshold' END AS share_level
FROM located l
JOIN crowded c ON c.address = l.address
LEFT JOIN sharing s ON s.address = l.address
GROUP BY l.party_id, l.address
