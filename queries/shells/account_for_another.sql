-- id: SM-01
-- version: 2
-- title: Account held by one and used by another
-- title[nl]: Rekening op naam van de een, gebruikt door de ander
-- describes: controller
-- form: -
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.purpose, entries.remittance,
--   entries.counterparty_account_id, entries.counterparty_name, entries.counterparty_status, same_entries.entry_id, account_holders.account_id,
--   account_holders.party_id, account_holders.role, account_holders.source_id, parties.party_id, parties.kind,
--   parties.category, relations.subject, relations.object, relations.kind, account_holders.from_date,
--   account_holders.to_date
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.50 -- more than this of what goes out, and of what comes in
-- parameter: minimum_inflow decimal 2500 -- in these records
-- parameter: minimum_to_controller decimal 500 -- to accounts of the one with the mandate: cash alone does not say
--   who takes it
-- parameter: income_purposes text ^(SALA|PENS|BENE|SSBE|BECH|PAYR)$ -- purpose codes of wages, pensions and benefits
-- parameter: income_words text
--   \bloon|\blonen\b|(net|maand|week|dag|vakantie)loon|salari|\bwages?\b|salary|payroll|lohn|gehalt|salaire|pensioen|pension|rente\b|uitkering|\baow\b|bijstand|leefloon|kinderbijslag|toeslag|benefit|allowance
--   -- words of wages, pensions and benefits; long stems also inside a word, as in ouderdomspensioen
-- parameter: income_payers text
--   belastingdienst|finanzamt|\bhmrc\b|urssaf|\buwv\b|\bsvb\b|sociale verzekeringsbank|pensioenfonds|rentenversicherung|bundesagentur|department
--   for work and pensions|\bdwp\b -- offices that pay pensions, benefits and taxes back, by the name of the payer
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM account_holders WHERE role =
--   'mandate') AS counted WHERE n = 0 -- mandates on accounts are not in these records -- ask banks for all who may
--   act on the accounts, with dates
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT account_id FROM account_holders WHERE
--   role = 'mandate') -- amounts in another currency than the threshold, without a rate -- ask for the amounts in the
--   currency of the case, or set the threshold in theirs
-- source: point 8 of the list of indicators: one holds, another has means, use and control; FATF and Egmont Group,
--   Concealment of Beneficial Ownership (2018) on informal nominees. Exact definition here
-- explanation: This party may act on an account that stands in another's name. {share_out} of what left it
--   ({outflow} {currency}) went to accounts of this party ({to_controller}) or in cash ({in_cash}), and
--   {share_not_own} of what came in ({inflow} {currency}) is neither wage, pension or benefit nor from an own account
--   of the one in whose name it stands.
-- explanation[nl]: Deze partij mag handelen op een rekening die op naam van een ander staat. {share_out} van wat
--   eraf ging ({outflow} {currency}) ging naar rekeningen van deze partij ({to_controller}) of werd contant opgenomen
--   ({in_cash}), en {share_not_own} van wat binnenkwam ({inflow} {currency}) is geen loon, pensioen of uitkering en
--   komt niet van een eigen rekening van de houder.
-- innocent: A child or carer who manages the account of a parent, and is paid back for purchases.
-- innocent: Partners who move household money between their accounts.
-- innocent: An administrator or guardian appointed by a court, or a budget manager.
-- innocent: A treasurer who collects for a club on an account in somebody's name.

WITH held AS (
    SELECT DISTINCT h.account_id, h.party_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'person'
),
-- Each mandate of somebody who is no holder of the account, while it lasts. Whom a person protects is nobody to look for
-- here.
periods AS (
    SELECT DISTINCT m.account_id, m.party_id AS controller, m.from_date, m.to_date,
           concat(m.source_id, ':', CAST(m.byte_start AS VARCHAR), '-', CAST(m.byte_end AS VARCHAR)) AS place
    FROM account_holders m
    JOIN parties c ON c.party_id = m.party_id
    LEFT SEMI JOIN held ON held.account_id = m.account_id
    LEFT ANTI JOIN account_holders AS own ON own.account_id = m.account_id AND own.party_id = m.party_id AND own.role = 'holder'
    WHERE m.role = 'mandate' AND c.category <> 'victim or possible victim'
),
-- Accounts of the one with the mandate. What a holder pays to an account that is also his own stays with him.
targets AS (
    SELECT DISTINCT p.account_id, p.controller, t.account_id AS target
    FROM periods p
    JOIN account_holders t ON t.party_id = p.controller AND t.role = 'holder'
    LEFT ANTI JOIN (
        SELECT held.account_id, theirs.account_id AS target
        FROM held
        JOIN account_holders theirs ON theirs.party_id = held.party_id AND theirs.role = 'holder'
    ) AS joint ON joint.account_id = p.account_id AND joint.target = t.account_id
),
-- Where the holder's own money comes from: his other accounts, and those of whom he works for.
payers AS (
    SELECT DISTINCT held.account_id, theirs.account_id AS payer
    FROM held
    JOIN (
        SELECT party_id AS one, party_id AS other FROM parties
        UNION ALL
        SELECT subject, object FROM relations WHERE kind = 'employment'
    ) AS ties ON ties.one = held.party_id
    JOIN account_holders theirs ON theirs.party_id = ties.other AND theirs.role = 'holder'
),
moves AS (
    SELECT e.account_id, e.entry_id, e.direction, e.amount, e.channel, e.counterparty_account_id,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day,
           e.direction = 'credit' AND (
               regexp_like(coalesce(e.purpose, ''), $income_purposes)
               OR regexp_like(coalesce(e.remittance, ''), $income_words, 'i')
               OR regexp_like(concat_ws(' ', e.counterparty_name, e.remittance), $income_payers, 'i')
               OR o.payer IS NOT NULL
           ) AS is_own
    FROM entries e
    LEFT SEMI JOIN periods ON periods.account_id = e.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    LEFT JOIN payers o ON o.account_id = e.account_id AND o.payer = e.counterparty_account_id
    WHERE NOT e.reversal AND e.amount > 0 AND e.currency = $currency
      AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)
      AND NOT (e.direction = 'debit' AND (e.channel IN ('fee', 'interest') OR e.counterparty_status = 'bank'))
),
-- While the mandate lasts; two mandates over one day are one.
judged AS (
    SELECT m.account_id, p.controller, m.entry_id, m.direction, m.amount, t.target, m.day,
           array_agg(DISTINCT p.place ORDER BY p.place) AS records,
           CASE
               WHEN m.is_own THEN 'own'
               WHEN m.direction = 'credit' THEN 'in'
               WHEN t.target IS NOT NULL THEN 'to controller'
               WHEN m.channel IN ('cash_atm', 'cash_branch') THEN 'cash'
               ELSE 'other'
           END AS role
    FROM moves m
    JOIN periods p ON p.account_id = m.account_id
    LEFT JOIN targets t ON t.account_id = m.account_id AND t.controller = p.controller AND t.target = m.counterparty_account_id
    WHERE (p.from_date IS NULL OR m.day >= p.from_date) AND (p.to_date IS NULL OR m.day <= p.to_date)
    GROUP BY m.account_id, p.controller, m.entry_id, m.direction, m.amount, m.channel, m.is_own, t.target, m.day
),
summed AS (
    SELECT *,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) OVER line AS inflow,
           sum(CASE WHEN role = 'in' THEN amount ELSE 0 END) OVER line AS not_own,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) OVER line AS outflow,
           sum(CASE WHEN role = 'to controller' THEN amount ELSE 0 END) OVER line AS to_controller,
           sum(CASE WHEN role = 'cash' THEN amount ELSE 0 END) OVER line AS in_cash
    FROM judged
    WINDOW line AS (PARTITION BY account_id, controller)
),
numbered AS (
    SELECT *,
           CASE WHEN target IS NOT NULL THEN sum(amount) OVER (PARTITION BY account_id, controller, target) END AS to_target,
           row_number() OVER (PARTITION BY account_id, controller ORDER BY amount DESC, entry_id) AS place
    FROM summed
    WHERE inflow >= $minimum_inflow AND not_own > $share * inflow
      AND to_controller + in_cash > $share * outflow AND to_controller >= $minimum_to_controller
      AND role <> 'own' AND role <> 'other'
)
SELECT account_id,
       controller AS party_id,
       min(day) AS from_time,
       max(day) AS to_time,
       array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
       array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles,
       first_value(records ORDER BY place) AS records,
       first_value(target ORDER BY CASE WHEN target IS NULL THEN 1 ELSE 0 END, to_target DESC, target) AS exit_account,
       max(inflow) AS inflow,
       CAST(CAST(max(not_own) AS DECIMAL(24, 4)) / CAST(max(inflow) AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_not_own,
       max(outflow) AS outflow,
       max(to_controller) AS to_controller,
       max(in_cash) AS in_cash,
       CAST(CAST((max(to_controller) + max(in_cash)) AS DECIMAL(24, 4)) / CAST(max(outflow) AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_out
FROM numbered
GROUP BY account_id, controller
