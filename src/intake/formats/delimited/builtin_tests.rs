//! Every built-in mapping on small made-up rows, quirks included.

use super::testing::{Outcome, read_builtin, read_with};
use super::{Delimited, recognise_mapping};
use crate::case::Table;
use crate::intake::encoding::find;
use crate::intake::mapping::{Mapping, builtin_by_id};

fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("a Latin-1 character"))
        .collect()
}

fn counts(out: &Outcome) -> (u64, u64) {
    assert_eq!(out.reasons().len() as u64, out.rejected);
    (out.accepted, out.rejected)
}

#[test]
fn ing_in_both_languages() {
    let dutch = "\"Datum\",\"Naam / Omschrijving\",\"Rekening\",\"Tegenrekening\",\"Code\",\"Af Bij\",\"Bedrag (EUR)\",\
\"MutatieSoort\",\"Mededelingen\"\n\
\"20260203\",\"Bakker Jansen\",\"NL69INGB0123456789\",\"\",\"BA\",\"Af\",\"1.012,50\",\"Betaalautomaat\",\
\"Pasvolgnr: 008 02-02-2026 18:31 Transactie: A1 Term: 7XK2\"\n\
\"20260202\",\"J Smit\",\"NL69INGB0123456789\",\"NL91ABNA0417164300\",\"OV\",\"Bij\",\"5,00\",\"Overschrijving\",\
\"Naam: J Smit Omschrijving: huur IBAN: NL91ABNA0417164300 Kenmerk: R 1 Valutadatum: 02-02-2026\"\n\
\"20260202\",\"X\",\"NL69INGB0123456789\",\"\",\"OV\",\"Weg\",\"5,00\",\"Overschrijving\",\"\"\n";
    let out = read_builtin("ing-nl", dutch.as_bytes(), "ing.csv");
    assert_eq!(counts(&out), (2, 1));
    assert_eq!(
        out.entries(&[
            "booking_date",
            "booked_at",
            "direction",
            "amount",
            "channel",
            "terminal",
            "counterparty_status",
            "counterparty_account",
            "end_to_end_id",
        ]),
        [
            "2026-02-03|2026-02-02T18:31:00|debit|1012.5000|card_pos|7XK2|partial||",
            "2026-02-02||credit|5.0000|transfer||identified|NL91ABNA0417164300|R 1",
        ]
    );
    // Newest first: what stands above is later.
    let order: Vec<i64> = out
        .entries(&["sequence"])
        .iter()
        .map(|n| n.parse().expect("a number"))
        .collect();
    assert!(order[0] > order[1]);
    assert!(out.reasons()[0].contains("‘Weg’") && out.reasons()[0].contains("Af, Debit, Bij, Credit"));
    let mut accounts = out.rows(Table::AccountsRead, &["number", "seized"]);
    accounts.sort();
    assert_eq!(accounts, ["NL69INGB0123456789|true", "NL91ABNA0417164300|false"]);

    let english = "Date;Name / Description;Account;Counterparty;Code;Debit/credit;Amount (EUR);Transaction type;\
Notifications;Resulting balance;Tag\n\
20260203;Bank NV;NL69INGB0123456789;;GM;Debit;50,00;Cash machine;Date/time: 03-02-2026 09:10:11;950,00;\n";
    let out = read_builtin("ing-nl", english.as_bytes(), "ing.csv");
    assert_eq!(counts(&out), (1, 0));
    assert_eq!(
        out.entries(&[
            "booked_at",
            "direction",
            "balance_after",
            "channel",
            "counterparty_status"
        ]),
        ["2026-02-03T09:10:11|debit|950.0000|cash_atm|cash"]
    );
}

#[test]
fn rabobank_in_its_code_page() {
    let header = "\"IBAN/BBAN\",\"Munt\",\"BIC\",\"Volgnr\",\"Datum\",\"Rentedatum\",\"Bedrag\",\"Saldo na trn\",\
\"Tegenrekening IBAN/BBAN\",\"Naam tegenpartij\",\"Naam uiteindelijke partij\",\"Naam initiërende partij\",\
\"BIC tegenpartij\",\"Code\",\"Batch ID\",\"Transactiereferentie\",\"Machtigingskenmerk\",\"Incassant ID\",\
\"Betalingskenmerk\",\"Omschrijving-1\",\"Omschrijving-2\",\"Omschrijving-3\",\"Reden retour\",\"Oorspr bedrag\",\
\"Oorspr munt\",\"Koers\"\r\n";
    let rows = "\"NL44RABO0123456789\",\"EUR\",\"RABONL2U\",\"000000000000009565\",\"2026-03-01\",\"2026-03-02\",\
\"-1.337,49\",\"+5257,28\",\"NL91ABNA0417164300\",\"Café Zoë\",\"\",\"\",\"ABNANL2A\",\"sb\",\"\",\"E2E\",\"\",\"\",\"\",\
\"loon\",\"maart\",\" \",\"\",\"\",\"\",\"\"\r\n\
NL44RABO0123456789\",\"EUR\",\"RABONL2U\",\"000000000000009566\",\"2026-03-01\",\"2026-03-02\",\"+50,00\",\"+5307,28\",\
\"\",\"\",\"\",\"\",\"\",\"kh\",\"\",\"\",\"\",\"\",\"\",\"storting\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n";
    for (from, to) in [("", ""), ("Oorspr bedrag", "Oorspronkelijk bedrag")] {
        let text = format!(
            "{}{rows}",
            if from.is_empty() {
                header.to_owned()
            } else {
                header.replace(from, to)
            }
        );
        let out = read_builtin("rabobank", &latin1(&text), "CSV_A.csv");
        assert_eq!(counts(&out), (2, 0), "{:?}", out.reasons());
        assert_eq!(
            out.entries(&[
                "sequence",
                "direction",
                "amount",
                "balance_after",
                "counterparty_name",
                "purpose",
                "remittance",
                "value_date",
                "channel",
            ]),
            [
                "9565|debit|1337.4900|5257.2800|Café Zoë|SALA|loon maart|2026-03-02|transfer",
                "9566|credit|50.0000|5307.2800|||storting|2026-03-02|cash_branch",
            ]
        );
        // The lost opening quote of the second row makes no second account.
        let ids = out.entries(&["account_id"]);
        assert_eq!(ids[0], ids[1]);
    }
    // ASCII for long, then a byte of the page: still the mapping's page.
    let plain = header
        .replace('ë', "e")
        .replace("\"Naam initierende partij\"", "\"x\"");
    let out = read_builtin("rabobank", &latin1(&format!("{plain}{rows}")), "CSV_A.csv");
    assert_eq!(out.entries(&["counterparty_name"])[0], "Café Zoë");
}

#[test]
fn abn_amro_tells_the_other_side_in_the_text() {
    let text = "417164300\tEUR\t20260105\t1000,00\t900,00\t20260106\t-100,00\tSEPA Overboeking                 \
IBAN: NL69INGB0123456789        BIC: INGBNL2A                    Naam: J Jansen en/of P Vis      Omschrijving: huur jan\n\
417164300\tEUR\t20260107\t900,00\t1150,00\t20260107\t250,00\t/TRTP/SEPA OVERBOEKING/IBAN/NL44RABO0123456789/BIC/RABONL2U\
/NAME/A B.V./REMI/factuur 1/2/EREF/R-7\n\
417164300\tEUR\t20260108\t1150,00\t1140,00\t20260108\t-10,00\tBEA   NR:X1Y2   08.01.26/14.33 WINKEL,PAS012\n\
417164300\tEUR\t20260109\t1140,00\t1139,00\t20260109\t-2,00\tdoes not add up\n";
    let out = read_builtin("abn-amro-tab", text.as_bytes(), "TXT.TAB");
    assert_eq!(counts(&out), (3, 1));
    assert_eq!(
        out.entries(&[
            "direction",
            "amount",
            "balance_after",
            "counterparty_account",
            "counterparty_name",
            "counterparty_bank",
            "remittance",
            "channel",
        ])[..2],
        [
            "debit|100.0000|900.0000|NL69INGB0123456789|J Jansen en/of P Vis|INGBNL2A|huur jan|transfer_sepa",
            "credit|250.0000|1150.0000|NL44RABO0123456789|A B.V.|RABONL2U|factuur 1/2|transfer_sepa",
        ]
    );
    assert_eq!(
        out.entries(&["booked_at", "terminal", "end_to_end_id"])[1..],
        ["||R-7", "2026-01-08T14:33:00|X1Y2|"]
    );
    assert!(out.reasons()[0].contains("start 1140.00") && out.reasons()[0].contains("end 1139.00"));
}

#[test]
fn sparkasse_with_two_digit_years_and_pending_rows() {
    let text = "Umsätze Girokonto\n\n\
\"Auftragskonto\";\"Buchungstag\";\"Valutadatum\";\"Buchungstext\";\"Verwendungszweck\";\"Glaeubiger ID\";\
\"Mandatsreferenz\";\"Kundenreferenz (End-to-End)\";\"Sammlerreferenz\";\"Lastschrift Ursprungsbetrag\";\
\"Auslagenersatz Ruecklastschrift\";\"Beguenstigter/Zahlungspflichtiger\";\"Kontonummer/IBAN\";\"BIC (SWIFT-Code)\";\
\"Betrag\";\"Waehrung\";\"Info\"\n\
\"DE89370400440532013000\";\"05.02.26\";\"06.02.26\";\"LOHN  GEHALT\";\"Löhne Februar\";\"\";\"\";\"E1\";\"\";\"\";\"\";\
\"Müller GmbH\";\"DE75512108001245126199\";\"SOGEDEFF\";\"1.800,00\";\"EUR\";\"Umsatz gebucht\"\n\
\"DE89370400440532013000\";\"05.02.26\";\"06.02.26\";\"KARTENZAHLUNG\";\"x\";\"\";\"\";\"\";\"\";\"\";\"\";\"y\";\"\";\"\";\
\"-1,00\";\"EUR\";\"Umsatz vorgemerkt\"\n";
    let out = read_builtin("sparkasse-camt", &latin1(text), "umsatz.csv");
    assert_eq!(counts(&out), (1, 1));
    assert_eq!(
        out.entries(&[
            "booking_date",
            "value_date",
            "amount",
            "purpose",
            "remittance",
            "counterparty_name",
            "locator"
        ]),
        ["2026-02-05|2026-02-06|1800.0000|SALA|Löhne Februar|Müller GmbH|line 4"]
    );
    assert!(out.reasons()[0].contains("not booked") && out.reasons()[0].contains("vorgemerkt"));
    let older = "\"Auftragskonto\";\"Buchungstag\";\"Valutadatum\";\"Buchungstext\";\"Verwendungszweck\";\
\"Beguenstigter/Zahlungspflichtiger\";\"Kontonummer\";\"BLZ\";\"Betrag\";\"Waehrung\";\"Info\"\n\
\"1000594757\";\"22.02.18\";\"22.02.18\";\"FOLGELASTSCHRIFT\";\"t\";\"n\";\"DE75512108001245126199\";\"SOGEDEFF\";\
\"-36,99\";\"EUR\";\"Umsatz gebucht\"\n";
    let out = read_builtin("sparkasse-camt", older.as_bytes(), "umsatz.csv");
    assert_eq!(out.entries(&["direction", "channel"]), ["debit|direct_debit"]);
}

#[test]
fn revolut_with_fees_pockets_and_what_never_happened() {
    let text = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n\
ATM,Current,2026-01-01 23:10:00,2026-01-02 08:00:00,Cash at Bank,-50.00,1.50,EUR,COMPLETED,48.50\n\
CARD_PAYMENT,Current,2026-01-03 10:00:00,,Shop,-5.00,0.00,EUR,REVERTED,\n\
TRANSFER,Savings,2026-01-04 10:00:00,2026-01-04 10:00:00,To pocket,20.00,0.00,EUR,COMPLETED,20.00\n";
    let out = read_builtin("revolut", text.as_bytes(), "delivery/LT121000011101001000.csv");
    assert_eq!(counts(&out), (2, 1));
    assert_eq!(
        out.entries(&[
            "direction",
            "amount",
            "balance_after",
            "channel",
            "counterparty_status"
        ]),
        [
            "debit|50.0000|50.0000|cash_atm|cash",
            "debit|1.5000|48.5000|fee|bank",
            "credit|20.0000|20.0000|transfer|partial",
        ]
    );
    let (ids, accounts) = (out.entries(&["entry_id"]), out.entries(&["account_id"]));
    assert!(ids[1].ends_with('f') && ids[0] != ids[1]);
    assert!(accounts[0] == accounts[1] && accounts[0] != accounts[2]);
    let given =
        Delimited::by(builtin_by_id("revolut").expect("built in")).for_account("LT601010012345678901");
    let out = read_with(&given, text.as_bytes(), "x.csv")
        .map_err(|e| e.to_string())
        .expect("read");
    assert!(
        out.rows(Table::AccountsRead, &["number"])
            .contains(&"LT601010012345678901".to_owned())
    );
}

#[test]
fn berka_reads_bare_accounts_and_old_years() {
    let text = "\"trans_id\";\"account_id\";\"date\";\"type\";\"operation\";\"amount\";\"balance\";\"k_symbol\";\"bank\";\
\"account\"\r\n\
695247;2378;930101;\"PRIJEM\";\"VKLAD\";700.00;700.00;\"\";;\r\n\
2;2378;930131;\"VYDAJ\";\"PREVOD NA UCET\";100.50;599.50;\"SIPO\";\"QR\";\"13943797\"\r\n\
3;2378;930131;\"PRIJEM\";\"\";1.20;600.70;\"UROK\";;\r\n";
    let out = read_builtin("berka", text.as_bytes(), "trans.asc");
    assert_eq!(counts(&out), (3, 0));
    assert_eq!(
        out.entries(&[
            "booking_date",
            "direction",
            "amount",
            "currency",
            "balance_after",
            "channel",
            "counterparty_status",
            "counterparty_bank",
        ]),
        [
            "1993-01-01|credit|700.0000|CZK|700.0000|cash_branch|cash|",
            "1993-01-31|debit|100.5000|CZK|599.5000|transfer|identified|QR",
            "1993-01-31|credit|1.2000|CZK|600.7000|interest|bank|",
        ]
    );
    let terms = b"\"loan_id\";\"account_id\";\"date\";\"amount\";\"duration\";\"payments\";\"status\"\r\n1;2;930101;5;6;7;\"A\"\r\n";
    refused("registers-berka", terms);
    let holders = "\"disp_id\";\"client_id\";\"account_id\";\"type\"\n2;2;2;\"OWNER\"\n3;3;2;\"DISPONENT\"\n";
    let out = read_builtin("berka-disponents", holders.as_bytes(), "disp.asc");
    assert_eq!(
        out.rows(Table::PartiesRead, &["registration_number", "role"]),
        ["2|holder", "3|mandate"]
    );
}

#[test]
fn ibm_listing_with_two_currencies_and_an_asset() {
    let text = "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,\
Payment Currency,Payment Format,Is Laundering\n\
2022/09/01 00:20,010,8000EBD30,0011,8000EBD30,90.50,Euro,100.25,US Dollar,Wire,0\n\
2022/09/01 00:21,010,8000EBD30,012,80B,0.000012,Bitcoin,0.000012,Bitcoin,Bitcoin,0\n\
2022/09/01 00:21,010,8000EBD30,012,80B,1.00,Doubloon,1.00,US Dollar,ACH,0\n";
    let out = read_builtin("ibm-aml", text.as_bytes(), "HI-Small_Trans.csv");
    assert_eq!(counts(&out), (2, 1));
    assert_eq!(
        out.entries(&[
            "direction",
            "amount",
            "currency",
            "asset",
            "quantity",
            "channel",
            "booked_at",
            "time_precision"
        ]),
        [
            "debit|100.2500|USD|||transfer_intl|2022-09-01T00:20:00|minute",
            "credit|90.5000|EUR|||transfer_intl|2022-09-01T00:20:00|minute",
            "debit|||BTC|0.000012000000000000|crypto|2022-09-01T00:21:00|minute",
            "credit|||BTC|0.000012000000000000|crypto|2022-09-01T00:21:00|minute",
        ]
    );
    let ids = out.entries(&["account_id"]);
    assert_eq!(ids[0], ids[2]);
    assert_ne!(ids[0], ids[1], "the same number at two banks");
    assert!(out.reasons()[0].contains("‘Doubloon’") && out.reasons()[0].contains("‘Receiving Currency’"));
    let variant = "pattern_id,pattern_type,variant,Timestamp,From Bank,Account,To Bank,Account.1,Amount Received,\
Receiving Currency,Amount Paid,Payment Currency,Payment Format,Is Laundering\n\
5,RANDOM,x,2022/09/01 01:57,0048309,81239C5C0,0032564,80C50EE70,4986.94,Yen,4986.94,Yen,ACH,1\n";
    assert_eq!(
        counts(&read_builtin("ibm-aml", variant.as_bytes(), "p.csv")),
        (1, 0)
    );
    let keys = "timestamp,from_bank_id,from_account_id,from_account_key,to_bank_id,to_account_id,to_account_key,\
amount_received,receiving_currency,amount_paid,payment_currency,payment_format,is_laundering\n\
2022/09/01 00:20,10,8000EBD30,10:8000EBD30,10,8000EBD30,10:8000EBD30,3697.34,US Dollar,3697.34,US Dollar,Reinvestment,0\n";
    let out = read_builtin("ibm-aml-keys", keys.as_bytes(), "f.csv");
    assert_eq!(
        out.entries(&["account_id"])[0],
        ids[0],
        "leading zeros of the bank do not matter"
    );
    let accounts = "account_key,account_id,bank_id,bank_name,entity_id,entity_name\n\
1:A,A,1,Bank #1,E1,Corporation #5\n1:B,B,1,Bank #1,E2,Individual #6\n";
    let out = read_builtin("ibm-aml-accounts", accounts.as_bytes(), "a.csv");
    assert_eq!(
        out.rows(Table::PartiesRead, &["kind", "registration_number"]),
        ["company|E1", "person|E2"]
    );
}

#[test]
fn synthetic_sets() {
    let steps = "sourceNodeId,targetNodeId,value,time\n360,18984,103.55,1\n1,2,3.00,x\n";
    let out = read_builtin("amlsim", steps.as_bytes(), "transactions.csv");
    assert_eq!(counts(&out), (1, 1));
    assert_eq!(
        out.entries(&["booking_date", "time_precision", "currency", "channel"])[0],
        "2000-01-02|step|XXX|transfer"
    );
    let outside = "tx_id,date,type,amount,src_account,src_bank,dst_account,dst_bank,src_balance_before,\
src_balance_after,dst_balance_before,dst_balance_after\n\
1,2023-01-01,TRANSFER,485.77,0,bank_a,-1,sink,94912.16,94426.39,0.0,0.0\n\
2,2023-01-01,CASH,5.5,-2,source,7,bank_a,0.0,0.0,1.0,6.5\n\
3,2023-01-01,TRANSFER,1.0,0,bank_a,7,bank_b,2.0,1.0,6.5,7.5\n";
    let out = read_builtin("amlgentex", outside.as_bytes(), "transactions.csv");
    assert_eq!(
        out.entries(&[
            "direction",
            "balance_after",
            "counterparty_status",
            "channel",
            "currency"
        ]),
        [
            "debit|94426.3900|unknown|transfer|SEK",
            "credit|6.5000|cash|cash_branch|SEK",
            "debit|1.0000|identified|transfer|SEK",
            "credit|7.5000|identified|transfer|SEK",
        ]
    );
    let accounts = "ACCOUNT_ID,CUSTOMER_ID,INIT_BALANCE,SALARY,AGE,CITY,BANK_ID\n0,C_0,94912.16,57172.35,19,city_2,bank_a\n";
    let holders = read_builtin("amlgentex-accounts", accounts.as_bytes(), "accounts.csv");
    assert_eq!(
        holders.rows(Table::PartiesRead, &["account_id"])[0],
        out.entries(&["account_id"])[0]
    );
    let measure = "tx_id,timestamp,from_bank,from_account,to_bank,to_account,amount,currency,payment_format,reference,\
is_laundering\n0,2022-09-01 00:00:07,00011,8AB,00012,8AC,12.34,EUR,SEPA,REF 0 INV/0,0\n";
    let out = read_builtin("measure-listing", measure.as_bytes(), "tx_1k.csv");
    assert_eq!(
        out.entries(&["amount", "channel", "remittance"])[1],
        "12.3400|transfer_sepa|REF 0 INV/0"
    );
    refused(
        "labels-amlsim",
        b"nodeid,isFraud,init_balance,fraudStep\n0,0,184.44,-1\n",
    );
    refused(
        "labels-amlgentex",
        b"tx_id,isSAR,patternID,pattern\n2897,0,286,normal_mutual\n",
    );
    refused("labels-amlgentex", b"ACCOUNT_ID,IS_SAR\n0,False\n");
    refused(
        "labels-amlgentex",
        b"modelID,type,accountID,isMain,sourceType,phase\n0,fan_out,5190,true,TRANSFER,0\n",
    );
}

#[test]
fn our_own_files() {
    let entries = "account,booked_at,direction,amount,currency,balance_after,counterparty_account,remittance\n\
NL91ABNA0417164300,2026-01-01,credit,5.00,EUR,5.00,CASH,deposit\n\
NL91ABNA0417164300,2026-01-02 10:00:00,debit,1.00,EUR,4.00,NL69INGB0123456789,x\n";
    let out = read_builtin("geldspoor-entries", entries.as_bytes(), "entries.csv");
    assert_eq!(
        out.entries(&["direction", "counterparty_status", "time_precision"]),
        ["credit|cash|day", "debit|identified|second"]
    );
    let crypto =
        "account,booked_at,direction,amount,currency,asset,quantity\nw@x.org,2026-01-01,credit,,,BTC,0.5\n";
    let out = read_builtin("geldspoor-entries", crypto.as_bytes(), "entries.csv");
    assert_eq!(
        out.entries(&["amount", "currency", "asset", "quantity"]),
        ["||BTC|0.500000000000000000"]
    );
    let holders = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
incorporated,employees,from_date,to_date\n\
NL91ABNA0417164300,holder,person,A. Bakker,1990-05-01,,NL,Street 1,+31,a@x.org,,,,2020-01-01,\n\
,,company,Front BV,,12345678,NL,,,,56.10,2019-02-03,4,,\n\
NL91ABNA0417164300,owner,person,A. Bakker,,,,,,,,,,,\n\
NL91ABNA0417164300,holder,person,,,,,,,,,,,,\n";
    let out = read_builtin(
        "geldspoor-account-holders",
        holders.as_bytes(),
        "account_holders.csv",
    );
    assert_eq!(counts(&out), (2, 2));
    assert_eq!(
        out.rows(
            Table::PartiesRead,
            &["kind", "name", "birth_date", "role", "employees"]
        ),
        ["person|A. Bakker|1990-05-01|holder|", "company|Front BV|||4"]
    );
    assert!(out.reasons()[0].contains("‘owner’") && out.reasons()[0].contains("beneficial_owner"));
    let employers = "employee_name,employee_number,employee_birth_date,employer_name,employer_number,from_date,to_date\n\
A. Bakker,,1990-05-01,Front BV,12345678,2025-01-01,\n";
    let out = read_builtin("geldspoor-employers", employers.as_bytes(), "employers.csv");
    assert_eq!(
        out.rows(Table::RelationsRead, &["kind", "from_date"]),
        ["employment|2025-01-01"]
    );
    let incomes = "party_name,party_number,party_birth_date,year,kind,amount,currency,basis\n\
A. Bakker,,1990-05-01,2025,wage,24000.00,EUR,tax\nA. Bakker,,1990-05-01,2025x,wage,1,EUR,tax\n";
    let out = read_builtin("geldspoor-incomes", incomes.as_bytes(), "incomes.csv");
    assert_eq!(counts(&out), (1, 1));
    assert_eq!(
        out.rows(Table::Incomes, &["year", "kind", "amount", "basis"]),
        ["2025|wage|24000.0000|tax"]
    );
}

#[test]
fn a_mapping_of_ones_own_with_two_columns_and_a_time_apart() {
    let mapping = Mapping::parse(
        "id='own'\ntitle='t'\nversion=1\nsource='s'\ntable='entries'\n[columns]\nday='Day'\nhour='Hour'\nout='Out'\n\
         into='In'\n[dates]\nbooked='day'\ntime='hour'\nformats=['%d %b %Y']\n[amount]\ndebit='out'\ncredit='into'\n\
         grouping=','\n[currency]\nconstant='GBP'\n[account]\naccount_from='constant:12345678'\nbank='constant:602020'\n",
    )
    .map_err(|e| e.to_string())
    .expect("a mapping");
    let text = b"Day,Hour,Out,In\n27 Feb 2018,10:05,\"1,234.50\",\n28 Feb 2018,,,3\n28 Feb 2018,25:00,1,\n1 Mar 2018,,1,1\n";
    let out = read_with(&Delimited::new(mapping), text, "x.csv")
        .map_err(|e| e.to_string())
        .expect("read");
    assert_eq!(counts(&out), (2, 2));
    assert_eq!(
        out.entries(&["direction", "amount", "booked_at", "time_precision"]),
        ["debit|1234.5000|2018-02-27T10:05:00|minute", "credit|3.0000||day"]
    );
    assert!(out.reasons()[0].contains("‘25:00’") && out.reasons()[1].contains("both filled"));
}

fn refused(id: &str, bytes: &[u8]) {
    let found = recognise_mapping(bytes, "x", find(bytes));
    assert_eq!(found.first().map(|f| f.0.id.as_str()), Some(id));
    match read_with(&Delimited::by(found[0].0), bytes, "labels.csv") {
        Ok(_) => panic!("{id} was read"),
        Err(error) => {
            assert!(error.to_string().contains("no record of a bank") || id.starts_with("registers"))
        }
    }
}
