//! `investigate` on every listing of the shared data: it ends with a page, counts what is there, and every number on
//! the page is what the Parquet files say.

use std::path::Path;

use crate::command::{Tables, investigate, shared};
use crate::sample::page_is_the_tables;

fn looked_into(folder: &str, records: &[(&str, u64)]) {
    let Some(path) = shared(&format!("transactions/{folder}")) else {
        return;
    };
    let done = investigate(&[path.as_path() as &Path], &[]);
    let tables = Tables::of(&done.case);
    for (name, count) in records {
        let read = tables.rows(&format!(
            "SELECT rows_read, rows_accepted + rows_rejected FROM sources WHERE name = '{name}'"
        ));
        assert_eq!(read.len(), 1, "{name}");
        assert_eq!(read[0][0], count.to_string(), "{name}");
        assert_eq!(read[0][0], read[0][1], "{name}");
    }
    let figures = page_is_the_tables(&done);
    eprintln!(
        "{folder}: {figures} figures on the page agree with the tables\n{}",
        done.said
    );
}

#[test]
fn real_retail_accounts() {
    looked_into("berka_even", &[("trans.asc", 23_932)]);
}

#[test]
fn amlsim() {
    looked_into("amlsim_20k", &[("20K_fanin200/transactions.csv", 118_250)]);
}

#[test]
fn amlgentex() {
    looked_into("amlgentex", &[("transactions.csv", 396_541)]);
}

#[test]
fn ibm_aml() {
    looked_into(
        "ibm_aml_hi_small",
        &[
            ("first_1000_transactions.csv", 1_000),
            ("laundering_patterns.csv", 761),
        ],
    );
}
