-- id: THB-18
-- version: 1
-- title: Hardly any wages for a business that lives by labour
-- title[nl]: Nauwelijks lonen bij een bedrijf dat op arbeid draait
-- describes: business
-- form: L
-- family: business
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.amount, entry_marks.currency,
--   entry_marks.direction, movements.entry_id, movements.account_id, movements.direction, movements.amount,
--   movements.month, movements.other, account_holders.account_id, account_holders.party_id, account_holders.role,
--   parties.party_id, parties.kind, parties.name, parties.sector, parties.employees, sector_codes.nace,
--   sector_codes.environment, list_sector_peers.sector, list_sector_peers.measure, list_sector_peers.p10
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: lowest_share decimal 0.10 -- wages and charges of turnover, where the office has no peers; labour takes far more in these sectors
-- parameter: minimum_months number 6 -- with turnover; a season's start and end say little
-- parameter: minimum_turnover decimal 60000 -- in all; below it one owner can do the work
-- parameter: most_to_own decimal 0.20 -- of turnover moved to the company's accounts elsewhere, from which wages may be paid
-- parameter: most_subcontracted decimal 0.40 -- of turnover paid to other companies of these sectors, which have the workers
-- parameter: environments text agriculture,construction,cleaning,car_wash,laundry,manufacturing,hotels,restaurants,bars,massage,beauty,employment_agencies
--   -- environments of the lexicon of sectors in which people's labour is most of the cost
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties p JOIN account_holders h ON
--   h.party_id = p.party_id AND h.role = 'holder' WHERE p.kind = 'company') AS counted WHERE n = 0 -- no account of a
--   company is in these records -- ask banks for the accounts of the businesses concerned
-- lack: SELECT p.party_id FROM parties p LEFT SEMI JOIN (SELECT party_id FROM account_holders WHERE role = 'holder') AS h
--   ON h.party_id = p.party_id WHERE p.kind = 'company' AND p.sector IS NULL -- the sector of these companies is not in
--   these records -- ask the company register for their activity codes
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h JOIN
--   parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another currency,
--   without a rate -- ask for the amounts in the currency of the case, or set it to theirs
-- source: FIN-2014-A008: less than normal payroll expenditures; indicator THB-18, 10 % is an engineering default
-- source: exact definition here: over all months with turnover in the records, wages, wage tax, payroll tax and social
--   contributions paid from the company's accounts come to less of the turnover than the tenth percentile of its sector
--   (office's list sector_peers, measure payroll_share, the longest code that fits), or than 10 % where there is none.
--   Turnover: what comes in apart from own accounts, loans, tax, insurance and benefits. Not companies of one employee or
--   none, nor those that move or subcontract much (parameters).
-- explanation: In {months} months, {payroll} {currency} went to wages, wage tax and social contributions of a turnover of
--   {turnover} ({payroll_share} of it; least expected {expected}). Employees in the register: {employees}.
-- explanation[nl]: In {months} maanden ging {payroll} {currency} naar lonen, loonheffing en sociale bijdragen, op een omzet
--   van {turnover} (deel: {payroll_share}; ten minste verwacht {expected}). Werknemers in het register: {employees}.
-- innocent: Wages are paid from an account at another bank, or by a payroll office under a name that does not show it.
-- innocent: Subcontractors do the work, or the owners and their family do.
-- innocent: Workers are lent by an agency, whose invoices say nothing of labour.

WITH labour AS (
    SELECT p.party_id, max(p.sector) AS sector, max(p.employees) AS employees, max(lower(trim(p.name))) AS name
    FROM parties p
    JOIN sector_codes c ON starts_with(replace(p.sector, '.', ''), replace(c.nace, '.', ''))
    WHERE p.kind = 'company' AND array_has(string_to_array($environments, ','), c.environment)
    GROUP BY p.party_id
),
held AS (
    SELECT DISTINCT h.account_id, labour.party_id, labour.name
    FROM account_holders h JOIN labour ON labour.party_id = h.party_id
    WHERE h.role = 'holder' AND (labour.employees IS NULL OR labour.employees > 1)
),
moves AS (
    SELECT held.party_id, held.name, m.entry_id, m.direction, m.amount, m.month, m.other, m.at, m.day_only, own.party_id IS NOT NULL AS to_own_seen,
           m.counterparty_account_id, lower(trim(m.counterparty_name)) = held.name AS to_own_name
    FROM movements m
    JOIN held ON held.account_id = m.account_id
    LEFT JOIN held AS own ON own.account_id = m.counterparty_account_id AND own.party_id = held.party_id
    WHERE m.currency = $currency
),
no_sales AS (
    SELECT DISTINCT entry_id FROM entry_marks
    WHERE mark IN ('loan', 'tax', 'insurance', 'benefit', 'payroll_tax', 'wage_tax', 'social_contributions') AND direction = 'credit'
),
pay AS (
    SELECT DISTINCT entry_id FROM entry_marks
    WHERE mark IN ('wage', 'wage_tax', 'payroll_tax', 'social_contributions') AND direction = 'debit'
),
told AS (
    SELECT moves.*,
           pay.entry_id IS NOT NULL AS is_pay,
           moves.direction = 'credit' AND no_sales.entry_id IS NULL AND NOT moves.to_own_seen AND NOT coalesce(moves.to_own_name, false) AS is_sale,
           moves.direction = 'debit' AND NOT moves.to_own_seen AND coalesce(moves.to_own_name, false) AS is_moved,
           moves.direction = 'debit' AND sub.account_id IS NOT NULL AND NOT moves.to_own_seen AS is_sub
    FROM moves
    LEFT JOIN pay ON pay.entry_id = moves.entry_id
    LEFT JOIN no_sales ON no_sales.entry_id = moves.entry_id
    LEFT JOIN (SELECT DISTINCT h.account_id FROM account_holders h JOIN labour ON labour.party_id = h.party_id) AS sub
        ON sub.account_id = moves.counterparty_account_id
),
sums AS (
    SELECT party_id,
           count(DISTINCT CASE WHEN is_sale THEN month END) AS months,
           sum(CASE WHEN is_sale THEN amount ELSE 0 END) AS turnover,
           sum(CASE WHEN is_pay THEN amount ELSE 0 END) AS payroll,
           sum(CASE WHEN is_moved THEN amount ELSE 0 END) AS moved,
           sum(CASE WHEN is_sub AND NOT is_pay THEN amount ELSE 0 END) AS subcontracted,
           bool_or(day_only) AS day_only
    FROM told
    GROUP BY party_id
),
peers AS (
    SELECT l.party_id, first_value(CAST(q.p10 AS DECIMAL(9, 4)) ORDER BY length(q.sector) DESC, q.p10) AS p10
    FROM labour l
    JOIN list_sector_peers q ON starts_with(replace(l.sector, '.', ''), replace(q.sector, '.', ''))
    WHERE q.measure = 'payroll_share' AND q.p10 IS NOT NULL
    GROUP BY l.party_id
),
hits AS (
    SELECT sums.*, labour.employees, coalesce(peers.p10, $lowest_share) AS expected
    FROM sums
    JOIN labour ON labour.party_id = sums.party_id
    LEFT JOIN peers ON peers.party_id = sums.party_id
    WHERE sums.months >= $minimum_months
      AND sums.turnover >= $minimum_turnover
      AND sums.moved <= $most_to_own * sums.turnover
      AND sums.subcontracted <= $most_subcontracted * sums.turnover
      AND sums.payroll < coalesce(peers.p10, $lowest_share) * sums.turnover
),
-- All that was paid for labour, and the largest receipts; the figures rest on all.
ranked AS (
    SELECT party_id, entry_id, at, is_pay, row_number() OVER (PARTITION BY party_id, is_pay ORDER BY amount DESC, entry_id) AS place
    FROM told
    LEFT SEMI JOIN hits ON hits.party_id = told.party_id
    WHERE is_pay OR is_sale
),
cited AS (
    SELECT party_id, min(at) AS from_time, max(at) AS to_time,
           array_agg(entry_id ORDER BY is_pay DESC, place) FILTER (WHERE place <= 25) AS entries,
           array_agg(CASE WHEN is_pay THEN 'pay' ELSE 'in' END ORDER BY is_pay DESC, place) FILTER (WHERE place <= 25) AS roles
    FROM ranked
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       cited.from_time,
       cited.to_time,
       'day' AS time_precision,
       cited.entries,
       cited.roles,
       'only the accounts in these records were looked at; wages may be paid from others' AS sufficiency,
       hits.months,
       hits.turnover,
       hits.payroll,
       CAST(CAST(hits.payroll AS DECIMAL(24, 4)) / CAST(hits.turnover AS DECIMAL(24, 4)) AS DECIMAL(9, 4)) AS payroll_share,
       CAST(hits.expected AS DECIMAL(9, 4)) AS expected,
       hits.employees
FROM hits
JOIN cited ON cited.party_id = hits.party_id
