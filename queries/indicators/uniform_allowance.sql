-- id: THB-16
-- version: 1
-- title: The same small sum each week for workers whose wages go elsewhere
-- title[nl]: Elke week hetzelfde kleine bedrag voor werknemers van wie het loon elders blijft
-- describes: exploited
-- form: L
-- family: cash
-- gate: pass-through
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.amount, entry_marks.currency,
--   entry_marks.direction, movements.entry_id, movements.account_id, movements.direction, movements.amount,
--   movements.channel, movements.other, movements.second, movements.day_only, account_holders.party_id,
--   holders_of.name, relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.70 -- of all wages, to one place; what is left is what the worker lives on
-- parameter: minimum_workers number 3 -- families whose wages go to the same place and who get the same sum in a week
-- parameter: minimum_weeks number 4 -- such weeks; any fewer may be chance, as machines give few different sums
-- parameter: most_of_wage decimal 0.25 -- of what a worker earns in an average week; an allowance is small
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR purpose IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0 -- neither texts nor purpose
--   codes of payments are in these records: wages are not known as such -- ask the bank for remittance texts and purpose codes
-- gap: currency IS NULL OR currency <> $currency -- amounts in another currency than the wages compared, without a rate
--   -- ask for the amounts in the currency of the case, or set it to theirs
-- source: endlabourexploitation.co.uk: small amounts of cash on a weekly basis; indicator THB-16, the rule is the project's own
-- source: exact definition here: accounts with wages of which at least 70 % goes by transfer to one other account or name
--   in all the records, where that place takes wages of at least three families so. In a week (Monday to Sunday), cash taken
--   out of these accounts, or what comes back from that place, is the same to the cent for at least three families;
--   at least four such weeks for an account. Own accounts and those of a household are no such place.
-- explanation: In {weeks} weeks the same sum was left to this account and to those of other workers, {workers} families in
--   all, whose wages go to one place ({kind}, {least} to {most} {currency} a week). Of its wages, {wages} {currency}, {passed}
--   went there. This says nothing against the holder, who may need protection.
-- explanation[nl]: In {weeks} weken bleef voor deze rekening en die van andere werknemers, samen {workers} gezinnen, van wie
--   het loon naar één plek gaat, hetzelfde bedrag over ({least} tot {most} {currency} per week). Van het loon, {wages}
--   {currency}, ging {passed} daarheen. Dit zegt niets ten nadele van de houder, die misschien bescherming nodig heeft.
-- innocent: An employer's fixed daily allowance beside a wage that is paid on to a shared household fund.
-- innocent: A budget manager or shelter that gives its clients the same weekly money.
-- innocent: Round sums from a cash machine, of savers of one club.

WITH earned AS (
    SELECT account_id, sum(amount) AS wages, min(second) / 604800 AS first_week, max(second) / 604800 AS last_week
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND currency = $currency
    GROUP BY account_id
),
households AS (
    SELECT subject AS one, object AS two FROM relations WHERE kind = 'household'
    UNION SELECT object, subject FROM relations WHERE kind = 'household'
    UNION SELECT party_id AS one, party_id AS two FROM account_holders WHERE role = 'holder'
),
own AS (
    SELECT DISTINCT h.account_id, o.account_id AS other
    FROM account_holders h
    JOIN households ON households.one = h.party_id
    JOIN account_holders o ON o.party_id = households.two
    WHERE h.role = 'holder' AND o.role = 'holder'
),
families AS (
    SELECT account_id,
           min(lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END)) AS family
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
-- 1 January 1970 was a Thursday.
moves AS (
    SELECT m.entry_id, m.account_id, m.direction, m.amount, m.channel, m.other, m.counterparty_account_id, m.at, m.day_only,
           (m.second / 86400 + 3) / 7 AS week
    FROM movements m
    LEFT SEMI JOIN earned ON earned.account_id = m.account_id
    WHERE m.currency = $currency
      AND (m.channel IN ('cash_atm', 'cash_branch') OR m.other IS NOT NULL)
      AND m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest', 'loan')
      AND m.counterparty_status <> 'bank'
),
passed AS (
    SELECT moves.account_id, moves.other AS place, max(earned.wages) AS wages, sum(moves.amount) AS passed,
           max(moves.counterparty_account_id) AS exit_account, max(coalesce(families.family, moves.account_id)) AS family,
           -- A wage of so many weeks, in ten-thousandths of a week's money.
           CAST(max(earned.wages) AS DECIMAL(22, 4)) / (max(earned.last_week) - min(earned.first_week) + 4) AS weekly
    FROM moves
    JOIN earned ON earned.account_id = moves.account_id
    LEFT JOIN families ON families.account_id = moves.account_id
    LEFT ANTI JOIN own ON own.account_id = moves.account_id AND own.other = moves.counterparty_account_id
    WHERE moves.direction = 'debit' AND moves.channel NOT IN ('cash_atm', 'cash_branch')
    GROUP BY moves.account_id, moves.other
    HAVING sum(moves.amount) >= $share * max(earned.wages)
),
workers AS (
    SELECT passed.*
    FROM passed
    LEFT SEMI JOIN (SELECT place FROM passed GROUP BY place HAVING count(DISTINCT family) >= $minimum_workers) AS shared
        ON shared.place = passed.place
),
money AS (
    SELECT w.account_id, w.place, w.family, w.weekly, moves.week, moves.entry_id, moves.amount, moves.at, moves.day_only,
           CASE WHEN moves.direction = 'debit' THEN 'cash' ELSE 'transfer' END AS kind
    FROM workers w
    JOIN moves ON moves.account_id = w.account_id
    WHERE (moves.direction = 'debit' AND moves.channel IN ('cash_atm', 'cash_branch'))
       OR (moves.direction = 'credit' AND moves.other = w.place)
),
weeks AS (
    SELECT account_id, place, family, kind, week, sum(amount) AS amount
    FROM money
    GROUP BY account_id, place, family, kind, week
    HAVING sum(amount) <= $most_of_wage * max(weekly)
),
alike AS (
    SELECT place, kind, week, amount
    FROM weeks
    GROUP BY place, kind, week, amount
    HAVING count(DISTINCT family) >= $minimum_workers
),
same AS (
    SELECT weeks.*
    FROM weeks
    JOIN alike ON alike.place = weeks.place AND alike.kind = weeks.kind AND alike.week = weeks.week AND alike.amount = weeks.amount
),
steady AS (
    SELECT account_id, place, kind, max(family) AS family, count(*) AS weeks, min(amount) AS least, max(amount) AS most
    FROM same
    GROUP BY account_id, place, kind
    HAVING count(*) >= $minimum_weeks
),
counted AS (
    SELECT place, kind, count(DISTINCT family) AS workers FROM steady GROUP BY place, kind
    HAVING count(DISTINCT family) >= $minimum_workers
)
SELECT s.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(money.at) AS from_time,
       max(money.at) AS to_time,
       CASE WHEN bool_or(money.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(money.entry_id ORDER BY money.at, money.entry_id) AS entries,
       array_agg('left' ORDER BY money.at, money.entry_id) AS roles,
       max(w.exit_account) AS exit_account,
       s.kind,
       max(s.weeks) AS weeks,
       max(c.workers) AS workers,
       max(s.least) AS least,
       max(s.most) AS most,
       max(w.wages) AS wages,
       max(w.passed) AS passed
FROM steady s
JOIN counted c ON c.place = s.place AND c.kind = s.kind
JOIN workers w ON w.account_id = s.account_id AND w.place = s.place
JOIN same ON same.account_id = s.account_id AND same.place = s.place AND same.kind = s.kind
JOIN money ON money.account_id = s.account_id AND money.place = s.place AND money.kind = s.kind AND money.week = same.week
GROUP BY s.account_id, s.place, s.kind
