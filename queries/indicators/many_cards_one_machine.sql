-- id: THB-15
-- version: 1
-- title: Cards of several people used one after another at one cash machine
-- title[nl]: Kaarten van verschillende mensen kort na elkaar bij één geldautomaat
-- describes: exploited
-- form: L, C
-- family: cash
-- strength: strong
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.channel, entry_marks.terminal,
--   entry_marks.second, entry_marks.day_only, holders_of.account_id, holders_of.name, holders_of.role
-- parameter: minutes number 10 -- between the first and the last of them at the machine
-- parameter: minimum_holders number 3 -- of different family names; two may be a couple
-- parameter: minimum_days number 2 -- on which the same cards meet; once is a queue
-- parameter: together decimal 0.80 -- of all withdrawals with each of these cards; who meets colleagues on pay-day also goes alone
-- parameter: most_at_once number 8 -- accounts that follow each other at a machine; more make a queue, or its id stands for many
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel = 'cash_atm' AND direction = 'debit' AND terminal IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0
--   -- cash machines are not named in these records -- ask the bank for terminal ids and authorisation times of withdrawals
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel = 'cash_atm' AND direction = 'debit' AND booked_at IS NOT NULL AND time_precision <> 'day' LIMIT 1) AS told)
--   AS counted WHERE n = 0 -- time of day not in these records -- ask the bank for authorisation times and terminal ids
-- gap: channel = 'cash_atm' AND direction = 'debit' AND (terminal IS NULL OR booked_at IS NULL OR time_precision = 'day')
--   -- machine or time of day of these withdrawals is not in these records -- ask the bank for terminal ids and authorisation times
-- source: endlabourexploitation.co.uk: many different bank cards at an ATM; indicator THB-15
-- source: exact definition here: withdrawals at one machine of which each comes within 10 minutes of the one before are one
--   series. A series of more than 20 minutes or 8 accounts is a queue and is left out: at a busy machine people meet by
--   chance. In what is left, the same three accounts, held under three family names, within 10 minutes, on at least two
--   days; and from the first to the last of these at least 80 % of all withdrawals with each of the cards are among them.
-- explanation: On {days} days this account's card was used at a cash machine within {minutes} minutes of the same cards
--   of {companions} other accounts; {machines} machines, {withdrawals} withdrawals from this account. The records do not say
--   who used the cards. This says nothing against the holders, who may need protection.
-- explanation[nl]: Op {days} dagen werd de kaart van deze rekening binnen {minutes} minuten na of voor dezelfde kaarten
--   van {companions} andere rekeningen bij een geldautomaat gebruikt; {machines} automaten, {withdrawals} opnamen van deze
--   rekening. De gegevens zeggen niet wie de kaarten gebruikte. Dit zegt niets ten nadele van de houders, die
--   misschien bescherming nodig hebben.
-- innocent: Colleagues who share a car and stop at the same machine on pay-day.
-- innocent: A busy machine at a factory gate, of whose other users these records say nothing.
-- innocent: Somebody who runs errands for people who cannot leave home.

WITH families AS (
    SELECT account_id,
           min(lower(CASE WHEN strpos(name, ',') > 0 THEN split_part(name, ',', 1) ELSE regexp_replace(trim(name), '^.*\s', '') END)) AS family
    FROM holders_of
    WHERE role = 'holder' AND name IS NOT NULL
    GROUP BY account_id
),
-- Each part is referred to once where it can be: the engine computes it anew each time.
taken AS (
    SELECT m.entry_id, m.account_id, m.terminal, m.second, m.at, m.day,
           coalesce(f.family, m.account_id) AS family,
           row_number() OVER (PARTITION BY m.account_id ORDER BY m.second, m.entry_id) AS number,
           CASE WHEN m.second - lag(m.second) OVER (PARTITION BY m.terminal ORDER BY m.second, m.entry_id) <= $minutes * 60 THEN 0 ELSE 1 END AS begins
    FROM entry_marks m
    LEFT JOIN families f ON f.account_id = m.account_id
    WHERE m.mark = 'cash_out' AND m.channel = 'cash_atm' AND m.direction = 'debit' AND m.terminal IS NOT NULL AND NOT m.day_only
),
numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY terminal ORDER BY second, entry_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS series
    FROM taken
),
measured AS (
    SELECT *, count(*) OVER whole AS uses, max(second) OVER whole - min(second) OVER whole AS span
    FROM numbered
    WINDOW whole AS (PARTITION BY terminal, series)
),
usable AS (
    SELECT * FROM measured WHERE uses >= 3 AND uses <= $most_at_once AND span <= 2 * $minutes * 60
),
-- The series as lists by account, and every three of one: a join of the series with itself would look for them three times.
together AS (
    SELECT terminal, count(*) AS many, array_agg(account_id ORDER BY account_id, entry_id) AS accounts, array_agg(family ORDER BY account_id, entry_id) AS families,
           array_agg(entry_id ORDER BY account_id, entry_id) AS entries, array_agg(at ORDER BY account_id, entry_id) AS times,
           array_agg(day ORDER BY account_id, entry_id) AS days,
           array_agg(second ORDER BY account_id, entry_id) AS seconds, array_agg(number ORDER BY account_id, entry_id) AS numbers
    FROM usable
    GROUP BY terminal, series
    HAVING count(DISTINCT family) >= 3
),
firsts AS (SELECT *, unnest(range(1, many + 1)) AS i FROM together),
seconds AS (SELECT *, unnest(range(i + 1, many + 1)) AS j FROM firsts),
thirds AS (SELECT *, unnest(range(j + 1, many + 1)) AS k FROM seconds),
trios AS (
    SELECT accounts[i] AS a, accounts[j] AS b, accounts[k] AS c, terminal, days[i] AS day,
           make_array(accounts[i], accounts[j], accounts[k]) AS accounts,
           make_array(entries[i], entries[j], entries[k]) AS entries,
           make_array(times[i], times[j], times[k]) AS times,
           numbers[i] AS a_number, numbers[j] AS b_number, numbers[k] AS c_number,
           CASE WHEN row_number() OVER (PARTITION BY accounts[i], accounts[j], accounts[k], days[i] ORDER BY entries[i], entries[j], entries[k]) = 1
                THEN 1 ELSE 0 END AS new_day
    FROM thirds
    WHERE accounts[i] < accounts[j] AND accounts[j] < accounts[k]
      AND families[i] <> families[j] AND families[j] <> families[k] AND families[i] <> families[k]
      AND greatest(seconds[i], seconds[j], seconds[k]) - least(seconds[i], seconds[j], seconds[k]) <= $minutes * 60
),
-- How often the three met, and which part that is of what each card did meanwhile.
judged AS (
    SELECT *,
           sum(new_day) OVER three AS days,
           count(*) OVER three AS met,
           greatest(max(a_number) OVER three - min(a_number) OVER three, max(b_number) OVER three - min(b_number) OVER three,
                    max(c_number) OVER three - min(c_number) OVER three) + 1 AS uses
    FROM trios
    WINDOW three AS (PARTITION BY a, b, c)
),
seats AS (
    SELECT accounts[seat / 3 + 1] AS account_id, entries[seat % 3 + 1] AS entry_id, accounts[seat % 3 + 1] AS other,
           times[seat % 3 + 1] AS at, day, terminal
    FROM (SELECT *, unnest(range(0, 9)) AS seat FROM judged WHERE days >= $minimum_days AND met >= $together * uses) AS spread
),
cited AS (
    SELECT account_id, entry_id, min(other) AS other, min(at) AS at, min(day) AS day, min(terminal) AS terminal
    FROM seats
    GROUP BY account_id, entry_id
)
SELECT account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       array_agg(entry_id ORDER BY at, entry_id) AS entries,
       array_agg(CASE WHEN other = account_id THEN 'own' ELSE 'beside' END ORDER BY at, entry_id) AS roles,
       array_agg(DISTINCT other ORDER BY other) FILTER (WHERE other <> account_id) AS others,
       'other users of the machines are known only as far as their accounts are in these records' AS sufficiency,
       count(DISTINCT day) AS days,
       count(DISTINCT other) - 1 AS companions,
       count(DISTINCT terminal) AS machines,
       count(CASE WHEN other = account_id THEN 1 END) AS withdrawals
FROM cited
GROUP BY account_id
HAVING count(DISTINCT other) >= $minimum_holders
