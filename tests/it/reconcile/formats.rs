//! One month of one account as camt.053, as MT940 and as CSV: recognised, counted once, every citation kept. The camt
//! statement is the sample's; the other two are written here from it, by a reader and writers of their own.

use std::fs;
use std::path::Path;

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
