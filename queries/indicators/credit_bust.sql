-- id: THB-27
-- version: 2
-- title: New loans whose money went on at once
-- title[nl]: Nieuwe leningen waarvan het geld meteen doorging
-- describes: exploited
-- form: C
-- family: credit
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_account_id, entries.counterparty_name,
--   entries.remittance, account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id,
--   parties.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared
-- parameter: minimum_loans number 2 -- one loan that is spent is a purchase
-- parameter: minimum_loan decimal 250 -- less is an advance, no loan
-- parameter: period interval 90 days -- lenders see each other's loans after some months
-- parameter: share_out decimal 0.80 -- of each loan that must have left in time
-- parameter: delay_hours number 72 -- banks take up to a working day each for booking in and out
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR counterparty_name IS NOT NULL OR purpose IS NOT NULL OR channel = 'loan' LIMIT 1) AS one)
--   AS counted WHERE n = 0 -- neither names nor texts of payments are in these records, so loans are not seen -- ask the
--   bank for remittance texts and names, and the credit register for loans
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM account_holders) AS counted WHERE n = 0
--   -- who holds these accounts is not in these records -- ask the bank for the holders
-- gap: direction = 'credit' AND (currency IS NULL OR currency <> $currency) -- amounts in another currency, without a
--   rate -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: indicator THB-27; Europol, The THB financial business model (2015): credit taken in victims' names
-- source: exact definition here: on an account of a person, within 90 days at least 2 days with a loan paid out, each of
--   which left for at least 80 % within 72 hours by transfer or in cash; what persons lend each other is none. What goes to lenders, landlords, insurers, the
--   tax office, companies, car leases or own accounts does not count; student loans are none of these. Overdrafts are not
--   looked at. Each debit counts with the last loan before it.
-- explanation: {loans} loans, together {borrowed} {currency}, were paid out on this account in {days} days; {gone}
--   {currency} left within {delay_hours} hours of each, by transfer or in cash, to {exits} others. The holder owes the
--   money and may not have had it; no conclusion about the holder follows.
-- explanation[nl]: Op deze rekening zijn in {days} dagen {loans} leningen uitbetaald, samen {borrowed} {currency}; {gone}
--   {currency} vertrok telkens binnen {delay_hours} uur, per overboeking of contant, naar {exits} anderen. De houder is het
--   geld schuldig en heeft het misschien niet gehad; over de houder volgt hieruit niets.
-- innocent: Debts put together: new loans that pay old ones, to creditors not known as such.
-- innocent: A purchase from a private person, such as a used car, or a move abroad.
-- innocent: Help to family in need.
-- innocent: The holder was deceived by somebody who promised a job, a partner or a gain.

-- Lent by a business: what people send each other as a loan is a debt between them, or wages that are handed over.
WITH lent AS (
    SELECT DISTINCT m.account_id, m.entry_id, m.second, m.at, m.day_only, m.amount
    FROM entry_marks m
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE role = 'holder' AND kind = 'person') AS private
        ON private.account_id = m.counterparty_account_id
    WHERE m.mark = 'loan' AND m.direction = 'credit' AND m.currency = $currency AND m.amount >= $minimum_loan
),
loans AS (
    SELECT l.account_id, l.second / 86400 AS day_number, min(l.second) AS second, max(l.second) AS last_second,
           min(l.at) AS at, sum(l.amount) AS amount, count(*) AS loans
    FROM lent AS l
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE mark IN ('student_grant', 'wage', 'benefit', 'pension')) AS other
        ON other.entry_id = l.entry_id
    LEFT SEMI JOIN (SELECT account_id FROM holders_of WHERE role = 'holder' AND kind = 'person') AS p
        ON p.account_id = l.account_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE role = 'holder' AND kind = 'company') AS c
        ON c.account_id = l.account_id
    GROUP BY l.account_id, l.second / 86400
),
looks AS (
    SELECT loans.*, day_number + unnest(generate_series(0, $delay_hours / 24 + 1)) AS look
    FROM loans
    LEFT SEMI JOIN (SELECT account_id FROM loans GROUP BY account_id HAVING sum(loans) >= $minimum_loans) AS several
        ON several.account_id = loans.account_id
),
not_counted AS (
    SELECT a.account_id, b.account_id AS other FROM account_holders a JOIN account_holders b ON b.party_id = a.party_id
    WHERE a.role = 'holder' AND b.role = 'holder'
),
gone AS (
    SELECT looks.account_id, looks.day_number, looks.at AS loan_at, looks.amount AS borrowed, looks.loans, m.entry_id, m.at,
           m.day_only, m.amount, m.counterparty_account_id,
           CASE WHEN m.channel IN ('cash_atm', 'cash_branch') THEN concat('c-', m.account_id) ELSE coalesce(m.other, '?') END AS way_out,
           row_number() OVER (PARTITION BY m.entry_id ORDER BY looks.day_number DESC) AS turn
    FROM movements m
    JOIN looks ON looks.account_id = m.account_id AND looks.look = m.second / 86400
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE direction = 'debit'
                    AND mark IN ('loan', 'rent', 'insurance', 'tax', 'vehicle_lease', 'utilities', 'clinic')) AS costs
        ON costs.entry_id = m.entry_id
    LEFT ANTI JOIN not_counted ON not_counted.account_id = m.account_id AND not_counted.other = m.counterparty_account_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company' AND role = 'holder') AS c
        ON c.account_id = m.counterparty_account_id
    WHERE m.direction = 'debit' AND m.currency = $currency
      AND m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest', 'loan')
      AND m.second <= looks.last_second + $delay_hours * 3600
      AND (m.second >= looks.second OR (m.day_only AND m.second / 86400 = looks.day_number))
),
busts AS (
    SELECT *, sum(loans) OVER (PARTITION BY account_id ORDER BY loan_at RANGE BETWEEN $period PRECEDING AND CURRENT ROW) AS n
    FROM (SELECT account_id, day_number, loan_at, max(borrowed) AS borrowed, max(loans) AS loans FROM gone WHERE turn = 1
          GROUP BY account_id, day_number, loan_at HAVING sum(amount) >= $share_out * max(borrowed)) AS swept
),
fullest AS (
    SELECT account_id, loan_at AS end_at
    FROM (SELECT account_id, loan_at, n, count(*) OVER (PARTITION BY account_id) AS days,
                 row_number() OVER (PARTITION BY account_id ORDER BY n DESC, loan_at) AS place FROM busts) AS ranked
    WHERE place = 1 AND n >= $minimum_loans AND days >= 2
),
members AS (
    SELECT b.* FROM busts b JOIN fullest f ON f.account_id = b.account_id
    WHERE b.loan_at <= f.end_at AND b.loan_at >= f.end_at - $period
),
exits AS (
    SELECT account_id, way_out, exit_id, row_number() OVER (PARTITION BY account_id ORDER BY went DESC, way_out) AS place,
           count(*) OVER (PARTITION BY account_id) AS exits
    FROM (SELECT g.account_id, g.way_out, max(g.counterparty_account_id) AS exit_id, sum(g.amount) AS went
          FROM gone g JOIN members m ON m.account_id = g.account_id AND m.day_number = g.day_number
          WHERE g.turn = 1 GROUP BY g.account_id, g.way_out) AS each_way
),
cited AS (
    SELECT g.account_id, g.entry_id, 'exit' AS role, g.at, g.day_only, g.amount
    FROM gone g LEFT SEMI JOIN members m ON m.account_id = g.account_id AND m.day_number = g.day_number
    WHERE g.turn = 1
    UNION ALL
    SELECT DISTINCT l.account_id, l.entry_id, 'loan', l.at, l.day_only, l.amount
    FROM lent l LEFT SEMI JOIN members m ON m.account_id = l.account_id AND m.day_number = l.second / 86400
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE mark IN ('student_grant', 'wage', 'benefit', 'pension')) AS other
        ON other.entry_id = l.entry_id
)
SELECT c.account_id, CAST(NULL AS VARCHAR) AS party_id, min(c.at) AS from_time, max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.at, c.entry_id) AS roles,
       max(CASE WHEN x.way_out LIKE 'c-%' THEN x.way_out ELSE x.exit_id END) AS exit_account,
       sum(CASE WHEN c.role = 'loan' THEN 1 ELSE 0 END) AS loans,
       sum(CASE WHEN c.role = 'loan' THEN c.amount ELSE 0 END) AS borrowed,
       sum(CASE WHEN c.role = 'exit' THEN c.amount ELSE 0 END) AS gone,
       max(x.exits) AS exits,
       arrow_cast(CAST(max(c.at) AS DATE), 'Int32') - arrow_cast(CAST(min(c.at) AS DATE), 'Int32') + 1 AS days
FROM cited c
JOIN exits x ON x.account_id = c.account_id
WHERE x.place = 1
GROUP BY c.account_id
