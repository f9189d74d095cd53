-- id: SH-22
-- version: 2
-- title: A loan from a linked party is all that came in first
-- title[nl]: Een lening van een verbonden partij is alles wat eerst binnenkwam
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   entries.channel, entries.remittance, parties.incorporated, relations.subject, relations.object, relations.kind,
--   relations.source_id, statements.account_id, statements.from_date, accounts.account_id, accounts.opened
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.90 -- of what came in in those days
-- parameter: days number 90 -- from the first money on
-- parameter: minimum_loan decimal 10000 -- smaller ones pay the notary
-- parameter: most_age_days number 730 -- between incorporation and the first money: later it is no capital to begin
--   with
-- parameter: begin_days number 92 -- records that begin within so many days of the day on which an account was opened,
--   or the company incorporated, show its whole life
-- parameter: loan_words text \bloans?\b|(^|[^r])lening|leenovereenkomst|rekening[ -]?courant|darlehen|\bpr[eê]t\b|credit
--   facility -- a payment is a loan where its text says so, also inside a word, as in aandeelhouderslening; not in
--   dienstverlening
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM relations WHERE kind <>
--   'employment') AS counted WHERE n = 0 -- who is tied to whom is not in these records -- ask the company register
--   for officers and owners
-- lack: SELECT p.party_id FROM parties p JOIN (SELECT h.party_id, max(CASE WHEN arrow_cast(a.opened, 'Int32') +
--   $begin_days >= least(coalesce(s.day, e.day), e.day) THEN 0 ELSE least(coalesce(s.day, e.day), e.day) END) AS
--   began FROM account_holders h JOIN (SELECT e.account_id, min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at
--   AS DATE)), 'Int32')) AS day FROM entries e GROUP BY e.account_id) AS e ON e.account_id = h.account_id LEFT JOIN
--   (SELECT account_id, min(arrow_cast(from_date, 'Int32')) AS day FROM statements GROUP BY account_id) AS s ON
--   s.account_id = h.account_id LEFT JOIN accounts a ON a.account_id = h.account_id WHERE h.role = 'holder' AND e.day
--   IS NOT NULL GROUP BY h.party_id) AS b ON b.party_id = p.party_id WHERE p.kind = 'company' AND b.began >
--   coalesce(arrow_cast(p.incorporated, 'Int32'), 0) + $begin_days -- what came in first on the accounts of these
--   companies is not in these records, which begin later -- ask banks for all statements since the accounts were
--   opened
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-22 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: The first money that came in, {loan} {currency} on {first_day}, is a loan from a party that is tied
--   to the company ({tie}); it is {share_loan} of all that came in within {days} days.
-- explanation[nl]: Het eerste geld dat binnenkwam, {loan} {currency} op {first_day}, is een lening van een partij
--   die aan de vennootschap verbonden is ({tie}); dat is {share_loan} van alles wat binnen {days} dagen binnenkwam.
-- innocent: A start-up that its founder finances with a loan, which is usual and favoured by tax.
-- innocent: A company of a group that the parent finances.
-- innocent: A purchase of a building with a loan of the family.

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
           coalesce(e.remittance, '') AS words,
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
      AND e.direction = 'credit'
),
-- Since when all is known of a company's accounts: the first entry of records that begin later is not the first money.
known AS (
    SELECT h.party_id,
           max(CASE WHEN arrow_cast(a.opened, 'Int32') + $begin_days >= least(coalesce(s.day, e.day), e.day) THEN 0 ELSE least(coalesce(s.day, e.day), e.day) END) AS began
    FROM account_holders h
    JOIN (SELECT e.account_id, min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) AS day FROM entries e GROUP BY e.account_id) AS e ON e.account_id = h.account_id
    LEFT JOIN (SELECT account_id, min(arrow_cast(from_date, 'Int32')) AS day FROM statements GROUP BY account_id) AS s ON s.account_id = h.account_id
    LEFT JOIN accounts a ON a.account_id = h.account_id
    WHERE h.role = 'holder' AND e.day IS NOT NULL
    GROUP BY h.party_id
),
numbered AS (
    SELECT *,
           row_number() OVER (PARTITION BY party_id ORDER BY day, entry_id) AS place,
           min(arrow_cast(day, 'Int32')) OVER (PARTITION BY party_id) AS began
    FROM moves
),
loans AS (
    SELECT n.party_id, n.entry_id, n.amount, n.day, min(r.kind) AS tie, min(r.place) AS record
    FROM numbered n
    JOIN account_holders h ON h.account_id = n.counterparty_account_id AND h.role = 'holder'
    JOIN (
        SELECT subject AS one, object AS other, kind, concat(relations.source_id, ':', CAST(relations.byte_start AS VARCHAR), '-', CAST(relations.byte_end AS VARCHAR)) AS place FROM relations
        UNION ALL
        SELECT object, subject, kind, concat(relations.source_id, ':', CAST(relations.byte_start AS VARCHAR), '-', CAST(relations.byte_end AS VARCHAR)) FROM relations
    ) AS r ON r.one = h.party_id AND r.other = n.party_id
    WHERE n.place = 1 AND n.amount >= $minimum_loan AND (n.channel = 'loan' OR regexp_like(n.words, $loan_words, 'i'))
    GROUP BY n.party_id, n.entry_id, n.amount, n.day
),
sums AS (
    SELECT n.party_id, sum(n.amount) AS credits, max(n.day) AS last_day
    FROM numbered n
    LEFT SEMI JOIN loans ON loans.party_id = n.party_id
    WHERE arrow_cast(n.day, 'Int32') - n.began <= $days
    GROUP BY n.party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       loans.party_id,
       loans.day AS from_time,
       sums.last_day AS to_time,
       make_array(loans.entry_id) AS entries,
       make_array('loan') AS roles,
       make_array(loans.record) AS records,
       'only the accounts in these records were looked at; a balance sheet is not in these records' AS sufficiency,
       loans.amount AS loan,
       loans.day AS first_day,
       loans.tie,
       CAST(CAST(loans.amount AS DECIMAL(24, 4)) / CAST(sums.credits AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_loan
FROM loans
JOIN sums ON sums.party_id = loans.party_id
JOIN parties p ON p.party_id = loans.party_id
JOIN known k ON k.party_id = loans.party_id AND k.began <= coalesce(arrow_cast(p.incorporated, 'Int32'), 0) + $begin_days
WHERE loans.amount >= $share * sums.credits
  AND (p.incorporated IS NULL OR arrow_cast(loans.day, 'Int32') - arrow_cast(p.incorporated, 'Int32') <= $most_age_days)
