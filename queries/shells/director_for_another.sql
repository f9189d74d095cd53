-- id: SM-04
-- version: 2
-- title: Officer of several companies, paid by the one who holds the mandates
-- title[nl]: Bestuurder van meerdere vennootschappen, betaald door wie de volmachten heeft
-- describes: controller
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.category, relations.subject, relations.object, relations.kind, relations.source_id, incomes.party_id,
--   incomes.kind, incomes.amount, account_holders.source_id, account_holders.from_date, account_holders.to_date,
--   relations.from_date, relations.to_date
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_companies number 2 -- directed by the same person, with mandates of the same other
-- parameter: minimum_payments number 2 -- one payment may be a debt that is settled
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM account_holders WHERE role =
--   'mandate') AS counted WHERE n = 0 -- mandates on accounts are not in these records -- ask banks for all who may
--   act on the accounts, with dates
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind = 'directorship'
--   AND object IS NOT NULL) AS seen ON seen.object = p.party_id WHERE p.kind = 'company' -- who directs these
--   companies is not in these records -- ask the company register for an extract with all officers, former ones too
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT (SELECT count(*) FROM relations WHERE kind =
--   'employment') + (SELECT count(*) FROM incomes) AS n) AS counted WHERE n = 0 -- neither employments nor stated
--   incomes are in these records -- ask the register of employment and the tax office
-- source: point 8 of the list of indicators: one holds, another has means, use and control; FATF and Egmont Group,
--   Concealment of Beneficial Ownership (2018) on informal nominees. Exact definition here
-- explanation: This party may act on accounts of {companies} companies that one other person directs; that person is
--   an employee or receives benefits, and was paid {paid} {currency} by this party with {payments} payments.
-- explanation[nl]: Deze partij mag handelen op rekeningen van {companies} vennootschappen die door één ander worden
--   bestuurd; die persoon is werknemer of ontvangt een uitkering, en kreeg van deze partij {paid} {currency} met
--   {payments} betalingen.
-- innocent: An assistant who directs companies of a group on behalf of the owner, openly and for a fee.
-- innocent: Relatives who help each other: one signs, the other is the director.
-- innocent: A licensed trust office that provides directors and is repaid by the client.

WITH offices AS (
    SELECT r.subject AS person, r.object AS company, r.from_date, r.to_date,
           concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
    FROM relations r
    JOIN parties p ON p.party_id = r.subject
    JOIN parties c ON c.party_id = r.object
    WHERE r.kind = 'directorship' AND p.kind = 'person' AND c.kind = 'company'
),
-- Employed by somebody else than a company that he or she directs, or on benefits.
employed AS (
    SELECT r.subject AS person, r.from_date, r.to_date
    FROM relations r
    LEFT ANTI JOIN (SELECT subject, object FROM relations WHERE kind = 'directorship') AS d
        ON d.subject = r.subject AND d.object = r.object
    WHERE r.kind = 'employment'
    UNION
    SELECT party_id, CAST(NULL AS DATE), CAST(NULL AS DATE) FROM incomes WHERE kind = 'benefit' AND amount > 0
),
-- What an employer pays is a wage.
controllers AS (
    SELECT o.person, m.party_id AS other, o.company,
           o.from_date AS office_from, o.to_date AS office_to, o.place AS office,
           m.from_date AS mandate_from, m.to_date AS mandate_to,
           concat(m.source_id, ':', CAST(m.byte_start AS VARCHAR), '-', CAST(m.byte_end AS VARCHAR)) AS mandate
    FROM offices o
    LEFT SEMI JOIN employed ON employed.person = o.person
    JOIN account_holders h ON h.party_id = o.company AND h.role = 'holder'
    JOIN account_holders m ON m.account_id = h.account_id AND m.role = 'mandate'
    JOIN parties c ON c.party_id = m.party_id
    LEFT ANTI JOIN (SELECT subject, object FROM relations WHERE kind = 'employment') AS wage
        ON wage.subject = o.person AND wage.object = m.party_id
    WHERE m.party_id <> o.person AND c.category <> 'victim or possible victim'
),
pairs AS (
    SELECT person, other FROM controllers GROUP BY person, other HAVING count(DISTINCT company) >= $minimum_companies
),
holders AS (
    SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder'
),
-- Seen on the account of either; both legs of one payment count once.
legs AS (
    SELECT DISTINCT p.person, p.other, o.account_id AS own_account, t.account_id AS payer,
           e.entry_id, e.amount, e.direction, coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    JOIN holders o ON o.account_id = CASE WHEN e.direction = 'credit' THEN e.account_id ELSE e.counterparty_account_id END
    JOIN holders t ON t.account_id = CASE WHEN e.direction = 'credit' THEN e.counterparty_account_id ELSE e.account_id END
    JOIN pairs p ON p.person = o.party_id AND p.other = t.party_id
    WHERE NOT e.reversal AND e.amount > 0 AND e.currency = $currency
      AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)
),
-- While office and mandate of several companies last, and the person is employed or on benefits.
paid AS (
    SELECT l.person, l.other, l.own_account, l.payer, l.entry_id, l.amount, l.direction, l.day,
           count(DISTINCT c.company) AS companies,
           array_agg(DISTINCT c.mandate ORDER BY c.mandate) AS mandates, array_agg(DISTINCT c.office ORDER BY c.office) AS offices
    FROM legs l
    JOIN controllers c ON c.person = l.person AND c.other = l.other
    JOIN employed ON employed.person = l.person
    WHERE (c.office_from IS NULL OR l.day >= c.office_from) AND (c.office_to IS NULL OR l.day <= c.office_to)
      AND (c.mandate_from IS NULL OR l.day >= c.mandate_from) AND (c.mandate_to IS NULL OR l.day <= c.mandate_to)
      AND (employed.from_date IS NULL OR l.day >= employed.from_date) AND (employed.to_date IS NULL OR l.day <= employed.to_date)
    GROUP BY l.person, l.other, l.own_account, l.payer, l.entry_id, l.amount, l.direction, l.day
    HAVING count(DISTINCT c.company) >= $minimum_companies
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       other AS party_id,
       min(day) AS from_time,
       max(day) AS to_time,
       array_agg(entry_id ORDER BY day, entry_id) AS entries,
       array_agg(CASE WHEN direction = 'credit' THEN 'received' ELSE 'paid' END ORDER BY day, entry_id) AS roles,
       array_distinct(array_concat(first_value(mandates ORDER BY companies DESC, day, entry_id), first_value(offices ORDER BY companies DESC, day, entry_id))) AS records,
       array_agg(DISTINCT own_account ORDER BY own_account) AS others,
       array_agg(DISTINCT payer ORDER BY payer) AS through,
       max(companies) AS companies,
       greatest(sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END), sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END)) AS paid,
       greatest(sum(CASE WHEN direction = 'credit' THEN 1 ELSE 0 END), sum(CASE WHEN direction = 'debit' THEN 1 ELSE 0 END)) AS payments
FROM paid
GROUP BY person, other
HAVING greatest(sum(CASE WHEN direction = 'credit' THEN 1 ELSE 0 END), sum(CASE WHEN direction = 'debit' THEN 1 ELSE 0 END)) >= $minimum_payments
