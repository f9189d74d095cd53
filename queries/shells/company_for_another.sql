-- id: SM-03
-- version: 2
-- title: Company run in the name of one without means, used by another
-- title[nl]: Vennootschap op naam van iemand zonder middelen, gebruikt door een ander
-- describes: controller
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.category, relations.subject, relations.object, relations.kind, relations.source_id, incomes.party_id,
--   incomes.year, incomes.amount, assets.party_id, assets.value, assets.currency, assets.kind, assets.disposed,
--   account_holders.source_id, account_holders.from_date, account_holders.to_date, relations.from_date,
--   relations.to_date
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
-- lack: SELECT r.object AS party_id FROM relations r JOIN parties c ON c.party_id = r.object LEFT ANTI JOIN incomes i ON
--   i.party_id = r.subject LEFT JOIN (SELECT h.party_id, min(coalesce(e.booking_date, CAST(e.booked_at AS DATE))) AS
--   first_day FROM account_holders h JOIN entries e ON e.account_id = h.account_id WHERE h.role = 'holder' GROUP BY
--   h.party_id) AS seen ON seen.party_id = r.object WHERE r.kind IN ('directorship', 'ownership', 'voting') AND c.kind =
--   'company' AND (r.to_date IS NULL OR seen.first_day IS NULL OR r.to_date >= seen.first_day) -- incomes of some of the
--   officers and owners of these companies are not in these records -- ask the tax office for stated incomes of all
--   officers and owners, and who stands behind owners that are companies
-- lack: SELECT r.object AS party_id FROM relations r JOIN parties c ON c.party_id = r.object JOIN assets a ON a.party_id =
--   r.subject WHERE r.kind IN ('directorship', 'ownership', 'voting') AND c.kind = 'company' AND a.kind <> 'company' AND
--   a.disposed IS NULL AND (a.value IS NULL OR coalesce(a.currency, $currency) <> $currency) -- some assets of officers and
--   owners of these companies have no value in the currency of the case -- ask for their value in the currency of the case
-- lack: SELECT r.object AS party_id FROM relations r JOIN parties c ON c.party_id = r.object JOIN incomes i ON i.party_id =
--   r.subject WHERE r.kind IN ('directorship', 'ownership', 'voting') AND c.kind = 'company' AND (i.amount IS NULL OR
--   coalesce(i.currency, $currency) <> $currency) -- some incomes of officers and owners of these companies have no amount
--   in the currency of the case -- ask the tax office for these incomes in the currency of the case
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: point 8 of the list of indicators: one holds, another has means, use and control; FATF and Egmont Group,
--   Concealment of Beneficial Ownership (2018) on informal nominees. Exact definition here
-- explanation: All officers and owners of a company have stated incomes of at most {most_income} {currency} a year, and
--   assets of at most {most_assets}. {turnover} {currency} came in on the company's accounts. Somebody who is none of
--   them has {mandates} mandates on its accounts, and {share_received} of what left went to accounts of that one.
-- explanation[nl]: Alle bestuurders en eigenaren van een vennootschap hebben opgegeven inkomens van ten hoogste
--   {most_income} {currency} per jaar, en bezit van ten hoogste {most_assets}. Er kwam {turnover} {currency} binnen op de
--   rekeningen van de vennootschap. Iemand die geen van hen is heeft {mandates} volmachten op haar rekeningen, en
--   {share_received} van wat eraf ging, ging naar rekeningen van diegene.
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
-- Officers and owners while there are entries of the company.
roles AS (
    SELECT r.object AS company, r.subject AS person, min(concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS place
    FROM relations r
    JOIN (SELECT party_id, min(day) AS first_day, max(day) AS last_day FROM moves GROUP BY party_id) AS seen
        ON seen.party_id = r.object
    WHERE r.kind IN ('directorship', 'ownership', 'voting') AND r.subject IS NOT NULL
      AND (r.to_date IS NULL OR r.to_date >= seen.first_day) AND (r.from_date IS NULL OR r.from_date <= seen.last_day)
    GROUP BY r.object, r.subject
),
incomes_of AS (
    SELECT party_id, sum(total) AS total, count(*) AS years, max(is_untold) AS is_untold
    FROM (
        SELECT i.party_id, i.year, sum(i.amount) AS total,
               max(CASE WHEN i.amount IS NULL OR coalesce(i.currency, $currency) <> $currency THEN 1 ELSE 0 END) AS is_untold
        FROM incomes i
        LEFT SEMI JOIN roles ON roles.person = i.party_id
        WHERE i.year IS NOT NULL
        GROUP BY i.party_id, i.year
    ) AS yearly
    GROUP BY party_id
),
assets_of AS (
    SELECT a.party_id, sum(a.value) AS total,
           max(CASE WHEN a.value IS NULL OR coalesce(a.currency, $currency) <> $currency THEN 1 ELSE 0 END) AS is_untold
    FROM assets a
    LEFT SEMI JOIN roles ON roles.person = a.party_id
    WHERE a.kind <> 'company' AND a.disposed IS NULL
    GROUP BY a.party_id
),
-- The means of every officer and owner are known, and none has any to speak of.
poor AS (
    SELECT roles.company, count(*) AS persons, array_agg(DISTINCT roles.place ORDER BY roles.place) AS records
    FROM roles
    LEFT JOIN incomes_of i ON i.party_id = roles.person
    LEFT JOIN assets_of a ON a.party_id = roles.person
    GROUP BY roles.company
    HAVING max(CASE
        WHEN i.total IS NULL OR i.is_untold = 1 OR coalesce(a.is_untold, 0) = 1 THEN 1
        WHEN i.total <= CAST($most_income AS DECIMAL(18, 4)) * CAST(i.years AS DECIMAL(9, 0)) AND coalesce(a.total, CAST(0 AS DECIMAL(28, 4))) <= CAST($most_assets AS DECIMAL(28, 4)) THEN 0
        ELSE 1
    END) = 0
),
active AS (
    SELECT *
    FROM (
        SELECT m.party_id AS company, m.account_id, m.entry_id, m.direction, m.amount, m.day, m.counterparty_account_id, poor.persons, poor.records,
               sum(CASE WHEN m.direction = 'credit' THEN m.amount ELSE 0 END) OVER (PARTITION BY m.party_id) AS turnover,
               sum(CASE WHEN m.direction = 'debit' THEN m.amount ELSE 0 END) OVER (PARTITION BY m.party_id) AS outflow
        FROM moves m
        JOIN poor ON poor.company = m.party_id
    ) AS summed
    WHERE turnover >= $minimum_turnover
),
-- Holders of an account that no officer or owner of the company holds too: what goes there is theirs to use.
receivers AS (
    SELECT DISTINCT a.company, a.counterparty_account_id AS account_id, h.party_id AS other
    FROM active a
    JOIN account_holders h ON h.account_id = a.counterparty_account_id AND h.role = 'holder'
    LEFT ANTI JOIN (
        SELECT roles.company, theirs.account_id
        FROM roles
        JOIN account_holders theirs ON theirs.party_id = roles.person AND theirs.role = 'holder'
    ) AS joint ON joint.company = a.company AND joint.account_id = a.counterparty_account_id
    WHERE a.direction = 'debit'
),
received AS (
    SELECT r.company, r.other, sum(a.amount) AS received, array_agg(DISTINCT r.account_id ORDER BY r.account_id) AS through
    FROM receivers r
    JOIN active a ON a.company = r.company AND a.counterparty_account_id = r.account_id
    WHERE a.direction = 'debit'
    GROUP BY r.company, r.other
),
-- Who may act on an account on a day on which it moves.
mandated AS (
    SELECT a.company, m.party_id AS other, count(DISTINCT a.account_id) AS mandates,
           max(concat(m.source_id, ':', CAST(m.byte_start AS VARCHAR), '-', CAST(m.byte_end AS VARCHAR))) AS place
    FROM active a
    JOIN account_holders m ON m.account_id = a.account_id
    WHERE m.role = 'mandate' AND (m.from_date IS NULL OR a.day >= m.from_date) AND (m.to_date IS NULL OR a.day <= m.to_date)
    GROUP BY a.company, m.party_id
),
others AS (
    SELECT coalesce(r.company, m.company) AS company, coalesce(r.other, m.other) AS other,
           coalesce(r.received, CAST(0 AS DECIMAL(28, 4))) AS received, r.through,
           coalesce(m.mandates, 0) AS mandates, m.place
    FROM received r
    FULL JOIN mandated m ON m.company = r.company AND m.other = r.other
),
flows AS (
    SELECT company, max(turnover) AS turnover, max(outflow) AS outflow, max(persons) AS persons, first_value(records ORDER BY entry_id) AS records
    FROM active
    GROUP BY company
),
hits AS (
    SELECT o.company, o.other, o.received, o.through, o.mandates, o.place, f.turnover, f.outflow, f.persons, f.records
    FROM others o
    JOIN flows f ON f.company = o.company
    JOIN parties p ON p.party_id = o.other
    LEFT ANTI JOIN roles ON roles.company = o.company AND roles.person = o.other
    WHERE o.other <> o.company AND p.category <> 'victim or possible victim'
      AND (o.mandates > 0 OR o.received > $share * f.outflow)
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT company, other, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT hits.company, hits.other, a.entry_id, a.day,
               CASE WHEN a.direction = 'credit' THEN 'in' ELSE 'to controller' END AS role,
               row_number() OVER (PARTITION BY hits.company, hits.other ORDER BY a.amount DESC, a.entry_id) AS place
        FROM hits
        JOIN active a ON a.company = hits.company
        LEFT JOIN receivers t ON t.company = hits.company AND t.other = hits.other AND t.account_id = a.counterparty_account_id
        WHERE a.direction = 'credit' OR t.account_id IS NOT NULL
    ) AS largest
    GROUP BY company, other
),
theirs AS (
    SELECT roles.company, array_agg(DISTINCT h.account_id ORDER BY h.account_id) AS others
    FROM roles
    JOIN account_holders h ON h.party_id = roles.person AND h.role = 'holder'
    GROUP BY roles.company
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.other AS party_id,
       cited.from_time,
       cited.to_time,
       cited.entries,
       cited.roles,
       CASE WHEN hits.place IS NULL THEN hits.records ELSE array_append(hits.records, hits.place) END AS records,
       theirs.others,
       hits.through,
       'means that are not stated (savings, income from abroad) are not in these records' AS sufficiency,
       hits.company,
       hits.persons,
       hits.mandates,
       hits.turnover,
       hits.received,
       CASE WHEN hits.outflow > 0 THEN CAST(CAST(hits.received AS DECIMAL(24, 4)) / CAST(hits.outflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) END AS share_received
FROM hits
JOIN cited ON cited.company = hits.company AND cited.other = hits.other
LEFT JOIN theirs ON theirs.company = hits.company
