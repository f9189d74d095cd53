//! Lines as banks write them, and lines that look like them.

use proptest::prelude::*;

use super::*;

fn of(text: &str) -> Vec<String> {
    let found = read(text);
    for one in &found {
        assert!(text.get(one.span.clone()).is_some(), "{one:?}");
    }
    found
        .into_iter()
        .map(|one| format!("{} {}", one.what.as_str(), one.value))
        .collect()
}

fn names(text: &str) -> Vec<String> {
    let names = read(text).into_iter().filter(|one| one.what == What::Name);
    names.map(|one| one.value).collect()
}

#[test]
fn german_fields() {
    assert_eq!(
        of(
            "166?00GUTSCHRIFT?100399?20EREF+EndToEndId TFNR 22 004?21 00001?22\nSVWZ+Verw CTSc-01 BC-PPP TF?23Nr 22 004\
            ?30DRESDEFF508?31DE1450880\n0500194785000?32KARL?33        KAUFMANN?70Empfaenger Marta Metzge\nr"
        ),
        [
            "reference EndToEndId TFNR 22 004 00001",
            "bic DRESDEFF508",
            "account DE14508800500194785000",
            "name KARL KAUFMANN"
        ]
    );
    assert_eq!(
        of(
            "835?20Cie., S.C.A.?21SEPA-BASISLASTSCHRIFT?22EREF+ 1234567890123 PAYPAL?23MREF+ 12AB234CD6E7F CRED+ A?24B12CDE\
            0000000000000000034 S?25VWZ+ . SPOTIFY, Ihr Einkauf?26bei SPOTIFY?32PayPal (Europe) S.a.r.l. et"
        ),
        [
            "reference 1234567890123 PAYPAL",
            "mandate 12AB234CD6E7F",
            "creditor_id AB12CDE0000000000000000034",
            "name SPOTIFY",
            "name PayPal (Europe) S.a.r.l. et"
        ]
    );
    assert_eq!(
        of(
            "105?00Basislastschrift?10931?20EREF+123/123/12345-----L110\n?30BYLADEMM\n?31DE99700500000000012345?32Finanzamt \
            Muenchen Abteilun\n?33g Erhebung?34992?60000000012345 BIC: BYLADEMM \n?61ABWA: Finanzamt Muenchen ?62ABWA+Finanzamt \
            Muenchen \n?63Abteilung Erhebung"
        ),
        [
            "reference 123/123/12345-----L110000000012345",
            "bic BYLADEMM",
            "account DE99700500000000012345",
            "name Finanzamt Muenchen Abteilung Erhebung",
            "bic BYLADEMM",
            "name Finanzamt Muenchen",
            "name Finanzamt Muenchen Abteilung Erhebung"
        ]
    );
    assert_eq!(
        of(
            "159?00RETOURE?100399?20EREF+EndToEndId TFNR 06 004?21 00002?22KRE\nF+EndToEndId TFNR 06 004?23 00004?24MTLG:Grund \
            nicht spezifizie?2\n5rt Reject?\n32Ludwig Loewe"
        ),
        [
            "reference EndToEndId TFNR 06 004 00002",
            "reference EndToEndId TFNR 06 004 00004",
            "name Ludwig Loewe"
        ]
    );
    assert_eq!(of("why?20 or 30?"), [""; 0]);
}

#[test]
fn sepa_keys_without_fields() {
    assert_eq!(
        of("EREF+RECHNR. 100532580591MREF+KD020007057822CRED+DE20KD000000058294SVWZ+02/2018 Ihre Rechnung"),
        [
            "reference RECHNR. 100532580591",
            "mandate KD020007057822",
            "creditor_id DE20KD000000058294"
        ]
    );
    assert_eq!(
        of("EREF+NOTPROVIDED SVWZ+Miete ABWA+Jens Muster"),
        ["name Jens Muster"]
    );
    assert_eq!(of("KABELEREF+123 x"), [""; 0]);
}

#[test]
fn dutch_code_words() {
    assert_eq!(
        of(
            "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J DE \nVRIES/REMI/huur 3/4 mei/EREF/NOTPROVIDED"
        ),
        ["account NL91ABNA0417164300", "bic ABNANL2A", "name J DE VRIES"]
    );
    assert_eq!(
        of("/EREF/E-1/BENM//NAME/Bakker BV/REMI/brood/ISDT/2017-01-02"),
        ["reference E-1", "name Bakker BV"]
    );
    assert_eq!(
        of(
            "/EREF/EV-7//MARF/M-9//CSID/NL32ZZZ999999991234//CNTP/NL91ABNA0417164300/ABNANL2A/ABN AMRO Ba\nnk N.V.///REMI/USTD//nota/"
        ),
        [
            "reference EV-7",
            "mandate M-9",
            "creditor_id NL32ZZZ999999991234",
            "account NL91ABNA0417164300",
            "bic ABNANL2A",
            "name ABN AMRO Bank N.V."
        ]
    );
}

#[test]
fn dutch_and_belgian_words() {
    assert_eq!(
        of(
            "Naam: Veldwerk BV Omschrijving: Salaris Zoe O'Hara IBAN: BE17998185185421 Kenmerk: x-MM Valutadatum: 01-02-2025"
        ),
        ["name Veldwerk BV", "account BE17998185185421", "reference x-MM"]
    );
    assert_eq!(
        names("BEA, Betaalpas  Albert Heijn 1234,PAS123  NR:CT12, 31.01.24/12:34  AMSTERDAM"),
        ["Albert Heijn 1234"]
    );
    assert_eq!(
        names("BEA   NR:5FK1   05.01.17/10.12 ALBERT HEIJN 1521 AMSTERDAM,PAS123"),
        ["ALBERT HEIJN 1521 AMSTERDAM"]
    );
    assert_eq!(names("GEA, Betaalpas  Geldmaat Stationsplein,PAS123"), [""; 0]);
    assert_eq!(
        of("OVERSCHRIJVING VAN BE68 5390 0754 7034 JAN PEETERS MEDEDELING : huur"),
        ["account BE68539007547034", "name JAN PEETERS"]
    );
}

#[test]
fn references_that_check_themselves() {
    assert_eq!(of("huur +++090/9337/55493+++ mei"), ["reference 090/9337/55493"]);
    assert_eq!(of("+++090/9337/55494+++"), [""; 0]);
    assert_eq!(of("pay RF18 5390 0754 7034 now"), ["reference RF18539007547034"]);
    assert_eq!(of("RF19539007547034"), [""; 0]);
    assert_eq!(
        of("NL91ABNA0417164300 transfer solutions bv\n\nDIVIDEND"),
        ["account NL91ABNA0417164300", "name transfer solutions bv"]
    );
    assert_eq!(
        of("106?00X?20EREF+V1?22CRED+DE98ZZZ09999999999?23ABCDEFG"),
        ["reference V1", "creditor_id DE98ZZZ09999999999"]
    );
}

#[test]
fn french_italian_spanish_words() {
    assert_eq!(
        of("VIR SEPA RECU /DE ACME SAS /MOTIF SALAIRE /REF P-12"),
        ["name ACME SAS", "reference P-12"]
    );
    assert_eq!(
        names("VIR SEPA INST EMIS /MOTIF FACTURE /BEN SCEA EXEMPLE /REFDO 12"),
        ["SCEA EXEMPLE"]
    );
    assert_eq!(
        of(
            "PRLV SEPA ORANGE SA ECH/210926 ID EMETTEUR/FR47EDF001007 MDT/EPCB123 REF/2X LIB/VOTRE ABONNEMENT"
        ),
        [
            "name ORANGE SA",
            "creditor_id FR47EDF001007",
            "mandate EPCB123",
            "reference 2X"
        ]
    );
    assert_eq!(
        names("VIREMENT DE MME DUPONT MARIE MOTIF: loyer"),
        ["MME DUPONT MARIE"]
    );
    assert_eq!(names("VIR INST LOYER"), [""; 0]);
    assert_eq!(
        names("BONIFICO A VOSTRO FAVORE DA  FABBRI GIULIA PER  RETTA SETTEMBRE TRN 1"),
        ["FABBRI GIULIA"]
    );
    assert_eq!(
        names("BONIFICO A FAVORE DI Rossi Mario CAUSALE: affitto"),
        ["Rossi Mario"]
    );
    assert_eq!(
        names("ORD.: BIANCHI LUCA BENEF.: VERDI SRL CAUSALE: saldo"),
        ["BIANCHI LUCA", "VERDI SRL"]
    );
    assert_eq!(
        names("TRANSFERENCIA DE GARCIA LOPEZ, CONCEPTO alquiler"),
        ["GARCIA LOPEZ"]
    );
}

#[test]
fn polish_romanian_bulgarian_words() {
    assert_eq!(
        of(
            "911 TRANSAKCJA COLLECT; ID IPH: XX000000000001; Z RACH.: \n56114010810000267002001001; OD: JAN NOWAK  \nUL. NIJAKA 1 \
            M 2 31-234 KRAKOW; TYT.: PRZELEW SRODKOW   ; \nTNR: 179171073864111.010001"
        ),
        [
            "account 56114010810000267002001001",
            "name JAN NOWAK",
            "reference 179171073864111.010001"
        ]
    );
    assert_eq!(
        of(
            "Rachunek nadawcy: 08 1090 2750 0000 0001 2345 6789 · Nazwa nadawcy: MYKOLA MARCHUK · Tytuł: PALIWO"
        ),
        ["account 08 1090 2750 0000 0001 2345 6789", "name MYKOLA MARCHUK"]
    );
    assert_eq!(names("Przelew od Anna Nowak tytułem: czynsz"), ["Anna Nowak"]);
    assert_eq!(
        names("Ordonator: POPESCU ION; Beneficiar: S.C. EXEMPLU S.R.L.; Detalii: chirie"),
        ["POPESCU ION", "S.C. EXEMPLU S.R.L."]
    );
    assert_eq!(names("Plată către Ionescu Maria, factura 12"), ["Ionescu Maria"]);
    assert_eq!(names("Coordonator: Popa Ana"), [""; 0]);
    assert_eq!(names("Наредител: ИВАН ПЕТРОВ; Основание: наем"), ["ИВАН ПЕТРОВ"]);
}

#[test]
fn english_words() {
    assert_eq!(
        of("FASTER PAYMENTS RECEIPT REF.RENT MAY FROM JONES TD"),
        ["reference RENT MAY", "name JONES TD"]
    );
    assert_eq!(
        names("STANDING ORDER VIA FASTER PAYMENT TO A Smith REFERENCE rent 12"),
        ["A Smith"]
    );
    assert_eq!(names("FROM J SMITH REF 12"), ["J SMITH"]);
    for own in [
        "Transfer from Savings",
        "Payment from Checking account",
        "From here to there",
        "TO 12345678",
        "TO 13 TFNr 20001",
        "please transfer to Jan",
    ] {
        assert_eq!(names(own), [""; 0], "{own}");
    }
}

#[test]
fn a_sentence_names_nobody() {
    for text in [
        "Happy birthday Maria",
        "HUUR JANUARI J DE VRIES",
        "Salaris Maria van Dijk",
        "or/and NAME x",
        "",
        "\n\n",
        "?20",
        "/NAME/",
    ] {
        assert_eq!(of(text), [""; 0], "{text}");
    }
}

#[test]
fn a_value_ends_with_its_line() {
    assert_eq!(names("Empfänger: Dingbats\nVerwendungszweck: 0991"), ["Dingbats"]);
    assert_eq!(names("Naam: Jan de Boer\nhuur"), ["Jan de Boer"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_read_and_spans_are_parts_of_it(
        text in any::<String>(),
        dense in "(\\?2[0-9]|\\?3[0-3]|/NAME/|/IBAN/|/CNTP/|SVWZ\\+|EREF\\+|IBAN: ?|Naam:|BEA, Betaalpas|,PAS|/DE |VIR |TO |ł|é|•|[ -~]|\n){0,24}",
    ) {
        for text in [text, dense] {
            let mut last = 0;
            for one in read(&text) {
                prop_assert!(one.span.start >= last && one.span.start < one.span.end, "{:?}", one);
                prop_assert!(text.get(one.span.clone()).is_some(), "{:?}", one);
                prop_assert!(!one.value.is_empty());
                last = one.span.start;
            }
        }
    }
}

#[test]
fn a_long_text_is_read_in_a_moment() {
    let begun = std::time::Instant::now();
    for part in [
        "Naam: J X ",
        "a@b.de ",
        "NL91ABNA0417164300 ABNANL2A ",
        "EREF+1 BIC: ",
        "/NAME/A B",
        "?20EREF+x",
        "FROM TO ",
        "+++",
        "@",
        "****",
    ] {
        read(&part.repeat(20_000 / part.len()));
    }
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
