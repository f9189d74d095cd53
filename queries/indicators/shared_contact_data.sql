-- id: THB-12
-- version: 1
-- title: Account holders with different surnames and one phone, e-mail address or home
-- title[nl]: Rekeninghouders met verschillende achternamen en één telefoon, e-mailadres of woning
-- describes: network
-- form: *
-- family: shared contacts
-- needs: holders_of.account_id, holders_of.party_id, holders_of.name, holders_of.role, holders_of.kind,
--   party_identifiers.party_id, party_identifiers.scheme, party_identifiers.value, party_identifiers.source_id,
--   party_identifiers.byte_start, party_addresses.party_id, party_addresses.house_number, party_addresses.country,
--   party_addresses.source_id, party_addresses.byte_start, relations.subject, relations.object, relations.kind,
--   entry_marks.mark, entry_marks.other, parties.sector, list_known_addresses.country, list_known_addresses.postcode,
--   list_known_addresses.house_number, list_known_addresses.class
-- parameter: minimum_phone number 3 -- family names with one phone or e-mail address; two may be a couple
-- parameter: minimum_address number 5 -- family names at one home who also have one employer; students share a flat, not an employer
-- parameter: known_classes text shelter,dormitory,student_house,reception,care_home,hotel,prison
--   -- classes of the list known_addresses in which many strangers live lawfully
-- parameter: care_codes text ^(84|85|86|87|88|94) -- NACE codes, without dots, of bodies whose own phone or address clients give
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT (SELECT count(*) FROM party_identifiers WHERE scheme IN
--   ('phone', 'email')) + (SELECT count(*) FROM party_addresses) AS n) AS counted WHERE n = 0 -- neither phones, e-mail
--   addresses nor homes of account holders are in these records -- ask banks for the contact data of holders and mandates
-- lack: SELECT p.party_id FROM parties p LEFT SEMI JOIN (SELECT party_id FROM account_holders WHERE role = 'holder') AS h
--   ON h.party_id = p.party_id LEFT ANTI JOIN (SELECT party_id FROM party_identifiers WHERE scheme IN ('phone', 'email')
--   UNION SELECT party_id FROM party_addresses) AS told ON told.party_id = p.party_id WHERE p.kind = 'person' -- no
--   contact data of these account holders are in these records -- ask banks for phones, e-mail addresses and homes
-- source: Staffline red flag 1, shared mobile numbers; FIN-2020-A008: same addresses and phone numbers; indicator THB-12
-- source: exact definition here: persons who hold accounts, of at least three family names, with one phone or e-mail
--   address; or of at least five, at one home (unit and all), who besides have one employer by register or by wages. Not
--   a phone or address of a body of care, schooling or government; not a home that the office's list known_addresses has
--   in one of the classes. Devices are not in these records.
-- explanation: {persons} account holders of {families} family names have one {attribute} in common; {employed} of them have
--   one employer in common. Who gave these contact data is not in the records, and some of the holders may need protection.
-- explanation[nl]: {persons} rekeninghouders met {families} familienamen hebben één kenmerk gemeen ({attribute}); {employed}
--   van hen hebben één werkgever gemeen. Wie deze gegevens opgaf staat er niet bij, en sommige houders hebben misschien
--   bescherming nodig.
-- innocent: A family whose members bear different names.
-- innocent: A student flat, or seasonal workers lodged together in the open by their employer.
-- innocent: A shelter, reception centre or landlord that is not on the office's list.
-- innocent: A relative or volunteer who helped people without a phone to open an account.

WITH people AS (
    SELECT DISTINCT account_id, party_id,
           lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END) AS family
    FROM holders_of
    WHERE role = 'holder' AND kind = 'person' AND name IS NOT NULL
),
bodies AS (
    SELECT party_id FROM parties WHERE regexp_like(replace(coalesce(sector, ''), '.', ''), $care_codes)
),
known AS (
    SELECT DISTINCT upper(country) AS country, upper(replace(postcode, ' ', '')) AS postcode, house_number
    FROM list_known_addresses
    WHERE array_has(string_to_array($known_classes, ','), lower(class))
),
attributes AS (
    SELECT i.party_id, i.scheme AS attribute, i.value,
           concat(i.source_id, ':', CAST(i.byte_start AS VARCHAR), '-', CAST(i.byte_end AS VARCHAR)) AS record
    FROM party_identifiers i
    WHERE i.scheme IN ('phone', 'email')
    UNION ALL
    SELECT a.party_id, 'address',
           concat(coalesce(a.country, ''), '|', upper(replace(coalesce(a.postcode, concat(a.city, '|', a.street)), ' ', '')), '|', a.house_number, '|', coalesce(a.unit, '')),
           concat(a.source_id, ':', CAST(a.byte_start AS VARCHAR), '-', CAST(a.byte_end AS VARCHAR))
    FROM party_addresses a
    LEFT ANTI JOIN known ON known.country = upper(a.country) AND known.postcode = upper(replace(a.postcode, ' ', ''))
        AND known.house_number = a.house_number
    WHERE a.house_number IS NOT NULL AND coalesce(a.postcode, a.street) IS NOT NULL
),
public AS (
    SELECT DISTINCT a.attribute, a.value FROM attributes a LEFT SEMI JOIN bodies ON bodies.party_id = a.party_id
),
seen AS (
    SELECT p.account_id, p.party_id, p.family, a.attribute, a.value, a.record
    FROM people p
    JOIN attributes a ON a.party_id = p.party_id
    LEFT ANTI JOIN public ON public.attribute = a.attribute AND public.value = a.value
),
groups AS (
    SELECT attribute, value, count(DISTINCT family) AS families, count(DISTINCT party_id) AS persons
    FROM seen
    GROUP BY attribute, value
    HAVING count(DISTINCT family) >= least($minimum_phone, $minimum_address)
),
-- An employer by register, or by the wages that it pays.
employers AS (
    SELECT r.subject AS party_id, r.object AS employer FROM relations r WHERE r.kind = 'employment' AND r.object IS NOT NULL
    UNION
    SELECT p.party_id, coalesce(h.party_id, m.other)
    FROM people p
    JOIN entry_marks m ON m.account_id = p.account_id
    LEFT JOIN account_holders h ON h.account_id = m.counterparty_account_id AND h.role = 'holder'
    WHERE m.mark = 'wage' AND m.direction = 'credit' AND m.other IS NOT NULL
),
employed AS (
    SELECT attribute, value, max(families) AS families, max(persons) AS persons
    FROM (
        SELECT s.attribute, s.value, e.employer, count(DISTINCT s.family) AS families, count(DISTINCT s.party_id) AS persons
        FROM seen s
        LEFT SEMI JOIN groups ON groups.attribute = s.attribute AND groups.value = s.value
        JOIN employers e ON e.party_id = s.party_id
        GROUP BY s.attribute, s.value, e.employer
    ) AS by_employer
    GROUP BY attribute, value
),
hits AS (
    SELECT g.*, coalesce(e.persons, 0) AS employed
    FROM groups g
    LEFT JOIN employed e ON e.attribute = g.attribute AND e.value = g.value
    WHERE (g.attribute <> 'address' AND g.families >= $minimum_phone)
       OR (g.attribute = 'address' AND coalesce(e.families, 0) >= $minimum_address)
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT s.record ORDER BY s.record) AS records,
       array_agg(DISTINCT s.account_id ORDER BY s.account_id) AS others,
       'devices are not in these records' AS sufficiency,
       h.attribute,
       max(h.persons) AS persons,
       max(h.families) AS families,
       max(h.employed) AS employed
FROM hits h
JOIN seen s ON s.attribute = h.attribute AND s.value = h.value
GROUP BY h.attribute, h.value
