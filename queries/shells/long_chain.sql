-- id: SH-05
-- version: 1
-- title: Long chain of owners, or one through several countries
-- title[nl]: Lange keten van eigenaren, of een keten door verschillende landen
-- describes: business
-- form: -
-- needs: relations.subject, relations.object, relations.kind, relations.source_id, parties.party_id, parties.kind,
--   parties.country
-- parameter: minimum_depth number 4 -- holdings one above the other; two or three are usual
-- parameter: minimum_countries number 3 -- on one way from the company to a person
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind IN ('ownership',
--   'voting', 'unknown_owner', 'control', 'nominee') AND object IS NOT NULL) AS seen ON seen.object = p.party_id WHERE
--   p.kind = 'company' -- who owns these companies is not in these records -- ask the register of companies or of
--   beneficial owners for an extract
-- source: shell indicator SH-05 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Between this company and the persons behind it lie up to {depth} holdings, through
--   {countries_on_a_way} countries on one way ({countries}).
-- explanation[nl]: Tussen deze vennootschap en de personen erachter liggen tot {depth} deelnemingen, door
--   {countries_on_a_way} landen op één weg ({countries}).
-- innocent: A multinational group; where a company on the way is listed on an exchange, the chain is public.
-- innocent: A family holding with a holding company for each branch.
-- innocent: An investment fund with the layers that its law asks for.

WITH long AS (
    SELECT entity_id, depth, countries_on_a_way, countries, deepest
    FROM structures()
    WHERE depth >= $minimum_depth OR countries_on_a_way >= $minimum_countries
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       long.entity_id AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) ORDER BY concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS records,
       max(long.depth) AS depth,
       max(long.countries_on_a_way) AS countries_on_a_way,
       max(array_to_string(long.countries, ', ')) AS countries
FROM long
JOIN parties p ON p.party_id = long.entity_id
JOIN relations r ON r.object = long.entity_id
WHERE p.kind = 'company' AND r.kind IN ('ownership', 'voting', 'profit', 'liquidation', 'control', 'nominee', 'unknown_owner')
GROUP BY long.entity_id
