-- id: SH-20
-- version: 2
-- title: Bank, seat and owner in three countries
-- title[nl]: Bank, zetel en eigenaar in drie landen
-- describes: business
-- form: -
-- needs: parties.party_id, parties.kind, parties.country, account_holders.account_id, account_holders.party_id,
--   account_holders.role, accounts.account_id, accounts.country, relations.subject, relations.object, relations.kind,
--   parties_read.party_id, parties_read.source_id, parties_read.byte_start, party_mentions.mention_id,
--   party_mentions.party_id
-- parameter: certainty text certain -- owners under every reading of the register's bands; ‘possible’ looks at those
--   under some reading only
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT party_id FROM parties WHERE kind = 'company' AND country IS NULL -- the country of these companies is
--   not in these records -- ask the company register for an extract
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT h.party_id FROM account_holders h JOIN accounts a ON
--   a.account_id = h.account_id WHERE h.role = 'holder' AND a.country IS NOT NULL) AS seen ON seen.party_id =
--   p.party_id WHERE p.kind = 'company' -- accounts of these companies, or the country of their banks, are not in
--   these records -- ask banks for the accounts of these companies
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT o.entity_id FROM owners() o JOIN parties w ON
--   w.party_id = o.owner_id WHERE o.owner_kind = 'person' AND o.certainty = $certainty AND w.country IS NOT NULL) AS seen ON
--   seen.entity_id = p.party_id WHERE p.kind = 'company' -- who owns these companies, or in which country the owners live, is not in
--   these records -- ask the register of beneficial owners for an extract
-- source: shell indicator SH-20 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: The seat is in {seat}, the accounts are in {banks}, and the owners are in {owners}: no two of them
--   agree.
-- explanation[nl]: De zetel is in {seat}, de rekeningen zijn in {banks} en de eigenaren in {owners}: geen twee komen
--   overeen.
-- innocent: An owner who lives near a border.
-- innocent: A branch with an account at a bank of its group.
-- innocent: A holding company that invests abroad.

WITH seats AS (
    SELECT party_id, upper(country) AS seat FROM parties WHERE kind = 'company' AND country IS NOT NULL
),
banks AS (
    SELECT DISTINCT h.party_id, upper(a.country) AS country
    FROM account_holders h
    JOIN accounts a ON a.account_id = h.account_id
    LEFT SEMI JOIN seats ON seats.party_id = h.party_id
    WHERE h.role = 'holder' AND a.country IS NOT NULL
),
behind AS (
    SELECT DISTINCT o.entity_id AS party_id, upper(p.country) AS country
    FROM owners() o
    JOIN parties p ON p.party_id = o.owner_id
    WHERE o.owner_kind = 'person' AND o.certainty = $certainty AND p.country IS NOT NULL
),
told AS (
    SELECT seats.party_id, seats.seat,
           max(CASE WHEN banks.country = seats.seat THEN 1 ELSE 0 END) AS bank_at_seat,
           string_agg(DISTINCT banks.country, ', ' ORDER BY banks.country) AS banks
    FROM seats
    JOIN banks ON banks.party_id = seats.party_id
    GROUP BY seats.party_id, seats.seat
),
near AS (
    SELECT behind.party_id,
           string_agg(DISTINCT behind.country, ', ' ORDER BY behind.country) AS owners,
           max(CASE WHEN behind.country = seats.seat OR banks.country IS NOT NULL THEN 1 ELSE 0 END) AS owner_at_either
    FROM behind
    JOIN seats ON seats.party_id = behind.party_id
    LEFT JOIN banks ON banks.party_id = behind.party_id AND banks.country = behind.country
    GROUP BY behind.party_id
),
hits AS (
    SELECT told.*, near.owners
    FROM told
    JOIN near ON near.party_id = told.party_id
    WHERE told.bank_at_seat = 0 AND near.owner_at_either = 0
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
       hits.party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       places.records,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       hits.seat,
       hits.banks,
       hits.owners
FROM hits
LEFT JOIN places ON places.party_id = hits.party_id
