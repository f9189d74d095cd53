-- id: THB-08
-- version: 3
-- title: Far more pharmacy, cosmetics and fast food than before, paid by somebody who has a hold on other people's accounts
-- title[nl]: Veel meer apotheek, cosmetica en snelle maaltijden dan eerst, betaald door wie greep heeft op rekeningen van anderen
-- describes: controller
-- form: S
-- family: provisions
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.at, entry_marks.day_only,
--   entry_marks.month, entry_marks.direction, entry_marks.amount, entry_marks.currency, movements.account_id,
--   movements.month, control_signs.account_id, control_signs.exit_account, control_signs.controlled, control_signs.controls,
--   control_signs.funded_by,
--   accounts_under_control.account_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: baseline_months number 6 -- calendar months just before, all of them in the account's records
-- parameter: deviations number 3 -- a month counts from the mean of these months and so many standard deviations
-- parameter: minimum_purchases number 3 -- in each of the three groups; where there was nothing before, one is much
-- gap: (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM entry_marks WHERE mark IN
--   ('pharmacy', 'cosmetics', 'clothing', 'fast_food') AND direction = 'debit') -- purchases in another currency, without a
--   rate -- ask for the amounts in the currency of the case
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(DISTINCT month) AS n FROM movements) AS counted WHERE n
--   <= $baseline_months -- these records cover no more months than the months of comparison -- ask the bank for statements
--   of a longer period
-- source: indicator THB-08 of the project's catalogue, after FINTRAC-2016-OA003; it supports others and is weak by itself
-- source: exact definition here: in one calendar month, purchases at pharmacies, of cosmetics or clothing, and of fast food
--   from one account, each group by number at least the mean and so many standard deviations (of the whole population) of
--   the months of comparison just before, more than their mean, and at least the minimum. Only where the paying account's
--   holder has a hold on others (two accounts drained to him, or one that he can act on), or where the paying account is
--   itself drained to one exit: then the finding is about that exit and not about who paid.
-- explanation: In {months} months purchases at pharmacies ({pharmacy}), of cosmetics or clothing ({cosmetics}) and of fast
--   food ({fast_food}) were all far above the {baseline_months} months before, together {total} {currency}, from {payers}
--   accounts. This supports other indicators and says little by itself. Signs of control on these accounts: {control}.
-- explanation[nl]: In {months} maanden lagen aankopen bij apotheken ({pharmacy}), van cosmetica of kleding ({cosmetics}) en
--   van snelle maaltijden ({fast_food}) alle ver boven de {baseline_months} maanden ervoor, samen {total} {currency}, van
--   {payers} rekeningen. Dit ondersteunt andere aanwijzingen en zegt op zichzelf weinig. Tekenen van beheersing op deze
--   rekeningen: {control}.
-- innocent: A family that shops for a holiday, a festival, a wedding or a new school year.
-- innocent: A household that grew, or somebody who fell ill.
-- innocent: Somebody who began to pay by card what he paid in cash before.
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
-- One purchase may have several of the marks: the first group of them counts.
purchases AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount,
           min(CASE m.mark WHEN 'pharmacy' THEN 1 WHEN 'fast_food' THEN 3 ELSE 2 END) AS kind
    FROM entry_marks m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    WHERE m.mark IN ('pharmacy', 'cosmetics', 'clothing', 'fast_food')
      AND m.direction = 'debit' AND m.amount > 0 AND m.currency = $currency
    GROUP BY m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount
),
spans AS (
    SELECT m.account_id, min(m.month) AS first_month
    FROM movements m
    LEFT SEMI JOIN purchases ON purchases.account_id = m.account_id
    GROUP BY m.account_id
),
counts AS (
    SELECT account_id, month, kind, count(*) AS number FROM purchases GROUP BY account_id, month, kind
),
-- Of the months before; a month without purchases adds nothing to either sum.
compared AS (
    SELECT base.account_id, base.month, base.kind, base.number,
           coalesce(sum(before.number), 0) AS s, coalesce(sum(before.number * before.number), 0) AS q
    FROM counts AS base
    LEFT JOIN counts AS before
        ON before.account_id = base.account_id AND before.kind = base.kind
       AND before.month < base.month AND before.month >= base.month - $baseline_months
    WHERE base.number >= $minimum_purchases
    GROUP BY base.account_id, base.month, base.kind, base.number
),
-- number >= mean + k * deviation, in whole numbers: (n * number - s)^2 >= k^2 * (n * q - s^2), and more than the mean.
high AS (
    SELECT compared.account_id, compared.month
    FROM compared
    JOIN spans ON spans.account_id = compared.account_id
    WHERE compared.month - $baseline_months >= spans.first_month
      AND $baseline_months * number > s
      AND ($baseline_months * number - s) * ($baseline_months * number - s)
          >= $deviations * $deviations * ($baseline_months * q - s * s)
    GROUP BY compared.account_id, compared.month
    HAVING count(*) = 3
)
SELECT signs.subject AS account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(p.at) AS from_time,
       max(p.at) AS to_time,
       CASE WHEN bool_or(p.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(p.entry_id ORDER BY p.at, p.entry_id) AS entries,
       array_agg(CASE p.kind WHEN 1 THEN 'pharmacy' WHEN 2 THEN 'cosmetics' ELSE 'fast food' END
           ORDER BY p.at, p.entry_id) AS roles,
       array_agg(DISTINCT p.account_id ORDER BY p.account_id) FILTER (WHERE p.account_id <> signs.subject) AS others,
       count(DISTINCT p.month) AS months,
       sum(CASE WHEN p.kind = 1 THEN 1 ELSE 0 END) AS pharmacy,
       sum(CASE WHEN p.kind = 2 THEN 1 ELSE 0 END) AS cosmetics,
       sum(CASE WHEN p.kind = 3 THEN 1 ELSE 0 END) AS fast_food,
       sum(p.amount) AS total,
       count(DISTINCT p.account_id) AS payers,
       string_agg(DISTINCT signs.signs, '; ' ORDER BY signs.signs) AS control
FROM high
JOIN purchases p ON p.account_id = high.account_id AND p.month = high.month
JOIN signs ON signs.account_id = high.account_id
WHERE signs.subject IS NOT NULL
GROUP BY signs.subject
