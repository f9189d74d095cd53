//! Names of the elements of JPK_WB.

use crate::intake::xml::{Name, local, names};

names! {
    /// An element that the reader looks at, by its local name in the schema.
    Tag:
    JPK, Naglowek, DataOd, DataDo, DomyslnyKodWaluty, KodWaluty, Podmiot1, IdentyfikatorPodmiotu, NIP, PelnaNazwa,
    REGON, AdresPodmiotu, KodKraju, Ulica, NrDomu, NrLokalu, Miejscowosc, KodPocztowy, NumerRachunku, Salda,
    SaldoPoczatkowe, SaldoKoncowe, WyciagWiersz, NumerWiersza, DataOperacji, NazwaPodmiotu, OpisOperacji,
    KwotaOperacji, SaldoOperacji, WyciagCtrl, LiczbaWierszy, SumaObciazen, SumaUznan,
}

impl Name for Tag {
    const OTHER: Tag = Tag::Other;

    fn from_name(name: &str) -> Tag {
        Tag::lookup(local(name))
    }
}
