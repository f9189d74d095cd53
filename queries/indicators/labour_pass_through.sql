-- id: THB-23
-- version: 1
-- title: A labour provider passes on what clients pay; no payroll tax from accounts in these records
-- title[nl]: Een uitlener geeft door wat klanten betalen; geen loonheffing van rekeningen in deze gegevens
-- describes: business
-- form: L
-- family: business
-- gate: pass-through
-- needs: movements.entry_id, movements.account_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.second, movements.other, movements.counterparty_account_id, account_holders.account_id,
--   account_holders.party_id, account_holders.role, parties.party_id, parties.kind, parties.sector, sector_codes.nace, sector_codes.environment,
--   entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.second
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: environments text employment_agencies,cleaning,construction -- of the lexicon of sectors: who hires out or supplies people
-- parameter: share decimal 0.80 -- of what came in, passed on; a provider's margin is seldom more than a fifth
-- parameter: days number 3 -- 72 hours as calendar days; wages and subcontractors are paid soon after a client pays
-- parameter: tax_days number 183 -- without wage tax, payroll tax or social contributions; half a year has at least two terms
-- parameter: minimum_events number 5 -- incoming payments in that time
-- parameter: minimum_inflow decimal 2500 -- in that time, as in ML-08
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties p JOIN account_holders h ON
--   h.party_id = p.party_id AND h.role = 'holder' WHERE p.kind = 'company') AS counted WHERE n = 0 -- no account of a
--   company is in these records -- ask banks for the accounts of the businesses concerned
-- lack: SELECT p.party_id FROM parties p LEFT SEMI JOIN (SELECT party_id FROM account_holders WHERE role = 'holder') AS h
--   ON h.party_id = p.party_id WHERE p.kind = 'company' AND p.sector IS NULL -- the sector of these companies is not in
--   these records -- ask the company register for their activity codes
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h JOIN
--   parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another currency,
--   without a rate -- ask for the amounts in the currency of the case, or set it to theirs
-- source: practice of Europol and labour inspectorates; indicator THB-23, the rule is the project's own, after ML-08
-- source: exact definition here: in half a year (183 days), ending on the last day with money in, of at least 2,500 from at
--   least 5 payments, at least 80 % goes out, and of 80 % of each receipt at least 80 % within 72 hours (counted in days; what came first goes first), to people, cash, other
--   labour providers or accounts of unknown holders, and no account of the company pays wage tax, payroll tax or social
--   contributions, nor tax at all, and none pays a payroll office (69.20). The records must cover that half year.
-- explanation: In half a year {inflow} {currency} came in with {events} payments; {passed_on} of it ({share_passed_on})
--   left, most of it within {days} days, to people, in cash or to other labour providers. No wage tax, payroll tax or social
--   contributions were paid in that time from the accounts in these records.
-- explanation[nl]: In een half jaar kwam {inflow} {currency} binnen met {events} betalingen; {passed_on} daarvan (deel:
--   {share_passed_on}) ging, meest binnen {days} dagen, naar personen, in contanten of naar andere uitleners. In die tijd is van de
--   rekeningen in deze gegevens geen loonheffing of sociale bijdrage betaald.
-- innocent: A payroll office or a sister company pays wages and taxes.
-- innocent: The tax is paid from a blocked account (G-rekening) or an account at another bank.
-- innocent: Factoring: invoices are sold, and the money goes on to the factor.

WITH sectors AS (
    SELECT DISTINCT p.party_id
    FROM parties p
    JOIN sector_codes c ON starts_with(replace(p.sector, '.', ''), replace(c.nace, '.', ''))
    WHERE p.kind = 'company' AND array_has(string_to_array($environments, ','), c.environment)
),
held AS (
    SELECT DISTINCT h.account_id, h.party_id FROM account_holders h LEFT SEMI JOIN sectors ON sectors.party_id = h.party_id
    WHERE h.role = 'holder'
),
-- Companies that are no labour providers: what goes there buys things, or sells invoices.
other_companies AS (
    SELECT DISTINCT h.account_id, replace(coalesce(p.sector, ''), '.', '') AS sector
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    LEFT ANTI JOIN sectors ON sectors.party_id = p.party_id
    WHERE h.role = 'holder' AND p.kind = 'company'
),
moves AS (
    SELECT held.party_id, m.account_id, m.entry_id, m.direction, m.amount, m.channel, m.at, m.day_only, m.second / 86400 AS on_day, m.counterparty_account_id,
           c.sector AS sector,
           m.direction = 'debit'
               AND c.account_id IS NULL
               AND m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest', 'loan')
               AND m.counterparty_status <> 'bank'
               AND NOT regexp_like(lower(coalesce(m.counterparty_name, '')), '\b(factor\w*|bank|b\.?v\.?|n\.?v\.?|gmbh|s\.?r\.?l\.?|sarl|s\.?a\.?|ltd|sp\. ?z ?o\.?o\.?)(\W|$)')
               AS passes
    FROM movements m
    JOIN held ON held.account_id = m.account_id
    LEFT JOIN held AS own ON own.account_id = m.counterparty_account_id AND own.party_id = held.party_id
    LEFT JOIN other_companies c ON c.account_id = m.counterparty_account_id
    WHERE m.currency = $currency AND own.account_id IS NULL AND m.amount > 0
),
windows AS (
    SELECT party_id, max(CASE WHEN direction = 'credit' THEN on_day END) AS last_day, min(on_day) AS seen_from,
           max(CASE WHEN direction = 'debit' AND starts_with(sector, '6920') THEN on_day END) AS bureau_day
    FROM moves
    GROUP BY party_id
),
taxed AS (
    SELECT held.party_id, max(t.second / 86400) AS last_tax
    FROM entry_marks t
    JOIN held ON held.account_id = t.account_id
    WHERE t.mark IN ('payroll_tax', 'wage_tax', 'social_contributions', 'tax') AND t.direction = 'debit'
    GROUP BY held.party_id
),
asked AS (
    SELECT w.party_id, w.last_day - $tax_days + 1 AS first_day, w.last_day
    FROM windows w
    LEFT JOIN taxed ON taxed.party_id = w.party_id
    WHERE w.seen_from <= w.last_day - $tax_days + 31
      AND coalesce(taxed.last_tax, 0) < w.last_day - $tax_days + 1
      AND coalesce(w.bureau_day, 0) < w.last_day - $tax_days + 1
),
inside AS (
    SELECT moves.*, a.last_day
    FROM moves JOIN asked a ON a.party_id = moves.party_id
    WHERE moves.on_day >= a.first_day AND moves.on_day <= a.last_day + $days
      AND (moves.direction = 'debit' OR moves.on_day <= a.last_day)
),
days AS (
    SELECT party_id, on_day,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS received,
           sum(CASE WHEN passes THEN amount ELSE 0 END) AS passing
    FROM inside
    GROUP BY party_id, on_day
),
running AS (
    SELECT *, sum(received * $share) OVER line AS came, sum(passing) OVER line AS went
    FROM days
    WINDOW line AS (PARTITION BY party_id ORDER BY on_day)
),
-- The share of each receipt that a provider would pass on; what goes beyond it is not kept for later receipts.
own_money AS (
    SELECT *, went - greatest(max(went - came) OVER (PARTITION BY party_id ORDER BY on_day), 0) AS from_inflow
    FROM running
),
soon AS (
    SELECT *, max(from_inflow) OVER (PARTITION BY party_id ORDER BY on_day RANGE BETWEEN CURRENT ROW AND $days FOLLOWING) AS gone_soon
    FROM own_money
),
reach AS (
    SELECT party_id, sum(received) AS inflow, sum(passing) AS passing,
           sum(least(greatest(gone_soon - (came - received * $share), 0), received * $share)) AS left_soon
    FROM soon
    GROUP BY party_id
),
counted AS (
    SELECT party_id, count(*) AS events FROM inside WHERE direction = 'credit' GROUP BY party_id
),
hits AS (
    SELECT r.party_id, r.inflow, least(r.passing, r.inflow) AS passed_on, c.events
    FROM reach r JOIN counted c ON c.party_id = r.party_id
    WHERE r.inflow >= $minimum_inflow AND c.events >= $minimum_events AND r.passing >= $share * r.inflow
      AND r.left_soon >= $share * $share * r.inflow
),
cited AS (
    SELECT i.party_id, first_value(i.account_id ORDER BY i.amount DESC, i.account_id) AS account_id, min(i.at) AS from_time, max(i.at) AS to_time,
           array_agg(i.entry_id ORDER BY i.at, i.entry_id) AS entries,
           array_agg(CASE WHEN i.direction = 'credit' THEN 'in' ELSE 'exit' END ORDER BY i.at, i.entry_id) AS roles
    FROM inside i LEFT SEMI JOIN hits ON hits.party_id = i.party_id
    WHERE i.direction = 'credit' OR i.passes
    GROUP BY i.party_id
)
SELECT c.account_id,
       h.party_id,
       c.from_time,
       c.to_time,
       'day' AS time_precision,
       c.entries,
       c.roles,
       'only the accounts in these records were looked at; taxes may be paid from others' AS sufficiency,
       h.inflow,
       h.passed_on,
       CAST(CAST(h.passed_on AS DECIMAL(22, 4)) / CAST(h.inflow AS DECIMAL(22, 4)) AS DECIMAL(9, 4)) AS share_passed_on,
       h.events
FROM hits h
JOIN cited c ON c.party_id = h.party_id
