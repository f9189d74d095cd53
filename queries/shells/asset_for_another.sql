-- id: SM-02
-- version: 2
-- title: Asset in the name of one, paid by another
-- title[nl]: Bezit op naam van de een, betaald door de ander
-- describes: controller
-- form: -
-- gate: pass-through
-- needs: assets.asset_id, assets.kind, assets.identifier, assets.party_id, assets.value, assets.currency,
--   assets.acquired, assets.source_id, incomes.party_id, incomes.year, incomes.amount,
--   incomes.currency, entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.remittance,
--   entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.category
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: times decimal 3 -- the value is more than so many times all stated incomes up to that year; some years
--   may be missing
-- parameter: minimum_value decimal 5000 -- cheaper things are gifts
-- parameter: days number 60 -- between payment and acquisition
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM assets WHERE party_id IS NOT NULL)
--   AS counted WHERE n = 0 -- assets are not in these records -- ask the registers of land, vehicles and vessels for
--   what stands in whose name
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM incomes) AS counted WHERE n = 0 --
--   stated incomes are not in these records -- ask the tax office for stated incomes
-- lack: SELECT DISTINCT a.party_id FROM assets a JOIN parties p ON p.party_id = a.party_id LEFT ANTI JOIN incomes i
--   ON i.party_id = a.party_id WHERE p.kind = 'person' -- incomes of the holders of these assets are not in these
--   records -- ask the tax office for stated incomes of these persons
-- lack: SELECT DISTINCT a.party_id FROM assets a JOIN parties p ON p.party_id = a.party_id WHERE p.kind = 'person' AND
--   (a.acquired IS NULL OR a.value IS NULL OR a.currency IS NULL OR a.currency <> $currency) -- the day on which these
--   persons acquired an asset, or its price in the currency of the case, is not in these records -- ask the register,
--   the notary or the seller for day and price
-- lack: SELECT DISTINCT i.party_id FROM incomes i LEFT SEMI JOIN assets a ON a.party_id = i.party_id WHERE i.amount IS
--   NULL OR (i.currency IS NOT NULL AND i.currency <> $currency) -- some of the stated incomes of these persons have no
--   amount in the currency of the case -- ask the tax office for these incomes in the currency of the case
-- source: point 8 of the list of indicators: one holds, another has means, use and control; FATF and Egmont Group,
--   Concealment of Beneficial Ownership (2018) on informal nominees. Exact definition here: the debit has exactly the
--   value of the asset, within 60 days of the day on which it was acquired, on an account that the one in whose name
--   the asset stands does not hold; and its text has the asset's number, or it goes to an account of the one in whose
--   name the asset stands. Equal sums alone say nothing
-- explanation: From this account, {price} {currency} was paid on {paid_on}, the value at which an asset came on
--   {acquired} into the name of somebody who does not hold the account. All incomes stated for that other up to that
--   year are {incomes} {currency}: the asset is worth {times_incomes} times as much.
-- explanation[nl]: Van deze rekening is op {paid_on} {price} {currency} betaald, het bedrag waarvoor een bezit op
--   {acquired} op naam kwam van iemand die de rekening niet houdt. Alle voor die ander opgegeven inkomens tot en met
--   dat jaar zijn {incomes} {currency}: het bezit is {times_incomes} keer zoveel waard.
-- innocent: Parents who buy a car or a home for a child.
-- innocent: A partner who pays for what stands in the other's name.
-- innocent: An employer that gives a car, or a bank that pays out a loan.
-- innocent: Savings or an inheritance of the one in whose name it stands, paid through a relative.

WITH protected AS (
    SELECT party_id FROM parties WHERE category = 'victim or possible victim'
),
things AS (
    SELECT a.asset_id, a.kind, a.identifier, a.party_id AS holder, a.value,
           a.acquired,
           CAST(date_part('year', a.acquired) AS BIGINT) AS year,
           concat(a.source_id, ':', CAST(a.byte_start AS VARCHAR), '-', CAST(a.byte_end AS VARCHAR)) AS place
    FROM assets a
    JOIN parties p ON p.party_id = a.party_id
    WHERE p.kind = 'person' AND a.value >= $minimum_value AND a.currency = $currency
      AND a.acquired IS NOT NULL
),
means AS (
    SELECT t.asset_id, t.holder, sum(i.amount) AS incomes
    FROM things t
    JOIN incomes i ON i.party_id = t.holder
    WHERE i.year <= t.year
    GROUP BY t.asset_id, t.holder
    -- What has no amount in this currency may be large.
    HAVING max(CASE WHEN i.amount IS NULL OR coalesce(i.currency, $currency) <> $currency THEN 1 ELSE 0 END) = 0
),
beyond AS (
    SELECT t.*, m.incomes
    FROM things t
    JOIN means m ON m.asset_id = t.asset_id AND m.holder = t.holder
    WHERE t.value > $times * m.incomes
),
payments AS (
    SELECT b.asset_id, b.holder, e.entry_id, e.account_id, e.counterparty_account_id, e.amount,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day,
           CASE WHEN length(trim(b.identifier)) >= 3 AND strpos(lower(coalesce(e.remittance, '')), lower(trim(b.identifier))) > 0 THEN 1 ELSE 0 END AS is_named
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    JOIN beyond b ON b.value = e.amount
    WHERE e.direction = 'debit' AND NOT e.reversal AND e.currency = $currency
      AND abs(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32') - arrow_cast(b.acquired, 'Int32')) <= $days
),
-- Equal sums alone accuse nobody.
linked AS (
    SELECT p.*
    FROM payments p
    LEFT JOIN account_holders given ON given.account_id = p.counterparty_account_id AND given.party_id = p.holder AND given.role = 'holder'
    WHERE p.is_named = 1 OR given.account_id IS NOT NULL
),
payers AS (
    SELECT p.*, h.party_id AS controller
    FROM linked p
    JOIN account_holders h ON h.account_id = p.account_id AND h.role = 'holder'
    LEFT ANTI JOIN account_holders AS own ON own.account_id = p.account_id AND own.party_id = p.holder AND own.role = 'holder'
    LEFT ANTI JOIN protected ON protected.party_id = h.party_id
)
SELECT y.account_id,
       y.controller AS party_id,
       min(y.day) AS from_time,
       max(y.day) AS to_time,
       array_agg(DISTINCT y.entry_id ORDER BY y.entry_id) AS entries,
       make_array('payment') AS roles,
       array_agg(DISTINCT b.place ORDER BY b.place) AS records,
       array_agg(DISTINCT theirs.account_id ORDER BY theirs.account_id) FILTER (WHERE theirs.account_id IS NOT NULL) AS others,
       'incomes of years that are not in these records, savings, gifts and loans are not counted'
           || CASE WHEN max(y.is_named) = 1 THEN '' ELSE '; the payment has the asset''s value and goes to the one in whose name it stands, its text does not name the asset' END AS sufficiency,
       max(b.kind) AS asset_kind,
       max(b.acquired) AS acquired,
       max(y.amount) AS price,
       min(y.day) AS paid_on,
       max(b.incomes) AS incomes,
       CASE WHEN max(b.incomes) > 0 THEN CAST(CAST(max(b.value) AS DECIMAL(24, 4)) / CAST(max(b.incomes) AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) END AS times_incomes
FROM payers y
JOIN beyond b ON b.asset_id = y.asset_id AND b.holder = y.holder
LEFT JOIN account_holders theirs ON theirs.party_id = b.holder AND theirs.role = 'holder'
GROUP BY y.account_id, y.controller, b.asset_id, b.holder
