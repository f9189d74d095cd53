-- id: THB-07
-- version: 3
-- title: Many prepaid phones topped up by somebody who has a hold on other people's accounts
-- title[nl]: Veel beltegoed gekocht door wie greep heeft op rekeningen van anderen
-- describes: controller
-- form: S, C
-- family: provisions
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.direction, entry_marks.amount,
--   entry_marks.currency, movements.entry_id, movements.account_id, movements.at, movements.day_only, movements.remittance,
--   control_signs.account_id, control_signs.exit_account, control_signs.controlled, control_signs.controls,
--   control_signs.funded_by,
--   accounts_under_control.account_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: minimum_top_ups number 8 -- within the period (AUSTRAC: daily to a few a week)
-- parameter: minimum_numbers number 3 -- or: for so many different phone numbers, where the text names them
-- parameter: period interval 30 days -- the first and last of these payments lie at most this far apart
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark = 'topup'
--   AND direction = 'debit') -- top-ups in another currency, without a rate -- ask for the amounts in the currency of the
--   case
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM entries WHERE
--   direction = 'debit' AND (merchant_category IS NOT NULL OR counterparty_name IS NOT NULL OR remittance IS NOT NULL)
--   LIMIT 1) AS some) AS counted WHERE n = 0 -- neither merchants nor texts of payments are in these records -- ask the
--   bank for merchant name and category of each card payment, and providers for the numbers topped up
-- source: indicator THB-07 of the project's catalogue, after AUSTRAC, guide on forced sexual servitude (2022)
-- source: exact definition here: payments from one account for prepaid phone credit; at least the minimum within the period,
--   or for so many numbers within it. A number is a run of nine digits or more in the text behind `+`, `00` or `0`; its last
--   nine count. Only where the paying account's holder has a hold on others (two accounts drained to him, or one that he can
--   act on), or where the paying account is itself drained to one exit: then the finding is about that exit and not about
--   who paid.
-- explanation: {top_ups} payments for phone credit, together {total} {currency}, from {payers} accounts; the texts name
--   {numbers} different phone numbers. Signs of control on these accounts: {control}.
-- explanation[nl]: {top_ups} betalingen voor beltegoed, samen {total} {currency}, van {payers} rekeningen; de teksten noemen
--   {numbers} verschillende telefoonnummers. Tekenen van beheersing op deze rekeningen: {control}.
-- innocent: A household of little means, in which everybody has a prepaid phone and one of them pays.
-- innocent: Somebody who calls abroad a lot, or sends phone credit to family there.
-- innocent: A shop or club whose owner buys credit for others and is paid back.
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
marked AS (
    SELECT m.account_id, m.entry_id
    FROM entry_marks m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.mark = 'topup' AND m.direction = 'debit' AND m.amount > 0 AND m.currency = $currency
),
candidates AS (
    SELECT entry_id
    FROM marked
    LEFT SEMI JOIN (
        SELECT account_id FROM marked GROUP BY account_id HAVING count(*) >= least($minimum_top_ups, $minimum_numbers)
    ) AS often ON often.account_id = marked.account_id
),
top_ups AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.amount,
           right(regexp_replace(
               regexp_match(coalesce(m.remittance, ''), '(?:^|[^0-9A-Za-z])((?:\+|00?)[0-9](?:[ -]?[0-9]){8,13})(?:[^0-9]|$)')[1],
               '[^0-9]', '', 'g'
           ), 9) AS number
    FROM movements m
    LEFT SEMI JOIN candidates ON candidates.entry_id = m.entry_id
),
closing AS (
    SELECT *,
           CASE
               WHEN count(*) OVER back >= $minimum_top_ups OR count(DISTINCT number) OVER back >= $minimum_numbers THEN 1
               ELSE 0
           END AS closes
    FROM top_ups
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING) AS member
    FROM closing
)
SELECT signs.subject AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries,
       array_agg(CAST('top-up' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       array_agg(DISTINCT m.account_id ORDER BY m.account_id) FILTER (WHERE m.account_id <> signs.subject) AS others,
       CASE WHEN count(m.number) < count(*) THEN 'the numbers topped up are not in all of these records' END AS sufficiency,
       count(*) AS top_ups,
       count(DISTINCT m.number) AS numbers,
       sum(m.amount) AS total,
       count(DISTINCT m.account_id) AS payers,
       string_agg(DISTINCT signs.signs, '; ' ORDER BY signs.signs) AS control
FROM members m
JOIN signs ON signs.account_id = m.account_id
WHERE m.member = 1 AND signs.subject IS NOT NULL
GROUP BY signs.subject
