-- id: THB-05
-- version: 2
-- title: Cash put in in cities where the holder does not live, on an account under somebody's hold
-- title[nl]: Contant geld gestort in steden waar de houder niet woont, op een rekening waarop iemand greep heeft
-- describes: account
-- form: S, *
-- family: cash
-- gate: pass-through
-- needs: movements.entry_id, movements.account_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.city, movements.terminal, movements.at, movements.day_only, account_holders.account_id,
--   account_holders.party_id, party_addresses.party_id, party_addresses.city, control_signs.account_id,
--   control_signs.exit_account, control_signs.controlled, control_signs.controls, control_signs.funded_by, holders_of.account_id, holders_of.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: lowest decimal 120 -- smallest deposit (AUSTRAC: 200 Australian dollars)
-- parameter: highest decimal 480 -- largest deposit (AUSTRAC: 800 Australian dollars)
-- parameter: minimum_deposits number 5 -- deposits away from home within the period
-- parameter: minimum_cities number 3 -- cities in which they were made
-- parameter: period interval 30 days -- the first and last of these deposits lie at most this far apart
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel IN ('cash_atm', 'cash_branch') LIMIT 1) AS one) AS counted WHERE n = 0 -- these records do not say which
--   payments were made in cash -- ask the bank for transaction codes, and for terminal and place of cash deposits
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM movements WHERE
--   direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND city IS NOT NULL LIMIT 1) AS some) AS counted
--   CROSS JOIN (SELECT count(*) AS cash FROM (SELECT 1 AS one FROM movements WHERE direction = 'credit' AND channel IN
--   ('cash_atm', 'cash_branch') LIMIT 1) AS any_cash) AS deposits WHERE n = 0 AND cash > 0 -- the city of cash deposits is
--   not in these records -- ask the bank for terminal, branch and place of each cash deposit, and for the card used
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND (city IS NULL OR trim(city) = '') -- the city
--   of these cash deposits is not in these records -- ask the bank for terminal, branch and place of each cash deposit
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND (currency IS NULL OR currency <> $currency) --
--   cash in another currency, without a rate -- ask for the amounts in the currency of the case
-- source: indicator THB-05 of the project's catalogue, after AUSTRAC (2022) and FinCEN FIN-2020-A008 (accounts in a
--   victim's name into which others deposit)
-- source: exact definition here: cash deposits within the band in cities other than those of the holders' addresses; where
--   no address is known, other than the city in which most was deposited; at least the minimum within the period, in so
--   many cities. Who deposited is seldom recorded: that it was not the holder is not shown by this. Only on accounts of
--   natural persons that are drained to one exit or acted on by another, or whose holder has such a hold on others
--   or is paid for the most part by somebody who has.
-- explanation: {deposits} cash deposits between {smallest} and {largest} {currency} in {cities} cities where the holder is
--   not known to live, together {total} {currency}. Signs of control: {control}.
-- explanation[nl]: {deposits} contante stortingen tussen {smallest} en {largest} {currency} in {cities} steden waar de
--   houder voor zover bekend niet woont, samen {total} {currency}. Tekenen van beheersing: {control}.
-- innocent: A family business with branches, fairs or market stalls, whose takings come in on a private account.
-- innocent: Family in several cities that supports a student or a sick relative.
-- innocent: A holder who travels for work or has moved without telling the bank.
-- control: control -- the account is drained to one exit or acted on by another, or its holder has such a hold on others

WITH signs AS (
    SELECT account_id, exit_account, signs
    FROM control_signs
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS business
        ON business.account_id = control_signs.account_id
    WHERE controlled OR controls OR funded_by IS NOT NULL
),
deposits AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.amount, upper(trim(m.city)) AS city
    FROM movements m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.direction = 'credit' AND m.channel IN ('cash_atm', 'cash_branch') AND m.currency = $currency
      AND trim(m.city) <> ''
),
addresses AS (
    SELECT DISTINCT h.account_id, upper(trim(a.city)) AS city
    FROM account_holders h
    JOIN party_addresses a ON a.party_id = h.party_id
    WHERE h.role = 'holder' AND trim(a.city) <> ''
),
usual AS (
    SELECT account_id, city
    FROM (
        SELECT account_id, city, row_number() OVER (PARTITION BY account_id ORDER BY count(*) DESC, city) AS place
        FROM deposits
        GROUP BY account_id, city
    ) AS counted
    WHERE place = 1
),
home AS (
    SELECT account_id, city FROM addresses
    UNION
    SELECT usual.account_id, usual.city
    FROM usual
    LEFT ANTI JOIN addresses ON addresses.account_id = usual.account_id
),
away AS (
    SELECT deposits.*
    FROM deposits
    LEFT ANTI JOIN home ON home.account_id = deposits.account_id AND home.city = deposits.city
    WHERE deposits.amount >= $lowest AND deposits.amount <= $highest
),
groups AS (
    SELECT *,
           CASE WHEN count(*) OVER back >= $minimum_deposits AND count(DISTINCT city) OVER back >= $minimum_cities THEN 1
                ELSE 0
           END AS closes
    FROM away
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING) AS member
    FROM groups
)
SELECT m.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries,
       array_agg(CAST('deposit' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       signs.exit_account,
       CASE
           WHEN max(CASE WHEN addresses.account_id IS NULL THEN 1 ELSE 0 END) = 1
               THEN 'where the holder lives is not in these records: the city of most deposits is taken for it'
       END AS sufficiency,
       count(*) AS deposits,
       count(DISTINCT m.city) AS cities,
       sum(m.amount) AS total,
       min(m.amount) AS smallest,
       max(m.amount) AS largest,
       signs.signs AS control
FROM members m
JOIN signs ON signs.account_id = m.account_id
LEFT JOIN (SELECT DISTINCT account_id FROM addresses) AS addresses ON addresses.account_id = m.account_id
WHERE m.member = 1
GROUP BY m.account_id, signs.exit_account, signs.signs
