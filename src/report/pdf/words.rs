//! The few words that a PDF says of its own; all others come from the page.

/// Words of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    page: &'static str,
    of: &'static str,
    /// The title of a page that has none.
    pub report: &'static str,
    /// What is read out for a picture without a title.
    pub picture: &'static str,
}

const ENGLISH: Words = Words {
    page: "page",
    of: "of",
    report: "Report",
    picture: "Picture without a title",
};
const DUTCH: Words = Words {
    page: "pagina",
    of: "van",
    report: "Rapport",
    picture: "Afbeelding zonder titel",
};

impl Words {
    /// Of a language as HTML names it (`nl`, `nl-NL`); English where there are none.
    pub(super) fn of(language: &str) -> Words {
        match language.split('-').next() {
            Some("nl") => DUTCH,
            _ => ENGLISH,
        }
    }

    pub(super) fn page_of(self, page: usize, pages: usize) -> String {
        format!("{} {page} {} {pages}", self.page, self.of)
    }
}
