-- id: SM-01
-- version: 1
-- title: Account held by one and used by another
-- title[nl]: Rekening op naam van de een, gebruikt door de ander
-- describes: controller
-- form: -
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.purpose, entries.remittance,
--   entries.counterparty_account_id, entries.counterparty_status, same_entries.entry_id, account_holders.account_id,
--   account_holders.party_id, account_holders.role, account_holders.source_id, parties.party_id, parties.kind,
--   parties.category, relations.subject, relations.object, relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.50 -- more than this of what goes out, and of what comes in
-- parameter: minimum_inflow decimal 2500 -- in these records
-- parameter: minimum_to_controller decimal 500 -- to accounts of the one with the mandate: cash alone does not say
--   who takes it
-- parameter: income_purposes text ^(SALA|PENS|BENE|SSBE|BECH|PAYR)$ -- purpose codes of wages, pensions and benefits
-- parameter: income_words text
--   \b(loon|lonen|salaris|wage|wages|salary|payroll|lohn|gehalt|salaire|pensioen|pension|rente|uitkering|aow|bijstand|leefloon|kinderbijslag|toeslag|toeslagen|benefit|allowance)\b
--   -- words of wages, pensions and benefits
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

WITH protected AS (
    SELECT party_id FROM parties WHERE category = 'victim or possible victim'
),
held AS (
    SELECT DISTINCT h.account_id, h.party_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'person'
),
-- A mandate of somebody who is no holder of the account.
mandates AS (
    SELECT m.account_id, m.party_id AS controller, concat(m.source_id, ':', CAST(m.byte_start AS VARCHAR), '-', CAST(m.byte_end AS VARCHAR)) AS place
    FROM account_holders m
    LEFT SEMI JOIN held AS any_holder ON any_holder.account_id = m.account_id
    LEFT ANTI JOIN account_holders AS own ON own.account_id = m.account_id AND own.party_id = m.party_id AND own.role = 'holder'
    LEFT ANTI JOIN protected ON protected.party_id = m.party_id
    WHERE m.role = 'mandate'
),
moves AS (
    SELECT e.account_id, e.entry_id, e.direction, e.amount, e.channel, e.counterparty_account_id,
           coalesce(e.purpose, '') AS purpose, coalesce(e.remittance, '') AS words,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    LEFT SEMI JOIN mandates ON mandates.account_id = e.account_id
    WHERE NOT e.reversal AND e.amount > 0 AND e.currency = $currency
      AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)
      AND NOT (e.direction = 'debit' AND (e.channel IN ('fee', 'interest') OR e.counterparty_status = 'bank'))
),
employers AS (
    SELECT DISTINCT held.account_id, theirs.account_id AS payer
    FROM held
    LEFT SEMI JOIN mandates ON mandates.account_id = held.account_id
    JOIN relations r ON r.subject = held.party_id AND r.kind = 'employment'
    JOIN account_holders theirs ON theirs.party_id = r.object AND theirs.role = 'holder'
),
own_accounts AS (
    SELECT DISTINCT held.account_id, other.account_id AS payer
    FROM held
    LEFT SEMI JOIN mandates ON mandates.account_id = held.account_id
    JOIN held AS other ON other.party_id = held.party_id
),
incoming AS (
    SELECT m.account_id, m.entry_id, m.amount, m.day,
           CASE WHEN regexp_like(m.purpose, $income_purposes) OR regexp_like(m.words, $income_words, 'i')
                  OR w.payer IS NOT NULL OR o.payer IS NOT NULL THEN 1 ELSE 0 END AS is_own
    FROM moves m
    LEFT JOIN employers w ON w.account_id = m.account_id AND w.payer = m.counterparty_account_id
    LEFT JOIN own_accounts o ON o.account_id = m.account_id AND o.payer = m.counterparty_account_id
    WHERE m.direction = 'credit'
),
inflows AS (
    SELECT account_id, sum(amount) AS inflow, sum(amount * (1 - is_own)) AS not_own
    FROM incoming
    GROUP BY account_id
    HAVING sum(amount) >= $minimum_inflow AND sum(amount * (1 - is_own)) > $share * sum(amount)
),
targets AS (
    SELECT DISTINCT mandates.account_id, mandates.controller, h.account_id AS target
    FROM mandates
    JOIN account_holders h ON h.party_id = mandates.controller AND h.role = 'holder'
),
outgoing AS (
    SELECT m.account_id, c.controller, m.entry_id, m.amount, m.day, t.target,
           CASE WHEN t.target IS NOT NULL THEN 'to controller' WHEN m.channel IN ('cash_atm', 'cash_branch') THEN 'cash' ELSE 'other' END AS role
    FROM moves m
    LEFT SEMI JOIN inflows ON inflows.account_id = m.account_id
    JOIN (SELECT DISTINCT account_id, controller FROM mandates) AS c ON c.account_id = m.account_id
    LEFT JOIN targets t ON t.account_id = m.account_id AND t.controller = c.controller AND t.target = m.counterparty_account_id
    WHERE m.direction = 'debit'
),
outflows AS (
    SELECT account_id, controller, sum(amount) AS outflow,
           sum(CASE WHEN role = 'to controller' THEN amount ELSE 0 END) AS to_controller,
           sum(CASE WHEN role = 'cash' THEN amount ELSE 0 END) AS in_cash
    FROM outgoing
    GROUP BY account_id, controller
    HAVING sum(CASE WHEN role <> 'other' THEN amount ELSE 0 END) > $share * sum(amount)
       AND sum(CASE WHEN role = 'to controller' THEN amount ELSE 0 END) >= $minimum_to_controller
),
exits AS (
    SELECT account_id, controller, target, row_number() OVER (PARTITION BY account_id, controller ORDER BY amount DESC, target) AS place
    FROM (SELECT account_id, controller, target, sum(amount) AS amount FROM outgoing WHERE target IS NOT NULL GROUP BY account_id, controller, target) AS to_targets
),
shown AS (
    SELECT o.account_id, o.controller, o.entry_id, o.amount, o.day, o.role
    FROM outgoing o
    JOIN outflows f ON f.account_id = o.account_id AND f.controller = o.controller
    WHERE o.role <> 'other'
    UNION ALL
    SELECT i.account_id, f.controller, i.entry_id, i.amount, i.day, 'in'
    FROM incoming i
    JOIN outflows f ON f.account_id = i.account_id
    WHERE i.is_own = 0
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT account_id, controller, array_agg(entry_id ORDER BY place) AS entries, array_agg(role ORDER BY place) AS roles
    FROM (
        SELECT account_id, controller, entry_id, role AS role,
               row_number() OVER (PARTITION BY account_id, controller ORDER BY amount DESC, entry_id) AS place
        FROM shown
    ) AS largest
    WHERE place <= 25
    GROUP BY account_id, controller
)
SELECT f.account_id,
       f.controller AS party_id,
       spans.from_time,
       spans.to_time,
       cited.entries,
       cited.roles,
       recorded.records,
       exits.target AS exit_account,
       i.inflow,
       CAST(CAST(i.not_own AS DECIMAL(24, 4)) / CAST(i.inflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_not_own,
       f.outflow,
       f.to_controller,
       f.in_cash,
       CAST(CAST((f.to_controller + f.in_cash) AS DECIMAL(24, 4)) / CAST(f.outflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_out
FROM outflows f
JOIN inflows i ON i.account_id = f.account_id
JOIN (SELECT account_id, controller, min(day) AS from_time, max(day) AS to_time FROM shown GROUP BY account_id, controller) AS spans
    ON spans.account_id = f.account_id AND spans.controller = f.controller
JOIN cited ON cited.account_id = f.account_id AND cited.controller = f.controller
LEFT JOIN exits ON exits.account_id = f.account_id AND exits.controller = f.controller AND exits.place = 1
LEFT JOIN (SELECT account_id, controller, array_agg(DISTINCT place ORDER BY place) AS records FROM mandates GROUP BY account_id, controller) AS recorded
    ON recorded.account_id = f.account_id AND recorded.controller = f.controller
