-- id: THB-19
-- version: 1
-- title: Workers with new accounts pay off equal instalments to one creditor
-- title[nl]: Werknemers met een nieuwe rekening betalen gelijke termijnen aan één schuldeiser
-- describes: exploited
-- form: L, S
-- family: recruitment
-- control: workers -- one creditor takes equal instalments from several people whose accounts are new
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.direction, entry_marks.other,
--   movements.entry_id, movements.account_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.other, movements.second, accounts.account_id, accounts.opened, holders_of.name,
--   parties.sector, sector_codes.nace, sector_codes.environment, relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: days number 180 -- after the account was opened; debts of coming to work begin then
-- parameter: minimum_instalments number 3 -- of one amount to one creditor
-- parameter: minimum_workers number 3 -- families with instalments to that creditor; one may owe a friend
-- parameter: smallest decimal 20 -- below it, dues of a club and shared subscriptions look the same
-- parameter: environments text employment_agencies -- of the lexicon of sectors: who places or hires out people
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT account_id FROM accounts WHERE
--   opened IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0 -- the days on which accounts were opened are not in these
--   records -- ask the bank when and for whom each account was opened
-- gap: currency IS NULL OR currency <> $currency -- amounts in another currency, without a rate
--   -- ask for the amounts in the currency of the case, or set it to theirs
-- gap: account_id IN (SELECT account_id FROM accounts WHERE opened IS NULL) -- when these accounts were opened is not in
--   these records -- ask the bank for the day of opening
-- source: FIN-2020-A008: recruitment fees and wages held back; indicator THB-19
-- source: exact definition here: in the first 180 days of an account that receives wages or belongs to an employee, at least
--   three transfers or cash-free payments of one amount to one account or name; at least three families pay that creditor
--   so. Besides, one of these: a payment speaks of recruitment, papers or advances; the creditor's sector places or hires
--   out people; or three of these families have one employer. Own accounts, households, cards, direct debits
--   and payments that say what else they are for (rent, utilities, insurance, loan and others) are left out.
-- explanation: In the first {days} days of this account {instalments} equal instalments of {instalment} {currency}, together
--   {paid}, went to one creditor, to whom {workers} families of workers pay off in this way. Payments that speak of
--   recruitment, papers or advances: {marked}. This says nothing against the holder, who may need protection.
-- explanation[nl]: In de eerste {days} dagen van deze rekening gingen {instalments} gelijke termijnen van {instalment}
--   {currency}, samen {paid}, naar één schuldeiser, aan wie {workers} gezinnen van werknemers zo afbetalen. Betalingen die
--   werving, papieren of voorschot noemen: {marked}. Dit zegt niets ten nadele van de houder, die misschien bescherming
--   nodig heeft.
-- innocent: Fees of an agency that the law of the worker's country allows.
-- innocent: Rent to one landlord who lodges several workers of a farm, where the payment does not say so.
-- innocent: A private loan among people of one village, or a savings club.

WITH wages AS (
    SELECT account_id, min(other) AS employer FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND currency = $currency
    GROUP BY account_id
),
employees AS (
    SELECT DISTINCT h.account_id
    FROM relations r JOIN account_holders h ON h.party_id = r.subject
    WHERE r.kind = 'employment' AND h.role = 'holder'
),
families AS (
    SELECT account_id,
           min(lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END)) AS family
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
fresh AS (
    SELECT a.account_id, w.employer, coalesce(f.family, a.account_id) AS family,
           CAST(arrow_cast(a.opened, 'Int32') AS BIGINT) AS opened_on
    FROM accounts a
    LEFT JOIN wages w ON w.account_id = a.account_id
    LEFT JOIN employees e ON e.account_id = a.account_id
    LEFT JOIN families f ON f.account_id = a.account_id
    WHERE a.opened IS NOT NULL AND (w.account_id IS NOT NULL OR e.account_id IS NOT NULL)
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
payments AS (
    SELECT m.account_id, fresh.family, fresh.employer, m.other, m.amount, m.entry_id, m.at, m.counterparty_account_id
    FROM movements m
    JOIN fresh ON fresh.account_id = m.account_id
    LEFT ANTI JOIN own ON own.account_id = m.account_id AND own.other = m.counterparty_account_id
    LEFT ANTI JOIN (
        SELECT entry_id FROM entry_marks
        WHERE direction = 'debit' AND mark IN ('rent', 'utilities', 'insurance', 'telecom', 'tax', 'school', 'loan', 'groceries',
                                               'charity', 'payment_service', 'money_transfer')
    ) AS otherwise ON otherwise.entry_id = m.entry_id
    WHERE m.direction = 'debit'
      AND m.currency = $currency
      AND m.amount >= $smallest
      AND m.other IS NOT NULL
      AND m.channel NOT IN ('cash_atm', 'cash_branch', 'card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest', 'loan')
      AND m.counterparty_status <> 'bank'
      AND m.second / 86400 >= fresh.opened_on
      AND m.second / 86400 <= fresh.opened_on + $days
),
instalments AS (
    SELECT account_id, other, amount, max(family) AS family, max(employer) AS employer, count(*) AS instalments,
           max(counterparty_account_id) AS exit_account
    FROM payments
    GROUP BY account_id, other, amount
    HAVING count(*) >= $minimum_instalments
),
recruiting AS (SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('recruitment', 'advance_repayment') AND direction = 'debit'),
-- One employer of several of those who pay.
common AS (
    SELECT other, max(families) AS with_one_employer
    FROM (SELECT other, employer, count(DISTINCT family) AS families FROM instalments WHERE employer IS NOT NULL GROUP BY other, employer) AS by_employer
    GROUP BY other
),
agencies AS (
    SELECT DISTINCT h.account_id
    FROM parties p
    JOIN sector_codes c ON starts_with(replace(p.sector, '.', ''), replace(c.nace, '.', ''))
    JOIN account_holders h ON h.party_id = p.party_id
    WHERE h.role = 'holder' AND array_has(string_to_array($environments, ','), c.environment)
),
spoken AS (
    SELECT p.other, count(*) AS marked
    FROM payments p LEFT SEMI JOIN recruiting ON recruiting.entry_id = p.entry_id
    GROUP BY p.other
),
creditors AS (
    SELECT i.other, count(DISTINCT i.family) AS workers
    FROM instalments i
    LEFT JOIN spoken ON spoken.other = i.other
    LEFT JOIN common ON common.other = i.other
    LEFT JOIN agencies ON agencies.account_id = i.exit_account
    GROUP BY i.other
    HAVING count(DISTINCT i.family) >= $minimum_workers
       AND (max(spoken.marked) > 0 OR max(common.with_one_employer) >= $minimum_workers OR count(agencies.account_id) > 0)
)
SELECT i.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(p.at) AS from_time,
       max(p.at) AS to_time,
       'day' AS time_precision,
       array_agg(p.entry_id ORDER BY p.at, p.entry_id) AS entries,
       array_agg('instalment' ORDER BY p.at, p.entry_id) AS roles,
       max(i.exit_account) AS exit_account,
       max(i.instalments) AS instalments,
       i.amount AS instalment,
       sum(p.amount) AS paid,
       max(c.workers) AS workers,
       count(r.entry_id) AS marked
FROM instalments i
JOIN creditors c ON c.other = i.other
JOIN payments p ON p.account_id = i.account_id AND p.other = i.other AND p.amount = i.amount
LEFT JOIN recruiting r ON r.entry_id = p.entry_id
GROUP BY i.account_id, i.other, i.amount
