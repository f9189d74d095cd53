-- id: SH-19
-- version: 2
-- title: Address that is no place of business
-- title[nl]: Adres dat geen bedrijfsruimte is
-- describes: business
-- form: -
-- needs: parties.party_id, parties.kind, party_addresses.party_id, party_addresses.postcode,
--   party_addresses.house_number, party_addresses.unit, party_addresses.city, party_addresses.kind,
--   party_addresses.source_id, relations.subject, relations.object, relations.kind, list_address_classes.class
-- parameter: classes text ^(post office box|virtual office|mail forwarding|domicile service|residential)$ -- classes of
--   the list that are no place of business; what the list calls an office or a shop is one
-- parameter: home_class text residential -- the list's word for homes; a home counts only where it is known where
--   officers and owners live, and none of them lives in its city
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT party_id FROM party_addresses WHERE kind = 'post
--   office box') AS boxes ON boxes.party_id = p.party_id LEFT ANTI JOIN (SELECT a.party_id FROM party_addresses a JOIN
--   list_address_classes c ON upper(replace(c.postcode, ' ', '')) = upper(replace(a.postcode, ' ', '')) AND
--   lower(c.house_number) = lower(a.house_number)) AS classed ON classed.party_id = p.party_id WHERE p.kind =
--   'company' -- the class of the address of these companies is not in these records -- ask for an extract with
--   addresses, and put the office's classes of addresses into queries/lists/address_classes.csv
-- lack: SELECT a.party_id FROM party_addresses a JOIN parties p ON p.party_id = a.party_id JOIN list_address_classes
--   c ON upper(replace(c.postcode, ' ', '')) = upper(replace(a.postcode, ' ', '')) AND lower(c.house_number) =
--   lower(a.house_number) LEFT ANTI JOIN (SELECT r.object FROM relations r JOIN parties w ON w.party_id = r.subject
--   JOIN party_addresses h ON h.party_id = r.subject WHERE r.kind IN ('directorship', 'ownership') AND w.kind =
--   'person' AND h.city IS NOT NULL) AS homes ON homes.object = a.party_id WHERE p.kind = 'company' AND
--   lower(c.class) = $home_class -- where the officers and owners of these companies, whose address is a home, live
--   is not in these records -- ask the company register for extracts with addresses of officers and owners
-- source: shell indicator SH-19 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: The address of the company is of the class ‘{classes}’.
-- explanation[nl]: Het adres van de vennootschap is van de soort ‘{classes}’.
-- innocent: A freelancer who works from home.
-- innocent: A small company that has its post sent to a box or a virtual office.
-- innocent: A start-up in a shared office.

WITH classes AS (
    SELECT DISTINCT upper(coalesce(country, '')) AS country, upper(replace(postcode, ' ', '')) AS postcode,
           lower(house_number) AS house_number, lower(unit) AS unit, lower(class) AS class
    FROM list_address_classes
    WHERE postcode IS NOT NULL AND house_number IS NOT NULL AND class IS NOT NULL
),
addresses AS (
    SELECT a.party_id, upper(coalesce(a.country, '')) AS country, upper(replace(a.postcode, ' ', '')) AS postcode,
           lower(a.house_number) AS house_number, lower(coalesce(a.unit, '')) AS unit, lower(a.city) AS city, a.kind,
           concat(a.source_id, ':', CAST(a.byte_start AS VARCHAR), '-', CAST(a.byte_end AS VARCHAR)) AS place
    FROM party_addresses a
    JOIN parties p ON p.party_id = a.party_id
    WHERE p.kind = 'company'
),
-- Where officers and owners live.
homes AS (
    SELECT DISTINCT r.object AS party_id, lower(a.city) AS city
    FROM relations r
    JOIN parties p ON p.party_id = r.subject
    JOIN party_addresses a ON a.party_id = r.subject
    WHERE r.kind IN ('directorship', 'ownership') AND p.kind = 'person' AND a.city IS NOT NULL
),
housed AS (SELECT DISTINCT party_id FROM homes),
classed AS (
    SELECT party_id, place, 'post office box' AS class FROM addresses WHERE kind = 'post office box'
    UNION
    SELECT a.party_id, a.place, c.class
    FROM addresses a
    JOIN classes c ON c.postcode = a.postcode AND c.house_number = a.house_number
    LEFT JOIN homes h ON h.party_id = a.party_id AND h.city = a.city
    LEFT JOIN housed ON housed.party_id = a.party_id
    WHERE (c.country = '' OR a.country = '' OR c.country = a.country)
      AND (c.unit IS NULL OR c.unit = a.unit)
      AND (c.class <> $home_class OR (housed.party_id IS NOT NULL AND a.city IS NOT NULL AND h.party_id IS NULL))
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT place ORDER BY place) AS records,
       string_agg(DISTINCT class, ', ' ORDER BY class) AS classes
FROM classed
WHERE regexp_like(class, $classes, 'i')
GROUP BY party_id
