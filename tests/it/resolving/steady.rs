//! The same records give the same result, whatever their order and the number of threads.

use geldspoor::parties::resolve::{Decisions, Resolved, resolve};

use super::{ADDRESS, BORN, PHONE, Row, person, records, settings};

/// Numbers that look random and are the same every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % below as u64) as usize
    }
}

fn rows() -> Vec<Row> {
    let mut numbers = Numbers(7);
    let family = [
        "jansen", "de vries", "bakker", "visser", "smit", "meijer", "mulder", "bos", "vos", "peters",
    ];
    let given = [
        "jan",
        "pieter",
        "anna",
        "maria",
        "kees",
        "hendrik",
        "johanna",
        "willem",
        "elisabeth",
        "dirk",
    ];
    let mut rows: Vec<Row> = Vec::new();
    for number in 0..900 {
        let mut row = if number > 500 {
            let mut row = rows[numbers.below(500)].clone();
            for field in [BORN, PHONE, ADDRESS] {
                if numbers.below(5) == 0 {
                    row.values[field].clear();
                }
            }
            row
        } else {
            let name = format!(
                "{}{}, {}",
                family[numbers.below(10)],
                "xyzw".split_at(numbers.below(4)).0,
                given[numbers.below(10)]
            );
            let born = format!(
                "19{}-{:02}-{:02}",
                50 + numbers.below(40),
                1 + numbers.below(12),
                1 + numbers.below(28)
            );
            let phone = format!("06{:08}", numbers.below(100_000_000));
            let address = format!("10{:02}ab {}", numbers.below(60), 1 + numbers.below(9));
            person("", &name, &[(BORN, &born), (PHONE, &phone), (ADDRESS, &address)])
        };
        row.id = format!("r{:04}", (number * 7_919) % 9_973);
        rows.push(row);
    }
    rows
}

fn resolved(rows: &[Row], threads: usize) -> Resolved {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    pool.install(|| resolve(&records(rows), &settings(), &Decisions::default(), &|_| true).expect("resolved"))
}

#[test]
fn order_and_threads_change_nothing() {
    let mut rows = rows();
    let first = resolved(&rows, 1);
    assert!(first.parameters.estimated && first.clusters.len() < 600 && !first.households.is_empty());
    let mut numbers = Numbers(99);
    for threads in [1, 2, 4] {
        for place in (1..rows.len()).rev() {
            rows.swap(place, numbers.below(place + 1));
        }
        let again = resolved(&rows, threads);
        for (left, right) in first.pairs.iter().zip(&again.pairs) {
            assert_eq!(left.sum.to_bits(), right.sum.to_bits());
        }
        assert!(first == again, "{threads} threads");
    }
}
