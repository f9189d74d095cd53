-- id: THB-39
-- version: 2
-- title: Hospitality business with takings, mostly cash, and hardly anything bought in
-- title[nl]: Horecabedrijf met vooral contante omzet en nauwelijks inkoop
-- describes: business
-- form: *
-- family: business
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.counterparty_account_id, movements.day, movements.month, entry_marks.mark,
--   entry_marks.entry_id, account_holders.account_id, account_holders.party_id, account_holders.role, parties.kind,
--   parties.sector, list_sector_peers.sector, list_sector_peers.measure, list_sector_peers.p10, list_sector_peers.p90
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: sectors text 55,56.3,93.29,96.02,96.04,96.22,96.23 -- NACE prefixes (Rev. 2 and 2.1) of hotels, bars and
--   nightclubs, massage and beauty
-- parameter: minimum_takings decimal 5000 -- in these records; of less nothing can be said
-- parameter: minimum_months number 3 -- with takings; a season has months without
-- parameter: minimum_peers number 5 -- businesses of the same sector in the case, without which the list of the office or
--   the two figures below are taken
-- parameter: input_percent decimal 10 -- without peers: less than this of the takings is bought in. Energy, laundry, stock
--   and wages of hotels and bars are commonly more than half of the takings
-- parameter: cash_percent decimal 70 -- without peers: more than this of the takings is cash, as in THB-38
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties p JOIN account_holders h ON
--   h.party_id = p.party_id AND h.role = 'holder' WHERE p.kind = 'company' AND p.sector IS NOT NULL AND p.sector <> '') AS
--   counted WHERE n = 0 -- no account of a company whose sector is known is in these records -- ask the company register
--   for the sectors of the businesses concerned
-- lack: SELECT DISTINCT p.party_id FROM parties p JOIN account_holders h ON h.party_id = p.party_id AND h.role = 'holder'
--   WHERE p.kind = 'company' AND (p.sector IS NULL OR p.sector = '') -- the sector of these companies is not in these records
--   -- ask the company register for their sectors
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h JOIN
--   parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another currency than
--   the threshold, without a rate -- ask for the amounts in the currency of the case, or set the threshold in theirs
-- source: FIN-2020-A008 on front companies; Strategy of the office, section 4.1 on hospitality
-- source: indicator THB-39, exact definition here: over all months of the records inputs (energy, laundry, stock, wages,
--   payroll tax, social contributions paid; booking platforms paid or paying) are a smaller part of the takings than at 90 %
--   of peers and cash is a larger part than at 90 % of peers. Takings: what comes in but from own accounts, loans, tax.
--   Peers: the other companies of the same prefix in the case, at least 5; else the list of the office sector_peers
--   (measures input_percent and cash_percent); else the two figures. With n peers the tenth part is the peer at
--   place n/10 rounded up, from below and from above
-- explanation: In {months} months takings of {takings} {currency} came in, of which {cash_share} per cent cash. Energy,
--   laundry, stock, wages and booking platforms come to {inputs} {currency}, {input_share} per cent of the takings. Compared
--   with {compared_with}: less than {input_limit} per cent bought in, more than {cash_limit} per cent cash.
-- explanation[nl]: In {months} maanden kwam {takings} {currency} omzet binnen, waarvan {cash_share} procent contant. Energie,
--   was, inkoop, lonen en boekingsplatforms komen op {inputs} {currency}, {input_share} procent van de omzet. Vergeleken met
--   {compared_with}: minder dan {input_limit} procent inkoop, meer dan {cash_limit} procent contant.
-- innocent: A seasonal business whose bills fall in months that are not in these records.
-- innocent: A business whose owner pays bills privately or from an account that is not in these records.
-- innocent: A business within a larger one, such as a bar in a sports club, that has energy and staff from there.

WITH trade AS (
    SELECT h.account_id, p.party_id, min(s.prefix) AS sector
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    JOIN (SELECT unnest(string_to_array($sectors, ',')) AS prefix) AS s 
        ON starts_with(replace(p.sector, '.', ''), replace(s.prefix, '.', ''))
    WHERE h.role = 'holder' AND p.kind = 'company'
    GROUP BY h.account_id, p.party_id
),
marks AS (
    SELECT entry_id,
           max(CASE WHEN mark IN ('loan', 'tax') THEN 1 ELSE 0 END) AS not_earned,
           max(CASE WHEN mark IN ('utilities', 'laundry', 'supplies', 'groceries', 'wage', 'payroll_tax', 'social_contributions',
               'booking_platform') THEN 1 ELSE 0 END) AS input,
           max(CASE WHEN mark = 'booking_platform' THEN 1 ELSE 0 END) AS booking
    FROM entry_marks
    WHERE mark IN ('loan', 'tax', 'utilities', 'laundry', 'supplies', 'groceries', 'wage', 'payroll_tax',
          'social_contributions', 'booking_platform')
    GROUP BY entry_id
),
moves AS (
    SELECT t.party_id, t.sector, m.account_id, m.entry_id, m.day, m.month, m.amount,
           CASE
               WHEN m.direction = 'credit' AND m.channel IN ('cash_atm', 'cash_branch') THEN 'cash taking'
               WHEN m.direction = 'credit' AND k.booking = 1 THEN 'taking by platform'
               WHEN m.direction = 'credit' THEN 'taking'
               ELSE 'input'
           END AS role
    FROM movements m
    JOIN trade t ON t.account_id = m.account_id
    LEFT ANTI JOIN trade AS own ON own.account_id = m.counterparty_account_id AND own.party_id = t.party_id
    LEFT JOIN marks k ON k.entry_id = m.entry_id
    WHERE m.currency = $currency AND m.amount > 0
      AND ((m.direction = 'credit' AND coalesce(k.not_earned, 0) = 0 AND m.channel NOT IN ('interest', 'loan'))
           OR (m.direction = 'debit' AND k.input = 1))
),
sums AS (
    SELECT party_id, sector,
           sum(CASE WHEN role <> 'input' THEN amount ELSE 0 END) AS takings,
           sum(CASE WHEN role = 'cash taking' THEN amount ELSE 0 END) AS cash,
           sum(CASE WHEN role IN ('input', 'taking by platform') THEN amount ELSE 0 END) AS inputs,
           count(DISTINCT CASE WHEN role <> 'input' THEN month END) AS months
    FROM moves
    GROUP BY party_id, sector
),
shares AS (
    SELECT *, CAST(inputs * 100 / takings AS DECIMAL(18, 2)) AS input_share, CAST(cash * 100 / takings AS DECIMAL(18, 2)) AS cash_share
    FROM sums
    WHERE takings >= $minimum_takings AND months >= $minimum_months
),
-- The peers of each business, without itself, in both orders.
ranked AS (
    SELECT a.party_id, b.input_share, b.cash_share, count(*) OVER (PARTITION BY a.party_id) AS peers,
           row_number() OVER (PARTITION BY a.party_id ORDER BY b.input_share, b.party_id) AS from_below,
           row_number() OVER (PARTITION BY a.party_id ORDER BY b.cash_share DESC, b.party_id) AS from_above
    FROM shares a
    JOIN shares b ON b.sector = a.sector AND b.party_id <> a.party_id
),
peers AS (
    SELECT party_id, max(peers) AS peers,
           min(CASE WHEN from_below = (peers + 9) / 10 THEN input_share END) AS p10,
           min(CASE WHEN from_above = (peers + 9) / 10 THEN cash_share END) AS p90
    FROM ranked
    WHERE peers >= $minimum_peers
    GROUP BY party_id
),
norms AS (
    SELECT replace(sector, '.', '') AS sector,
           min(CASE WHEN measure = 'input_percent' THEN CAST(p10 AS DECIMAL(18, 2)) END) AS p10,
           max(CASE WHEN measure = 'cash_percent' THEN CAST(p90 AS DECIMAL(18, 2)) END) AS p90
    FROM list_sector_peers
    WHERE measure IN ('input_percent', 'cash_percent')
    GROUP BY replace(sector, '.', '')
),
judged AS (
    SELECT s.*, p.peers,
           coalesce(p.p10, n.p10, $input_percent) AS input_limit,
           coalesce(p.p90, n.p90, $cash_percent) AS cash_limit,
           CASE
               WHEN p.peers IS NOT NULL THEN concat(CAST(p.peers AS VARCHAR), ' businesses of the sector in this case')
               WHEN n.p10 IS NOT NULL AND n.p90 IS NOT NULL THEN 'figures of the sector in the list of the office'
               ELSE 'fixed figures; too few businesses of the sector are in this case'
           END AS compared_with
    FROM shares s
    LEFT JOIN peers p ON p.party_id = s.party_id
    LEFT JOIN norms n ON n.sector = replace(s.sector, '.', '')
),
cited AS (
    SELECT j.*, m.account_id, m.entry_id, m.day, m.role, m.amount,
           row_number() OVER (PARTITION BY j.party_id, m.role ORDER BY m.amount DESC, m.entry_id) AS place
    FROM judged j
    JOIN moves m ON m.party_id = j.party_id
    WHERE j.input_share < j.input_limit AND j.cash_share > j.cash_limit
)
SELECT first_value(account_id ORDER BY CASE WHEN role = 'cash taking' THEN 0 ELSE 1 END, amount DESC, entry_id) AS account_id,
       party_id,
       min(day) AS from_time,
       max(day) AS to_time,
       array_agg(entry_id ORDER BY day, entry_id) AS entries,
       array_agg(role ORDER BY day, entry_id) AS roles,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       max(months) AS months, max(takings) AS takings, max(cash) AS cash, max(cash_share) AS cash_share,
       max(inputs) AS inputs, max(input_share) AS input_share, max(input_limit) AS input_limit, max(cash_limit) AS cash_limit,
       max(compared_with) AS compared_with
FROM cited
WHERE place <= 15
GROUP BY party_id
