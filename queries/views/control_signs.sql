-- Signs that the holder of an account acts under another, or that others act under him: one row for each account that has
-- one. Rules about sexual exploitation rest on it, so that nobody who works for himself is found by them (VS-13).
--
-- exit: the one other who gets at least four fifths of what leaves in a month, and half of what comes in. drained: in
-- two months or more, with three transfers or more. bound: the exit's holder has a mandate on the account, or phone or
-- e-mail in common with its holder, and gets at least half; or half is taken in cash where somebody has such a tie.
-- acting: persons with a mandate who do not hold the account. feeders: accounts drained to this one or to another
-- account of its holder, and those of an account that collects from two or more and is itself drained to this one: who
-- takes may let another collect; bound_feeders: those of them that are bound to him. funded_by: an account that controls others
-- and pays at least half of what comes in, in two months or more. People of one household or family act and pay for each
-- other, and managers of money by office for their clients: that is no sign. A mandate, phone or e-mail of somebody at the
-- same address is none either: partners run accounts for each other; that one drains the other is. Money to other accounts of the holder does
-- not leave. Entries are scanned once.
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
-- People at one address live together, whatever their names; an address of more than five is a shelter or office.
homes AS (
    SELECT party_id,
           concat_ws('|', upper(country), upper(replace(coalesce(postcode, concat(lower(city), '|', lower(street))), ' ', '')),
                     lower(house_number), lower(coalesce(unit, ''))) AS home
    FROM party_addresses
    WHERE kind = 'street' AND house_number IS NOT NULL AND (postcode IS NOT NULL OR (city IS NOT NULL AND street IS NOT NULL))
),
cohabiting AS (
    SELECT held.account_id, theirs.party_id
    FROM held
    JOIN homes AS ours ON ours.party_id = held.party_id
    JOIN homes AS theirs ON theirs.home = ours.home
    LEFT SEMI JOIN (
        SELECT home FROM homes GROUP BY home HAVING count(DISTINCT party_id) BETWEEN 2 AND 5
    ) AS small ON small.home = ours.home
    WHERE theirs.party_id <> ours.party_id
),
-- A phone or e-mail of more than five parties is that of a shelter or office.
contacts AS (
    SELECT DISTINCT i.party_id, i.scheme, i.value
    FROM party_identifiers AS i
    LEFT SEMI JOIN (
        SELECT scheme, value
        FROM party_identifiers
        WHERE scheme IN ('phone', 'email') AND status = 'valid'
        GROUP BY scheme, value
        HAVING count(DISTINCT party_id) BETWEEN 2 AND 5
    ) AS shared ON shared.scheme = i.scheme AND shared.value = i.value
),
ties AS (
    SELECT m.account_id, m.party_id, 1 AS acts
    FROM account_holders AS m
    LEFT ANTI JOIN business ON business.account_id = m.account_id
    WHERE m.role = 'mandate'
    UNION
    SELECT held.account_id, theirs.party_id, 0
    FROM held
    JOIN contacts AS ours ON ours.party_id = held.party_id
    JOIN contacts AS theirs ON theirs.scheme = ours.scheme AND theirs.value = ours.value
    WHERE theirs.party_id <> ours.party_id
),
relatives AS (
    SELECT held.account_id, near.other AS party_id FROM held JOIN near ON near.one = held.party_id
    UNION
    SELECT account_id, party_id FROM held
),
-- Whoever may act on the account of another is not bound to that one by the phone that both gave: he gave it.
acted_on AS (
    SELECT own.account_id, theirs.party_id
    FROM account_holders AS m
    JOIN held AS theirs ON theirs.account_id = m.account_id
    JOIN held AS own ON own.party_id = m.party_id
    WHERE m.role = 'mandate'
),
bonds AS (
    SELECT ties.account_id, ties.party_id, max(ties.acts) AS acts
    FROM ties
    JOIN parties ON parties.party_id = ties.party_id
    LEFT ANTI JOIN relatives ON relatives.account_id = ties.account_id AND relatives.party_id = ties.party_id
    LEFT ANTI JOIN cohabiting ON cohabiting.account_id = ties.account_id AND cohabiting.party_id = ties.party_id
    LEFT ANTI JOIN acted_on
        ON acted_on.account_id = ties.account_id AND acted_on.party_id = ties.party_id AND ties.acts = 0
    WHERE parties.kind = 'person'
    GROUP BY ties.account_id, ties.party_id
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
-- Who was paid and who paid; nobody where it was spent with cards or by direct debit.
sent AS (
    SELECT account_id, month, currency, direction, exit,
           min(counterparty_account_id) AS exit_account,
           min(lower(counterparty_name)) AS exit_name,
           sum(amount) AS amount,
           count(*) AS transfers
    FROM (
        SELECT m.account_id, m.month, m.currency, m.direction, m.amount, m.counterparty_account_id, m.counterparty_name,
               CASE
                   WHEN m.direction = 'credit' THEN m.counterparty_account_id
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
    GROUP BY account_id, month, currency, direction, exit
),
months AS (
    SELECT *,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) OVER whole AS total,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) OVER whole AS income
    FROM sent
    WINDOW whole AS (PARTITION BY account_id, month, currency)
),
exits AS (
    SELECT account_id,
           direction,
           exit,
           min(exit_account) AS exit_account,
           min(exit_name) AS exit_name,
           count(DISTINCT CASE
               WHEN direction = 'debit' AND amount * 5 >= total * 4 AND amount * 2 >= income AND income * 2 >= amount
                    AND NOT starts_with(exit, 'c-') THEN month
           END) AS most_months,
           count(DISTINCT CASE
               WHEN amount * 2 >= CASE direction WHEN 'debit' THEN total ELSE income END THEN month
           END) AS half_months,
           sum(transfers) AS transfers
    FROM months
    WHERE exit IS NOT NULL
    GROUP BY account_id, direction, exit
),
-- Whom many pay and few drain to is a landlord, supplier or fund.
payees AS (
    SELECT *,
           count(*) OVER whole AS payers,
           sum(CASE WHEN most_months >= 2 THEN 1 ELSE 0 END) OVER whole AS drained_payers
    FROM exits
    WINDOW whole AS (PARTITION BY direction, exit)
),
managers AS (
    SELECT DISTINCT held.account_id AS exit
    FROM held
    JOIN parties ON parties.party_id = held.party_id
    WHERE regexp_like(coalesce(parties.sector, ''), '^(66\.?1|69|84\.?3|88)')
       OR regexp_like(lower(coalesce(parties.name, '')), '\b(bewind\w*|budgetbeheer\w*|curator\w*|curatele|kredietbank|notaris\w*|deurwaarder\w*|schuldhulp\w*|betreuung\w*|betreuer\w*|guardian\w*|curatelle|mandataire|gemeente|leger des heils)\b')
),
-- A company is an exit where several accounts are drained to it.
ranked AS (
    SELECT payees.account_id,
           payees.direction,
           payees.exit_account,
           CASE WHEN payees.most_months >= 2 THEN 1 ELSE 0 END AS drained,
           CASE WHEN bound_to.exit IS NULL THEN 0 ELSE 1 END AS bound,
           row_number() OVER (
               PARTITION BY payees.account_id, payees.direction
               ORDER BY payees.most_months DESC, payees.half_months DESC, payees.exit
           ) AS place
    FROM payees
    LEFT JOIN bound_to
        ON bound_to.account_id = payees.account_id AND bound_to.exit = payees.exit AND payees.direction = 'debit'
    LEFT JOIN business ON business.account_id = payees.exit
    LEFT ANTI JOIN kin ON kin.account_id = payees.account_id AND kin.exit = payees.exit AND payees.direction = 'debit'
    LEFT ANTI JOIN managers ON managers.exit = payees.exit
    WHERE payees.half_months >= 2 AND payees.transfers >= 3
      AND (payees.direction = 'credit' OR payees.most_months >= 2 OR bound_to.exit IS NOT NULL)
      AND ((business.account_id IS NULL AND NOT regexp_like(coalesce(payees.exit_name, ''),
                '\b(b\.?v|n\.?v|v\.?o\.?f|gmbh|ag|kg|ltd|limited|plc|s\.?a\.?r\.?l|s\.?r\.?l|sas|spa|eood|ood|kft|bank|\w*stichting|\w*bouw|\w*beheer|\w*vastgoed\w*|woning\w*|zorg\w*|makelaar\w*|hausverwaltung|immobili\w*)\b'))
           OR (payees.drained_payers >= 2 AND payees.direction = 'debit'))
      AND NOT (payees.payers >= 20 AND payees.drained_payers * 5 < payees.payers)
      AND NOT regexp_like(coalesce(payees.exit_name, ''), '\b(bewind\w*|budgetbeheer\w*|curator\w*|curatele|kredietbank|notaris\w*|deurwaarder\w*|schuldhulp\w*|betreuung\w*|betreuer\w*|guardian\w*|curatelle|mandataire|gemeente|leger des heils)\b')
),
-- Each such account tells of itself (0) and of every account of whom its money goes to (1).
told AS (
    SELECT CASE WHEN sides.side = 0 THEN ranked.account_id ELSE coalesce(own.account_id, ranked.exit_account) END
               AS account_id,
           sides.side, ranked.account_id AS feeder, ranked.exit_account, ranked.drained, ranked.bound, 0 AS acting,
           ranked.direction
    FROM ranked
    CROSS JOIN (VALUES (0), (1)) AS sides(side)
    LEFT JOIN own ON sides.side = 1 AND own.other = ranked.exit_account
    WHERE ranked.place = 1
      AND (sides.side = 0 OR (ranked.direction = 'debit' AND ranked.exit_account IS NOT NULL))
    UNION ALL
    SELECT account_id, 0 AS side, nullif(account_id, account_id) AS feeder, nullif(account_id, account_id) AS exit_account, 0 AS drained,
           0 AS bound, sum(acts) AS acting, 'debit' AS direction
    FROM bonds
    GROUP BY account_id
    HAVING sum(acts) > 0
),
signs AS (
    SELECT account_id,
           max(CASE WHEN side = 0 AND direction = 'debit' THEN exit_account END) AS exit_account,
           max(CASE WHEN side = 0 AND direction = 'credit' THEN exit_account END) AS funder,
           max(CASE WHEN side = 0 THEN drained ELSE 0 END) AS drained,
           max(CASE WHEN side = 0 THEN bound ELSE 0 END) AS bound,
           CAST(max(acting) AS BIGINT) AS acting,
           count(DISTINCT CASE WHEN side = 1 AND drained = 1 THEN feeder END) AS feeders,
           count(DISTINCT CASE WHEN side = 1 AND bound = 1 THEN feeder END) AS bound_feeders
    FROM told
    GROUP BY account_id
),
-- Whom somebody with a hold on others pays for the most part, and who is not under control himself as far as can be seen.
-- Each account stands for itself (0), asks of its funder (1) and tells its exit for whom it collects (2).
asked AS (
    SELECT *,
           unnest(make_array(account_id, funder, CASE WHEN drained = 1 AND feeders >= 2 THEN exit_account END)) AS key,
           unnest(make_array(0, 1, 2)) AS asks
    FROM signs
),
answered AS (
    SELECT *,
           max(CASE WHEN asks = 0 AND (feeders >= 2 OR bound_feeders >= 1) THEN 1 ELSE 0 END) OVER (PARTITION BY key) AS holding,
           sum(CASE WHEN asks = 2 THEN feeders ELSE 0 END) OVER (PARTITION BY key) AS collected
    FROM asked
    WHERE key IS NOT NULL
),
funded AS (
    SELECT *,
           max(CASE WHEN asks = 1 AND holding = 1 AND drained = 0 AND bound = 0 AND acting = 0 THEN funder END)
               OVER (PARTITION BY account_id) AS funded_by
    FROM answered
)
SELECT account_id,
       exit_account,
       drained = 1 AS drained,
       bound = 1 AS bound,
       acting,
       CAST(feeders + collected AS BIGINT) AS feeders,
       bound_feeders,
       funded_by,
       -- Under another's control; and whether others are under the holder's.
       drained = 1 OR bound = 1 OR acting > 0 AS controlled,
       feeders + collected >= 2 OR bound_feeders >= 1 AS controls,
       concat_ws(', ',
           CASE WHEN drained = 1 THEN 'drained to one exit' END,
           CASE WHEN bound = 1 THEN 'mandate, phone or e-mail in common with whom the money may go to' END,
           CASE WHEN acting > 0 THEN 'mandate of another' END,
           CASE WHEN feeders >= 2 THEN 'receives from several drained accounts' END,
           CASE WHEN collected > 0 THEN 'receives what another collects from several drained accounts' END,
           CASE WHEN bound_feeders >= 1 THEN 'receives from an account that he can act on' END,
           CASE WHEN funded_by IS NOT NULL THEN 'paid by an account that receives from such accounts' END
       ) AS signs
FROM funded
WHERE asks = 0
  AND (drained = 1 OR bound = 1 OR acting > 0 OR feeders > 0 OR bound_feeders > 0
       OR funded_by IS NOT NULL)
