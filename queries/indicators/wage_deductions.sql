-- id: THB-17
-- version: 2
-- title: A large part of the wage goes back to the employer's side
-- title[nl]: Een groot deel van het loon gaat terug naar de kant van de werkgever
-- describes: exploited
-- form: L
-- family: wages
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.second, entry_marks.amount,
--   entry_marks.currency, entry_marks.direction, entry_marks.other, entry_marks.counterparty_name,
--   entry_marks.counterparty_account_id, movements.entry_id, movements.account_id, movements.direction, movements.amount,
--   movements.other, movements.second, movements.day_only, relations.subject, relations.object, relations.kind,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.name,
--   list_minimum_wages.country, list_minimum_wages.monthly, list_minimum_wages.currency
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: days number 5 -- after the wage; later payments are more likely of the worker's own will
-- parameter: share decimal 0.30 -- of a wage; rent that takes more than a third counts as a burden in most countries
-- parameter: minimum_periods number 3 -- wages; once may be a deposit or a debt
-- parameter: repaid decimal 1.00 -- what the employer's side gave beside wages is taken off this many times: advances are paid back
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR purpose IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0 -- neither texts nor purpose
--   codes of payments are in these records: wages are not known as such -- ask the bank for remittance texts and purpose codes
-- gap: currency IS NULL OR currency <> $currency -- amounts in another currency than the wages compared, without a rate
--   -- ask for the amounts in the currency of the case, or set it to theirs
-- source: FIN-2014-A008: substantial deductions for housing and food; indicator THB-17
-- source: exact definition here: within 5 days after a wage, at least 30 % of it is paid to the employer's side, for at
--   least three wages, and together still so much when what that side gave beside wages is taken off. The employer's side:
--   the account or name that paid the wage, and accounts and names of its directors, owners, and parties that share a phone,
--   e-mail or address with it, and of what these direct or own. Not where the worker himself directs or owns the employer.
--   Months in which less than the legal minimum wage is left are counted where the office's list minimum_wages is there.
-- explanation: After {periods} wages, together {wages} {currency}, {returned} {currency} went within {days_after} days to
--   the employer's side ({share_returned} of it, advances taken off); {marked} of these payments speak of housing,
--   deductions, advances or fees. Months in which less than the legal minimum was left: {months_below_minimum}. This says
--   nothing against the holder, who may need protection.
-- explanation[nl]: Na {periods} lonen, samen {wages} {currency}, ging {returned} {currency} binnen {days_after} dagen naar de
--   kant van de werkgever (deel: {share_returned}, voorschotten afgetrokken); {marked} van deze betalingen noemen huisvesting,
--   inhouding, voorschot of kosten. Maanden waarin minder dan het wettelijk minimum overbleef: {months_below_minimum}. Dit
--   zegt niets ten nadele van de houder, die misschien bescherming nodig heeft.
-- innocent: Rent for a house of the employer at the usual price; ask for the lease.
-- innocent: An advance or loan of the employer that is paid back, of which the records lack the payment.
-- innocent: A worker who buys from the employer, or whose relatives run the business.

WITH paid AS (
    SELECT account_id, other AS employer, second / 86400 AS paid_on, max(month) AS month, sum(amount) AS wage,
           min(counterparty_account_id) AS employer_account, min(lower(trim(counterparty_name))) AS employer_name
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND currency = $currency AND amount > 0 AND other IS NOT NULL
    GROUP BY account_id, other, second / 86400
),
periods AS (
    SELECT *, CAST(row_number() OVER line AS BIGINT) AS period, coalesce(lead(paid_on) OVER line, 99999999) AS next_paid,
           count(*) OVER (PARTITION BY account_id, employer) AS periods
    FROM paid
    WINDOW line AS (PARTITION BY account_id, employer ORDER BY paid_on)
),
-- Who the employer is, by account or by name.
employers AS (
    SELECT DISTINCT p.employer, h.party_id
    FROM paid p JOIN account_holders h ON h.account_id = p.employer_account WHERE h.role = 'holder'
    UNION
    SELECT DISTINCT p.employer, c.party_id
    FROM paid p JOIN parties c ON lower(trim(c.name)) = p.employer_name WHERE c.kind = 'company'
),
ties AS (
    SELECT subject AS one, object AS two, kind FROM relations WHERE kind IN ('directorship', 'ownership', 'shared_attribute')
    UNION ALL
    SELECT object, subject, kind FROM relations WHERE kind IN ('directorship', 'ownership', 'shared_attribute')
),
near AS (
    SELECT DISTINCT e.employer, t.two AS party_id, t.kind
    FROM employers e JOIN ties t ON t.one = e.party_id WHERE t.two IS NOT NULL
),
side AS (
    SELECT employer, party_id FROM employers
    UNION SELECT employer, party_id FROM near
    UNION SELECT n.employer, t.two FROM near n JOIN ties t ON t.one = n.party_id
    WHERE t.two IS NOT NULL AND n.kind <> 'shared_attribute' AND t.kind <> 'shared_attribute'
),
-- A worker who shares the employer's address is not of its side; who directs or owns it is no worker of it.
leaders AS (
    SELECT DISTINCT h.account_id, n.employer
    FROM near n JOIN account_holders h ON h.party_id = n.party_id
    WHERE n.kind <> 'shared_attribute' AND h.role = 'holder'
),
places AS (
    SELECT employer, employer AS place FROM paid
    UNION SELECT side.employer, h.account_id FROM side JOIN account_holders h ON h.party_id = side.party_id WHERE h.role = 'holder'
    UNION SELECT side.employer, lower(trim(c.name)) FROM side JOIN parties c ON c.party_id = side.party_id WHERE c.name IS NOT NULL
),
candidates AS (SELECT DISTINCT account_id FROM periods WHERE periods >= $minimum_periods),
dealings AS (
    SELECT m.entry_id, m.account_id, m.direction, m.amount, m.other, m.at, m.second / 86400 AS on_day, m.day_only, m.counterparty_account_id
    FROM movements m
    LEFT SEMI JOIN candidates ON candidates.account_id = m.account_id
    WHERE m.currency = $currency AND m.other IS NOT NULL
),
with_side AS (
    SELECT dealings.*, w.employer
    FROM (SELECT DISTINCT account_id, employer FROM periods WHERE periods >= $minimum_periods) AS w
    JOIN places ON places.employer = w.employer
    JOIN dealings ON dealings.account_id = w.account_id AND dealings.other = places.place
    LEFT ANTI JOIN leaders ON leaders.account_id = w.account_id AND leaders.employer = w.employer
),
given AS (
    SELECT s.account_id, s.employer, sum(s.amount) AS given
    FROM with_side s
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE mark = 'wage') AS wages ON wages.entry_id = s.entry_id
    WHERE s.direction = 'credit'
    GROUP BY s.account_id, s.employer
),
returned AS (
    SELECT DISTINCT p.account_id, p.employer, p.period, p.month, p.wage, s.entry_id, s.amount, s.at, s.day_only, s.counterparty_account_id
    FROM periods p
    JOIN with_side s ON s.account_id = p.account_id AND s.employer = p.employer
    WHERE s.direction = 'debit' AND s.on_day >= p.paid_on AND s.on_day <= p.paid_on + $days AND s.on_day < p.next_paid
),
heavy AS (
    SELECT account_id, employer, period, month, max(wage) AS wage, sum(amount) AS amount
    FROM returned
    GROUP BY account_id, employer, period, month
    HAVING sum(amount) >= $share * max(wage)
),
minimum AS (
    SELECT country, "from" AS from_day, coalesce("to", '9999-12-31') AS to_day, CAST(monthly AS DECIMAL(18, 4)) AS monthly
    FROM list_minimum_wages WHERE currency = $currency
),
months AS (
    SELECT w.account_id, w.employer, count(DISTINCT w.month) AS below
    FROM (SELECT h.account_id, h.employer, h.month, all_wages.wage - h.amount AS kept,
                 concat(CAST((h.month - 1) / 12 AS VARCHAR), '-',
                 lpad(CAST((h.month - 1) % 12 + 1 AS VARCHAR), 2, '0'), '-01') AS first_day
          FROM (SELECT account_id, employer, month, sum(amount) AS amount FROM heavy GROUP BY account_id, employer, month) AS h
          JOIN (SELECT account_id, employer, month, sum(wage) AS wage FROM periods GROUP BY account_id, employer, month) AS all_wages
              ON all_wages.account_id = h.account_id AND all_wages.employer = h.employer AND all_wages.month = h.month) AS w
    JOIN accounts a ON a.account_id = w.account_id
    JOIN minimum ON minimum.country = a.country AND minimum.from_day <= w.first_day AND minimum.to_day >= w.first_day
    WHERE w.kept < minimum.monthly
    GROUP BY w.account_id, w.employer
),
hits AS (
    SELECT h.account_id, h.employer, count(*) AS periods, sum(h.wage) AS wages, sum(h.amount) AS returned,
           max(coalesce(g.given, 0)) AS given
    FROM heavy h
    LEFT JOIN given g ON g.account_id = h.account_id AND g.employer = h.employer
    GROUP BY h.account_id, h.employer
    HAVING count(*) >= $minimum_periods
       AND sum(h.amount) - $repaid * max(coalesce(g.given, 0)) >= $share * sum(h.wage)
),
speaking AS (
    SELECT DISTINCT entry_id FROM entry_marks
    WHERE mark IN ('housing_deduction', 'advance_repayment', 'recruitment', 'rent') AND direction = 'debit'
)
SELECT hits.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(r.at) AS from_time,
       max(r.at) AS to_time,
       'day' AS time_precision,
       array_agg(r.entry_id ORDER BY r.at, r.entry_id) AS entries,
       array_agg('to the employer''s side' ORDER BY r.at, r.entry_id) AS roles,
       first_value(r.counterparty_account_id ORDER BY r.amount DESC NULLS LAST, r.entry_id) AS exit_account,
       CASE WHEN starts_with(hits.employer, 'a-') THEN make_array(hits.employer) END AS others,
       CASE WHEN (SELECT count(*) FROM minimum) = 0
           THEN 'the legal minimum wage is not in these records (list minimum_wages): only deductions were looked at' END AS sufficiency,
       max(hits.periods) AS periods,
       max(hits.wages) AS wages,
       max(hits.returned) AS returned,
       CAST((CAST(max(hits.returned) AS DECIMAL(22, 4)) - CAST(max(hits.given) AS DECIMAL(22, 4)))
            / CAST(max(hits.wages) AS DECIMAL(22, 4)) AS DECIMAL(9, 4)) AS share_returned,
       count(speaking.entry_id) AS marked,
       $days AS days_after,
       CASE WHEN (SELECT count(*) FROM minimum) > 0 THEN coalesce(max(months.below), 0) END AS months_below_minimum
FROM hits
JOIN heavy ON heavy.account_id = hits.account_id AND heavy.employer = hits.employer
JOIN returned r ON r.account_id = heavy.account_id AND r.employer = heavy.employer AND r.period = heavy.period
LEFT JOIN speaking ON speaking.entry_id = r.entry_id
LEFT JOIN months ON months.account_id = hits.account_id AND months.employer = hits.employer
GROUP BY hits.account_id, hits.employer
