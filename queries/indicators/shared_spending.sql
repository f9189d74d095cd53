-- id: THB-22
-- version: 2
-- title: Cards of several people of which at least half the purchases are made together
-- title[nl]: Kaarten van verschillende mensen waarvan minstens de helft van de aankopen samen gebeurt
-- describes: exploited
-- form: L, C
-- family: shared spending
-- needs: movements.entry_id, movements.account_id, movements.direction, movements.channel, movements.terminal,
--   movements.other, movements.city, movements.second, movements.day_only, holders_of.account_id, holders_of.name,
--   holders_of.role
-- parameter: minutes number 10 -- between the purchases at one shop
-- parameter: minimum_holders number 3 -- of different family names; couples and families shop together
-- parameter: minimum_events number 5 -- such occurrences
-- parameter: period_days number 60 -- in which they fall
-- parameter: minimum_places number 2 -- shops; colleagues meet in one canteen every day
-- parameter: together decimal 0.50 -- of all purchases with each of these cards in the period; who goes out with friends also shops alone
-- parameter: most_at_once number 8 -- accounts that follow each other at a shop; more make a queue of everybody
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel = 'card_pos' AND direction = 'debit' AND booked_at IS NOT NULL AND time_precision <> 'day' LIMIT 1) AS told)
--   AS counted WHERE n = 0 -- time of day not in these records: purchases with cards -- ask the bank for authorisation
--   times, terminal ids and merchants
-- gap: channel = 'card_pos' AND direction = 'debit' AND (booked_at IS NULL OR time_precision = 'day') -- the time of day of
--   these purchases is not in these records -- ask the bank for authorisation times and terminal ids
-- source: indicator THB-22, the project's own, after THB-15
-- source: exact definition here: purchases at one shop (terminal, else merchant and city) of which each comes within 10
--   minutes of the one before are one series; one of more than 20 minutes or 8 accounts is a queue and is left out. In what
--   is left, the same three accounts, held under three family names, within 10 minutes, at least 5 times within 60 days, at
--   two shops or more; and from the first to the last of these at least half of all purchases with each card are among them.
-- explanation: Cards of {cards} accounts were used at the same shop within {minutes} minutes {events} times in {period_days}
--   days, at {places} shops; at least {share_together} of each card's purchases were such. Whoever used the cards is not
--   named in the records; their holders may need protection and are not what this finding is about.
-- explanation[nl]: Kaarten van {cards} rekeningen werden {events} keer in {period_days} dagen binnen {minutes} minuten bij
--   dezelfde winkel gebruikt, bij {places} winkels; van elke kaart was ten minste een deel {share_together} van de aankopen
--   zo. Wie de kaarten gebruikte staat niet in de gegevens; de houders hebben misschien bescherming nodig en om hen gaat het
--   hier niet.
-- innocent: Friends or flatmates who do their shopping together.
-- innocent: Somebody who does the errands of people who cannot leave home.
-- innocent: Residents of a shelter who go to the shop in a group.

WITH families AS (
    SELECT account_id,
           min(lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END)) AS family
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
-- Each part is referred to once where it can be: the engine computes it anew each time.
bought AS (
    SELECT entry_id, account_id, second, at,
           CASE WHEN terminal IS NOT NULL THEN terminal ELSE concat(other, '|', city) END AS place
    FROM movements
    WHERE channel = 'card_pos' AND direction = 'debit' AND NOT day_only
      AND (terminal IS NOT NULL OR (other IS NOT NULL AND city IS NOT NULL))
),
marked AS (
    SELECT *,
           row_number() OVER (PARTITION BY account_id ORDER BY second, entry_id) AS number,
           CASE WHEN second - lag(second) OVER (PARTITION BY place ORDER BY second, entry_id) <= $minutes * 60 THEN 0 ELSE 1 END AS begins
    FROM bought
),
numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY place ORDER BY second, entry_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS series
    FROM marked
),
measured AS (
    SELECT *, count(*) OVER whole AS uses, max(second) OVER whole - min(second) OVER whole AS span
    FROM numbered
    WINDOW whole AS (PARTITION BY place, series)
),
usable AS (
    SELECT m.*, coalesce(f.family, m.account_id) AS family
    FROM measured m
    LEFT JOIN families f ON f.account_id = m.account_id
    WHERE m.uses >= 3 AND m.uses <= $most_at_once AND m.span <= 2 * $minutes * 60
),
-- The series as lists by account, and every three of one: a join of the series with itself would look for them three times.
together AS (
    SELECT place, count(*) AS many, array_agg(account_id ORDER BY account_id, entry_id) AS accounts, array_agg(family ORDER BY account_id, entry_id) AS families,
           array_agg(entry_id ORDER BY account_id, entry_id) AS entries, array_agg(at ORDER BY account_id, entry_id) AS times,
           array_agg(second ORDER BY account_id, entry_id) AS seconds, array_agg(number ORDER BY account_id, entry_id) AS numbers
    FROM usable
    GROUP BY place, series
    HAVING count(DISTINCT family) >= 3
),
firsts AS (SELECT *, unnest(range(1, many + 1)) AS i FROM together),
seconds AS (SELECT *, unnest(range(i + 1, many + 1)) AS j FROM firsts),
thirds AS (SELECT *, unnest(range(j + 1, many + 1)) AS k FROM seconds),
trios AS (
    SELECT accounts[i] AS a, accounts[j] AS b, accounts[k] AS c, place, seconds[i] / 86400 AS on_day,
           make_array(accounts[i], accounts[j], accounts[k]) AS accounts,
           make_array(entries[i], entries[j], entries[k]) AS entries,
           make_array(times[i], times[j], times[k]) AS times,
           numbers[i] AS a_number, numbers[j] AS b_number, numbers[k] AS c_number
    FROM thirds
    WHERE accounts[i] < accounts[j] AND accounts[j] < accounts[k]
      AND families[i] <> families[j] AND families[j] <> families[k] AND families[i] <> families[k]
      AND greatest(seconds[i], seconds[j], seconds[k]) - least(seconds[i], seconds[j], seconds[k]) <= $minutes * 60
),
close AS (
    SELECT *, count(*) OVER (PARTITION BY a, b, c ORDER BY on_day RANGE BETWEEN $period_days PRECEDING AND CURRENT ROW) AS events
    FROM trios
),
-- The meetings of the periods in which there are enough, and which part these are of what each card did meanwhile.
inside AS (
    SELECT *, max(events) OVER (PARTITION BY a, b, c ORDER BY on_day RANGE BETWEEN CURRENT ROW AND $period_days FOLLOWING) AS most
    FROM close
),
judged AS (
    SELECT *,
           count(*) OVER three AS met,
           min(place) OVER three AS first_place,
           max(place) OVER three AS last_place,
           greatest(max(a_number) OVER three - min(a_number) OVER three, max(b_number) OVER three - min(b_number) OVER three,
                    max(c_number) OVER three - min(c_number) OVER three) + 1 AS uses
    FROM inside
    WHERE most >= $minimum_events
    WINDOW three AS (PARTITION BY a, b, c)
),
seats AS (
    SELECT a, b, c, place, most, accounts[seat + 1] AS account_id, entries[seat + 1] AS entry_id, times[seat + 1] AS at,
           CAST(CAST(met AS DECIMAL(18, 4)) / uses AS DECIMAL(9, 4)) AS share
    FROM (
        SELECT *, unnest(range(0, 3)) AS seat
        FROM judged
        WHERE met >= $together * uses AND ($minimum_places <= 1 OR first_place <> last_place)
    ) AS spread
),
-- Threes of one set are told once, by the first account of it.
rooted AS (SELECT *, min(a) OVER (PARTITION BY account_id) AS root FROM seats),
sets AS (SELECT *, min(root) OVER (PARTITION BY a, b, c) AS first FROM rooted),
cited AS (
    SELECT first, account_id, entry_id, min(at) AS at, min(place) AS place, max(most) AS most, min(share) AS share
    FROM sets
    GROUP BY first, account_id, entry_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       array_agg(entry_id ORDER BY at, entry_id) AS entries,
       array_agg('purchase' ORDER BY at, entry_id) AS roles,
       array_agg(DISTINCT account_id ORDER BY account_id) AS others,
       count(DISTINCT account_id) AS cards,
       max(most) AS events,
       count(DISTINCT place) AS places,
       min(share) AS share_together
FROM cited
GROUP BY first
HAVING count(DISTINCT account_id) >= $minimum_holders AND count(DISTINCT place) >= $minimum_places
