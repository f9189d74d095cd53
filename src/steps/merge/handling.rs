//! Which of two handling markings is the stricter.

/// Traffic Light Protocol 2.0, with the older word for the widest.
const TLP: [&[&str]; 5] = [
    &["TLP:CLEAR", "TLP:WHITE"],
    &["TLP:GREEN"],
    &["TLP:AMBER"],
    &["TLP:AMBER+STRICT"],
    &["TLP:RED"],
];
/// Council Decision 2013/488/EU, Art. 2, in both languages of the marking.
const EU: [&[&str]; 4] = [
    &["RESTREINT UE/EU RESTRICTED", "EU RESTRICTED", "RESTREINT UE"],
    &[
        "CONFIDENTIEL UE/EU CONFIDENTIAL",
        "EU CONFIDENTIAL",
        "CONFIDENTIEL UE",
    ],
    &["SECRET UE/EU SECRET", "EU SECRET", "SECRET UE"],
    &["TRÈS SECRET UE/EU TOP SECRET", "EU TOP SECRET", "TRÈS SECRET UE"],
];

/// The stricter of two markings where both are of one scale; else both, one behind the other, because what each asks for
/// holds. An empty one asks for nothing.
pub(super) fn strictest(first: &str, second: &str) -> String {
    let (first, second) = (first.trim(), second.trim());
    if second.is_empty() || first.to_uppercase() == second.to_uppercase() {
        return first.to_owned();
    }
    if first.is_empty() {
        return second.to_owned();
    }
    for scale in [&TLP[..], &EU[..]] {
        if let (Some(left), Some(right)) = (place(scale, first), place(scale, second)) {
            return if left >= right { first } else { second }.to_owned();
        }
    }
    format!("{first} / {second}")
}

fn place(scale: &[&[&str]], marking: &str) -> Option<usize> {
    let marking = marking.to_uppercase().replace(": ", ":");
    scale.iter().position(|words| words.contains(&marking.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_stands_and_what_cannot_be_compared_stands_beside_it() {
        for (first, second, both) in [
            ("TLP:AMBER", "tlp:green", "TLP:AMBER"),
            ("TLP:AMBER", "TLP: AMBER+STRICT", "TLP: AMBER+STRICT"),
            ("TLP:WHITE", "TLP:RED", "TLP:RED"),
            ("EU RESTRICTED", "SECRET UE/EU SECRET", "SECRET UE/EU SECRET"),
            ("", "H2", "H2"),
            ("H1", "", "H1"),
            ("", "", ""),
            // Handling codes are conditions, not steps: both hold.
            ("H1", "H2", "H1 / H2"),
            ("TLP:RED", "H2", "TLP:RED / H2"),
            ("own words", "Own Words", "own words"),
        ] {
            assert_eq!(strictest(first, second), both);
        }
    }
}
