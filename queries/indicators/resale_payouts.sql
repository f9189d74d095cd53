-- id: THB-28
-- version: 1
-- title: Payouts for goods without purchases on this account, passed on to another
-- title[nl]: Uitbetalingen voor goederen zonder aankopen op deze rekening, doorgegeven aan een ander
-- describes: account
-- form: C
-- family: resale
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_account_id, entries.counterparty_name,
--   entries.remittance, account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id,
--   parties.kind, parties.sector
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared
-- parameter: minimum_payouts number 10 -- within the period; a cleared attic gives fewer
-- parameter: period interval 30 days -- a month
-- parameter: earlier interval 60 days -- how long before the payouts the goods may have been bought
-- parameter: most_purchases number 0 -- purchases on marketplaces, of stock or of gift cards in that time
-- parameter: share_out decimal 0.80 -- of the payouts that went on to one other: a hobby keeps what it earns
-- parameter: delay_hours number 72 -- from each payout
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR counterparty_name IS NOT NULL LIMIT 1) AS one) AS counted WHERE n = 0 -- neither names nor
--   texts of payments are in these records, so payouts of marketplaces are not seen -- ask the bank for remittance texts
--   and names of payers
-- gap: direction = 'credit' AND (currency IS NULL OR currency <> $currency) -- amounts in another currency, without a
--   rate -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: indicator THB-28 of the project's list, of low confidence: no publication gives figures
-- source: exact definition here: on an account without a company or trader among its holders, at least 10 payouts of
--   marketplaces or gift cards in 30 days, no purchase of such goods or of stock in these days and the 60 before, and at
--   least 80 % of the payouts sent within 72 hours to one and the same other, no company and no own account.
-- explanation: {payouts} payouts of marketplaces or for gift cards, together {total} {currency}, in {days} days, with
--   {purchases} purchases that would explain them; {passed_on} {currency} went to one other within {delay_hours} hours.
--   Weak by itself.
-- explanation[nl]: {payouts} uitbetalingen van marktplaatsen of voor cadeaukaarten, samen {total} {currency}, in {days}
--   dagen, met {purchases} aankopen die ze verklaren; {passed_on} {currency} ging binnen {delay_hours} uur naar één ander.
--   Op zichzelf zwak.
-- innocent: Somebody who sells what was in the house, or an inheritance, and shares with relatives.
-- innocent: A hobby seller who buys in cash or at fairs.
-- innocent: A young person whose parents manage the money.
-- innocent: Somebody who sells for others who cannot use a computer.
-- control: passed_on -- who sells for himself keeps what it brings

WITH payouts AS (
    SELECT DISTINCT e.account_id, e.entry_id, e.amount, e.at, e.second, e.day_only
    FROM entry_marks e
    LEFT ANTI JOIN (
        SELECT h.account_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id
        WHERE h.role = 'holder' AND (p.kind = 'company' OR p.sector IS NOT NULL)
    ) AS trade ON trade.account_id = e.account_id
    WHERE e.mark IN ('marketplace', 'gift_card') AND e.direction = 'credit' AND e.currency = $currency AND e.amount > 0
),
fullest AS (
    SELECT account_id, at AS end_at
    FROM (
        SELECT account_id, at, n, row_number() OVER (PARTITION BY account_id ORDER BY n DESC, at, entry_id) AS place
        FROM (SELECT *, count(*) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW) AS n
              FROM payouts) AS counted
    ) AS ranked
    WHERE place = 1 AND n >= $minimum_payouts
),
members AS (
    SELECT p.*, p.second / 86400 AS day_number FROM payouts p JOIN fullest f ON f.account_id = p.account_id
    WHERE p.at <= f.end_at AND p.at >= f.end_at - $period
),
bought AS (
    SELECT f.account_id, count(DISTINCT e.entry_id) AS purchases
    FROM fullest f JOIN entry_marks e ON e.account_id = f.account_id
    WHERE e.mark IN ('marketplace', 'gift_card', 'supplies') AND e.direction = 'debit'
      AND e.at <= f.end_at AND e.at >= f.end_at - $period - $earlier
    GROUP BY f.account_id
),
looks AS (
    SELECT account_id, day_number, day_number + unnest(generate_series(0, $delay_hours / 24 + 1)) AS look,
           min(second) AS second, max(second) AS last_second
    FROM members GROUP BY account_id, day_number
),
own AS (
    SELECT a.account_id, b.account_id AS other FROM account_holders a JOIN account_holders b ON b.party_id = a.party_id
    WHERE a.role = 'holder' AND b.role = 'holder'
),
gone AS (
    SELECT DISTINCT m.account_id, m.entry_id, m.amount, m.at, m.day_only, m.other, m.counterparty_account_id
    FROM movements m
    JOIN looks ON looks.account_id = m.account_id AND looks.look = m.second / 86400
    LEFT ANTI JOIN own ON own.account_id = m.account_id AND own.other = m.counterparty_account_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company' AND role = 'holder') AS c
        ON c.account_id = m.counterparty_account_id
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE mark IN ('rent', 'utilities', 'insurance', 'tax', 'marketplace')) AS costs
        ON costs.entry_id = m.entry_id
    WHERE m.direction = 'debit' AND m.currency = $currency AND m.other IS NOT NULL
      AND m.channel NOT IN ('card_pos', 'card_ecom', 'cash_atm', 'cash_branch', 'direct_debit', 'fee', 'interest')
      AND m.second <= looks.last_second + $delay_hours * 3600
      AND (m.second >= looks.second OR (m.day_only AND m.second / 86400 = looks.day_number))
),
exits AS (
    SELECT account_id, other, max(counterparty_account_id) AS exit_id, sum(amount) AS passed_on,
           row_number() OVER (PARTITION BY account_id ORDER BY sum(amount) DESC, other) AS place
    FROM gone GROUP BY account_id, other
),
hits AS (
    SELECT x.account_id, x.other, x.exit_id, x.passed_on, t.total, t.payouts, coalesce(b.purchases, 0) AS purchases
    FROM (SELECT account_id, sum(amount) AS total, count(*) AS payouts FROM members GROUP BY account_id) AS t
    JOIN exits x ON x.account_id = t.account_id
    LEFT JOIN bought b ON b.account_id = t.account_id
    WHERE x.place = 1 AND x.passed_on >= $share_out * t.total AND coalesce(b.purchases, 0) <= $most_purchases
),
cited AS (
    SELECT account_id, entry_id, 'payout' AS role, at, day_only FROM members
    UNION ALL
    SELECT g.account_id, g.entry_id, 'exit', g.at, g.day_only
    FROM gone g LEFT SEMI JOIN hits h ON h.account_id = g.account_id AND h.other = g.other
)
SELECT h.account_id, CAST(NULL AS VARCHAR) AS party_id, min(c.at) AS from_time, max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.at, c.entry_id) AS roles,
       max(h.exit_id) AS exit_account, max(h.payouts) AS payouts, max(h.total) AS total, max(h.purchases) AS purchases,
       max(h.passed_on) AS passed_on, arrow_cast(CAST(max(c.at) AS DATE), 'Int32') - arrow_cast(CAST(min(c.at) AS DATE), 'Int32') + 1 AS days
FROM hits h
JOIN cited c ON c.account_id = h.account_id
GROUP BY h.account_id
