//! Whom a person recorded as a victim stands in no finding as one of those whose doing it is, wherever they take part.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::{HEADER, Lines, asked, dutch, iban};
use crate::command::{Investigated, code, geldspoor, investigate, printed};

/// Three people: where one holds every account that money ends in, these accounts say something of each other.
const VICTIMS: &str = "name LIKE '%Vlinder'";

/// Each kind of finding about several accounts once, with an account of the victim in it that is not the first, and two
/// about one account that the victim paid. Accounts of a kind stand in a hundred of their own; those of the victim end
/// with 99.
fn case() -> Investigated {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lines = Lines(HEADER.to_owned());
    let mut paid = |from: &str, to: &str, day: u32, hour: u32, amount: i64, text: &str| {
        lines.paid(
            from,
            to,
            &format!("2026-03-{day:02} {hour:02}:00:00"),
            amount,
            text,
        );
    };
    // A chain that ends with the victim, and money that goes to the victim by way of three.
    let chain = [100, 101, 102, 199].map(dutch);
    for (hop, pair) in chain.windows(2).enumerate() {
        paid(&pair[0], &pair[1], 2, 8 + hop as u32, 4_000, "");
    }
    for middle in 201..204 {
        paid(&dutch(200), &dutch(middle), 2, 9, 3_000 + i64::from(middle), "");
        paid(&dutch(middle), &dutch(299), 3, 9, 2_950 + i64::from(middle), "");
    }
    // Rings: plain, past another country, of loans.
    let abroad = iban("DE", "500105175407324931");
    let rings = [
        (["0", "1", "99"], 300, ""),
        (["0", "abroad", "1"], 400, ""),
        (["0", "1", "99"], 500, "loan"),
    ];
    for (ring, first, text) in rings {
        let account = |place: &str| match place {
            "abroad" => abroad.clone(),
            number => dutch(first + number.parse::<u32>().expect("a number")),
        };
        let ring = ring.map(account);
        for hop in 0..3 {
            paid(&ring[hop], &ring[(hop + 1) % 3], 5, 9 + hop as u32, 2_500, text);
        }
    }
    // Groups: three pay three; two pay two, which pay two; three pay three, which pass all of it on to three.
    let layer = |first: u32, size: u32| -> Vec<String> { (first..first + size).map(dutch).collect() };
    let mut group = |from: &[String], to: &[String], day: u32, amount: i64| {
        for (place, payer) in from.iter().enumerate() {
            for payee in to {
                paid(payer, payee, day, 9 + place as u32, amount, "");
            }
        }
    };
    group(&layer(600, 3), &[layer(610, 2), vec![dutch(699)]].concat(), 7, 77);
    let middle = layer(710, 2);
    group(&layer(700, 2), &middle, 9, 66);
    group(&middle, &[dutch(720), dutch(799)], 10, 65);
    let middle = layer(810, 3);
    group(&layer(800, 3), &middle, 12, 900);
    group(&middle, &[layer(820, 2), vec![dutch(899)]].concat(), 13, 900);
    // Three pass on to two others and to the victim.
    for number in 900..903 {
        for event in 0..10_u32 {
            let payer = dutch(90_000 + number * 10 + event);
            paid(&payer, &dutch(number), 1 + event * 2, 10, 400, "");
            let exit = if event % 2 == 0 { dutch(999) } else { dutch(998) };
            paid(&dutch(number), &exit, 2 + event * 2, 10, 340, "");
        }
    }
    // Five pay one, the victim among them; three pay one, which pays three.
    for payer in [1_001, 1_002, 1_003, 1_004, 1_099] {
        paid(&dutch(payer), &dutch(1_000), 20, 9, 31, "");
    }
    for number in [1_101, 1_102, 1_199] {
        paid(&dutch(number), &dutch(1_100), 22, 9, 50, "");
        paid(&dutch(1_100), &dutch(number + 10), 23, 9, 50, "");
    }
    // Euros one way, dollars the other.
    let (one, other) = (dutch(1_200), dutch(1_299));
    for day in [1, 11, 21] {
        paid(&one, &other, day, 9, 1_000, "");
    }
    for (account, way, payee) in [(&other, "debit", &one), (&one, "credit", &other)] {
        for day in [2, 12, 22] {
            writeln!(
                lines.0,
                "{account},2026-03-{day:02} 10:00:00,{way},1100.00,USD,{payee},transfer,,"
            )
            .expect("a line");
        }
    }
    let mut holders =
        "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date\n"
            .to_owned();
    let own = [299, 399, 599, 699, 799, 899, 1_099, 1_199, 1_299].map(dutch);
    let own = own
        .iter()
        .chain([&abroad])
        .map(|account| (account.clone(), "Vera Vlinder"));
    for (account, name) in own.chain([(dutch(199), "Wim Vlinder"), (dutch(999), "Xena Vlinder")]) {
        writeln!(holders, "{account},holder,person,{name},1990-01-01,,,,,,,,,,").expect("a line");
    }
    // On movement alone the gate would be shut on persons who pass money on.
    for number in 900..903 {
        writeln!(
            holders,
            "{},holder,company,Doorgeef {number} BV,,,,,,,,,,,",
            dutch(number)
        )
        .expect("a line");
    }
    let mut rates = "date,base,currency,rate\n".to_owned();
    for day in 1..=31 {
        writeln!(rates, "2026-03-{day:02},EUR,USD,1.1").expect("a line");
    }
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let files = [
        put("lines.csv", &lines.0),
        put("holders.csv", &holders),
        put("rates.csv", &rates),
    ];
    let paths: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
    investigate(&paths, &[])
}

#[test]
fn a_recorded_victim_is_protected_in_every_kind_of_finding() {
    let case = case();
    let rows = |statement: &str| -> Vec<String> {
        let (code, said) = asked(&case, statement);
        assert_eq!(code, 0, "{statement}: {said}");
        said.lines().map(str::to_owned).collect()
    };
    let own = rows(&format!(
        "SELECT h.account_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id WHERE p.{VICTIMS}"
    ));
    let own = format!("('{}')", own.join("', '"));
    // Findings that rest on entries of the victim's accounts, but are not about one.
    let cited = format!(
        "finding_id IN (SELECT c.finding_id FROM finding_entries c JOIN entries e ON e.entry_id = c.entry_id \
         WHERE e.account_id IN {own})"
    );
    let network = format!("describes = 'network' AND account_id NOT IN {own} AND {cited}");
    let ids = rows(&format!("SELECT finding_id FROM findings WHERE {network}")).join("', '");
    let found = format!("SELECT rule_id, title FROM findings WHERE {network}");
    let seen: BTreeSet<String> = rows(&found).into_iter().collect();
    let expected = [
        "ML-06,Money goes from one account to another by way of many",
        "ML-07,Nearly all accounts of a group pay nearly all of another",
        "ML-07,\"Three groups of accounts, each paying nearly all of the next\"",
        "ML-10,\"Money passed on from account to account, nearly whole\"",
        "ML-11,Money that comes back to the account it left",
        "ML-12,Money that goes abroad and comes back to the same holder",
        "ML-15,Loans that go round in a circle",
        "ML-23,Several accounts that pass money on to the same places",
        "ML-24,Equal values exchanged both ways in two currencies",
        "dense_flow,A group through which much money runs and in which little stays",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into());
    let about_one = rows(&format!(
        "SELECT DISTINCT rule_id FROM findings WHERE describes = 'account' AND gate = 'open' AND account_id NOT IN {own} \
         AND {cited} ORDER BY rule_id"
    ));
    for rule in ["ML-03", "ML-05"] {
        assert!(about_one.iter().any(|seen| seen == rule), "{about_one:?}");
    }

    let (keys, folder) = (
        case.folder.path().join("keys"),
        case.case.to_string_lossy().into_owned(),
    );
    let run = |arguments: &[&str]| {
        let output = geldspoor(&keys, &[&["-C", &folder], arguments].concat());
        assert_eq!(code(&output), 0, "{}", printed(&output));
    };
    for party in rows(&format!("SELECT party_id FROM parties WHERE {VICTIMS}")) {
        run(&["category", &party, "--set", "victim", "--reason", "told so"]);
    }
    run(&["detect", "--format", "csv"]);
    // Of several accounts: a lead for protection that stands on the victim's account, which is nowhere an exit.
    let rules = rows(&format!(
        "SELECT DISTINCT rule_id, gate, describes, account_id IN {own}, gate_reason LIKE 'A person set%' FROM findings \
         WHERE finding_id IN ('{ids}') ORDER BY rule_id"
    ));
    let named = expected.map(|line| line.split_once(',').expect("a rule and its title").0);
    let named: BTreeSet<&str> = named.into();
    let protected = named
        .iter()
        .map(|rule| format!("{rule},possible victim - verify,exploited,true,true"));
    assert_eq!(rules, protected.collect::<Vec<_>>());
    let exits = format!(
        "SELECT count(*) FROM findings f CROSS JOIN (SELECT unnest(make_array{own}) AS id) AS own \
         WHERE f.exit_account = own.id OR f.explanation LIKE concat('%leaves to {{account:', own.id, '%')"
    );
    assert_eq!(rows(&exits), ["0"]);
    // No text or measure of a finding behind the gate names an account of the victim.
    let texts = format!(
        "SELECT DISTINCT f.rule_id FROM findings f CROSS JOIN (SELECT unnest(make_array{own}) AS id) AS own \
         WHERE f.gate <> 'open' AND concat(f.explanation, f.sufficiency, f.measures) LIKE concat('%', own.id, '%')"
    );
    assert_eq!(rows(&texts), Vec::<String>::new());
    assert_eq!(
        rows(&format!(
            "SELECT count(*) FROM findings WHERE describes = 'network' AND {cited}"
        )),
        ["0"]
    );
    // Whom the victim paid is who is looked for: that stays, and says that it is no sign against the victim.
    let stays = rows(&format!(
        "SELECT DISTINCT rule_id, gate, describes, gate_reason LIKE '%no sign against that holder%' FROM findings \
         WHERE rule_id IN ('ML-03', 'ML-05') AND account_id NOT IN {own} AND {cited} ORDER BY rule_id"
    ));
    assert_eq!(stays, ["ML-03,open,account,true", "ML-05,open,account,true"]);

    // By party as by account: whatever account of the victim takes part, and whichever the finding names first.
    run(&["detect", "--level", "party", "--format", "csv"]);
    let cited = format!("{cited} AND explanation LIKE '%arties%'");
    let rules = rows(&format!(
        "SELECT DISTINCT rule_id, gate, describes, account_id IN {own} FROM findings WHERE {cited} \
         AND NOT (describes = 'account' AND gate_reason LIKE '%no sign against that holder%') ORDER BY rule_id"
    ));
    let by_party: Vec<&str> = ["ML-06", "ML-07", "ML-10", "ML-11", "ML-15", "dense_flow"].into();
    for rule in by_party {
        let line = format!("{rule},possible victim - verify,exploited,true");
        assert!(rules.contains(&line), "{rule}: {rules:?}");
    }
    assert!(
        rules
            .iter()
            .all(|line| line.ends_with(",possible victim - verify,exploited,true")),
        "{rules:?}"
    );
    assert_eq!(rows(&exits), ["0"]);
    // No other party stands beside the account of the victim.
    let beside = format!(
        "SELECT count(*) FROM findings f LEFT JOIN account_holders h ON h.account_id = f.account_id \
         AND h.party_id = f.party_id WHERE f.account_id IN {own} AND f.party_id IS NOT NULL AND h.party_id IS NULL"
    );
    assert_eq!(rows(&beside), ["0"]);
    let stays = rows(&format!(
        "SELECT DISTINCT rule_id, gate, describes FROM findings WHERE rule_id IN ('ML-03', 'ML-05') \
         AND account_id NOT IN {own} AND gate_reason LIKE '%no sign against that holder%' AND {cited} ORDER BY rule_id"
    ));
    assert_eq!(stays, ["ML-03,open,account", "ML-05,open,account"]);
}
