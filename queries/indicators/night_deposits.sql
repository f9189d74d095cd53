-- id: THB-04
-- version: 2
-- title: Cash and transfers that come in at night, on an account under somebody's hold
-- title[nl]: Contant geld en overschrijvingen die 's nachts binnenkomen, op een rekening waarop iemand greep heeft
-- describes: account
-- form: S
-- family: client payments
-- gate: pass-through
-- needs: movements.entry_id, movements.account_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.other, movements.at, movements.day_only, movements.minute_of_day,
--   control_signs.account_id, control_signs.exit_account, control_signs.controlled, control_signs.controls,
--   entry_marks.mark, entry_marks.entry_id, holders_of.account_id, holders_of.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: night_begins number 22 -- hour of the day, local time as the bank writes it
-- parameter: night_ends number 6 -- hour of the day
-- parameter: minimum_events number 4 -- deposits and transfers at night within the period
-- parameter: night_share decimal 0.5 -- of all such events in the period
-- parameter: period interval 30 days -- the first and last of these events lie at most this far apart
-- parameter: highest decimal 1000 -- larger amounts are no takings of a night
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM movements WHERE
--   NOT day_only LIMIT 1) AS some) AS counted WHERE n = 0 -- time of day not in these records -- ask the bank for
--   authorisation times and terminal ids of cash deposits and the times of incoming instant payments
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND entry_id IN (SELECT entry_id FROM movements
--   WHERE day_only AND direction = 'credit' AND channel IN ('cash_atm', 'cash_branch')) -- the time of day of these cash
--   deposits is not in these records -- ask the bank for authorisation times and terminal ids
-- source: indicator THB-04 of the project's catalogue, after press reports on Project Protect (deposits in the middle of
--   the night) and FINTRAC-2021-OA001
-- source: exact definition here: cash deposits at machines and transfers from others, up to the highest amount, whose time
--   of day is known; at least the minimum of them at night within the period and at least the share of all of them in it.
--   Transfers of companies, wages and benefits take no part, nor do transfers that a bank books in one run: three or more
--   accounts' credits at one and the same second. Only on accounts that are drained to one exit or acted on by another, or
--   whose holder has such a hold on others.
-- explanation: {at_night} of {events} cash deposits and transfers came in between {night_begins} and {night_ends} o'clock,
--   together {total} {currency}; {deposits} of them are cash. Signs of control: {control}.
-- explanation[nl]: {at_night} van {events} contante stortingen en overschrijvingen kwamen tussen {night_begins} en
--   {night_ends} uur binnen, samen {total} {currency}; {deposits} daarvan zijn contant. Tekenen van beheersing: {control}.
-- innocent: Bar staff, taxi drivers and night workers who deposit tips and fares after their shift.
-- innocent: Friends who settle the bill of an evening.
-- innocent: A bank whose records show the time of processing instead of the time of payment.
-- control: control -- the account is drained to one exit or acted on by another, or its holder has such a hold on others

WITH signs AS (
    SELECT account_id, exit_account, signs
    FROM control_signs
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS business
        ON business.account_id = control_signs.account_id
    WHERE controlled OR controls
),
incoming AS (
    SELECT m.account_id, m.entry_id, m.at, m.amount,
           CASE WHEN m.channel = 'cash_atm' THEN 1 ELSE 0 END AS cash,
           CASE
               WHEN m.minute_of_day >= $night_begins * 60 OR m.minute_of_day < $night_ends * 60 THEN 1
               ELSE 0
           END AS night
    FROM movements m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS company ON company.account_id = m.other
    LEFT ANTI JOIN (
        SELECT entry_id FROM entry_marks
        WHERE mark IN ('wage', 'benefit', 'child_benefit', 'pension', 'student_grant', 'marketplace', 'loan', 'insurance', 'tax')
    ) AS known ON known.entry_id = m.entry_id
    WHERE m.direction = 'credit' AND NOT m.day_only AND m.currency = $currency
      AND m.amount > 0 AND m.amount <= $highest
      AND m.channel IN ('cash_atm', 'transfer', 'transfer_sepa', 'internal', 'unknown')
),
-- Without cash and with others at the same second it is a bank's run.
timed AS (
    SELECT *, count(DISTINCT account_id) OVER (PARTITION BY at, cash) AS together FROM incoming
),
events AS (
    SELECT *,
           sum(night) OVER back AS nights,
           count(*) OVER back AS number
    FROM timed
    WHERE cash = 1 OR together < 3
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(CASE WHEN nights >= $minimum_events AND nights >= $night_share * number THEN 1 ELSE 0 END) OVER (
               PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING
           ) AS member
    FROM events
)
SELECT m.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) FILTER (WHERE m.night = 1) AS entries,
       array_agg(CASE WHEN m.cash = 1 THEN 'deposit' ELSE 'credit' END ORDER BY m.at, m.entry_id)
           FILTER (WHERE m.night = 1) AS roles,
       signs.exit_account,
       sum(m.night) AS at_night,
       count(*) AS events,
       sum(CASE WHEN m.night = 1 THEN m.amount ELSE 0 END) AS total,
       sum(CASE WHEN m.night = 1 THEN m.cash ELSE 0 END) AS deposits,
       signs.signs AS control
FROM members m
JOIN signs ON signs.account_id = m.account_id
WHERE m.member = 1
GROUP BY m.account_id, signs.exit_account, signs.signs
