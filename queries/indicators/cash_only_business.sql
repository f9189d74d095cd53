-- id: THB-38
-- version: 2
-- title: Business that lives on cash deposits and pays hardly any supplier
-- title[nl]: Bedrijf dat van contante stortingen leeft en nauwelijks leveranciers betaalt
-- describes: business
-- form: *
-- family: business
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.counterparty_account_id, movements.month, entry_marks.mark, entry_marks.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.kind, parties.sector
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: cash_percent number 70 -- at least this share of what comes in is cash
-- parameter: supplier_percent number 20 -- less than this share of what goes out is paid to suppliers
-- parameter: minimum_months number 3 -- in a row, each of them
-- parameter: minimum_credits decimal 1000 -- in each month; of less nothing can be said
-- parameter: minimum_deposits number 2 -- in each month; one deposit is no repeated one
-- parameter: cash_sectors text 47.8,47.99,49.32,94.91 -- NACE prefixes of stalls and markets, vending, taxis and churches,
--   which take cash as a rule; empty: no sector is left out
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties p JOIN account_holders h ON
--   h.party_id = p.party_id AND h.role = 'holder' WHERE p.kind = 'company') AS counted WHERE n = 0 -- no account of a
--   company is in these records -- ask banks for the accounts of the businesses concerned
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h JOIN
--   parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another currency than
--   the threshold, without a rate -- ask for the amounts in the currency of the case, or set the threshold in theirs
-- gap: channel = 'unknown' AND counterparty_status = 'unknown' AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- for these amounts the
--   records do not say whether they are cash -- ask the bank for the transaction type of each entry
-- source: FIN-2020-A008: consistent cash deposits without the electronic payments that go with lawful business
-- source: indicator THB-38, exact definition here: on all accounts of a company in 3 calendar months in a row at least 70 %
--   of what came in was cash (at least 2 deposits and 1,000), and less than 20 % of what went out was paid to companies, by
--   direct debit, or for supplies, energy, rent, laundry, insurance, staff or taxes; own accounts apart
-- explanation: In {months} months in a row {cash} of {credits} {currency} that came in was cash, and {to_suppliers} of
--   {debits} {currency} that went out was paid to suppliers, staff or taxes. In the month with most of it cash was
--   {highest_cash_percent} per cent.
-- explanation[nl]: In {months} maanden achter elkaar was {cash} van de {credits} {currency} die binnenkwam contant, en ging
--   {to_suppliers} van de {debits} {currency} die eruit ging naar leveranciers, personeel of belastingen. In de maand met
--   het meeste was {highest_cash_percent} procent contant.
-- innocent: A market stall or kiosk that buys its stock for cash too.
-- innocent: A business that pays suppliers from an account that is not in these records.
-- innocent: A business of which customers pay cash by habit, such as a barber, a laundrette or a snack bar.

WITH held AS (
    SELECT DISTINCT h.account_id, h.party_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'company'
      AND NOT array_has(string_to_array(replace($cash_sectors, '.', ''), ','), substr(replace(coalesce(p.sector, ''), '.', ''), 1, 3))
      AND NOT array_has(string_to_array(replace($cash_sectors, '.', ''), ','), substr(replace(coalesce(p.sector, ''), '.', ''), 1, 4))
),
companies AS (
    SELECT DISTINCT h.account_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'company'
),
trade AS (
    SELECT DISTINCT entry_id
    FROM entry_marks
    WHERE direction = 'debit' AND mark IN ('supplies', 'utilities', 'rent', 'laundry', 'insurance', 'wage', 'payroll_tax',
          'social_contributions', 'tax', 'groceries', 'fuel', 'advertising', 'booking_platform', 'telecom')
),
moves AS (
    SELECT held.party_id, m.account_id, m.entry_id, m.day, m.month, m.direction, m.amount,
           CASE
               WHEN m.direction = 'credit' AND m.channel IN ('cash_atm', 'cash_branch') THEN 'cash in'
               WHEN m.direction = 'credit' THEN 'in'
               WHEN m.channel = 'direct_debit' OR companies.account_id IS NOT NULL OR trade.entry_id IS NOT NULL THEN 'supplier'
               ELSE 'out'
           END AS role
    FROM movements m
    JOIN held ON held.account_id = m.account_id
    LEFT ANTI JOIN held AS own ON own.account_id = m.counterparty_account_id AND own.party_id = held.party_id
    LEFT JOIN companies ON companies.account_id = m.counterparty_account_id
    LEFT JOIN trade ON trade.entry_id = m.entry_id
    WHERE m.currency = $currency AND m.amount > 0 AND m.channel NOT IN ('fee', 'interest')
),
months AS (
    SELECT party_id, month,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS credits,
           sum(CASE WHEN role = 'cash in' THEN amount ELSE 0 END) AS cash,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS debits,
           sum(CASE WHEN role = 'supplier' THEN amount ELSE 0 END) AS to_suppliers,
           sum(CASE WHEN role = 'cash in' THEN 1 ELSE 0 END) AS deposits
    FROM moves
    GROUP BY party_id, month
),
lean AS (
    SELECT *, month - CAST(row_number() OVER (PARTITION BY party_id ORDER BY month) AS BIGINT) AS run
    FROM months
    WHERE credits >= $minimum_credits AND deposits >= $minimum_deposits AND debits > 0
      AND cash * 100 >= credits * $cash_percent
      AND to_suppliers * 100 < debits * $supplier_percent
),
hits AS (
    SELECT party_id, run, count(*) AS months, min(month) AS first_month, max(month) AS last_month, sum(credits) AS credits,
           sum(cash) AS cash, sum(debits) AS debits, sum(to_suppliers) AS to_suppliers, sum(deposits) AS deposits,
           max(CAST(cash * 100 / credits AS DECIMAL(18, 1))) AS highest_cash_percent
    FROM lean
    GROUP BY party_id, run
    HAVING count(*) >= $minimum_months
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT h.party_id, h.run, m.account_id, m.entry_id, m.day, m.role, m.amount,
           row_number() OVER (PARTITION BY h.party_id, h.run, m.role ORDER BY m.amount DESC, m.entry_id) AS place
    FROM hits h
    JOIN moves m ON m.party_id = h.party_id AND m.month >= h.first_month AND m.month <= h.last_month
)
SELECT first_value(c.account_id ORDER BY CASE WHEN c.role = 'cash in' THEN 0 ELSE 1 END, c.amount DESC, c.entry_id) AS account_id,
       h.party_id,
       min(c.day) AS from_time,
       max(c.day) AS to_time,
       array_agg(c.entry_id ORDER BY c.day, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.day, c.entry_id) AS roles,
       CASE
           WHEN max(p.sector) IS NULL THEN 'sector of the company not known; only its accounts in these records were looked at'
           ELSE 'only the accounts in these records were looked at; the company may have others'
       END AS sufficiency,
       max(h.months) AS months, max(h.credits) AS credits, max(h.cash) AS cash, max(h.debits) AS debits,
       max(h.to_suppliers) AS to_suppliers, max(h.deposits) AS deposits, max(h.highest_cash_percent) AS highest_cash_percent
FROM hits h
JOIN cited c ON c.party_id = h.party_id AND c.run = h.run
JOIN parties p ON p.party_id = h.party_id
WHERE c.place <= 15
GROUP BY h.party_id, h.run
