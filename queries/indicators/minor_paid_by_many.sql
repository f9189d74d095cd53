-- id: THB-33
-- version: 1
-- title: A child whom many unrelated people pay
-- title[nl]: Een kind dat door veel onbekenden wordt betaald
-- describes: exploited
-- form: K
-- family: client payments
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_name, entries.counterparty_account_id,
--   entries.remittance, account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id,
--   parties.kind, parties.name, parties.birth_date, parties.birth_year, relations.subject, relations.object,
--   relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: age_months number 216 -- younger than 18 on the day of the payment
-- parameter: minimum_payers number 5 -- of other family names, none known to be a child
-- parameter: period interval 60 days -- two months
-- parameter: lawful_words text (sponsor|vereniging|club|verein|team|toernooi|turnier|tournament|wedstrijd|collecte|spende|donation|crowdfunding|gofundme|doneeractie|verjaardag|birthday|geburtstag|anniversaire|compleanno|urodziny|kerst|weihnacht|christmas|communie|kommunion|confirmation|oppas|babysit|bijles|nachhilfe|tutor|krant|zeitung|klusje|lawn|schoolreis|excursie)
--   -- a payment with such a text is a present, a collection or a small job
-- lack: SELECT p.party_id FROM parties p LEFT SEMI JOIN (SELECT h.party_id FROM account_holders h JOIN (SELECT DISTINCT
--   account_id FROM entries) AS e ON e.account_id = h.account_id WHERE h.role = 'holder') AS holding ON holding.party_id =
--   p.party_id WHERE p.kind = 'person' AND p.birth_date IS NULL AND p.birth_year IS NULL -- the age of these holders is
--   not in these records -- ask the bank or the population register for dates of birth; until then a child is possible
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   direction = 'credit' AND (counterparty_account_id IS NOT NULL OR counterparty_name IS NOT NULL) LIMIT 1) AS one) AS
--   counted WHERE n = 0 -- who paid is not in these records -- ask the bank for names and accounts of payers
-- gap: direction = 'credit' AND (currency IS NULL OR currency <> $currency) -- amounts in another currency, without a
--   rate -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: indicator THB-33; FATF and ECPAT material on payments for children; the figures are engineering defaults
-- source: exact definition here: payments to an account with one holder, younger than 18 on the day (where only the year
--   of birth is known, as young as possible), from at least 5 others in 60 days who are no company, not known to be
--   younger than 18 themselves, of other family names (last word of the name, without a last vowel) and not of the child's
--   household. Benefits, wages, grants, insurance, payment services and texts of birthdays, clubs and small jobs do not
--   count; other words of presents do, for they are used on children. A payer whose age is not known counts as an adult.
-- explanation: While younger than 18 on the day, the holder was paid {payments} times, together {total} {currency}, by
--   {payers} people of other families in {days} days; the age of {ages_unknown} of them is not known. The holder is to be
--   protected; nothing here speaks against the holder.
-- explanation[nl]: De houder, op die dag jonger dan 18, kreeg in {days} dagen {payments} betalingen, samen {total}
--   {currency}, van {payers} mensen van andere families; van {ages_unknown} is de leeftijd niet bekend. De houder moet
--   worden beschermd; niets hiervan spreekt tegen de houder.
-- innocent: A collection for a sports club, a school or a good cause.
-- innocent: Presents from friends and neighbours, or relatives by marriage.
-- innocent: Babysitting, newspaper rounds and other small jobs.
-- innocent: Things sold to other people, or friends' older brothers and sisters who pay back.

WITH people AS (
    SELECT h.account_id, h.party_id, h.kind,
           regexp_replace(regexp_replace(lower(trim(h.name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1') AS family,
           coalesce(p.birth_date, CASE WHEN p.birth_year IS NOT NULL THEN CAST(concat(CAST(p.birth_year AS VARCHAR), '-12-31') AS DATE) END) AS born
    FROM holders_of h JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder'
),
kin AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('household', 'family')
    UNION ALL SELECT object, subject FROM relations WHERE kind IN ('household', 'family')
),
children AS (
    SELECT p.* FROM people p LEFT SEMI JOIN sole_holders s ON s.account_id = p.account_id
    WHERE p.kind = 'person' AND p.born IS NOT NULL
),
paid AS (
    SELECT m.account_id, m.entry_id, m.amount, m.at, m.second, m.day, m.day_only, m.other, m.counterparty_account_id, c.party_id,
           c.family, regexp_replace(regexp_replace(lower(trim(m.counterparty_name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1') AS payer_family
    FROM movements m
    JOIN children c ON c.account_id = m.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE direction = 'credit' AND mark IN ('wage', 'benefit',
        'child_benefit', 'pension', 'student_grant', 'charity', 'insurance', 'tax', 'marketplace',
        'payment_service')) AS lawful ON lawful.entry_id = m.entry_id
    WHERE m.direction = 'credit' AND m.currency = $currency AND m.amount > 0 AND m.other IS NOT NULL
      AND m.channel NOT IN ('cash_atm', 'cash_branch', 'card_pos', 'card_ecom', 'interest', 'fee', 'internal')
      AND NOT regexp_like(lower(coalesce(m.remittance, '')), $lawful_words)
      AND (CAST(date_part('year', m.day) AS BIGINT) * 12 + CAST(date_part('month', m.day) AS BIGINT))
          - (CAST(date_part('year', c.born) AS BIGINT) * 12 + CAST(date_part('month', c.born) AS BIGINT))
          - CASE WHEN date_part('day', m.day) < date_part('day', c.born) THEN 1 ELSE 0 END < $age_months
),
credits AS (
    SELECT p.account_id, p.entry_id, p.amount, p.at, p.second, p.day_only, p.other, x.born AS payer_born
    FROM paid p
    LEFT JOIN (SELECT account_id, min(party_id) AS party_id, max(family) AS family, max(born) AS born,
                      max(CASE WHEN kind = 'company' THEN 1 ELSE 0 END) AS is_company FROM people GROUP BY account_id) AS x
        ON x.account_id = p.counterparty_account_id
    LEFT ANTI JOIN kin ON kin.one = p.party_id AND kin.other = x.party_id
    WHERE coalesce(x.is_company, 0) = 0
      AND coalesce(x.family, p.payer_family, '') <> p.family AND coalesce(p.payer_family, '') <> p.family
      AND coalesce(x.party_id, '') <> p.party_id
      AND (x.born IS NULL OR (CAST(date_part('year', p.day) AS BIGINT) * 12 + CAST(date_part('month', p.day) AS BIGINT))
          - (CAST(date_part('year', x.born) AS BIGINT) * 12 + CAST(date_part('month', x.born) AS BIGINT))
          - CASE WHEN date_part('day', p.day) < date_part('day', x.born) THEN 1 ELSE 0 END >= $age_months)
),
fullest AS (
    SELECT account_id, end_at
    FROM (
        SELECT e.account_id, e.at AS end_at,
               row_number() OVER (PARTITION BY e.account_id ORDER BY count(DISTINCT c.other) DESC, e.at) AS place
        FROM (SELECT DISTINCT account_id, at FROM credits) AS e
        JOIN credits c ON c.account_id = e.account_id
        WHERE c.at <= e.at AND c.at >= e.at - $period
        GROUP BY e.account_id, e.at
        HAVING count(DISTINCT c.other) >= $minimum_payers
    ) AS ranked
    WHERE place = 1
)
SELECT c.account_id, CAST(NULL AS VARCHAR) AS party_id, min(c.at) AS from_time, max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg('received' ORDER BY c.at, c.entry_id) AS roles,
       CASE WHEN count(DISTINCT CASE WHEN c.payer_born IS NULL THEN c.other END) > 0
            THEN 'the age of some payers is not in these records; they are taken to be adults' END AS sufficiency,
       count(*) AS payments, count(DISTINCT c.other) AS payers, sum(c.amount) AS total,
       count(DISTINCT CASE WHEN c.payer_born IS NULL THEN c.other END) AS ages_unknown,
       max(c.second) / 86400 - min(c.second) / 86400 + 1 AS days
FROM credits c
JOIN fullest f ON f.account_id = c.account_id
WHERE c.at <= f.end_at AND c.at >= f.end_at - $period
GROUP BY c.account_id
