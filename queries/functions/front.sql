-- id: FN-07
-- version: 1
-- title: front
-- title[nl]: dekmantel of doorgeefbedrijf
-- describes: business
-- form: -
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency, movements.channel,
--   movements.at, movements.day_only, movements.month, movements.other, sole_holders.account_id,
--   sole_holders.party_id, sole_holders.kind, parties.party_id, parties.sector
-- parameter: accounts text - -- the accounts of the members, set by the tool
-- parameter: currency text EUR -- the case's currency; other currencies are never added to it
-- parameter: minimum_payments number 10 -- fewer takings are no business
-- source: the Strategy, section 4: specialised tasks inside a network; section 4.1: legal businesses used, such as hotels, nightclubs and massage salons
-- explanation: A business of sector {sector} with {payments} takings in cash and by card in {months} months, together {total} {currency}, in a group of indicators that stand together.
-- explanation[nl]: Een bedrijf van sector {sector} met {payments} ontvangsten in contant geld en per kaart in {months} maanden, samen {total} {currency}, in een groep aanwijzingen die samenhangen.
-- innocent: A business that a member owns and that does what it says.

WITH members AS (SELECT unnest(string_to_array($accounts, ',')) AS account_id),
takings AS (
    SELECT m.account_id, m.entry_id, m.at, m.day_only, m.month, m.amount
    FROM movements m LEFT SEMI JOIN members ON m.account_id = members.account_id
    WHERE m.direction = 'credit' AND m.channel IN ('cash_branch', 'cash_atm', 'card_pos', 'card_ecom') AND m.currency = $currency
)
SELECT t.account_id,
       s.party_id,
       min(t.at) AS from_time,
       max(t.at) AS to_time,
       CASE WHEN max(CAST(t.day_only AS INT)) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(t.entry_id ORDER BY t.at, t.entry_id) AS entries,
       array_agg(CAST('taking' AS VARCHAR) ORDER BY t.at, t.entry_id) AS roles,
       count(*) AS payments,
       count(DISTINCT t.month) AS months,
       sum(t.amount) AS total,
       coalesce(min(p.sector), 'unknown') AS sector
FROM takings t
JOIN sole_holders s ON s.account_id = t.account_id AND s.kind = 'company'
JOIN parties p ON p.party_id = s.party_id
GROUP BY t.account_id, s.party_id
HAVING count(*) >= $minimum_payments
