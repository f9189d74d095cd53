-- id: THB-02
-- version: 3
-- title: Payments for advertisements, many or dear, from accounts under somebody's hold
-- title[nl]: Veel of dure betalingen voor advertenties van rekeningen waarop iemand greep heeft
-- describes: controller
-- form: S
-- family: advertising
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.at, entry_marks.day_only,
--   entry_marks.month, entry_marks.direction, entry_marks.amount, entry_marks.currency, control_signs.account_id,
--   control_signs.exit_account, control_signs.controlled, control_signs.controls,
--   control_signs.funded_by,
--   accounts_under_control.account_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_payments number 5 -- payments within the period
-- parameter: period interval 14 days -- the first and last of these payments lie at most this far apart
-- parameter: monthly_sum decimal 500 -- or: at least this much in a month (AUSTRAC tells of far more)
-- parameter: largest_base decimal 25 -- or: all are whole multiples of the smallest, which is at most this (FINTRAC: 3, 12
--   and 24 dollars)
-- parameter: minimum_multiples number 4 -- so many such payments; of two or three it is chance
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark IN
--   ('adult_advertising', 'advertising', 'dating') AND direction = 'debit') -- payments for advertisements in another
--   currency, without a rate -- ask for the amounts in the currency of the case
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM entries WHERE
--   direction = 'debit' AND (merchant_category IS NOT NULL OR counterparty_name IS NOT NULL OR remittance IS NOT NULL)
--   LIMIT 1) AS some) AS counted WHERE n = 0 -- neither merchants nor texts of payments are in these records -- ask the
--   bank for merchant name and category of each card payment, and payment services for the merchants behind theirs
-- source: indicator THB-02 of the project's catalogue, after FINTRAC-2016-OA003, AUSTRAC (2022) and FinCEN FIN-2020-A008
-- source: exact definition here: payments from one account to sites for advertisements or contacts; at least the minimum
--   within the period, or the sum in a calendar month, or all payments of a month whole multiples of its smallest. People
--   who work for themselves buy their own advertisements: only where the paying account's holder has a hold on others (two
--   accounts drained to him, or one that he can act on), or where the paying account is itself drained to one exit: then
--   the finding is about that exit and not about who paid.
-- explanation: {payments} payments for advertisements, together {total} {currency}, the smallest {smallest}, from {payers}
--   accounts. Signs of control on these accounts: {control}.
-- explanation[nl]: {payments} betalingen voor advertenties, samen {total} {currency}, de kleinste {smallest}, van {payers}
--   rekeningen. Tekenen van beheersing op deze rekeningen: {control}.
-- innocent: Somebody who works for himself and buys his own advertisements, and sends what he earns to one savings account.
-- innocent: A trader who sells second-hand goods through classified advertisements.
-- innocent: An estate or employment agency that advertises for its clients.
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
-- One payment may have several of the marks.
payments AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount
    FROM entry_marks m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.mark IN ('adult_advertising', 'advertising', 'dating')
      AND m.direction = 'debit' AND m.amount > 0 AND m.currency = $currency
    GROUP BY m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount
),
closing AS (
    SELECT *,
           CASE WHEN count(*) OVER back >= $minimum_payments THEN 1 ELSE 0 END AS closes,
           min(amount) OVER whole AS smallest,
           count(*) OVER whole AS number,
           CASE WHEN sum(amount) OVER whole >= $monthly_sum THEN 1 ELSE 0 END AS dear
    FROM payments
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW),
           whole AS (PARTITION BY account_id, month)
),
members AS (
    SELECT *,
           max(closes) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING) AS many,
           CASE
               WHEN number >= $minimum_multiples AND smallest <= $largest_base
                    AND max(amount % smallest) OVER (PARTITION BY account_id, month) = 0 THEN 1
               ELSE 0
           END AS multiples
    FROM closing
)
SELECT signs.subject AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries,
       array_agg(CAST('advertisement' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       array_agg(DISTINCT m.account_id ORDER BY m.account_id) FILTER (WHERE m.account_id <> signs.subject) AS others,
       count(*) AS payments,
       sum(m.amount) AS total,
       min(m.amount) AS smallest,
       count(DISTINCT m.account_id) AS payers,
       string_agg(DISTINCT signs.signs, '; ' ORDER BY signs.signs) AS control
FROM members m
JOIN signs ON signs.account_id = m.account_id
WHERE (m.many = 1 OR m.dear = 1 OR m.multiples = 1) AND signs.subject IS NOT NULL
GROUP BY signs.subject
