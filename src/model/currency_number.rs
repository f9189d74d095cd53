//! Numeric currency codes of ISO 4217, as formats of fixed width write them.

use super::Currency;

impl Currency {
    /// From the numeric code of ISO 4217, current or historic: 978 is the euro. A number that passed from one code to
    /// its successor at par (532, the guilder of Curaçao) gives the successor.
    pub fn from_number(number: u16) -> Option<Currency> {
        let at = NUMBERS.binary_search_by_key(&number, |(known, _)| *known).ok()?;
        Currency::from_code(NUMBERS.get(at)?.1).ok()
    }
}

/// Number and code, sorted by number. Facts from ISO 4217 lists one (current) and three (historic).
#[rustfmt::skip]
static NUMBERS: &[(u16, &str)] = &[
    (8, "ALL"), (12, "DZD"), (20, "ADP"), (32, "ARS"), (36, "AUD"), (40, "ATS"), (44, "BSD"), (48, "BHD"),
    (50, "BDT"), (51, "AMD"), (52, "BBD"), (56, "BEF"), (60, "BMD"), (64, "BTN"), (68, "BOB"), (72, "BWP"),
    (84, "BZD"), (90, "SBD"), (96, "BND"), (100, "BGL"), (104, "MMK"), (108, "BIF"), (116, "KHR"),
    (124, "CAD"), (132, "CVE"), (136, "KYD"), (144, "LKR"), (152, "CLP"), (156, "CNY"), (170, "COP"),
    (174, "KMF"), (188, "CRC"), (191, "HRK"), (192, "CUP"), (196, "CYP"), (200, "CSK"), (203, "CZK"),
    (208, "DKK"), (214, "DOP"), (222, "SVC"), (230, "ETB"), (232, "ERN"), (233, "EEK"), (238, "FKP"),
    (242, "FJD"), (246, "FIM"), (250, "FRF"), (262, "DJF"), (270, "GMD"), (276, "DEM"), (278, "DDM"),
    (292, "GIP"), (300, "GRD"), (320, "GTQ"), (324, "GNF"), (328, "GYD"), (332, "HTG"), (340, "HNL"),
    (344, "HKD"), (348, "HUF"), (352, "ISK"), (356, "INR"), (360, "IDR"), (364, "IRR"), (368, "IQD"),
    (372, "IEP"), (376, "ILS"), (380, "ITL"), (388, "JMD"), (392, "JPY"), (398, "KZT"), (400, "JOD"),
    (404, "KES"), (408, "KPW"), (410, "KRW"), (414, "KWD"), (417, "KGS"), (418, "LAK"), (422, "LBP"),
    (426, "LSL"), (428, "LVL"), (430, "LRD"), (434, "LYD"), (440, "LTL"), (442, "LUF"), (446, "MOP"),
    (454, "MWK"), (458, "MYR"), (462, "MVR"), (470, "MTL"), (478, "MRO"), (480, "MUR"), (484, "MXN"),
    (496, "MNT"), (498, "MDL"), (504, "MAD"), (512, "OMR"), (516, "NAD"), (524, "NPR"), (528, "NLG"),
    (532, "XCG"), (533, "AWG"), (548, "VUV"), (554, "NZD"), (558, "NIO"), (566, "NGN"), (578, "NOK"),
    (586, "PKR"), (590, "PAB"), (598, "PGK"), (600, "PYG"), (604, "PEN"), (608, "PHP"), (616, "PLZ"),
    (620, "PTE"), (634, "QAR"), (642, "ROL"), (643, "RUB"), (646, "RWF"), (654, "SHP"), (678, "STD"),
    (682, "SAR"), (690, "SCR"), (694, "SLL"), (702, "SGD"), (703, "SKK"), (704, "VND"), (705, "SIT"),
    (706, "SOS"), (710, "ZAR"), (724, "ESP"), (728, "SSP"), (748, "SZL"), (752, "SEK"), (756, "CHF"),
    (760, "SYP"), (764, "THB"), (776, "TOP"), (780, "TTD"), (784, "AED"), (788, "TND"), (792, "TRL"),
    (800, "UGX"), (807, "MKD"), (810, "RUR"), (818, "EGP"), (826, "GBP"), (834, "TZS"), (840, "USD"),
    (858, "UYU"), (860, "UZS"), (882, "WST"), (886, "YER"), (891, "CSD"), (901, "TWD"), (924, "ZWG"),
    (925, "SLE"), (926, "VED"), (927, "UYW"), (928, "VES"), (929, "MRU"), (930, "STN"), (931, "CUC"),
    (932, "ZWL"), (933, "BYN"), (934, "TMT"), (936, "GHS"), (937, "VEF"), (938, "SDG"), (940, "UYI"),
    (941, "RSD"), (943, "MZN"), (944, "AZN"), (946, "RON"), (947, "CHE"), (948, "CHW"), (949, "TRY"),
    (950, "XAF"), (951, "XCD"), (952, "XOF"), (953, "XPF"), (959, "XAU"), (960, "XDR"), (961, "XAG"),
    (962, "XPT"), (964, "XPD"), (967, "ZMW"), (968, "SRD"), (969, "MGA"), (970, "COU"), (971, "AFN"),
    (972, "TJS"), (973, "AOA"), (974, "BYR"), (975, "BGN"), (976, "CDF"), (977, "BAM"), (978, "EUR"),
    (979, "MXV"), (980, "UAH"), (981, "GEL"), (984, "BOV"), (985, "PLN"), (986, "BRL"), (990, "CLF"),
    (994, "XSU"), (997, "USN"), (999, "XXX"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_and_every_code_is_known() {
        assert!(NUMBERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (number, code) in NUMBERS {
            let found = Currency::from_number(*number);
            assert_eq!(found.as_ref().map(Currency::code), Some(*code));
        }
        // The numbers that the Spanish norm 43 prints in its second annex.
        for (number, code) in [
            (36, "AUD"),
            (124, "CAD"),
            (208, "DKK"),
            (392, "JPY"),
            (554, "NZD"),
            (578, "NOK"),
            (752, "SEK"),
            (756, "CHF"),
            (826, "GBP"),
            (840, "USD"),
            (978, "EUR"),
        ] {
            assert_eq!(
                Currency::from_number(number).as_ref().map(Currency::code),
                Some(code)
            );
        }
        assert_eq!(Currency::from_number(0), None);
    }
}
