-- id: THB-22
-- version: 1
-- title: Cards of several people that are used together and nowhere alone
-- title[nl]: Kaarten van verschillende mensen die samen en nauwelijks alleen worden gebruikt
-- describes: controller
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
-- parameter: most_at_once number 20 -- accounts at one shop in ten minutes; more make a queue of everybody
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel = 'card_pos' AND direction = 'debit' AND booked_at IS NOT NULL AND time_precision <> 'day' LIMIT 1) AS told)
--   AS counted WHERE n = 0 -- time of day not in these records: purchases with cards -- ask the bank for authorisation
--   times, terminal ids and merchants
-- gap: channel = 'card_pos' AND direction = 'debit' AND (booked_at IS NULL OR time_precision = 'day') -- the time of day of
--   these purchases is not in these records -- ask the bank for authorisation times and terminal ids
-- source: indicator THB-22, the project's own, after THB-15
-- source: exact definition here: purchases with the cards of the same three accounts, held under three family names, at one
--   shop (terminal, else merchant and city) within 10 minutes, at least 5 times within 60 days, at two shops or more, and
--   at least half of all purchases at shops with each of the three cards in that time are among these.
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
bought AS (
    SELECT entry_id, account_id, second, at, second / ($minutes * 60) AS slot,
           CASE WHEN terminal IS NOT NULL THEN terminal ELSE concat(other, '|', city) END AS place
    FROM movements
    WHERE channel = 'card_pos' AND direction = 'debit' AND NOT day_only
      AND (terminal IS NOT NULL OR (other IS NOT NULL AND city IS NOT NULL))
),
-- Few moments have several people and not a crowd; the others are not looked at any further.
busy AS (
    SELECT place, slot, least(count(DISTINCT account_id), 1000) AS accounts FROM bought GROUP BY place, slot
),
moments AS (
    SELECT place, slot,
           accounts + coalesce(CASE WHEN lead(slot) OVER line = slot + 1 THEN lead(accounts) OVER line END, 0)
                    + coalesce(CASE WHEN lag(slot) OVER line = slot - 1 THEN lag(accounts) OVER line END, 0) AS around
    FROM busy
    WINDOW line AS (PARTITION BY place ORDER BY slot)
),
near AS (
    SELECT b.entry_id, b.account_id, b.second, b.at, b.slot, b.place, coalesce(f.family, b.account_id) AS family
    FROM bought b
    JOIN moments m ON m.place = b.place AND m.slot = b.slot
    LEFT JOIN families f ON f.account_id = b.account_id
    WHERE m.around >= $minimum_holders AND m.around <= $most_at_once
),
spread AS (SELECT *, slot + ahead AS beside FROM (SELECT *, unnest(make_array(-1, 0, 1)) AS ahead FROM near) AS slots),
pairs AS (
    SELECT x.entry_id AS a_entry, y.entry_id AS b_entry, x.account_id AS a, y.account_id AS b, x.place, x.slot,
           y.second AS b_second, y.family AS b_family, x.second AS a_second
    FROM near x
    JOIN spread y ON y.place = x.place AND y.beside = x.slot
    WHERE x.account_id < y.account_id AND x.family <> y.family AND abs(x.second - y.second) <= $minutes * 60
),
often AS (SELECT a, b FROM pairs GROUP BY a, b HAVING count(DISTINCT a_entry) >= $minimum_events),
meeting AS (SELECT pairs.* FROM pairs LEFT SEMI JOIN often ON often.a = pairs.a AND often.b = pairs.b),
trios AS (
    SELECT x.a, x.b, y.b AS c, x.a_entry, x.b_entry, y.b_entry AS c_entry, x.place, x.a_second / 86400 AS on_day
    FROM meeting x
    JOIN meeting y ON y.a_entry = x.a_entry
    WHERE x.b < y.b AND x.b_family <> y.b_family AND abs(x.b_second - y.b_second) <= $minutes * 60
),
-- The period that begins with a meeting, and how many others fall into it.
periods AS (
    SELECT a, b, c, on_day AS first_day, count(DISTINCT a_entry) AS events, count(DISTINCT place) AS places
    FROM (
        SELECT f.a, f.b, f.c, f.on_day, t.a_entry, t.place
        FROM (SELECT DISTINCT a, b, c, on_day FROM trios) AS f
        JOIN trios t ON t.a = f.a AND t.b = f.b AND t.c = f.c
        WHERE t.on_day >= f.on_day AND t.on_day < f.on_day + $period_days
    ) AS within
    GROUP BY a, b, c, on_day
    HAVING count(DISTINCT a_entry) >= $minimum_events AND count(DISTINCT place) >= $minimum_places
),
best AS (
    SELECT a, b, c, first_day, events, places,
           row_number() OVER (PARTITION BY a, b, c ORDER BY events DESC, first_day) AS place
    FROM periods
),
seats AS (
    SELECT a, b, c, first_day, unnest(make_array(a, b, c)) AS account_id FROM best WHERE place = 1
),
joint AS (
    SELECT DISTINCT t.a, t.b, t.c, unnest(make_array(t.a, t.b, t.c)) AS account_id, unnest(make_array(t.a_entry, t.b_entry, t.c_entry)) AS entry_id
    FROM trios t
    JOIN best ON best.a = t.a AND best.b = t.b AND best.c = t.c
    WHERE best.place = 1 AND t.on_day >= best.first_day AND t.on_day < best.first_day + $period_days
),
shares AS (
    SELECT s.a, s.b, s.c, s.account_id,
           CAST(count(DISTINCT joint.entry_id) AS DECIMAL(18, 4)) / count(DISTINCT bought.entry_id) AS share_together
    FROM seats s
    JOIN bought ON bought.account_id = s.account_id
    LEFT JOIN joint ON joint.a = s.a AND joint.b = s.b AND joint.c = s.c AND joint.entry_id = bought.entry_id
    WHERE bought.second / 86400 >= s.first_day AND bought.second / 86400 < s.first_day + $period_days
    GROUP BY s.a, s.b, s.c, s.account_id
),
hits AS (
    SELECT a, b, c, min(share_together) AS share_together
    FROM shares
    GROUP BY a, b, c
    HAVING min(share_together) >= $together
),
-- Threes of one set are told once, by the first account of it.
firsts AS (
    SELECT DISTINCT h.a FROM hits h LEFT ANTI JOIN (SELECT b AS other FROM hits UNION SELECT c FROM hits) AS behind ON behind.other = h.a
),
sets AS (SELECT h.* FROM hits h LEFT SEMI JOIN firsts ON firsts.a = h.a),
cited AS (
    SELECT DISTINCT j.a, j.account_id, j.entry_id FROM joint j LEFT SEMI JOIN sets ON sets.a = j.a AND sets.b = j.b AND sets.c = j.c
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(b.at) AS from_time,
       max(b.at) AS to_time,
       array_agg(c.entry_id ORDER BY b.at, c.entry_id) AS entries,
       array_agg('purchase' ORDER BY b.at, c.entry_id) AS roles,
       array_agg(DISTINCT c.account_id ORDER BY c.account_id) AS others,
       count(DISTINCT c.account_id) AS cards,
       count(DISTINCT CASE WHEN c.account_id = c.a THEN c.entry_id END) AS events,
       count(DISTINCT b.place) AS places,
       CAST(max(s.share_together) AS DECIMAL(9, 4)) AS share_together
FROM cited c
JOIN bought b ON b.entry_id = c.entry_id
JOIN (SELECT a, min(share_together) AS share_together FROM sets GROUP BY a) AS s ON s.a = c.a
GROUP BY c.a
