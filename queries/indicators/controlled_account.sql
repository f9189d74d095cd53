-- id: THB-35
-- version: 2
-- title: Account whose money goes on to one other party that has means of control over it
-- title[nl]: Rekening waarvan het geld doorgaat naar één andere partij die er zeggenschap over kan hebben
-- describes: exploited
-- form: *
-- family: control of an account
-- strength: strong
-- gate: pass-through
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency,
--   movements.counterparty_account_id, movements.day, entry_marks.mark, entry_marks.entry_id, sole_holders.account_id,
--   sole_holders.party_id, account_holders.account_id, account_holders.party_id, account_holders.role,
--   control_signs.account_id, control_signs.exit_account, control_signs.drained, party_identifiers.scheme, party_identifiers.value, party_addresses.house_number, relations.kind, parties.name,
--   parties.sector, list_address_classes.class
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: span interval 60 days -- of the catalogue: long enough for two wages or benefits
-- parameter: minimum_days number 45 -- between the first and the last movement of the span; less is no 60 days
-- parameter: minimum_inflow decimal 500 -- in the span; of pocket money nothing can be said
-- parameter: minimum_payments number 2 -- to the one other party in the span: what goes monthly goes twice in 60 days
-- parameter: kept_percent number 10 -- less than this of what came in stays
-- parameter: own_percent number 15 -- less than this is spent on a life of one's own or paid back by the other party
-- parameter: exit_percent number 80 -- at least this of what leaves goes to the one other party
-- parameter: transfer_percent number 40 -- where the other party has a mandate it can take cash too: then cash counts with what
--   goes to it, if at least this is transferred
-- parameter: most_sharing number 5 -- a phone, e-mail or address of more persons than this is that of a shelter,
--   dormitory or office
-- parameter: lodging_classes text dormitory,shelter,hostel,hotel,care home -- classes of addresses where strangers live
--   together, as in the office's list
-- parameter: count_family number 0 -- 1 looks at parents, children and members of one household too
-- parameter: manager_sectors text 66.1,69,84.3,88 -- NACE prefixes of notaries, administrators and social work
-- parameter: manager_words text
--   \b(bewind\w*|budgetbeheer\w*|curator\w*|curatele|kredietbank|notaris\w*|deurwaarder\w*|schuldhulp\w*|betreuung\w*|betreuer\w*|guardian\w*|curatelle|mandataire|voorlopig bewind\w*)\b
--   -- the registered name of the one who receives says that it manages money of others by office
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM account_holders WHERE role = 'mandate'
--   UNION ALL SELECT count(*) AS n FROM party_identifiers WHERE scheme IN ('phone', 'email') UNION ALL SELECT count(*) AS n
--   FROM party_addresses) AS counted HAVING sum(n) = 0 -- neither mandates nor phones, e-mails or addresses of holders are
--   in these records -- ask banks for all who may act on the accounts, contacts given and devices used, with dates
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT account_id FROM sole_holders WHERE kind =
--   'person') -- amounts in another currency than the threshold, without a rate -- ask for the amounts in the currency of
--   the case, or set the threshold in theirs
-- gap: direction = 'debit' AND counterparty_account_id IS NULL AND channel IN ('transfer', 'transfer_sepa', 'unknown') AND
--   account_id IN (SELECT account_id FROM sole_holders WHERE kind = 'person') -- these payments do not name the account
--   that they went to -- ask the bank for the account of the payee
-- source: FIN-2020-A008: somebody is made to open accounts in the own name and told what to pay and to withdraw
-- source: indicator THB-35, exact definition here: over 60 days less than 10 % of what came in from others stays, less
--   than 15 % is spent on food, transport, phone, pharmacy and clothing or paid back, at least 80 % of what leaves goes to
--   accounts of one other party and of whoever has its address, not one of more than 5 (with cash, where that party has a
--   mandate and at least 40 % is transferred); of another holder who is no relative an account of the same kind, or one drained
--   by the view control_signs, however small, goes to that party; and that party has a
--   mandate on the account, or a phone, e-mail or address in common with the holder. Accounts of one holder count together
-- explanation: Of {inflow} {currency} that came in within {span}, {to_exit} {currency} went to one other party in
--   {payments} payments and {in_cash} was taken in cash that it may have taken; {kept} {currency} stayed and {own_use} {currency} was spent on daily life or came back. That
--   party receives the money of {similar_accounts} holders in this way and has in common with this account: {what}. Who
--   decides over this account is for a person to find out.
-- explanation[nl]: Van {inflow} {currency} die binnen {span} binnenkwam, ging {to_exit} {currency} in {payments} betalingen
--   naar één andere partij en werd {in_cash} contant opgenomen, mogelijk door haar; {kept} {currency} bleef staan en {own_use} {currency} werd aan het dagelijks leven besteed of
--   kwam terug. Die partij ontvangt zo het geld van {similar_accounts} houders en heeft met deze rekening gemeen: {what}.
--   Wie over deze rekening beslist, moet een mens uitzoeken.
-- innocent: A young adult whose parent manages the money.
-- innocent: A budget manager, guardian or administrator appointed by a court.
-- innocent: Friends who share a house and pay everything from the account of one of them.
-- innocent: Holders who use this account for one purpose and live from another that is not in these records.
-- control: ties -- kinds of means of control that the one who receives has over the account

WITH people AS (SELECT account_id, party_id FROM sole_holders WHERE kind = 'person'),
contacts AS (
    SELECT party_id, scheme AS what, value FROM party_identifiers WHERE scheme IN ('phone', 'email') AND status = 'valid'
    UNION
    SELECT a.party_id, 'address',
           concat_ws('|', upper(a.country), upper(replace(coalesce(a.postcode, concat(lower(a.city), '|', lower(a.street))), ' ', '')),
                     lower(a.house_number), lower(coalesce(a.unit, '')))
    FROM party_addresses a
    LEFT ANTI JOIN (
        SELECT upper(replace(postcode, ' ', '')) AS postcode, lower(house_number) AS house_number
        FROM list_address_classes
        WHERE array_has(string_to_array($lodging_classes, ','), lower(class))
    ) AS lodgings ON lodgings.postcode = upper(replace(a.postcode, ' ', '')) AND lodgings.house_number = lower(a.house_number)
    WHERE a.house_number IS NOT NULL AND a.kind = 'street' AND (a.postcode IS NOT NULL OR (a.city IS NOT NULL AND a.street IS NOT NULL))
),
few AS (SELECT what, value FROM contacts GROUP BY what, value HAVING count(*) BETWEEN 2 AND $most_sharing),
kin AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('family', 'household') AND $count_family = 0
    UNION
    SELECT object, subject FROM relations WHERE kind IN ('family', 'household') AND $count_family = 0
),
-- Who has which means of control over the accounts of whom.
means AS (
    SELECT DISTINCT p.party_id AS holder, h.party_id AS exit_party, 'mandate' AS what
    FROM account_holders h
    JOIN people p ON p.account_id = h.account_id
    WHERE h.role = 'mandate' AND h.party_id <> p.party_id
    UNION
    SELECT a.party_id, b.party_id, a.what
    FROM contacts a
    JOIN few ON few.what = a.what AND few.value = a.value
    JOIN contacts b ON b.what = a.what AND b.value = a.value AND b.party_id <> a.party_id
),
exits AS (
    SELECT DISTINCT h.account_id, h.party_id
    FROM account_holders h
    LEFT SEMI JOIN means ON means.exit_party = h.party_id
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder'
      AND NOT regexp_like(lower(coalesce(p.name, '')), $manager_words)
      AND NOT array_has(string_to_array(replace($manager_sectors, '.', ''), ','), substr(replace(coalesce(p.sector, ''), '.', ''), 1, 3))
      AND NOT array_has(string_to_array(replace($manager_sectors, '.', ''), ','), substr(replace(coalesce(p.sector, ''), '.', ''), 1, 2))
),
own AS (SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder'),
-- Who lives with the one who has the means takes with it: one purse of one house.
purses AS (
    SELECT party_id AS exit_party, account_id FROM exits
    UNION
    SELECT a.party_id, x.account_id
    FROM contacts a
    JOIN few ON few.what = a.what AND few.value = a.value
    JOIN contacts b ON b.what = a.what AND b.value = a.value AND b.party_id <> a.party_id
    JOIN exits x ON x.party_id = b.party_id
    WHERE a.what = 'address'
),
-- Holders of whom an account is drained to an account of a party, however little.
drained_to AS (
    SELECT x.party_id AS exit_party, p.party_id AS holder
    FROM control_signs c
    JOIN exits x ON x.account_id = c.exit_account
    JOIN people p ON p.account_id = c.account_id
    LEFT ANTI JOIN kin ON kin.one = p.party_id AND kin.other = x.party_id
    WHERE c.drained AND p.party_id <> x.party_id
),
pairs AS (
    SELECT p.party_id AS holder, x.party_id AS exit_party, max(CASE WHEN d.what IS NULL THEN 0 ELSE 1 END) AS may_take_cash
    FROM movements m
    JOIN exits x ON x.account_id = m.counterparty_account_id
    JOIN people p ON p.account_id = m.account_id
    LEFT JOIN means d ON d.holder = p.party_id AND d.exit_party = x.party_id AND d.what = 'mandate'
    LEFT ANTI JOIN own ON own.account_id = x.account_id AND own.party_id = p.party_id
    LEFT ANTI JOIN kin ON kin.one = p.party_id AND kin.other = x.party_id
    WHERE m.direction = 'debit' AND m.currency = $currency AND m.amount > 0 AND p.party_id <> x.party_id
    GROUP BY p.party_id, x.party_id
    HAVING count(*) >= $minimum_payments
),
-- What moved, without what went between accounts of the one holder.
moves AS (
    SELECT pairs.holder, pairs.exit_party, m.account_id, m.entry_id, m.at, m.day, m.amount, x.account_id AS exit_account,
           CASE
               WHEN m.direction = 'credit' THEN CASE WHEN x.account_id IS NULL THEN 'in' ELSE 'back' END
               WHEN x.account_id IS NOT NULL THEN 'to exit'
               WHEN eaten.entry_id IS NOT NULL THEN 'own'
               WHEN m.channel IN ('cash_atm', 'cash_branch') AND pairs.may_take_cash = 1 THEN 'cash'
               ELSE 'out'
           END AS way
    FROM movements m
    JOIN people p ON p.account_id = m.account_id
    JOIN pairs ON pairs.holder = p.party_id
    LEFT JOIN purses x ON x.account_id = m.counterparty_account_id AND x.exit_party = pairs.exit_party
    LEFT ANTI JOIN own ON own.account_id = m.counterparty_account_id AND own.party_id = p.party_id
    LEFT JOIN (
        SELECT DISTINCT entry_id FROM entry_marks
        WHERE direction = 'debit' AND mark IN ('groceries', 'fast_food', 'restaurant', 'ride', 'travel_rail', 'travel_air',
              'travel_bus', 'telecom', 'topup', 'pharmacy', 'clothing')
    ) AS eaten ON eaten.entry_id = m.entry_id
    WHERE m.currency = $currency AND m.amount > 0
),
days AS (
    SELECT holder, exit_party, day, arrow_cast(day, 'Timestamp(Microsecond, None)') AS at,
           sum(CASE WHEN way = 'in' THEN amount ELSE 0 END) AS inflow,
           sum(CASE WHEN way = 'back' THEN amount ELSE 0 END) AS back,
           sum(CASE WHEN way = 'to exit' THEN amount ELSE 0 END) AS to_exit,
           sum(CASE WHEN way = 'cash' THEN amount ELSE 0 END) AS cash,
           sum(CASE WHEN way = 'to exit' THEN 1 ELSE 0 END) AS payments,
           sum(CASE WHEN way = 'own' THEN amount ELSE 0 END) AS own,
           sum(CASE WHEN way IN ('to exit', 'cash', 'own', 'out') THEN amount ELSE 0 END) AS outflow
    FROM moves
    GROUP BY holder, exit_party, day
),
spans AS (
    SELECT holder, exit_party, day, min(day) OVER back AS first_day,
           sum(inflow) OVER back AS inflow, sum(back) OVER back AS back, sum(to_exit) OVER back AS to_exit,
           sum(cash) OVER back AS cash,
           sum(payments) OVER back AS payments, sum(own) OVER back AS own, sum(outflow) OVER back AS outflow
    FROM days
    WINDOW back AS (PARTITION BY holder, exit_party ORDER BY at RANGE BETWEEN $span PRECEDING AND CURRENT ROW)
),
drained AS (
    SELECT *, row_number() OVER (PARTITION BY holder, exit_party ORDER BY to_exit DESC, day) AS place
    FROM spans
    WHERE inflow >= $minimum_inflow
      AND payments >= $minimum_payments
      AND CAST(arrow_cast(day, 'Int32') AS BIGINT) - CAST(arrow_cast(first_day, 'Int32') AS BIGINT) >= $minimum_days
      AND (inflow + back - outflow) * 100 < inflow * $kept_percent
      AND (own + back) * 100 < inflow * $own_percent
      AND (to_exit + cash) * 100 >= outflow * $exit_percent
      AND to_exit * 100 >= outflow * $transfer_percent
),
hits AS (
    SELECT d.*, t.ties, t.what
    FROM (
        SELECT one.*, alike.holders AS similar_accounts
        FROM drained one
        JOIN (
            SELECT exit_party, count(DISTINCT holder) AS holders
            FROM (SELECT exit_party, holder FROM drained UNION ALL SELECT exit_party, holder FROM drained_to) AS every
            GROUP BY exit_party
        ) AS alike ON alike.exit_party = one.exit_party
        WHERE one.place = 1
    ) AS d
    JOIN (
        SELECT holder, exit_party, count(*) AS ties, string_agg(what, ', ' ORDER BY what) AS what
        FROM means
        GROUP BY holder, exit_party
    ) AS t ON t.holder = d.holder AND t.exit_party = d.exit_party
    WHERE d.similar_accounts >= 2
),
cited AS (
    SELECT h.holder, h.exit_party, h.first_day, h.day AS last_day, h.inflow, h.back + h.own AS own_use, h.to_exit, h.cash, h.payments,
           h.inflow + h.back - h.outflow AS kept, h.similar_accounts, h.ties, h.what,
           m.account_id, m.exit_account, m.entry_id, m.day, m.way, m.amount,
           row_number() OVER (PARTITION BY h.holder, h.exit_party, m.way ORDER BY m.amount DESC, m.entry_id) AS place
    FROM hits h
    JOIN moves m ON m.holder = h.holder AND m.exit_party = h.exit_party AND m.day >= h.first_day AND m.day <= h.day
    WHERE m.way IN ('in', 'to exit', 'cash', 'back', 'own')
)
SELECT first_value(account_id ORDER BY CASE WHEN way = 'to exit' THEN 0 ELSE 1 END, amount DESC, entry_id) AS account_id,
       holder AS party_id,
       min(day) AS from_time,
       max(day) AS to_time,
       array_agg(entry_id ORDER BY day, entry_id) AS entries,
       array_agg(way ORDER BY day, entry_id) AS roles,
       first_value(exit_account ORDER BY CASE WHEN way = 'to exit' THEN 0 ELSE 1 END, amount DESC, entry_id) AS exit_account,
       max(inflow) AS inflow, max(to_exit) AS to_exit, max(cash) AS in_cash, max(payments) AS payments, max(kept) AS kept, max(own_use) AS own_use,
       max(similar_accounts) AS similar_accounts, max(ties) AS ties, max(what) AS what
FROM cited
WHERE place <= 25
GROUP BY holder, exit_party
