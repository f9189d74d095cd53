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
--   within 10 minutes, on at least two days, and these are at least 80 % of all withdrawals at machines with each of the
--   cards; among all accounts seen at that machine from 10 minutes before to 10 minutes after, these three and those who so meet each two of
--   them are more than half: at a busy machine people meet by chance.
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
    FROM entry_marks m
    LEFT JOIN families f ON f.account_id = m.account_id
    WHERE m.mark = 'cash_out' AND m.channel = 'cash_atm' AND m.direction = 'debit' AND m.terminal IS NOT NULL AND NOT m.day_only
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
same AS (SELECT a, b, c, count(DISTINCT day) AS days FROM trios GROUP BY a, b, c HAVING count(DISTINCT day) >= $minimum_days),
events AS (
    SELECT trios.* FROM trios LEFT SEMI JOIN same ON same.a = trios.a AND same.b = trios.b AND same.c = trios.c
),
-- Who meets each two of a three as often belongs to them.
thirds AS (
    SELECT a AS p, b AS q, c AS x, days FROM same UNION ALL SELECT a, c, b, days FROM same UNION ALL SELECT b, c, a, days FROM same
),
cohort AS (
    SELECT s.a, s.b, s.c, t.x
    FROM same s
    JOIN thirds t ON t.p = s.a AND t.q = s.b
    JOIN thirds u ON u.p = s.a AND u.q = s.c AND u.x = t.x
    JOIN thirds v ON v.p = s.b AND v.q = s.c AND v.x = t.x
    WHERE least(t.days, u.days, v.days) >= $together * s.days
    UNION ALL
    SELECT a, b, c, unnest(make_array(a, b, c)) FROM same
),
-- Where outsiders are as many as the set, it is a queue.
kept AS (
    SELECT e.a, e.b, e.c, e.a_entry, e.b_entry, e.c_entry, e.day
    FROM events e
    JOIN usable u ON u.terminal = e.terminal AND u.day = e.day
    LEFT JOIN cohort k ON k.a = e.a AND k.b = e.b AND k.c = e.c AND k.x = u.account_id
    WHERE u.second >= e.first_second - $minutes * 60 AND u.second <= e.last_second + $minutes * 60
    GROUP BY e.a, e.b, e.c, e.a_entry, e.b_entry, e.c_entry, e.day
    HAVING count(DISTINCT k.x) * 2 > count(DISTINCT u.account_id)
),
totals AS (
    SELECT account_id, count(*) AS n
    FROM taken
    LEFT SEMI JOIN (SELECT a AS one FROM same UNION SELECT b FROM same UNION SELECT c FROM same) AS asked ON asked.one = taken.account_id
    GROUP BY account_id
),
sets AS (
    SELECT k.a, k.b, k.c
    FROM kept k
    JOIN totals x ON x.account_id = k.a
    JOIN totals y ON y.account_id = k.b
    JOIN totals z ON z.account_id = k.c
    GROUP BY k.a, k.b, k.c
    HAVING count(DISTINCT k.day) >= $minimum_days
       AND count(DISTINCT k.a_entry) >= $together * max(x.n)
       AND count(DISTINCT k.b_entry) >= $together * max(y.n)
       AND count(DISTINCT k.c_entry) >= $together * max(z.n)
),
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
