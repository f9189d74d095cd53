-- id: THB-26
-- version: 2
-- title: People who seem unrelated send money to one person abroad
-- title[nl]: Mensen zonder zichtbare band sturen geld naar één persoon in het buitenland
-- describes: network
-- form: *
-- family: remittances
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_country, entries.counterparty_name,
--   entries.counterparty_account_id, entries.terminal, entries.country, accounts.account_id, accounts.country,
--   account_holders.account_id, account_holders.party_id, parties.party_id, parties.name, parties.phone, parties.email,
--   parties.address, relations.subject, relations.object, relations.kind, relations.detail
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: minimum_senders number 3 -- of different family names, none of them the receiver's
-- parameter: most_senders number 50 -- whoever is paid by more is a business, a charity or an office
-- parameter: period interval 60 days -- two months: wages and remittances come monthly
-- parameter: minimum_tied number 2 -- senders who share something that strangers do not share
-- parameter: share_sent decimal 0.80 -- of what came to a sender's account: so much sent on leaves no money to live on
-- parameter: desk_seconds number 600 -- one after the other at one desk
-- parameter: company_words text \b(bv|nv|gmbh|ag|ltd|limited|llc|inc|plc|srl|sa|sarl|sas|spa|sp|zoo|kft|eood|ood|ad|doo|foundation|stichting|fundatia|bank|university|school|hotel)\b
--   -- a receiver with such a word in the name is no person
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM movements WHERE
--   counterparty_country IS NOT NULL AND direction = 'debit' LIMIT 1) AS one) AS counted WHERE n = 0 -- the country of
--   the receiver is not in these records -- ask banks for the receiver's account or country, and money transfer services
--   for their transfers
-- gap: direction = 'debit' AND channel = 'remittance' AND counterparty_country IS NOT NULL AND country IS NULL -- from
--   which country this money was sent is not in these records -- ask the money transfer service for the agent's country
-- gap: direction = 'debit' AND counterparty_country IS NOT NULL AND (currency IS NULL OR currency <> $currency) -- amounts
--   in another currency, without a rate -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: indicator THB-26; FinCEN FIN-2020-A008: many, apparently unrelated customers who send wires to the same
--   beneficiaries
-- source: exact definition here: within 60 days at least 3 senders of different family names (last word of the name,
--   without a last vowel), none the receiver's and none of his household, to one receiver in another country than the
--   account's (of money transfers: the agent's); and at least 2 of them tied (one phone, e-mail or address; one payer
--   before; one desk within 10 minutes), or one whose account kept less than a fifth of what came in. Each told once.
-- explanation: {senders} senders of {families} families sent {total} {currency} to one receiver in another country within
--   {days} days. Tied to each other are {senders_tied} of them; {drained} sent on nearly all that came in.
-- explanation[nl]: {senders} afzenders uit {families} families stuurden binnen {days} dagen {total} {currency} naar één
--   ontvanger in een ander land. Onderling verbonden zijn er {senders_tied}; {drained} stuurden bijna alles door wat
--   binnenkwam.
-- innocent: An extended family with several family names, by marriage for example.
-- innocent: A village fund, a collection for a funeral or after a disaster.
-- innocent: Housemates who send together because one of them carries the money to the desk.
-- innocent: A small lender, teacher or landlord abroad whom several people pay.
-- control: senders_tied -- strangers who share a phone or desk or payer, and go to one receiver, are sent by somebody
-- control: drained -- a sender who keeps nothing to live on

WITH abroad AS (
    SELECT m.account_id, m.entry_id, m.amount, m.at, m.second, m.day_only, m.other, m.counterparty_account_id,
           m.counterparty_name, m.terminal
    FROM movements m
    LEFT JOIN accounts a ON a.account_id = m.account_id
    LEFT JOIN (SELECT DISTINCT entry_id FROM entry_marks WHERE mark = 'money_transfer' AND direction = 'debit') AS service
        ON service.entry_id = m.entry_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS business
        ON business.account_id = m.counterparty_account_id
    WHERE m.direction = 'debit' AND m.counterparty_country IS NOT NULL AND m.other IS NOT NULL AND m.currency = $currency
      AND m.channel NOT IN ('card_pos', 'card_ecom', 'cash_atm', 'cash_branch', 'direct_debit', 'fee', 'interest', 'loan')
      -- Between accounts of neighbouring countries everything is paid; what is meant is sent to be paid out, or far.
      AND (m.channel IN ('remittance', 'transfer_intl') OR service.entry_id IS NOT NULL OR m.told_country IS NOT NULL)
      AND m.counterparty_country <> CASE WHEN m.channel = 'remittance' THEN m.country ELSE coalesce(a.country, m.country) END
),
receivers AS (
    SELECT other, max(counterparty_account_id) AS account_id, max(counterparty_name) AS name
    FROM abroad
    GROUP BY other
    HAVING count(DISTINCT account_id) >= $minimum_senders
       AND count(DISTINCT account_id) <= $most_senders
       AND NOT bool_or(regexp_like(lower(coalesce(counterparty_name, '')), $company_words))
),
people AS (
    SELECT r.other, r.account_id, h.party_id,
           regexp_replace(regexp_replace(lower(trim(coalesce(h.name, r.name, '-'))), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1') AS family
    FROM receivers r
    LEFT JOIN (SELECT account_id, min(party_id) AS party_id, min(name) AS name, max(kind) AS kind, max(CASE WHEN kind = 'company' THEN 1 ELSE 0 END) AS is_company
               FROM holders_of WHERE role = 'holder' GROUP BY account_id) AS h ON h.account_id = r.account_id
    WHERE coalesce(h.is_company, 0) = 0
),
senders AS (
    SELECT account_id, min(party_id) AS party_id, min(name) AS name,
           max(CASE WHEN kind = 'company' THEN 1 ELSE 0 END) AS is_company
    FROM holders_of WHERE role = 'holder' GROUP BY account_id
),
kin AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('household', 'family')
    UNION ALL SELECT object, subject FROM relations WHERE kind IN ('household', 'family')
),
payments AS (
    SELECT a.*, r.party_id AS receiver, coalesce(s.party_id, a.account_id) AS sender,
           coalesce(regexp_replace(regexp_replace(lower(trim(s.name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1'), a.account_id) AS family
    FROM abroad a
    JOIN people r ON r.other = a.other
    LEFT JOIN senders s ON s.account_id = a.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE direction = 'debit'
                    AND mark IN ('charity', 'insurance', 'tax', 'rent', 'gambling', 'school', 'loan', 'booking_platform')) AS x
        ON x.entry_id = a.entry_id
    LEFT ANTI JOIN kin ON kin.one = s.party_id AND kin.other = r.party_id
    WHERE coalesce(s.is_company, 0) = 0
      AND coalesce(regexp_replace(regexp_replace(lower(trim(s.name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1'), '') <> r.family
      AND coalesce(s.party_id, '') <> coalesce(r.party_id, '-')
),
fullest AS (
    SELECT other, end_at
    FROM (
        SELECT e.other, e.at AS end_at,
               row_number() OVER (PARTITION BY e.other ORDER BY count(DISTINCT p.family) DESC, e.at) AS place
        FROM (SELECT DISTINCT other, at FROM payments) AS e
        JOIN payments p ON p.other = e.other
        WHERE p.at <= e.at AND p.at >= e.at - $period
        GROUP BY e.other, e.at
        HAVING count(DISTINCT p.family) >= $minimum_senders AND count(DISTINCT p.sender) >= $minimum_senders
    ) AS ranked
    WHERE place = 1
),
members AS (
    SELECT p.*, f.end_at FROM payments p JOIN fullest f ON f.other = p.other
    WHERE p.at <= f.end_at AND p.at >= f.end_at - $period
),
received AS (
    SELECT m.account_id, x.other AS receiver, x.sender, x.family, x.sent, m.other, m.amount,
           m.channel NOT IN ('cash_atm', 'cash_branch') AND w.entry_id IS NULL AS is_private
    FROM movements m
    JOIN (SELECT other, account_id, sender, family, max(end_at) AS end_at, sum(amount) AS sent FROM members
          GROUP BY other, account_id, sender, family) AS x ON x.account_id = m.account_id
    LEFT JOIN (SELECT DISTINCT entry_id FROM entry_marks WHERE direction = 'credit'
               AND mark IN ('wage', 'benefit', 'child_benefit', 'pension', 'student_grant')) AS w ON w.entry_id = m.entry_id
    WHERE m.direction = 'credit' AND m.currency = $currency AND m.at <= x.end_at AND m.at >= x.end_at - $period
),
contacts AS (
    SELECT DISTINCT m.other, m.sender, m.family, unnest(make_array(nullif(regexp_replace(p.phone, '[^0-9]', '', 'g'), ''),
               nullif(lower(trim(p.email)), ''), nullif(lower(trim(p.address)), ''))) AS value
    FROM members m JOIN parties p ON p.party_id = m.sender
    UNION ALL
    SELECT DISTINCT receiver, sender, family, concat('paid by ', r.other) FROM received r
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company') AS c ON c.account_id = r.other
    WHERE is_private AND r.other IS NOT NULL
),
ties AS (
    SELECT c.other, unnest(c.tied) AS sender
    FROM (SELECT other, value, array_agg(DISTINCT sender ORDER BY sender) AS tied FROM contacts WHERE value IS NOT NULL
          GROUP BY other, value HAVING count(DISTINCT family) >= 2) AS c
    UNION ALL
    SELECT a.other, a.sender
    FROM members a JOIN members b ON b.other = a.other AND b.terminal = a.terminal
    WHERE a.family <> b.family AND NOT a.day_only AND NOT b.day_only AND abs(a.second - b.second) <= $desk_seconds
    UNION ALL
    SELECT a.other, a.sender
    FROM members a JOIN members b ON b.other = a.other
    JOIN relations r ON r.subject = a.sender AND r.object = b.sender
    WHERE a.family <> b.family AND r.kind = 'shared_attribute' AND regexp_like(r.detail, '^(inferred: )?(phone|e-?mail|address)')
),
tied AS (SELECT other, count(DISTINCT sender) AS n FROM ties GROUP BY other),
emptied AS (
    SELECT receiver AS other, count(*) AS n
    FROM (SELECT receiver, account_id FROM received GROUP BY receiver, account_id
          HAVING sum(amount) > 0 AND max(sent) >= $share_sent * sum(amount)) AS each GROUP BY receiver
)
SELECT max(m.counterparty_account_id) AS account_id, max(m.receiver) AS party_id, min(m.at) AS from_time, max(m.at) AS to_time,
       CASE WHEN bool_or(m.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(m.entry_id ORDER BY m.at, m.entry_id) AS entries, array_agg('sent' ORDER BY m.at, m.entry_id) AS roles,
       array_agg(DISTINCT m.account_id ORDER BY m.account_id) AS others,
       count(DISTINCT m.sender) AS senders, count(DISTINCT m.family) AS families, sum(m.amount) AS total,
       max(m.second) / 86400 - min(m.second) / 86400 + 1 AS days,
       coalesce(max(t.n), 0) AS senders_tied, coalesce(max(d.n), 0) AS drained
FROM members m
LEFT JOIN tied t ON t.other = m.other
LEFT JOIN emptied d ON d.other = m.other
WHERE t.n >= $minimum_tied OR d.n >= 1
GROUP BY m.other
