//! Families who share names, phones and addresses: whoever is written down again is found, kin are kept apart.

use super::steady::Numbers;
use super::{ADDRESS, BORN, PHONE, Row, done, person};

const GIVEN: [&str; 40] = [
    "jan",
    "pieter",
    "kees",
    "hendrik",
    "willem",
    "dirk",
    "gerrit",
    "johan",
    "bram",
    "thijs",
    "daan",
    "lucas",
    "mario",
    "stefan",
    "martin",
    "robert",
    "johannes",
    "mohamed",
    "ahmed",
    "ali",
    "anna",
    "maria",
    "johanna",
    "elisabeth",
    "sophie",
    "emma",
    "julia",
    "stefania",
    "martina",
    "roberta",
    "hendrika",
    "willemina",
    "fatima",
    "aisha",
    "samira",
    "petra",
    "ingrid",
    "monique",
    "esther",
    "rachel",
];

/// Records and who each is. A third of the persons is written down again, with errors and gaps.
fn families(count: usize, seed: u64) -> Vec<(Row, usize)> {
    let mut numbers = Numbers(seed);
    let syllables = [
        "ber", "dam", "van", "hof", "wij", "kel", "mer", "sta", "lin", "bos", "ter", "gro", "den", "haag",
        "vel",
    ];
    let names: Vec<String> = (0..count)
        .map(|_| {
            (0..2 + numbers.below(2))
                .map(|_| syllables[numbers.below(15)])
                .collect()
        })
        .collect();
    let mut persons: Vec<Row> = Vec::new();
    for family in 0..count {
        // Some names are those of many families.
        let name = &names[family % (1 + numbers.below(count))];
        let (address, phone) = (
            format!("{:04}ab {} kade", family % 2_000, 1 + numbers.below(99)),
            format!("020{family:07}"),
        );
        let father = GIVEN[numbers.below(20)];
        for member in 0..2 + numbers.below(4) {
            let given = match member {
                0 => father,
                2 if numbers.below(4) == 0 => father,
                _ => GIVEN[numbers.below(40)],
            };
            let year = if member < 2 {
                1950 + numbers.below(15)
            } else {
                1978 + numbers.below(20)
            };
            let born = format!("{year}-{:02}-{:02}", 1 + numbers.below(12), 1 + numbers.below(28));
            let own = format!("06{:08}", numbers.below(100_000_000));
            let phone = if numbers.below(3) == 0 { &own } else { &phone };
            persons.push(person(
                "",
                &format!("{name}, {given}"),
                &[(BORN, &born), (ADDRESS, &address), (PHONE, phone)],
            ));
        }
    }
    let mut all: Vec<(Row, usize)> = persons.iter().cloned().zip(0..).collect();
    for (who, person) in persons.iter().enumerate() {
        if numbers.below(3) > 0 {
            continue;
        }
        let mut again = person.clone();
        for (field, often) in [(BORN, 5), (PHONE, 4), (ADDRESS, 3)] {
            if numbers.below(often) == 0 {
                again.values[field].clear();
            }
        }
        if numbers.below(5) == 0 {
            let name = &mut again.values[super::NAME];
            let place = numbers.below(name.find(',').unwrap_or(1));
            name.replace_range(place..=place, "x");
        }
        all.push((again, who));
    }
    for (number, (row, _)) in all.iter_mut().enumerate() {
        row.id = format!("{:06}", (number * 7_919) % 999_983);
    }
    all
}

#[test]
fn kin_are_kept_apart() {
    for count in [60, 300, 2_000] {
        let all = families(count, 11);
        let rows: Vec<Row> = all.iter().map(|(row, _)| row.clone()).collect();
        let done = done(&rows);
        let mut who = vec![0; rows.len()];
        for (row, person) in &all {
            who[done.record(&row.id) as usize] = *person;
        }
        let (mut joined, mut right) = (0, 0);
        for members in done.resolved.clusters.iter() {
            for (place, left) in members.iter().enumerate() {
                for other in &members[place + 1..] {
                    joined += 1;
                    right += usize::from(who[*left as usize] == who[*other as usize]);
                }
            }
        }
        // Each person is written down once or twice.
        let real = all.len() - who.iter().max().map_or(0, |last| last + 1);
        assert!(right * 1_000 >= joined * 998 && joined > 0, "{right} of {joined}");
        assert!(right * 100 >= real * 90, "{right} of {real}");
        // Kin must not be learned as one party: the prior would be several times too high.
        let parameters = &done.resolved.parameters;
        assert!(
            parameters.estimated && parameters.matches < 1.4 * real as f64,
            "{} of {real}",
            parameters.matches
        );
    }
}
