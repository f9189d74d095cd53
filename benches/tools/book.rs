//! The book that the bench of tracing goes through: every transfer of a case that `simulate` makes, and the claims that
//! are traced in it. Claims are chosen by amount, time and how much an account receives; never by a number or a name.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use geldspoor::simulate::{Plan, Scenario};
use geldspoor::trace::{Account, Book, Claim, ClaimKind, Kind, Movement, Opening};

/// A large credit is one of at least a thousand, in ten-thousandths.
const LARGE: i64 = 1_000 * 10_000;

/// An account pays often if it makes so many payments.
const OFTEN: u32 = 10;

/// A book of about so many transfers, all from one listing. An account's balance before its first transfer is not known:
/// what it lacks was there, as in the authors' model (see `all_funds`).
pub fn simulated(transfers: u64) -> Book {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plan = Plan {
        formats: Vec::new(),
        ..Plan::new(7, transfers, Scenario::Mixed)
    };
    let made = folder.path().join("made");
    geldspoor::simulate::run(&plan, &made, &|_| {}).expect("a case to trace in");
    listing(&made.join("delivery/transactions.csv"))
}

/// A book from the authors' format (see [`write`]). Amounts are whole hundredths, or have two decimals.
pub fn read(path: &Path) -> Book {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .expect("a file that can be read");
    let mut row = csv::ByteRecord::new();
    let mut count = || {
        reader.read_byte_record(&mut row).expect("a row");
        digits(&row[0]) as usize
    };
    let accounts = count();
    let mut movements = Vec::with_capacity(count());
    while reader.read_byte_record(&mut row).expect("a row") {
        let [payer, payee] = [0, 1].map(|side| digits(&row[side]) as u32);
        movements.push(movement(
            payer,
            payee,
            digits(&row[2]) * 1_000_000,
            digits(&row[3]),
        ));
    }
    book(accounts, movements)
}

/// Reads a listing, whose rows stand in the order of time. Transfers of an account to itself are left out.
fn listing(path: &Path) -> Book {
    let mut reader = csv::Reader::from_path(path).expect("a listing");
    let header = reader.byte_headers().expect("a header").clone();
    let place = |name: &str| {
        let is_it = |word: &[u8]| word == name.as_bytes();
        header.iter().position(is_it).expect("a column of the listing")
    };
    let (payer, payee) = (place("payer_account"), place("payee_account"));
    let (at, amount) = (place("booked_at"), place("amount"));
    let mut numbers: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut movements = Vec::new();
    let mut row = csv::ByteRecord::new();
    while reader.read_byte_record(&mut row).expect("a row") {
        let mut number = |account: &[u8]| match numbers.get(account) {
            Some(number) => *number,
            None => {
                let next = numbers.len() as u32;
                numbers.insert(account.to_vec(), next);
                next
            }
        };
        let (payer, payee) = (number(&row[payer]), number(&row[payee]));
        if payer != payee {
            let (at, amount) = (microseconds(&row[at]), digits(&row[amount]));
            movements.push(movement(payer, payee, at, amount));
        }
    }
    movements.shrink_to_fit();
    book(numbers.len(), movements)
}

fn movement(payer: u32, payee: u32, at: i64, hundredths: i64) -> Movement {
    Movement {
        payer,
        payee,
        paid: hundredths * 100,
        received: hundredths * 100,
        at,
        kind: Kind::Ordinary,
    }
}

fn book(accounts: usize, movements: Vec<Movement>) -> Book {
    let account = Account {
        recorded: true,
        opening: Opening::AsNeeded,
        currency: 0,
    };
    Book::new(vec![account; accounts], movements).expect("a book in order")
}

/// The number that a text's digits make. Amounts have two decimals, so that theirs is in hundredths.
fn digits(text: &[u8]) -> i64 {
    text.iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0, |number, digit| 10 * number + i64::from(digit - b'0'))
}

/// `2024-01-31 23:59:59`, counted from the year 0 in months of 31 days: in order, which is all that tracing asks.
fn microseconds(text: &[u8]) -> i64 {
    let [year, month, day, hour, minute, second] =
        [0..4, 5..7, 8..10, 11..13, 14..16, 17..19].map(|place| digits(&text[place]));
    let days = (year * 12 + month) * 31 + day;
    (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
}

/// So many large credits, evenly spread over all of them in their order.
pub fn spread(book: &Book, count: usize) -> Vec<Claim> {
    evenly(book, &followed(book, LARGE), count)
}

/// So many credits of one account, of any amount: of the accounts that have as many, the one with the fewest; the first
/// in time of several. The first of these claims is the account's first credit, so alone it hangs together with whatever
/// all of them do.
pub fn of_one_account(book: &Book, count: usize) -> Vec<Claim> {
    let followed = followed(book, 1);
    let payee = |credit: &u32| book.movements()[*credit as usize].payee as usize;
    let mut credits = vec![0_usize; book.accounts().len()];
    for credit in &followed {
        credits[payee(credit)] += 1;
    }
    // In small cases no account has so many; then it is one with the most.
    let most = credits.iter().copied().max().unwrap_or_default();
    let least = credits
        .iter()
        .copied()
        .filter(|had| *had >= count.min(most))
        .min();
    let first = followed
        .iter()
        .find(|credit| Some(credits[payee(credit)]) == least);
    let account = payee(first.expect("a credit that can be followed"));
    let own: Vec<u32> = followed
        .into_iter()
        .filter(|credit| payee(credit) == account)
        .collect();
    evenly(book, &own, count)
}

/// The credits of at least so much that accounts have which pay often, in their order: where nothing is paid, nothing is
/// to be followed.
fn followed(book: &Book, least: i64) -> Vec<u32> {
    let mut payments = vec![0_u32; book.accounts().len()];
    for movement in book.movements() {
        payments[movement.payer as usize] += 1;
    }
    let is_followed =
        |movement: &Movement| movement.received >= least && payments[movement.payee as usize] >= OFTEN;
    (0..)
        .zip(book.movements())
        .filter(|(_, movement)| is_followed(movement))
        .map(|(number, _)| number)
        .collect()
}

fn evenly(book: &Book, credits: &[u32], count: usize) -> Vec<Claim> {
    let count = count.min(credits.len());
    let claim = |place: usize| {
        let movement = credits[place * credits.len() / count];
        Claim {
            movement,
            amount: book.movements()[movement as usize].received,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: place.to_string(),
        }
    };
    (0..count).map(claim).collect()
}

/// Writes the book as the authors' program reads it: accounts, transfers, then `payer payee time amount` a line, with
/// tabs between. Amounts are whole hundredths, so that its floats lose nothing.
pub fn write(book: &Book, path: &Path) -> io::Result<()> {
    let mut out = io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "{}\n{}", book.accounts().len(), book.movements().len())?;
    for movement in book.movements() {
        let (payer, payee) = (movement.payer, movement.payee);
        let (seconds, hundredths) = (movement.at / 1_000_000, movement.paid / 100);
        writeln!(out, "{payer}\t{payee}\t{seconds}\t{hundredths}")?;
    }
    out.flush()
}
