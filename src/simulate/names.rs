//! Made-up names and places. Given and family names are combined by chance and describe nobody.

use super::random::{Draw, Purpose};

const GIVEN: [&str; 48] = [
    "Anna",
    "Bram",
    "Céline",
    "Daan",
    "Elena",
    "Femke",
    "Gijs",
    "Hanna",
    "Ioana",
    "Jan",
    "Katarzyna",
    "Lars",
    "Maria",
    "Noor",
    "Ovidiu",
    "Piotr",
    "Quinten",
    "Renate",
    "Sanne",
    "Tomasz",
    "Ursula",
    "Vasile",
    "Wout",
    "Yara",
    "Zofia",
    "Andrei",
    "Beatrix",
    "Christian",
    "Dorota",
    "Emiel",
    "Florin",
    "Grietje",
    "Hendrik",
    "Ilse",
    "Jörg",
    "Karel",
    "Liesbeth",
    "Mihai",
    "Nele",
    "Otto",
    "Pawel",
    "Rik",
    "Simona",
    "Thijs",
    "Marek",
    "Veronica",
    "Willem",
    "Zoë",
];

const FAMILY: [&str; 48] = [
    "de Vries",
    "Jansen",
    "Peeters",
    "Maes",
    "Müller",
    "Schmidt",
    "Kowalski",
    "Nowak",
    "Popescu",
    "Ionescu",
    "van Dijk",
    "Bakker",
    "Claes",
    "Wouters",
    "Fischer",
    "Weber",
    "Wisniewski",
    "Kaminski",
    "Dumitru",
    "Stan",
    "Visser",
    "Smit",
    "Goossens",
    "Willems",
    "Becker",
    "Hoffmann",
    "Zielinski",
    "Mazur",
    "Marin",
    "Radu",
    "Mulder",
    "de Boer",
    "Mertens",
    "Lemmens",
    "Schäfer",
    "Koch",
    "Krawczyk",
    "Dudek",
    "Georgescu",
    "Moldovan",
    "Dekker",
    "Brouwer",
    "Aerts",
    "Hermans",
    "Vogel",
    "Keller",
    "Pawlak",
    "Constantin",
];

/// Cities with terminals. Index 0 to 15.
pub const CITIES: [&str; 16] = [
    "Utrecht",
    "Rotterdam",
    "Groningen",
    "Maastricht",
    "Antwerpen",
    "Gent",
    "Eindhoven",
    "Zwolle",
    "Breda",
    "Tilburg",
    "Arnhem",
    "Nijmegen",
    "Leiden",
    "Haarlem",
    "Hasselt",
    "Mechelen",
];

/// ISO 3166 code of the country of a city.
pub fn city_country(city: usize) -> &'static str {
    match city % CITIES.len() {
        4 | 5 | 14 | 15 => "BE",
        _ => "NL",
    }
}

const TRADES: [(&str, &str); 12] = [
    ("Bouwbedrijf", "41.20"),
    ("Schoonmaak", "81.21"),
    ("Transport", "49.41"),
    ("Tuinderij", "01.13"),
    ("Metaalwerken", "25.62"),
    ("Zorggroep", "86.90"),
    ("Drukkerij", "18.12"),
    ("Logistiek", "52.10"),
    ("Installatie", "43.21"),
    ("Advies", "70.22"),
    ("Scholengroep", "85.31"),
    ("Bakkerijen", "10.71"),
];

const SHOPS: [(&str, &str); 8] = [
    ("Supermarkt", "47.11"),
    ("Drogist", "47.75"),
    ("Kledinghuis", "47.71"),
    ("Bouwmarkt", "47.52"),
    ("Eethuis", "56.10"),
    ("Tankstation", "47.30"),
    ("Boekhandel", "47.61"),
    ("Webwinkel", "47.91"),
];

const WORDS: [&str; 24] = [
    "De Linde",
    "Noorderlicht",
    "Waterkant",
    "Het Anker",
    "De Brug",
    "Zonneveld",
    "Morgenster",
    "De Kroon",
    "Oude Haven",
    "De Wilg",
    "Heideveld",
    "Vuurtoren",
    "De Molen",
    "Westerzicht",
    "De Hoek",
    "Zilvermeeuw",
    "Duinpan",
    "De Kade",
    "Rietland",
    "Eikenhof",
    "De Sluis",
    "Korenaar",
    "De Veste",
    "Boomgaard",
];

/// The name of a person, by number.
pub fn person(seed: u64, number: u64) -> String {
    let mut draw = Draw::new(seed, Purpose::Name, number, 0);
    format!("{} {}", draw.pick(&GIVEN), draw.pick(&FAMILY))
}

/// Two given names and a family name, by number: more of them than any case has people.
pub fn long_person(seed: u64, number: u64) -> (String, &'static str) {
    let mut draw = Draw::new(seed, Purpose::Name, number, 5);
    let first = draw.below(GIVEN.len() as u64);
    let second = (first + 1 + draw.below(GIVEN.len() as u64 - 1)) % GIVEN.len() as u64;
    let given = format!("{} {}", GIVEN[first as usize], GIVEN[second as usize]);
    (given, FAMILY[draw.below(FAMILY.len() as u64) as usize])
}

/// Another given name with the same family name, for households.
pub fn relative(seed: u64, number: u64, member: u64) -> String {
    let mut draw = Draw::new(seed, Purpose::Name, number, 0);
    let first = draw.below(GIVEN.len() as u64);
    let family = draw.pick(&FAMILY);
    let given = GIVEN[((first + 1 + member * 7) % GIVEN.len() as u64) as usize];
    format!("{given} {family}")
}

/// The name and NACE code of an employer, by number.
pub fn company(seed: u64, number: u64) -> (String, &'static str) {
    let mut draw = Draw::new(seed, Purpose::Name, number, 1);
    let (trade, sector) = draw.pick(&TRADES);
    (
        numbered(format!("{trade} {} BV", draw.pick(&WORDS)), number),
        sector,
    )
}

/// The name and NACE code of a shop, by its place among the shops: every kind occurs in turn.
pub fn shop(seed: u64, number: u64, kind: usize) -> (String, &'static str) {
    let mut draw = Draw::new(seed, Purpose::Name, number, 2);
    let (trade, sector) = SHOPS[kind % SHOPS.len()];
    (numbered(format!("{trade} {}", draw.pick(&WORDS)), number), sector)
}

/// The name of a housing company, by number.
pub fn landlord(seed: u64, number: u64) -> String {
    let mut draw = Draw::new(seed, Purpose::Name, number, 3);
    numbered(format!("Woonstichting {}", draw.pick(&WORDS)), number)
}

/// The merchant category code that fits a shop's sector; empty for who takes no cards.
pub fn merchant(sector: &str) -> &'static str {
    match sector {
        "47.11" => "5411",
        "47.75" => "5977",
        "47.71" => "5651",
        "47.52" => "5211",
        "56.10" => "5812",
        "47.30" => "5541",
        "47.61" => "5942",
        "47.91" => "5999",
        "55.20" => "7011",
        _ => "",
    }
}

/// How many kinds of shop there are.
pub const SHOP_KINDS: usize = SHOPS.len();

/// A street with a number.
pub fn street(seed: u64, number: u64) -> String {
    let mut draw = Draw::new(seed, Purpose::Name, number, 4);
    let words = [
        "Linden", "Molen", "Kerk", "School", "Haven", "Station", "Beuken", "Dorps",
    ];
    let ends = ["straat", "laan", "weg", "plein"];
    format!(
        "{}{} {}",
        draw.pick(&words),
        draw.pick(&ends),
        draw.between(1, 240)
    )
}

/// The name in the characters that SWIFT messages can carry.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'é' | 'è' | 'ë' | 'ê' => 'e',
            'ü' | 'ú' => 'u',
            'ö' | 'ó' => 'o',
            'ä' | 'á' => 'a',
            'ï' | 'í' => 'i',
            other if other.is_ascii() => other,
            _ => '.',
        })
        .collect()
}

// Large cases have more companies than names; a number behind the name keeps them apart.
fn numbered(name: String, number: u64) -> String {
    format!("{name} {}", number % 10_000)
}
