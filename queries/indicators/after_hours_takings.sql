-- id: THB-09
-- version: 2
-- title: Takings of a business outside its opening hours
-- title[nl]: Ontvangsten van een bedrijf buiten de openingstijden
-- describes: business
-- form: S, L
-- family: business
-- needs: movements.entry_id, movements.account_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.at, movements.day, movements.day_only, movements.minute_of_day,
--   account_holders.account_id, account_holders.party_id, parties.party_id, parties.kind, parties.sector,
--   parties.registration_number, parties.employees, relations.subject, relations.object, relations.kind,
--   list_opening_hours.registration_number, list_opening_hours.sector, list_opening_hours.weekday,
--   list_opening_hours.opens, list_opening_hours.closes, control_signs.account_id, control_signs.controls
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not added to it
-- parameter: outside_share decimal 0.2 -- of the value of takings whose time is known
-- parameter: minimum_days number 30 -- from the first to the last such takings
-- parameter: margin_minutes number 30 -- customers who came in time pay a little later
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM list_opening_hours) AS counted WHERE n = 0
--   -- opening hours of businesses are not in this case -- put queries/lists/opening_hours.csv (registration_number, sector,
--   weekday, opens, closes) into the case, from permits, registers or what the business itself says
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM movements WHERE NOT
--   day_only LIMIT 1) AS some) AS counted WHERE n = 0 -- time of day not in these records -- ask the bank or acquirer for
--   authorisation times and terminal ids of each card payment that the business took, not the time of settlement
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS counted
--   WHERE n = 0 -- no company is in these records -- ask the trade register for extracts of the companies concerned
-- source: indicator THB-09 of the project's catalogue, after FINTRAC-2016-OA003 and FinCEN FIN-2020-A008
-- source: exact definition here: credits by card and in cash on accounts of one company, each with its time of day, without
--   days on which one such credit alone was booked (the terminal's daily batch); at least the share of their value lies
--   outside the hours of the list, with the margin, over at least so many days. Hours of the registration number go before
--   those of the sector; a weekday without a line is closed; hours that end before they begin go on past midnight. A
--   company that is one person (a sole holder of shares or office, or at most one employee recorded and no other tie)
--   counts only where there is a sign of control.
-- explanation: {outside} of {takings} credits by card and in cash, {outside_total} of {total} {currency} ({share} of the
--   value), were booked outside the opening hours that the case's list has, over {days} days. Accounts of others that are
--   drained to this company: {feeders}.
-- explanation[nl]: {outside} van {takings} bijschrijvingen per kaart en contant, {outside_total} van {total} {currency}
--   ({share} van de waarde), vielen buiten de openingstijden op de lijst van de zaak, over {days} dagen. Rekeningen van
--   anderen die op dit bedrijf leeglopen: {feeders}.
-- innocent: The clock of the terminal is wrong, or in another time zone.
-- innocent: The batch of the day is closed after midnight; compare the times of authorisation, not of settlement.
-- innocent: The hours of the list are old, or the business holds private parties and extended openings that are permitted.
-- control: feeders -- accounts of people who may work there are drained to the company; with nobody else in the company this
--   is required

WITH hours AS (
    SELECT nullif(trim(registration_number), '') AS number,
           nullif(regexp_replace(trim(sector), '[^0-9A-Za-z]', '', 'g'), '') AS sector,
           CAST(trim(weekday) AS BIGINT) AS weekday,
           CAST(split_part(trim(opens), ':', 1) AS BIGINT) * 60 + CAST(split_part(trim(opens), ':', 2) AS BIGINT) AS opens,
           CAST(split_part(trim(closes), ':', 1) AS BIGINT) * 60 + CAST(split_part(trim(closes), ':', 2) AS BIGINT) AS closes
    FROM list_opening_hours
    WHERE opens IS NOT NULL AND closes IS NOT NULL AND weekday IS NOT NULL
),
-- Hours that reach into the next day are two stretches; the margin is at the end of both.
stretches AS (
    SELECT number, sector, weekday, opens AS begins,
           CASE WHEN closes <= opens THEN 1440 ELSE closes + $margin_minutes END AS ends
    FROM hours
    UNION ALL
    SELECT number, sector, weekday % 7 + 1, 0,
           CASE WHEN closes <= opens THEN closes + $margin_minutes ELSE closes + $margin_minutes - 1440 END
    FROM hours
    WHERE closes <= opens OR closes + $margin_minutes > 1440
),
companies AS (
    SELECT DISTINCT h.account_id, p.party_id, p.registration_number, p.employees,
           regexp_replace(coalesce(p.sector, ''), '[^0-9A-Za-z]', '', 'g') AS sector
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'company'
),
known AS (
    SELECT DISTINCT c.party_id, c.employees, s.number, s.sector, CASE WHEN s.number IS NULL THEN 2 ELSE 1 END AS rank
    FROM companies c
    JOIN (SELECT DISTINCT number, sector FROM hours) AS s
        ON s.number = c.registration_number OR (s.number IS NULL AND starts_with(c.sector, s.sector))
),
-- The number before the sector, the longer sector before the shorter.
chosen AS (
    SELECT party_id, employees, number, sector
    FROM (
        SELECT *, row_number() OVER (
            PARTITION BY party_id ORDER BY rank, length(coalesce(sector, '')) DESC, number, sector
        ) AS place
        FROM known
    ) AS ranked
    WHERE place = 1
),
takings AS (
    SELECT companies.party_id, m.account_id, m.entry_id, m.at, m.day, m.amount, m.minute_of_day,
           CAST((date_part('dow', m.day) + 6) AS BIGINT) % 7 + 1 AS weekday,
           count(*) OVER (PARTITION BY m.account_id, m.day) AS on_day
    FROM movements m
    JOIN companies ON companies.account_id = m.account_id
    LEFT SEMI JOIN chosen ON chosen.party_id = companies.party_id
    WHERE m.direction = 'credit' AND NOT m.day_only AND m.amount > 0 AND m.currency = $currency
      AND m.channel IN ('card_pos', 'card_ecom', 'cash_atm', 'cash_branch')
),
judged AS (
    SELECT t.party_id, t.account_id, t.entry_id, t.at, t.day, t.amount,
           max(CASE WHEN s.begins <= t.minute_of_day AND t.minute_of_day < s.ends THEN 1 ELSE 0 END) AS open
    FROM takings t
    JOIN chosen ON chosen.party_id = t.party_id
    LEFT JOIN stretches s
        ON s.weekday = t.weekday AND coalesce(s.number, '') = coalesce(chosen.number, '')
       AND coalesce(s.sector, '') = coalesce(chosen.sector, '')
    WHERE t.on_day > 1
    GROUP BY t.party_id, t.account_id, t.entry_id, t.at, t.day, t.amount
),
people AS (
    SELECT object AS party_id, count(DISTINCT subject) AS people
    FROM relations
    WHERE kind IN ('ownership', 'directorship', 'employment', 'mandate') AND subject IS NOT NULL
    GROUP BY object
),
fed AS (
    SELECT companies.party_id, max(c.feeders) AS feeders
    FROM companies
    JOIN control_signs c ON c.account_id = companies.account_id
    GROUP BY companies.party_id
),
hits AS (
    SELECT party_id, sum(amount) AS total, sum(CASE WHEN open = 0 THEN amount ELSE 0 END) AS outside_total,
           count(*) AS takings, sum(1 - open) AS outside,
           CAST(arrow_cast(max(day), 'Int32') AS BIGINT) - CAST(arrow_cast(min(day), 'Int32') AS BIGINT) AS days
    FROM judged
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       min(j.at) AS from_time,
       max(j.at) AS to_time,
       array_agg(j.entry_id ORDER BY j.at, j.entry_id) AS entries,
       array_agg(CAST('takings' AS VARCHAR) ORDER BY j.at, j.entry_id) AS roles,
       'hours are those of the list; only credits whose time is known were looked at' AS sufficiency,
       max(hits.outside) AS outside,
       max(hits.takings) AS takings,
       max(hits.outside_total) AS outside_total,
       max(hits.total) AS total,
       CAST(CAST(max(hits.outside_total) AS DECIMAL(24, 4)) / CAST(max(hits.total) AS DECIMAL(24, 4)) AS DECIMAL(9, 4)) AS share,
       max(hits.days) AS days,
       coalesce(max(fed.feeders), 0) AS feeders
FROM hits
JOIN judged j ON j.party_id = hits.party_id AND j.open = 0
JOIN chosen ON chosen.party_id = hits.party_id
LEFT JOIN people ON people.party_id = hits.party_id
LEFT JOIN fed ON fed.party_id = hits.party_id
WHERE hits.outside_total >= $outside_share * hits.total AND hits.days >= $minimum_days
  AND (coalesce(fed.feeders, 0) >= 1 OR coalesce(people.people, 0) >= 2 OR coalesce(chosen.employees, 0) >= 2)
GROUP BY hits.party_id
