-- id: SH-13
-- version: 2
-- title: Round payments without telling words
-- title[nl]: Ronde betalingen zonder zeggende omschrijving
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   entries.remittance, entries.channel, entries.counterparty_status, entries.source_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.70 -- of the payments, for texts and for amounts each
-- parameter: round_to decimal 100 -- amounts that are whole multiples of this
-- parameter: minimum_payments number 10 -- fewer say nothing
-- parameter: minimum_total decimal 25000 -- together
-- parameter: generic text ^(consulting|consultancy|consultancy services|services?|service
--   fee|loan|lening|advies|diensten|dienstverlening|beratung|darlehen|payment|betaling|zahlung|invoice|factuur|rechnung|transfer|overboeking|goods|goederen|fee)[
--   .:-]*[0-9]{0,4}$ -- texts that say nothing of what was delivered; a number of five digits or more may be an
--   invoice that can be found
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- lack: SELECT h.party_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id JOIN entries e ON
--   e.account_id = h.account_id WHERE h.role = 'holder' AND p.kind = 'company' GROUP BY h.party_id HAVING sum(CASE WHEN
--   trim(e.remittance) <> '' THEN 1 ELSE 0 END) = 0 -- the records of these companies have no remittance texts at all --
--   ask the bank for remittance texts
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- gap: (remittance IS NULL OR trim(remittance) = '') AND (channel = 'unknown' OR concat(source_id, ' ', account_id) NOT
--   IN (SELECT concat(source_id, ' ', account_id) FROM entries WHERE trim(remittance) <> '')) AND account_id IN (SELECT
--   h.account_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind =
--   'company') -- these entries have no text, and the record does not say whether they had one -- ask the bank for
--   remittance texts
-- source: shell indicator SH-13 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Of {payments} payments {wordless} ({share_wordless}) have no text or a word that says nothing, and
--   {round_payments} ({share_round}) are in whole {round_to}; together {total} {currency}.
-- explanation[nl]: Van {payments} betalingen hebben er {wordless} ({share_wordless}) geen omschrijving of een woord
--   dat niets zegt, en {round_payments} ({share_round}) zijn hele {round_to}; samen {total} {currency}.
-- innocent: A retainer: the same round fee each month under a standing contract.
-- innocent: Advances and instalments, which are round by nature.
-- innocent: A bank or a data extract that leaves texts out.

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
           trim(coalesce(e.remittance, '')) AS words,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day
    FROM entries e
    JOIN held ON held.account_id = e.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    LEFT JOIN held AS own ON own.account_id = e.counterparty_account_id AND own.party_id = held.party_id
    LEFT JOIN (SELECT DISTINCT source_id, account_id FROM entries WHERE trim(remittance) <> '') AS texts
        ON texts.source_id = e.source_id AND texts.account_id = e.account_id
    WHERE own.account_id IS NULL
      -- No text is evidence only where the record has texts.
      AND (trim(coalesce(e.remittance, '')) <> '' OR (e.channel <> 'unknown' AND texts.account_id IS NOT NULL))
      AND NOT e.reversal
      AND e.amount > 0
      AND e.currency = $currency
      AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)
      AND e.channel NOT IN ('card_pos', 'card_ecom', 'cash_atm', 'cash_branch', 'direct_debit', 'fee', 'interest', 'fx')
      AND e.counterparty_status <> 'bank'
),
judged AS (
    SELECT *,
           CASE WHEN words = '' OR regexp_like(words, $generic, 'i') THEN 1 ELSE 0 END AS is_wordless,
           CASE WHEN amount % $round_to = 0 THEN 1 ELSE 0 END AS is_round
    FROM moves
),
hits AS (
    SELECT party_id, count(*) AS payments, sum(is_wordless) AS wordless, sum(is_round) AS round_payments,
           sum(amount) AS total, min(day) AS from_time, max(day) AS to_time
    FROM judged
    GROUP BY party_id
    HAVING count(*) >= $minimum_payments
       AND CAST(sum(is_wordless) AS DECIMAL(18, 0)) >= $share * CAST(count(*) AS DECIMAL(18, 0))
       AND CAST(sum(is_round) AS DECIMAL(18, 0)) >= $share * CAST(count(*) AS DECIMAL(18, 0))
       AND sum(amount) >= $minimum_total
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id ORDER BY amount DESC, entry_id) AS place
        FROM (SELECT judged.* FROM judged LEFT SEMI JOIN hits ON hits.party_id = judged.party_id WHERE is_wordless = 1 AND is_round = 1) AS own
    ) AS largest
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       hits.from_time,
       hits.to_time,
       cited.entries,
       cited.roles,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       hits.payments,
       hits.wordless,
       CAST(CAST(hits.wordless AS DECIMAL(24, 4)) / CAST(hits.payments AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_wordless,
       hits.round_payments,
       CAST(CAST(hits.round_payments AS DECIMAL(24, 4)) / CAST(hits.payments AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_round,
       hits.total
FROM hits
JOIN cited ON cited.party_id = hits.party_id
