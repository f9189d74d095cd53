-- id: THB-24
-- version: 2
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
-- parameter: filler text \b(\w*(?:toeslag|toeslagen|uitkering|uitkeringen|bijstand|pensioen|studiefinanciering|beihilfe|zulage|leistung|leistungen)|uitkering|toeslag|toeslagen|bijstand|pensioen|termijn|periode|maand|kenmerk|betaling|beschikking|klantnummer|dossier|bsn|inzake|wajong|participatiewet|specificatie|voorschot|vakantiegeld|benefit|benefits|payment|period|month|allowance|pension|grant|reference|client|leistung|leistungen|bescheid|zahlung|monat|rente|allocation|allocations|prestation|prestations|versement|mois|periode|indemnite|prestazione|mese|periodo|pago|mes|prestacion|swiadczenie|wyplata|miesiac|plata|luna|indemnizatie|ellatas|honap|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october|januar|februar|marz|mai|dezember|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|jan|feb|mrt|apr|jun|jul|aug|sep|okt|oct|nov|dec|voor|for|fur|pour|per|nr|no|ref|tbv|ten|name|namens|van|de|het|en|and)\b
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
-- source: exact definition here: (a) benefits of one payer that name at least 2 people in one month, none a holder or of a
--   holder's name, in at least 2 months, on an account from which at least 80 % left within 48 hours on at least 2 such days; or
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

-- The engine computes a part anew each time that it is referred to: each that rests on entries is referred to once.
WITH benefits AS (
    SELECT account_id, entry_id, max(amount) AS amount, max(second) AS second,
           max(CASE WHEN mark = 'child_benefit' THEN NULL ELSE matched END) AS matched
    FROM entry_marks b
    LEFT ANTI JOIN (
        SELECT h.account_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id
        WHERE array_has(string_to_array($office_sectors, ','), left(regexp_replace(coalesce(p.sector, '-'), '[^0-9]', '', 'g'), 2))
           OR regexp_like(lower(coalesce(p.name, '')), $office_words)
    ) AS offices ON offices.account_id = b.account_id
    WHERE mark IN ('benefit', 'pension', 'student_grant', 'child_benefit') AND direction = 'credit' AND currency = $currency
      AND amount > 0
    GROUP BY account_id, entry_id
    HAVING max(CASE WHEN mark = 'child_benefit' THEN 1 ELSE 0 END) = 0
),
-- Several benefits of one day are one receipt: one payment may empty them.
receipts AS (
    SELECT account_id, second / 86400 AS day_number, min(second) AS second, max(second) AS last_second, sum(amount) AS amount,
           array_agg(entry_id ORDER BY entry_id) AS benefits, array_agg(matched ORDER BY entry_id) AS matches
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
-- Each benefit, on the way '', and what left after it.
moved AS (
    SELECT looks.account_id, looks.day_number, looks.amount AS received, m.entry_id, m.amount, m.at, m.day_only, m.month,
           CASE WHEN m.direction = 'debit' THEN m.counterparty_account_id END AS exit_id,
           CASE WHEN m.direction = 'credit' THEN ''
                WHEN m.channel IN ('cash_atm', 'cash_branch') THEN concat('c-', m.account_id)
                ELSE coalesce(m.other, '?') END AS way_out,
           CASE WHEN m.direction = 'credit' THEN replace(
               replace(lower(m.remittance), lower(trim(coalesce(m.counterparty_name, '-'))), ' '),
               looks.matches[CAST(array_position(looks.benefits, m.entry_id) AS BIGINT)], ' ') END AS text,
           CASE WHEN m.direction = 'credit' THEN coalesce(m.other, lower(trim(m.counterparty_name)), '') END AS payer,
           row_number() OVER (PARTITION BY m.entry_id ORDER BY looks.day_number DESC) AS turn
    FROM movements m
    JOIN looks ON looks.account_id = m.account_id AND looks.look = m.second / 86400
    LEFT ANTI JOIN (
        SELECT entry_id FROM entry_marks
        WHERE mark IN ('rent', 'utilities', 'insurance', 'tax', 'clinic') AND direction = 'debit'
    ) AS costs ON costs.entry_id = m.entry_id
    LEFT ANTI JOIN own ON own.account_id = m.account_id AND own.other = m.counterparty_account_id AND m.direction = 'debit'
    WHERE m.currency = $currency
      AND CASE WHEN m.direction = 'credit' THEN looks.look = looks.day_number AND array_has(looks.benefits, m.entry_id)
               ELSE m.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest')
                    AND m.second <= looks.last_second + $delay_hours * 3600
                    AND (m.second >= looks.second OR (m.day_only AND m.second / 86400 = looks.day_number)) END
),
ways AS (
    SELECT account_id, day_number, received, way_out, max(exit_id) AS exit_id, sum(amount) AS went,
           sum(sum(CASE WHEN way_out <> '' THEN amount ELSE 0 END)) OVER (PARTITION BY account_id, day_number) AS all_went,
           sum(sum(CASE WHEN way_out LIKE 'c-%' THEN amount ELSE 0 END)) OVER (PARTITION BY account_id, day_number) AS cash
    FROM moved WHERE turn = 1 GROUP BY account_id, day_number, received, way_out
),
judged AS (
    SELECT *,
           CASE WHEN way_out NOT IN ('', '?') AND CASE WHEN way_out LIKE 'c-%' THEN went ELSE went + cash END >= $share_out * received
                THEN 1 ELSE 0 END AS drains,
           CASE WHEN way_out = '' AND all_went >= $share_out * received THEN 1 ELSE 0 END AS empties
    FROM ways
),
paths AS (
    SELECT account_id, way_out, sum(drains) AS days, sum(drains * went) AS drained, max(CASE WHEN drains = 1 THEN exit_id END) AS drain,
           sum(empties) AS emptied_days, CASE WHEN way_out = '' THEN 0 ELSE sum(went) END AS went,
           CASE WHEN way_out LIKE 'c-%' THEN way_out ELSE max(exit_id) END AS exit_id
    FROM judged GROUP BY account_id, way_out
),
-- (a) emptied by any ways; (b) one and the same way out; what is taken in cash beside it may go there too.
accounts_of AS (
    SELECT account_id,
           max(days) AS days,
           first_value(way_out ORDER BY days DESC, drained DESC, way_out) AS way_out,
           first_value(drain ORDER BY days DESC, drained DESC, way_out) AS drain,
           max(emptied_days) AS emptied_days,
           first_value(exit_id ORDER BY went DESC, way_out) AS emptied_exit
    FROM paths
    GROUP BY account_id
    HAVING max(days) >= $minimum_payments OR max(emptied_days) >= $minimum_payments
),
holders AS (
    SELECT account_id, party_id, role, kind, phone, email, address,
           regexp_replace(regexp_replace(lower(trim(name)), '^.*\s', ''), '^(.{4,})[aeiouy]$', '\1') AS family
    FROM holders_of
),
attributes AS (
    SELECT account_id, party_id, family, unnest(make_array('phone', 'e-mail', 'address')) AS what,
           unnest(make_array(nullif(regexp_replace(phone, '[^0-9]', '', 'g'), ''), nullif(lower(trim(email)), ''),
               lower(trim(address)))) AS value
    FROM holders WHERE role = 'holder' AND kind <> 'company'
    UNION ALL
    SELECT held.account_id, held.party_id, held.family, 'authorised person', acts.party_id
    FROM holders held JOIN holders acts ON acts.account_id = held.account_id
    WHERE held.role = 'holder' AND acts.role <> 'holder' AND coalesce(acts.family, '') <> coalesce(held.family, '-') AND held.kind <> 'company'
),
told AS (
    SELECT o.*, a.party_id, a.family, a.what,
           CASE WHEN a.what = 'address' THEN CASE WHEN o.way_out NOT LIKE 'c-%' THEN concat(a.value, '|', o.way_out) END
                ELSE a.value END AS value
    FROM accounts_of o
    LEFT JOIN (SELECT * FROM attributes WHERE value IS NOT NULL) AS a ON a.account_id = o.account_id AND o.days >= $minimum_payments
),
compared AS (
    SELECT *,
           count(DISTINCT party_id) OVER one AS parties,
           CASE WHEN value IS NOT NULL AND count(DISTINCT family) OVER one >= $minimum_beneficiaries
                     AND count(DISTINCT party_id) OVER one BETWEEN $minimum_beneficiaries AND $most_sharing THEN 1 ELSE 0 END AS shared
    FROM told
    WINDOW one AS (PARTITION BY what, value)
),
tied AS (
    SELECT concat(account_id, '') AS account, max(days) AS days, max(way_out) AS way_out, max(drain) AS drain,
           max(emptied_days) AS emptied_days, max(emptied_exit) AS emptied_exit,
           max(CASE WHEN shared = 1 THEN parties END) AS beneficiaries,
           string_agg(DISTINCT what, ', ' ORDER BY what) FILTER (WHERE shared = 1) AS tied_by
    FROM compared
    GROUP BY concat(account_id, '')
    HAVING max(shared) = 1 OR max(emptied_days) >= $minimum_payments
),
entries_of AS (
    SELECT tied.account AS account_id, tied.days, tied.way_out, tied.drain, tied.emptied_days, tied.emptied_exit, tied.beneficiaries,
           tied.tied_by,
           named_struct('entry_id', moved.entry_id, 'amount', moved.amount, 'at', moved.at, 'day_only', moved.day_only,
               'month', moved.month, 'payer', moved.payer, 'text', moved.text, 'role', CASE WHEN moved.way_out = '' THEN 'benefit' ELSE 'exit' END) AS move
    FROM tied JOIN moved ON moved.account_id = tied.account
    WHERE moved.turn = 1
),
-- One account, several people's names: what a text says beside what is known.
texts AS (
    SELECT *,
           CASE WHEN emptied_days >= $minimum_payments THEN
               trim(regexp_replace(regexp_replace(regexp_replace(move['text'], '[^\p{L}]+', ' ', 'g'), $filler, ' ', 'g'), '\s+', ' ', 'g'))
           END AS words
    FROM entries_of
),
names AS (
    SELECT t.*,
           CASE WHEN array_length(string_to_array(t.words, ' ')) BETWEEN 2 AND 4
                     AND NOT coalesce(array_has_any(string_to_array(t.words, ' '), string_to_array(h.held, ' ')), false)
                THEN array_to_string(array_sort(string_to_array(t.words, ' ')), ' ') END AS name
    FROM texts t
    LEFT JOIN (SELECT account_id, string_agg(lower(name), ' ' ORDER BY party_id) AS held FROM holders_of GROUP BY account_id) AS h
        ON h.account_id = t.account_id
),
-- Each payer writes in its own way, and words of it that nobody knows are no second person: people are told apart by what
-- differs within the payments of one.
months AS (
    SELECT *, count(DISTINCT name) OVER (PARTITION BY account_id, move['month'], move['payer']) AS named FROM names
),
hits AS (
    SELECT account_id,
           min(move['at']) AS from_time, max(move['at']) AS to_time,
           CASE WHEN bool_or(move['day_only']) THEN 'day' ELSE 'second' END AS time_precision,
           array_agg(move['entry_id'] ORDER BY move['at'], move['entry_id']) AS entries,
           array_agg(move['role'] ORDER BY move['at'], move['entry_id']) AS roles,
           sum(CASE WHEN move['role'] = 'benefit' THEN move['amount'] ELSE 0 END) AS received,
           max(days) AS days, max(way_out) AS way_out, max(drain) AS drain, max(emptied_days) AS emptied_days,
           max(emptied_exit) AS emptied_exit, max(beneficiaries) AS beneficiaries, max(tied_by) AS tied_by,
           max(named) AS named,
           count(DISTINCT CASE WHEN named >= $minimum_beneficiaries THEN move['month'] END) >= $minimum_payments AS stacked
    FROM months
    GROUP BY account_id
)
SELECT account_id, CAST(NULL AS VARCHAR) AS party_id, from_time, to_time, time_precision, entries, roles,
       CASE WHEN stacked THEN emptied_exit WHEN way_out LIKE 'c-%' THEN way_out ELSE drain END AS exit_account,
       CASE WHEN stacked THEN named ELSE beneficiaries END AS beneficiaries,
       CASE WHEN stacked THEN emptied_days ELSE days END AS days,
       CASE WHEN stacked THEN 'named on one account' ELSE tied_by END AS tied_by,
       received
FROM hits
WHERE stacked OR tied_by IS NOT NULL
