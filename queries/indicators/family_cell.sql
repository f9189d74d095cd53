-- id: THB-37
-- version: 1
-- title: Small household that receives from several emptied accounts and spends abroad
-- title[nl]: Klein huishouden dat van verschillende leeggehaalde rekeningen ontvangt en in het buitenland uitgeeft
-- describes: network
-- form: *
-- family: household
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency,
--   movements.counterparty_account_id, movements.day, movements.channel, movements.country,
--   movements.counterparty_country, entry_marks.mark,
--   entry_marks.entry_id, accounts.country, account_holders.role, sole_holders.party_id, party_addresses.party_id,
--   relations.kind, parties.kind, list_address_classes.class, control_signs.account_id, control_signs.exit_account,
--   control_signs.drained, control_signs.bound, control_signs.acting
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: most_members number 5 -- the Strategy of the office and Europol 2015: mainly small groups based on family ties
-- parameter: minimum_accounts number 3 -- emptied accounts of others that pay the household
-- parameter: minimum_abroad decimal 1000 -- to property, cash or money transfers abroad
-- parameter: minimum_signs number 3 -- of six further signs; an ordinary family has none or one
-- parameter: lodging_classes text dormitory,shelter,hostel,hotel,care home -- classes of addresses where strangers live
--   together, as in the office's list
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM party_addresses UNION ALL SELECT count(*)
--   AS n FROM relations WHERE kind IN ('family', 'household')) AS counted HAVING sum(n) = 0 -- neither addresses nor
--   households are in these records -- ask the population register who lives at the addresses concerned
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT account_id FROM sole_holders WHERE kind =
--   'person') -- amounts in another currency than the threshold, without a rate -- ask for the amounts in the currency of
--   the case, or set the threshold in theirs
-- gap: direction = 'debit' AND channel IN ('cash_atm', 'card_pos') AND country IS NULL AND account_id IN (SELECT account_id
--   FROM sole_holders WHERE kind = 'person') -- these withdrawals and purchases do not say in which country -- ask the bank
--   for place and country of the terminal
-- source: Europol, The THB financial business model (2015): groups are mainly small and based on family ties; property
-- source: indicator THB-37, exact definition here: at most 5 persons joined by an address or a household, to whose
--   accounts accounts of at least 3 others are drained (view control_signs: 80 % of what leaves, in two months or more), who
--   pay at least 1,000 for property, cash or money transfers abroad, with 3 or more of the six signs: a mandate, phone or
--   e-mail in common with a payer; wages or benefits on two of their accounts; payers who live together; two payments for
--   travel, lodging or recruitment; two for luxury or gambling; less lawful income than what the others pay
-- explanation: {members} persons who share an address or household receive from {swept_accounts} accounts of others that
--   are emptied to them, together {swept} {currency}, and paid {abroad} {currency} for property, cash or transfers abroad.
--   Signs beside these: {signs} of 6 (means of control {by_means}, wages or benefits swept {of_earnings}, payers live
--   together {payers_together}, they travel or lodge others {travel_and_lodging}, luxury or gambling {luxury}, little lawful
--   income of their own {little_income}).
-- explanation[nl]: {members} personen die een adres of huishouden delen, ontvangen van {swept_accounts} rekeningen van
--   anderen die naar hen worden leeggehaald, samen {swept} {currency}, en betaalden {abroad} {currency} voor onroerend goed,
--   contant geld of overboekingen in het buitenland. Tekenen daarnaast: {signs} van 6 (zeggenschap {by_means}, loon of
--   uitkering {of_earnings}, betalers wonen samen {payers_together}, reis of verblijf {travel_and_lodging}, luxe of gokken
--   {luxury}, weinig legaal inkomen {little_income}).
-- innocent: A family whose grown children pay board and lodging and that owns a holiday home.
-- innocent: A landlord's family to whom tenants pay on the day of their wages.
-- innocent: A savings club or a funeral fund that members of a community keep with one family.
-- control: signs -- of six further signs, of which three are asked for; a family alone is no sign

WITH persons AS (SELECT party_id FROM parties WHERE kind = 'person'),
homes AS (
    SELECT DISTINCT a.party_id,
           concat_ws('|', upper(a.country), upper(replace(coalesce(a.postcode, concat(lower(a.city), '|', lower(a.street))), ' ', '')),
                     lower(a.house_number), lower(coalesce(a.unit, ''))) AS home
    FROM party_addresses a
    LEFT SEMI JOIN persons ON persons.party_id = a.party_id
    LEFT ANTI JOIN (
        SELECT upper(replace(postcode, ' ', '')) AS postcode, lower(house_number) AS house_number
        FROM list_address_classes
        WHERE array_has(string_to_array($lodging_classes, ','), lower(class))
    ) AS lodgings ON lodgings.postcode = upper(replace(a.postcode, ' ', '')) AND lodgings.house_number = lower(a.house_number)
    WHERE a.house_number IS NOT NULL AND a.kind = 'street' AND (a.postcode IS NOT NULL OR (a.city IS NOT NULL AND a.street IS NOT NULL))
),
pairs AS (
    SELECT a.party_id AS one, b.party_id AS other
    FROM homes a
    JOIN homes b ON b.home = a.home
    LEFT SEMI JOIN (SELECT home FROM homes GROUP BY home HAVING count(*) <= $most_members) AS small ON small.home = a.home
    UNION
    SELECT subject, object FROM relations WHERE kind IN ('family', 'household')
    UNION
    SELECT object, subject FROM relations WHERE kind IN ('family', 'household')
    UNION
    SELECT party_id AS one, party_id AS other FROM persons
),
near AS (
    SELECT pairs.one, pairs.other
    FROM pairs
    LEFT SEMI JOIN persons AS a ON a.party_id = pairs.one
    LEFT SEMI JOIN persons AS b ON b.party_id = pairs.other
),
-- Whoever is reached in eight steps: of a group of five all, of a larger one more than five.
two AS (SELECT DISTINCT a.one, b.other FROM near a JOIN near b ON b.one = a.other),
four AS (SELECT DISTINCT a.one, b.other FROM two a JOIN two b ON b.one = a.other),
eight AS (SELECT DISTINCT a.one, b.other FROM four a JOIN four b ON b.one = a.other),
cells AS (
    SELECT one AS party_id, min(other) AS cell, count(*) AS members
    FROM eight
    GROUP BY one
    HAVING count(*) BETWEEN 2 AND $most_members
),
held AS (
    SELECT DISTINCT h.account_id, cells.cell, cells.members
    FROM account_holders h
    JOIN cells ON cells.party_id = h.party_id
    WHERE h.role = 'holder'
),
-- Accounts of others that are drained to a household.
swept AS (
    SELECT DISTINCT held.cell, p.account_id, p.party_id, CASE WHEN c.bound OR c.acting > 0 THEN 1 ELSE 0 END AS bound
    FROM control_signs c
    JOIN held ON held.account_id = c.exit_account
    JOIN sole_holders p ON p.account_id = c.account_id AND p.kind = 'person'
    LEFT ANTI JOIN cells ON cells.party_id = p.party_id AND cells.cell = held.cell
    WHERE c.drained
),
sinks AS (
    SELECT cell, count(DISTINCT party_id) AS swept_accounts
    FROM swept
    GROUP BY cell
    HAVING count(DISTINCT party_id) >= $minimum_accounts
),
-- What the household's accounts did, each entry once with what it shows.
own AS (
    SELECT DISTINCT held.cell, m.account_id, m.entry_id, m.day, m.amount, m.direction,
           CASE
               WHEN m.direction = 'credit' AND s.account_id IS NOT NULL THEN 'from emptied account'
               WHEN m.direction = 'debit' AND (k.sent = 1
                   OR (k.property = 1 AND coalesce(m.counterparty_country, '') <> coalesce(a.country, '-'))
                   OR (m.channel IN ('cash_atm', 'cash_branch') AND m.country <> a.country)) THEN 'abroad'
           END AS role,
           coalesce(k.luxury, 0) AS luxury, coalesce(k.travel, 0) AS travel, coalesce(k.lawful, 0) AS lawful
    FROM movements m
    JOIN held ON held.account_id = m.account_id
    LEFT SEMI JOIN sinks ON sinks.cell = held.cell
    LEFT JOIN accounts a ON a.account_id = m.account_id
    LEFT JOIN swept s ON s.cell = held.cell AND s.account_id = m.counterparty_account_id
    LEFT JOIN (
        SELECT entry_id,
               max(CASE WHEN mark = 'property_abroad' THEN 1 ELSE 0 END) AS property,
               max(CASE WHEN mark = 'money_transfer' THEN 1 ELSE 0 END) AS sent,
               max(CASE WHEN mark IN ('luxury', 'gambling', 'vehicle_lease') AND direction = 'debit' THEN 1 ELSE 0 END) AS luxury,
               max(CASE WHEN mark IN ('lodging', 'travel_air', 'travel_bus', 'travel_rail', 'recruitment') AND direction = 'debit'
                   THEN 1 ELSE 0 END) AS travel,
               max(CASE WHEN mark IN ('wage', 'benefit', 'pension', 'child_benefit') AND direction = 'credit' THEN 1 ELSE 0 END) AS lawful
        FROM entry_marks
        WHERE mark IN ('property_abroad', 'money_transfer', 'luxury', 'gambling', 'vehicle_lease', 'lodging', 'travel_air',
              'travel_bus', 'travel_rail', 'recruitment', 'wage', 'benefit', 'pension', 'child_benefit')
        GROUP BY entry_id
    ) AS k ON k.entry_id = m.entry_id
    WHERE m.currency = $currency AND m.amount > 0
),
sums AS (
    SELECT cell,
           sum(CASE WHEN role = 'from emptied account' THEN amount ELSE 0 END) AS swept,
           sum(CASE WHEN role = 'abroad' THEN amount ELSE 0 END) AS abroad,
           sum(CASE WHEN lawful = 1 THEN amount ELSE 0 END) AS lawful,
           sum(luxury) AS luxuries, sum(travel) AS travels
    FROM own
    GROUP BY cell
),
of_payers AS (
    SELECT swept.cell,
           max(swept.bound) AS bound,
           count(DISTINCT w.account_id) AS earners,
           count(DISTINCT h.home) AS homes,
           count(DISTINCT h.party_id) AS at_home
    FROM swept
    LEFT JOIN (
        SELECT DISTINCT account_id FROM entry_marks WHERE mark IN ('wage', 'benefit') AND direction = 'credit'
    ) AS w ON w.account_id = swept.account_id
    LEFT JOIN homes h ON h.party_id = swept.party_id
    GROUP BY swept.cell
),
judged AS (
    SELECT sums.cell, sinks.swept_accounts, sums.swept, sums.abroad,
           p.bound = 1 AS by_means,
           p.earners >= 2 AS of_earnings,
           p.at_home > p.homes AS payers_together,
           sums.travels >= 2 AS travel_and_lodging,
           sums.luxuries >= 2 AS luxury,
           sums.lawful < sums.swept AS little_income
    FROM sums
    JOIN sinks ON sinks.cell = sums.cell
    JOIN of_payers p ON p.cell = sums.cell
    WHERE sums.abroad >= $minimum_abroad
),
hits AS (
    SELECT *,
           CAST(by_means AS BIGINT) + CAST(of_earnings AS BIGINT) + CAST(payers_together AS BIGINT)
               + CAST(travel_and_lodging AS BIGINT) + CAST(luxury AS BIGINT) + CAST(little_income AS BIGINT) AS signs
    FROM judged
),
cited AS (
    SELECT own.*, row_number() OVER (PARTITION BY cell, role ORDER BY amount DESC, entry_id) AS place
    FROM own
    WHERE role IS NOT NULL
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(c.day) AS from_time,
       max(c.day) AS to_time,
       array_agg(c.entry_id ORDER BY c.day, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.day, c.entry_id) AS roles,
       first_value(o.others ORDER BY o.cell) AS others,
       max(o.members) AS members,
       max(h.swept_accounts) AS swept_accounts, max(h.swept) AS swept, max(h.abroad) AS abroad, max(h.signs) AS signs,
       bool_or(h.by_means) AS by_means, bool_or(h.of_earnings) AS of_earnings, bool_or(h.payers_together) AS payers_together,
       bool_or(h.travel_and_lodging) AS travel_and_lodging, bool_or(h.luxury) AS luxury, bool_or(h.little_income) AS little_income
FROM hits h
JOIN cited c ON c.cell = h.cell
JOIN (
    SELECT cell, max(members) AS members, array_agg(account_id ORDER BY account_id) AS others
    FROM (
        SELECT cell, members, account_id FROM held
        UNION
        SELECT swept.cell, held.members, swept.account_id FROM swept JOIN held ON held.cell = swept.cell
    ) AS taking_part
    GROUP BY cell
) AS o ON o.cell = h.cell
WHERE h.signs >= $minimum_signs AND c.place <= 25
GROUP BY h.cell
