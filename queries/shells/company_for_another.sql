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
active AS (
    SELECT *
    FROM (
        SELECT m.party_id AS company, m.entry_id, m.direction, m.amount, m.day, m.counterparty_account_id, poor.persons, poor.records,
               sum(CASE WHEN m.direction = 'credit' THEN m.amount ELSE 0 END) OVER (PARTITION BY m.party_id) AS turnover,
               sum(CASE WHEN m.direction = 'debit' THEN m.amount ELSE 0 END) OVER (PARTITION BY m.party_id) AS outflow
        FROM moves m
        JOIN poor ON poor.company = m.party_id
    ) AS summed
    WHERE turnover >= $minimum_turnover
),
holders AS (
    SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder'
),
-- Who received what, and who may act on an account, whether or not he received anything.
others AS (
    SELECT company, other, sum(amount) AS received, max(outflow) AS outflow, max(place) AS place
    FROM (
        SELECT a.company, h.party_id AS other, a.amount, a.outflow, CAST(NULL AS VARCHAR) AS place
        FROM active a
        JOIN holders h ON h.account_id = a.counterparty_account_id
        WHERE a.direction = 'debit'
        UNION ALL
        SELECT held.party_id, m.party_id, CAST(0 AS DECIMAL(18, 4)), CAST(NULL AS DECIMAL(28, 4)), concat(m.source_id, ':', CAST(m.byte_start AS VARCHAR), '-', CAST(m.byte_end AS VARCHAR))
        FROM account_holders m
        JOIN held ON held.account_id = m.account_id
        WHERE m.role = 'mandate'
    ) AS seen
    GROUP BY company, other
),
hits AS (
    SELECT o.company, o.other, o.received, o.place
    FROM others o
    JOIN parties p ON p.party_id = o.other
    LEFT ANTI JOIN roles ON roles.company = o.company AND roles.person = o.other
    WHERE o.other <> o.company AND p.category <> 'victim or possible victim'
      AND (o.place IS NOT NULL OR o.received > $share * o.outflow)
),
shown AS (
    SELECT hits.company, hits.other, hits.received, hits.place AS mandate, a.entry_id, a.day, a.persons, a.records, a.turnover, a.outflow,
           CASE WHEN a.direction = 'credit' THEN 'in' ELSE 'to controller' END AS role,
           row_number() OVER (PARTITION BY hits.company, hits.other ORDER BY a.amount DESC, a.entry_id) AS place
    FROM hits
    JOIN active a ON a.company = hits.company
    LEFT JOIN holders t ON t.account_id = a.counterparty_account_id AND t.party_id = hits.other
    WHERE a.direction = 'credit' OR t.account_id IS NOT NULL
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       other AS party_id,
       min(day) AS from_time,
       max(day) AS to_time,
       array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
       array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles,
       CASE WHEN max(mandate) IS NULL THEN first_value(records ORDER BY place) ELSE array_append(first_value(records ORDER BY place), max(mandate)) END AS records,
       'means that are not stated (savings, income from abroad) are not in these records' AS sufficiency,
       CASE WHEN max(mandate) IS NOT NULL AND max(received) > $share * max(outflow) THEN 'may act on an account and receives most of what leaves'
            WHEN max(mandate) IS NOT NULL THEN 'may act on an account'
            ELSE 'receives most of what leaves' END AS control,
       company,
       max(persons) AS persons,
       max(turnover) AS turnover,
       max(received) AS received,
       CASE WHEN max(outflow) > 0 THEN CAST(CAST(max(received) AS DECIMAL(24, 4)) / CAST(max(outflow) AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) END AS share_received
FROM shown
GROUP BY company, other
