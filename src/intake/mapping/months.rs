//! Names of months in the languages of banks.

/// Names and abbreviations of the twelve months, in any form in which dates write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Months {
    /// Small letters, longest first, with the month's number.
    names: Vec<(String, i8)>,
}

impl Months {
    /// The names of some languages; of English where none is given. The error names what is unknown, or a name that
    /// means two months.
    pub fn of(languages: &[String]) -> Result<Months, String> {
        let english = [String::from("en")];
        let wanted = if languages.is_empty() { &english } else { languages };
        let mut names: Vec<(String, i8)> = Vec::new();
        for language in wanted {
            let Some((_, months)) = NAMES.iter().find(|(code, _)| *code == language.as_str()) else {
                return Err(format!(
                    "‘{language}’: month names are known in {}",
                    Months::languages().collect::<Vec<_>>().join(", ")
                ));
            };
            for (month, forms) in (1..).zip(months) {
                for form in forms.split(' ') {
                    match names.iter().find(|(known, _)| known == form) {
                        Some((_, other)) if *other != month => {
                            return Err(format!(
                                "‘{form}’ is month {other} and month {month} in these languages"
                            ));
                        }
                        Some(_) => {}
                        None => names.push((form.to_owned(), month)),
                    }
                }
            }
        }
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Ok(Months { names })
    }

    /// Every language.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(code, _)| *code)
    }

    /// The month whose name stands at the front, and the text behind it.
    pub fn read<'a>(&self, text: &'a str) -> Option<(i8, &'a str)> {
        self.names
            .iter()
            .find_map(|(name, month)| Some((*month, strip(text, name)?)))
    }
}

// The text behind a name in small letters, whatever case the text has.
fn strip<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for wanted in name.chars() {
        let found = rest.next()?;
        if found != wanted && !found.to_lowercase().eq([wanted]) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Language → forms of each month: name, the form behind a day, abbreviations.
#[rustfmt::skip]
static NAMES: &[(&str, [&str; 12])] = &[
    ("en", ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sept sep", "october oct", "november nov", "december dec"]),
    ("nl", ["januari jan", "februari feb", "maart mrt maa", "april apr", "mei", "juni jun", "juli jul", "augustus aug",
        "september sept sep", "oktober okt", "november nov", "december dec"]),
    ("de", ["januar jänner jan jän", "februar feber feb", "märz maerz mär mrz", "april apr", "mai", "juni jun", "juli jul",
        "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez"]),
    ("fr", ["janvier janv jan", "février fevrier févr fév fevr fev", "mars", "avril avr", "mai", "juin",
        "juillet juil", "août aout aoû", "septembre sept sep", "octobre oct", "novembre nov", "décembre decembre déc dec"]),
    ("it", ["gennaio genn gen", "febbraio febbr feb", "marzo mar", "aprile apr", "maggio magg mag", "giugno giu",
        "luglio lug", "agosto ago", "settembre sett set", "ottobre ott", "novembre nov", "dicembre dic"]),
    ("es", ["enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago",
        "septiembre setiembre sept sep set", "octubre oct", "noviembre nov", "diciembre dic"]),
    ("pt", ["janeiro jan", "fevereiro fev", "março marco mar", "abril abr", "maio mai", "junho jun", "julho jul",
        "agosto ago", "setembro set", "outubro out", "novembro nov", "dezembro dez"]),
    ("da", ["januar jan", "februar feb", "marts mar", "april apr", "maj", "juni jun", "juli jul", "august aug",
        "september sept sep", "oktober okt", "november nov", "december dec"]),
    ("sv", ["januari jan", "februari feb", "mars mar", "april apr", "maj", "juni jun", "juli jul", "augusti aug",
        "september sept sep", "oktober okt", "november nov", "december dec"]),
    ("no", ["januar jan", "februar feb", "mars mar", "april apr", "mai", "juni jun", "juli jul", "august aug",
        "september sept sep", "oktober okt", "november nov", "desember des"]),
    ("fi", ["tammikuuta tammikuu tammi", "helmikuuta helmikuu helmi", "maaliskuuta maaliskuu maalis", "huhtikuuta huhtikuu huhti",
        "toukokuuta toukokuu touko", "kesäkuuta kesäkuu kesä", "heinäkuuta heinäkuu heinä", "elokuuta elokuu elo",
        "syyskuuta syyskuu syys", "lokakuuta lokakuu loka", "marraskuuta marraskuu marras", "joulukuuta joulukuu joulu"]),
    ("et", ["jaanuar jaan", "veebruar veebr", "märts", "aprill apr", "mai", "juuni", "juuli", "august aug",
        "september sept", "oktoober okt", "november nov", "detsember dets"]),
    ("lv", ["janvāris janvārī janv", "februāris februārī febr", "marts martā", "aprīlis aprīlī apr", "maijs maijā mai",
        "jūnijs jūnijā jūn", "jūlijs jūlijā jūl", "augusts augustā aug", "septembris septembrī sept", "oktobris oktobrī okt",
        "novembris novembrī nov", "decembris decembrī dec"]),
    ("lt", ["sausis sausio saus", "vasaris vasario vas", "kovas kovo kov", "balandis balandžio bal", "gegužė gegužės geg",
        "birželis birželio birž", "liepa liepos liep", "rugpjūtis rugpjūčio rugp", "rugsėjis rugsėjo rugs", "spalis spalio spal",
        "lapkritis lapkričio lapkr", "gruodis gruodžio gruod"]),
    ("pl", ["styczeń stycznia sty", "luty lutego lut", "marzec marca mar", "kwiecień kwietnia kwi", "maj maja",
        "czerwiec czerwca cze", "lipiec lipca lip", "sierpień sierpnia sie", "wrzesień września wrz", "październik października paź",
        "listopad listopada lis", "grudzień grudnia gru"]),
    ("cs", ["leden ledna led", "únor února úno", "březen března bře", "duben dubna dub", "květen května kvě", "červen června čvn",
        "červenec července čvc", "srpen srpna srp", "září zář", "říjen října říj", "listopad listopadu lis", "prosinec prosince pro"]),
    ("sk", ["január januára jan", "február februára feb", "marec marca mar", "apríl apríla apr", "máj mája", "jún júna",
        "júl júla", "august augusta aug", "september septembra sep", "október októbra okt", "november novembra nov",
        "december decembra dec"]),
    ("hu", ["január jan", "február febr feb", "március márc már", "április ápr", "május máj", "június jún", "július júl",
        "augusztus aug", "szeptember szept", "október okt", "november nov", "december dec"]),
    ("ro", ["ianuarie ian", "februarie feb", "martie mar", "aprilie apr", "mai", "iunie iun", "iulie iul", "august aug",
        "septembrie sept sep", "octombrie oct", "noiembrie nov noi", "decembrie dec"]),
    ("hr", ["siječanj siječnja sij", "veljača veljače velj", "ožujak ožujka ožu", "travanj travnja tra", "svibanj svibnja svi",
        "lipanj lipnja lip", "srpanj srpnja srp", "kolovoz kolovoza kol", "rujan rujna ruj", "listopad listopada lis",
        "studeni studenoga studenog stu", "prosinac prosinca pro"]),
    ("sl", ["januar januarja jan", "februar februarja feb", "marec marca mar", "april aprila apr", "maj maja",
        "junij junija jun", "julij julija jul", "avgust avgusta avg", "september septembra sep", "oktober oktobra okt",
        "november novembra nov", "december decembra dec"]),
    ("bg", ["януари яну", "февруари фев", "март мар", "април апр", "май", "юни", "юли", "август авг", "септември сеп септ",
        "октомври окт", "ноември ное", "декември дек"]),
    ("el", ["ιανουάριος ιανουαρίου ιαν", "φεβρουάριος φεβρουαρίου φεβ", "μάρτιος μαρτίου μαρ μάρ", "απρίλιος απριλίου απρ",
        "μάιος μαΐου μαΐ μάι", "ιούνιος ιουνίου ιουν", "ιούλιος ιουλίου ιουλ", "αύγουστος αυγούστου αυγ αύγ",
        "σεπτέμβριος σεπτεμβρίου σεπ σεπτ", "οκτώβριος οκτωβρίου οκτ", "νοέμβριος νοεμβρίου νοε", "δεκέμβριος δεκεμβρίου δεκ"]),
    ("ga", ["eanáir ean", "feabhra feabh", "márta", "aibreán aib", "bealtaine beal", "meitheamh meith", "iúil",
        "lúnasa lún", "meán mfómh", "deireadh dfómh", "samhain samh", "nollaig noll"]),
    ("mt", ["jannar jan", "frar fra", "marzu mar", "april apr", "mejju mej", "ġunju ġun", "lulju lul", "awwissu aww",
        "settembru set", "ottubru ott", "novembru nov", "diċembru diċ"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_own_months_once() {
        for language in Months::languages() {
            let months = Months::of(&[language.to_owned()]).expect(language);
            for (number, forms) in
                (1..).zip(&NAMES.iter().find(|(code, _)| *code == language).expect("known").1)
            {
                for form in forms.split(' ') {
                    let upper = form.to_uppercase();
                    assert_eq!(
                        months.read(form).map(|(m, _)| m),
                        Some(number),
                        "{language} {form}"
                    );
                    if !upper.contains(['Σ', '̈']) {
                        assert_eq!(
                            months.read(&upper).map(|(m, _)| m),
                            Some(number),
                            "{language} {upper}"
                        );
                    }
                }
            }
        }
        // `srp` is July in Croatian and August in Czech.
        assert!(Months::of(&["hr".into(), "cs".into()]).is_err_and(|e| e.contains("month 7 and month 8")));
        assert!(Months::of(&["xx".into()]).is_err());
    }
}
