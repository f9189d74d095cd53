-- Accounts of people who may be victims on which claimed money is held: what share of all that came in are their own wages and benefits, and what freezing would take from them.
WITH own AS (
    SELECT DISTINCT entry_id FROM entry_marks
    WHERE direction = 'credit' AND mark IN ('wage', 'benefit', 'child_benefit', 'pension', 'student_grant')
),
came AS (
    SELECT e.account_id, coalesce(e.currency, '') AS currency, sum(e.amount) AS came_in,
           sum(CASE WHEN own.entry_id IS NULL THEN 0 ELSE e.amount END) AS own_money
    FROM entries AS e
    JOIN guarded_accounts AS g ON g.account_id = e.account_id
    LEFT JOIN own ON own.entry_id = e.entry_id
    LEFT ANTI JOIN (
        SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')
    ) AS again ON again.entry_id = e.entry_id
    WHERE e.direction = 'credit' AND NOT e.reversal AND e.amount IS NOT NULL
    GROUP BY e.account_id, coalesce(e.currency, '')
)
SELECT l.method, l.currency, a.number, sum(l.amount) AS amount, c.came_in, c.own_money,
       CAST(100 * c.own_money / nullif(c.came_in, 0) AS DECIMAL(5, 1)) AS own_percent,
       'possible victim - verify; whoever freezes here takes what somebody lives on, and must leave the means of subsistence'
           AS warning,
       l.account_id
FROM lots AS l
JOIN guarded_accounts AS g ON g.account_id = l.account_id
LEFT JOIN came AS c ON c.account_id = l.account_id AND c.currency = l.currency
LEFT JOIN accounts AS a ON a.account_id = l.account_id
WHERE l.ends = 'held' AND l.amount > 0
GROUP BY l.method, l.currency, a.number, c.came_in, c.own_money, l.account_id
ORDER BY l.method, l.currency, a.number, l.account_id
