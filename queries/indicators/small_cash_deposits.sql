-- id: THB-25
-- version: 1
-- title: Coins and small notes paid in again and again
-- title[nl]: Telkens weer gestorte munten en kleine biljetten
-- describes: account
-- gate: pass-through
-- form: B
-- family: cash
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, account_holders.account_id, account_holders.party_id, account_holders.role,
--   parties.party_id, parties.kind, parties.sector
-- parameter: currency text EUR -- the case's currency; coins and notes of other currencies are of other sizes
-- parameter: lowest decimal 20 -- less is a piggy bank
-- parameter: highest decimal 300 -- more than a day of small gifts comes to
-- parameter: smallest_note decimal 5 -- a multiple of the smallest note needs no coins
-- parameter: minimum_deposits number 8 -- within the period: twice a week
-- parameter: period interval 30 days -- a month
-- parameter: trade_payments number 3 -- purchases of a trade, payroll tax or contributions: from so many the holder trades
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel IN ('cash_atm', 'cash_branch') LIMIT 1) AS one) AS counted WHERE n = 0 -- these records do not say which
--   payments were made in cash -- ask the bank for transaction codes, and for lists of cash deposits with denominations
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM account_holders) AS counted WHERE n = 0
--   -- who holds these accounts is not in these records, so shops cannot be told from people -- ask the bank for holders
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND (currency IS NULL OR currency <> $currency)
--   -- cash in another currency than the case's -- run the rule in that currency, with its smallest note
-- source: indicator THB-25; FATF 2011 and 2018, Europol: proceeds of forced begging reach accounts as coins and small
--   notes; the figures are engineering defaults
-- source: exact definition here: at least 8 cash deposits in 30 days, each of 20 to 300 and no multiple of 5, on an
--   account that people hold who have no trade in these records. The fullest period of each account is told.
-- explanation: {deposits} cash deposits in {days} days, together {total} {currency}, each of {lowest} to {highest} and no
--   multiple of {smallest_note}, at {places} machines or desks. By itself this says little: who has coins may have earned
--   or been given them.
-- explanation[nl]: {deposits} contante stortingen in {days} dagen, samen {total} {currency}, elk van {lowest} tot
--   {highest} en geen veelvoud van {smallest_note}, bij {places} automaten of balies. Op zichzelf zegt dit weinig: wie
--   munten heeft, kan ze hebben verdiend of gekregen.
-- innocent: A kiosk, laundrette, market stall or vending machine whose holder is not registered as trading.
-- innocent: Tips of bar staff, drivers or hairdressers.
-- innocent: The treasurer of a church, club or school who pays in collections.
-- innocent: Somebody who is made to ask for money and hand it on: the deposits say nothing about who has it.
-- innocent: Somebody who plays music or asks for money in the street for himself.

WITH private AS (
    SELECT h.account_id
    FROM account_holders h JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder'
    GROUP BY h.account_id
    HAVING min(CASE WHEN p.kind = 'person' AND p.sector IS NULL THEN 1 ELSE 0 END) = 1
),
traders AS (
    SELECT account_id FROM entry_marks
    WHERE mark IN ('supplies', 'payroll_tax', 'social_contributions') AND direction = 'debit'
    GROUP BY account_id HAVING count(DISTINCT entry_id) >= $trade_payments
),
deposits AS (
    SELECT m.account_id, m.entry_id, m.amount, m.at, m.second, m.day_only, m.terminal, m.city,
           count(*) OVER (PARTITION BY m.account_id ORDER BY m.at RANGE BETWEEN $period PRECEDING AND CURRENT ROW) AS n
    FROM movements m
    LEFT SEMI JOIN private ON private.account_id = m.account_id
    LEFT ANTI JOIN traders ON traders.account_id = m.account_id
    WHERE m.direction = 'credit' AND m.channel IN ('cash_atm', 'cash_branch') AND m.currency = $currency
      AND m.amount BETWEEN $lowest AND $highest AND m.amount % $smallest_note <> 0
),
fullest AS (
    SELECT account_id, at
    FROM (
        SELECT account_id, at, row_number() OVER (PARTITION BY account_id ORDER BY n DESC, at, entry_id) AS place
        FROM deposits WHERE n >= $minimum_deposits
    ) AS ranked
    WHERE place = 1
)
SELECT d.account_id, CAST(NULL AS VARCHAR) AS party_id, min(d.at) AS from_time, max(d.at) AS to_time,
       CASE WHEN bool_or(d.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(d.entry_id ORDER BY d.at, d.entry_id) AS entries,
       array_agg('deposit' ORDER BY d.at, d.entry_id) AS roles,
       count(*) AS deposits, sum(d.amount) AS total,
       max(d.second) / 86400 - min(d.second) / 86400 + 1 AS days,
       count(DISTINCT coalesce(d.terminal, d.city)) AS places
FROM deposits d
JOIN fullest f ON f.account_id = d.account_id
WHERE d.at <= f.at AND d.at >= f.at - $period
GROUP BY d.account_id
