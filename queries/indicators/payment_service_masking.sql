-- id: THB-40
-- version: 2
-- title: Most payments run through payment services that name nobody behind them
-- title[nl]: De meeste betalingen lopen via betaaldiensten zonder dat erachter iemand is genoemd
-- describes: account
-- form: *
-- gate: pass-through
-- family: payment means
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency, movements.channel,
--   movements.remittance, movements.counterparty_name, movements.merchant_category, movements.month, entry_marks.mark,
--   entry_marks.entry_id, entry_details.entry_id, account_holders.role, parties.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: share_percent number 50 -- more than this of the payments, by number
-- parameter: minimum_payments number 20 -- such payments in a quarter; a few purchases on the web are everybody's
-- parameter: least_words number 2 -- words in the text that can name somebody; less names nobody
-- parameter: filler text
--   \b(payment|payments|betaling|betalingen|overboeking|transfer|transaction|transactie|transaktion|paiement|zahlung|przelew|plata|pagamento|pago|uitbetaling|payout|auszahlung|settlement|afrekening|order|bestelling|kenmerk|reference|referentie|factuur|invoice|omschrijving|description|iban|bic|naam|name|datum|date|periode|period|online|web|internet|instant|services|service|europe|europa|stichting|foundation|sarl|cie|sca|ltd|limited|inc|plc|gmbh|bv|nv|via|van|voor|from|for|the|and|aan|met|ref|num|nummer|number|id)\b
--   -- words of payments and payment services, which name nobody
-- parameter: trade_percent number 10 -- a company that pays at least this part of what it pays for stock, wages or taxes is
--   the merchant behind these payments itself
-- gap: remittance IS NULL AND counterparty_name IS NULL AND merchant_category IS NULL AND channel IN ('transfer',
--   'transfer_sepa', 'transfer_intl', 'card_ecom', 'unknown') -- these payments carry no name and no text at all -- ask the
--   bank for the counterparty and the text of the payment
-- gap: entry_id IN (SELECT entry_id FROM entry_marks WHERE mark = 'payment_service') AND merchant_category IS NULL
--   -- what a payment service paid in or out for whom is not in a bank's records -- ask the payment service for the accounts
--   of the holder with it and the payers and payees behind them
-- gap: entry_id IN (SELECT entry_id FROM entry_marks WHERE mark = 'payment_service') AND (currency IS NULL OR currency <>
--   $currency) -- amounts in another currency, without a rate -- ask for the amounts in the currency of the case, or set it to
--   theirs
-- source: FIN-2020-A008: payment processors in between, so that originator and beneficiary do not show
-- source: indicator THB-40, exact definition here: in a calendar quarter more than half of the payments of an account (cash,
--   purchases in shops, fees and interest apart), and at least 20, name a payment service, have no merchant category and no
--   further details, are no marketplace's, and hold in name and text less than 2 words of 3 letters beside those of payment
--   services. Companies that pay at least 10 % of what they pay for stock, wages or taxes are left out: they are the merchant
-- explanation: In {quarters} quarters most payments of this account ran through payment services and name nobody behind
--   them. In the quarter with most, {masked} of {payments} payments: {masked_in} came in ({amount_in} {currency}), {masked_out} went out
--   ({amount_out} {currency}), through {services} services. The services can say who stands behind them.
-- explanation[nl]: In {quarters} kwartalen liepen de meeste betalingen van deze rekening via betaaldiensten zonder dat
--   erachter iemand is genoemd. In het kwartaal met de meeste {masked} van {payments} betalingen: {masked_in} kwamen binnen
--   ({amount_in} {currency}), {masked_out} gingen eruit ({amount_out} {currency}), via {services} diensten. Die diensten kunnen zeggen wie erachter
--   zit.
-- innocent: A web shop whose takings are paid out by its payment service.
-- innocent: Somebody who buys most things on the web, at a bank that leaves the name of the shop out of the text.
-- innocent: A club or landlord who collects by payment links.

WITH services AS (
    SELECT entry_id, min(lower(matched)) AS service
    FROM entry_marks
    WHERE mark = 'payment_service'
    GROUP BY entry_id
),
-- An account that has fewer of them than a quarter asks for needs no further look.
candidates AS (
    SELECT account_id FROM entry_marks WHERE mark = 'payment_service' GROUP BY account_id HAVING count(*) >= $minimum_payments
),
behind AS (
    SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('marketplace', 'booking_platform', 'charity', 'gambling')
    UNION
    SELECT DISTINCT entry_id FROM entry_details
),
payments AS (
    SELECT m.account_id, m.entry_id, m.direction, m.amount, m.day, (m.month - 1) / 3 AS quarter, s.service,
           CASE
               WHEN s.entry_id IS NULL OR m.merchant_category IS NOT NULL OR behind.entry_id IS NOT NULL THEN 0
               WHEN cardinality(array_remove(string_to_array(trim(regexp_replace(regexp_replace(
                        regexp_replace(concat(' ', replace(lower(concat(coalesce(m.counterparty_name, ''), ' ', coalesce(m.remittance, ''))), s.service, ' '), ' '),
                            $filler, ' ', 'g'),
                        '[^\p{L}]+', ' ', 'g'), '(^| )\p{L}{1,2}( \p{L}{1,2})*($| )', ' ', 'g')), ' '), '')) < $least_words THEN 1
               ELSE 0
           END AS masked
    FROM movements m
    LEFT SEMI JOIN candidates ON candidates.account_id = m.account_id
    LEFT JOIN services s ON s.entry_id = m.entry_id
    LEFT JOIN behind ON behind.entry_id = m.entry_id
    WHERE m.channel NOT IN ('cash_atm', 'cash_branch', 'card_pos', 'fee', 'interest') AND m.amount > 0
      AND m.currency = $currency
),
-- Companies with a trade of their own.
merchants AS (
    SELECT h.account_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    JOIN movements m ON m.account_id = h.account_id
    LEFT SEMI JOIN candidates ON candidates.account_id = h.account_id
    LEFT JOIN (
        SELECT DISTINCT entry_id FROM entry_marks
        WHERE direction = 'debit' AND mark IN ('supplies', 'wage', 'tax', 'payroll_tax', 'social_contributions', 'utilities',
              'rent', 'advertising', 'laundry')
    ) AS trade ON trade.entry_id = m.entry_id
    WHERE h.role = 'holder' AND p.kind = 'company' AND m.direction = 'debit' AND m.currency = $currency
    GROUP BY h.account_id
    HAVING sum(CASE WHEN trade.entry_id IS NULL THEN 0 ELSE m.amount END) * 100 >= sum(m.amount) * $trade_percent
),
quarters AS (
    SELECT account_id, quarter, count(*) AS payments, sum(masked) AS masked
    FROM payments
    LEFT ANTI JOIN merchants ON merchants.account_id = payments.account_id
    GROUP BY account_id, quarter
    HAVING sum(masked) >= $minimum_payments AND sum(masked) * 100 > count(*) * $share_percent
),
best AS (
    SELECT *, count(*) OVER (PARTITION BY account_id) AS quarters,
           row_number() OVER (PARTITION BY account_id ORDER BY masked DESC, quarter) AS place
    FROM quarters
)
SELECT p.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(p.day) AS from_time,
       max(p.day) AS to_time,
       array_agg(p.entry_id ORDER BY p.day, p.entry_id) AS entries,
       array_agg(CASE WHEN p.direction = 'credit' THEN 'in by service' ELSE 'out by service' END ORDER BY p.day, p.entry_id) AS roles,
       max(b.quarters) AS quarters,
       max(b.payments) AS payments,
       count(*) AS masked,
       sum(CASE WHEN p.direction = 'credit' THEN 1 ELSE 0 END) AS masked_in,
       sum(CASE WHEN p.direction = 'debit' THEN 1 ELSE 0 END) AS masked_out,
       sum(CASE WHEN p.direction = 'credit' THEN p.amount ELSE 0 END) AS amount_in,
       sum(CASE WHEN p.direction = 'debit' THEN p.amount ELSE 0 END) AS amount_out,
       count(DISTINCT p.service) AS services
FROM best b
JOIN payments p ON p.account_id = b.account_id AND p.quarter = b.quarter
WHERE b.place = 1 AND p.masked = 1
GROUP BY p.account_id
