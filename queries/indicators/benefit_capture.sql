-- id: THB-24
-- version: 1
-- title: Benefits of several people that another has the use of
-- title[nl]: Uitkeringen van meerdere mensen waarover een ander beschikt
-- describes: account
-- form: C
-- family: benefits
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.remittance, entries.counterparty_name, account_holders.account_id,
--   account_holders.party_id, account_holders.role, parties.party_id, parties.kind, parties.name, parties.phone,
--   parties.email, parties.address, parties.sector
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared
-- parameter: minimum_beneficiaries number 2 -- one may be a relative who is helped
-- parameter: minimum_payments number 2 -- days on which a benefit came and left at once; once may be a bill or a debt
-- parameter: share_out decimal 0.80 -- of each such benefit that must have left in time
-- parameter: delay_hours number 48 -- banks book the night after; what leaves later is spending
-- parameter: most_sharing number 20 -- holders with one phone, address or authorised person: more is a house or an office
-- parameter: office_sectors text 64,65,69,84,86,87,88 -- banks, insurers, administrators, government, care: whoever of these
--   holds or may use an account does so by office
-- parameter: office_words text \b(bewind\w*|budgetbeheer\w*|curator\w*|curatele|kredietbank|notaris\w*|deurwaarder\w*|schuldhulp\w*|betreuung\w*|betreuer\w*|guardian\w*|mandataire|tutelle|gemeente|leger des heils|stichting)\b
--   -- so does whoever has such a word in the name
-- parameter: filler text \b(uitkering|toeslag|toeslagen|bijstand|pensioen|termijn|periode|maand|kenmerk|betaling|beschikking|klantnummer|dossier|bsn|inzake|wajong|participatiewet|specificatie|voorschot|vakantiegeld|benefit|benefits|payment|period|month|allowance|pension|grant|reference|client|leistung|leistungen|bescheid|zahlung|monat|rente|allocation|allocations|prestation|prestations|versement|mois|periode|indemnite|prestazione|mese|periodo|pago|mes|prestacion|swiadczenie|wyplata|miesiac|plata|luna|indemnizatie|ellatas|honap|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october|januar|februar|marz|mai|dezember|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|jan|feb|mrt|apr|jun|jul|aug|sep|okt|oct|nov|dec|voor|for|fur|pour|per|nr|no|ref|tbv|ten|name|namens|van|de|het|en|and)\b
--   -- words of such payments that are no part of a name; what is left counts as a name where it has two to four words
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR counterparty_name IS NOT NULL OR purpose IS NOT NULL LIMIT 1) AS one) AS counted WHERE
--   n = 0 -- neither names nor texts of payments are in these records, so benefits are not seen -- ask the bank for
--   remittance texts and names of payers
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM account_holders) AS counted WHERE n = 0
--   -- who holds and who may use these accounts is not in these records -- ask the bank for holders, mandates and contacts
-- gap: direction = 'credit' AND (currency IS NULL OR currency <> $currency) -- amounts in another currency, without a
--   rate -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: indicator THB-24; Europol, The THB financial business model (2015): benefits taken in victims' names
-- source: exact definition here: (a) benefits that name at least 2 people in one month, none a holder or of a holder's
--   name, in at least 2 months, on an account from which at least 80 % left within 48 hours on at least 2 such days; or
--   (b) accounts whose benefits went, on at least 2 days each, for at least 80 % within 48 hours to one other, in cash or both,
--   and whose holders, of different family names, share an authorised person, a phone, an e-mail or, with one
--   exit, an address. Child benefit, rent, utilities, insurance, tax and care do not count; nor do own accounts.
-- explanation: Benefits of {beneficiaries} people ({tied_by}) came to this account or to accounts tied to it, and left:
--   on {days} days {share_out} or more of it within {delay_hours} hours; {received} {currency} in all. The records do not
--   say who asked for this or who had the money.
-- explanation[nl]: Uitkeringen van {beneficiaries} mensen ({tied_by}) kwamen op deze rekening of op daarmee verbonden
--   rekeningen en gingen weg: op {days} dagen {share_out} of meer binnen {delay_hours} uur; samen {received} {currency}.
--   De gegevens zeggen niet wie hierom vroeg of wie het geld kreeg.
-- innocent: A parent, guardian or relative who receives or manages the benefit of somebody who cannot.
-- innocent: A budget manager or administrator whose office is not registered in these records.
-- innocent: People in one house who pay a common debt or landlord on the day that money comes.
-- innocent: A holder who takes all of a benefit in cash for the month, with an address or phone of a shelter.
-- control: tied_by -- one account for several people's benefits, or one person, phone or address behind several accounts

WITH benefits AS (
    SELECT b.account_id, b.entry_id, b.amount, b.at, b.second, b.month, b.day_only, max(b.matched) AS matched
    FROM entry_marks b
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE mark = 'child_benefit') AS c ON c.entry_id = b.entry_id
    LEFT ANTI JOIN (
        SELECT h.account_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id
        WHERE array_has(string_to_array($office_sectors, ','), left(regexp_replace(coalesce(p.sector, '-'), '[^0-9]', '', 'g'), 2))
           OR regexp_like(lower(coalesce(p.name, '')), $office_words)
    ) AS offices ON offices.account_id = b.account_id
    WHERE b.mark IN ('benefit', 'pension', 'student_grant') AND b.direction = 'credit' AND b.currency = $currency
      AND b.amount > 0
    GROUP BY b.account_id, b.entry_id, b.amount, b.at, b.second, b.month, b.day_only
),
-- Several benefits of one day are one receipt: one payment may empty them.
receipts AS (
    SELECT account_id, second / 86400 AS day_number, min(second) AS second, max(second) AS last_second, sum(amount) AS amount
    FROM benefits GROUP BY account_id, second / 86400
),
looks AS (
    SELECT *, day_number + unnest(generate_series(0, $delay_hours / 24 + 1)) AS look FROM receipts
),
own AS (
    SELECT DISTINCT a.account_id, b.account_id AS other
    FROM account_holders a JOIN account_holders b ON b.party_id = a.party_id
    WHERE a.role = 'holder' AND b.role = 'holder'
),
gone AS (
    SELECT looks.account_id, looks.day_number, looks.amount AS received, m.entry_id, m.amount, m.at, m.day_only, m.counterparty_account_id,
           CASE WHEN m.channel IN ('cash_atm', 'cash_branch') THEN concat('c-', m.account_id) ELSE coalesce(m.other, '?') END AS way_out,
           row_number() OVER (PARTITION BY m.entry_id ORDER BY looks.day_number DESC) AS turn
    FROM movements m
    JOIN looks ON looks.account_id = m.account_id AND looks.look = m.second / 86400
    LEFT ANTI JOIN (
        SELECT entry_id FROM entry_marks WHERE mark IN ('rent', 'utilities', 'insurance', 'tax', 'clinic')
    ) AS costs ON costs.entry_id = m.entry_id
    LEFT ANTI JOIN own ON own.account_id = m.account_id AND own.other = m.counterparty_account_id
    WHERE m.direction = 'debit' AND m.currency = $currency
      AND m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest')
      AND m.second <= looks.last_second + $delay_hours * 3600
      AND (m.second >= looks.second OR (m.day_only AND m.second / 86400 = looks.day_number))
),
ways AS (
    SELECT account_id, day_number, received, way_out, max(counterparty_account_id) AS exit_id, sum(amount) AS went,
           sum(sum(amount)) OVER (PARTITION BY account_id, day_number) AS all_went,
           sum(sum(CASE WHEN way_out LIKE 'c-%' THEN amount ELSE 0 END)) OVER (PARTITION BY account_id, day_number) AS cash
    FROM gone WHERE turn = 1 GROUP BY account_id, day_number, received, way_out
),
-- (b) one and the same way out; what is taken in cash beside it may go there too.
drained AS (
    SELECT account_id, way_out, exit_id, days
    FROM (
        SELECT account_id, way_out, max(exit_id) AS exit_id, count(*) AS days,
               row_number() OVER (PARTITION BY account_id ORDER BY count(*) DESC, sum(went) DESC, way_out) AS place
        FROM ways
        WHERE way_out <> '?' AND CASE WHEN way_out LIKE 'c-%' THEN went ELSE went + cash END >= $share_out * received
        GROUP BY account_id, way_out
    ) AS ranked
    WHERE place = 1 AND days >= $minimum_payments
),
holders AS (
    SELECT d.account_id, d.way_out, h.party_id, h.role, h.kind, h.phone, h.email, h.address,
           regexp_replace(regexp_replace(lower(trim(h.name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1') AS family
    FROM drained d JOIN holders_of h ON h.account_id = d.account_id
),
attributes AS (
    SELECT account_id, party_id, family, unnest(make_array('phone', 'e-mail', 'address')) AS what,
           unnest(make_array(nullif(regexp_replace(phone, '[^0-9]', '', 'g'), ''), nullif(lower(trim(email)), ''),
               CASE WHEN way_out NOT LIKE 'c-%' AND address IS NOT NULL THEN concat(lower(trim(address)), '|', way_out) END)) AS value
    FROM holders WHERE role = 'holder' AND kind <> 'company'
    UNION ALL
    SELECT held.account_id, held.party_id, held.family, 'authorised person', acts.party_id
    FROM holders held JOIN holders acts ON acts.account_id = held.account_id
    WHERE held.role = 'holder' AND acts.role <> 'holder' AND coalesce(acts.family, '') <> coalesce(held.family, '-') AND held.kind <> 'company'
),
shared AS (
    SELECT what, value, count(DISTINCT party_id) AS beneficiaries FROM attributes WHERE value IS NOT NULL GROUP BY what, value
    HAVING count(DISTINCT family) >= $minimum_beneficiaries AND count(DISTINCT party_id) BETWEEN $minimum_beneficiaries AND $most_sharing
),
tied AS (
    SELECT d.account_id, max(d.exit_id) AS exit_id, max(d.way_out) AS way_out, max(d.days) AS days,
           max(s.beneficiaries) AS beneficiaries, string_agg(DISTINCT s.what, ', ' ORDER BY s.what) AS tied_by
    FROM drained d
    JOIN attributes a ON a.account_id = d.account_id
    JOIN shared s ON s.what = a.what AND s.value = a.value
    GROUP BY d.account_id
),
-- (a) one account, several people's names.
emptied AS (
    SELECT account_id, max(days) AS days, max(exit_id) AS exit_id
    FROM (
        SELECT account_id, CASE WHEN way_out LIKE 'c-%' THEN way_out ELSE max(exit_id) END AS exit_id,
               max(days) AS days, row_number() OVER (PARTITION BY account_id ORDER BY sum(went) DESC, way_out) AS place
        FROM (SELECT w.*, d.days FROM ways w JOIN (
                  SELECT account_id, count(DISTINCT day_number) AS days FROM ways WHERE all_went >= $share_out * received
                  GROUP BY account_id HAVING count(DISTINCT day_number) >= $minimum_payments
              ) AS d ON d.account_id = w.account_id) AS emptied_ways
        GROUP BY account_id, way_out
    ) AS ranked
    WHERE place = 1 GROUP BY account_id
),
texts AS (
    SELECT b.account_id, b.entry_id, b.month,
           trim(regexp_replace(regexp_replace(regexp_replace(
               replace(replace(lower(m.remittance), lower(trim(coalesce(m.counterparty_name, '-'))), ' '), b.matched, ' '), '[^\p{L}]+', ' ', 'g'), $filler, ' ', 'g'), '\s+', ' ', 'g')) AS words
    FROM movements m
    JOIN benefits b ON b.entry_id = m.entry_id
    LEFT SEMI JOIN emptied ON emptied.account_id = m.account_id
    WHERE m.direction = 'credit' AND m.remittance IS NOT NULL
),
names AS (
    SELECT t.account_id, t.month, array_to_string(array_sort(string_to_array(t.words, ' ')), ' ') AS name
    FROM texts t
    LEFT JOIN (SELECT account_id, string_agg(lower(name), ' ' ORDER BY party_id) AS held FROM holders_of GROUP BY account_id) AS h
        ON h.account_id = t.account_id
    WHERE array_length(string_to_array(t.words, ' ')) BETWEEN 2 AND 4
      AND NOT coalesce(array_has_any(string_to_array(t.words, ' '), string_to_array(h.held, ' ')), false)
),
stacked AS (
    SELECT account_id, max(n) AS beneficiaries
    FROM (SELECT account_id, month, count(DISTINCT name) AS n FROM names GROUP BY account_id, month) AS months
    WHERE n >= $minimum_beneficiaries GROUP BY account_id HAVING count(*) >= $minimum_payments
),
hits AS (
    SELECT e.account_id, e.exit_id AS exit_account, e.days, s.beneficiaries, 'named on one account' AS tied_by
    FROM emptied e JOIN stacked s ON s.account_id = e.account_id
    UNION ALL
    SELECT t.account_id, CASE WHEN t.way_out LIKE 'c-%' THEN t.way_out ELSE t.exit_id END, t.days, t.beneficiaries, t.tied_by
    FROM tied t LEFT ANTI JOIN stacked s ON s.account_id = t.account_id
),
cited AS (
    SELECT account_id, entry_id, 'benefit' AS role, amount, at, day_only FROM benefits LEFT SEMI JOIN hits ON hits.account_id = benefits.account_id
    UNION ALL
    SELECT account_id, entry_id, 'exit', amount, at, day_only FROM gone LEFT SEMI JOIN hits ON hits.account_id = gone.account_id WHERE turn = 1
)
SELECT h.account_id, CAST(NULL AS VARCHAR) AS party_id, min(c.at) AS from_time, max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.at, c.entry_id) AS roles,
       max(h.exit_account) AS exit_account, max(h.beneficiaries) AS beneficiaries, max(h.days) AS days, h.tied_by,
       sum(CASE WHEN c.role = 'benefit' THEN c.amount ELSE 0 END) AS received
FROM hits h
JOIN cited c ON c.account_id = h.account_id
GROUP BY h.account_id, h.tied_by
