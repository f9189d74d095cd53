-- id: THB-20
-- version: 1
-- title: One of several accounts opened together, all emptied to one place
-- title[nl]: Een van meerdere tegelijk geopende rekeningen, alle leeggehaald naar één plek
-- describes: exploited
-- form: L, C
-- family: recruitment
-- gate: pass-through
-- needs: accounts.account_id, accounts.opened, accounts.bank, accounts.bic, holders_of.account_id, holders_of.party_id,
--   holders_of.name, holders_of.role, party_addresses.party_id, party_addresses.house_number, party_identifiers.value,
--   relations.subject, relations.object, relations.kind, entry_marks.mark, entry_marks.other, movements.entry_id,
--   movements.account_id, movements.direction, movements.amount, movements.currency, movements.other, movements.second
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: days number 14 -- between the first and the last opening
-- parameter: minimum_accounts number 4 -- of different family names
-- parameter: share decimal 0.80 -- of what leaves an account, to one place
-- parameter: minimum_drained number 2 -- accounts of the batch whose money goes to that place
-- parameter: minimum_out decimal 500 -- that left an account in all; less says nothing
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT account_id FROM accounts WHERE
--   opened IS NOT NULL AND (bank IS NOT NULL OR bic IS NOT NULL) LIMIT 1) AS told) AS counted WHERE n = 0 -- the days on
--   which accounts were opened are not in these records -- ask the bank when, where and on whose introduction each was opened
-- gap: account_id IN (SELECT account_id FROM accounts WHERE opened IS NULL) -- when these accounts were opened is not in
--   these records -- ask the bank for the day of opening
-- gap: currency IS NULL OR currency <> $currency -- amounts in another currency, without a rate
--   -- ask for the amounts in the currency of the case, or set it to theirs
-- source: FATF/APG 2018 and banking practice; indicator THB-20, which is not to be used without THB-14 or THB-17
-- source: exact definition here: accounts at one bank (branch and introducer are seldom in records) that were opened within 14
--   days for people of at least four family names who share a phone, an e-mail address, an address or an employer; of these, each
--   account of which at least 80 % of all that left went to one account or name, where at least two of the batch pay so
--   (families, not own accounts or households, nor
--   payments marked money_transfer, payment_service, tax or gambling).
-- explanation: This account was opened within {days} days of others at the same bank: {batch} families who share {what}. Of
--   what left it, {passed} {currency} ({share_passed} of it) went to one place, as for {drained} families of this batch.
--   This says nothing against the holder, who may need protection.
-- explanation[nl]: Deze rekening is binnen {days} dagen met andere geopend bij dezelfde bank: {batch} gezinnen met gedeelde
--   gegevens. Van wat eraf ging, ging {passed} {currency} (deel: {share_passed}) naar één plek, zoals bij {drained} gezinnen
--   van deze groep. Dit zegt niets ten nadele van de houder, die misschien bescherming nodig heeft.
-- innocent: Seasonal workers for whom a farm opened accounts on the same day, and who send money home by one service.
-- innocent: Students of one house whose rent goes to one landlord.
-- innocent: Residents of a shelter whose money a budget manager keeps.

WITH people AS (
    SELECT h.account_id, h.party_id, a.opened, coalesce(a.bic, a.bank) AS bank, CAST(arrow_cast(a.opened, 'Int32') AS BIGINT) AS opened_on,
           lower(CASE WHEN strpos(h.name, ',') > 0 THEN split_part(h.name, ',', 1) ELSE regexp_replace(trim(h.name), '^.*\s', '') END) AS family
    FROM holders_of h
    JOIN accounts a ON a.account_id = h.account_id
    WHERE h.role = 'holder' AND h.kind = 'person' AND h.name IS NOT NULL AND a.opened IS NOT NULL AND coalesce(a.bic, a.bank) IS NOT NULL
),
shared AS (
    SELECT p.account_id, i.scheme AS what, i.value FROM people p JOIN party_identifiers i ON i.party_id = p.party_id
    WHERE i.scheme IN ('phone', 'email')
    UNION
    SELECT p.account_id, 'address', concat(coalesce(a.country, ''), '|', coalesce(a.postcode, concat(a.city, '|', a.street)), '|', a.house_number, '|', coalesce(a.unit, ''))
    FROM people p JOIN party_addresses a ON a.party_id = p.party_id WHERE a.house_number IS NOT NULL
    UNION
    SELECT p.account_id, 'employer', r.object FROM people p JOIN relations r ON r.subject = p.party_id
    WHERE r.kind = 'employment' AND r.object IS NOT NULL
    UNION
    SELECT p.account_id, 'employer', m.other FROM people p JOIN entry_marks m ON m.account_id = p.account_id
    WHERE m.mark = 'wage' AND m.direction = 'credit' AND m.other IS NOT NULL
),
grouped AS (
    SELECT p.account_id, p.family, p.bank, p.opened_on, s.what, s.value,
           CASE WHEN row_number() OVER (PARTITION BY p.bank, s.what, s.value, p.family ORDER BY p.opened_on, p.account_id) = 1 THEN 1 ELSE 0 END AS counts
    FROM people p
    JOIN shared s ON s.account_id = p.account_id
),
ahead AS (
    SELECT *, sum(counts) OVER (PARTITION BY bank, what, value ORDER BY opened_on RANGE BETWEEN CURRENT ROW AND $days FOLLOWING) AS families
    FROM grouped
),
batched AS (
    SELECT account_id, family, bank, what, value, max(families) OVER (
               PARTITION BY bank, what, value ORDER BY opened_on RANGE BETWEEN $days PRECEDING AND CURRENT ROW) AS families
    FROM ahead
),
members AS (SELECT * FROM batched WHERE families >= $minimum_accounts),
households AS (
    SELECT subject AS one, object AS two FROM relations WHERE kind = 'household'
    UNION SELECT object, subject FROM relations WHERE kind = 'household'
    UNION SELECT party_id AS one, party_id AS two FROM account_holders WHERE role = 'holder'
),
own AS (
    SELECT DISTINCT h.account_id, o.account_id AS other
    FROM account_holders h
    JOIN households ON households.one = h.party_id
    JOIN account_holders o ON o.party_id = households.two
    WHERE h.role = 'holder' AND o.role = 'holder'
),
sent AS (
    SELECT m.account_id, m.entry_id, m.amount, m.at, m.day_only, m.counterparty_account_id,
           CASE WHEN businesses.entry_id IS NULL AND own.other IS NULL AND m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee')
                THEN m.other END AS place
    FROM movements m
    LEFT SEMI JOIN members ON members.account_id = m.account_id
    LEFT JOIN own ON own.account_id = m.account_id AND own.other = m.counterparty_account_id
    LEFT JOIN (
        SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('money_transfer', 'payment_service', 'tax', 'gambling') AND direction = 'debit'
    ) AS businesses ON businesses.entry_id = m.entry_id
    WHERE m.direction = 'debit' AND m.currency = $currency
),
drains AS (
    SELECT s.account_id, s.place, sum(s.amount) AS passed, max(t.total) AS total, max(s.counterparty_account_id) AS exit_account
    FROM sent s
    JOIN (SELECT account_id, sum(amount) AS total FROM sent GROUP BY account_id) AS t ON t.account_id = s.account_id
    WHERE s.place IS NOT NULL
    GROUP BY s.account_id, s.place
    HAVING sum(s.amount) >= $share * max(t.total) AND max(t.total) >= $minimum_out
),
together AS (
    SELECT m.bank, m.what, m.value, d.place, count(DISTINCT m.family) AS drained
    FROM members m JOIN drains d ON d.account_id = m.account_id
    GROUP BY m.bank, m.what, m.value, d.place
    HAVING count(DISTINCT m.family) >= $minimum_drained
),
hits AS (
    SELECT m.account_id, d.place, max(d.exit_account) AS exit_account, max(m.families) AS batch, max(t.drained) AS drained,
           max(d.passed) AS passed, max(d.total) AS total, string_agg(DISTINCT m.what, ', ' ORDER BY m.what) AS what
    FROM members m
    JOIN drains d ON d.account_id = m.account_id
    JOIN together t ON t.bank = m.bank AND t.what = m.what AND t.value = m.value AND t.place = d.place
    GROUP BY m.account_id, d.place
)
SELECT h.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(s.at) AS from_time,
       max(s.at) AS to_time,
       CASE WHEN bool_or(s.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(s.entry_id ORDER BY s.at, s.entry_id) AS entries,
       array_agg('exit' ORDER BY s.at, s.entry_id) AS roles,
       max(h.exit_account) AS exit_account,
       'branch and introducer are not in these records: accounts of one bank were compared' AS sufficiency,
       max(h.batch) AS batch,
       max(h.drained) AS drained,
       max(h.passed) AS passed,
       CAST(CAST(max(h.passed) AS DECIMAL(22, 4)) / CAST(max(h.total) AS DECIMAL(22, 4)) AS DECIMAL(9, 4)) AS share_passed,
       max(h.what) AS what
FROM hits h
JOIN sent s ON s.account_id = h.account_id AND s.place = h.place
GROUP BY h.account_id, h.place
