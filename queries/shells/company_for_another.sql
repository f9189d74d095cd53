-- id: SM-03
-- version: 3
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
-- Every step of which the engine needs entries is referred to once, since it computes a step anew each time.
seen AS (
    SELECT party_id AS company, min(day) AS first_day, max(day) AS last_day,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS turnover,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS outflow
    FROM moves
    GROUP BY party_id
),
-- Officers and owners while there are entries of the company.
roles AS (
    SELECT r.object AS company, r.subject AS person, min(concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))) AS place,
           max(seen.turnover) AS turnover, max(seen.outflow) AS outflow
    FROM relations r
    JOIN seen ON seen.company = r.object
    WHERE r.kind IN ('directorship', 'ownership', 'voting') AND r.subject IS NOT NULL
      AND (r.to_date IS NULL OR r.to_date >= seen.first_day) AND (r.from_date IS NULL OR r.from_date <= seen.last_day)
      AND seen.turnover >= $minimum_turnover
    GROUP BY r.object, r.subject
),
incomes_of AS (
    SELECT party_id, sum(total) AS total, count(*) AS years, max(is_untold) AS is_untold
    FROM (
        SELECT i.party_id, i.year, sum(i.amount) AS total,
               max(CASE WHEN i.amount IS NULL OR coalesce(i.currency, $currency) <> $currency THEN 1 ELSE 0 END) AS is_untold
        FROM incomes i
        WHERE i.year IS NOT NULL
        GROUP BY i.party_id, i.year
    ) AS yearly
    GROUP BY party_id
),
assets_of AS (
    SELECT a.party_id, sum(a.value) AS total,
           max(CASE WHEN a.value IS NULL OR coalesce(a.currency, $currency) <> $currency THEN 1 ELSE 0 END) AS is_untold
    FROM assets a
    WHERE a.kind <> 'company' AND a.disposed IS NULL
    GROUP BY a.party_id
),
accounts_of AS (
    SELECT party_id, array_agg(DISTINCT account_id) AS accounts FROM account_holders WHERE role = 'holder' GROUP BY party_id
),
-- The means of every officer and owner are known, and none has any to speak of.
poor AS (
    SELECT roles.company, count(*) AS persons, array_agg(DISTINCT roles.place ORDER BY roles.place) AS records,
           array_agg(roles.person ORDER BY roles.person) AS people, max(roles.turnover) AS turnover, max(roles.outflow) AS outflow,
           array_sort(array_distinct(flatten(array_agg(own.accounts) FILTER (WHERE own.accounts IS NOT NULL)))) AS others
    FROM roles
    LEFT JOIN incomes_of i ON i.party_id = roles.person
    LEFT JOIN assets_of a ON a.party_id = roles.person
    LEFT JOIN accounts_of own ON own.party_id = roles.person
    GROUP BY roles.company
    HAVING max(CASE
        WHEN i.total IS NULL OR i.is_untold = 1 OR coalesce(a.is_untold, 0) = 1 THEN 1
        WHEN i.total <= CAST($most_income AS DECIMAL(18, 4)) * CAST(i.years AS DECIMAL(9, 0)) AND coalesce(a.total, CAST(0 AS DECIMAL(28, 4))) <= CAST($most_assets AS DECIMAL(28, 4)) THEN 0
        ELSE 1
    END) = 0
),
-- Each entry is looked at as income, as money to somebody, and as what one with a mandate may have done.
looks AS (
    SELECT *, unnest(make_array('in', 'to', 'by')) AS look
    FROM (
        SELECT m.party_id, m.account_id, m.entry_id, m.direction, m.amount, m.day, m.counterparty_account_id,
               poor.persons, poor.records, poor.people, poor.turnover, poor.outflow, poor.others
        FROM moves m
        JOIN poor ON poor.company = m.party_id
    ) AS active
),
holders AS (
    SELECT account_id, array_agg(DISTINCT party_id) AS parties FROM account_holders WHERE role = 'holder' GROUP BY account_id
),
-- Holders of accounts that receive, and who may act on an account on a day on which it moves.
hands AS (
    SELECT 'to' AS look, account_id, unnest(parties) AS other, parties, CAST(NULL AS VARCHAR) AS place,
           CAST(NULL AS DATE) AS from_date, CAST(NULL AS DATE) AS to_date
    FROM holders
    UNION ALL
    SELECT 'by', account_id, party_id, make_array(party_id), concat(source_id, ':', CAST(byte_start AS VARCHAR), '-', CAST(byte_end AS VARCHAR)),
           from_date, to_date
    FROM account_holders
    WHERE role = 'mandate'
),
-- What goes to an account that no officer or owner of the company holds too is its holder's to use.
reached AS (
    SELECT l.*, h.other, h.place AS mandate,
           row_number() OVER (PARTITION BY l.party_id, l.look, h.other ORDER BY l.amount DESC, l.entry_id) AS number
    FROM looks l
    LEFT JOIN hands h
        ON h.look = l.look AND h.account_id = CASE l.look WHEN 'to' THEN l.counterparty_account_id ELSE l.account_id END
           AND (h.from_date IS NULL OR l.day >= h.from_date) AND (h.to_date IS NULL OR l.day <= h.to_date)
           AND (l.look = 'by' OR NOT array_has_any(l.people, h.parties))
    WHERE CASE l.look WHEN 'in' THEN l.direction = 'credit' WHEN 'to' THEN l.direction = 'debit' AND h.other IS NOT NULL
                      ELSE h.other IS NOT NULL END
),
-- The largest of them; the figures rest on all.
told AS (
    SELECT party_id AS company, other,
           sum(CASE WHEN look = 'to' THEN amount ELSE 0 END) AS received,
           array_agg(DISTINCT counterparty_account_id ORDER BY counterparty_account_id) FILTER (WHERE look = 'to') AS through,
           count(DISTINCT CASE WHEN look = 'by' THEN account_id END) AS mandates,
           max(mandate) AS place,
           min(CASE WHEN look <> 'by' THEN day END) AS first_day,
           max(CASE WHEN look <> 'by' THEN day END) AS last_day,
           array_agg(named_struct('entry_id', entry_id, 'amount', amount, 'role', CASE look WHEN 'in' THEN 'in' ELSE 'to controller' END)
                     ORDER BY number) FILTER (WHERE number <= 25 AND look <> 'by') AS largest,
           first_value(persons) AS persons, first_value(records) AS records, first_value(people) AS people,
           first_value(turnover) AS turnover, first_value(outflow) AS outflow, first_value(others) AS others
    FROM reached
    GROUP BY party_id, other
),
-- All income of the company stands beside what went to each.
beside AS (
    SELECT *,
           min(CASE WHEN other IS NULL THEN first_day END) OVER (PARTITION BY company) AS first_income,
           max(CASE WHEN other IS NULL THEN last_day END) OVER (PARTITION BY company) AS last_income,
           first_value(CASE WHEN other IS NULL THEN largest END) OVER (PARTITION BY company ORDER BY other NULLS FIRST) AS incomes
    FROM told
),
hits AS (
    SELECT b.*, concat(b.company, '|', b.other) AS pair
    FROM beside b
    JOIN parties p ON p.party_id = b.other
    WHERE b.other <> b.company AND NOT array_has(b.people, b.other) AND p.category <> 'victim or possible victim'
      AND p.kind = 'person' AND b.received > 0 AND (b.mandates > 0 OR b.received > $share * b.outflow)
),
moved AS (
    SELECT *, unnest(CASE WHEN largest IS NULL THEN incomes WHEN incomes IS NULL THEN largest ELSE array_concat(incomes, largest) END) AS move
    FROM hits
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY pair ORDER BY move['amount'] DESC, move['entry_id']) AS number FROM moved
),
cited AS (
    SELECT pair,
           array_agg(move['entry_id'] ORDER BY number) AS entries,
           array_agg(move['role'] ORDER BY number) AS roles,
           first_value(company) AS company, first_value(other) AS other, first_value(received) AS received,
           first_value(through) AS through, first_value(mandates) AS mandates, first_value(place) AS place,
           least(min(first_day), min(first_income)) AS from_time, greatest(max(last_day), max(last_income)) AS to_time,
           first_value(persons) AS persons, first_value(records) AS records, first_value(turnover) AS turnover,
           first_value(outflow) AS outflow, first_value(others) AS others
    FROM placed
    WHERE number <= 25
    GROUP BY pair
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       other AS party_id,
       from_time,
       to_time,
       entries,
       roles,
       CASE WHEN place IS NULL THEN records ELSE array_append(records, place) END AS records,
       others,
       through,
       'means that are not stated (savings, income from abroad) are not in these records' AS sufficiency,
       company,
       persons,
       mandates,
       turnover,
       received,
       CASE WHEN outflow > 0 THEN CAST(CAST(received AS DECIMAL(24, 4)) / CAST(outflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) END AS share_received
FROM cited
