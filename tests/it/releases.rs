//! What leaves a case: blocked where somebody would be found, under pseudonyms of its own, in a profile for each reader.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command::{Investigated, Tables, code, command, copied, investigate, package, printed, sample};
use crate::red_team::leaks;

const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn run(made: &Investigated, arguments: &[&str]) -> Output {
    command(&made.folder.path().join("keys"))
        .arg("-C")
        .arg(&made.case)
        .args(arguments)
        .output()
        .expect("the command starts")
}

/// A case of few files, for commands that change it.
fn small() -> Investigated {
    let files: Vec<PathBuf> = [
        "account_holders.csv",
        "meerbank/NL74MEER0003449978.xml",
        "meerbank/NL43MEER0004561089.xml",
    ]
    .iter()
    .map(|name| package().join("sample-data/delivery").join(name))
    .collect();
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    investigate(&files, &["--reference", "R-1"])
}

fn page(made: &Investigated, arguments: &[&str]) -> String {
    let output = run(made, arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
    let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    std::fs::read_to_string(path).expect("the page")
}

/// The pseudonyms of a page: `Person K7Q2-MX4P` and the like.
fn pseudonyms(page: &str) -> std::collections::BTreeSet<String> {
    let kinds = ["Person ", "Account ", "Company ", "Party "];
    let mut found = std::collections::BTreeSet::new();
    for kind in kinds {
        for (at, _) in page.match_indices(kind) {
            let sign = page.get(at + kind.len()..at + kind.len() + 9).unwrap_or_default();
            let is_sign = sign.len() == 9
                && sign.bytes().enumerate().all(|(at, byte)| match at {
                    4 => byte == b'-',
                    _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                });
            if is_sign {
                found.insert(format!("{kind}{sign}"));
            }
        }
    }
    found
}

#[test]
fn a_money_transfer_service_blocks_no_page() {
    // Its name stands in entries like somebody's, and on the page as that of the mapping that reads its files.
    let made = investigate(&[&package().join("tests/data/blind/10-partial/records")], &[]);
    assert!(page(&made, &["report"]).contains("western-union"));
}

#[test]
fn pseudonyms_hold_within_a_release_and_not_between_two() {
    let made = small();
    let of = |name: &str| page(&made, &["report", "--release", name]);
    let (first, second, again) = (of("one"), of("two"), of("one"));
    assert_eq!(first, again, "the same release is the same page");
    assert!(!pseudonyms(&first).is_empty());
    assert!(pseudonyms(&first).is_disjoint(&pseudonyms(&second)));
    let own = page(&made, &["report"]);
    assert!(pseudonyms(&own).is_disjoint(&pseudonyms(&first)));
    // Counted where nobody names it, and told by the ledger.
    let folder = made.folder.path().join("out");
    let folder = folder.to_string_lossy();
    let counted = page(&made, &["report", "-o", &folder]);
    let next = page(&made, &["report", "-o", &folder]);
    assert!(pseudonyms(&counted).is_disjoint(&pseudonyms(&next)));
    let ledger = printed(&run(&made, &["ledger", "--format", "json"]));
    for note in ["release one, profile", "release 1, profile", "release 2, profile"] {
        assert!(ledger.contains(note), "{note} in {ledger}");
    }
}

/// Writes another reference into the case's settings, as a person would.
pub fn refer(made: &Investigated, reference: &str) {
    let path = made.case.join("case.toml");
    let text = std::fs::read_to_string(&path).expect("case.toml");
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line.starts_with("reference = ") {
            true => format!("reference = \"{reference}\""),
            false => line.to_owned(),
        })
        .collect();
    std::fs::write(&path, lines.join("\n") + "\n").expect("written");
}

#[test]
fn a_planted_leak_blocks_and_names_file_and_place() {
    let made = small();
    let page_before = std::fs::read(made.case.join("exports/report.html")).expect("a page");
    for (planted, hidden) in [
        ("File of Zielinski, Vasile", "Zielinski"),
        ("vasilezielinski40@post.example", "vasilezielinski40"),
        ("about NL74 MEER 0003 4499 78", "4499 78"),
    ] {
        refer(&made, planted);
        for profile in [
            "pseudonymous",
            "prosecution",
            "defence",
            "foreign-authority",
            "statistics",
        ] {
            let output = run(&made, &["report", "--profile", profile]);
            let said = printed(&output);
            assert_eq!(code(&output), 7, "{profile} {planted}: {said}");
            assert!(!said.contains(hidden), "{said}");
            assert!(
                said.contains("report") && said.contains(".html") && said.contains("line "),
                "{said}"
            );
            assert!(said.contains("nothing was released"), "{said}");
        }
    }
    refer(&made, "R-1");
    let exports: Vec<_> = std::fs::read_dir(made.case.join("exports"))
        .expect("exports")
        .flatten()
        .collect();
    assert_eq!(exports.len(), 1, "nothing was written");
    assert_eq!(
        std::fs::read(made.case.join("exports/report.html")).expect("a page"),
        page_before
    );
    let ledger = printed(&run(&made, &["ledger", "--format", "json"]));
    assert_eq!(ledger.matches("release blocked").count(), 15, "{ledger}");
    assert_eq!(code(&run(&made, &["ledger", "verify"])), 0);
    // A folder is a label too.
    let folder = made.folder.path().join("for Vasile Zielinski");
    let output = run(&made, &["report", "-o", &folder.to_string_lossy()]);
    assert_eq!(code(&output), 7, "{}", printed(&output));
    assert!(!folder.exists());
    let output = run(&made, &["report", "--release", "Vasile Zielinski"]);
    assert_eq!(code(&output), 7, "{}", printed(&output));
}

#[test]
fn names_leave_only_encrypted_and_by_somebody_who_answers_for_it() {
    let made = small();
    let folder = made.folder.path().join("out");
    let out = folder.to_string_lossy().into_owned();
    let full = ["report", "--profile", "full", "-o", &out];
    let with = |more: &[&str]| run(&made, &[&full[..], more].concat());
    for (more, missing) in [
        (&[][..], "--encrypt-to"),
        (&["--encrypt-to", KEY][..], "--reason"),
        (&["--encrypt-to", KEY, "--reason", "court"][..], "two words"),
        (
            &["--encrypt-to", "age1x", "--reason", "by court order"][..],
            "public key",
        ),
    ] {
        let output = with(more);
        assert_eq!(code(&output), 2, "{more:?}: {}", printed(&output));
        assert!(
            printed(&output).contains(missing),
            "{more:?}: {}",
            printed(&output)
        );
    }
    let mut nobody = command(&made.folder.path().join("keys"));
    nobody
        .env_remove("GELDSPOOR_USER")
        .arg("-C")
        .arg(&made.case)
        .args(full);
    let output = nobody
        .args(["--encrypt-to", KEY, "--reason", "by court order"])
        .output()
        .expect("the command starts");
    assert_eq!(code(&output), 2);
    assert!(printed(&output).contains("--user"), "{}", printed(&output));
    assert!(!folder.exists(), "nothing was written");
    let output = with(&[
        "--encrypt-to",
        KEY,
        "--reason",
        "by court order",
        "--user",
        "B. Officer",
    ]);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let files: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder")
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, ["report-full.html.age"]);
    let bytes = std::fs::read(folder.join(&files[0])).expect("the file");
    assert!(bytes.starts_with(b"age-encryption.org/v1"));
    let ledger = std::fs::read_to_string(made.case.join("ledger.jsonl")).expect("the ledger");
    let line = ledger.lines().last().expect("a line");
    for told in [
        "override: ",
        KEY,
        "B. Officer",
        "by court order",
        "report-full.html.age",
        "before it was encrypted",
    ] {
        assert!(line.contains(told), "{told} in {line}");
    }
}

#[test]
fn the_prosecution_reads_names_of_those_on_whom_a_person_decided() {
    let made = small();
    let page = |profile| page(&made, &["report", "--profile", profile, "--release", "r"]);
    let tables = Tables::of(&made.case);
    let name = tables.one(
        "SELECT max(p.name) FROM parties p JOIN account_holders h ON h.party_id = p.party_id \
         JOIN accounts a ON a.account_id = h.account_id WHERE a.number = 'NL43MEER0004561089'",
    );
    let number = "NL43MEER0004561089";
    let before = page("prosecution");
    assert!(
        !before.contains(&name) && !before.contains(number),
        "nobody decided on {name}"
    );
    let output = run(
        &made,
        &[
            "category",
            &name,
            "--set",
            "serious grounds",
            "--reason",
            "observed twice",
        ],
    );
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let again = run(&made, &["detect"]);
    assert_eq!(code(&again), 0, "{}", printed(&again));
    for profile in ["prosecution", "defence", "foreign-authority"] {
        let page = page(profile);
        assert!(page.contains(&name) && page.contains(number), "{profile}");
        assert!(!page.contains("Zielinski"), "{profile}");
    }
    assert!(!page("pseudonymous").contains(&name));
}

/// A case of bookings and of holders: number, kind and name.
fn of_holders(holders: &[(&str, &str, &str)]) -> Investigated {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lines =
        "account,booked_at,direction,amount,currency,counterparty_account,counterparty_name,channel\n"
            .to_owned();
    for (number, _, _) in holders.iter().chain(&[("NL91ABNA0417164300", "", "")]) {
        for day in 1..=3 {
            lines.push_str(&format!(
                "{number},2025-03-0{day},credit,{day}00.00,EUR,NL20INGB0001234567,Veldwerk BV,transfer\n"
            ));
        }
    }
    let mut told =
        "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,incorporated,\
         employees,from_date,to_date\n"
            .to_owned();
    for (number, kind, name) in holders {
        told.push_str(&format!("{number},holder,{kind},{name},,,NL,,,,,,,,\n"));
    }
    let (one, other) = (folder.path().join("lines.csv"), folder.path().join("holders.csv"));
    std::fs::write(&one, lines).expect("a file");
    std::fs::write(&other, told).expect("a file");
    let made = investigate(&[one.as_path(), other.as_path()], &[]);
    let sql = "SELECT count(*) AS n FROM account_holders";
    let read = run(&made, &["-q", "sql", "-c", sql, "--format", "csv"]);
    let read = String::from_utf8_lossy(&read.stdout)
        .lines()
        .last()
        .map(str::to_owned);
    assert_eq!(read, Some(holders.len().to_string()));
    made
}

/// Puts a text into `case.toml` and asks for a release.
fn with_reference(made: &Investigated, reference: &str) -> i32 {
    let path = made.case.join("case.toml");
    let text = std::fs::read_to_string(&path).expect("case.toml");
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line.starts_with("reference") {
            true => format!("reference = \"{reference}\""),
            false => line.to_owned(),
        })
        .collect();
    std::fs::write(&path, lines.join("\n")).expect("case.toml");
    code(&run(made, &["report", "--release", "x"]))
}

#[test]
fn a_firm_that_somebody_was_made_to_run_is_protected_as_he_is() {
    let made = of_holders(&[("NL02ABNA0123456789", "company", "Schoonmaak Tkachenko VOF")]);
    let prosecution = ["report", "--profile", "prosecution"];
    assert!(page(&made, &prosecution).contains("Schoonmaak Tkachenko VOF"));
    let set = [
        "--user",
        "A. Officer",
        "category",
        "Schoonmaak Tkachenko VOF",
        "--set",
        "victim",
        "--reason",
        "made to run it",
    ];
    let output = run(&made, &set);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    assert_eq!(code(&run(&made, &["detect"])), 0);
    let page = page(&made, &prosecution);
    assert!(!page.contains("Tkachenko") && !page.contains("NL02ABNA0123456789"));
}

#[test]
fn an_account_of_nobody_known_blocks_and_a_municipality_does_not() {
    let made = of_holders(&[("NL02ABNA0123456789", "company", "Gemeente Arnhem")]);
    assert_eq!(with_reference(&made, "asked by Gemeente Arnhem"), 0);
    assert_eq!(with_reference(&made, "about NL91ABNA0417164300"), 7);
}

#[test]
fn statistics_that_are_blocked_were_not_given_out() {
    let made = of_holders(&[("NL02ABNA0123456789", "person", "Olena Tkachenko")]);
    assert_eq!(with_reference(&made, "about Olena Tkachenko"), 7);
    let given = || {
        let ledger = std::fs::read_to_string(made.case.join("ledger.jsonl")).expect("the ledger");
        ledger.contains("statistics of persons")
    };
    let page = ["report", "--profile", "statistics"];
    assert_eq!(code(&run(&made, &page)), 7);
    assert!(!given());
    assert_eq!(with_reference(&made, "R-1"), 0);
    assert_eq!(code(&run(&made, &page)), 0);
    assert!(given());
}

#[test]
fn the_defence_reads_what_was_dismissed_however_late_it_comes() {
    let made = copied(sample());
    let sql = "SELECT finding_id FROM findings WHERE rule_id = 'ML-04' AND gate = 'open' AND describes <> 'exploited' \
               ORDER BY from_time DESC, finding_id DESC LIMIT 1";
    let output = run(&made, &["-q", "sql", "-c", sql, "--format", "csv"]);
    let id = String::from_utf8_lossy(&output.stdout)
        .lines()
        .last()
        .expect("an id")
        .to_owned();
    let dismiss = [
        "--user",
        "A. Officer",
        "finding",
        "dismiss",
        &id,
        "--reason",
        "paid by the town",
    ];
    let output = run(&made, &dismiss);
    assert_eq!(code(&output), 0, "{}", printed(&output));
    assert_eq!(code(&run(&made, &["detect"])), 0);
    let left_out = |page: &str, name: &str| {
        let at = page
            .find(&format!("data-figure=\"{name}\" data-key=\"ML-04 open\""))
            .expect("what is left out");
        let from = page[..at].rfind("value=\"").expect("a value") + 7;
        let text = &page[from..];
        text[..text.find('"').expect("an end")]
            .parse::<u32>()
            .expect("a number")
    };
    let prosecution = page(&made, &["report", "--profile", "prosecution"]);
    let defence = page(&made, &["report", "--profile", "defence"]);
    // A release has signs for ids; what a person dismissed is seen by its frame.
    let dismissed = |page: &str| page.matches("class=\"finding dismissed\"").count();
    assert_eq!((dismissed(&prosecution), dismissed(&defence)), (0, 1));
    assert!(
        !prosecution.contains(&id) && !defence.contains(&id),
        "an id can be tried out"
    );
    assert_eq!(
        left_out(&defence, "findings.left_out_of_defence") + 1,
        left_out(&prosecution, "findings.left_out")
    );
}

/// Headings, header and the parts that differ between readers, with what a key makes put aside.
fn outline(page: &str) -> String {
    let mut lines = Vec::new();
    for line in page.lines() {
        let is_shown = ["<h1", "<h2", "<dt>", "<div><dt>Names", "<div><dt>Profile"]
            .iter()
            .any(|start| line.starts_with(start))
            || line.contains("<li><strong>")
            || line.contains("Pseudonyms hide");
        if is_shown {
            lines.push(text_of(line));
        }
    }
    lines.join("\n")
}

fn text_of(line: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in line.chars() {
        match c {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            _ if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_profile_has_its_parts() {
    let made = &copied(sample());
    for profile in [
        "pseudonymous",
        "prosecution",
        "defence",
        "foreign-authority",
        "statistics",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let page = page(
            made,
            &[
                "report",
                "--profile",
                profile,
                "--release",
                "golden",
                "-o",
                &out.to_string_lossy(),
            ],
        );
        let body = page.split_once("<body>").map_or("", |(_, body)| body);
        let shown = match profile {
            "statistics" => {
                let lines: Vec<String> = body
                    .lines()
                    .map(text_of)
                    .filter(|line| !line.is_empty())
                    .collect();
                lines.join("\n")
            }
            _ => outline(body),
        };
        insta::assert_snapshot!(format!("profile_{profile}"), shown);
        assert_eq!(
            page.contains("Possible victims: for protection"),
            !matches!(profile, "defence" | "statistics")
        );
        assert_eq!(
            page.contains("id=\"reliability\""),
            profile == "foreign-authority"
        );
        assert!(page.contains("Who could be recognised"), "{profile}");
        assert_eq!(
            page.contains("What else could explain it"),
            profile != "statistics"
        );
        assert_eq!(leaks(&page), Vec::<&str>::new());
    }
}

#[test]
fn nothing_of_the_tool_can_reach_a_network() {
    // No library for it is built in, and no socket is opened anywhere.
    let lock = std::fs::read_to_string(package().join("Cargo.lock")).expect("Cargo.lock");
    for name in [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "isahc",
        "native-tls",
        "rustls",
        "quinn",
        "sentry",
    ] {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name}");
    }
    let mut folders = vec![package().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the source").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("a file");
                for word in ["std::net", "TcpStream", "UdpSocket", "tokio::net"] {
                    assert!(!text.contains(word), "{word} in {}", path.display());
                }
            }
        }
    }
}
