-- id: SH-06
-- version: 1
-- title: Owner that cannot be seen
-- title[nl]: Eigenaar die niet te zien is
-- describes: business
-- form: -
-- needs: relations.subject, relations.object, relations.kind, relations.source_id, parties.party_id, parties.kind
-- parameter: minimum_ends number 1 -- one end that cannot be seen is enough to ask
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind IN ('ownership',
--   'voting', 'unknown_owner', 'control', 'nominee') AND object IS NOT NULL) AS seen ON seen.object = p.party_id WHERE
--   p.kind = 'company' -- who owns these companies is not in these records -- ask the register of companies or of
--   beneficial owners for an extract
-- lack: SELECT s.entity_id AS party_id FROM structures() s JOIN parties p ON p.party_id = s.entity_id WHERE p.kind =
--   'company' AND NOT array_has(s.opaque_ends, s.entity_id) AND array_has(s.opaque_kinds, 'company') -- who owns the
--   companies that own these is not in these records -- ask the register of companies or of beneficial owners for
--   extracts of the companies on the way
-- source: shell indicator SH-06 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Who stands behind this company cannot be seen whole. Ends of the structure at which nobody is named:
--   {ends} (kinds: {kinds}). Holders who hold for somebody else by name: {nominees}.
-- explanation[nl]: Wie er achter deze vennootschap staat is niet geheel te zien. Einden van de structuur waar niemand
--   genoemd wordt: {ends} (soorten: {kinds}). Houders die op naam voor een ander houden: {nominees}.
-- innocent: A trust or foundation with a lawful purpose, such as a pension fund or a charity.
-- innocent: A register that protects an owner by order, for instance a person under threat.
-- innocent: A record that is not finished: the register waits for the owner's statement.

-- A company at the end is one whose owners these records do not have: no sign of anything.
WITH shapes AS (
    SELECT entity_id,
           array_remove_all(opaque_kinds, 'company') AS kinds,
           CAST(coalesce(cardinality(array_remove_all(opaque_kinds, 'company')), 0) AS BIGINT) AS ends,
           CAST(coalesce(cardinality(opaque_kinds), 0) AS BIGINT) AS all_ends,
           CAST(coalesce(cardinality(nominees), 0) AS BIGINT) AS nominees
    FROM structures()
),
opaque AS (
    SELECT * FROM shapes WHERE ends + nominees >= $minimum_ends
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       opaque.entity_id AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) ORDER BY concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS records,
       concat('countries without a register of owners come in by the list of SH-18',
              CASE WHEN max(opaque.all_ends) > max(opaque.ends) THEN '; the owners of some companies on the way are not in these records' ELSE '' END) AS sufficiency,
       max(opaque.ends) AS ends,
       max(coalesce(nullif(array_to_string(array_sort(array_distinct(opaque.kinds)), ', '), ''), 'none')) AS kinds,
       max(opaque.nominees) AS nominees
FROM opaque
JOIN parties p ON p.party_id = opaque.entity_id
JOIN relations r ON r.object = opaque.entity_id
WHERE p.kind = 'company'
  AND r.kind IN ('ownership', 'voting', 'profit', 'liquidation', 'control', 'nominee', 'nominator', 'trustee', 'unknown_owner')
GROUP BY opaque.entity_id
