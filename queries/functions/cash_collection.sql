-- id: FN-06
-- version: 2
-- title: cash collection
-- title[nl]: inzamelen van contant geld
-- describes: account
-- form: -
-- needs: entry_marks.mark, entry_marks.account_id, entry_marks.entry_id, entry_marks.direction, entry_marks.amount,
--   entry_marks.currency, entry_marks.at, entry_marks.day_only, entry_marks.month, entry_marks.other, entry_marks.city
-- parameter: accounts text - -- the accounts of the members, set by the tool
-- parameter: currency text EUR -- the case's currency; other currencies are never added to it
-- parameter: minimum_payments number 5 -- fewer are what a household has
-- source: the Strategy, section 4: specialised tasks inside a network; collecting
-- explanation: {payments} cash deposits and withdrawals in {months} months, {deposited} {currency} put in and {withdrawn} {currency} taken out.
-- explanation[nl]: {payments} contante stortingen en opnamen in {months} maanden, {deposited} {currency} gestort en {withdrawn} {currency} opgenomen.
-- innocent: A shop or a stall that is paid in cash.
-- innocent: Somebody who prefers cash to cards.

WITH members AS (SELECT unnest(string_to_array($accounts, ',')) AS account_id),
paid AS (
    -- A payment may have several marks and is one payment.
    SELECT m.account_id, m.entry_id, min(m.mark) AS mark, min(m.at) AS at,
           max(CAST(m.day_only AS INT)) AS day_only, min(m.month) AS month, min(m.amount) AS amount,
           min(m.direction) AS direction, min(m.other) AS other
    FROM entry_marks m LEFT SEMI JOIN members ON m.account_id = members.account_id
    WHERE m.mark IN ('cash_in', 'cash_out') AND m.currency = $currency
    GROUP BY m.account_id, m.entry_id
)
SELECT account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       CASE WHEN max(day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(entry_id ORDER BY at, entry_id) AS entries,
       array_agg(mark ORDER BY at, entry_id) AS roles,
       count(*) AS payments,
       count(DISTINCT month) AS months,
       coalesce(sum(CASE WHEN direction = 'credit' THEN amount END), 0) AS deposited,
       coalesce(sum(CASE WHEN direction = 'debit' THEN amount END), 0) AS withdrawn
FROM paid
GROUP BY account_id
HAVING count(*) >= $minimum_payments
