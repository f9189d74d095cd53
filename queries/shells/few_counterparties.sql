-- id: SH-12
-- version: 2
-- title: One payer and one payee
-- title[nl]: Eén betaler en één ontvanger
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   entries.counterparty_name, entries.counterparty_status
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.80 -- of value, on both sides
-- parameter: minimum_flow decimal 50000 -- in and out, each
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-12 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: {share_in} of what came in ({inflow} {currency}) came from one payer, and {share_out} of what went
--   out ({outflow} {currency}) went to one payee.
-- explanation[nl]: {share_in} van wat binnenkwam ({inflow} {currency}) kwam van één betaler, en {share_out} van wat
--   uitging ({outflow} {currency}) ging naar één ontvanger.
-- innocent: A supplier with one customer and one wholesaler.
-- innocent: A company of a group that deals with its parent only.
-- innocent: Other customers pay to an account that is not in these records.

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
           coalesce(e.counterparty_account_id, lower(trim(e.counterparty_name))) AS other,
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
      AND e.counterparty_status <> 'bank'
),
others AS (
    SELECT party_id, direction, other, sum(amount) AS amount FROM moves GROUP BY party_id, direction, other
),
largest AS (
    SELECT party_id, direction,
           sum(amount) AS total,
           max(CASE WHEN other IS NOT NULL THEN amount ELSE 0 END) AS largest
    FROM others
    GROUP BY party_id, direction
),
hits AS (
    SELECT i.party_id, i.total AS inflow, i.largest AS largest_in, o.total AS outflow, o.largest AS largest_out
    FROM largest i
    JOIN largest o ON o.party_id = i.party_id
    WHERE i.direction = 'credit' AND o.direction = 'debit'
      AND i.total >= $minimum_flow AND o.total >= $minimum_flow
      AND i.largest >= $share * i.total AND o.largest >= $share * o.total
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id ORDER BY amount DESC, entry_id) AS place
        FROM (SELECT moves.* FROM moves LEFT SEMI JOIN hits ON hits.party_id = moves.party_id) AS own
    ) AS largest
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       cited.from_time,
       cited.to_time,
       cited.entries,
       cited.roles,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       hits.inflow,
       CAST(CAST(hits.largest_in AS DECIMAL(24, 4)) / CAST(hits.inflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_in,
       hits.outflow,
       CAST(CAST(hits.largest_out AS DECIMAL(24, 4)) / CAST(hits.outflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_out
FROM hits
JOIN cited ON cited.party_id = hits.party_id
