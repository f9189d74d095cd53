-- id: THB-32
-- version: 2
-- title: Payments to a listed country that rise in sum or number, then a ticket sold there or a stay
-- title[nl]: Betalingen naar een land op de lijst die in som of aantal stijgen, daarna een daar verkocht reisbewijs of een verblijf
-- describes: demand
-- form: K
-- family: lodging and travel
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_country, entries.counterparty_name, entries.country,
--   entries.merchant_category, accounts.account_id, accounts.country, account_holders.account_id,
--   account_holders.party_id, account_holders.role, parties.party_id, parties.kind, parties.name, relations.subject,
--   relations.object, relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared
-- parameter: corridors text - -- countries as two capitals with commas, besides the office's list; never from who people are
-- parameter: highest decimal 300 -- a payment; larger ones are rent, loans or help to build
-- parameter: minimum_payments number 6 -- in the four periods before the ticket
-- parameter: days number 30 -- length of each of the four periods; the last ends with the ticket
-- parameter: factor decimal 2 -- last period to the mean of the three before
-- parameter: stay_days number 90 -- from the ticket to the use of card or cash in that country
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
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE country
--   IS NOT NULL LIMIT 1) AS one) AS counted WHERE n = 0 -- where cards and cash were used is not in these records, so no
--   journey is seen -- ask the bank for the country of each card payment and withdrawal
-- gap: direction = 'debit' AND channel IN ('remittance', 'transfer_intl') AND counterparty_country IS NULL
--   AND NOT regexp_like(upper(replace(coalesce(counterparty_account, ''), ' ', '')), '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$')
--   -- the country
--   that this money went to is not in these records -- ask the service or bank for the receiver and the country of payout
-- gap: direction = 'debit' AND channel IN ('remittance', 'transfer_intl') AND (currency IS NULL OR currency <> $currency)
--   -- amounts in another currency, without a rate -- ask for the amounts in the currency of the case, or run the rule in
--   theirs
-- source: indicator THB-32; AUSTRAC case guidance: payments that escalate, followed by a ticket; texts such as school fees
--   or gift
-- source: exact definition here: payments to one country of the list in the 120 days before a ticket: sum or number
--   of the last 30 days at least twice the mean of the three periods of 30 days before, in which there were some, and
--   rising by least squares over the four; then an air, rail or bus ticket with that country as the seller's or,
--   within 90 days, card or cash used there. Counted is what goes by payment service, transfer or money transfer,
--   from accounts that people hold, to a country of the list other than the account's (of money transfers: the
--   agent's), to receivers who are no company, not of the payer's family name (last word, without a last vowel) or
--   household; games, gambling, charity, rent, telecom and insurance do not count. A receiver who also paid this
--   account is a partner or a friend and does not count.
-- explanation: {payments} payments to {destination}, together {total} {currency}: {last_sum} in the {days} days before a
--   ticket, {earlier_sum} in the three times {days} days before those; the sum or the number rose. {gift_texts} with words of
--   gifts or school.
-- explanation[nl]: {payments} betalingen naar {destination}, samen {total} {currency}: {last_sum} in de {days} dagen voor een
--   reisbewijs, {earlier_sum} in de drie keer {days} dagen daarvoor; de som of het aantal steeg. {gift_texts} met woorden over
--   cadeaus of school.
-- innocent: A partner or friends abroad, visited after saving for it.
-- innocent: A holiday, wedding or house that is paid in parts before the journey.
-- innocent: Volunteers and supporters of a school or a good cause who visit it.
-- innocent: Relatives with another family name.

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
           m.counterparty_country AS country
    FROM movements m
    JOIN corridors c ON c.country = m.counterparty_country
    JOIN people p ON p.account_id = m.account_id
    LEFT JOIN accounts a ON a.account_id = m.account_id
    LEFT JOIN people x ON x.account_id = m.counterparty_account_id
    LEFT JOIN (SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('payment_service', 'money_transfer')) AS service
        ON service.entry_id = m.entry_id
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE direction = 'debit' AND mark IN ('charity', 'gambling',
        'insurance', 'tax', 'rent', 'telecom', 'topup', 'booking_platform', 'travel_air', 'travel_rail', 'travel_bus', 'lodging')) AS lawful ON lawful.entry_id = m.entry_id
    LEFT ANTI JOIN kin ON kin.one = p.party_id AND kin.other = x.party_id
    WHERE m.direction = 'debit' AND m.currency = $currency AND m.other IS NOT NULL AND p.is_company = 0
      AND coalesce(x.is_company, 0) = 0 AND m.amount > 0 AND m.amount <= $highest
      AND (m.channel IN ('remittance', 'transfer', 'transfer_sepa', 'transfer_intl', 'unknown') OR service.entry_id IS NOT NULL)
      AND coalesce(CASE WHEN m.channel = 'remittance' THEN m.country END, a.country, '') <> m.counterparty_country
      AND NOT array_has(string_to_array($games, ','), coalesce(m.merchant_category, ''))
      AND NOT regexp_like(lower(coalesce(m.counterparty_name, '')), $company_words)
      AND coalesce(p.family, '') <> coalesce(x.family, regexp_replace(regexp_replace(lower(trim(m.counterparty_name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1'), '-')
),
-- Who pays back is a partner or a friend.
one_way AS (
    SELECT s.* FROM sent s
    LEFT ANTI JOIN (
        SELECT m.account_id, m.other FROM movements m LEFT SEMI JOIN (SELECT account_id FROM sent) AS own ON own.account_id = m.account_id
        WHERE m.direction = 'credit' AND m.other IS NOT NULL
    ) AS back
        ON back.account_id = s.account_id AND back.other = s.other
),
candidates AS (
    SELECT account_id, country FROM one_way GROUP BY account_id, country HAVING count(*) >= $minimum_payments
),
tickets AS (
    SELECT c.account_id, c.country, t.entry_id, min(t.at) AS at, min(t.second) AS second, bool_or(t.day_only) AS day_only,
           bool_or(coalesce(t.counterparty_country, t.country, '') = c.country) AS is_there
    FROM candidates c JOIN entry_marks t ON t.account_id = c.account_id
    WHERE t.mark IN ('travel_air', 'travel_rail', 'travel_bus') AND t.direction = 'debit'
    GROUP BY c.account_id, c.country, t.entry_id
),
stays AS (
    SELECT t.account_id, t.country, t.entry_id, min(m.entry_id) AS stay
    FROM tickets t
    JOIN movements m ON m.account_id = t.account_id AND m.country = t.country
    WHERE m.channel IN ('card_pos', 'cash_atm', 'cash_branch') AND m.second >= t.second
      AND m.second <= t.second + $stay_days * 86400
    GROUP BY t.account_id, t.country, t.entry_id
),
before AS (
    SELECT t.account_id, t.country, t.entry_id AS ticket, t.at AS ticket_at, s.entry_id, s.amount, s.at, s.day_only,
           (t.second - s.second) / (86400 * $days) AS periods_before
    FROM tickets t
    LEFT JOIN stays ON stays.account_id = t.account_id AND stays.country = t.country AND stays.entry_id = t.entry_id
    JOIN one_way s ON s.account_id = t.account_id AND s.country = t.country
    WHERE (t.is_there OR stays.stay IS NOT NULL) AND s.second <= t.second AND s.second > t.second - 4 * 86400 * $days
),
sums AS (
    SELECT account_id, country, ticket, ticket_at, count(*) AS n,
           sum(CASE WHEN periods_before = 0 THEN amount ELSE 0 END) AS s0, sum(CASE WHEN periods_before = 0 THEN 1 ELSE 0 END) AS n0,
           sum(CASE WHEN periods_before = 1 THEN amount ELSE 0 END) AS s1, sum(CASE WHEN periods_before = 1 THEN 1 ELSE 0 END) AS n1,
           sum(CASE WHEN periods_before = 2 THEN amount ELSE 0 END) AS s2, sum(CASE WHEN periods_before = 2 THEN 1 ELSE 0 END) AS n2,
           sum(CASE WHEN periods_before = 3 THEN amount ELSE 0 END) AS s3, sum(CASE WHEN periods_before = 3 THEN 1 ELSE 0 END) AS n3
    FROM before GROUP BY account_id, country, ticket, ticket_at
),
rises AS (
    SELECT *, row_number() OVER (PARTITION BY account_id, country ORDER BY ticket_at, ticket) AS place
    FROM sums
    WHERE n >= $minimum_payments AND n1 + n2 + n3 > 0
      AND ((s0 * 3 >= (s1 + s2 + s3) * $factor AND 3 * s0 + s1 - s2 - 3 * s3 > 0)
        OR (n0 * 3 >= (n1 + n2 + n3) * $factor AND 3 * n0 + n1 - n2 - 3 * n3 > 0))
),
cited AS (
    SELECT b.account_id, b.country, b.entry_id, b.at, b.day_only, b.amount, 'sent' AS role
    FROM before b JOIN rises r ON r.account_id = b.account_id AND r.country = b.country AND r.ticket = b.ticket
    WHERE r.place = 1
    UNION ALL
    SELECT r.account_id, r.country, r.ticket, t.at, t.day_only, 0, 'ticket'
    FROM rises r JOIN tickets t ON t.account_id = r.account_id AND t.country = r.country AND t.entry_id = r.ticket
    WHERE r.place = 1
)
SELECT c.account_id, CAST(NULL AS VARCHAR) AS party_id, min(c.at) AS from_time, max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.at, c.entry_id) AS roles,
       c.country AS destination, max(r.n) AS payments, sum(c.amount) AS total, max(r.s0) AS last_sum,
       max(r.s1 + r.s2 + r.s3) AS earlier_sum, count(DISTINCT g.entry_id) AS gift_texts
FROM cited c
JOIN rises r ON r.account_id = c.account_id AND r.country = c.country
LEFT JOIN (SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('gift_words', 'school')) AS g ON g.entry_id = c.entry_id
WHERE r.place = 1
GROUP BY c.account_id, c.country
