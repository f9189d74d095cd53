//! The language of mappings over small files: patterns, lines around the records, signs, dates.

use geldspoor::case::Table;
use geldspoor::intake::formats::delimited::Delimited;
use geldspoor::intake::mapping::Mapping;

use crate::collect::{Collected, read, read_as};

/// A mapping of entries with these sections behind the usual head.
fn mapping(rest: &str) -> Mapping {
    let head = "id='m'\ntitle='t'\nversion=1\nsource='made up'\ntable='entries'\n";
    match Mapping::parse(&format!("{head}{rest}")) {
        Ok(mapping) => mapping,
        Err(error) => panic!("{error}"),
    }
}

fn refused(rest: &str) -> String {
    let head = "id='m'\ntitle='t'\nversion=1\nsource='made up'\ntable='entries'\n";
    match Mapping::parse(&format!("{head}{rest}")) {
        Ok(_) => panic!("accepted: {rest}"),
        Err(error) => error.to_string(),
    }
}

fn entries(mapping: Mapping, text: &str) -> Collected {
    read(&Delimited::new(mapping), text.as_bytes())
}

const PLAIN: &str = "[columns]\ndate='Date'\namount='Amount'\ntext={names=['Text'],optional=true}\n\
[dates]\nbooked='date'\nformats=['%d/%m/%Y']\n[currency]\nconstant='EUR'\n[account]\naccount_from='constant:NL91ABNA0417164300'\n\
[texts]\nremittance=['text']\n";

#[test]
fn patterns_find_values_inside_texts() {
    let m = mapping(&format!(
        "{PLAIN}[amount]\ncolumn='amount'\n[[inside]]\ncolumn='text'\nfield='terminal'\npattern='TERM[: ]+(?<t>[A-Z0-9]+)'\n\
         [[inside]]\ncolumn='text'\nfield='counterparty_account'\npattern='\\b[A-Z]{{2}}\\d\\d[A-Z0-9]{{11,30}}\\b'\n\
         [[inside]]\ncolumn='text'\nfield='time'\npattern='op (\\S+ \\S+)'\nformats=['%d-%m-%y %H:%M']\n"
    ));
    let out = entries(
        m,
        "Date,Amount,Text\n01/02/2026,-5.00,TERM: X12 op 31-01-26 18:30\n02/02/2026,7.00,van NL69INGB0123456789 dank\n",
    );
    assert_eq!((out.accepted, out.rejected), (2, 0), "{}", out.reasons());
    assert_eq!(out.text(Table::Entries, "terminal"), ["X12", ""]);
    assert_eq!(
        out.text(Table::Entries, "counterparty_account"),
        ["", "NL69INGB0123456789"]
    );
    assert_eq!(out.text(Table::Entries, "time_precision"), ["minute", "day"]);
    assert!(
        refused(&format!(
            "{PLAIN}[amount]\ncolumn='amount'\n[[inside]]\ncolumn='text'\nfield='city'\npattern='('\n"
        ))
        .contains("‘(’")
    );
    let both = refused(&format!(
        "{PLAIN}[amount]\ncolumn='amount'\n[[inside]]\ncolumn='text'\nfield='city'\npattern='a'\nafter=['b']\n"
    ));
    assert!(both.contains("either the mark"), "{both}");
}

#[test]
fn one_column_gives_amount_and_currency_and_a_heading_gives_a_currency() {
    let out = entries(
        mapping(
            "[columns]\ndate='Datum'\namount={names=['Betrag'],pattern='^[-0-9.,]+'}\n\
             currency={names=['Betrag'],pattern='[A-Z]{3}$'}\n[dates]\nbooked='date'\nformats=['%d. %b %Y']\nlanguages=['de']\n\
             [amount]\ncolumn='amount'\ndecimal=','\n[currency]\ncolumn='currency'\n[account]\naccount_from='constant:1'\n[file]\ndelimiters=[';']\n",
        ),
        "Datum;Betrag\n3. März 2026;-12,50 EUR\n4. Dez. 2026;3,00 CHF\n4. Dez. 2026;EUR\n",
    );
    assert_eq!((out.accepted, out.rejected), (2, 1), "{}", out.reasons());
    assert_eq!(
        out.days(Table::Entries, "booking_date"),
        ["2026-03-03", "2026-12-04"]
    );
    assert_eq!(out.text(Table::Entries, "currency"), ["EUR", "CHF"]);
    assert_eq!(out.signed(), [-125_000, 30_000]);
    let out = entries(
        mapping(
            "[columns]\ndate='Date'\npaid={heading='^Amount \\(([A-Z]{3})\\)$'}\n[dates]\nbooked='date'\n\
             [amount]\ncolumn='paid'\n[currency]\ncolumn='heading:paid'\n[account]\naccount_from='constant:1'\n",
        ),
        "Date,Amount (CZK)\n2026-01-02,1.00\n",
    );
    assert_eq!(out.text(Table::Entries, "currency"), ["CZK"], "{}", out.reasons());
}

const AROUND: &str = "[file]\ndelimiters=[';']\npreamble='until header'\n[columns]\ndate='Date'\namount='Amount'\n\
[dates]\nbooked='date'\n[amount]\ncolumn='amount'\n[currency]\ncolumn='statement:currency'\n[account]\n\
account_from='statement:account'\nholder='statement:holder'\n[[statement]]\nfield='account'\nkey=['Account']\n\
[[statement]]\nfield='currency'\npattern='in ([A-Z]{3})'\n[[statement]]\nfield='holder'\nkey=['Name']\noptional=true\n\
[[statement]]\nfield='opening_balance'\nkey=['Opening balance']\n[[statement]]\nfield='closing_balance'\nat='bottom'\nkey=['Closing balance']\n\
[[skip]]\npattern='^(Closing balance|Total)'\nreason='total'\n[[skip]]\ncolumn='date'\nwords=['Date']\nreason='header again'\n";

#[test]
fn lines_around_the_records_say_account_currency_and_balances() {
    let text = "Account:;NL91ABNA0417164300\nName;;A. Example\nall amounts in EUR\nOpening balance;100.00\n\nDate;Amount\n\
                2026-01-02;5.00\nDate;Amount\n2026-01-03;-7.50\nTotal;-2.50;\nClosing balance;97.50\n";
    for (end, page) in [
        ("\n", geldspoor::intake::encoding::CodePage::Utf8),
        ("\r\n", geldspoor::intake::encoding::CodePage::Utf16Le),
    ] {
        let text = text.replace('\n', end);
        let bytes: Vec<u8> = match page.unit() {
            2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => text.clone().into_bytes(),
        };
        let out = read_as(&Delimited::new(mapping(AROUND)), &bytes, "a.csv", page);
        assert_eq!((out.accepted, out.rejected), (2, 0), "{}", out.reasons());
        assert_eq!(out.text(Table::Entries, "currency"), ["EUR", "EUR"]);
        assert_eq!(
            out.money(Table::StatementsRead, "opening_balance"),
            [Some(1_000_000)]
        );
        assert_eq!(
            out.money(Table::StatementsRead, "closing_balance"),
            [Some(975_000)]
        );
        assert_eq!(1_000_000 + out.signed().iter().sum::<i128>(), 975_000);
        assert_eq!(out.text(Table::AccountsRead, "holder_name"), ["A. Example"]);
        let statement = out.text(Table::StatementsRead, "statement_id");
        assert!(
            out.text(Table::Entries, "statement_id")
                .iter()
                .all(|id| *id == statement[0])
        );
        let (from, to) = out.places(Table::StatementsRead)[0];
        let cited = page.decode_lossy(&bytes[from..to]);
        assert_eq!(cited, "Opening balance;100.00");
        assert_eq!(
            out.set_aside,
            [("header again".to_owned(), 1), ("total".to_owned(), 2)]
        );
    }
    // What the mapping needs and the file lacks is said; a balance that is none too.
    let lacks = entries(mapping(AROUND), &text.replace("Account:", "Konto:"));
    assert!(
        lacks.reasons().contains("nothing for account") && lacks.reasons().contains("‘Account’"),
        "{}",
        lacks.reasons()
    );
    let odd = entries(mapping(AROUND), &text.replace("100.00", "1,0,0"));
    assert!(
        odd.reasons().contains("line 4") && odd.reasons().contains("‘1,0,0’"),
        "{}",
        odd.reasons()
    );
    // A total that no rule knows is a reject, never silence.
    let unknown = entries(mapping(AROUND), &text.replace("Total", "Sum"));
    assert_eq!((unknown.accepted, unknown.rejected), (2, 1));
}

#[test]
fn every_way_to_write_a_sign() {
    let amounts = |section: &str, cells: &[&str]| -> (Vec<i128>, u64) {
        let mut text = String::from("Date;Amount\n");
        for cell in cells {
            text.push_str(&format!("01/02/2026;{cell}\n"));
        }
        let m = mapping(&format!(
            "[file]\ndelimiters=[';']\n{PLAIN}[amount]\ncolumn='amount'\n{section}"
        ));
        let out = entries(m, &text);
        (out.signed(), out.rejected)
    };
    let marks = "debit_words=['D','DR']\ncredit_words=['C','CR']\n";
    assert_eq!(
        amounts("", &["-5", "5-", "−5", "5−", "–5", "+5", "5"]),
        (
            vec![-50_000, -50_000, -50_000, -50_000, -50_000, 50_000, 50_000],
            0
        )
    );
    assert_eq!(
        amounts(
            "parentheses=true\nsymbols=['$']\n",
            &["($5.00)", "-$5", "$5", "(-5)"]
        ),
        (vec![-50_000, -50_000, 50_000], 1)
    );
    assert_eq!(
        amounts(marks, &["5 D", "D 5", "5.00CR", "5 dr", "5", "-5 D", "5 X"]),
        (vec![-50_000, -50_000, 50_000, -50_000], 3)
    );
    assert_eq!(
        amounts(&format!("{marks}unmarked='debit'\n"), &["5 CR", "5"]),
        (vec![50_000, -50_000], 0)
    );
    assert_eq!(
        amounts("positive='debit'\n", &["5", "-5"]),
        (vec![-50_000, 50_000], 0)
    );
    assert!(
        refused(&format!(
            "{PLAIN}[amount]\ncolumn='amount'\npositive='debit'\n{marks}"
        ))
        .contains("debit_words")
    );
}

#[test]
fn headers_of_two_rows_and_loose_ends() {
    let m = mapping(
        "[file]\ndelimiters=[';']\nheader_rows=2\nloose_end=true\n[columns]\ndate='Date'\namount='Amount in EUR'\n\
         [dates]\nbooked='date'\n[amount]\ncolumn='amount'\n[currency]\nconstant='EUR'\n[account]\naccount_from='constant:1'\n",
    );
    let out = entries(
        m,
        "Date;Amount;Note\n;in EUR;\n2026-01-02;5;x;;\n2026-01-03;6\n2026-01-04;7;x;y\n2026-01-05\n",
    );
    assert_eq!((out.accepted, out.rejected), (2, 2), "{}", out.reasons());
    assert_eq!(out.text(Table::Entries, "locator"), ["line 3", "line 4"]);
}

/// A register with this mapping built in.
fn register(id: &str, text: &str) -> Collected {
    let mapping = geldspoor::intake::mapping::builtin_by_id(id).expect("built in");
    read(&Delimited::by(mapping), text.as_bytes())
}

#[test]
fn assets_debts_and_expenses_name_their_parties() {
    let out = register(
        "geldspoor-assets",
        "kind,description,identifier,holder_name,holder_number,holder_birth_date,share,role,acquired,disposed,value,currency,\
         value_date,basis,country,address\n\
         Perceel,Wei,AMR03 N 221,A. Example,123,1980-02-03,1/3,eigenaar,2020-01-05,,150000.00,EUR,2024-01-01,tax value,NL,Weg 1\n\
         personenauto,Car,XX-123-Y,A. Example,123,1980-02-03,50 %,,2021-01-05,,,,,,NL,\n\
         cash,In a safe,,,,,,,,,12500,EUR,2024-05-05,counted,,\n\
         spaceship,?,1,A,,,,,,,1,EUR,,,,\n\
         vessel,B,IMO 1,C,,,3/2,,,,1,EUR,,,,\n\
         land,,,,,,,,,,,,,,,\n",
    );
    assert_eq!((out.accepted, out.rejected), (3, 3), "{}", out.reasons());
    assert_eq!(out.text(Table::Assets, "kind"), ["land", "vehicle", "cash"]);
    assert_eq!(
        out.money(Table::Assets, "value"),
        [Some(1_500_000_000), None, Some(125_000_000)]
    );
    assert_eq!(
        out.money(Table::Assets, "share"),
        [Some(333_333), Some(500_000), None]
    );
    assert_eq!(
        out.days(Table::Assets, "acquired"),
        ["2020-01-05", "2021-01-05", ""]
    );
    // Who stands in no register is a party all the same.
    assert_eq!(out.text(Table::PartiesRead, "name"), ["A. Example", "A. Example"]);
    assert_eq!(
        out.text(Table::PartiesRead, "party_id")[0],
        out.text(Table::Assets, "party_id")[0]
    );
    let out = register(
        "geldspoor-liabilities",
        "soort;naam_schuldenaar;naam_schuldeiser;bedrag;munt;peildatum\nHypotheek;A;Bank;100000;EUR;31-12-2023\nonzin;A;B;1;EUR;\n",
    );
    assert_eq!((out.accepted, out.rejected), (1, 1), "{}", out.reasons());
    assert_eq!(out.text(Table::Liabilities, "kind"), ["mortgage"]);
    assert_eq!(out.days(Table::Liabilities, "as_of"), ["2023-12-31"]);
    assert_eq!(out.text(Table::PartiesRead, "name"), ["A"]);
    let out = register(
        "geldspoor-expenses",
        "party_name,year,expense_kind,amount,currency,basis\nA,2023,holiday,5000,EUR,invoice\n,2023,x,1,EUR,y\n",
    );
    assert_eq!((out.accepted, out.rejected), (1, 1), "{}", out.reasons());
    assert_eq!(out.money(Table::Expenses, "amount"), [Some(50_000_000)]);
    let out = register(
        "geldspoor-stated-incomes",
        "bsn;naam_belastingplichtige;belastingjaar;soort_inkomen;bedrag\n1;A;2023;Loon uit dienstbetrekking;30000\n1;A;2023;Uitkering WW;500\n",
    );
    assert_eq!(
        out.text(Table::Incomes, "kind"),
        ["wage", "benefit"],
        "{}",
        out.reasons()
    );
    assert_eq!(
        out.text(Table::PartiesRead, "party_id"),
        out.text(Table::Incomes, "party_id")
    );
}

/// Reference rates of the European Central Bank, as its history has them; some damaged.
pub const RATES: &str = "Date,USD,JPY,BGN,CYP,XYZ,\n2024-01-02,1.0956,155.63,1.9558,N/A,7,\n\
1999-01-04,1.1789,133.73,N/A,0.58231,N/A,\n2024-02-31,1,1,1,1,1,\n2024-01-03,1.0919,x,1.9558,N/A,N/A,\n\
2024-01-04,1.0953\n";

/// The same of one day, as they are published every day.
pub const RATES_OF_ONE_DAY: &str = "Date, USD, JPY, BGN, CZK, DKK, \n\
20 November 2026, 1.1525, 181.07, 1.9558, 24.16, 7.4688, \n";

#[test]
fn reference_rates_of_the_central_bank() {
    use geldspoor::intake::Format;
    use geldspoor::intake::formats::ecb_rates::EcbRates;
    // Shape and values as published: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip
    let text = RATES;
    assert_eq!(
        EcbRates.recognise(text.as_bytes(), "eurofxref-hist.csv").score,
        95
    );
    assert_eq!(EcbRates.recognise(b"Date,Amount,Text\n", "a.csv").score, 0);
    let out = read(&EcbRates, text.as_bytes());
    assert_eq!((out.accepted, out.rejected), (8, 4), "{}", out.reasons());
    assert_eq!(
        out.text(Table::Rates, "currency")[..4],
        ["USD", "JPY", "BGN", "USD"]
    );
    assert_eq!(out.money(Table::Rates, "rate")[0], Some(10_956_000_000));
    assert!(out.text(Table::Rates, "base").iter().all(|base| base == "EUR"));
    for (day, (from, to)) in out.days(Table::Rates, "day").iter().zip(out.places(Table::Rates)) {
        assert!(text[from..to].starts_with(day.as_str()) && text[from..to].ends_with(','));
    }
    assert!(
        out.reasons().contains("column ‘XYZ’") && out.reasons().contains("‘x’"),
        "{}",
        out.reasons()
    );
    let one = RATES_OF_ONE_DAY;
    assert_eq!(EcbRates.recognise(one.as_bytes(), "eurofxref.csv").score, 95);
    let out = read(&EcbRates, one.as_bytes());
    assert_eq!((out.accepted, out.rejected), (5, 0), "{}", out.reasons());
    assert_eq!(out.days(Table::Rates, "day")[0], "2026-11-20");
    let out = register(
        "geldspoor-rates",
        "date,base,currency,rate\n2026-11-20,EUR,USD,1.1525\n2026-11-20,EUR,USD,0\n",
    );
    assert_eq!((out.accepted, out.rejected), (1, 1), "{}", out.reasons());
    assert_eq!(out.money(Table::Rates, "rate"), [Some(11_525_000_000)]);
}

#[test]
fn a_changed_header_is_refused_with_every_difference() {
    let m = "[columns]\ndate='Booking date'\namount='Amount'\nbalance='Balance'\ntext={names=['Note'],optional=true}\n\
             [dates]\nbooked='date'\n[amount]\ncolumn='amount'\n[currency]\nconstant='EUR'\n[account]\naccount_from='constant:1'\n";
    let out = entries(mapping(m), "Amount,Bookingdate,Colour\n1,2026-01-01,red\n");
    let text = out.reasons();
    for words in [
        "no column ‘Balance’",
        "no column ‘Booking date’, but one named ‘Bookingdate’",
        "‘Colour’",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Columns that only moved are read by their names.
    let moved = entries(mapping(m), "Balance,Amount,Booking date\n5,1,2026-01-01\n");
    assert_eq!((moved.accepted, moved.rejected), (1, 0), "{}", moved.reasons());
}

fn proposed(text: &str, name: &str) -> (String, Vec<String>) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::io::Write::write_all(&mut file, text.as_bytes()).expect("written");
    match geldspoor::intake::formats::delimited::propose(file.path(), name) {
        Ok(proposal) => (proposal.text, proposal.doubts),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_proposal_settles_what_the_file_proves_and_doubts_the_rest() {
    // Newest first, proved by the balances alone; a day above 12 settles the days.
    let text = "Datum;Bedrag;Saldo;Omschrijving;Munt\n13/02/2026;-5,00;95,00;x;EUR\n03/02/2026;1.000,00;100,00;y;EUR\n02/02/2026;-900,00;-900,00;z;EUR\n";
    let (toml, doubts) = proposed(text, "NL91ABNA0417164300.csv");
    assert!(doubts.is_empty(), "{doubts:?}\n{toml}");
    let m = Mapping::parse(&toml).unwrap_or_else(|error| panic!("{error}\n{toml}"));
    let out = read_as(
        &Delimited::new(m),
        text.as_bytes(),
        "NL91ABNA0417164300.csv",
        geldspoor::intake::encoding::CodePage::Utf8,
    );
    assert_eq!((out.accepted, out.rejected), (3, 0), "{}", out.reasons());
    assert_eq!(out.signed(), [-50_000, 10_000_000, -9_000_000]);
    assert!(
        toml.contains("rows = \"newest-first\"") && toml.contains("2 of 2 running balances"),
        "{toml}"
    );
    // Day and month either way: a doubt, and the mapping is refused with it.
    let text = "Date,Amount,Currency\n05/03/2026,-1.50,EUR\n05/03/2026,2.50,EUR\n";
    let (toml, doubts) = proposed(text, "a.csv");
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    let error = Mapping::parse(&toml)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        error.contains("`formats` is not settled") && error.contains("%m/%d/%Y"),
        "{error}"
    );
    let settled = toml.replace("formats = [\"?\"]", "formats = [\"%d/%m/%Y\"]");
    assert!(Mapping::parse(&settled).is_ok(), "{settled}");
    // Only one reading puts the rows in order.
    let text = "Date,Amount,Currency\n05/03/2026,-1.50,EUR\n06/03/2026,2.50,EUR\n01/04/2026,-1.00,EUR\n";
    let (toml, doubts) = proposed(text, "a.csv");
    assert!(
        doubts.is_empty() && toml.contains("[\"%d/%m/%Y\"]"),
        "{doubts:?}\n{toml}"
    );
    // No sign anywhere, no currency.
    let (toml, doubts) = proposed("Date,Amount\n2026-01-02,1.50\n2026-01-03,2.50\n", "a.csv");
    assert_eq!(doubts.len(), 2, "{doubts:?}");
    assert!(Mapping::parse(&toml).is_err());
}
