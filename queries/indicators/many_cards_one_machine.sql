-- id: THB-15
-- version: 1
-- title: Cards of several people used one after another at one cash machine
-- title[nl]: Kaarten van verschillende mensen kort na elkaar bij één geldautomaat
-- describes: exploited
-- form: L, C
-- family: cash
-- strength: strong
-- needs: movements.entry_id, movements.account_id, movements.channel, movements.terminal, movements.second,
--   movements.day_only, holders_of.account_id, holders_of.name, holders_of.role
-- parameter: minutes number 10 -- between the first and the last of them at the machine
-- parameter: minimum_holders number 3 -- of different family names; two may be a couple
-- parameter: minimum_days number 2 -- on which the same cards meet; once is a queue
-- parameter: most_at_once number 20 -- accounts at one terminal in ten minutes; more cannot stand at one machine, so its id stands for many
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel = 'cash_atm' AND direction = 'debit' AND terminal IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0
--   -- cash machines are not named in these records -- ask the bank for terminal ids and authorisation times of withdrawals
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   channel = 'cash_atm' AND direction = 'debit' AND booked_at IS NOT NULL AND time_precision <> 'day' LIMIT 1) AS told)
--   AS counted WHERE n = 0 -- time of day not in these records -- ask the bank for authorisation times and terminal ids
-- gap: channel = 'cash_atm' AND direction = 'debit' AND (terminal IS NULL OR booked_at IS NULL OR time_precision = 'day')
--   -- machine or time of day of these withdrawals is not in these records -- ask the bank for terminal ids and authorisation times
-- source: endlabourexploitation.co.uk: many different bank cards at an ATM; indicator THB-15
-- source: exact definition here: the same three accounts, held under three family names, have withdrawals at one machine
--   within 10 minutes, on at least two days, and among all accounts seen at that machine from 10 minutes before to 10
--   minutes after, they and those they so meet are more than half: at a busy machine people meet by chance.
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
taken AS (
    SELECT m.entry_id, m.account_id, m.terminal, m.second, m.at, m.day, m.amount, m.currency,
           coalesce(f.family, m.account_id) AS family
    FROM movements m
    LEFT JOIN families f ON f.account_id = m.account_id
    WHERE m.channel = 'cash_atm' AND m.direction = 'debit' AND m.terminal IS NOT NULL AND NOT m.day_only
),
crowded AS (
    SELECT DISTINCT terminal
    FROM (SELECT terminal, count(DISTINCT account_id) AS n FROM taken GROUP BY terminal, second / 600) AS slots
    WHERE n > $most_at_once
),
usable AS (
    SELECT taken.*, second / ($minutes * 60) AS slot FROM taken LEFT ANTI JOIN crowded ON crowded.terminal = taken.terminal
),
spread AS (SELECT *, slot + ahead AS near FROM (SELECT *, unnest(make_array(-1, 0, 1)) AS ahead FROM usable) AS slots),
pairs AS (
    SELECT a.entry_id AS first_entry, a.account_id AS a, b.account_id AS b, a.terminal, a.second AS a_second, b.second AS b_second,
           a.family AS a_family, b.family AS b_family, b.entry_id AS b_entry, a.day
    FROM usable a
    JOIN spread b ON b.terminal = a.terminal AND b.near = a.slot
    WHERE a.account_id < b.account_id AND a.family <> b.family AND abs(a.second - b.second) <= $minutes * 60
),
often AS (SELECT a, b FROM pairs GROUP BY a, b HAVING count(DISTINCT day) >= $minimum_days),
meeting AS (SELECT pairs.* FROM pairs LEFT SEMI JOIN often ON often.a = pairs.a AND often.b = pairs.b),
trios AS (
    SELECT x.a, x.b, y.b AS c, x.day, x.terminal, least(x.a_second, x.b_second, y.b_second) AS first_second,
           greatest(x.a_second, x.b_second, y.b_second) AS last_second, x.first_entry AS a_entry, x.b_entry, y.b_entry AS c_entry
    FROM meeting x
    JOIN meeting y ON y.first_entry = x.first_entry
    WHERE x.b < y.b AND x.b_family <> y.b_family AND abs(x.b_second - y.b_second) <= $minutes * 60
),
same AS (SELECT a, b, c FROM trios GROUP BY a, b, c HAVING count(DISTINCT day) >= $minimum_days),
events AS (
    SELECT trios.* FROM trios LEFT SEMI JOIN same ON same.a = trios.a AND same.b = trios.b AND same.c = trios.c
),
-- Each account of an event, and the company that it keeps there.
seats AS (
    SELECT a AS account_id, a_entry AS entry_id, terminal, day, first_second, last_second, make_array(b, c) AS others FROM events
    UNION ALL SELECT b, b_entry, terminal, day, first_second, last_second, make_array(a, c) FROM events
    UNION ALL SELECT c, c_entry, terminal, day, first_second, last_second, make_array(a, b) FROM events
),
pairs_of AS (SELECT DISTINCT account_id, unnest(others) AS other FROM seats),
-- Where outsiders are as many as the set, it is a queue.
watched AS (
    SELECT s.account_id, s.entry_id, s.day, s.terminal,
           count(DISTINCT u.account_id) AS present,
           count(DISTINCT CASE WHEN p.other IS NOT NULL OR u.account_id = s.account_id THEN u.account_id END) AS known
    FROM (SELECT account_id, entry_id, terminal, day, min(first_second) AS first_second, max(last_second) AS last_second
          FROM seats GROUP BY account_id, entry_id, terminal, day) AS s
    JOIN usable u ON u.terminal = s.terminal AND u.day = s.day
    LEFT JOIN pairs_of p ON p.account_id = s.account_id AND p.other = u.account_id
    WHERE u.second >= s.first_second - $minutes * 60 AND u.second <= s.last_second + $minutes * 60
    GROUP BY s.account_id, s.entry_id, s.day, s.terminal
),
quiet AS (SELECT * FROM watched WHERE known * 2 > present),
-- Still the same three on two days once queues are left out.
kept AS (
    SELECT e.*
    FROM events e
    LEFT SEMI JOIN quiet AS one ON one.entry_id = e.a_entry
    LEFT SEMI JOIN quiet AS two ON two.entry_id = e.b_entry
    LEFT SEMI JOIN quiet AS three ON three.entry_id = e.c_entry
),
sets AS (SELECT a, b, c FROM kept GROUP BY a, b, c HAVING count(DISTINCT day) >= $minimum_days),
final AS (SELECT kept.* FROM kept LEFT SEMI JOIN sets ON sets.a = kept.a AND sets.b = kept.b AND sets.c = kept.c),
members AS (
    SELECT account_id, entry_id, unnest(others) AS other, unnest(other_entries) AS other_entry
    FROM (
        SELECT a AS account_id, a_entry AS entry_id, make_array(b, c) AS others, make_array(b_entry, c_entry) AS other_entries FROM final
        UNION ALL SELECT b, b_entry, make_array(a, c), make_array(a_entry, c_entry) FROM final
        UNION ALL SELECT c, c_entry, make_array(a, b), make_array(a_entry, b_entry) FROM final
    ) AS turned
),
companions AS (SELECT account_id, array_agg(DISTINCT other ORDER BY other) AS others, count(DISTINCT other) AS companions FROM members GROUP BY account_id),
cited AS (
    SELECT DISTINCT account_id, entry_id, 'own' AS role FROM members
    UNION ALL
    SELECT DISTINCT account_id, other_entry, 'beside' FROM members
)
SELECT c.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(t.at) AS from_time,
       max(t.at) AS to_time,
       array_agg(c.entry_id ORDER BY t.at, c.entry_id) AS entries,
       array_agg(c.role ORDER BY t.at, c.entry_id) AS roles,
       max(o.others) AS others,
       'other users of the machines are known only as far as their accounts are in these records' AS sufficiency,
       count(DISTINCT t.day) AS days,
       max(o.companions) AS companions,
       count(DISTINCT t.terminal) AS machines,
       count(CASE WHEN c.role = 'own' THEN 1 END) AS withdrawals
FROM cited c
JOIN usable t ON t.entry_id = c.entry_id
JOIN companions o ON o.account_id = c.account_id
WHERE o.companions + 1 >= $minimum_holders
GROUP BY c.account_id
