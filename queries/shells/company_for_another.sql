-- id: SM-03
-- version: 1
-- title: Company run in the name of one without means, used by another
-- title[nl]: Vennootschap op naam van iemand zonder middelen, gebruikt door een ander
-- describes: controller
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.category, relations.subject, relations.object, relations.kind, relations.source_id, incomes.party_id,
--   incomes.year, incomes.amount, assets.party_id, assets.value, assets.kind, assets.disposed,
--   account_holders.source_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: most_income decimal 12000 -- a year, all stated kinds together: less than a minimum wage
-- parameter: most_assets decimal 10000 -- in the name of each, shares in companies left out
-- parameter: minimum_turnover decimal 25000 -- in these records
-- parameter: share decimal 0.50 -- more than this of what leaves
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM incomes) AS counted WHERE n = 0 --
--   stated incomes are not in these records -- ask the tax office for stated incomes of officers and owners
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind = 'directorship'
--   AND object IS NOT NULL) AS seen ON seen.object = p.party_id WHERE p.kind = 'company' -- who directs these
--   companies is not in these records -- ask the company register for an extract with all officers, former ones too
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT r.object FROM relations r JOIN incomes i ON
--   i.party_id = r.subject WHERE r.kind IN ('directorship', 'ownership', 'voting')) AS seen ON seen.object =
--   p.party_id WHERE p.kind = 'company' -- incomes of the officers and owners of these companies are not in these
--   records -- ask the tax office for stated incomes of officers and owners
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries) AS e ON e.account_id = h.account_id WHERE h.role = 'holder') AS seen ON
--   seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of these companies are not in
--   these records -- ask banks for the accounts of these companies and their statements
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: point 8 of the list of indicators: one holds, another has means, use and control; FATF and Egmont Group,
--   Concealment of Beneficial Ownership (2018) on informal nominees. Exact definition here
-- explanation: This party {control} of a company whose officers or owners with stated incomes have at most
--   {most_income} {currency} a year, and assets of at most {most_assets}. {turnover} {currency} came in on the
--   company's accounts; {share_received} of what left them went to accounts of this party.
-- explanation[nl]: Deze partij {control} bij een vennootschap waarvan de bestuurders of eigenaren met opgegeven
--   inkomens ten hoogste {most_income} {currency} per jaar hebben, en bezit van ten hoogste {most_assets}. Er kwam
--   {turnover} {currency} binnen op de rekeningen van de vennootschap; {share_received} van wat eraf ging, ging naar
--   rekeningen van deze partij.
-- innocent: A bookkeeper or a partner who does the payments of a starting business.
-- innocent: A single large supplier or landlord to whom most of the money goes.
-- innocent: A pensioner or student who runs a company from savings.
-- innocent: Owners who leave profits in the company and pay themselves little.

WITH held AS (
    SELECT DISTINCT h.account_id, h.party_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'company'
),
protected AS (
    SELECT party_id FROM parties WHERE category = 'victim or possible victim'
),
roles AS (
    SELECT r.object AS company, r.subject AS person, min(concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS place
    FROM relations r
    LEFT SEMI JOIN held ON held.party_id = r.object
    WHERE r.kind IN ('directorship', 'ownership', 'voting') AND r.subject IS NOT NULL
    GROUP BY r.object, r.subject
),
incomes_of AS (
    SELECT party_id, sum(total) AS total, count(*) AS years
    FROM (
        SELECT i.party_id, i.year, sum(i.amount) AS total
        FROM incomes i
        LEFT SEMI JOIN roles ON roles.person = i.party_id
        WHERE coalesce(i.currency, $currency) = $currency AND i.year IS NOT NULL
        GROUP BY i.party_id, i.year
    ) AS yearly
    GROUP BY party_id
),
assets_of AS (
    SELECT a.party_id, sum(coalesce(a.value, CAST(0 AS DECIMAL(18, 4)))) AS total
    FROM assets a
    LEFT SEMI JOIN roles ON roles.person = a.party_id
    WHERE a.kind <> 'company' AND a.disposed IS NULL
    GROUP BY a.party_id
),
-- Of every officer and owner whose incomes are known, none has means; and of at least one they are known.
poor AS (
    SELECT roles.company, count(*) AS persons, array_agg(DISTINCT roles.place ORDER BY roles.place) AS records
    FROM roles
    JOIN incomes_of i ON i.party_id = roles.person
    LEFT JOIN assets_of a ON a.party_id = roles.person
    GROUP BY roles.company
    HAVING max(CASE WHEN i.total <= CAST($most_income AS DECIMAL(18, 4)) * CAST(i.years AS DECIMAL(9, 0)) AND coalesce(a.total, CAST(0 AS DECIMAL(28, 4))) <= CAST($most_assets AS DECIMAL(28, 4)) THEN 0 ELSE 1 END) = 0
),
-- What came in and went out, without copies, what was taken back, and what moved between accounts of one company.
moves AS (
    SELECT held.party_id,
           e.account_id,
           e.entry_id,
           e.direction,
           e.amount,
           e.counterparty_account_id,
           e.channel,
           e.counterparty_status,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day
    FROM entries e
    JOIN held ON held.account_id = e.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    LEFT JOIN held AS own ON own.account_id = e.counterparty_account_id AND own.party_id = held.party_id
    WHERE own.account_id IS NULL
      AND NOT e.reversal
      AND e.amount > 0
      AND e.currency = $currency
      AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)
),
flows AS (
    SELECT m.party_id,
           sum(CASE WHEN m.direction = 'credit' THEN m.amount ELSE 0 END) AS turnover,
           sum(CASE WHEN m.direction = 'debit' THEN m.amount ELSE 0 END) AS outflow,
           min(m.day) AS from_time, max(m.day) AS to_time
    FROM moves m
    LEFT SEMI JOIN poor ON poor.company = m.party_id
    GROUP BY m.party_id
    HAVING sum(CASE WHEN m.direction = 'credit' THEN m.amount ELSE 0 END) >= $minimum_turnover
),
received AS (
    SELECT m.party_id AS company, h.party_id AS other, sum(m.amount) AS amount
    FROM moves m
    LEFT SEMI JOIN flows ON flows.party_id = m.party_id
    JOIN account_holders h ON h.account_id = m.counterparty_account_id AND h.role = 'holder'
    WHERE m.direction = 'debit'
    GROUP BY m.party_id, h.party_id
),
mandates AS (
    SELECT held.party_id AS company, m.party_id AS other, min(concat(m.source_id, ':', CAST(m.byte_start AS VARCHAR), '-', CAST(m.byte_end AS VARCHAR))) AS place
    FROM account_holders m
    JOIN held ON held.account_id = m.account_id
    WHERE m.role = 'mandate'
    GROUP BY held.party_id, m.party_id
),
candidates AS (
    SELECT company, other FROM mandates
    UNION
    SELECT r.company, r.other FROM received r JOIN flows f ON f.party_id = r.company WHERE f.outflow > 0 AND r.amount > $share * f.outflow
),
hits AS (
    SELECT c.company, c.other, f.turnover, f.outflow, f.from_time, f.to_time, coalesce(r.amount, 0) AS received, m.place
    FROM candidates c
    JOIN flows f ON f.party_id = c.company
    LEFT JOIN received r ON r.company = c.company AND r.other = c.other
    LEFT JOIN mandates m ON m.company = c.company AND m.other = c.other
    LEFT ANTI JOIN roles ON roles.company = c.company AND roles.person = c.other
    LEFT ANTI JOIN protected ON protected.party_id = c.other
    WHERE c.other <> c.company
),
shown AS (
    SELECT h.company, h.other, m.entry_id, m.direction, m.amount
    FROM hits h
    JOIN moves m ON m.party_id = h.company
    LEFT JOIN account_holders t ON t.account_id = m.counterparty_account_id AND t.party_id = h.other AND t.role = 'holder'
    WHERE m.direction = 'credit' OR t.account_id IS NOT NULL
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT company, other, array_agg(entry_id ORDER BY place) AS entries, array_agg(role ORDER BY place) AS roles
    FROM (
        SELECT company, other, entry_id, CASE WHEN direction = 'credit' THEN 'in' ELSE 'to controller' END AS role,
               row_number() OVER (PARTITION BY company, other ORDER BY amount DESC, entry_id) AS place
        FROM shown
    ) AS largest
    WHERE place <= 25
    GROUP BY company, other
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.other AS party_id,
       hits.from_time,
       hits.to_time,
       cited.entries,
       cited.roles,
       CASE WHEN hits.place IS NULL THEN poor.records ELSE array_append(poor.records, hits.place) END AS records,
       'means that are not stated (savings, income from abroad) are not in these records' AS sufficiency,
       CASE WHEN hits.place IS NOT NULL AND hits.outflow > 0 AND hits.received > $share * hits.outflow THEN 'may act on an account and receives most of what leaves'
            WHEN hits.place IS NOT NULL THEN 'may act on an account'
            ELSE 'receives most of what leaves' END AS control,
       hits.company AS company,
       poor.persons,
       hits.turnover,
       hits.received,
       CASE WHEN hits.outflow > 0 THEN CAST(CAST(hits.received AS DECIMAL(24, 4)) / CAST(hits.outflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) END AS share_received
FROM hits
JOIN poor ON poor.company = hits.company
JOIN cited ON cited.company = hits.company AND cited.other = hits.other
