-- id: SH-16
-- version: 2
-- title: Officer or owner who may need protection
-- title[nl]: Bestuurder of eigenaar die mogelijk bescherming nodig heeft
-- describes: exploited
-- form: *
-- family: straw men
-- needs: relations.subject, relations.object, relations.kind, relations.from_date, relations.to_date,
--   parties.party_id, parties.kind, relations.source_id, parties.birth_date, parties.incorporated, incomes.party_id,
--   incomes.year, incomes.kind, incomes.amount, incomes.currency, party_addresses.party_id,
--   party_addresses.house_number, entries.booking_date, entries.booked_at
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: youngest number 21 -- younger officers are rare
-- parameter: oldest number 75 -- older officers are rare
-- parameter: most_income decimal 1000 -- a year, benefits left out: no income to speak of
-- parameter: sharing number 3 -- other persons at the address, more than most families
-- parameter: minimum_signs number 2 -- one alone is ordinary
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT r.object FROM relations r JOIN parties person ON
--   person.party_id = r.subject LEFT JOIN (SELECT DISTINCT party_id FROM incomes) AS i ON i.party_id = r.subject LEFT
--   JOIN (SELECT DISTINCT party_id FROM party_addresses) AS a ON a.party_id = r.subject WHERE r.kind IN
--   ('directorship', 'ownership') AND person.kind = 'person' AND (person.birth_date IS NOT NULL OR i.party_id IS NOT
--   NULL OR a.party_id IS NOT NULL)) AS seen ON seen.object = p.party_id WHERE p.kind = 'company' -- birth dates,
--   incomes and addresses of officers and owners of these companies are not in these records -- ask the company
--   register for an extract, and the tax office for stated incomes of officers and owners
-- source: shell indicator SH-16 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Of the officers and owners of this company {persons} show at least {signs} of these: younger than
--   {youngest} or older than {oldest} years; income from benefits; stated incomes of at most {most_income} {currency}
--   a year; an address shared with {sharing} other persons or more. A person may be made to lend his or her name: this
--   is a question of protection, not a sign against anybody, and it is not counted in the sum of indicators. Who it is
--   stands in the cited records.
-- explanation[nl]: Van de bestuurders en eigenaren van deze vennootschap tonen er {persons} ten minste {signs} van
--   deze: jonger dan {youngest} of ouder dan {oldest} jaar; inkomen uit uitkeringen; opgegeven inkomens van ten
--   hoogste {most_income} {currency} per jaar; een adres dat met {sharing} of meer anderen wordt gedeeld. Iemand kan
--   gedwongen zijn zijn of haar naam te lenen: dit is een vraag van bescherming, geen aanwijzing tegen iemand, en het
--   telt niet mee in de som van kenmerken. Om wie het gaat staat in de aangehaalde gegevens.
-- innocent: A student or a pensioner who began a firm of his own.
-- innocent: A family that lives together and runs a company together.
-- innocent: Parents who gave shares to their children.
-- innocent: Income from abroad, or savings, which the stated incomes do not show.

WITH roles AS (
    SELECT DISTINCT r.subject AS person, r.object AS company,
           coalesce(r.from_date, c.incorporated) AS since,
           concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
    FROM relations r
    JOIN parties p ON p.party_id = r.subject
    JOIN parties c ON c.party_id = r.object
    WHERE r.kind IN ('directorship', 'ownership') AND p.kind = 'person' AND c.kind = 'company'
),
-- On the day on which the role began, else at the end of the records.
last AS (SELECT max(coalesce(booking_date, CAST(booked_at AS DATE))) AS day FROM entries),
ages AS (
    SELECT roles.person,
           max(CASE
               WHEN p.birth_date IS NULL OR coalesce(roles.since, last.day) IS NULL THEN 0
               WHEN (arrow_cast(coalesce(roles.since, last.day), 'Int32') - arrow_cast(p.birth_date, 'Int32')) * 100 < $youngest * 36525 THEN 1
               WHEN (arrow_cast(coalesce(roles.since, last.day), 'Int32') - arrow_cast(p.birth_date, 'Int32')) * 100 >= ($oldest + 1) * 36525 THEN 1
               ELSE 0
           END) AS by_age
    FROM roles
    JOIN parties p ON p.party_id = roles.person
    CROSS JOIN last
    GROUP BY roles.person
),
stated AS (
    SELECT person,
           max(by_benefit) AS by_benefit,
           CASE WHEN sum(earned) <= CAST($most_income AS DECIMAL(18, 4)) * CAST(count(*) AS DECIMAL(9, 0)) THEN 1 ELSE 0 END AS by_income
    FROM (
        SELECT i.party_id AS person, i.year,
               max(CASE WHEN i.kind = 'benefit' AND i.amount > 0 THEN 1 ELSE 0 END) AS by_benefit,
               sum(CASE WHEN i.kind = 'benefit' THEN CAST(0 AS DECIMAL(18, 4)) ELSE i.amount END) AS earned
        FROM incomes i
        LEFT SEMI JOIN roles ON roles.person = i.party_id
        WHERE coalesce(i.currency, $currency) = $currency AND i.year IS NOT NULL
        GROUP BY i.party_id, i.year
    ) AS yearly
    GROUP BY person
),
homes AS (
    SELECT DISTINCT a.party_id, concat_ws('|', coalesce(a.country, ''), coalesce(upper(replace(a.postcode, ' ', '')), concat(lower(coalesce(a.street, '')), lower(coalesce(a.city, '')))), lower(a.house_number), lower(coalesce(a.unit, ''))) AS home
    FROM party_addresses a
    JOIN parties p ON p.party_id = a.party_id
    WHERE p.kind = 'person' AND a.house_number IS NOT NULL AND (a.postcode IS NOT NULL OR a.street IS NOT NULL)
),
full_homes AS (
    SELECT home FROM homes GROUP BY home HAVING count(DISTINCT party_id) > $sharing
),
housed AS (
    SELECT homes.party_id AS person, 1 AS by_home
    FROM homes
    LEFT SEMI JOIN full_homes ON full_homes.home = homes.home
    GROUP BY homes.party_id
),
profiles AS (
    SELECT ages.person,
           ages.by_age + coalesce(stated.by_benefit, 0) + coalesce(stated.by_income, 0) + coalesce(housed.by_home, 0) AS signs
    FROM ages
    LEFT JOIN stated ON stated.person = ages.person
    LEFT JOIN housed ON housed.person = ages.person
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       roles.company AS party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT roles.place ORDER BY roles.place) AS records,
       'shelters are not told apart from other addresses' AS sufficiency,
       count(DISTINCT roles.person) AS persons,
       min(profiles.signs) AS signs
FROM roles
JOIN profiles ON profiles.person = roles.person
WHERE profiles.signs >= $minimum_signs
GROUP BY roles.company
