-- id: SH-17
-- version: 2
-- title: Short-lived companies that follow each other
-- title[nl]: Kortlevende vennootschappen die elkaar opvolgen
-- describes: business
-- form: -
-- needs: relations.subject, relations.object, relations.kind, relations.from_date, relations.to_date,
--   parties.party_id, parties.kind, relations.detail, relations.source_id, parties.incorporated, parties.dissolved,
--   parties.registration_number, list_filed_accounts.registration_number, list_filed_accounts.filed_on
-- parameter: most_months number 24 -- from incorporation to the end
-- parameter: most_days_between number 365 -- between the end of one and the beginning of the next
-- parameter: minimum_in_row number 2 -- one failed start says nothing
-- parameter: contacts text ^(inferred: )?(phone|e-?mail)\b -- what companies have in common that ties them, beside
--   officers; an address is shared by whoever rents there
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM list_filed_accounts) AS counted
--   WHERE n = 0 -- which companies filed accounts is not in these records -- ask the company register for filed
--   accounts and put them into queries/lists/filed_accounts.csv
-- lack: SELECT party_id FROM parties WHERE kind = 'company' AND (incorporated IS NULL OR registration_number IS
--   NULL) -- the day of incorporation or the number of these companies is not in these records -- ask the company
--   register for an extract
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN list_filed_accounts f ON f.registration_number =
--   p.registration_number WHERE p.kind = 'company' AND p.incorporated IS NOT NULL AND p.dissolved IS NOT NULL AND
--   (arrow_cast(p.dissolved, 'Int32') - arrow_cast(p.incorporated, 'Int32')) * 120 < CAST($most_months AS BIGINT) *
--   3653 AND p.registration_number IS NOT NULL -- whether these companies filed accounts is not in these records --
--   ask the company register and put the answer into queries/lists/filed_accounts.csv; a line without turnover and
--   day says that none were filed
-- source: shell indicator SH-17 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: This company lived {months} months and was dissolved on {dissolved} without filed accounts; {linked}
--   other companies that lived as short, before or after it, have an officer, a telephone or an e-mail address in common
--   with it.
-- explanation[nl]: Deze vennootschap bestond {months} maanden en is ontbonden op {dissolved} zonder gedeponeerde
--   jaarrekening; {linked} andere even kort bestaande vennootschappen, ervoor of erna, hebben een bestuurder,
--   telefoonnummer of e-mailadres gemeen met haar.
-- innocent: An entrepreneur whose first attempts failed, as many do.
-- innocent: Project companies that end with the project.
-- innocent: A register that strikes companies off for a fee that was not paid.

-- A company without a line in the list is not one that filed nothing.
WITH short AS (
    SELECT p.party_id, p.incorporated, p.dissolved,
           arrow_cast(p.incorporated, 'Int32') AS born, arrow_cast(p.dissolved, 'Int32') AS ended
    FROM parties p
    LEFT SEMI JOIN list_filed_accounts AS listed ON listed.registration_number = p.registration_number
    LEFT ANTI JOIN (SELECT registration_number FROM list_filed_accounts WHERE turnover IS NOT NULL OR filed_on IS NOT NULL) AS filed
        ON filed.registration_number = p.registration_number
    WHERE p.kind = 'company' AND p.incorporated IS NOT NULL AND p.dissolved IS NOT NULL AND p.registration_number IS NOT NULL
      AND (arrow_cast(p.dissolved, 'Int32') - arrow_cast(p.incorporated, 'Int32')) * 120 < CAST($most_months AS BIGINT) * 3653
),
ties AS (
    SELECT r.object AS party_id, concat('o ', r.subject) AS tie, concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
    FROM relations r
    LEFT SEMI JOIN short ON short.party_id = r.object
    WHERE r.kind = 'directorship' AND r.subject IS NOT NULL
    UNION
    SELECT r.subject, concat_ws(' ', 's', least(r.subject, r.object), greatest(r.subject, r.object), r.detail), concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))
    FROM relations r
    LEFT SEMI JOIN short ON short.party_id = r.subject
    WHERE r.kind = 'shared_attribute' AND regexp_like(coalesce(r.detail, ''), $contacts, 'i')
    UNION
    SELECT r.object, concat_ws(' ', 's', least(r.subject, r.object), greatest(r.subject, r.object), r.detail), concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))
    FROM relations r
    LEFT SEMI JOIN short ON short.party_id = r.object
    WHERE r.kind = 'shared_attribute' AND regexp_like(coalesce(r.detail, ''), $contacts, 'i')
),
pairs AS (
    SELECT a.party_id AS one, b.party_id AS other, a.place
    FROM ties a
    JOIN ties b ON b.tie = a.tie
    WHERE a.party_id <> b.party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       one.party_id,
       one.incorporated AS from_time,
       one.dissolved AS to_time,
       array_agg(DISTINCT pairs.place ORDER BY pairs.place) AS records,
       CAST(max((one.ended - one.born) * 120 / 3653) AS BIGINT) AS months,
       one.dissolved,
       count(DISTINCT other.party_id) AS linked
FROM short one
JOIN pairs ON pairs.one = one.party_id
JOIN short other ON other.party_id = pairs.other
-- One ended before the next began: companies that live side by side do not follow each other.
WHERE (other.born >= one.ended AND other.born - one.ended <= $most_days_between)
   OR (one.born >= other.ended AND one.born - other.ended <= $most_days_between)
GROUP BY one.party_id, one.incorporated, one.dissolved
HAVING count(DISTINCT other.party_id) + 1 >= $minimum_in_row
