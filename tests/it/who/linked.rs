//! What is joined, what stays apart, and what is told of it.

use super::{case, groups};

const HEADING: &str =
    "party_kind,party_name,party_number,number_scheme,birth_date,country,address,phone,email\n";

#[test]
fn one_number_in_two_writings_is_one_party_and_says_why() {
    let place = case(&[
        (
            "a.csv",
            &format!(
                "{HEADING}company,Bakkerij Jansen B.V.,69599084,NL-KVK,,NL,\"Dorpsstraat 12, 1234 AB Ede\",,\n"
            ),
        ),
        (
            "b.csv",
            &format!("{HEADING}company,BAKKERIJ JANSEN BV,6959 9084,KvK,,NL,,,\n"),
        ),
    ]);
    assert_eq!(groups(&place), [["BAKKERIJ JANSEN BV", "Bakkerij Jansen B.V."]]);
    let tables = place.tables();
    assert_eq!(
        tables.one("SELECT outcome || ' ' || \"by\" FROM same_parties"),
        "merged identifier"
    );
    assert_eq!(
        tables.one("SELECT DISTINCT status FROM party_identifiers WHERE scheme = 'nl-kvk'"),
        "valid"
    );
    assert_eq!(tables.one("SELECT DISTINCT legal_form FROM party_names"), "BV");
    // Raw values are kept.
    assert_eq!(tables.one("SELECT count(DISTINCT name) FROM party_names"), "2");
    assert_eq!(
        tables.rows("SELECT street, house_number, postcode, city FROM party_addresses"),
        [["dorpsstraat", "12", "1234ab", "ede"]]
    );
    // Two names of one party: what is asked for is a pair of mentions.
    place
        .run_in(&[
            "resolve",
            "--explain",
            "Bakkerij Jansen B.V.",
            "BAKKERIJ JANSEN BV",
        ])
        .fails(2, &["both are", "party_mentions"]);
    let ids = tables.rows("SELECT mention_id FROM party_mentions ORDER BY 1");
    let said = place.good(&["resolve", "--explain", &ids[0][0], &ids[1][0]]);
    said.tells(&[
        "nl-kvk:NL:69599084",
        "the same identifier of a scheme that identifies",
    ]);
}

#[test]
fn a_masked_or_partial_number_joins_nobody() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Jan de Vries,***22333,NL-BSN,,NL,,,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}person,Jan de Vries,***22333,NL-BSN,,NL,,0612345678,\n"),
        ),
    ]);
    assert_eq!(groups(&place).len(), 2);
    assert_eq!(
        place
            .tables()
            .one("SELECT DISTINCT status FROM party_identifiers WHERE scheme = 'nl-bsn'"),
        "masked"
    );
}

#[test]
fn two_people_with_one_name_and_birth_year_stay_apart() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Maria Popescu,,,1984-03-05,RO,,+40 721 234 567,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}person,Maria Popescu,,,1984-11-20,RO,,+40 722 345 678,\n"),
        ),
        ("c.csv", &format!("{HEADING}person,Maria Popescu,,,,RO,,,\n")),
        (
            "d.csv",
            &format!("{HEADING}person,Maria Popescu,,,,RO,\"Strada Lunga 7, Brasov\",,\n"),
        ),
    ]);
    // Not by the name alone either: four records, four parties.
    assert_eq!(groups(&place).len(), 4);
    let merged = place
        .tables()
        .count("SELECT count(*) FROM same_parties WHERE outcome = 'merged'");
    assert_eq!(merged, 0);
}

#[test]
fn father_and_son_of_one_name_at_one_address_are_a_household() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Jan de Vries,,,1950-02-01,NL,\"Dorpsstraat 12, 1234 AB Ede\",,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}person,Jan de Vries,,,1981-07-09,NL,\"Dorpsstr. 12, 1234AB Ede\",,\n"),
        ),
    ]);
    assert_eq!(groups(&place).len(), 2);
    assert_eq!(
        place
            .tables()
            .count("SELECT count(*) FROM relations WHERE kind = 'household'"),
        1
    );
    let detail = place
        .tables()
        .one("SELECT detail FROM relations WHERE kind = 'household'");
    assert!(detail.starts_with("inferred: the same address"), "{detail}");
}

#[test]
fn a_person_in_two_spellings_with_birth_date_and_phone_is_one() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Сергій Коваленко,,,1979-06-14,NL,,+31 6 12345678,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}person,\"KOVALENKO, Serhii\",,,1979-06-14,NL,,0612345678,\n"),
        ),
        (
            "c.csv",
            &format!("{HEADING}person,Ivan Kovalenko,,,1981-06-14,NL,,0612345678,\n"),
        ),
    ]);
    let all = groups(&place);
    assert!(
        all.contains(&vec![
            "KOVALENKO, Serhii".to_owned(),
            "Сергій Коваленко".to_owned()
        ]),
        "{all:?}"
    );
    assert_eq!(all.len(), 2);
    // A shared phone ties the two parties.
    assert_eq!(
        place.tables().count("SELECT count(*) FROM relations WHERE kind = 'shared_attribute' AND detail LIKE '%phone +31612345678%'"),
        1
    );
    // Every merge is explained term by term, and the terms with the prior are the weight.
    let sums = "SELECT count(*) FROM same_parties p JOIN (SELECT left_mention l, right_mention r, sum(weight) w FROM same_party_terms \
                GROUP BY 1, 2) t ON t.l = p.left_mention AND t.r = p.right_mention JOIN resolution_model m ON m.field = 'prior' \
                WHERE abs(p.weight - t.w - m.weight) > 0.001";
    assert_eq!(place.tables().count(sums), 0);
    assert!(place.tables().count("SELECT count(*) FROM same_party_terms") > 2);
}

#[test]
fn a_conflict_over_one_number_is_told_and_not_merged() {
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}person,Anna Peeters,85.07.30-033.28,BE-NRN,1985-07-30,BE,,,\n"),
        ),
        (
            "b.csv",
            &format!("{HEADING}person,Mehmet Yilmaz,85073003328,BE-NRN,1991-01-02,BE,,,\n"),
        ),
    ]);
    let outcome = place.tables().rows("SELECT outcome, reason FROM same_parties");
    assert_eq!(outcome.len(), 1);
    assert_eq!(outcome[0][0], "conflict");
    let said = place.good(&["resolve"]);
    said.tells(&[
        "One identifier, and yet two parties",
        "identifier that two parties claim",
        "records under one number contradict each other",
    ]);
}

/// What names a contested number alone is nobody's; what names it beside its own record is that one's.
#[test]
fn a_contested_number_ties_nobody_to_another_s_record() {
    let owners =
        "relation,owner_name,owner_number,owner_kind,company_name,company_number,company_kind,share\n";
    let place = case(&[
        (
            "a.csv",
            &format!("{HEADING}company,Bakkerij Jansen BV,69599084,,,NL,,,\n"),
        ),
        (
            "b.csv",
            &format!("{owners}ownership,P,1111,person,Garage Smit BV,69599084,company,100\n"),
        ),
        (
            "employers.csv",
            "employee_name,employee_number,employee_birth_date,employer_name,employer_number,from_date,to_date\n\
             Ana Pop,P1,1990-01-01,Bakkerij Jansen BV,69599084,2024-01-01,\n",
        ),
    ]);
    let owned =
        "SELECT p.name FROM relations r JOIN parties p ON p.party_id = r.object WHERE r.kind = 'ownership'";
    assert_eq!(place.tables().one(owned), "Garage Smit BV");
    let employed = "SELECT count(*) FROM relations r JOIN parties p ON p.party_id = r.object WHERE r.kind = 'employment'";
    assert_eq!(place.tables().count(employed), 0);
    // A reproach by the number holds for neither, protection for both.
    place.good(&[
        "category",
        "Garage Smit BV",
        "--set",
        "convicted",
        "--reason",
        "verdict",
    ]);
    let convicted = "SELECT name FROM parties WHERE category = 'convicted'";
    assert_eq!(place.tables().rows(convicted), [["Garage Smit BV"]]);
}

#[test]
fn the_same_records_give_the_same_tables_whatever_their_order() {
    let lines = [
        "person,Jan de Vries,111222333,NL-BSN,1950-02-01,NL,\"Dorpsstraat 12, 1234 AB Ede\",0612345678,jan@example.org",
        "person,J. de Vries,111222333,BSN,,NL,,,",
        "person,Anna Bakker,,,1990-05-05,NL,,0612345678,",
        "company,Bakkerij Jansen BV,69599084,NL-KVK,,NL,,,info@example.org",
    ];
    let one = case(&[("a.csv", &format!("{HEADING}{}\n", lines.join("\n")))]);
    let before = one.tables().rows("SELECT * FROM party_mentions ORDER BY 1");
    one.good(&["--threads", "1", "resolve"]);
    assert_eq!(
        one.tables().rows("SELECT * FROM party_mentions ORDER BY 1"),
        before
    );
    // The order of lines in a file tells which of two writings stands first, and nothing else.
    let parties = "SELECT party_id, birth_date, registration_number FROM parties ORDER BY 1";
    let reversed: Vec<&str> = lines.iter().rev().copied().collect();
    let other = case(&[("a.csv", &format!("{HEADING}{}\n", reversed.join("\n")))]);
    assert_eq!(one.tables().rows(parties), other.tables().rows(parties));
}

/// Two people who sent money at one agent are tied by it, and by nothing else.
#[test]
fn one_agent_of_a_money_transfer_service_ties_those_who_were_there() {
    let heading = "MTCN,Send Date,Send Time,Sender First Name,Sender Last Name,Sender ID Type,Sender ID Number,Sender ID Issuing Country,\
                   Sender Phone,Sender Date of Birth,Sender Address,Sender Country,Send Agent,Send City,Send Country,Principal Amount,\
                   Send Currency,Fee,Payee Name,Payee Phone,Payee Date of Birth,Payee Country,Pay City,Pay Country,Pay Amount,Pay Currency,\
                   Status\n";
    let row = |number: u32, name: &str, passport: &str, agent: &str| {
        format!(
            "{number},2024-03-01,14:05:09,{name},Passport,{passport},RO,,,,NL,{agent},Delft,NL,90.00,EUR,,Maria Ionescu,+40 721 234 56{},,RO,\
             Iasi,RO,90.00,EUR,Paid\n",
            number % 10
        )
    };
    let place = case(&[(
        "production.csv",
        &format!(
            "{heading}{}{}{}",
            row(1_234_567_891, "Ana,Pop", "RO123456", "Agent B"),
            row(1_234_567_892, "Dan,Ilie", "RO654321", "Agent B"),
            row(1_234_567_893, "Vlad,Marin", "RO777777", "Agent C")
        ),
    )]);
    let ties = place
        .tables()
        .rows("SELECT detail FROM relations WHERE kind = 'shared_attribute' AND detail LIKE '%agent of a money transfer service%'");
    assert_eq!(ties.len(), 1, "{ties:?}");
    assert!(ties[0][0].contains("Agent B, Delft"), "{ties:?}");
}
