-- id: THB-10
-- version: 3
-- title: Many tickets, for others or for nobody named, paid by somebody who has a hold on other people's accounts
-- title[nl]: Veel reisbewijzen, voor anderen of zonder naam, betaald door wie greep heeft op rekeningen van anderen
-- describes: controller
-- form: *, S
-- family: lodging and travel
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.direction, entry_marks.amount,
--   entry_marks.currency, movements.entry_id, movements.account_id, movements.at, movements.day_only, movements.remittance,
--   holders_of.account_id, holders_of.name, holders_of.role, control_signs.account_id, control_signs.exit_account,
--   control_signs.controlled, control_signs.controls,
--   control_signs.funded_by,
--   accounts_under_control.account_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_tickets number 4 -- tickets for others, or by air or coach for nobody named, within the period
-- parameter: period interval 30 days -- the first and last of these tickets lie at most this far apart
-- parameter: minimum_passengers number 3 -- or: different passengers who are not the holder, within the longer period
-- parameter: passenger_period interval 60 days -- the longer period
-- parameter: smallest_ticket decimal 15 -- what costs less is a ride in town or a seat reservation
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark IN
--   ('travel_air', 'travel_bus', 'travel_rail') AND direction = 'debit') -- tickets in another currency, without a rate --
--   ask for the amounts in the currency of the case
-- gap: direction = 'debit' AND NOT regexp_like(coalesce(remittance, ''), '(?i)(passenger|passagier|reiziger|pax|fahrgast|reisende|passager|voyageur|passegger|pasajer|pasazer|pasager|calator|utas|patnik|[a-z]{2,}/[a-z]{2,})') AND entry_id
--   IN (SELECT entry_id FROM entry_marks WHERE mark IN ('travel_air', 'travel_bus', 'travel_rail') AND direction = 'debit')
--   -- the passengers of these tickets are not in these records -- ask the carriers and travel agents for the passengers'
--   names and routes of these bookings
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM entries WHERE
--   direction = 'debit' AND (merchant_category IS NOT NULL OR counterparty_name IS NOT NULL OR remittance IS NOT NULL)
--   LIMIT 1) AS some) AS counted WHERE n = 0 -- neither merchants nor texts of payments are in these records -- ask the
--   bank for merchant name and category of each card payment
-- source: indicator THB-10 of the project's catalogue, after FINTRAC-2016-OA003
-- source: exact definition here: a passenger is two or more words behind `passenger`, `pax` and their like, or
--   SURNAME/FIRST NAME, in the payment's text, and is not the holder where no word of the name is one of the holder's names.
--   At least the minimum of tickets for others, or by air or coach without a passenger's name, within the period, or so many
--   passengers within the longer one. Trains without a name take no part: people commute. Only where the paying account's
--   holder has a hold on others (two accounts drained to him, or one that he can act on), or where the paying account is
--   itself drained to one exit: then the finding is about that exit and not about who paid.
-- explanation: {tickets} tickets, together {total} {currency}, from {payers} accounts; {named} of them name {passengers}
--   different passengers who are not the holder. Signs of control on these accounts: {control}.
-- explanation[nl]: {tickets} reisbiljetten, samen {total} {currency}, van {payers} rekeningen; {named} daarvan noemen
--   {passengers} verschillende reizigers die niet de houder zijn. Tekenen van beheersing op deze rekeningen: {control}.
-- innocent: A member of a family or group of friends who books for all.
-- innocent: An employer or club that pays journeys of staff or players from a private account.
-- innocent: A travel agent who works from home.
-- source: an account that somebody with such a hold pays for the most part counts as his: the finding is about who pays it
-- control: control -- the paying account's holder has a hold on others' accounts, or another has one on the paying account

-- Whose own account shows control by another is not told as the one who takes.
WITH signs AS (
    SELECT s.*
    FROM (
        SELECT account_id, signs,
               CASE WHEN drained OR bound THEN exit_account WHEN controls THEN account_id ELSE funded_by END AS subject
        FROM control_signs
        WHERE controls OR controlled OR funded_by IS NOT NULL
    ) AS s
    LEFT ANTI JOIN accounts_under_control AS led ON led.account_id = s.subject
),
marked AS (
    SELECT m.entry_id, max(CASE WHEN m.mark = 'travel_rail' THEN 0 ELSE 1 END) AS far, max(signs.subject) AS subject,
           max(signs.signs) AS signs
    FROM entry_marks m
    JOIN signs ON signs.account_id = m.account_id
    WHERE m.mark IN ('travel_air', 'travel_bus', 'travel_rail')
      AND m.direction = 'debit' AND m.amount >= $smallest_ticket AND m.currency = $currency
    GROUP BY m.entry_id
),
texts AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.amount, marked.far, marked.subject, marked.signs,
           trim(regexp_replace(lower(coalesce(
               regexp_match(m.remittance, '(?i)(?:passengers?|passagiers?|reizigers?|pax|fahrgast|reisende[rn]?|passagers?|voyageurs?|passegger[oi]|pasajer[oa]s?|pasazer|pasager|calator|utas|patnik)[ :.=-]+(\p{L}[\p{L}''.-]*(?: \p{L}[\p{L}''-]+){1,3})')[1],
               regexp_match(m.remittance, '(?:^|[^\p{L}])(\p{Lu}{2,}/\p{Lu}{2,})(?:[^\p{L}]|$)')[1]
           )), '[^\p{L}]+|\b(mr|mrs|ms|dhr|mevr|herr|frau)\b', ' ', 'g')) AS passenger
    FROM movements m
    JOIN marked ON marked.entry_id = m.entry_id
),
-- Tickets of the holder: a word of three letters or more in common with a holder's name.
names AS (
    SELECT account_id, string_agg(regexp_replace(lower(name), '\b\p{L}{1,2}\b|[^\p{L} ]', '', 'g'), ' ' ORDER BY party_id) AS words
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
tickets AS (
    SELECT texts.*,
           array_to_string(array_sort(string_to_array(regexp_replace(passenger, ' +', ' ', 'g'), ' ')), ' ') AS name
    FROM texts
    LEFT JOIN names ON names.account_id = texts.account_id
    WHERE (passenger IS NOT NULL OR far = 1)
      AND NOT coalesce(array_has_any(string_to_array(passenger, ' '), array_remove_all(string_to_array(names.words, ' '), '')), false)
),
closing AS (
    SELECT *,
           CASE WHEN count(*) OVER back >= $minimum_tickets THEN 1 ELSE 0 END AS closes,
           CASE WHEN count(DISTINCT name) OVER longer >= $minimum_passengers THEN 1 ELSE 0 END AS peoples
    FROM tickets
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW),
           longer AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $passenger_period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING) AS many,
           max(peoples) OVER (
               PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $passenger_period FOLLOWING
           ) AS varied
    FROM closing
)
SELECT m.subject AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries,
       array_agg(CAST('ticket' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       array_agg(DISTINCT m.account_id ORDER BY m.account_id) FILTER (WHERE m.account_id <> m.subject) AS others,
       CASE WHEN count(m.name) < count(*) THEN 'passengers are not in all of these records' END AS sufficiency,
       count(*) AS tickets,
       count(m.name) AS named,
       count(DISTINCT m.name) AS passengers,
       sum(m.amount) AS total,
       count(DISTINCT m.account_id) AS payers,
       string_agg(DISTINCT m.signs, '; ' ORDER BY m.signs) AS control
FROM members m
WHERE (m.many = 1 OR m.varied = 1) AND m.subject IS NOT NULL
GROUP BY m.subject
