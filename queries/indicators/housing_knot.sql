-- id: THB-21
-- version: 3
-- title: Many homes paid for, or let to workers, by one side
-- title[nl]: Veel woningen betaald of aan werknemers verhuurd door één partij
-- describes: account
-- form: *
-- family: housing
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.direction, entry_marks.amount,
--   entry_marks.currency, entry_marks.month, entry_marks.at, entry_marks.other, entry_marks.counterparty_account_id,
--   entry_marks.counterparty_name, account_holders.account_id, account_holders.party_id, account_holders.role,
--   relations.subject, relations.object, relations.kind, parties.party_id, parties.name, parties.kind, parties.sector
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_homes number 3 -- paid for at the same time; two may be one's own and a parent's or student's
-- parameter: minimum_months number 3 -- each of them; a deposit or a move is once
-- parameter: minimum_tenants number 4 -- families of workers who pay rent to their employer's side
-- parameter: least_share decimal 0.25 -- of their wages in those months; the Netherlands let no more be withheld for housing from a minimum wage
-- parameter: letting_codes text ^(68|55|84|86|87|88) -- NACE codes, without dots, of those who house people by trade or care
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR purpose IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0 -- neither texts nor purpose
--   codes of payments are in these records: rents are not known as such -- ask the bank for remittance texts and purpose codes
-- gap: currency IS NULL OR currency <> $currency -- amounts in another currency, without a rate
--   -- ask for the amounts in the currency of the case, or set it to theirs
-- source: FATF and FINTRAC practice; indicator THB-21
-- source: exact definition here: (payer) holders of one account pay rent to at least three different accounts or names, or
--   at least three bills a month to one supplier of utilities, each in at least three of the same months (not rent of offices and shops); (receiver) workers
--   of at least four family names pay rent, in at least three months and of at least a quarter of their wages, to one account or name of their employer's side: who
--   paid their wage, its directors and owners, and companies of these. Neither where the party's sector is letting or care.
-- explanation: Role here: {knot}. Homes or contracts paid for at once, or families of workers who pay rent to the side of
--   their employer: {homes}. {payments} payments, {total} {currency}, in {months} months.
-- explanation[nl]: Rol hier: {knot}. Woningen of contracten die tegelijk worden betaald, of gezinnen van werknemers die huur
--   aan de kant van hun werkgever betalen: {homes}. {payments} betalingen, {total} {currency}, in {months} maanden.
-- innocent: A landlord, housing association, hotel or care home whose sector is not in these records.
-- innocent: Parents who pay the rooms of their children who study.
-- innocent: An employer who houses seasonal workers at a fair price, under a quality mark.
-- innocent: A budget manager who pays the rents of clients.

WITH housing AS (
    SELECT mark, entry_id, account_id, amount, month, at, day_only, other, counterparty_account_id
    FROM entry_marks
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE mark = 'business_rent') AS premises ON premises.entry_id = entry_marks.entry_id
    WHERE mark IN ('rent', 'utilities', 'housing_deduction') AND direction = 'debit' AND currency = $currency AND other IS NOT NULL
),
-- One holder, or a few who hold the same account, is one payer.
payers AS (
    SELECT account_id, min(party_id) AS payer FROM account_holders WHERE role = 'holder' GROUP BY account_id
),
letting AS (
    SELECT DISTINCT h.account_id, p.party_id
    FROM parties p LEFT JOIN account_holders h ON h.party_id = p.party_id AND h.role = 'holder'
    WHERE regexp_like(replace(coalesce(p.sector, ''), '.', ''), $letting_codes)
),
bills AS (
    SELECT coalesce(p.payer, housing.account_id) AS payer, min(housing.account_id) AS account_id, other, month,
           CASE WHEN mark = 'utilities' THEN 'utilities' ELSE 'rent' END AS kind, count(DISTINCT entry_id) AS bills
    FROM housing
    LEFT JOIN payers p ON p.account_id = housing.account_id
    LEFT ANTI JOIN letting ON letting.account_id = housing.account_id
    GROUP BY coalesce(p.payer, housing.account_id), other, month, CASE WHEN mark = 'utilities' THEN 'utilities' ELSE 'rent' END
),
steady AS (
    SELECT payer, other FROM bills WHERE kind = 'rent' GROUP BY payer, other HAVING count(DISTINCT month) >= $minimum_months
),
homes AS (
    SELECT b.payer, b.month, count(DISTINCT b.other) AS homes
    FROM bills b LEFT SEMI JOIN steady ON steady.payer = b.payer AND steady.other = b.other
    WHERE b.kind = 'rent'
    GROUP BY b.payer, b.month
    UNION ALL
    SELECT payer, month, max(bills) FROM bills WHERE kind = 'utilities' GROUP BY payer, month
),
paying AS (
    SELECT payer, count(DISTINCT month) AS months, max(homes) AS homes
    FROM homes
    WHERE homes >= $minimum_homes
    GROUP BY payer
    HAVING count(DISTINCT month) >= $minimum_months
),
-- The second way: to whom workers pay rent.
wages AS (
    SELECT DISTINCT account_id, other AS employer, counterparty_account_id AS employer_account, lower(trim(counterparty_name)) AS employer_name
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND other IS NOT NULL
),
employers AS (
    SELECT DISTINCT w.employer, h.party_id FROM wages w JOIN account_holders h ON h.account_id = w.employer_account WHERE h.role = 'holder'
    UNION
    SELECT DISTINCT w.employer, c.party_id FROM wages w JOIN parties c ON lower(trim(c.name)) = w.employer_name WHERE c.kind = 'company'
),
ties AS (
    SELECT subject AS one, object AS two FROM relations WHERE kind IN ('directorship', 'ownership')
    UNION SELECT object, subject FROM relations WHERE kind IN ('directorship', 'ownership')
),
near AS (SELECT DISTINCT e.employer, t.two AS party_id FROM employers e JOIN ties t ON t.one = e.party_id WHERE t.two IS NOT NULL),
side AS (
    SELECT employer, party_id FROM employers
    UNION SELECT employer, party_id FROM near
    UNION SELECT n.employer, t.two FROM near n JOIN ties t ON t.one = n.party_id WHERE t.two IS NOT NULL
),
places AS (
    SELECT employer, employer AS place, CAST(NULL AS VARCHAR) AS party_id FROM wages
    UNION SELECT side.employer, h.account_id, side.party_id FROM side JOIN account_holders h ON h.party_id = side.party_id WHERE h.role = 'holder'
    UNION SELECT side.employer, lower(trim(c.name)), side.party_id FROM side JOIN parties c ON c.party_id = side.party_id WHERE c.name IS NOT NULL
),
families AS (
    SELECT account_id,
           min(lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END)) AS family
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
rents AS (
    SELECT h.entry_id, h.account_id, h.amount, h.month, h.at, h.day_only, h.other, max(h.counterparty_account_id) AS place_account,
           max(places.party_id) AS landlord, max(coalesce(f.family, h.account_id)) AS family
    FROM housing h
    JOIN wages w ON w.account_id = h.account_id
    JOIN places ON places.employer = w.employer AND places.place = h.other
    LEFT JOIN families f ON f.account_id = h.account_id
    WHERE h.mark IN ('rent', 'housing_deduction')
    GROUP BY h.entry_id, h.account_id, h.amount, h.month, h.at, h.day_only, h.other
),
earned AS (
    SELECT account_id, sum(amount) / count(DISTINCT month) AS monthly
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND currency = $currency
    GROUP BY account_id
),
tenants AS (
    SELECT rents.other, rents.family
    FROM rents
    JOIN earned ON earned.account_id = rents.account_id
    GROUP BY rents.other, rents.family
    HAVING count(DISTINCT rents.month) >= $minimum_months
       AND sum(rents.amount) >= $least_share * max(earned.monthly) * count(DISTINCT rents.month)
),
receiving AS (
    SELECT other, count(*) AS tenants FROM tenants GROUP BY other HAVING count(*) >= $minimum_tenants
),
found AS (
    SELECT 'payer' AS knot, CAST(p.payer AS VARCHAR) AS who, coalesce(q.account_id, h.account_id) AS account_id,
           CASE WHEN q.payer IS NOT NULL THEN p.payer END AS party_id, p.homes, h.entry_id, h.amount, h.month, h.at, h.day_only
    FROM paying p
    JOIN (SELECT housing.*, coalesce(payers.payer, housing.account_id) AS payer FROM housing LEFT JOIN payers ON payers.account_id = housing.account_id) AS h
        ON h.payer = p.payer
    LEFT JOIN payers q ON q.account_id = h.account_id
    UNION ALL
    SELECT 'receiver', r.other, r.place_account, r.landlord, t.tenants, r.entry_id, r.amount, r.month, r.at, r.day_only
    FROM receiving t
    JOIN rents r ON r.other = t.other
    LEFT ANTI JOIN letting ON letting.party_id = r.landlord
    LEFT ANTI JOIN letting AS by_account ON by_account.account_id = r.place_account
)
SELECT min(account_id) AS account_id,
       min(party_id) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       CASE WHEN bool_or(day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(entry_id ORDER BY at, entry_id) AS entries,
       array_agg(knot ORDER BY at, entry_id) AS roles,
       'addresses of the homes are not in these records: payees and bills were counted' AS sufficiency,
       knot,
       max(homes) AS homes,
       count(*) AS payments,
       sum(amount) AS total,
       count(DISTINCT month) AS months
FROM (SELECT DISTINCT knot, who, account_id, party_id, homes, entry_id, amount, month, at, day_only FROM found) AS once
GROUP BY knot, who
