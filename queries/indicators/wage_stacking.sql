-- id: THB-13
-- version: 3
-- title: Wages of several employees paid into one account
-- title[nl]: Lonen van verschillende werknemers op één rekening
-- describes: account
-- form: L
-- family: wages
-- strength: strong
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.direction, entry_marks.currency,
--   entry_marks.channel, movements.entry_id, movements.account_id, movements.amount, movements.currency, movements.at,
--   movements.day_only, movements.month, movements.remittance, movements.counterparty_name, relations.subject,
--   relations.object, relations.kind, parties.party_id, parties.name, account_holders.account_id, account_holders.party_id
-- parameter: minimum_names number 2 -- differently named employees in one month
-- parameter: minimum_periods number 2 -- months in a row; once may be a help in need
-- parameter: minimum_not_holding number 1 -- of these names, not registered as holders of the account; 0 reports joint
--   accounts into which only their own holders' wages are paid as well
-- parameter: filler text \b(loon|lonen|loonbetaling|salaris|salarisbetaling|wage|wages|salary|salaries|payroll|lohn|löhne|gehalt|gehälter|salaire|salaires|paie|paye|wynagrodzenie|płaca|placa|pensja|wypłata|wyplata|salariu|salariul|salarii|leafa|stipendio|stipendi|salario|salarios|paga|mensilità|mensilita|nómina|nomina|sueldo|salário|ordenado|заплата|заплати|работна|zaplata|trudovo|възнаграждение|трудово|rabotna|munkabér|munkaber|bér|fizetés|fizetes|jövedelem|atlyginimas|alga|darbo|užmokestis|uzmokestis|sala|periode|period|maand|month|monat|mois|luna|miesiąc|miesiac|mes|mese|mês|месец|mesec|hó|havi|mėnuo|menuo|week|woche|semaine|tydzień|săptămână|semana|settimana|netto|nettoloon|bruto|brutto|net|neto|betaling|payment|zahlung|paiement|pago|pagamento|plata|przelew|vakantiegeld|bonus|voorschot|avans|premie|premia|overuren|personeelsnummer|personeelsnr|pers|nr|no|ref|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october|januar|februar|märz|mai|dezember|janvier|février|fevrier|mars|avril|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre|ianuarie|februarie|martie|aprilie|iunie|iulie|septembrie|octombrie|noiembrie|decembrie|styczeń|luty|marzec|kwiecień|maj|czerwiec|lipiec|sierpień|wrzesień|październik|listopad|grudzień|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември|januári|január|február|március|április|május|június|július|augusztus|szeptember|október|sausis|vasaris|kovas|balandis|gegužė|birželis|liepa|rugpjūtis|rugsėjis|spalis|lapkritis|gruodis|jan|feb|mrt|apr|jun|jul|aug|sep|sept|okt|oct|nov|dec|for|für|voor|pour|pentru|para|por|za|за)\b
--   -- words of a wage payment that are no part of a name; what is left counts as a name where it has two words
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   remittance IS NOT NULL OR purpose IS NOT NULL LIMIT 1) AS told) AS counted WHERE n = 0 -- neither texts nor purpose
--   codes of payments are in these records: wages are not known as such -- ask the bank for remittance texts and purpose codes
-- gap: direction = 'credit' AND purpose = 'SALA' AND (remittance IS NULL OR trim(remittance) = '')
--   -- these wage payments carry no text that could name the employee
--   -- ask the bank for the full remittance text, or the employer for its payroll
-- source: FATF/APG 2018: several wages paid into one account
-- source: indicator THB-13, exact definition here: incoming wages that name at least 2 different employees in a calendar
--   month, in at least 2 months in a row. The name is that of an employee of the paying employer (register of
--   employment) where the text has it, else what the text holds besides words of payment and month, the order of its
--   words apart. Each currency by itself. What a wage is, the lexicon of wages says (mark wage).
-- explanation: Wages that name {most_names} different employees in one month came into this account in {periods} months
--   in a row: {wages} payments, together {total} {wage_currency}; {employers} paying employers. Names that are not
--   registered as holders of the account: {names_not_holding}. The record does not say who asked for this or who has
--   the use of the money.
-- explanation[nl]: In {periods} maanden achter elkaar kwamen op deze rekening lonen binnen die in één maand tot
--   {most_names} verschillende werknemers noemen: {wages} betalingen, samen {total} {wage_currency}; {employers}
--   betalende werkgevers. Namen die niet als houder van de rekening geregistreerd staan: {names_not_holding}. De
--   gegevens zeggen niet wie hierom vroeg of wie over het geld beschikt.
-- innocent: Partners or family members who share an account; the register of holders may lack one of them.
-- innocent: A worker who has no account of his own yet and has a relative receive the wage.
-- innocent: A payroll office, employment agency or budget manager that pays on to the employees.
-- innocent: One employee whose name is written in two ways.

WITH marked AS (
    SELECT account_id, currency, entry_id
    FROM entry_marks
    WHERE mark = 'wage' AND direction = 'credit' AND channel NOT IN ('cash_atm', 'cash_branch', 'card_pos', 'card_ecom')
),
-- An account that has fewer wages than names and periods ask for needs no further look.
candidates AS (
    SELECT account_id, currency
    FROM marked
    GROUP BY account_id, currency
    HAVING count(*) >= $minimum_names * $minimum_periods
),
wages AS (
    SELECT m.account_id,
           m.entry_id,
           m.amount,
           m.currency,
           m.at,
           CASE WHEN m.day_only THEN 1 ELSE 0 END AS day_only,
           m.month,
           lower(trim(coalesce(m.counterparty_name, ''))) AS employer,
           -- The employer's own name is no employee's.
           CASE
               WHEN trim(coalesce(m.counterparty_name, '')) = '' THEN lower(m.remittance)
               ELSE replace(lower(m.remittance), lower(trim(m.counterparty_name)), ' ')
           END AS words
    FROM movements m
    LEFT SEMI JOIN (
        SELECT marked.entry_id
        FROM marked
        LEFT SEMI JOIN candidates ON candidates.account_id = marked.account_id AND candidates.currency = marked.currency
    ) AS asked ON asked.entry_id = m.entry_id
    WHERE m.remittance IS NOT NULL
),
employees AS (
    SELECT DISTINCT lower(trim(employer.name)) AS employer, lower(trim(employee.name)) AS name
    FROM relations
    JOIN parties AS employee ON employee.party_id = relations.subject
    JOIN parties AS employer ON employer.party_id = relations.object
    WHERE relations.kind = 'employment' AND length(trim(employee.name)) >= 3
),
registered AS (
    SELECT wages.entry_id, min(employees.name) AS name
    FROM wages
    JOIN employees ON employees.employer = wages.employer
    WHERE strpos(wages.words, employees.name) > 0
    GROUP BY wages.entry_id
),
texts AS (
    SELECT wages.*,
           coalesce(
               registered.name,
               regexp_replace(regexp_replace(wages.words, '[^\p{L}''-]+', ' ', 'g'), $filler, ' ', 'g')
           ) AS left_over
    FROM wages
    LEFT JOIN registered ON registered.entry_id = wages.entry_id
),
-- A name is its words in the order of the alphabet, letters without marks, hyphens and apostrophes only between letters:
-- records write `Salaris 2024-01 Zoe de Wit` where the register has `Zoë de Wit`.
names AS (
    SELECT *,
           array_to_string(
               array_sort(string_to_array(trim(regexp_replace(regexp_replace(translate(regexp_replace(left_over, '\p{M}', '', 'g'),
                   'àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøőŕřśšșşťțţùúûüůűūųýÿźżž', 'aaaaaaaaacccddeeeeeeeegiiiiiiillnnnooooooorrsssstttuuuuuuuuyyzzz'),
                   '(^|[^\p{L}])[''-]+|[''-]+($|[^\p{L}])', ' ', 'g'), '[^\p{L}''-]+', ' ', 'g')), ' ')), ' '
           ) AS name,
           regexp_replace(translate(regexp_replace(left_over, '\p{M}', '', 'g'),
               'àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøőŕřśšșşťțţùúûüůűūųýÿźżž', 'aaaaaaaaacccddeeeeeeeegiiiiiiillnnnooooooorrsssstttuuuuuuuuyyzzz'), '[^\p{L}]+', '', 'g') AS letters
    FROM texts
),
holders AS (
    SELECT DISTINCT account_holders.account_id,
           array_to_string(
               array_sort(
                   string_to_array(trim(regexp_replace(regexp_replace(translate(regexp_replace(lower(parties.name), '\p{M}', '', 'g'),
                   'àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøőŕřśšșşťțţùúûüůűūųýÿźżž', 'aaaaaaaaacccddeeeeeeeegiiiiiiillnnnooooooorrsssstttuuuuuuuuyyzzz'),
                   '(^|[^\p{L}])[''-]+|[''-]+($|[^\p{L}])', ' ', 'g'), '[^\p{L}''-]+', ' ', 'g')), ' ')
               ),
               ' '
           ) AS name,
           regexp_replace(translate(regexp_replace(lower(parties.name), '\p{M}', '', 'g'),
               'àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøőŕřśšșşťțţùúûüůűūųýÿźżž', 'aaaaaaaaacccddeeeeeeeegiiiiiiillnnnooooooorrsssstttuuuuuuuuyyzzz'), '[^\p{L}]+', '', 'g') AS letters
    FROM account_holders
    JOIN parties ON parties.party_id = account_holders.party_id
    WHERE parties.name IS NOT NULL
),
-- A wage names a holder where all words of a holder's name stand in it, whatever else does, or its letters in a row:
-- records break lines within words.
held AS (
    SELECT DISTINCT names.entry_id
    FROM names
    JOIN holders ON holders.account_id = names.account_id
    WHERE array_has_all(string_to_array(names.name, ' '), string_to_array(holders.name, ' '))
       OR (length(holders.letters) >= 6 AND strpos(names.letters, holders.letters) > 0)
),
named AS (
    SELECT names.*, CASE WHEN held.entry_id IS NULL THEN 1 ELSE 0 END AS not_holding
    FROM names
    LEFT JOIN held ON held.entry_id = names.entry_id
    WHERE strpos(names.name, ' ') > 0
),
months AS (
    SELECT account_id,
           currency,
           month,
           count(DISTINCT name) AS names,
           count(DISTINCT CASE WHEN not_holding = 1 THEN name END) AS names_not_holding
    FROM named
    GROUP BY account_id, currency, month
    HAVING count(DISTINCT name) >= $minimum_names
       AND count(DISTINCT CASE WHEN not_holding = 1 THEN name END) >= $minimum_not_holding
),
runs AS (
    SELECT *,
           month - CAST(row_number() OVER (PARTITION BY account_id, currency ORDER BY month) AS BIGINT) AS run
    FROM months
),
stacks AS (
    SELECT account_id, currency, run, count(*) AS periods, max(names) AS most_names,
           min(month) AS first_month, max(month) AS last_month
    FROM runs
    GROUP BY account_id, currency, run
    HAVING count(*) >= $minimum_periods
)
SELECT stacks.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(named.at) AS from_time,
       max(named.at) AS to_time,
       CASE WHEN max(named.day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(named.entry_id ORDER BY named.at, named.entry_id) AS entries,
       array_agg(CAST('wage' AS VARCHAR) ORDER BY named.at, named.entry_id) AS roles,
       max(stacks.periods) AS periods,
       max(stacks.most_names) AS most_names,
       count(DISTINCT named.name) AS names,
       count(DISTINCT CASE WHEN named.not_holding = 1 THEN named.name END) AS names_not_holding,
       count(DISTINCT named.employer) AS employers,
       count(*) AS wages,
       sum(named.amount) AS total,
       stacks.currency AS wage_currency
FROM stacks
JOIN named
    ON named.account_id = stacks.account_id
   AND named.currency = stacks.currency
   AND named.month >= stacks.first_month
   AND named.month <= stacks.last_month
GROUP BY stacks.account_id, stacks.currency, stacks.run
