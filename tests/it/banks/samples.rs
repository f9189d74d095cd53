//! The header of every mapping that no file of the corpora proves, as public readers of the exports quote it, with made-up
//! rows: each is claimed by its own mapping alone, and read as it says.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::case::Table;
use geldspoor::intake::mapping::spec::TableKind;
use geldspoor::intake::mapping::{Mapping, builtin};

use super::{claims, take};
use crate::collect::Collected;

/// Name of the file, its text, and what comes out: day, signed amount with four decimals or quantity, currency or asset,
/// name and account of the other side.
pub type Sample = (&'static str, &'static str, &'static str, &'static [&'static str]);

pub const SAMPLES: &[Sample] = &[
    (
        "ing-nl-savings",
        "spaar.csv",
        "\"Datum\";\"Omschrijving\";\"Rekening\";\"Rekening naam\";\"Tegenrekening\";\"Af Bij\";\"Bedrag\";\"Valuta\";\
         \"Mutatiesoort\";\"Mededelingen\";\"Saldo na mutatie\"\n\
         \"2026-02-03\";\"Naar betaalrekening\";\"V 123-45678\";\"Oranje Spaarrekening\";\"NL69INGB0123456789\";\"Af\";\
         \"1.012,50\";\"EUR\";\"Opname\";\"\";\"100,00\"\n",
        &["2026-02-03|-1012.5000|EUR||NL69INGB0123456789"],
    ),
    (
        "rabobank-card",
        "CSV_CC.csv",
        "\"Tegenrekening IBAN\",\"Munt\",\"Creditcard Nummer\",\"Productnaam\",\"Creditcard Regel1\",\"Creditcard Regel2\",\
         \"Transactiereferentie\",\"Datum\",\"Bedrag\",\"Omschrijving\",\"Oorspr bedrag\",\"Oorspr munt\",\"Koers\"\n\
         \"NL44RABO0123456789\",\"EUR\",\"1234\",\"Visa\",\"\",\"\",\"0001\",\"2026-02-03\",\"-1.012,50\",\"Shop\",\"\",\"\",\"\"\n",
        &["2026-02-03|-1012.5000|EUR|Shop|"],
    ),
    (
        "asn-sns",
        "0772942609_09072021_155047.csv",
        "03-02-2026,NL91ASNB0417164300,NL69INGB0123456789,J SMIT,,,,EUR,100.00,EUR,-12.50,03-02-2026,03-02-2026,8810,OVB,\
         123,,'huur, februari',2\n",
        &["2026-02-03|-12.5000|EUR|J SMIT|NL69INGB0123456789"],
    ),
    (
        "knab",
        "knab.csv",
        "KNAB EXPORT;;;;;;;;;;;;;;;;\nRekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeningnummer;\
         Tegenrekeninghouder;Valutadatum;Betaalwijze;Omschrijving;Type betaling;Machtigingsnummer;Incassant ID;Adres;\
         Referentie;Boekdatum;\n\
         \"NL12KNAB0123456789\";\"21-06-2026\";\"EUR\";\"D\";\"827,75\";\"NL69INGB0123456789\";\"G Janssen\";\"21-06-2026\";\
         \"Overboeking\";\"x\";\"\";\"\";\"\";\"\";\"R1\";\"21-06-2026\";\n",
        &["2026-06-21|-827.7500|EUR|G Janssen|NL69INGB0123456789"],
    ),
    (
        "bunq",
        "bunq.csv",
        "\"Date\",\"Interest Date\",\"Amount\",\"Account\",\"Counterparty\",\"Name\",\"Description\"\n\
         \"2026-01-02\",\"2026-01-03\",\"-1,037.46\",\"NL26BUNQ2025126409\",\"\",\"Shop\",\"x\"\n\
         \"2026-01-02\",\"2026-01-03\",\"1.037,46\",\"NL26BUNQ2025126409\",\"\",\"Shop\",\"x\"\n",
        &[
            "2026-01-02|-1037.4600|EUR|Shop|",
            "2026-01-02|1037.4600|EUR|Shop|",
        ],
    ),
    (
        "belfius",
        "BE13 0635.csv",
        "Boekingsdatum vanaf;\nBoekingsdatum tot en met;\nBedrag vanaf;\nBedrag tot en met;\n\
         Rekeninguittrekselnummer vanaf;\nRekeninguittrekselnummer tot en met;\nMededeling;\nNaam tegenpartij bevat;\n\
         Rekening tegenpartij;\nLaatste saldo;1.234,56 EUR\nDatum/uur van het laatste saldo;09/02/2026 21:30:53\n;\n\
         Rekening;Boekingsdatum;Rekeninguittrekselnummer;Transactienummer;Rekening tegenpartij;Naam tegenpartij bevat;\
         Straat en nummer;Postcode en plaats;Transactie;Valutadatum;Bedrag;Devies;BIC;Landcode;Mededelingen\n\
         BE81 0637 5694 4024;24/11/2025;00010;52;BE68 5390 0754 7034;Bancontact;;3200 Aarschot;BANCONTACT - AANKOOP;\
         22/11/2025;-12,50;EUR;GEBABEBB;BE;x\n",
        &["2025-11-24|-12.5000|EUR|Bancontact|BE68 5390 0754 7034"],
    ),
    (
        "belfius",
        "compte.csv",
        "Date de comptabilisation à partir de;24/08/2026\nDernier solde;69.462,74 EUR\n;\n\
         Compte;Date de comptabilisation;Numéro d'extrait;Numéro de transaction;Compte contrepartie;\
         Nom contrepartie contient;Rue et numéro;Code postal et localité;Transaction;Date valeur;Montant;Devise;BIC;\
         Code pays;Communications\n\
         BE81 0637 5694 4024;10/09/2026;;;;SHOP SA;;;PAIEMENT MAESTRO;10/09/2026;-1.212,50;EUR;;BE;x\n",
        &["2026-09-10|-1212.5000|EUR|SHOP SA|"],
    ),
    (
        "bnp-paribas-fortis",
        "CSV.csv",
        "\u{feff}Volgnummer;Uitvoeringsdatum;Valutadatum;Bedrag;Valuta rekening;Rekeningnummer;Type verrichting;Tegenpartij;\
         Naam van de tegenpartij;Mededeling;Details;Status;Reden van weigering\n\
         2026-00001;17/06/2026;18/06/2026;-12,05;EUR;BE68539007547034;Kaartbetaling;;;;SHOP;Geaccepteerd;\n\
         2026-00003;15/06/2026;15/06/2026;2750.00;EUR;BE68539007547034;Overschrijving in euro;BE81063756944024;EMPLOYER NV;\
         LOON;x;Geaccepteerd;\n\
         2026-00004;15/06/2026;15/06/2026;-1,00;EUR;BE68539007547034;Kaartbetaling;;;;;Geweigerd;Saldo\n",
        &[
            "2026-06-17|-12.0500|EUR||",
            "2026-06-15|2750.0000|EUR|EMPLOYER NV|BE81063756944024",
        ],
    ),
    (
        "ing-be",
        "ing.csv",
        "Numéro de compte;Nom du compte;Compte partie adverse;Numéro de mouvement;Date comptable;Date valeur;Montant;\
         Devise;Libellés;Détails du mouvement;Message\n\
         BE74377054695307;Compte;BE68539007547034;2;03/01/2026;04/01/2026;-125,50;EUR;Paiement;SUPERMARCHE;\n",
        &["2026-01-03|-125.5000|EUR||BE68539007547034"],
    ),
    (
        "vr-bank",
        "umsaetze.csv",
        "Bezeichnung Auftragskonto;IBAN Auftragskonto;BIC Auftragskonto;Bankname Auftragskonto;Buchungstag;Valutadatum;\
         Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;BIC (SWIFT-Code) Zahlungsbeteiligter;Buchungstext;\
         Verwendungszweck;Betrag;Waehrung;Saldo nach Buchung;Bemerkung;Gekennzeichneter Umsatz;Glaeubiger ID;Mandatsreferenz\n\
         Girokonto;DE89370400440532013000;GENODEF1XXX;Volksbank;24.09.2026;25.09.2026;Muster GmbH;DE75512108001245126199;\
         SOGEDEFF;Basislastschrift;Rechnung EREF: MS-1 MREF: M-9;-1.119,00;EUR;2.345,67;;;DE98ZZZ09999999999;M-9\n",
        &["2026-09-24|-1119.0000|EUR|Muster GmbH|DE75512108001245126199"],
    ),
    (
        "dkb",
        "umsatzliste.csv",
        "\"Girokonto\";\"DE12 1203 0000 0000 0000 00\"\n\"\"\n\"Kontostand vom 10.10.2026:\";\"1.234,56 €\"\n\"\"\n\
         \"Buchungsdatum\";\"Wertstellung\";\"Status\";\"Zahlungspflichtige*r\";\"Zahlungsempfänger*in\";\"Verwendungszweck\";\
         \"Umsatztyp\";\"IBAN\";\"Betrag (€)\";\"Gläubiger-ID\";\"Mandatsreferenz\";\"Kundenreferenz\"\n\
         \"08.10.26\";\"08.10.26\";\"Gebucht\";\"Max Muster\";\"dm-drogerie\";\"Einkauf\";\"Ausgang\";\"DE75512108001245126199\";\
         \"-1.123,45 €\";\"\";\"\";\"\"\n\
         \"07.10.26\";\"07.10.26\";\"Gebucht\";\"Familienkasse\";\"Max Muster\";\"Kindergeld\";\"Eingang\";\"DE75512108001245126199\";\
         \"255,00 €\";\"\";\"\";\"\"\n\
         \"07.10.26\";\"07.10.26\";\"Vorgemerkt\";\"A\";\"B\";\"x\";\"Eingang\";\"\";\"255\";\"\";\"\";\"\"\n",
        &[
            "2026-10-08|-1123.4500|EUR|dm-drogerie|DE75512108001245126199",
            "2026-10-07|255.0000|EUR|Familienkasse|DE75512108001245126199",
        ],
    ),
    (
        "dkb-legacy",
        "1234567890.csv",
        "\"Kontonummer:\";\"DE12120300000000000000 / Girokonto\";\n\n\"Von:\";\"16.01.2024\";\n\"Bis:\";\"16.02.2024\";\n\
         \"Kontostand vom 16.02.2024:\";\"100,00 EUR\";\n\n\
         \"Buchungstag\";\"Wertstellung\";\"Buchungstext\";\"Auftraggeber / Begünstigter\";\"Verwendungszweck\";\"Kontonummer\";\
         \"BLZ\";\"Betrag (EUR)\";\"Gläubiger-ID\";\"Mandatsreferenz\";\"Kundenreferenz\";\n\
         \"15.02.2024\";\"16.02.2024\";\"Lastschrift\";\"Netz AG\";\"Strom\";\"DE75512108001245126199\";\"SOGEDEFF\";\"-1.012,50\";\
         \"DE1\";\"M\";\"K\";\n",
        &["2024-02-15|-1012.5000|EUR|Netz AG|DE75512108001245126199"],
    ),
    (
        "ing-diba",
        "Umsatzanzeige.csv",
        "Umsatzanzeige;Datei erstellt am: 22.01.2026 18:23\n\nIBAN;DE75 5121 0800 1245 1261 99\nKontoname;Girokonto\n\
         Bank;ING\nKunde;Test User\nZeitraum;22.10.2025 - 22.01.2026\nSaldo;-1.775,63;EUR\n\nSortierung;Datum absteigend\n\n\
         Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung\n\
         22.01.2026;23.01.2026;REWE Markt;Lastschrift;Einkauf;-100,00;EUR;-25,50;EUR\n",
        &["2026-01-22|-25.5000|EUR|REWE Markt|"],
    ),
    (
        "deutsche-bank",
        "Transactions.csv",
        "Kontoumsätze Girokonto\nBuchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;IBAN;BIC;\
         Kundenreferenz;Mandatsreferenz ;Gläubiger ID;Fremde Gebühren;Betrag;Abweichender Empfänger;Anzahl der Aufträge;\
         Anzahl der Schecks;Soll;Haben;Währung\n\
         01.10.2026;01.10.2026;Gutschrift;Otto Vorlage;Garage;DE75512108001245126199;X;;;;;;;;;;60,00;EUR\n\
         2.10.2026;2.10.2026;SEPA Lastschrift;Stadtwerke;Strom;DE75512108001245126199;X;;;;;;;;;-1.045,00;;EUR\n\
         Kontostand;02.10.2026;;;100,00;EUR\n",
        &[
            "2026-10-01|60.0000|EUR|Otto Vorlage|DE75512108001245126199",
            "2026-10-02|-1045.0000|EUR|Stadtwerke|DE75512108001245126199",
        ],
    ),
    (
        "postbank-legacy",
        "PB_Umsatzauskunft.csv",
        "Umsatzauskunft\nName;X\n\n\"Buchungstag\";\"Wertstellung\";\"Umsatzart\";\"Buchungsdetails\";\"Auftraggeber\";\
         \"Empfänger\";\"Betrag (€)\";\"Saldo (€)\"\n\
         \"04.01.2013\";\"05.01.2013\";\"Lastschrift\";\"RECHNUNG\";\"MUSIC LIMITED\";\"HOST AG\";\"-123,45 €\";\"12.345,67 €\"\n\
         \"04.01.2013\";\"05.01.2013\";\"Gutschrift\";\"x\";\"HOST AG\";\"MUSIC LIMITED\";\"1,00 €\";\"12.469,12 €\"\n",
        &[
            "2013-01-04|-123.4500|EUR|HOST AG|",
            "2013-01-04|1.0000|EUR|HOST AG|",
        ],
    ),
    (
        "comdirect",
        "umsaetze.csv",
        ";\n\"Umsätze Girokonto\";\"Zeitraum: 10 Tage\";\n\"Neuer Kontostand\";\"1.200,00 EUR\";\n\n\
         \"Buchungstag\";\"Wertstellung (Valuta)\";\"Vorgang\";\"Buchungstext\";\"Umsatz in EUR\";\n\
         \"23.08.2026\";\"24.08.2026\";\"Lastschrift / Belastung\";\
         \"Auftraggeber: SHOP GMBH Buchungstext: Shop//Darmstadt/DE 2026-08-20T13:17:52 KFN 0\";\"-1.034,56\";\n\
         \"offen\";\"--\";\"Kartenverfügung\";\"x\";\"-1,00\";\n\n\"Alter Kontostand\";\"2.234,56 EUR\";\n",
        &["2026-08-23|-1034.5600|EUR|SHOP GMBH|"],
    ),
    (
        "commerzbank",
        "umsaetze.csv",
        "\u{feff}Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung;IBAN Kontoinhaber;Kategorie\n\
         24.09.2026;25.09.2026;Lastschrift;Muster GmbH Rechnung End-to-End-Ref.: MS-1 Mandatsref: M;-119,00;EUR;\
         DE89370400440532013000;\n",
        &["2026-09-24|-119.0000|EUR||"],
    ),
    (
        "consorsbank",
        "consors.csv",
        "Konto\nKontoumsätze\nBuchung;Valuta;Sender / Empfänger;IBAN;BIC;Buchungstext;Verwendungszweck;Kategorie;Stichwörter;\
         Umsatz geteilt;Betrag;Währung\n\
         01.05.2026;02.05.2026;John Doe;DE75512108001245126199;SOGEDEFF;UEBERWEISUNG;Salary;;;;5.000,00;EUR\n",
        &["2026-05-01|5000.0000|EUR|John Doe|DE75512108001245126199"],
    ),
    (
        "hypovereinsbank",
        "hvb.csv",
        "Kontonummer;Buchungsdatum;Valuta;Empfaenger 1;Empfaenger 2;Verwendungszweck;Betrag;Waehrung\n\
         90935230;15.09.2017;16.09.2017;;;SEPA-GUTSCHRIFT x;345,30;EUR\n",
        &["2017-09-15|345.3000|EUR||"],
    ),
    (
        "n26-legacy",
        "n26.csv",
        "\"Date\",\"Bénéficiaire\",\"Numéro de compte\",\"Type de transaction\",\"Référence de paiement\",\"Montant (EUR)\",\
         \"Montant (Devise étrangère)\",\"Sélectionnez la devise étrangère\",\"Taux de conversion\"\n\
         \"2024-01-01\",\"SHOP\",\"\",\"Paiement par MasterCard\",\"\",\"-12.5\",\"-12.5\",\"EUR\",\"1.0\"\n",
        &["2024-01-01|-12.5000|EUR|SHOP|"],
    ),
    (
        "monzo",
        "monzo.csv",
        "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,\
         Address,Receipt,Description,Category split,Money Out,Money In\n\
         tx_1,12/03/2026,11:26:03,Card payment,Coffee Shop,,Eating out,-13.03,GBP,-13.03,GBP,,,,X,,-13.03,\n",
        &["2026-03-12|-13.0300|GBP|Coffee Shop|"],
    ),
    (
        "starling",
        "starling.csv",
        "Date,Counter Party,Reference,Type,Amount (EUR),Balance (EUR),Spending Category,Notes\n\
         03/06/2026,Netflix,NETFLIX.COM,CARD,-10.99,1210.44,ENTERTAINMENT,\n",
        &["2026-06-03|-10.9900|EUR|Netflix|"],
    ),
    (
        "barclays",
        "data.csv",
        "Number,Date,Account,Amount,Subcategory,Memo\n,03/08/2026,20-00-00 12345678,-10.99,PAYMENT,NETFLIX ON 02 AUG BCC\n",
        &["2026-08-03|-10.9900|GBP||"],
    ),
    (
        "lloyds",
        "12345678.csv",
        "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance,\n\
         30/10/2025,BGC,'01-02-03,12345678,INCOME,,5259.31,14298.40\n29/10/2025,DEB,'01-02-03,12345678,SHOP,4.60,,9039.09\n",
        &["2025-10-30|5259.3100|GBP||", "2025-10-29|-4.6000|GBP||"],
    ),
    (
        "natwest",
        "x-20190812.csv",
        "Date, Type, Description, Value, Balance, Account Name, Account Number\n\n\
         31/12/2025,D/D,\"'WWF UK\",-10.00,1781.21,\"'FERRIER NJ\",\"'600008-49127454\",\n",
        &["2025-12-31|-10.0000|GBP||"],
    ),
    (
        "nationwide",
        "statement.csv",
        "\"Account Name:\",\"FlexAccount ****45678\"\n\"Account Balance:\",\"£1,252.70\"\n\"Available Balance: \",\"£1,252.70\"\n\n\
         \"Date\",\"Transaction type\",\"Description\",\"Paid out\",\"Paid in\",\"Balance\"\n\
         \"02 Oct 2026\",\"Payment to\",\"Books\",\"£1,012.40\",\"\",\"£987.60\"\n\
         \"04 Oct 2026\",\"Bank credit\",\"City\",\"\",\"£31.15\",\"£1,018.75\"\n",
        &["2026-10-02|-1012.4000|GBP||", "2026-10-04|31.1500|GBP||"],
    ),
    (
        "aib",
        "Transaction_Export.csv",
        "Posted Account, Posted Transactions Date, Description1, Description2, Description3, Debit Amount, Credit Amount,\
         Balance,Posted Currency,Transaction Type,Local Currency Amount,Local Currency\n\
         \"933406 - 48256053\",\"05/01/2026\",\"D/D BOI\",\"IE26\",\"\",\"1,500.00\",,\"671.91\",EUR,\"Direct Debit\",\"1,500.00\",EUR\n",
        &["2026-01-05|-1500.0000|EUR||"],
    ),
    (
        "ubs",
        "transactions.csv",
        "Kontonummer:;0230 00123456.40;\nIBAN:;CH93 0076 2011 6238 5295 7;\nVon:;2026-09-01;\nBis:;2026-09-30;\n\
         Anfangssaldo:;1234.56;\nSchlusssaldo:;1211.16;\nBewertet in:;CHF;\nAnzahl Transaktionen in diesem Zeitraum:;1;\n\n\
         Abschlussdatum;Abschlusszeit;Buchungsdatum;Valutadatum;Währung;Belastung;Gutschrift;Einzelbetrag;Saldo;\
         Transaktions-Nr.;Beschreibung1;Beschreibung2;Beschreibung3;Fussnoten;\n\
         2026-09-29;14:23:05;2026-09-30;2026-09-30;CHF;-23.40;;;1211.16;T1;Markt;Zahlung Debitkarte;x;;\n",
        &["2026-09-30|-23.4000|CHF|Markt|"],
    ),
    (
        "raiffeisen-ch",
        "raiffeisen.csv",
        "IBAN;Booked At;Text;Credit/Debit Amount;Balance;Valuta Date\n\
         CH9300762011623852957;2026-09-29 20:49:45.0;Gutschrift Lohn;5400;6600.5;2026-09-29 00:00:00.0\n",
        &["2026-09-29|5400.0000|CHF||"],
    ),
    (
        "neon",
        "2026_1_account_statements.csv",
        "\"Date\";\"Amount\";\"Original amount\";\"Original currency\";\"Exchange rate\";\"Description\";\"Subject\";\"Category\";\
         \"Tags\";\"Wise\";\"Spaces\"\n\"2026-09-28\";\"-21.37\";\"-22.50\";\"EUR\";\"0.9498\";\"Café\";;\"food\";\"\";\"no\";\"no\"\n",
        &["2026-09-28|-21.3700|CHF|Café|"],
    ),
    (
        "boursorama",
        "export.csv",
        "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;accountbalance\n\
         2026-08-01;2026-08-02;\"CARTE 30/07/26 TOTO\";\"a\";\"b\";\"toto\";\"-1 049,40\";;00012345678;BoursoBank;4425.21\n",
        &["2026-08-01|-1049.4000|EUR|toto|"],
    ),
    (
        "pko-bp",
        "history_csv.csv",
        "\"Data operacji\",\"Data waluty\",\"Typ transakcji\",\"Kwota\",\"Waluta\",\"Saldo po transakcji\",\"Opis transakcji\",\"\",\"\",\"\"\n\
         \"2026-09-05\",\"2026-09-06\",\"Przelew na rachunek\",\"+1800.00\",\"PLN\",\"+5000.00\",\
         \"Rachunek nadawcy: 61 1090 1014 0000 0712 1981 2874\",\"Nazwa nadawcy: Piotr\",\"Czynsz\",\"\"\n",
        &["2026-09-05|1800.0000|PLN|Piotr|61 1090 1014 0000 0712 1981 2874"],
    ),
    (
        "millennium-pl",
        "Historia.csv",
        "\"Numer rachunku/karty\",\"Data transakcji\",\"Data rozliczenia\",\"Rodzaj transakcji\",\"Na konto/Z konta\",\
         \"Odbiorca/Zleceniodawca\",\"Opis\",\"Obciążenia\",\"Uznania\",\"Saldo\",\"Waluta\"\n\
         \"PL61109010140000071219812874\",\"2026-01-15\",\"2026-01-16\",\"PRZELEW\",\"\",\"PayPro\",\"x\",\"-12.00\",\"\",\"662.90\",\"PLN\"\n",
        &["2026-01-16|-12.0000|PLN|PayPro|"],
    ),
    (
        "mbank-pl",
        "lista.csv",
        "mBank S.A. Bankowość Detaliczna;\n\n#Waluta;#Wpływy;#Wydatki;\nPLN;50,00;-132,72;\n\n\
         #Data operacji;#Opis operacji;#Rachunek;#Kategoria;#Kwota;\n\
         2026-09-18;\"LIDL  ZAKUP PRZY UŻYCIU KARTY\";\"Moje konto\";\"Żywność\";-1 118,72 PLN;;\n",
        &["2026-09-18|-1118.7200|PLN||"],
    ),
    (
        "nordea-se",
        "konto.csv",
        "Bokföringsdag;Belopp;Avsändare;Mottagare;Namn;Rubrik;Saldo;Valuta;\n\
         2026/01/25;31788,40;5555 12;;Arbetsgivare AB;Lön;45320,55;SEK;\n\
         2026/01/27;-389,05;;6666 34;;Kortköp NETFLIX;44931,50;SEK;\n\
         Reserverad;-1,00;;;;x;;SEK;\n",
        &[
            "2026-01-25|31788.4000|SEK|Arbetsgivare AB|5555 12",
            "2026-01-27|-389.0500|SEK||6666 34",
        ],
    ),
    (
        "swedbank-se",
        "Transaktioner.csv",
        "* Transaktioner Period 2026-01-01 - 2026-09-24 Skapad 2026-09-24 16:41 CEST\n\
         Radnummer,Clearingnummer,Kontonummer,Produkt,Valuta,Bokföringsdag,Transaktionsdag,Valutadag,Referens,Beskrivning,\
         Belopp,Bokfört saldo\n\
         1,8327-9,123456789,Konto,SEK,2026-09-23,2026-09-23,2026-09-23,\"Swish\",\"Kalle\",270.00,5270.00\n",
        &["2026-09-23|270.0000|SEK|Kalle|"],
    ),
    (
        "danske-bank",
        "konto.csv",
        "\"Dato\";\"Kategori\";\"Underkategori\";\"Tekst\";\"Beløb\";\"Saldo\";\"Status\";\"Afstemt\"\n\
         \"22.02.2026\";\"x\";\"y\";\"MobilePay\";\"-57,20\";\"29.134,23\";\"Udført\";\"Nej\"\n",
        &["2026-02-22|-57.2000|DKK|MobilePay|"],
    ),
    (
        "revolut",
        "account-statement.csv",
        "Type,Product,Startdatum,Datum voltooid,Beschrijving,Bedrag,Kosten,Valuta,Status,Saldo\n\
         Kaartbetaling,Betaalrekening,2026-04-16 12:07:04,2026-04-17 13:00:00,Albert Heijn,-29.06,0.00,EUR,VOLTOOID,1250.00\n",
        &["2026-04-17|-29.0600|EUR|Albert Heijn|"],
    ),
    (
        "revolut",
        "releve.csv",
        "Type,Produit,Date de début,Date de fin,Description,Montant,Frais,Devise,État,Solde\n\
         Paiement par carte,Valeur actuelle,2026-09-05 12:00:00,2026-09-06 12:00:00,Shop,-20.00,0.00,EUR,TERMINÉ,1.00\n",
        &["2026-09-06|-20.0000|EUR|Shop|"],
    ),
    (
        "revolut-legacy",
        "Revolut-RON-Statement.csv",
        "Completed Date ; Description ; Paid Out (RON) ; Paid In (RON) ; Exchange Out; Exchange In; Balance (RON); Category; Notes\n\
         Apr 2, 2019 ; Premium plan fee  ; 29.99 ;  ;  ;  ; 13.09; general;\n\
         Apr 1, 2019 ; To Piglet  ;  ; 1.42 ;  ;  ; 43.08; transfers;\n",
        &[
            "2019-04-02|-29.9900|RON|Premium plan fee|",
            "2019-04-01|1.4200|RON|To Piglet|",
        ],
    ),
    (
        "revolut-business",
        "statement.csv",
        "Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Card number,Card label,Card state,\
         Orig currency,Orig amount,Payment currency,Amount,Total amount,Exchange rate,Fee,Fee currency,Balance,Account,\
         Beneficiary account number,Beneficiary sort code or routing number,Beneficiary IBAN,Beneficiary BIC,MCC,\
         Related transaction id,Spend program\n\
         2026-09-05 10:00:00,2026-09-05 10:00:01,b,TRANSFER,COMPLETED,To EAST LIMITED,inv 1,,,,,EUR,-2000.00,EUR,-2000.00,-2000.50,,\
         0.50,EUR,8099.50,Main,,,BE68539007547034,GEBABEBB,,,\n",
        &[
            "2026-09-05|-2000.0000|EUR||BE68539007547034",
            "2026-09-05|-0.5000|EUR||",
        ],
    ),
    (
        "wise-statement",
        "statement_1_EUR.csv",
        "\"TransferWise ID\",Date,\"Date Time\",Amount,Currency,Description,\"Payment Reference\",\"Running Balance\",\
         \"Exchange From\",\"Exchange To\",\"Exchange Rate\",\"Payer Name\",\"Payee Name\",\"Payee Account Number\",Merchant,\
         \"Card Last Four Digits\",\"Card Holder Full Name\",Attachment,Note,\"Total fees\",\"Exchange To Amount\",\
         \"Transaction Type\",\"Transaction Details Type\"\n\
         TRANSFER-1,29-01-2025,\"29-01-2025 17:23:16.284\",-211.27,EUR,\"Sent money\",,0.00,,,,,\"Max Muster\",BE68539007547034,,,,,,0.00,,DEBIT,TRANSFER\n\
         TRANSFER-2,28-01-2025,\"28-01-2025 17:23:16.284\",211.27,EUR,\"Received\",,211.27,,,,\"Ann Payer\",,,,,,,,0.00,,CREDIT,DEPOSIT\n",
        &[
            "2025-01-29|-211.2700|EUR|Max Muster|BE68539007547034",
            "2025-01-28|211.2700|EUR|Ann Payer|",
        ],
    ),
    (
        "wise-history",
        "transaction-history.csv",
        "ID,Status,Direction,\"Created on\",\"Finished on\",\"Source fee amount\",\"Source fee currency\",\"Target fee amount\",\
         \"Target fee currency\",\"Source name\",\"Source amount (after fees)\",\"Source currency\",\"Target name\",\
         \"Target amount (after fees)\",\"Target currency\",\"Exchange rate\",Reference,Batch\n\
         TRANSFER-1,COMPLETED,OUT,2026-08-03 14:20:05,2026-08-03 14:23:11,0.45,EUR,,,Alex,120.00,EUR,Landlord,130.00,USD,1.1,rent,\n\
         TRANSFER-2,COMPLETED,IN,2026-07-31 09:00:00,2026-07-31 09:01:30,,,5.00,GBP,Acme Ltd,2505.00,EUR,Alex,2500.00,GBP,0.9,,\n\
         BALANCE-3,COMPLETED,NEUTRAL,2026-07-31 09:00:00,2026-07-31 09:01:30,,,,,Alex,1.00,EUR,Alex,1.10,USD,1.1,,\n",
        &[
            "2026-08-03|-120.0000|EUR|Landlord|",
            "2026-08-03|-0.4500|EUR||",
            "2026-07-31|2500.0000|GBP|Acme Ltd|",
        ],
    ),
    (
        "chase-checking",
        "Chase1234_Activity.csv",
        "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n\
         DEBIT,09/07/2026,\"ATM WITHDRAWAL\",-100.00,ATM,324.17,,\n",
        &["2026-09-07|-100.0000|USD||"],
    ),
    (
        "chase-card",
        "Chase9910_Activity.csv",
        "Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n\
         08/10/2026,08/11/2026,AMAZON,Shopping,Sale,-10.59,\n",
        &["2026-08-11|-10.5900|USD|AMAZON|"],
    ),
    (
        "paypal-de",
        "Download.csv",
        "\"Datum\",\"Uhrzeit\",\"Zeitzone\",\"Name\",\"Typ\",\"Status\",\"Währung\",\"Brutto\",\"Gebühr\",\"Netto\",\
         \"Absender E-Mail-Adresse\",\"Empfänger E-Mail-Adresse\",\"Transaktionscode\",\"Artikelbezeichnung\",\
         \"Zugehöriger Transaktionscode\",\"Guthaben\",\"Betreff\",\"Hinweis\",\"Auswirkung auf Guthaben\"\n\
         \"03.01.2026\",\"14:37:47\",\"CET\",\"Shop GmbH\",\"PayPal Express-Zahlung\",\"Abgeschlossen\",\"EUR\",\"-1.023,00\",\"0,00\",\
         \"-1.023,00\",\"me@example.com\",\"shop@example.com\",\"T1\",\"Buch\",\"\",\"-1.023,00\",\"\",\"\",\"Soll\"\n",
        &["2026-01-03|-1023.0000|EUR|Shop GmbH|"],
    ),
    (
        "coinbase",
        "report.csv",
        "\nTransactions\nUser,00000000-0000-0000-0000-000000000000\nID,Timestamp,Transaction Type,Asset,Quantity Transacted,\
         Price Currency,Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes,\
         Sender Address,Recipient Address\n\
         a1,2026-02-05 10:00:00 UTC,Advanced Trade Sell,BTC,-0.002,EUR,\"€95,000.00\",€190.00,€189.24,€0.76,,,\n\
         a2,2026-02-06 10:00:00 UTC,Send,ETH,0.000000000000000001,EUR,1,1,1,0,x,,0xabc\n\
         a3,2026-02-07 10:00:00 UTC,Deposit,EUR,1000,EUR,€1.00,€1000.00,€1000.00,€0.00,from a bank,,\n",
        &[
            "2026-02-05|-0.002000000000000000|BTC||",
            "2026-02-06|-0.000000000000000001|ETH||",
            "2026-02-07|1000.0000|EUR||",
        ],
    ),
    (
        "kraken-ledgers",
        "ledgers.csv",
        "\"txid\",\"refid\",\"time\",\"type\",\"subtype\",\"aclass\",\"asset\",\"amount\",\"fee\",\"balance\"\n\
         \"\",\"Q1\",\"2017-11-09 08:50:00\",\"deposit\",\"\",\"currency\",\"ZEUR\",100.0000,0.0000,\"\"\n\
         \"L1\",\"Q1\",\"2017-11-09 09:03:01\",\"deposit\",\"\",\"currency\",\"ZEUR\",100.0000,0.0000,100.0000\n\
         \"L2\",\"T1\",\"2017-11-10 09:03:01\",\"withdrawal\",\"\",\"currency\",\"XXBT\",-0.0100000000,0.0005000000,1.0000000000\n",
        &[
            "2017-11-09|100.0000|EUR||",
            "2017-11-10|-0.010000000000000000|BTC||",
            "2017-11-10|-0.000500000000000000|BTC||",
        ],
    ),
    (
        "binance",
        "part-00000.csv",
        "\"User_ID\",\"UTC_Time\",\"Account\",\"Operation\",\"Coin\",\"Change\",\"Remark\"\n\
         41438313,2022-01-01 10:56:29,Spot,Transaction Spend,USDT,-1200.123456789012345678,\"\"\n\
         41438313,2022-01-01 10:56:29,Spot,Deposit,EUR,199,\"\"\n",
        &[
            "2022-01-01|-1200.123456789012345678|USDT||",
            "2022-01-01|199.0000|EUR||",
        ],
    ),
    (
        "bitstamp",
        "TransactionsExport.csv",
        "ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,Fee currency,Order ID\n\
         351051,Main Account,Market,Buy,2018-04-19T08:14:00Z,0.19307520,BTC,25.93,USD,134.3,USD,0.13000,USD,\n\
         351052,Main Account,Crypto withdrawal,,2018-04-20T08:14:00Z,0.1,BTC,,,,,0.001,BTC,\n",
        &[
            "2018-04-19|0.193075200000000000|BTC||",
            "2018-04-19|-0.1300|USD||",
            "2018-04-20|-0.100000000000000000|BTC||",
            "2018-04-20|-0.001000000000000000|BTC||",
        ],
    ),
    (
        "bitvavo",
        "history.csv",
        "Timezone,Date,Time,Type,Currency,Amount,Quote Currency,Quote Price,Received / Paid Currency,Received / Paid Amount,\
         Fee currency,Fee amount,Status,Transaction ID,Address\n\
         Europe/Amsterdam,2025-02-03,10:20:41.118,buy,BTC,0.00104856,EUR,95130.50,EUR,-100.00,EUR,0.25,Completed,t1,\n\
         Europe/Amsterdam,2025-02-04,10:20:41,withdrawal,BTC,-0.0099,,,,,BTC,0.0001,Completed,t2,bc1qxyz\n\
         Europe/Amsterdam,2025-02-04,10:20:41,withdrawal,BTC,-0.0099,,,,,BTC,0.0001,Canceled,t3,bc1qxyz\n",
        &[
            "2025-02-03|0.001048560000000000|BTC||",
            "2025-02-03|-0.2500|EUR||",
            "2025-02-04|-0.009900000000000000|BTC||",
            "2025-02-04|-0.000100000000000000|BTC||",
        ],
    ),
    (
        "bitpanda",
        "bitpanda.csv",
        "\"Disclaimer: x\"\n\nVenue: Bitpanda\n\nTransaction ID,Timestamp,Transaction Type,In/Out,Amount Fiat,Fiat,Amount Asset,Asset,\
         Asset market price,Asset market price currency,Asset class,Product ID,Fee,Fee asset,Spread,Spread Currency\n\
         T1,2026-01-15T10:30:00+01:00,buy,incoming,9000.00,EUR,0.10000000,BTC,90000.00,EUR,Cryptocurrency,1,10.00,EUR,-,-\n",
        &[
            "2026-01-15|0.100000000000000000|BTC||",
            "2026-01-15|-10.0000|EUR||",
        ],
    ),
    (
        "crypto-com",
        "crypto_transactions_record.csv",
        "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,\
         Native Amount (in USD),Transaction Kind,Transaction Hash\n\
         2022-08-06 21:38:10,Card Cashback,CRO,0.19694596,,,EUR,0.11,0.11,referral_card_cashback,\n",
        &["2022-08-06|0.196945960000000000|CRO||"],
    ),
];

fn lines(out: &Collected) -> Vec<String> {
    let days = out.days(Table::Entries, "booking_date");
    let direction = out.text(Table::Entries, "direction");
    let amount = out.money(Table::Entries, "amount");
    let quantity = out.money(Table::Entries, "quantity");
    let currency = out.text(Table::Entries, "currency");
    let asset = out.text(Table::Entries, "asset");
    let name = out.text(Table::Entries, "counterparty_name");
    let account = out.text(Table::Entries, "counterparty_account");
    (0..days.len())
        .map(|at| {
            let sign = if direction[at] == "debit" { "-" } else { "" };
            let (number, unit) = match (quantity[at], amount[at]) {
                (Some(q), _) => (
                    format!("{}.{:018}", q / 10_i128.pow(18), q % 10_i128.pow(18)),
                    &asset[at],
                ),
                (None, Some(a)) => (format!("{}.{:04}", a / 10_000, a % 10_000), &currency[at]),
                (None, None) => (String::new(), &currency[at]),
            };
            format!("{}|{sign}{number}|{unit}|{}|{}", days[at], name[at], account[at])
        })
        .collect()
}

#[test]
fn every_sample_reads_by_its_own_mapping() {
    for (id, name, text, expected) in SAMPLES {
        let taken = match take(text.as_bytes(), name) {
            Ok(taken) => taken,
            Err(error) => panic!("{id}: {error}"),
        };
        assert_eq!(taken.mapping, *id, "{:?}", claims(text.as_bytes(), name));
        assert!(taken.out.error.is_none(), "{id}: {}", taken.out.reasons());
        assert_eq!(&lines(&taken.out), expected, "{id}: {}", taken.out.reasons());
    }
}

/// A file that a mapping describes: its names of columns in one line. `all` takes the optional ones in as well.
fn own_header(mapping: &Mapping, all: bool) -> Option<String> {
    if !mapping.file.header || mapping.columns.values().any(|column| column.heading.is_some()) {
        return None;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut labels = Vec::new();
    let mut names: Vec<&String> = mapping
        .columns
        .values()
        .filter(|column| all || !column.optional)
        .filter_map(|column| column.names.first())
        .collect();
    // `Account#2` is the second of its name.
    names.sort();
    for name in names {
        let plain = match name.rsplit_once('#') {
            Some((front, digits)) if digits.parse::<usize>().is_ok() => front,
            _ => name.as_str(),
        };
        *seen.entry(plain).or_default() += 1;
        labels.push(format!("\"{plain}\""));
    }
    let delimiter = match mapping.file.delimiters.first().map(String::as_str) {
        Some("tab") => "\t",
        Some(delimiter) => delimiter,
        None => ",",
    };
    Some(format!("{}\n", labels.join(delimiter)))
}

/// No header of one mapping is claimed by another with the same score, and its own mapping is the best one.
#[test]
fn no_two_mappings_claim_the_same_header() {
    let mut checked = BTreeSet::new();
    for mapping in builtin() {
        // These need more than a header: the file's name, or rows that prove the order of day and month.
        if !mapping.file.names.is_empty() || mapping.dates.proven {
            continue;
        }
        for all in [true, false] {
            let Some(header) = own_header(mapping, all) else {
                continue;
            };
            let found = claims(header.as_bytes(), "x.csv");
            assert_eq!(
                found.first().map(|f| f.0),
                Some(mapping.id.as_str()),
                "{header}{found:?}"
            );
            if let Some((other, score)) = found.get(1) {
                assert!(
                    *score < found[0].1,
                    "{} and {other}: {header}{found:?}",
                    mapping.id
                );
            }
            checked.insert(mapping.id.as_str());
        }
    }
    assert!(checked.len() > 80, "{}", checked.len());
}

/// Every sample, too, and every mapping of entries has a sample here or a file in the corpora.
#[test]
fn every_sample_is_claimed_by_one_mapping() {
    for (id, name, text, _) in SAMPLES {
        let found = claims(text.as_bytes(), name);
        assert_eq!(found.first().map(|f| f.0), Some(*id), "{found:?}");
        if let Some((_, score)) = found.get(1) {
            assert!(*score < found[0].1, "{id}: {found:?}");
        }
    }
    let samples: BTreeSet<&str> = SAMPLES.iter().map(|sample| sample.0).collect();
    let corpus = include_str!("corpus.rs");
    let other = [
        "ing-nl",
        "abn-amro-tab",
        "berka",
        "payoneer-us",
        "payoneer-eu",
        "paypal-us",
        "paypal-eu",
        // Its sample stands in the tests of remittances and cards.
        "card-acquirer",
    ];
    for mapping in builtin()
        .iter()
        .filter(|mapping| mapping.table == TableKind::Entries)
    {
        let id = mapping.id.as_str();
        let proven = samples.contains(id)
            || corpus.contains(&format!("\"{id}\""))
            || other.contains(&id)
            || id.starts_with("geldspoor-");
        assert!(proven, "{id} has neither a sample nor a file");
        assert!(!mapping.source.is_empty());
    }
}

const PAYPAL: &str = "\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\
\"From Email Address\",\"To Email Address\",\"Transaction ID\",\"Item Title\",\"Reference Txn ID\",\"Balance\",\"Subject\",\"Note\",\
\"Balance Impact\"\n";

/// One payment of PayPal has several rows; those that move the balance are entries, notes of it are not booked.
#[test]
fn paypal_rows_that_move_the_balance_are_entries() {
    let rows = "\"05/23/2026\",\"10:00:00\",\"PDT\",\"Ann Buyer\",\"Express Checkout Payment\",\"Completed\",\"USD\",\"100.00\",\"-3.20\",\
\"96.80\",\"ann@example.com\",\"me@example.com\",\"T1\",\"Lamp\",\"\",\"96.80\",\"\",\"\",\"Credit\"\n\
\"05/23/2026\",\"10:05:00\",\"PDT\",\"Quill\",\"General Authorization\",\"Completed\",\"USD\",\"-40.00\",\"0.00\",\"-40.00\",\
\"me@example.com\",\"quill@example.com\",\"T2\",\"\",\"\",\"96.80\",\"\",\"\",\"Memo\"\n\
\"05/24/2026\",\"10:05:00\",\"PDT\",\"\",\"General Currency Conversion\",\"Completed\",\"USD\",\"-11.20\",\"0.00\",\"-11.20\",\"\",\"\",\
\"T3\",\"\",\"T5\",\"85.60\",\"\",\"\",\"Debit\"\n\
\"05/24/2026\",\"10:05:00\",\"PDT\",\"\",\"General Currency Conversion\",\"Completed\",\"EUR\",\"10.00\",\"0.00\",\"10.00\",\"\",\"\",\
\"T4\",\"\",\"T5\",\"10.00\",\"\",\"\",\"Credit\"\n\
\"05/24/2026\",\"10:05:00\",\"PDT\",\"Atelier\",\"Website Payment\",\"Completed\",\"EUR\",\"-10.00\",\"0.00\",\"-10.00\",\
\"me@example.com\",\"atelier@example.com\",\"T5\",\"\",\"\",\"0.00\",\"\",\"\",\"Debit\"\n\
\"05/25/2026\",\"10:05:00\",\"PDT\",\"Ann Buyer\",\"Payment Refund\",\"Completed\",\"USD\",\"-100.00\",\"2.90\",\"-97.10\",\
\"me@example.com\",\"ann@example.com\",\"T6\",\"\",\"T1\",\"-11.50\",\"\",\"\",\"Debit\"\n\
\"05/26/2026\",\"10:05:00\",\"PDT\",\"Quill\",\"PreApproved Payment Bill User Payment\",\"Denied\",\"USD\",\"-12.00\",\"0.00\",\"-12.00\",\
\"me@example.com\",\"quill@example.com\",\"T7\",\"\",\"\",\"-11.50\",\"\",\"\",\"Debit\"\n";
    let text = format!("{PAYPAL}{rows}");
    let taken = take(text.as_bytes(), "Download.CSV").expect("read");
    assert_eq!(taken.mapping, "paypal-us");
    let out = taken.out;
    assert_eq!((out.accepted, out.rejected), (5, 2), "{}", out.reasons());
    assert!(out.reasons().contains("‘Memo’") && out.reasons().contains("‘Denied’"));
    assert_eq!(
        lines(&out),
        [
            "2026-05-23|100.0000|USD|Ann Buyer|",
            "2026-05-23|-3.2000|USD||",
            "2026-05-24|-11.2000|USD||",
            "2026-05-24|10.0000|EUR||",
            "2026-05-24|-10.0000|EUR|Atelier|",
            "2026-05-25|-100.0000|USD|Ann Buyer|",
            "2026-05-25|2.9000|USD||",
        ]
    );
    // The mail address of the other side, whichever way the money went.
    assert_eq!(
        out.text(Table::Entries, "counterparty_identifier"),
        [
            "ann@example.com",
            "",
            "",
            "",
            "atelier@example.com",
            "ann@example.com",
            ""
        ]
    );
    assert_eq!(out.text(Table::Entries, "channel")[2], "fx");
    // The balance behind the row stands behind its fee.
    let balance: Vec<Option<i128>> = out.money(Table::Entries, "balance_after");
    assert_eq!(balance[0..2], [Some(1_000_000), Some(968_000)]);
    assert_eq!(balance[5..7], [Some(-144_000), Some(-115_000)]);
    assert!(out.text(Table::Entries, "remittance")[0].contains("PDT"));
    // The same with days first: the rows say so themselves, and where none does the file is refused.
    let european = text
        .replace("05/23/", "23/05/")
        .replace("05/24/", "24/05/")
        .replace("05/25/", "25/05/")
        .replace("05/26/", "26/05/");
    assert_eq!(
        take(european.as_bytes(), "d.csv").expect("read").mapping,
        "paypal-eu"
    );
    let either = text
        .replace("05/23/", "05/06/")
        .replace("05/24/", "05/06/")
        .replace("05/25/", "05/06/")
        .replace("05/26/", "05/06/");
    match take(either.as_bytes(), "d.csv") {
        Ok(taken) => panic!("guessed by {}", taken.mapping),
        Err(error) => assert!(error.contains("either way"), "{error}"),
    }
}

/// An exchange's rows: UTC times, exact quantities, no amount without a rate.
#[test]
fn exchanges_give_quantities_without_a_rate() {
    let text = "\"User_ID\",\"UTC_Time\",\"Account\",\"Operation\",\"Coin\",\"Change\",\"Remark\"\n\
7,2022-01-01 10:56:29,Spot,Withdraw,ETH,-0.123456789012345678,\"\"\n7,2022-01-01 10:56:29,Spot,Withdraw,ETH,-0.1234567890123456789,\"\"\n";
    let out = take(text.as_bytes(), "b.csv").expect("read").out;
    assert_eq!((out.accepted, out.rejected), (1, 1), "{}", out.reasons());
    assert_eq!(out.money(Table::Entries, "amount"), [None]);
    assert_eq!(
        out.money(Table::Entries, "quantity"),
        [Some(123_456_789_012_345_678)]
    );
    assert_eq!(out.text(Table::Entries, "time_precision"), ["second"]);
    assert_eq!(out.text(Table::Entries, "currency"), [""]);
    assert!(out.reasons().contains("18 decimals"));
}
