-- id: THB-06
-- version: 3
-- title: Very many taxi rides paid by somebody who has a hold on other people's accounts
-- title[nl]: Heel veel taxiritten, betaald door wie greep heeft op rekeningen van anderen
-- describes: controller
-- form: S, K
-- family: lodging and travel
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.at, entry_marks.day_only,
--   entry_marks.month, entry_marks.direction, entry_marks.amount, entry_marks.currency, control_signs.account_id,
--   control_signs.exit_account, control_signs.controlled, control_signs.controls,
--   control_signs.funded_by,
--   accounts_under_control.account_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: most_rides number 15 -- in a calendar month; more than these (AUSTRAC's own figure)
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark = 'ride' AND
--   direction = 'debit') -- payments for rides in another currency, without a rate -- ask for the amounts in the currency of
--   the case
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM entries WHERE
--   direction = 'debit' AND (merchant_category IS NOT NULL OR counterparty_name IS NOT NULL OR remittance IS NOT NULL)
--   LIMIT 1) AS some) AS counted WHERE n = 0 -- neither merchants nor texts of payments are in these records -- ask the
--   bank for merchant name and category of each card payment
-- source: indicator THB-06 of the project's catalogue, after AUSTRAC, guide on forced sexual servitude (2022)
-- source: exact definition here: payments from one account to taxis and ride services, more than so many in a calendar
--   month. Only where the paying account's holder has a hold on others (two accounts drained to him, or one that he can act
--   on), or where the paying account is itself drained to one exit: then the finding is about that exit and not about who
--   paid.
-- explanation: {rides} payments for rides in {months} months with more than {most_rides} each, together {total} {currency},
--   from {payers} accounts. Signs of control on these accounts: {control}.
-- explanation[nl]: {rides} betalingen voor ritten in {months} maanden met elk meer dan {most_rides}, samen {total}
--   {currency}, van {payers} rekeningen. Tekenen van beheersing op deze rekeningen: {control}.
-- innocent: Somebody who works at night, or has no other way to travel because of a disability.
-- innocent: A parent who pays for the rides of children, or an employer for those of staff.
-- innocent: Scooters and shared cars, which are paid by the ride and under the same merchant category.
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
rides AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount,
           count(*) OVER (PARTITION BY m.account_id, m.month) AS number
    FROM entry_marks m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.mark = 'ride' AND m.direction = 'debit' AND m.amount > 0 AND m.currency = $currency
)
SELECT signs.subject AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries,
       array_agg(CAST('ride' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       array_agg(DISTINCT m.account_id ORDER BY m.account_id) FILTER (WHERE m.account_id <> signs.subject) AS others,
       count(*) AS rides,
       count(DISTINCT m.month) AS months,
       sum(m.amount) AS total,
       count(DISTINCT m.account_id) AS payers,
       string_agg(DISTINCT signs.signs, '; ' ORDER BY signs.signs) AS control
FROM rides m
JOIN signs ON signs.account_id = m.account_id
WHERE m.number > $most_rides AND signs.subject IS NOT NULL
GROUP BY signs.subject
