-- id: THB-36
-- version: 1
-- title: More spent on luxury, gambling and vehicle leases than lawful income that is known
-- title[nl]: Meer uitgegeven aan luxe, gokken en voertuiglease dan aan legaal inkomen bekend is
-- describes: controller
-- form: *
-- gate: pass-through
-- family: lifestyle
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.amount, entry_marks.currency,
--   entry_marks.month, sole_holders.account_id, sole_holders.party_id, incomes.party_id, incomes.year, incomes.amount,
--   incomes.currency
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: months number 6 -- in a row; a single purchase may be saved for
-- parameter: times decimal 1.5 -- of the income; what is spent on other things is not even counted
-- parameter: minimum_spent decimal 3000 -- in these months; below it one watch or one holiday is enough
-- parameter: minimum_payments number 3 -- of these kinds in these months
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM incomes WHERE amount IS NOT NULL) AS
--   counted WHERE n = 0 -- incomes are not in these records -- ask the tax authority for the incomes of the persons
--   concerned, by year
-- lack: SELECT DISTINCT s.party_id FROM entry_marks m JOIN sole_holders s ON s.account_id = m.account_id LEFT ANTI JOIN
--   (SELECT party_id, year FROM incomes WHERE amount IS NOT NULL AND year IS NOT NULL) AS told ON told.party_id = s.party_id
--   AND told.year = (m.month - 1) / 12 WHERE m.mark IN ('luxury', 'gambling', 'vehicle_lease') AND m.direction = 'debit' AND
--   s.kind = 'person' -- the income of these persons in a year of such spending is not in these records -- ask the tax
--   authority for the incomes of these persons in all years of the records
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark IN
--   ('luxury', 'gambling', 'vehicle_lease')) -- spending in another currency than the incomes, without a rate -- ask for
--   the amounts in the currency of the case
-- source: AUSTRAC, Detecting and reporting sexual servitude (2022): luxury goods and gambling beyond known means
-- source: indicator THB-36, exact definition here: in 6 months in a row what a person paid from accounts held alone for
--   luxury, gambling and vehicle leases, less what came back from there, is more than 1.5 times a half of the year's income
--   by the register and more than 1.5 times the wages, benefits and pensions that came in. Every month's year must be known
-- explanation: In {months} months {spent} {currency} was paid for luxury, gambling and vehicle leases (luxury {luxury},
--   gambling {gambling}, leases {leases}; came back {came_back}). By the register the income of these months is
--   {registered_income} {currency}; wages, benefits and pensions that came in are {lawful_credits} {currency}.
-- explanation[nl]: In {months} maanden is {spent} {currency} betaald voor luxe, gokken en voertuiglease (luxe {luxury},
--   gokken {gambling}, lease {leases}; terugontvangen {came_back}). Volgens het register is het inkomen over deze maanden
--   {registered_income} {currency}; aan loon, uitkering en pensioen kwam {lawful_credits} {currency} binnen.
-- innocent: Savings, an inheritance or a gift from earlier years.
-- innocent: Support of a partner or parents who have the income.
-- innocent: Gambling with what was won before: the same money is paid in again and again.
-- innocent: Somebody else may have used the card or account of this person; the records do not say who spent.

WITH people AS (SELECT account_id, party_id FROM sole_holders WHERE kind = 'person'),
-- An entry that has several of these marks counts once.
spending AS (
    SELECT p.party_id, m.account_id, m.entry_id, m.direction, m.amount, m.day, m.month,
           min(CASE m.mark WHEN 'vehicle_lease' THEN 'lease' ELSE m.mark END) AS what
    FROM entry_marks m
    JOIN people p ON p.account_id = m.account_id
    WHERE m.mark IN ('luxury', 'gambling', 'vehicle_lease') AND m.currency = $currency AND m.amount > 0
    GROUP BY p.party_id, m.account_id, m.entry_id, m.direction, m.amount, m.day, m.month
),
spenders AS (
    SELECT party_id FROM spending WHERE direction = 'debit' GROUP BY party_id HAVING sum(amount) >= $minimum_spent
),
lawful AS (
    SELECT party_id, month, sum(amount) AS lawful
    FROM (
        SELECT DISTINCT p.party_id, m.entry_id, m.month, m.amount
        FROM entry_marks m
        JOIN people p ON p.account_id = m.account_id
        LEFT SEMI JOIN spenders ON spenders.party_id = p.party_id
        WHERE m.mark IN ('wage', 'benefit', 'child_benefit', 'pension', 'student_grant') AND m.direction = 'credit'
          AND m.currency = $currency
    ) AS each_credit
    GROUP BY party_id, month
),
months AS (
    SELECT s.party_id, s.month,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE -amount END) AS net,
           sum(CASE WHEN direction = 'debit' THEN 1 ELSE 0 END) AS payments
    FROM spending s
    LEFT SEMI JOIN spenders ON spenders.party_id = s.party_id
    GROUP BY s.party_id, s.month
),
-- So many months from each with spending on, and up to it.
ends AS (
    SELECT party_id, month AS first_month, month + $months - 1 AS last_month FROM months
    UNION
    SELECT party_id, month - $months + 1, month FROM months
),
yearly AS (
    SELECT party_id, year, sum(amount) AS amount
    FROM incomes
    WHERE amount IS NOT NULL AND year IS NOT NULL AND coalesce(currency, $currency) = $currency
    GROUP BY party_id, year
),
-- Twelve times the income by the register, so that nothing is rounded; a month of an unknown year leaves the span out.
registered AS (
    SELECT each_month.party_id, each_month.first_month, sum(yearly.amount) AS twelvefold
    FROM (
        SELECT party_id, first_month, unnest(range(first_month, last_month + 1)) AS month FROM ends
    ) AS each_month
    JOIN yearly ON yearly.party_id = each_month.party_id AND yearly.year = (each_month.month - 1) / 12
    GROUP BY each_month.party_id, each_month.first_month
    HAVING count(*) = $months
),
spent AS (
    SELECT e.party_id, e.first_month, e.last_month, sum(m.net) AS spent, sum(m.payments) AS payments
    FROM ends e
    JOIN months m ON m.party_id = e.party_id AND m.month >= e.first_month AND m.month <= e.last_month
    GROUP BY e.party_id, e.first_month, e.last_month
),
earned AS (
    SELECT e.party_id, e.first_month, sum(l.lawful) AS lawful
    FROM ends e
    JOIN lawful l ON l.party_id = e.party_id AND l.month >= e.first_month AND l.month <= e.last_month
    GROUP BY e.party_id, e.first_month
),
hits AS (
    SELECT *, row_number() OVER (PARTITION BY party_id ORDER BY spent DESC, first_month) AS place
    FROM (
        SELECT s.*, r.twelvefold, coalesce(e.lawful, 0) AS lawful
        FROM spent s
        JOIN registered r ON r.party_id = s.party_id AND r.first_month = s.first_month
        LEFT JOIN earned e ON e.party_id = s.party_id AND e.first_month = s.first_month
    ) AS judged
    WHERE spent >= $minimum_spent AND payments >= $minimum_payments
      AND spent * 12 > twelvefold * $times AND spent > lawful * $times
)
SELECT first_value(s.account_id ORDER BY s.amount DESC, s.entry_id) AS account_id,
       h.party_id,
       min(s.day) AS from_time,
       max(s.day) AS to_time,
       array_agg(s.entry_id ORDER BY s.day, s.entry_id) AS entries,
       array_agg(CASE WHEN s.direction = 'debit' THEN s.what ELSE 'came back' END ORDER BY s.day, s.entry_id) AS roles,
       max(h.spent) AS spent,
       max(h.payments) AS payments,
       coalesce(sum(s.amount) FILTER (WHERE s.direction = 'debit' AND s.what = 'luxury'), 0) AS luxury,
       coalesce(sum(s.amount) FILTER (WHERE s.direction = 'debit' AND s.what = 'gambling'), 0) AS gambling,
       coalesce(sum(s.amount) FILTER (WHERE s.direction = 'debit' AND s.what = 'lease'), 0) AS leases,
       coalesce(sum(s.amount) FILTER (WHERE s.direction = 'credit'), 0) AS came_back,
       CAST(max(h.twelvefold) / CAST(12 AS DECIMAL(10, 0)) AS DECIMAL(28, 2)) AS registered_income,
       max(h.lawful) AS lawful_credits
FROM hits h
JOIN spending s ON s.party_id = h.party_id AND s.month >= h.first_month AND s.month <= h.last_month
WHERE h.place = 1
GROUP BY h.party_id
