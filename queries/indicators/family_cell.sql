-- id: THB-37
-- version: 3
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
-- parameter: minimum_abroad decimal 1000 -- for property, in cash, by money transfer or to accounts in another country
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
-- source: indicator THB-37, exact definition here: at most 5 persons, one and all who share an address (not of
--   more than 5) or household with that one, to whose
--   accounts accounts of at least 3 others are drained (view control_signs: 80 % of what leaves, in two months or more), who
--   pay at least 1,000 to accounts in another country, or in cash there, or by money transfer, with 3 or more of the six signs: a mandate, phone or
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
-- Homes of many are left out before anybody is paired.
small_homes AS (
    SELECT party_id, home
    FROM (SELECT party_id, home, count(*) OVER (PARTITION BY home) AS persons FROM homes) AS counted
    WHERE persons <= $most_members
),
-- Who shares a home or household with whom, each also with himself.
pairs AS (
    SELECT a.party_id AS one, b.party_id AS other
    FROM small_homes a
    JOIN small_homes b ON b.home = a.home
    UNION
    SELECT subject, object FROM relations WHERE kind IN ('family', 'household')
    UNION
    SELECT object, subject FROM relations WHERE kind IN ('family', 'household')
    UNION
    SELECT party_id AS one, party_id AS other FROM persons
),
-- A household is one person and all around, as a list of parties.
households AS (
    SELECT DISTINCT who
    FROM (
        SELECT pairs.one, array_agg(DISTINCT pairs.other ORDER BY pairs.other) AS who
        FROM pairs
        LEFT SEMI JOIN persons AS a ON a.party_id = pairs.one
        LEFT SEMI JOIN persons AS b ON b.party_id = pairs.other
        GROUP BY pairs.one
        HAVING count(DISTINCT pairs.other) BETWEEN 2 AND $most_members
    ) AS each_person
),
held AS (
    SELECT m.who, array_agg(DISTINCT h.account_id ORDER BY h.account_id) AS accounts
    FROM (SELECT who, unnest(who) AS party_id FROM households) AS m
    JOIN account_holders h ON h.party_id = m.party_id AND h.role = 'holder'
    GROUP BY m.who
),
-- Accounts of others that are drained to a household, and what else is seen of them.
sinks AS (
    SELECT h.who, h.accounts,
           array_agg(DISTINCT c.account_id ORDER BY c.account_id) AS payers,
           count(DISTINCT p.party_id) AS swept_accounts,
           bool_or(c.bound OR c.acting > 0) AS by_means,
           count(DISTINCT w.account_id) >= 2 AS of_earnings,
           count(DISTINCT r.party_id) > count(DISTINCT r.home) AS payers_together
    FROM control_signs c
    JOIN (SELECT who, accounts, unnest(accounts) AS account_id FROM held) AS h ON h.account_id = c.exit_account
    JOIN sole_holders p ON p.account_id = c.account_id AND p.kind = 'person'
    LEFT JOIN (
        SELECT DISTINCT account_id FROM entry_marks WHERE mark IN ('wage', 'benefit') AND direction = 'credit'
    ) AS w ON w.account_id = c.account_id
    LEFT JOIN homes r ON r.party_id = p.party_id
    WHERE c.drained AND NOT array_has(h.who, p.party_id)
    GROUP BY h.who, h.accounts
    HAVING count(DISTINCT p.party_id) >= $minimum_accounts
),
-- What the household's accounts paid and earned, and what the others paid to them.
moves AS (
    SELECT t.*, m.entry_id, m.day, m.amount, coalesce(k.luxury, 0) AS luxury, coalesce(k.travel, 0) AS travel,
           coalesce(k.lawful, 0) AS lawful,
           CASE
               WHEN m.direction = 'debit' AND NOT array_has(t.accounts, t.account_id) AND array_has(t.accounts, m.counterparty_account_id)
                   THEN 'from emptied account'
               WHEN m.direction = 'debit' AND array_has(t.accounts, t.account_id) AND (
                   (k.sent = 1 AND coalesce(m.counterparty_country, '') <> a.country)
                   OR ((k.property = 1 OR m.channel IN ('transfer', 'transfer_sepa', 'transfer_intl', 'remittance'))
                       AND m.counterparty_country <> a.country)
                   OR (m.channel IN ('cash_atm', 'cash_branch') AND m.country <> a.country)) THEN 'abroad'
               WHEN array_has(t.accounts, t.account_id) THEN 'other'
           END AS role
    FROM movements m
    JOIN (SELECT *, unnest(array_concat(accounts, payers)) AS account_id FROM sinks) AS t ON t.account_id = m.account_id
    LEFT JOIN accounts a ON a.account_id = m.account_id
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
    SELECT *,
           sum(CASE WHEN role = 'from emptied account' THEN amount ELSE 0 END) OVER cell AS swept,
           sum(CASE WHEN role = 'abroad' THEN amount ELSE 0 END) OVER cell AS abroad,
           sum(CASE WHEN role <> 'from emptied account' THEN lawful * amount ELSE 0 END) OVER cell AS lawful_income,
           sum(CASE WHEN role <> 'from emptied account' THEN luxury ELSE 0 END) OVER cell >= 2 AS of_luxury,
           sum(CASE WHEN role <> 'from emptied account' THEN travel ELSE 0 END) OVER cell >= 2 AS travel_and_lodging,
           row_number() OVER (PARTITION BY who, role ORDER BY amount DESC, entry_id) AS place
    FROM moves
    WHERE role IS NOT NULL
    WINDOW cell AS (PARTITION BY who)
),
hits AS (
    SELECT *, lawful_income < swept AS little_income,
           CAST(by_means AS BIGINT) + CAST(of_earnings AS BIGINT) + CAST(payers_together AS BIGINT)
               + CAST(travel_and_lodging AS BIGINT) + CAST(of_luxury AS BIGINT) + CAST(lawful_income < swept AS BIGINT) AS signs
    FROM sums
    WHERE abroad >= $minimum_abroad AND place <= 25 AND role <> 'other'
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(day) AS from_time,
       max(day) AS to_time,
       array_agg(entry_id ORDER BY day, entry_id) AS entries,
       array_agg(role ORDER BY day, entry_id) AS roles,
       array_sort(array_concat(accounts, payers)) AS others,
       CAST(cardinality(who) AS BIGINT) AS members,
       max(swept_accounts) AS swept_accounts, max(swept) AS swept, max(abroad) AS abroad, max(signs) AS signs,
       bool_or(by_means) AS by_means, bool_or(of_earnings) AS of_earnings, bool_or(payers_together) AS payers_together,
       bool_or(travel_and_lodging) AS travel_and_lodging, bool_or(of_luxury) AS luxury, bool_or(little_income) AS little_income
FROM hits
WHERE signs >= $minimum_signs
GROUP BY who, accounts, payers
