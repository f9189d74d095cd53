-- id: THB-11
-- version: 2
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
-- parameter: period interval 90 days -- rounds begin at most this far apart
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
--   city counted once; three different cities in a row that come back in the same order at least so often, beginning within
--   the period, in which so many cities were visited up to the end of the last. Days with several cities and no times are taken in the order
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
counted AS (
    SELECT *,
           count(DISTINCT city) OVER (PARTITION BY account_id) AS all_cities,
           lag(city) OVER (PARTITION BY account_id ORDER BY at, city, entry_id) AS previous
    FROM uses
),
visits AS (
    SELECT *,
           row_number() OVER (PARTITION BY account_id ORDER BY at, city, entry_id) AS number,
           count(DISTINCT city) OVER (
               PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW
           ) AS cities
    FROM counted
    WHERE all_cities >= $minimum_cities AND (previous IS NULL OR previous <> city)
),
triples AS (
    SELECT account_id, at, day_only, number, city,
           lead(city, 1) OVER line AS second_city,
           lead(city, 2) OVER line AS third_city,
           lead(cities, 2) OVER line AS cities,
           lead(at, 2) OVER line AS last_at,
           [entry_id, lead(entry_id, 1) OVER line, lead(entry_id, 2) OVER line] AS entry_ids
    FROM visits
    WINDOW line AS (PARTITION BY account_id ORDER BY number)
),
-- Three different cities cannot overlap with themselves: what comes back in the same order begins three visits later or more.
rounds AS (
    SELECT *, concat(city, ' - ', second_city, ' - ', third_city) AS circuit
    FROM triples
    WHERE third_city IS NOT NULL AND third_city <> city
),
closing AS (
    SELECT *,
           CASE
               WHEN count(*) OVER back >= $minimum_rounds AND max(cities) OVER back >= $minimum_cities THEN 1
               ELSE 0
           END AS closes
    FROM rounds
    WINDOW back AS (PARTITION BY account_id, circuit ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (
               PARTITION BY account_id, circuit ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING
           ) AS member
    FROM closing
),
often AS (
    SELECT *, count(*) OVER (PARTITION BY account_id, circuit) AS times FROM members WHERE member = 1
),
-- Of several circuits of an account (A - B - C, B - C - D) the one that came back most often, then by name.
chosen AS (
    SELECT *, first_value(circuit) OVER (PARTITION BY account_id ORDER BY times DESC, circuit) AS first_circuit FROM often
),
cited AS (
    SELECT account_id, at, last_at, day_only, circuit, times, cities, unnest(entry_ids) AS entry_id
    FROM chosen
    WHERE circuit = first_circuit
)
SELECT cited.account_id,
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
       max(cited.cities) AS cities,
       min(cited.circuit) AS circuit,
       max(cited.times) AS rounds,
       signs.signs AS control
FROM cited
JOIN signs ON signs.account_id = cited.account_id
GROUP BY cited.account_id, signs.exit_account, signs.signs
