-- id: THB-01
-- version: 3
-- title: Short stays, many or dear, paid by somebody who has a hold on other people's accounts
-- title[nl]: Veel of dure korte verblijven, betaald door wie greep heeft op rekeningen van anderen
-- describes: controller
-- form: S, K
-- family: lodging and travel
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.at, entry_marks.day,
--   entry_marks.day_only, entry_marks.month, entry_marks.direction, entry_marks.amount, entry_marks.currency,
--   entry_marks.other, entry_marks.city, control_signs.account_id, control_signs.exit_account, control_signs.controlled,
--   control_signs.controls, control_signs.funded_by,
--   accounts_under_control.account_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_stays number 4 -- payments for lodging within the period: more than a holiday has
-- parameter: period interval 30 days -- the first and last of these payments lie at most this far apart
-- parameter: city_period interval 7 days -- or: lodging in two cities within a week
-- parameter: monthly_sum decimal 1200 -- or: more than this in a month (AUSTRAC: over 2,000 Australian dollars)
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark =
--   'lodging' AND direction = 'debit') -- payments for lodging in another currency, without a rate -- ask for the amounts
--   in the currency of the case
-- gap: direction = 'debit' AND (city IS NULL OR trim(city) = '') AND entry_id IN (SELECT entry_id FROM entry_marks WHERE
--   mark = 'lodging' AND direction = 'debit') -- the city of these payments for lodging is not in these records -- ask the
--   bank for merchant name, category, city and terminal of each card payment
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM entries WHERE
--   direction = 'debit' AND (merchant_category IS NOT NULL OR counterparty_name IS NOT NULL OR remittance IS NOT NULL)
--   LIMIT 1) AS some) AS counted WHERE n = 0 -- neither merchants nor texts of payments are in these records -- ask the
--   bank for merchant name and category of each card payment
-- source: indicator THB-01 of the project's catalogue, after FINTRAC-2016-OA003 (short stays, several cities) and AUSTRAC,
--   guide on forced sexual servitude (2022)
-- source: exact definition here: payments to lodging from one account, several to one merchant on one day being one stay;
--   at least the minimum within the period, or two cities within the city period, or more than the sum in a calendar
--   month. Only where the paying account's holder has a hold on others (two accounts drained to him, or one that he can
--   act on), or where the paying account is itself drained to one exit or acted on by another: then the finding is about
--   that exit and not about who paid.
-- explanation: {payments} payments for lodging, {stays} stays in {cities} cities that are known, together {total}
--   {currency}, from {payers} accounts. Signs of control on these accounts: {control}.
-- explanation[nl]: {payments} betalingen voor overnachtingen, {stays} verblijven in {cities} bekende steden, samen {total}
--   {currency}, van {payers} rekeningen. Tekenen van beheersing op deze rekeningen: {control}.
-- innocent: Somebody who travels for work, such as a sales representative, fitter or driver, and manages a relative's money.
-- innocent: Homeless people or families whom a municipality or charity places in hotels, with a budget manager.
-- innocent: Somebody who books for a group of friends or a team that pays him back.
-- source: an account that somebody with such a hold pays for the most part counts as his: the finding is about who pays it
-- control: control -- the paying account's holder has a hold on others' accounts, or another has one on the paying account

-- Whose own account shows control by another is not told as the one who takes.
WITH signs AS (
    SELECT s.*
    FROM (
        SELECT account_id, controls, signs,
               CASE WHEN drained OR bound THEN exit_account WHEN controls THEN account_id ELSE funded_by END AS subject
        FROM control_signs
        WHERE controls OR controlled OR funded_by IS NOT NULL
    ) AS s
    LEFT ANTI JOIN accounts_under_control AS led ON led.account_id = s.subject
),
stays AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount, nullif(upper(trim(m.city)), '') AS city,
           CASE
               WHEN row_number() OVER (
                   PARTITION BY m.account_id, m.day, coalesce(m.other, m.entry_id) ORDER BY m.entry_id
               ) = 1 THEN 1
               ELSE 0
           END AS stay
    FROM entry_marks m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.mark = 'lodging' AND m.direction = 'debit' AND m.amount > 0 AND m.currency = $currency
),
closing AS (
    SELECT *,
           CASE WHEN sum(stay) OVER back >= $minimum_stays THEN 1 ELSE 0 END AS closes,
           CASE WHEN min(city) OVER week <> max(city) OVER week THEN 1 ELSE 0 END AS moves,
           CASE WHEN sum(amount) OVER (PARTITION BY account_id, month) > $monthly_sum THEN 1 ELSE 0 END AS dear
    FROM stays
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW),
           week AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $city_period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING) AS many,
           max(moves) OVER (
               PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $city_period FOLLOWING
           ) AS moving
    FROM closing
)
SELECT signs.subject AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(m.at) AS from_time,
       max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries,
       array_agg(CAST('lodging' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       array_agg(DISTINCT m.account_id ORDER BY m.account_id) FILTER (WHERE m.account_id <> signs.subject) AS others,
       count(*) AS payments,
       sum(m.stay) AS stays,
       count(DISTINCT m.city) AS cities,
       sum(m.amount) AS total,
       count(DISTINCT m.account_id) AS payers,
       string_agg(DISTINCT signs.signs, '; ' ORDER BY signs.signs) AS control
FROM members m
JOIN signs ON signs.account_id = m.account_id
WHERE (m.many = 1 OR m.moving = 1 OR m.dear = 1) AND signs.subject IS NOT NULL
GROUP BY signs.subject
