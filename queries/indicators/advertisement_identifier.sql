-- id: THB-12a
-- version: 2
-- title: Phone, e-mail or address of an advertisement, with an account under somebody's hold
-- title[nl]: Telefoon, e-mail of adres uit een advertentie, bij een rekening waarop iemand greep heeft
-- describes: account
-- form: S, K
-- family: advertising
-- gate: pass-through
-- needs: party_identifiers.party_id, party_identifiers.scheme, party_identifiers.value, party_identifiers.source_id,
--   party_identifiers.byte_start, party_identifiers.byte_end, party_addresses.party_id, party_addresses.postcode,
--   party_addresses.house_number, account_holders.account_id, account_holders.party_id, list_ads.kind, list_ads.value,
--   control_signs.account_id, control_signs.exit_account, control_signs.controlled, control_signs.controls
-- parameter: country_code text 31 -- of numbers that are written without one (0612345678); 31 is the Netherlands
-- parameter: most_holders number 10 -- a number or address of more parties than this is that of a shelter, hotel or service
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM list_ads) AS counted WHERE n = 0 -- no list
--   of identifiers in advertisements is in this case -- put queries/lists/ads.csv (kind: phone, email or address; value) into
--   the case, taken from advertisements that the investigation secured lawfully
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT 1 AS one FROM party_identifiers
--   WHERE scheme IN ('phone', 'email') UNION ALL SELECT 1 AS one FROM party_addresses) AS some) AS counted WHERE n = 0 --
--   no phone, e-mail or address of a holder is in these records -- ask banks for the contact data of holders and mandates
-- source: indicator THB-12a of the project's catalogue, after FinCEN FIN-2020-A008
-- source: exact definition here: a phone number in international form, an e-mail address in small letters, or postcode and
--   house number (with what is added to it) of a holder equals one of the case's list after the same normalisation. What is
--   found says something of sex life: special categories of data, Directive (EU) 2016/680 Art. 10. Only on accounts that are
--   drained to one exit or acted on by another, or whose holder has such a hold on others: people who work for themselves
--   advertise too.
-- explanation: {identifiers} identifiers ({kinds}) of {party} also stand in the case's list of advertisements. Signs of
--   control on the account: {control}. Numbers are given out again and advertisements may be old.
-- explanation[nl]: {identifiers} kenmerken ({kinds}) van {party} staan ook op de lijst van advertenties van deze zaak.
--   Tekenen van beheersing op de rekening: {control}. Nummers worden opnieuw uitgegeven en advertenties kunnen oud zijn.
-- innocent: The number was given out again, or the advertisement is old.
-- innocent: Somebody who works for himself and whose partner runs the accounts.
-- innocent: An advertisement for something else, or one that somebody placed with another's number.
-- control: control -- the account is drained to one exit or acted on by another, or its holder has such a hold on others

WITH ads AS (
    SELECT DISTINCT
           lower(trim(kind)) AS kind,
           CASE lower(trim(kind))
               WHEN 'phone' THEN regexp_replace(
                   regexp_replace(regexp_replace(trim(value), '\(0\)|[^0-9+]', '', 'g'), '^00', '+'),
                   '^0', concat('+', $country_code))
               WHEN 'email' THEN lower(trim(value))
               ELSE regexp_replace(lower(value), '[^0-9a-z]', '', 'g')
           END AS value
    FROM list_ads
    WHERE kind IS NOT NULL AND trim(value) <> ''
),
told AS (
    SELECT party_id, scheme AS kind, lower(trim(value)) AS value,
           concat(source_id, ':', CAST(byte_start AS VARCHAR), '-', CAST(byte_end AS VARCHAR)) AS place
    FROM party_identifiers
    WHERE scheme IN ('phone', 'email')
    UNION ALL
    SELECT party_id, 'address',
           regexp_replace(lower(concat(postcode, house_number, coalesce(unit, ''))), '[^0-9a-z]', '', 'g'),
           concat(source_id, ':', CAST(byte_start AS VARCHAR), '-', CAST(byte_end AS VARCHAR))
    FROM party_addresses
    WHERE postcode IS NOT NULL AND house_number IS NOT NULL
),
matches AS (
    SELECT told.party_id, told.kind, told.value, min(told.place) AS place
    FROM told
    JOIN ads ON ads.kind = told.kind AND ads.value = told.value
    LEFT SEMI JOIN (
        SELECT kind, value FROM told GROUP BY kind, value HAVING count(DISTINCT party_id) <= $most_holders
    ) AS rare ON rare.kind = told.kind AND rare.value = told.value
    GROUP BY told.party_id, told.kind, told.value
),
-- Of several accounts of a party the one with the most signs.
accounts AS (
    SELECT party_id, account_id, exit_account, signs
    FROM (
        SELECT h.party_id, c.account_id, c.exit_account, c.signs,
               row_number() OVER (
                   PARTITION BY h.party_id ORDER BY length(c.signs) DESC, c.account_id
               ) AS place
        FROM (SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder') AS h
        JOIN control_signs c ON c.account_id = h.account_id
        WHERE c.controlled OR c.controls
    ) AS ranked
    WHERE place = 1
)
SELECT accounts.account_id,
       matches.party_id,
       CAST(NULL AS DATE) AS from_time,
       CAST(NULL AS DATE) AS to_time,
       array_agg(DISTINCT matches.place ORDER BY matches.place) AS records,
       accounts.exit_account,
       'when the advertisements were placed is not in the list; special category of data' AS sufficiency,
       count(*) AS identifiers,
       string_agg(DISTINCT matches.kind, ', ' ORDER BY matches.kind) AS kinds,
       accounts.signs AS control
FROM matches
JOIN accounts ON accounts.party_id = matches.party_id
GROUP BY accounts.account_id, matches.party_id, accounts.exit_account, accounts.signs
