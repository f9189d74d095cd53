//! One month of one account as camt.053, as MT940 and as CSV: recognised, counted once, every citation kept. The camt
//! statement is the sample's; the other two are written here from it, by a reader and writers of their own.

use std::fs;
use std::path::Path;

use crate::camt;
use crate::command::{Tables, investigate, package};

struct Booked {
    day: String,
    amount: String,
    is_credit: bool,
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let (_, rest) = text.split_once(open).expect(open);
    rest.split_once(close).expect(close).0
}

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().expect("two decimals")
}

fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Writes the second statement of the sample's account as three files; gives the number of its lines.
fn deliver(folder: &Path) -> usize {
    let number = "NL74MEER0003449978";
    let path = package().join(format!("sample-data/delivery/meerbank/{number}.xml"));
    let camt = fs::read_to_string(path).expect("the sample");
    let statement = format!(
        "<Stmt>{}</Stmt>",
        camt.split("<Stmt>")
            .nth(2)
            .expect("a second")
            .split("</Stmt>")
            .next()
            .expect("its end")
    );
    let head = camt.split("<Stmt>").next().expect("a head");
    fs::write(
        folder.join("a.xml"),
        format!("{head}{statement}\n</BkToCstmrStmt>\n</Document>\n"),
    )
    .expect("written");

    let balance = |code: &str| {
        cents(between(
            &statement[statement.find(code).expect(code)..],
            "<Amt Ccy=\"EUR\">",
            "<",
        ))
    };
    let (opening, closing) = (balance("OPBD"), balance("CLBD"));
    let lines: Vec<Booked> = statement
        .split("<Ntry>")
        .skip(1)
        .map(|entry| Booked {
            day: between(entry, "<BookgDt><Dt>", "<").to_owned(),
            amount: between(entry, "<Amt Ccy=\"EUR\">", "<").to_owned(),
            is_credit: between(entry, "<CdtDbtInd>", "<") == "CRDT",
        })
        .collect();
    let short = |day: &str| day.replace('-', "")[2..].to_owned();
    let comma = |cents: i64| euros(cents).replace('.', ",");
    let mut mt940 = format!(
        ":20:X\n:25:{number} EUR\n:28C:00002/001\n:60F:C240131EUR{}\n",
        comma(opening)
    );
    let mut csv = "account,booked_at,direction,amount,currency,balance_after,remittance\n".to_owned();
    let mut running = opening;
    for line in &lines {
        running += if line.is_credit {
            cents(&line.amount)
        } else {
            -cents(&line.amount)
        };
        let (way, word) = if line.is_credit {
            ("C", "credit")
        } else {
            ("D", "debit")
        };
        mt940 += &format!(
            ":61:{}{way}{}NTRFNONREF\n:86:text\n",
            short(&line.day),
            line.amount.replace('.', ",")
        );
        csv += &format!(
            "{number},{},{word},{},EUR,{},text\n",
            line.day,
            line.amount,
            euros(running)
        );
    }
    assert_eq!(running, closing, "the writers work from figures that add up");
    mt940 += &format!(":62F:C240229EUR{}\n-\n", comma(closing));
    fs::write(folder.join("b.940"), mt940).expect("written");
    fs::write(folder.join("c.csv"), csv).expect("written");
    lines.len()
}

#[test]
fn one_month_in_three_formats_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = deliver(folder.path());
    assert!(lines > 5);
    let alone = investigate(&[&folder.path().join("a.xml")], &[]);
    let all = investigate(&[folder.path()], &[]);
    let (alone, all) = (Tables::of(&alone.case), Tables::of(&all.case));
    let same = "SELECT count(DISTINCT entry_id) FROM same_entries WHERE kind = 'same_statement'";
    assert_eq!(
        all.count("SELECT count(*) FROM entries"),
        3 * lines as u64,
        "every citation is kept"
    );
    assert_eq!(all.count(same), 2 * lines as u64);
    assert_eq!(all.count("SELECT count(*) FROM gaps"), 0);
    assert_eq!(
        all.rows("SELECT verdict, count(*) FROM statements GROUP BY verdict"),
        [["verified", "3"]]
    );
    // The camt statement says more, so it is the one that counts.
    let kept = "SELECT count(*) FROM same_entries s JOIN entries e ON e.entry_id = s.same_as \
                JOIN sources f ON f.source_id = e.source_id WHERE f.name LIKE '%a.xml'";
    assert_eq!(all.count(kept), 2 * lines as u64);
    let transfers =
        "SELECT transfer_id, payer_account, payee_account, amount FROM transfers ORDER BY transfer_id";
    assert_eq!(all.rows(transfers), alone.rows(transfers));
    // Both copies stand where they are said to stand.
    let cited = all.rows("SELECT f.name, e.byte_start, e.byte_end, e.amount FROM entries e JOIN sources f ON f.source_id = e.source_id");
    for row in cited {
        let name = Path::new(&row[0]).file_name().expect("a name").to_owned();
        let bytes = fs::read(folder.path().join(name)).expect("the file");
        let (start, end): (usize, usize) = (row[1].parse().expect("a byte"), row[2].parse().expect("a byte"));
        let record = String::from_utf8_lossy(&bytes[start..end]).replace(',', ".");
        assert!(
            record.contains(row[3].trim_end_matches("00")),
            "{record} has no {}",
            row[3]
        );
    }
}

/// One day of an account as camt.053 and as MT940, the latter with this second line.
fn one_day(folder: &Path, number: &str, name: &str, second: &str, closing: &str) {
    let balance = |code: &str, day: &str, amount: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )
    };
    let entry = |amount: &str, way: &str| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts>\
             <BookgDt><Dt>2024-03-05</Dt></BookgDt><ValDt><Dt>2024-03-05</Dt></ValDt>\
             <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd></Ntry>"
        )
    };
    let camt = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M1</MsgId><CreDtTm>2024-03-06T02:00:00</CreDtTm></GrpHdr>\
         <Stmt><Id>S1</Id><ElctrncSeqNb>65</ElctrncSeqNb><CreDtTm>2024-03-06T02:00:00</CreDtTm>\
         <Acct><Id><IBAN>{number}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{}{}</Stmt></BkToCstmrStmt></Document>\n",
        balance("OPBD", "2024-03-05", "100.00"),
        balance("CLBD", "2024-03-05", "120.25"),
        entry("50.25", "CRDT"),
        entry("30.00", "DBIT"),
    );
    fs::write(folder.join(format!("{name}.xml")), camt).expect("written");
    // MT940 dates the opening balance with the day before.
    let mt940 = format!(
        ":20:X\n:25:{number} EUR\n:28C:00065/001\n:60F:C240304EUR100,00\n:61:240305C50,25NTRFNONREF\n:86:text\n\
         :61:240305D{second}NTRFNONREF\n:86:text\n:62F:C240305EUR{closing}\n-\n"
    );
    fs::write(folder.join(format!("{name}.940")), mt940).expect("written");
}

#[test]
fn one_day_in_camt_and_mt940_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (number, other) = ("NL91ABNA0417164300", "NL20INGB0001234567");
    one_day(folder.path(), number, "one", "30,00", "120,25");
    // Another account with the very same figures is no copy of the first.
    one_day(folder.path(), other, "two", "30,00", "120,25");
    let made = investigate(&[folder.path()], &[]);
    let tables = Tables::of(&made.case);
    assert_eq!(
        tables.rows("SELECT verdict, count(*) FROM statements GROUP BY verdict"),
        [["verified", "4"]]
    );
    assert_eq!(
        tables.count("SELECT count(*) FROM entries"),
        8,
        "every citation is kept"
    );
    let same = tables.rows(
        "SELECT a.number, x.amount, f.name, g.name FROM same_entries s JOIN entries x ON x.entry_id = s.entry_id \
         JOIN entries y ON y.entry_id = s.same_as JOIN accounts a ON a.account_id = x.account_id \
         JOIN sources f ON f.source_id = x.source_id JOIN sources g ON g.source_id = y.source_id \
         WHERE s.kind = 'same_statement' AND x.account_id = y.account_id AND x.amount = y.amount \
         AND x.direction = y.direction ORDER BY a.number DESC, x.amount DESC",
    );
    let amounts: Vec<[&str; 2]> = same
        .iter()
        .map(|row| [row[0].as_str(), row[1].as_str()])
        .collect();
    assert_eq!(
        amounts,
        [
            [number, "50.2500"],
            [number, "30.0000"],
            [other, "50.2500"],
            [other, "30.0000"]
        ]
    );
    let kind = |name: &str| name.rsplit('.').next().unwrap_or("").to_owned();
    assert!(
        same.iter().all(|row| kind(&row[2]) != kind(&row[3])),
        "one of each format: {same:?}"
    );
    assert_eq!(tables.count("SELECT count(*) FROM gaps"), 0);
    assert_eq!(tables.count("SELECT count(*) FROM transfers"), 4);
    // One cent of difference, in line and balance: another statement, and nothing is dropped.
    let folder = tempfile::tempdir().expect("a folder");
    one_day(folder.path(), number, "one", "30,01", "120,24");
    let made = investigate(&[folder.path()], &[]);
    let tables = Tables::of(&made.case);
    assert_eq!(
        tables.count("SELECT count(*) FROM same_entries WHERE kind = 'same_statement'"),
        0
    );
    assert_eq!(tables.count("SELECT count(*) FROM transfers"), 4);
    assert_eq!(tables.rows("SELECT kind FROM gaps"), [["overlap"]]);
}

#[test]
fn reports_of_a_day_that_hold_those_before_count_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (message, one) = camt::OTHERS[0];
    let booked = |number: u32, amount: &str| {
        camt::entry(
            amount,
            "CRDT",
            &format!(
                "<AcctSvcrRef>2026010500{number}</AcctSvcrRef><AddtlNtryInf>payment {number}</AddtlNtryInf>"
            ),
        )
    };
    let entries = [booked(1, "10.00"), booked(2, "10.00"), booked(3, "7.50")];
    for count in 1..=3 {
        let report = camt::told_as(&camt::statement(&entries[..count].concat()), message, one);
        fs::write(folder.path().join(format!("report{count}.xml")), report).expect("written");
    }
    let made = investigate(&[folder.path()], &[]);
    let tables = Tables::of(&made.case);
    assert_eq!(
        tables.count("SELECT count(*) FROM entries"),
        6,
        "every citation is kept"
    );
    assert_eq!(
        tables.rows("SELECT count(*), sum(amount) FROM transfers"),
        [["3", "27.5000"]]
    );
    assert_eq!(tables.count("SELECT count(*) FROM gaps"), 0);
}
