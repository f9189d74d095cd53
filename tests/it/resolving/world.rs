//! Records of a small world, for tests that compare two ways.

use geldspoor::parties::resolve::Kind;

use super::Row;
use super::steady::Numbers;

/// Records of a small world, so that much agrees by chance.
pub fn world(seed: u64, count: usize) -> Vec<Row> {
    let mut numbers = Numbers(seed);
    let mut pick = |from: &[&str]| from[numbers.below(from.len())].to_owned();
    let names = [
        "jansen, jan",
        "jan jansen",
        "jansen, j",
        "janssen, jan",
        "jansen, pieter",
        "jansen, jan pieter",
        "jansen",
        "",
        "de vries, anna",
        "vries, anna",
        "bakker, johanna",
        "bakker, johanan",
        "j p jansen",
        "jansen, jan|bakker, anna",
        "jansen, pieter jan",
        "ali, mohammed",
        "ali, muhammad",
    ];
    let born = [
        "1984-03-05",
        "1984-05-03",
        "1984-03-06",
        "1984",
        "1984-03",
        "1950-11-22",
        "",
        "",
        "1984-03-05|1984-03-06",
    ];
    let city = ["utrecht", "gouda", "", "zwolle"];
    let phone = [
        "0612345678",
        "0612345679",
        "0201234567",
        "",
        "",
        "0612345678|0301112222",
    ];
    let address = [
        "1012ab 12 damstraat",
        "1012ab 12 damstr",
        "1012ab 14 damstraat",
        "1012ab 12 kade",
        "",
        "",
    ];
    let identifier = [
        "bsn:1",
        "bsn:2",
        "passport:1",
        "passport:2",
        "bsn:1|passport:2",
        "client:1",
        "",
        "",
        "",
        "",
        "",
        "",
    ];
    (0..count)
        .map(|number| Row {
            id: format!("{:03}", (number * 37) % 101),
            kind: match pick(&["p", "p", "p", "p", "u", "o"]).as_str() {
                "p" => Kind::Person,
                "o" => Kind::Organisation,
                _ => Kind::Unknown,
            },
            values: [
                pick(&names),
                pick(&born),
                pick(&city),
                pick(&phone),
                pick(&address),
                pick(&identifier),
            ],
        })
        .collect()
}
