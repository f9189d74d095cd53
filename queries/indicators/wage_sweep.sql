-- id: THB-14
-- version: 4
-- title: Wages leave for one place within two days
-- title[nl]: Loon gaat binnen twee dagen naar één plek
-- describes: exploited
-- form: L
-- family: wages
-- strength: strong
-- gate: pass-through
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.second, entry_marks.day_only,
--   entry_marks.at, entry_marks.amount, entry_marks.currency, entry_marks.direction, movements.entry_id,
--   movements.account_id, movements.amount, movements.channel, movements.other, movements.terminal, movements.second,
--   account_holders.account_id, account_holders.party_id, account_holders.role, holders_of.name, relations.kind,
--   party_addresses.party_id, party_addresses.house_number, parties.party_id, parties.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.80 -- of a wage, to one place; rent and savings seldom take so much
-- parameter: hours number 48 -- wages are often booked for the next day; counted in days where times are not known
-- parameter: minimum_periods number 3 -- wages in a row; once may be a debt paid
-- parameter: minimum_workers number 2 -- families whose wages end at the same place; one alone may support relatives
-- parameter: minutes number 10 -- cash of several workers taken out at one machine this close together is one place
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR purpose IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0 -- neither texts nor purpose
--   codes of payments are in these records: wages are not known as such -- ask the bank for remittance texts and purpose codes
-- gap: currency IS NULL OR currency <> $currency -- amounts in another currency than the wages compared, without a rate
--   -- ask for the amounts in the currency of the case, or set it to theirs
-- gap: direction = 'debit' AND channel = 'cash_atm' AND (terminal IS NULL OR booked_at IS NULL OR time_precision = 'day')
--   -- machine or time of day of these withdrawals is not in these records: whether several workers took out their
--   wages together is not known -- ask the bank for terminal ids and authorisation times
-- source: FATF/APG 2018: rapid in and out transactions following receipt of wages; indicator THB-14
-- source: exact definition here: at least 80 % of the wages of a day goes within 48 hours, before the next wage, to one
--   account or name, or in cash at one machine; three wages in a row to the same. The place also takes the wages of
--   another family so, or belongs to somebody who may act on the account and does not live with its holder, or to who paid
--   the wage (where that is a person, to whoever lives at the same address too); cash counts where another family's wage is
--   taken out at that machine within 10 minutes, as often. Own accounts, those of a household, and businesses
--   that many use (marks money_transfer, payment_service, tax, gambling) are no such place.
-- explanation: Of {periods} wages in a row, together {wages} {currency}, {swept} left within {hours} hours for one place.
--   {workers} families of workers pay there in this way; the receiver may act on this account: {may_act}; it
--   goes back to who paid the wage, or to that household: {goes_back}. This says nothing against the holder, who may need protection.
-- explanation[nl]: Van {periods} lonen achter elkaar, samen {wages} {currency}, ging {swept} binnen {hours} uur naar één
--   plek. {workers} gezinnen van werknemers betalen daar zo aan; de ontvanger mag over deze rekening beschikken: {may_act};
--   het gaat terug naar wie het loon betaalde, of naar dat huishouden: {goes_back}. Dit zegt niets ten nadele van de houder, die misschien bescherming nodig heeft.
-- innocent: Workers who each support the same relative, or save with the same club.
-- innocent: A budget manager or guardian who keeps the money of several clients.
-- innocent: Partners or relatives with different family names, of whom one employs the other, as a carer for example.
-- innocent: Rent and debts paid to one landlord at once, where the payment does not say so.

WITH paid AS (
    SELECT account_id, second / 86400 AS paid_on, min(second) AS second, bool_or(day_only) AS day_only, sum(amount) AS wage
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND currency = $currency AND amount > 0
    GROUP BY account_id, second / 86400
),
numbered AS (
    SELECT *,
           CAST(row_number() OVER line AS BIGINT) AS period,
           count(*) OVER (PARTITION BY account_id) AS periods,
           coalesce(lead(paid_on) OVER line, 99999999) AS next_paid
    FROM paid
    WINDOW line AS (PARTITION BY account_id ORDER BY paid_on)
),
-- One row for each day on which the money may leave, so that payments are joined by account and day.
open_days AS (
    SELECT *, paid_on + ahead AS on_day
    FROM (SELECT *, unnest(range(0, $hours / 24 + 1)) AS ahead FROM numbered WHERE periods >= $minimum_periods) AS spread
),
-- Whose account another is: the holder's own, or of the household.
households AS (
    SELECT subject AS one, object AS two FROM relations WHERE kind = 'household'
    UNION SELECT object, subject FROM relations WHERE kind = 'household'
    UNION SELECT party_id AS one, party_id AS two FROM account_holders WHERE role = 'holder'
),
own AS (
    SELECT DISTINCT h.account_id, o.account_id AS other
    FROM account_holders h
    JOIN households ON households.one = h.party_id
    JOIN account_holders o ON o.party_id = households.two
    WHERE h.role = 'holder' AND o.role = 'holder'
),
-- Partners who live together run accounts for each other: that one of them may act is no sign by itself.
homes AS (
    SELECT party_id,
           concat_ws('|', upper(country), upper(replace(coalesce(postcode, concat(lower(city), '|', lower(street))), ' ', '')),
                     lower(house_number), lower(coalesce(unit, ''))) AS home
    FROM party_addresses
    WHERE kind = 'street' AND house_number IS NOT NULL AND (postcode IS NOT NULL OR (city IS NOT NULL AND street IS NOT NULL))
),
-- A house of many, a dormitory or a block without numbers of homes, makes nobody a partner.
small_homes AS (
    SELECT homes.party_id, homes.home
    FROM homes
    LEFT SEMI JOIN (SELECT home FROM homes GROUP BY home HAVING count(DISTINCT party_id) BETWEEN 2 AND 5) AS small
        ON small.home = homes.home
),
living_with AS (
    SELECT h.account_id, theirs.party_id
    FROM account_holders h
    JOIN small_homes AS ours ON ours.party_id = h.party_id
    JOIN small_homes AS theirs ON theirs.home = ours.home AND theirs.party_id <> ours.party_id
    WHERE h.role = 'holder'
),
acting AS (
    SELECT DISTINCT a.account_id, o.account_id AS other
    FROM account_holders a
    JOIN account_holders o ON o.party_id = a.party_id
    LEFT ANTI JOIN living_with ON living_with.account_id = a.account_id AND living_with.party_id = a.party_id
    WHERE a.role NOT IN ('holder', 'guardian', 'administrator') AND o.role = 'holder'
),
-- What goes back to who paid it, or to those a person who employs lives with, was a wage on paper.
payers AS (
    SELECT DISTINCT account_id, counterparty_account_id AS payer
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND currency = $currency AND amount > 0 AND counterparty_account_id IS NOT NULL
),
back AS (
    SELECT account_id, payer AS other FROM payers
    UNION
    SELECT payers.account_id, o.account_id
    FROM payers
    JOIN account_holders h ON h.account_id = payers.payer
    JOIN account_holders o ON o.party_id = h.party_id
    WHERE h.role = 'holder' AND o.role = 'holder'
    UNION
    SELECT payers.account_id, o.account_id
    FROM payers
    JOIN account_holders h ON h.account_id = payers.payer
    JOIN parties p ON p.party_id = h.party_id
    JOIN small_homes AS ours ON ours.party_id = h.party_id
    JOIN small_homes AS theirs ON theirs.home = ours.home
    JOIN account_holders o ON o.party_id = theirs.party_id
    WHERE p.kind = 'person' AND h.role = 'holder' AND o.role = 'holder'
),
families AS (
    SELECT account_id,
           min(lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END)) AS family
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
leaving AS (
    SELECT w.account_id, w.period, w.wage, m.entry_id, m.amount, m.at, m.second, m.day_only OR w.day_only AS day_only,
           m.counterparty_account_id,
           m.channel = 'cash_atm' AS is_cash,
           CASE WHEN m.channel = 'cash_atm' THEN concat('cash at ', m.terminal) ELSE m.other END AS place
    FROM open_days w
    JOIN movements m ON m.account_id = w.account_id AND m.second / 86400 = w.on_day
    WHERE m.direction = 'debit'
      AND m.currency = $currency
      AND m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest', 'loan', 'cash_branch')
      AND m.counterparty_status <> 'bank'
      AND CASE WHEN m.channel = 'cash_atm' THEN m.terminal IS NOT NULL AND NOT m.day_only ELSE m.other IS NOT NULL END
      AND w.on_day < w.next_paid
      AND (m.day_only OR w.day_only OR (m.second >= w.second AND m.second - w.second <= $hours * 3600))
),
tied AS (
    SELECT leaving.*, coalesce(families.family, leaving.account_id) AS family
    FROM leaving
    LEFT JOIN families ON families.account_id = leaving.account_id
    LEFT ANTI JOIN own ON own.account_id = leaving.account_id AND own.other = leaving.counterparty_account_id
    LEFT ANTI JOIN (
        SELECT entry_id FROM entry_marks WHERE mark IN ('money_transfer', 'payment_service', 'tax', 'gambling') AND direction = 'debit'
    ) AS businesses ON businesses.entry_id = leaving.entry_id
),
swept AS (
    SELECT account_id, family, place, period, max(wage) AS wage, sum(amount) AS amount, min(second) AS second,
           bool_or(is_cash) AS is_cash, min(counterparty_account_id) AS exit_account
    FROM tied
    GROUP BY account_id, family, place, period
    HAVING sum(amount) >= $share * max(wage)
),
-- Cash ties workers only where they stood at the machine together.
together AS (
    SELECT DISTINCT a.account_id, a.place, a.period
    FROM swept a
    JOIN swept b ON b.place = a.place AND b.second / 86400 = a.second / 86400
    WHERE a.is_cash AND b.family <> a.family AND abs(a.second - b.second) <= $minutes * 60
),
runs AS (
    SELECT swept.*,
           swept.period - CAST(row_number() OVER (PARTITION BY swept.account_id, swept.place ORDER BY swept.period) AS BIGINT) AS run
    FROM swept
    LEFT JOIN together ON together.account_id = swept.account_id AND together.place = swept.place AND together.period = swept.period
    WHERE NOT swept.is_cash OR together.account_id IS NOT NULL
),
sweeps AS (
    SELECT account_id, family, place, run, min(period) AS first_period, max(period) AS last_period, count(*) AS periods,
           sum(wage) AS wages, max(exit_account) AS exit_account
    FROM runs
    GROUP BY account_id, family, place, run
    HAVING count(*) >= $minimum_periods
),
shared AS (
    SELECT place, count(DISTINCT family) AS workers FROM sweeps GROUP BY place
),
hits AS (
    SELECT sweeps.*, shared.workers, acting.account_id IS NOT NULL AS may_act, back.account_id IS NOT NULL AS goes_back
    FROM sweeps
    JOIN shared ON shared.place = sweeps.place
    LEFT JOIN acting ON acting.account_id = sweeps.account_id AND acting.other = sweeps.exit_account
    LEFT JOIN back ON back.account_id = sweeps.account_id AND back.other = sweeps.exit_account
    WHERE shared.workers >= $minimum_workers OR acting.account_id IS NOT NULL OR back.account_id IS NOT NULL
),
cited AS (
    SELECT hits.*, tied.entry_id, tied.at, tied.amount AS passed, tied.day_only, 'exit' AS role
    FROM hits
    JOIN tied ON tied.account_id = hits.account_id AND tied.place = hits.place
    WHERE tied.period >= hits.first_period AND tied.period <= hits.last_period
    UNION ALL
    SELECT hits.*, w.entry_id, w.at, 0 AS passed, w.day_only, 'wage' AS role
    FROM hits
    JOIN numbered n ON n.account_id = hits.account_id AND n.period >= hits.first_period AND n.period <= hits.last_period
    JOIN entry_marks w ON w.account_id = n.account_id AND w.second / 86400 = n.paid_on
    WHERE w.mark = 'wage' AND w.direction = 'credit' AND w.currency = $currency AND w.amount > 0
)
SELECT account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       CASE WHEN bool_or(day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(entry_id ORDER BY at, role DESC, entry_id) AS entries,
       array_agg(role ORDER BY at, role DESC, entry_id) AS roles,
       coalesce(max(exit_account), concat('c-', account_id)) AS exit_account,
       CASE WHEN bool_or(day_only) THEN 'time of day not in these records: days are counted, and what came in is taken to come first' END AS sufficiency,
       max(periods) AS periods,
       max(wages) AS wages,
       sum(passed) AS swept,
       max(workers) AS workers,
       bool_or(may_act) AS may_act,
       bool_or(goes_back) AS goes_back
FROM cited
GROUP BY account_id, place, run
