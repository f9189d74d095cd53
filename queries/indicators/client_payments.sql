-- id: THB-03
-- version: 2
-- title: Round amounts from many people who pay once or twice, on an account under somebody's hold
-- title[nl]: Ronde bedragen van veel mensen die een of twee keer betalen, op een rekening waarop iemand greep heeft
-- describes: account
-- form: S
-- family: client payments
-- gate: pass-through
-- needs: movements.entry_id, movements.account_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.other, movements.counterparty_name, movements.at, movements.day_only,
--   movements.minute_of_day, control_signs.account_id, control_signs.exit_account, control_signs.controlled,
--   control_signs.controls, entry_marks.mark, entry_marks.entry_id, holders_of.account_id, holders_of.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_credits number 10 -- such credits within the period
-- parameter: minimum_payers number 8 -- different people who paid them
-- parameter: most_repeats number 2 -- whoever pays more often within the period is a friend, tenant or employer
-- parameter: period interval 30 days -- the first and last of these credits lie at most this far apart
-- parameter: lowest decimal 60 -- smallest amount (AUSTRAC: 100 Australian dollars)
-- parameter: highest decimal 480 -- largest amount (AUSTRAC: 800 Australian dollars, 250 in the mean)
-- parameter: step decimal 10 -- amounts are whole multiples of this
-- parameter: organisations text \b(b\.?v|n\.?v|v\.?o\.?f|gmbh|ag|kg|ltd|limited|llc|plc|inc|s\.?a\.?r\.?l|srl|s\.?r\.?l|sas|spa|sp|eood|ood|kft|bank|stichting|foundation|fonds|gemeente|belastingdienst|uwv|svb|duo|verzekering(en)?|vereniging|school)\b -- words in names of payers that are no people
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   direction = 'credit' AND (counterparty_account_id IS NOT NULL OR counterparty_name IS NOT NULL) LIMIT 1) AS one) AS
--   counted WHERE n = 0 -- who paid is not in these records -- ask the bank for names and accounts of payers
-- gap: direction = 'credit' AND (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT account_id FROM
--   control_signs WHERE controlled OR controls) -- credits in another currency, without a rate -- ask for the amounts in the
--   currency of the case
-- gap: direction = 'credit' AND counterparty_status = 'unknown' AND account_id IN (SELECT account_id FROM control_signs
--   WHERE controlled OR controls) -- who paid these credits is not in these records -- ask the bank for name and account of
--   the payers, and payment services for the payers behind theirs
-- source: indicator THB-03 of the project's catalogue; the band of amounts after AUSTRAC (2022)
-- source: exact definition here: credits that are no cash, within the band and whole multiples of the step, from others
--   that are not known to be companies and paid at most so often within the period; at least the minimum of them from so
--   many payers within it; no wages, benefits or payouts of marketplaces. Only on accounts that are drained to one exit or
--   acted on by another, or whose holder has such a hold on others.
-- explanation: {credits} credits between {smallest} and {largest} {currency} in whole multiples of {step} came from
--   {payers} different payers, together {total} {currency}; {at_night} of them between 22 and 6 o'clock. Signs of control:
--   {control}. The records do not say what was paid for, nor who has the use of the money.
-- explanation[nl]: {credits} bijschrijvingen tussen {smallest} en {largest} {currency} in veelvouden van {step} kwamen van
--   {payers} verschillende betalers, samen {total} {currency}; {at_night} daarvan tussen 22 en 6 uur. Tekenen van
--   beheersing: {control}. De gegevens zeggen niet waarvoor betaald werd, en niet wie over het geld beschikt.
-- innocent: A market seller, tutor, hairdresser or craftsman who is paid by transfer and whose partner runs the accounts.
-- innocent: Somebody who collects for a group, such as split bills, a sports team or a present.
-- innocent: Somebody who works for himself and moves what he earns to an account at another bank.
-- control: control -- the account is drained to one exit or acted on by another, or its holder has such a hold on others

WITH signs AS (
    SELECT account_id, exit_account, signs
    FROM control_signs
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS business
        ON business.account_id = control_signs.account_id
    WHERE controlled OR controls
),
credits AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.minute_of_day, m.amount, m.other,
           count(*) OVER (
               PARTITION BY m.account_id, m.other ORDER BY m.at RANGE BETWEEN $period PRECEDING AND CURRENT ROW
           ) AS times
    FROM movements m
    LEFT SEMI JOIN signs ON signs.account_id = m.account_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS company ON company.account_id = m.other
    LEFT ANTI JOIN (
        SELECT entry_id FROM entry_marks
        WHERE mark IN ('wage', 'benefit', 'child_benefit', 'pension', 'student_grant', 'marketplace', 'loan', 'insurance', 'tax')
    ) AS known ON known.entry_id = m.entry_id
    WHERE m.direction = 'credit' AND m.currency = $currency AND m.other IS NOT NULL
      AND m.amount >= $lowest AND m.amount <= $highest AND m.amount % $step = 0
      AND m.channel IN ('transfer', 'transfer_sepa', 'transfer_intl', 'remittance', 'internal', 'unknown')
      AND NOT regexp_like(lower(coalesce(m.counterparty_name, '')), $organisations)
),
seldom AS (
    SELECT *, max(times) OVER (PARTITION BY account_id, other) AS most FROM credits
),
-- Each payer's last credit before, so that payers in a stretch of time are those who first pay within it.
groups AS (
    SELECT *,
           CASE WHEN count(*) OVER back >= $minimum_credits AND count(DISTINCT other) OVER back >= $minimum_payers THEN 1
                ELSE 0
           END AS closes
    FROM seldom
    WHERE most <= $most_repeats
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
       array_agg(CAST('credit' AS VARCHAR) ORDER BY m.at, m.entry_id) AS roles,
       signs.exit_account,
       CASE WHEN bool_or(m.day_only) THEN 'time of day not in all of these records' END AS sufficiency,
       count(*) AS credits,
       count(DISTINCT m.other) AS payers,
       sum(m.amount) AS total,
       min(m.amount) AS smallest,
       max(m.amount) AS largest,
       sum(CASE WHEN m.minute_of_day >= 1320 OR m.minute_of_day < 360 THEN 1 ELSE 0 END) AS at_night,
       signs.signs AS control
FROM members m
JOIN signs ON signs.account_id = m.account_id
WHERE m.member = 1
GROUP BY m.account_id, signs.exit_account, signs.signs
