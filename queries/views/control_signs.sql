-- Signs that the holder of an account acts under another, or that others act under him: one row for each account that has
-- one. Rules about sexual exploitation rest on it, so that nobody who works for himself is found by them (VS-13).
--
-- exit: the one other who gets at least four fifths of what leaves in a month, and half of what comes in. drained: in two
-- months or more, with three transfers or more. bound: the exit's holder has a mandate on the account, or phone or e-mail
-- in common with its holder, and gets at least half; or half is taken in cash where somebody has such a tie. acting: persons with a mandate who do not hold the account. feeders: accounts drained to this
-- one or to another account of its holder; bound_feeders: those of them that are bound to him. People of one household or
-- family act and pay for each other: that is no sign. Money to other accounts of the holder does not leave.
WITH held AS (
    SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder'
),
business AS (
    SELECT DISTINCT held.account_id FROM held JOIN parties ON parties.party_id = held.party_id
    WHERE parties.kind = 'company'
),
own AS (
    SELECT DISTINCT a.account_id, b.account_id AS other
    FROM held AS a
    JOIN held AS b ON b.party_id = a.party_id
    UNION
    SELECT held.account_id, lower(trim(parties.name))
    FROM held
    JOIN parties ON parties.party_id = held.party_id
    WHERE parties.name IS NOT NULL
),
near AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('household', 'family')
    UNION
    SELECT object AS one, subject AS other FROM relations WHERE kind IN ('household', 'family')
),
ties AS (
    SELECT account_id, party_id, 1 AS acts FROM account_holders WHERE role = 'mandate'
    UNION
    SELECT held.account_id, relations.object, 0
    FROM relations
    JOIN held ON held.party_id = relations.subject
    WHERE relations.kind = 'shared_attribute' AND regexp_like(relations.detail, '(phone|e-?mail)')
    UNION
    SELECT held.account_id, relations.subject, 0
    FROM relations
    JOIN held ON held.party_id = relations.object
    WHERE relations.kind = 'shared_attribute' AND regexp_like(relations.detail, '(phone|e-?mail)')
),
relatives AS (
    SELECT held.account_id, near.other AS party_id FROM held JOIN near ON near.one = held.party_id
    UNION
    SELECT account_id, party_id FROM held
),
bonds AS (
    SELECT ties.account_id, ties.party_id, max(ties.acts) AS acts
    FROM ties
    JOIN parties ON parties.party_id = ties.party_id
    LEFT ANTI JOIN relatives ON relatives.account_id = ties.account_id AND relatives.party_id = ties.party_id
    WHERE parties.kind = 'person'
    GROUP BY ties.account_id, ties.party_id
),
acting AS (
    SELECT account_id, sum(acts) AS acting FROM bonds GROUP BY account_id HAVING sum(acts) > 0
),
-- Cash may go to whoever is bound to the account.
bound_to AS (
    SELECT bonds.account_id, held.account_id AS exit
    FROM bonds
    JOIN held ON held.party_id = bonds.party_id
    UNION
    SELECT account_id, concat('c-', account_id) FROM bonds
),
kin AS (
    SELECT DISTINCT relatives.account_id, held.account_id AS exit
    FROM relatives
    JOIN held ON held.party_id = relatives.party_id
),
-- What came in stands beside it with no exit; so does what was spent with cards or by direct debit.
sent AS (
    SELECT account_id, month, currency, exit,
           min(counterparty_account_id) AS exit_account,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS amount,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS received,
           count(*) AS transfers
    FROM (
        SELECT m.account_id, m.month, m.currency, m.direction, m.amount, m.counterparty_account_id,
               CASE
                   WHEN m.direction = 'credit' THEN NULL
                   WHEN m.channel IN ('cash_atm', 'cash_branch') THEN concat('c-', m.account_id)
                   WHEN m.merchant_category IS NOT NULL
                        OR m.channel IN ('card_pos', 'card_ecom', 'direct_debit', 'loan') THEN NULL
                   ELSE m.other
               END AS exit
        FROM movements AS m
        LEFT ANTI JOIN business ON business.account_id = m.account_id
        LEFT ANTI JOIN own ON own.account_id = m.account_id AND own.other = m.other
        LEFT ANTI JOIN own AS named ON named.account_id = m.account_id AND named.other = lower(trim(m.counterparty_name))
        WHERE m.amount > 0 AND m.channel NOT IN ('fee', 'interest') AND coalesce(m.counterparty_status, '') <> 'bank'
    ) AS moved
    GROUP BY account_id, month, currency, exit
),
months AS (
    SELECT *, sum(amount) OVER whole AS total, sum(received) OVER whole AS income
    FROM sent
    WINDOW whole AS (PARTITION BY account_id, month, currency)
),
exits AS (
    SELECT account_id,
           exit,
           min(exit_account) AS exit_account,
           count(DISTINCT CASE
               WHEN amount * 5 >= total * 4 AND amount * 2 >= income AND NOT starts_with(exit, 'c-') THEN month
           END) AS most_months,
           count(DISTINCT month) AS half_months,
           sum(transfers) AS transfers
    FROM months
    WHERE exit IS NOT NULL AND amount * 2 >= total
    GROUP BY account_id, exit
    HAVING count(DISTINCT month) >= 2 AND sum(transfers) >= 3
),
-- Whom many pay and few drain to is a landlord, supplier or fund.
billers AS (
    SELECT payers.exit
    FROM (SELECT exit, count(DISTINCT account_id) AS payers FROM sent WHERE exit IS NOT NULL GROUP BY exit) AS payers
    LEFT JOIN (SELECT exit, count(*) AS drained FROM exits WHERE most_months >= 2 GROUP BY exit) AS drained
        ON drained.exit = payers.exit
    WHERE payers.payers >= 20 AND coalesce(drained.drained, 0) * 5 < payers.payers
),
ranked AS (
    SELECT exits.*,
           CASE WHEN bound_to.exit IS NULL THEN 0 ELSE 1 END AS bound,
           row_number() OVER (
               PARTITION BY exits.account_id ORDER BY exits.most_months DESC, exits.half_months DESC, exits.exit
           ) AS place
    FROM exits
    LEFT JOIN bound_to ON bound_to.account_id = exits.account_id AND bound_to.exit = exits.exit
),
largest AS (
    SELECT *, CASE WHEN most_months >= 2 THEN 1 ELSE 0 END AS drained
    FROM ranked
    LEFT ANTI JOIN kin ON kin.account_id = ranked.account_id AND kin.exit = ranked.exit
    LEFT ANTI JOIN billers ON billers.exit = ranked.exit
    WHERE place = 1 AND (most_months >= 2 OR bound = 1)
),
fed AS (
    SELECT coalesce(own.account_id, largest.exit_account) AS account_id,
           count(DISTINCT CASE WHEN largest.drained = 1 THEN largest.account_id END) AS feeders,
           count(DISTINCT CASE WHEN largest.bound = 1 THEN largest.account_id END) AS bound_feeders
    FROM largest
    LEFT JOIN own ON own.other = largest.exit_account
    WHERE largest.exit_account IS NOT NULL
    GROUP BY coalesce(own.account_id, largest.exit_account)
),
signed AS (
    SELECT account_id FROM largest UNION SELECT account_id FROM acting UNION SELECT account_id FROM fed
)
SELECT signed.account_id,
       largest.exit_account,
       coalesce(largest.drained, 0) = 1 AS drained,
       coalesce(largest.bound, 0) = 1 AS bound,
       CAST(coalesce(acting.acting, 0) AS BIGINT) AS acting,
       CAST(coalesce(fed.feeders, 0) AS BIGINT) AS feeders,
       CAST(coalesce(fed.bound_feeders, 0) AS BIGINT) AS bound_feeders,
       -- Under another's control; and whether others are under the holder's.
       coalesce(largest.drained, 0) = 1 OR coalesce(largest.bound, 0) = 1 OR coalesce(acting.acting, 0) > 0 AS controlled,
       coalesce(fed.feeders, 0) >= 2 OR coalesce(fed.bound_feeders, 0) >= 1 AS controls,
       concat_ws(', ',
           CASE WHEN largest.drained = 1 THEN 'drained to one exit' END,
           CASE WHEN largest.bound = 1 THEN 'mandate, phone or e-mail in common with whom the money may go to' END,
           CASE WHEN acting.acting > 0 THEN 'mandate of another' END,
           CASE WHEN fed.feeders >= 2 THEN 'receives from several drained accounts' END,
           CASE WHEN fed.bound_feeders >= 1 THEN 'receives from an account that he can act on' END
       ) AS signs
FROM signed
LEFT JOIN largest ON largest.account_id = signed.account_id
LEFT JOIN acting ON acting.account_id = signed.account_id
LEFT JOIN fed ON fed.account_id = signed.account_id
