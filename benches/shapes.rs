//! One pattern over one graph, to lay beside other programs that read the same file, and to see what hubs cost.
//!
//! `cargo bench --bench shapes -- GRAPH PATTERN THREADS [name=value]...`. Without arguments it does nothing, so that
//! `cargo bench` runs through. `benches/peers/shapes.py` runs it and its peers in turn.
//!
//! GRAPH is a file `X.edges.txt` (`payer payee seconds` a line), with amounts and currencies from `X.csv` beside it,
//! row by row, where that is there; or `hub` (an account that is paid by a million others and pays each of them, in 30
//! days), or `complete` (200 accounts, each of which pays each other one within an hour). PATTERN and the arguments are
//! named as in SQL; an argument that another pattern has is passed over, so that one list serves all.

#[path = "tools/facts.rs"]
mod facts;
#[path = "tools/text.rs"]
mod text;
#[path = "tools/took.rs"]
mod took;

use facts::Facts;
use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Search, SearchKind};
use text::Columns;
use took::{arguments, on_threads, timed};

/// A graph's columns, with what the file tells of each transfer.
#[derive(Default)]
struct Input {
    columns: Columns,
    amount: Vec<i64>,
    currency: Vec<u32>,
}

impl Input {
    fn named(name: &str) -> Input {
        match name {
            "hub" => Input::hub(1_000_000),
            "complete" => Input::complete(200),
            path => Input::read(path),
        }
    }

    fn read(path: &str) -> Input {
        let text = std::fs::read(path).expect("a file that can be read");
        let mut input = Input {
            columns: Columns::read(&text),
            ..Input::default()
        };
        let table = path.replace(".edges.txt", ".csv");
        if table != path && std::path::Path::new(&table).exists() {
            input.read_amounts(&table);
        } else {
            input.amount = vec![10_000; input.columns.at.len()];
        }
        input
    }

    fn read_amounts(&mut self, path: &str) {
        let mut reader = csv::Reader::from_path(path).expect("a table that can be read");
        let header = reader.byte_headers().expect("a header").clone();
        let place = |name: &[u8]| header.iter().position(|word| word == name).expect("a column");
        let (amount, currency) = (place(b"amount"), place(b"currency"));
        let mut currencies: Vec<Vec<u8>> = Vec::new();
        let mut row = csv::ByteRecord::new();
        while reader.read_byte_record(&mut row).expect("a row") {
            self.amount.push(ten_thousandths(&row[amount]));
            let known = currencies.iter().position(|word| *word == row[currency]);
            self.currency.push(known.unwrap_or(currencies.len()) as u32);
            if known.is_none() {
                currencies.push(row[currency].to_vec());
            }
        }
    }

    /// Account 0 is paid by each other one and pays it, at times and in amounts that look like chance.
    fn hub(others: u32) -> Input {
        let mut input = Input::default();
        for other in 1..=others {
            input.push(other, 0, 30 * 86_400);
            input.push(0, other, 30 * 86_400);
        }
        input
    }

    fn complete(accounts: u32) -> Input {
        let mut input = Input::default();
        for payer in 0..accounts {
            for payee in (0..accounts).filter(|payee| *payee != payer) {
                input.push(payer, payee, 3_600);
            }
        }
        input
    }

    fn push(&mut self, payer: u32, payee: u32, seconds: u64) {
        let row = self.amount.len() as u64 + 1;
        let drawn = (row.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ row << 21).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        self.columns.payer.push(payer);
        self.columns.payee.push(payee);
        self.columns.at.push(((drawn >> 20) % seconds) as i64 * 1_000_000);
        // 9,000 to 10,000: just below a threshold, and near enough to each other to be passed on.
        self.amount.push(90_000_000 + (drawn >> 40) as i64 % 10_000_000);
    }
}

/// An amount with up to four decimals.
fn ten_thousandths(text: &[u8]) -> i64 {
    let (mut amount, mut decimals) = (0_i64, None);
    for byte in text {
        match byte {
            b'.' => decimals = Some(0),
            digit => {
                amount = 10 * amount + i64::from(digit - b'0');
                decimals = decimals.map(|count| count + 1);
            }
        }
    }
    amount * 10_i64.pow(4 - decimals.unwrap_or(0))
}

/// The pattern with the arguments that it has.
fn search(name: &str, arguments: &[String]) -> Search {
    let kind = SearchKind::from_name(name).expect("a pattern's name in SQL");
    let mut search = Search::new(kind);
    for word in arguments {
        let (name, value) = word.split_once('=').expect("an argument is name=value");
        let has = |kind: SearchKind| kind.arguments().contains(&name);
        assert!(
            SearchKind::ALL.into_iter().any(has),
            "no pattern has an argument {name}"
        );
        if has(kind) {
            search.set(name, value).expect("a value that it takes");
        }
    }
    search
}

fn main() {
    let arguments = arguments();
    let [name, pattern, threads, rest @ ..] = arguments.as_slice() else {
        println!("shapes: give GRAPH PATTERN THREADS [name=value]... to run");
        return;
    };
    let search = search(pattern, rest);
    let Input {
        columns,
        amount,
        currency,
    } = Input::named(name);
    let (accounts, transfers) = (columns.accounts(), amount.len());
    let mut facts = Facts::of(accounts, transfers);
    if !currency.is_empty() {
        facts.currencies = currency;
    }
    on_threads(threads, || {
        let (graph, built) = timed(|| {
            TemporalGraph::build(accounts, &columns.payer, &columns.payee, &columns.at, &amount)
                .expect("good columns")
        });
        drop((columns, amount));
        let head = format!(
            "RESULT geldspoor {pattern} N={accounts} M={transfers} graph {} MB build {built}",
            graph.bytes() >> 20
        );
        let (found, took) = timed(|| search.run(&graph, &facts.told()));
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                println!("{head} refused: {error}");
                return;
            }
        };
        let bundles = &found.bundles;
        let instances: u64 = bundles.iter().map(|bundle| bundle.instances).sum();
        let named: usize = bundles.iter().map(|bundle| bundle.accounts.len()).sum();
        let mut first: Vec<u32> = bundles.iter().map(|bundle| bundle.accounts[0]).collect();
        first.sort_unstable();
        first.dedup();
        let cut = found.truncated.map_or("nothing".to_owned(), |cut| {
            format!(
                "{:?}, complete before {} s",
                cut.by,
                cut.complete_before / 1_000_000
            )
        });
        println!(
            "{head} search {took} peak {} MB bundles {} instances {instances} first {} named {named} steps {} \
             truncated: {cut}",
            took.peak,
            bundles.len(),
            first.len(),
            found.steps,
        );
    });
}
