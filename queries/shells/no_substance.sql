-- id: SH-07
-- version: 2
-- title: Turnover without the costs of a business
-- title[nl]: Omzet zonder de kosten van een bedrijf
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   entries.remittance, entries.counterparty_name, entries.purpose
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_turnover decimal 50000 -- below it a business may be run from home
-- parameter: minimum_days number 183 -- six months: yearly bills may fall outside less
-- parameter: minimum_debits number 10 -- payments with a text or a name; among fewer, costs may be paid elsewhere
-- parameter: most_categories number 0 -- of the eight
-- parameter: payroll text
--   \bloon|\blonen\b|(net|maand|week|dag|vakantie)loon|salari|\bwages?\b|salary|payroll|lohn|gehalt|salaire -- words of
--   wages; long stems also inside a word, as in Monatsgehalt
-- parameter: payroll_tax text
--   loonheffing|loonbelasting|bedrijfsvoorheffing|payroll
--   tax|\bpaye\b|lohnsteuer|belastingdienst|finanzamt|\bhmrc\b -- words of tax withheld from wages, and tax offices
-- parameter: social text \brsz\b|\bonss\b|pensioenfonds|sociale ?zekerheid|social security|social
--   insurance|krankenkasse|urssaf|national insurance|\buwv\b|\bsvb\b|sociale verzekeringsbank -- words of social
--   contributions, and their offices
-- parameter: vat text \bbtw|omzetbelasting|\bvat\b|\btva\b|umsatzsteuer|\bmwst|mehrwertsteuer -- words of value added
--   tax
-- parameter: rent text (^|[^c])huur|\brent\b|\blease\b|miete|\bloyer|bedrijfsruimte|kantoorruimte|office space -- words
--   of premises
-- parameter: utilities text energie|elektricit|electricit|\bgas\b|aardgas|\bwater|drinkwater|\bstrom|stroom|energy|utilities
--   -- words of electricity, gas, water
-- parameter: telecom text
--   telecom|telefoon|internet|\bmobile\b|telefonie|telephone|broadband|\bkpn\b|proximus|vodafone|telekom -- words of
--   telephone and internet
-- parameter: insurance text verzekering|insurance|versicherung|assurance|\bpremie -- words of insurance
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- lack: SELECT h.party_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id JOIN entries e ON
--   e.account_id = h.account_id WHERE h.role = 'holder' AND p.kind = 'company' GROUP BY h.party_id HAVING
--   max(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) -
--   min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) < $minimum_days - 1 -- the entries
--   of these companies cover less time than the rule looks at -- ask banks for statements over a longer time
-- lack: SELECT h.party_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id JOIN entries e ON
--   e.account_id = h.account_id WHERE h.role = 'holder' AND p.kind = 'company' GROUP BY h.party_id HAVING sum(CASE
--   WHEN e.direction = 'debit' AND trim(concat_ws('', e.counterparty_name, e.remittance)) <> '' THEN 1 ELSE 0 END) <
--   $minimum_debits -- too few payments of these companies with a text or a name are in these records to see costs among
--   them -- ask banks for the other accounts of these companies, and for names and remittance texts
-- lack: SELECT h.party_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id JOIN entries e ON
--   e.account_id = h.account_id WHERE h.role = 'holder' AND p.kind = 'company' AND e.direction = 'debit' GROUP BY
--   h.party_id HAVING sum(CASE WHEN trim(concat_ws('', e.counterparty_name, e.remittance)) = '' THEN 1 ELSE 0 END) * 2 >
--   count(*) -- most payments of these companies have neither text nor name, so that costs may be among them -- ask the
--   bank for names and remittance texts
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- gap: direction = 'debit' AND counterparty_name IS NULL AND (remittance IS NULL OR trim(remittance) = '') AND
--   account_id IN (SELECT h.account_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id WHERE h.role =
--   'holder' AND p.kind = 'company') -- payments without text or name could be costs of any kind -- ask the bank for
--   names and remittance texts, and the company for its payroll
-- source: shell indicator SH-07 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: {turnover} {currency} came in over {days} days, and {categories} of 8 kinds of cost that a business
--   has were seen among {debits} payments with a text or a name: wages, tax on wages, social contributions, value added tax, premises,
--   electricity or water, telephone, insurance.
-- explanation[nl]: Er kwam {turnover} {currency} binnen in {days} dagen, en van 8 soorten kosten die een bedrijf
--   heeft werden er {categories} gezien onder {debits} betalingen met tekst of naam: loon, loonheffing, sociale premies, btw,
--   huisvesting, energie of water, telefoon, verzekering.
-- innocent: A holding company, which has no staff and no premises.
-- innocent: Costs are paid from another account, or by another company of the group.
-- innocent: A freelancer who works from home and has everything in his own name.
-- innocent: Costs are paid by card, so that the text names a shop only.

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
           lower(trim(concat_ws(' ', e.counterparty_name, e.remittance))) AS words,
           coalesce(e.purpose, '') AS purpose,
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
totals AS (
    SELECT party_id,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS turnover,
           sum(CASE WHEN direction = 'debit' AND words <> '' THEN 1 ELSE 0 END) AS debits,
           max(arrow_cast(day, 'Int32')) - min(arrow_cast(day, 'Int32')) + 1 AS days,
           min(day) AS from_time,
           max(day) AS to_time
    FROM moves
    GROUP BY party_id
    HAVING sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) >= $minimum_turnover
       AND max(arrow_cast(day, 'Int32')) - min(arrow_cast(day, 'Int32')) + 1 >= $minimum_days
       -- What has neither text nor name may be a cost of any kind.
       AND sum(CASE WHEN direction = 'debit' AND words <> '' THEN 1 ELSE 0 END) >= $minimum_debits
       AND sum(CASE WHEN direction = 'debit' AND words = '' THEN 1 ELSE 0 END) <= sum(CASE WHEN direction = 'debit' AND words <> '' THEN 1 ELSE 0 END)
),
seen AS (
    SELECT moves.party_id,
           max(CASE WHEN regexp_like(words, $payroll, 'i') OR purpose = 'SALA' THEN 1 ELSE 0 END) AS has_payroll,
           max(CASE WHEN regexp_like(words, $payroll_tax, 'i') THEN 1 ELSE 0 END) AS has_payroll_tax,
           max(CASE WHEN regexp_like(words, $social, 'i') THEN 1 ELSE 0 END) AS has_social,
           max(CASE WHEN regexp_like(words, $vat, 'i') THEN 1 ELSE 0 END) AS has_vat,
           max(CASE WHEN regexp_like(words, $rent, 'i') THEN 1 ELSE 0 END) AS has_rent,
           max(CASE WHEN regexp_like(words, $utilities, 'i') THEN 1 ELSE 0 END) AS has_utilities,
           max(CASE WHEN regexp_like(words, $telecom, 'i') THEN 1 ELSE 0 END) AS has_telecom,
           max(CASE WHEN regexp_like(words, $insurance, 'i') THEN 1 ELSE 0 END) AS has_insurance
    FROM moves
    LEFT SEMI JOIN totals ON totals.party_id = moves.party_id
    WHERE direction = 'debit'
    GROUP BY moves.party_id
),
counted AS (
    SELECT totals.*,
           coalesce(has_payroll + has_payroll_tax + has_social + has_vat + has_rent + has_utilities + has_telecom + has_insurance, 0) AS categories
    FROM totals
    LEFT JOIN seen ON seen.party_id = totals.party_id
),
hits AS (SELECT * FROM counted WHERE categories <= $most_categories),
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
       hits.from_time,
       hits.to_time,
       cited.entries,
       cited.roles,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       hits.turnover,
       CAST(hits.days AS BIGINT) AS days,
       hits.debits,
       hits.categories
FROM hits
JOIN cited ON cited.party_id = hits.party_id
