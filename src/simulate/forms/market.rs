//! Merchants, landlords, offices and employers with whom the people of a scene deal, with their merchant category codes.

use crate::simulate::banks::Bank;
use crate::simulate::script::{Role, Script};

/// Accounts of merchants and offices.
pub struct Market {
    pub supermarkets: [u32; 3],
    pub fast_food: u32,
    pub pharmacy: u32,
    pub lingerie: u32,
    pub clothes: u32,
    pub hotels: [u32; 4],
    pub rides: u32,
    pub top_ups: u32,
    pub advertisements: u32,
    pub airline: u32,
    pub coach: u32,
    pub rail: u32,
    pub fuel: u32,
    pub jeweller: u32,
    pub casino: u32,
    pub lease: u32,
    pub prepaid: u32,
    pub crypto: u32,
    pub games: u32,
    pub gift_cards: u32,
    pub lenders: [u32; 3],
    pub marketplace: u32,
    pub processor: u32,
    pub benefits: u32,
    pub child_benefits: u32,
    pub tax: u32,
    pub landlords: [u32; 4],
    pub energy: u32,
    pub wholesaler: u32,
    pub laundry: u32,
    pub platform: u32,
    pub employers: [u32; 4],
    pub municipality: u32,
    pub crowdfunding: u32,
    pub cafe: u32,
}

impl Market {
    /// Opens the market: everybody in it is lawful and banks outside the records.
    pub fn open(script: &mut Script) -> Market {
        let mut turn = 0;
        let mut add = |name: &str, sector: &'static str, merchant: &'static str, employees: u32| {
            let party = script.company(Role::Lawful, name.to_owned(), sector, employees);
            script.parties[party as usize].more.merchant = merchant;
            turn += 1;
            let bank = [Bank::OutsideNl, Bank::OutsideBe, Bank::OutsideNl, Bank::OutsideDe][turn % 4];
            script.account(party, bank)
        };
        Market {
            supermarkets: [
                add("Supermarkt De Korenmaat", "47.11", "5411", 40),
                add("Supermarkt Grutto", "47.11", "5411", 35),
                add("Supermarkt Elzenhof", "47.11", "5411", 28),
            ],
            fast_food: add("Snackpaleis De Hoek", "56.10", "5814", 12),
            pharmacy: add("Apotheek De Vijzel", "47.73", "5912", 9),
            lingerie: add("Lingerie Satijn", "47.71", "5621", 5),
            clothes: add("Modehuis Van Zomeren", "47.71", "5651", 22),
            hotels: [
                add("Hotel De Passant", "55.10", "7011", 30),
                add("Hotel Stationszicht", "55.10", "7011", 24),
                add("Pension Het Vensterbankje", "55.20", "7011", 4),
                add("Appartementen Korte Duur", "55.20", "7011", 6),
            ],
            rides: add("Ritdienst Zwaluw", "49.32", "4121", 80),
            top_ups: add("Beltegoed Direct", "61.20", "4814", 12),
            advertisements: add("Contactadvertenties Nachtpauwoog", "63.12", "7311", 7),
            airline: add("Luchtvaart Kievit", "51.10", "4511", 400),
            coach: add("Busreizen Langeweg", "49.39", "4131", 60),
            rail: add("Spoorwegen Waterland", "49.10", "4112", 900),
            fuel: add("Tankstation De Afslag", "47.30", "5541", 6),
            jeweller: add("Juwelier Briljant", "47.77", "5944", 5),
            casino: add("Speelhuis Fortuin", "92.00", "7995", 70),
            lease: add("Autolease Snelweg", "77.11", "7512", 40),
            prepaid: add("Waardekaarten Nu", "66.19", "6540", 9),
            crypto: add("Muntwissel Digitaal", "66.19", "6051", 11),
            games: add("Spelwinkel Pixel", "58.21", "5816", 20),
            gift_cards: add("Cadeaukaarten Strik", "47.78", "5947", 6),
            lenders: [
                add("Kredietbank Zonnig", "64.92", "", 60),
                add("Snelkrediet Dijk", "64.92", "", 20),
                add("Leenhuis De Tred", "64.92", "", 35),
            ],
            marketplace: add("Marktplein Tweede Leven", "47.91", "5999", 45),
            processor: add("Kaartverwerking Doorgang", "66.19", "", 80),
            benefits: add("Sociale Dienst Waterland", "84.30", "", 300),
            child_benefits: add("Kinderbijslagkantoor Waterland", "84.30", "", 120),
            tax: add("Belastingkantoor Waterland", "84.11", "", 700),
            landlords: [
                add("Woonverhuur De Gevel", "68.20", "", 12),
                add("Woonverhuur Noordkade", "68.20", "", 9),
                add("Vastgoedbeheer Rozenhof", "68.20", "", 14),
                add("Woningbeheer De Trap", "68.20", "", 7),
            ],
            energy: add("Energie De Windhoek", "35.14", "4900", 90),
            wholesaler: add("Groothandel De Laadbrug", "46.39", "", 55),
            laundry: add("Wasserij Wit Linnen", "96.01", "7210", 18),
            platform: add("Reserveringen Overal", "79.90", "4722", 60),
            employers: [
                add("Zorghuis De Beuk", "87.10", "", 140),
                add("Bouwgroep Steiger", "41.20", "", 90),
                add("Distributie Noordpoort", "52.10", "", 210),
                add("Kantoordiensten Van Rijn", "82.11", "", 65),
            ],
            municipality: add("Gemeente Waterland", "84.11", "", 800),
            crowdfunding: add("Samen Sparen Platform", "66.19", "", 15),
            cafe: add("Eetcafe Het Anker", "56.10", "5812", 11),
        }
    }

    /// A supermarket, in turn.
    pub fn supermarket(&self, number: i64) -> u32 {
        self.supermarkets[number as usize % self.supermarkets.len()]
    }

    /// An employer, in turn.
    pub fn employer(&self, number: u32) -> u32 {
        self.employers[number as usize % self.employers.len()]
    }

    /// A landlord, in turn.
    pub fn landlord(&self, number: u32) -> u32 {
        self.landlords[number as usize % self.landlords.len()]
    }
}
