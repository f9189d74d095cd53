-- id: THB-31
-- version: 2
-- title: One receiver abroad of small payments from unrelated people
-- title[nl]: Eén ontvanger in het buitenland van kleine betalingen van onbekenden van elkaar
-- describes: controller
-- form: K
-- family: remittances
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_country, entries.counterparty_name, entries.country,
--   entries.merchant_category, accounts.account_id, accounts.country, account_holders.account_id,
--   account_holders.party_id, account_holders.role, parties.party_id, parties.kind, parties.name, relations.subject,
--   relations.object, relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared
-- parameter: corridors text - -- countries as two capitals with commas, besides the office's list; never from who people are
-- parameter: lowest decimal 6 -- the smallest payment seen in such cases (AUD 10)
-- parameter: highest decimal 60 -- the largest (AUD 100)
-- parameter: minimum_payments number 6 -- within the period: more than one a month to two people
-- parameter: period interval 60 days -- two months
-- parameter: minimum_payers number 3 -- of different family names
-- parameter: most_payers number 200 -- whoever is paid by more is a business
-- parameter: company_words text \b(bv|nv|gmbh|ag|ltd|limited|llc|inc|plc|srl|sa|sarl|sas|spa|sp|zoo|kft|eood|ood|ad|doo|corp|games|gaming|foundation|stichting|fundatia|bank|university|school|hotel|hospital|mission)\b
--   -- a receiver with such a word in the name is no person
-- parameter: games text 5815,5816,5817,5818,7993,7994,7995,8398 -- merchant categories of games, downloads and charities
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM list_child_protection_corridors WHERE
--   country IS NOT NULL) AS counted WHERE n = 0 AND $corridors = '-' -- no list of countries is there to go by -- put
--   queries/lists/child_protection_corridors.csv (column country) in the case, from the national unit against sexual
--   abuse of children or the FIU, or set the parameter corridors
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM movements WHERE
--   direction = 'debit' AND counterparty_country IS NOT NULL LIMIT 1) AS one) AS counted WHERE n = 0 -- the country of
--   receivers is not in these records -- ask banks for the receiver's account or country, and money transfer services and
--   payment services for payments of these customers
-- gap: direction = 'debit' AND channel IN ('remittance', 'transfer_intl') AND counterparty_country IS NULL
--   AND NOT regexp_like(upper(replace(coalesce(counterparty_account, ''), ' ', '')), '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$')
--   -- the country
--   that this money went to is not in these records -- ask the service or bank for the receiver and the country of payout
-- gap: direction = 'debit' AND channel IN ('remittance', 'transfer_intl') AND (currency IS NULL OR currency <> $currency)
--   -- amounts in another currency, without a rate -- ask for the amounts in the currency of the case, or run the rule in
--   theirs
-- source: indicator THB-31; AUSTRAC case guidance: a common beneficiary to whom several customers send small sums
-- source: exact definition here: a receiver whom at least 3 payers of different family names and households paid
--   within 60 days, each of whom made at least 6 payments of 6 to 60 in 60 days to countries of the list: by payment
--   service, transfer or money transfer, from accounts that people hold, to a country of the list other than the
--   account's (of money transfers: the agent's), to receivers who are no company, not of the payer's family name
--   (last word, without a last vowel) or household; games, gambling, charity, rent, telecom and insurance do not
--   count. A shop whose customers pay a few times hits none of this.
-- explanation: {payers} payers of {families} families, each with {minimum_payments} or more small payments to listed
--   countries, paid this receiver {payments} times in {days} days, together {total} {currency}. What was paid for is not
--   in the records.
-- explanation[nl]: {payers} betalers uit {families} families, elk met {minimum_payments} of meer kleine betalingen naar
--   landen op de lijst, betaalden deze ontvanger {payments} keer in {days} dagen, samen {total} {currency}. Waarvoor is
--   betaald, staat niet in de gegevens.
-- innocent: A small shop, teacher, guide or artist abroad who is paid in person.
-- innocent: A local worker of a good cause, or a family with several names.
-- innocent: A receiver who collects for others and may be made to do so.

WITH corridors AS (
    SELECT upper(trim(country)) AS country FROM list_child_protection_corridors WHERE country IS NOT NULL
    UNION
    SELECT upper(trim(country)) FROM (SELECT unnest(string_to_array($corridors, ',')) AS country) AS given
),
people AS (
    SELECT account_id, min(party_id) AS party_id,
           regexp_replace(regexp_replace(lower(trim(min(name))), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1') AS family,
           max(CASE WHEN kind = 'company' THEN 1 ELSE 0 END) AS is_company
    FROM holders_of WHERE role = 'holder' GROUP BY account_id
),
kin AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('household', 'family')
    UNION ALL SELECT object, subject FROM relations WHERE kind IN ('household', 'family')
),
sent AS (
    SELECT m.account_id, m.entry_id, m.amount, m.at, m.second, m.day_only, m.other, m.counterparty_account_id,
           m.counterparty_country AS country, p.family AS payer_family
    FROM movements m
    JOIN corridors c ON c.country = m.counterparty_country
    JOIN people p ON p.account_id = m.account_id
    LEFT JOIN accounts a ON a.account_id = m.account_id
    LEFT JOIN people x ON x.account_id = m.counterparty_account_id
    LEFT JOIN (SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('payment_service', 'money_transfer')) AS service
        ON service.entry_id = m.entry_id
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE direction = 'debit' AND mark IN ('charity', 'gambling',
        'insurance', 'tax', 'rent', 'telecom', 'topup', 'booking_platform')) AS lawful ON lawful.entry_id = m.entry_id
    LEFT ANTI JOIN kin ON kin.one = p.party_id AND kin.other = x.party_id
    WHERE m.direction = 'debit' AND m.currency = $currency AND m.other IS NOT NULL AND p.is_company = 0
      AND coalesce(x.is_company, 0) = 0 AND m.amount BETWEEN $lowest AND $highest
      AND (m.channel IN ('remittance', 'transfer', 'transfer_sepa', 'transfer_intl', 'unknown') OR service.entry_id IS NOT NULL)
      AND coalesce(CASE WHEN m.channel = 'remittance' THEN m.country END, a.country, '') <> m.counterparty_country
      AND NOT array_has(string_to_array($games, ','), coalesce(m.merchant_category, ''))
      AND NOT regexp_like(lower(coalesce(m.counterparty_name, '')), $company_words)
      AND coalesce(p.family, '') <> coalesce(x.family, regexp_replace(regexp_replace(lower(trim(m.counterparty_name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1'), '-')
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW) AS n FROM sent
),
payers AS (SELECT DISTINCT account_id FROM counted WHERE n >= $minimum_payments),
paid AS (
    SELECT s.*, coalesce(p.party_id, s.account_id) AS payer, coalesce(s.payer_family, s.account_id) AS family
    FROM sent s
    LEFT SEMI JOIN payers ON payers.account_id = s.account_id
    JOIN people p ON p.account_id = s.account_id
    LEFT SEMI JOIN (SELECT other FROM sent GROUP BY other HAVING count(DISTINCT account_id) BETWEEN $minimum_payers AND $most_payers) AS r
        ON r.other = s.other
),
-- Of a household one counts.
alone AS (
    SELECT p.* FROM paid p
    LEFT ANTI JOIN (
        SELECT a.other, a.payer FROM (SELECT DISTINCT other, payer FROM paid) AS a
        JOIN (SELECT DISTINCT other, payer FROM paid) AS b ON b.other = a.other
        JOIN kin ON kin.one = a.payer AND kin.other = b.payer
        WHERE b.payer < a.payer
    ) AS second ON second.other = p.other AND second.payer = p.payer
),
fullest AS (
    SELECT other, end_at
    FROM (
        SELECT e.other, e.at AS end_at,
               row_number() OVER (PARTITION BY e.other ORDER BY count(DISTINCT p.family) DESC, e.at) AS place
        FROM (SELECT DISTINCT other, at FROM alone) AS e
        JOIN alone p ON p.other = e.other
        WHERE p.at <= e.at AND p.at >= e.at - $period
        GROUP BY e.other, e.at
        HAVING count(DISTINCT p.family) >= $minimum_payers
    ) AS ranked
    WHERE place = 1
)
SELECT max(p.counterparty_account_id) AS account_id, max(x.party_id) AS party_id, min(p.at) AS from_time,
       max(p.at) AS to_time, CASE WHEN bool_or(p.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(p.entry_id ORDER BY p.at, p.entry_id) AS entries, array_agg('sent' ORDER BY p.at, p.entry_id) AS roles,
       array_agg(DISTINCT p.account_id ORDER BY p.account_id) AS others,
       count(*) AS payments, sum(p.amount) AS total, count(DISTINCT p.payer) AS payers,
       count(DISTINCT p.family) AS families, max(p.second) / 86400 - min(p.second) / 86400 + 1 AS days
FROM alone p
JOIN fullest f ON f.other = p.other
LEFT JOIN people x ON x.account_id = p.counterparty_account_id
WHERE p.at <= f.end_at AND p.at >= f.end_at - $period
GROUP BY p.other
