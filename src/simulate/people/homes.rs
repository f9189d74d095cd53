//! Where people live, and how offices write it.

use super::numbers::Land;
use crate::simulate::random::Draw;

/// An address in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub land: Land,
    street: String,
    number: u32,
    /// Flat or letter; empty for a house.
    unit: String,
    postcode: String,
    pub city: &'static str,
}

/// How an office writes addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `Kerkstraat 12 A, 3511 AB Utrecht`
    Commas,
    /// `KERKSTRAAT 12A 3511AB UTRECHT`
    Capitals,
    /// `Kerkstr. 12-A, 3511AB Utrecht`
    Short,
}

/// Cities with the first digits of their postcodes, the largest first.
const CITIES: [&[(&str, &str)]; 5] = [
    &[
        ("Amsterdam", "10"),
        ("Rotterdam", "30"),
        ("Den Haag", "25"),
        ("Utrecht", "35"),
        ("Eindhoven", "56"),
        ("Groningen", "97"),
        ("Tilburg", "50"),
        ("Almere", "13"),
        ("Breda", "48"),
        ("Nijmegen", "65"),
        ("Arnhem", "68"),
        ("Haarlem", "20"),
        ("Enschede", "75"),
        ("Zwolle", "80"),
        ("Leiden", "23"),
        ("Maastricht", "62"),
        ("Venlo", "59"),
        ("Roosendaal", "47"),
        ("Emmen", "78"),
        ("Horst", "59"),
    ],
    &[
        ("Antwerpen", "20"),
        ("Gent", "90"),
        ("Brussel", "10"),
        ("Brugge", "80"),
        ("Leuven", "30"),
        ("Mechelen", "28"),
        ("Aalst", "93"),
        ("Hasselt", "35"),
        ("Kortrijk", "85"),
        ("Genk", "36"),
    ],
    &[
        ("Köln", "506"),
        ("Düsseldorf", "402"),
        ("Dortmund", "441"),
        ("Essen", "451"),
        ("Duisburg", "470"),
        ("Aachen", "520"),
        ("Krefeld", "477"),
        ("Kleve", "475"),
        ("Bremen", "281"),
        ("Münster", "481"),
    ],
    &[
        ("Warszawa", "00-"),
        ("Kraków", "30-"),
        ("Łódź", "90-"),
        ("Wrocław", "50-"),
        ("Poznań", "60-"),
        ("Gdańsk", "80-"),
        ("Szczecin", "70-"),
        ("Lublin", "20-"),
        ("Opole", "45-"),
        ("Radom", "26-"),
    ],
    &[
        ("București", "01"),
        ("Cluj-Napoca", "40"),
        ("Iași", "70"),
        ("Timișoara", "30"),
        ("Craiova", "20"),
        ("Galați", "80"),
        ("Bacău", "60"),
        ("Botoșani", "71"),
        ("Vaslui", "73"),
        ("Țăndărei", "92"),
    ],
];

/// Words of streets, and how they end where one word does.
const STREETS: [(&str, &[&str]); 5] = [
    (
        "Linden Molen Kerk School Haven Station Beuken Dorps Wilhelmina Juliana Emma Hendrik Anna Eiken Iepen Zonne Merel Lijster \
         Rozen Tulpen Oranje Nassau Vondel Rembrandt Beatrix Maas Rijn Waal Schelde Oost West Noord Zuid Markt Brouwers Smeden \
         Koningin Park Spoor Heide Veld Bos Duin",
        &["straat", "laan", "weg", "plein", "dijk", "hof", "singel", "kade"],
    ),
    (
        "Kerk Stations Nieuw Molen School Veld Bos Gent Brussel Leopold Albert Elisabeth Groen Hof Kapel Dorps Meir Linden Beuken \
         Kasteel Vaart Dok Brug Abdij",
        &["straat", "laan", "steenweg", "plein", "lei", "dreef"],
    ),
    (
        "Haupt Bahnhof Schul Garten Berg Kirch Linden Wald Ring Goethe Schiller Mozart Beethoven Rosen Birken Mühlen Markt Park \
         Post Sonnen Tal Ulmen Rhein Hafen",
        &["straße", "weg", "allee", "platz", "gasse"],
    ),
    (
        "Długa Polna Leśna Słoneczna Krótka Szkolna Ogrodowa Lipowa Łąkowa Brzozowa Kwiatowa Kościelna Sosnowa Zielona Parkowa \
         Akacjowa Kolejowa Mickiewicza Kościuszki Sienkiewicza",
        &[""],
    ),
    (
        "Victoriei Libertății Unirii Mihai.Eminescu Republicii Florilor Primăverii Independenței Ștefan.cel.Mare Nicolae.Bălcescu \
         Avram.Iancu Teilor Salcâmilor Gării Fabricii Trandafirilor",
        &[""],
    ),
];

impl Home {
    /// An address drawn by chance; more live in larger cities.
    pub fn drawn(land: Land, draw: &mut Draw) -> Home {
        let at = land as usize;
        let (city, head) = CITIES[at][rank(CITIES[at].len(), draw)];
        Home::at(land, city, head, draw)
    }

    /// An address in another city.
    pub fn elsewhere(&self, draw: &mut Draw) -> Home {
        let cities = CITIES[self.land as usize];
        let here = cities
            .iter()
            .position(|(city, _)| *city == self.city)
            .unwrap_or(0);
        let step = draw.between(1, cities.len() as i64 - 1) as usize;
        let (city, head) = cities[(here + step) % cities.len()];
        Home::at(self.land, city, head, draw)
    }

    fn at(land: Land, city: &'static str, head: &str, draw: &mut Draw) -> Home {
        let (words, ends) = STREETS[land as usize];
        let words: Vec<&str> = words.split_whitespace().collect();
        let word = words[rank(words.len(), draw)].replace('.', " ");
        let street = format!("{word}{}", draw.pick(ends));
        let number = draw.between(1, 260) as u32;
        let flat = draw.below(100)
            < if matches!(land, Land::Pl | Land::Ro) {
                70
            } else {
                30
            };
        let unit = match (flat, land) {
            (false, _) => String::new(),
            (true, Land::Nl) => ["A", "B", "C", "2", "3", "H"][draw.below(6) as usize].to_owned(),
            (true, Land::De) => ["a", "b", "c"][draw.below(3) as usize].to_owned(),
            (true, _) => draw.between(1, 60).to_string(),
        };
        let postcode = match land {
            Land::Nl => {
                let letter = |draw: &mut Draw| char::from(*draw.pick(b"ABCDEGHJKLNPRSTVWXZ"));
                format!(
                    "{head}{:02} {}{}",
                    draw.between(1, 99),
                    letter(draw),
                    letter(draw)
                )
            }
            Land::Be => format!("{head}{:02}", 10 * draw.below(6)),
            Land::De => format!("{head}{:02}", draw.between(1, 79)),
            Land::Pl => format!("{head}{:03}", draw.between(1, 980)),
            Land::Ro => format!("{head}{:04}", draw.between(1, 9_999)),
        };
        Home {
            land,
            street,
            number,
            unit,
            postcode,
            city,
        }
    }

    /// The address as an office writes it.
    pub fn written(&self, style: Style) -> String {
        let (street, number, unit) = (&self.street, self.number, &self.unit);
        let line = match (self.land, unit.is_empty()) {
            (Land::Nl, true) => format!("{street} {number}"),
            (Land::Nl, false) if style == Style::Commas => format!("{street} {number} {unit}"),
            (Land::Nl, false) if style == Style::Short => format!("{street} {number}-{unit}"),
            (Land::Nl, false) if unit.as_bytes()[0].is_ascii_digit() => format!("{street} {number}-{unit}"),
            (Land::Nl, false) => format!("{street} {number}{unit}"),
            (Land::Be, true) => format!("{street} {number}"),
            (Land::Be, false) => format!("{street} {number} bus {unit}"),
            (Land::De, _) => format!("{street} {number}{unit}"),
            (Land::Pl, true) => format!("ul. {street} {number}"),
            (Land::Pl, false) => format!("ul. {street} {number}/{unit}"),
            (Land::Ro, true) => format!("Str. {street} nr. {number}"),
            (Land::Ro, false) => format!("Str. {street} nr. {number}, ap. {unit}"),
        };
        let (postcode, city) = (&self.postcode, self.city);
        match style {
            Style::Commas => format!("{line}, {postcode} {city}"),
            Style::Short => {
                let line = line.replace("straat ", "str. ").replace("straße ", "str. ");
                let postcode = if self.land == Land::Nl {
                    postcode.replace(' ', "")
                } else {
                    postcode.clone()
                };
                format!("{line}, {postcode} {city}")
            }
            Style::Capitals => {
                format!("{} {} {city}", line.replace(',', ""), postcode.replace(' ', "")).to_uppercase()
            }
        }
    }
}

/// A place in a list, sooner at the beginning.
pub fn rank(length: usize, draw: &mut Draw) -> usize {
    let share = draw.below(1 << 24) as f64 / f64::from(1 << 24);
    // The power of one and a half: multiplication and square root give the same bits on every machine.
    ((length as f64 * share * share.sqrt()) as usize).min(length - 1)
}
