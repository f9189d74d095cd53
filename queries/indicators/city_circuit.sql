-- id: THB-11
-- version: 1
-- title: The same round of cities again, on an account under somebody's hold
-- title[nl]: Opnieuw dezelfde ronde langs steden, op een rekening waarop iemand greep heeft
-- describes: account
-- form: S
-- family: lodging and travel
-- gate: pass-through
-- needs: movements.entry_id, movements.account_id, movements.channel, movements.city, movements.at, movements.day,
--   movements.day_only, control_signs.account_id, control_signs.exit_account, control_signs.controlled,
--   control_signs.controls, holders_of.account_id, holders_of.kind
-- parameter: minimum_cities number 4 -- different cities within the period
-- parameter: period_days number 90 -- days from the first use to the last
-- parameter: minimum_rounds number 2 -- how often the same three cities follow each other in the same order
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM movements WHERE city
--   IS NOT NULL AND channel IN ('card_pos', 'cash_atm', 'cash_branch') LIMIT 1) AS some) AS counted WHERE n = 0 -- the city
--   of card payments and cash is not in these records -- ask the bank for terminal and place of each card payment, deposit
--   and withdrawal
-- gap: channel IN ('card_pos', 'cash_atm', 'cash_branch') AND (city IS NULL OR trim(city) = '') AND account_id IN (SELECT
--   account_id FROM control_signs WHERE controlled OR controls) -- the city of these card payments and cash movements is not
--   in these records -- ask the bank for terminal and place
-- source: indicator THB-11 of the project's catalogue, after FinCEN FIN-2020-A008 (frequent geographic movement)
-- source: exact definition here: cities of card payments at terminals and of cash in the order of time, repetitions of one
--   city counted once; three different cities in a row that come back in the same order, without overlap, at least so often
--   within the period, in which so many cities were visited. Days with several cities and no times are taken in the order
--   of the cities' names, each day alike. Only on accounts of natural persons that are drained to one exit or acted on by
--   another, or whose holder has such a hold on others.
-- explanation: The card was used in {cities} cities; {circuit} followed each other {rounds} times. Signs of control:
--   {control}.
-- explanation[nl]: De kaart werd gebruikt in {cities} steden; {circuit} volgden elkaar {rounds} keer op. Tekenen van
--   beheersing: {control}.
-- innocent: A lorry or coach driver, or a service engineer with a fixed round.
-- innocent: A touring artist, market trader or seasonal worker.
-- innocent: Separated parents who travel between homes, school and work.
-- control: control -- the account is drained to one exit or acted on by another, or its holder has such a hold on others

WITH signs AS (
    SELECT account_id, exit_account, signs
    FROM control_signs
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS business
        ON business.account_id = control_signs.account_id
    WHERE controlled OR controls
),
uses AS (
    SELECT m.account_id, m.entry_id, m.at, m.day, m.day_only, upper(trim(m.city)) AS city
    FROM movements m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.channel IN ('card_pos', 'cash_atm', 'cash_branch') AND trim(m.city) <> ''
),
before AS (
    SELECT *, lag(city) OVER (PARTITION BY account_id ORDER BY at, city, entry_id) AS previous
    FROM uses
    LEFT SEMI JOIN (
        SELECT account_id FROM uses GROUP BY account_id HAVING count(DISTINCT city) >= $minimum_cities
    ) AS travelling ON travelling.account_id = uses.account_id
),
visits AS (
    SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY at, city, entry_id) AS number
    FROM before
    WHERE previous IS NULL OR previous <> city
),
triples AS (
    SELECT *,
           lead(city, 1) OVER following AS second_city,
           lead(city, 2) OVER following AS third_city,
           lead(entry_id, 1) OVER following AS second_entry,
           lead(entry_id, 2) OVER following AS third_entry,
           lead(day, 2) OVER following AS last_day,
           lead(at, 2) OVER following AS last_at
    FROM visits
    WINDOW following AS (PARTITION BY account_id ORDER BY number)
),
-- Three different cities cannot overlap with themselves: what comes back in the same order begins three visits later or more.
rounds AS (
    SELECT *, concat(city, ' - ', second_city, ' - ', third_city) AS circuit,
           row_number() OVER (PARTITION BY account_id, city, second_city, third_city ORDER BY number) AS round
    FROM triples
    WHERE third_city IS NOT NULL AND third_city <> city
),
repeats AS (
    SELECT later.account_id, later.circuit, earlier.day AS from_day, later.last_day AS to_day
    FROM rounds AS later
    JOIN rounds AS earlier
        ON earlier.account_id = later.account_id AND earlier.circuit = later.circuit
       AND earlier.round = later.round - $minimum_rounds + 1
    WHERE CAST(arrow_cast(later.last_day, 'Int32') AS BIGINT) - CAST(arrow_cast(earlier.day, 'Int32') AS BIGINT)
          <= $period_days
),
wide AS (
    SELECT repeats.account_id, repeats.circuit, repeats.from_day, repeats.to_day, count(DISTINCT visits.city) AS cities
    FROM repeats
    JOIN visits ON visits.account_id = repeats.account_id
    WHERE CAST(arrow_cast(visits.day, 'Int32') AS BIGINT)
              >= CAST(arrow_cast(repeats.to_day, 'Int32') AS BIGINT) - $period_days
      AND CAST(arrow_cast(visits.day, 'Int32') AS BIGINT)
              <= CAST(arrow_cast(repeats.from_day, 'Int32') AS BIGINT) + $period_days
    GROUP BY repeats.account_id, repeats.circuit, repeats.from_day, repeats.to_day
    HAVING count(DISTINCT visits.city) >= $minimum_cities
),
-- Of several circuits of an account (A - B - C, B - C - D) the one that came back most often, then by name.
counted AS (
    SELECT rounds.account_id, rounds.circuit, max(wide.cities) AS cities, count(DISTINCT rounds.number) AS rounds
    FROM rounds
    JOIN wide ON wide.account_id = rounds.account_id AND wide.circuit = rounds.circuit
    WHERE rounds.day >= wide.from_day AND rounds.last_day <= wide.to_day
    GROUP BY rounds.account_id, rounds.circuit
),
chosen AS (
    SELECT account_id, circuit, cities, rounds
    FROM (
        SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY rounds DESC, cities DESC, circuit) AS place
        FROM counted
    ) AS ranked
    WHERE place = 1
),
cited AS (
    SELECT rounds.account_id, rounds.at, rounds.last_at, rounds.day_only,
           unnest([rounds.entry_id, rounds.second_entry, rounds.third_entry]) AS entry_id
    FROM rounds
    JOIN chosen ON chosen.account_id = rounds.account_id AND chosen.circuit = rounds.circuit
)
SELECT chosen.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(cited.at) AS from_time,
       max(cited.last_at) AS to_time,
       CASE WHEN bool_or(cited.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(cited.entry_id ORDER BY cited.at, cited.entry_id) AS entries,
       array_agg(CAST('visit' AS VARCHAR) ORDER BY cited.at, cited.entry_id) AS roles,
       signs.exit_account,
       CASE
           WHEN bool_or(cited.day_only) THEN 'time of day not in these records: cities of one day are taken in one fixed order'
       END AS sufficiency,
       chosen.cities,
       chosen.circuit,
       chosen.rounds,
       signs.signs AS control
FROM chosen
JOIN cited ON cited.account_id = chosen.account_id
JOIN signs ON signs.account_id = chosen.account_id
GROUP BY chosen.account_id, signs.exit_account, chosen.cities, chosen.circuit, chosen.rounds, signs.signs
