-- id: FN-08
-- version: 2
-- title: treasury
-- title[nl]: kas
-- describes: account
-- form: -
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency, movements.channel,
--   movements.at, movements.day_only, movements.month, movements.other,
--   movements.counterparty_country, accounts.account_id, accounts.country,
--   sole_holders.account_id, sole_holders.party_id
-- parameter: accounts text - -- the accounts of the members, set by the tool
-- parameter: currency text EUR -- the case's currency; other currencies are never added to it
-- parameter: minimum_payments number 3 -- fewer are chance
-- parameter: minimum_payers number 2 -- money of one alone is no treasury
-- source: the Strategy, section 4: specialised tasks inside a network; where the money of the group comes together
-- explanation: {payments} payments from {payers} other members of the groups came together here, {total} {currency}; {sent_abroad} {currency} went abroad from here.
-- explanation[nl]: {payments} betalingen van {payers} andere leden van de groepen kwamen hier samen, {total} {currency}; {sent_abroad} {currency} ging van hier naar het buitenland.
-- innocent: A family that pools its money.
-- innocent: A holding company that collects from its own companies.

WITH members AS (SELECT unnest(string_to_array($accounts, ',')) AS account_id),
own AS (
    SELECT m.*
    FROM movements m LEFT SEMI JOIN members ON m.account_id = members.account_id
    WHERE m.currency = $currency
),
-- Money between accounts of one holder comes from nobody else.
collected AS (
    SELECT own.*, coalesce(theirs.party_id, own.other) AS payer
    FROM own
    LEFT SEMI JOIN members ON own.other = members.account_id
    LEFT JOIN sole_holders AS ours ON ours.account_id = own.account_id
    LEFT JOIN sole_holders AS theirs ON theirs.account_id = own.other
    WHERE own.direction = 'credit' AND own.other <> own.account_id
      AND (ours.party_id IS NULL OR theirs.party_id IS NULL OR ours.party_id <> theirs.party_id)
),
abroad AS (
    SELECT own.account_id, sum(own.amount) AS amount
    FROM own JOIN accounts a ON a.account_id = own.account_id
    WHERE own.direction = 'debit' AND own.counterparty_country IS NOT NULL AND a.country IS NOT NULL
      AND own.counterparty_country <> a.country
    GROUP BY own.account_id
)
SELECT c.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(c.at) AS from_time,
       max(c.at) AS to_time,
       CASE WHEN max(CAST(c.day_only AS INT)) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(CAST('collected' AS VARCHAR) ORDER BY c.at, c.entry_id) AS roles,
       count(*) AS payments,
       count(DISTINCT c.payer) AS payers,
       sum(c.amount) AS total,
       coalesce(min(abroad.amount), 0) AS sent_abroad
FROM collected c LEFT JOIN abroad ON abroad.account_id = c.account_id
GROUP BY c.account_id
HAVING count(*) >= $minimum_payments AND count(DISTINCT c.payer) >= $minimum_payers
