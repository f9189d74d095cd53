//! The page as PDF: the same words in the same order as the page, tagged, repeatable, and read by readers of others.

mod reader;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use geldspoor::report::pdf::{FontFile, Pdf, PdfError, pdf};

use crate::command::{Investigated, code, command, investigate, package, printed, sample};
use reader::{Document, unspaced};

/// The sample's page without what is for hands alone and hidden until a script shows it, and the PDF of the whole page;
/// made once.
fn made() -> &'static (String, Pdf) {
    static MADE: OnceLock<(String, Pdf)> = OnceLock::new();
    MADE.get_or_init(|| {
        let html = std::fs::read_to_string(sample().case.join("exports/report.html")).expect("the page");
        let made = pdf(&html, &[]).expect("a PDF");
        (on_paper(&crate::report::scripts(&html).0), made)
    })
}

/// A page without the tools of its chart.
fn on_paper(html: &str) -> String {
    let (before, behind) = html
        .split_once("<div class=\"chart-tool\" id=\"chart-tool\" hidden>")
        .expect("the tools");
    let still = behind
        .find("<figure class=\"chart-still\"")
        .expect("the picture behind them");
    format!("{before}{}", &behind[still..])
}

fn of(html: &str) -> (Pdf, Document) {
    let made = pdf(html, &[]).expect("a PDF");
    let read = Document::read(&made.bytes);
    (made, read)
}

#[test]
fn the_samples_page_says_the_same_in_the_same_order() {
    let (html, made) = made();
    let read = Document::read(&made.bytes);
    let page = reader::words_of_page(html);
    let told = read.words();
    let differs = page
        .chars()
        .zip(told.chars())
        .position(|(one, other)| one != other);
    let near = |text: &str, at: usize| {
        text.chars()
            .skip(at.saturating_sub(60))
            .take(120)
            .collect::<String>()
    };
    if let Some(at) = differs {
        panic!("page: …{}…\nPDF:  …{}…", near(&page, at), near(&told, at));
    }
    assert_eq!(page.chars().count(), told.chars().count());
    assert!(page.chars().count() > 100_000, "the sample's page is long");
    assert_eq!(made.missing, Vec::<char>::new());
}

#[test]
fn it_is_tagged_and_its_outline_is_its_headings() {
    let (html, made) = made();
    let read = Document::read(&made.bytes);
    for role in [
        "H1",
        "H2",
        "H3",
        "H4",
        "P",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "THead",
        "TBody",
        "TR",
        "TH",
        "TD",
        "Caption",
        "Figure",
        "Link",
        "TOC",
        "TOCI",
        "Sect",
        "Art",
        "BlockQuote",
        "Code",
        "Strong",
    ] {
        assert!(read.count(role) > 0, "no {role}");
    }
    assert_eq!(read.count("Table"), html.matches("<table").count());
    assert_eq!(
        read.count("TH"),
        html.matches("<th ").count() + html.matches("<th>").count()
    );
    assert_eq!(read.count("Figure"), html.matches("<svg ").count());
    assert_eq!(read.count("Link"), reader::links_of_page(html));
    let headings = reader::headings_of_page(html);
    assert_eq!(read.outline(), headings);
    let all = String::from_utf8_lossy(&made.bytes);
    assert!(
        all.contains("/Marked true") && all.contains("/Lang(en)"),
        "marked, and of a language"
    );
    assert!(all.contains("<pdfuaid:part>1</pdfuaid:part>") || all.contains("pdfuaid:part=\"1\""));
    assert!(all.contains("/Scope/Column") && all.contains("/Scope/Row"));
    assert!(
        read.figures().iter().all(|told| told.len() > 20),
        "{:?}",
        read.figures()
    );
    for word in ["/CreationDate", "/ModDate", "xmp:CreateDate", "xmp:ModifyDate"] {
        assert!(!all.contains(word), "{word}: the clock must not matter");
    }
}

#[test]
fn other_peoples_readers_read_it() {
    let (html, made) = made();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, &made.bytes).expect("written");
    let run = |name: &str, arguments: &[&str]| {
        let output = Command::new(name).args(arguments).arg(&path).output();
        match output {
            Ok(output) => Some(output),
            Err(_) => {
                eprintln!("{name} is not installed: this test looks at less");
                None
            }
        }
    };
    if let Some(checked) = run("qpdf", &["--check"]) {
        assert!(checked.status.success(), "{}", printed(&checked));
        assert!(printed(&checked).contains("No syntax or stream encoding errors found"));
    }
    if let Some(told) = run("pdfinfo", &[]) {
        let told = printed(&told);
        assert!(told.contains("Tagged:          yes"), "{told}");
        assert!(
            told.contains(&format!("Pages:           {}", made.pages)),
            "{told}"
        );
        assert!(
            told.contains("(A4)") && told.contains("JavaScript:      no"),
            "{told}"
        );
        assert!(
            told.contains("Title:           Report on seized payment records"),
            "{told}"
        );
    }
    let text = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output();
    let Ok(text) = text else {
        eprintln!("pdftotext is not installed: this test looks at less");
        return;
    };
    // Words in any order; a narrow column may cut one in two at a line's end.
    let told: String = String::from_utf8_lossy(&text.stdout).split_whitespace().collect();
    let words = reader::text_of_page(html);
    let words: std::collections::BTreeSet<&str> = words
        .split_whitespace()
        .filter(|word| word.chars().all(char::is_alphabetic))
        .collect();
    let lost: Vec<&&str> = words.iter().filter(|word| !told.contains(**word)).collect();
    assert!(words.len() > 500, "{}", words.len());
    assert_eq!(lost, Vec::<&&str>::new());
}

#[test]
fn the_same_page_gives_the_same_bytes() {
    let (html, made) = made();
    let again = std::thread::spawn({
        let html = html.clone();
        move || pdf(&html, &[]).expect("a PDF")
    });
    assert!(
        again.join().expect("made") == *made,
        "two PDFs of one page differ"
    );
}

/// A case of few files, for commands that change it.
fn small(more: &[&str]) -> Investigated {
    let files: Vec<PathBuf> = ["account_holders.csv", "meerbank/NL74MEER0003449978.xml"]
        .iter()
        .map(|name| package().join("sample-data/delivery").join(name))
        .collect();
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    investigate(&files, more)
}

fn report(case: &Investigated, more: &[&str], environment: &[(&str, &str)]) -> std::process::Output {
    command(&case.folder.path().join("keys"))
        .arg("-C")
        .arg(&case.case)
        .args(more)
        .envs(environment.iter().copied())
        .output()
        .expect("the command starts")
}

#[test]
fn the_command_writes_both_in_one_release() {
    let case = small(&["--reference", "R-1", "--handling", "H2 – not to be passed on"]);
    let folder = case.folder.path().join("out");
    let out = folder.to_string_lossy().into_owned();
    let first = report(&case, &["report", "--pdf", "-o", &out, "--release", "one"], &[]);
    assert_eq!(code(&first), 0, "{}", printed(&first));
    let told = String::from_utf8_lossy(&first.stdout).into_owned();
    assert_eq!(told.lines().count(), 2, "{told}");
    let path = folder.join("report.pdf");
    assert!(
        told.contains("report.html") && told.contains(&path.display().to_string()),
        "{told}"
    );
    let bytes = std::fs::read(&path).expect("the PDF");
    let html = std::fs::read_to_string(folder.join("report.html")).expect("the page");
    assert!(
        pdf(&html, &[]).expect("a PDF").bytes == bytes,
        "made from the page beside it"
    );
    let read = Document::read(&bytes);
    assert_eq!(read.pages(), pdf(&html, &[]).expect("a PDF").pages);
    for (number, edges) in read.edges().iter().enumerate() {
        assert_eq!(edges.matches("H2 – not to be passed on").count(), 2, "{edges}");
        let page = format!("page {} of {}", number + 1, read.pages());
        assert!(edges.contains(&page), "{page}: {edges}");
    }
    let environment = [
        ("SOURCE_DATE_EPOCH", "86400"),
        ("TZ", "Asia/Tokyo"),
        ("RAYON_NUM_THREADS", "1"),
        ("LANG", "nl_NL.UTF-8"),
    ];
    let again = report(
        &case,
        &[
            "--threads",
            "1",
            "report",
            "--pdf",
            "-o",
            &out,
            "--release",
            "one",
        ],
        &environment,
    );
    assert_eq!(code(&again), 0, "{}", printed(&again));
    let later = std::fs::read_to_string(folder.join("report.html")).expect("the page");
    assert_eq!(later, html);
    assert!(
        pdf(&later, &[]).expect("a PDF").bytes == std::fs::read(&path).expect("the PDF"),
        "other threads and clock, other bytes"
    );
    let ledger = std::fs::read_to_string(case.case.join("ledger.jsonl")).expect("the ledger");
    let line = ledger
        .lines()
        .find(|line| line.contains("exports/report.pdf"))
        .expect("a line of the ledger");
    assert!(line.contains("exports/report.html"), "{line}");
}

#[test]
fn a_name_that_would_leave_in_the_pdf_blocks_all_of_it() {
    let case = small(&["--reference", "R-1"]);
    let path = case.case.join("case.toml");
    let text = std::fs::read_to_string(&path).expect("case.toml");
    std::fs::write(&path, text.replace("\"R-1\"", "\"File of Zielinski, Vasile\"")).expect("written");
    let output = report(&case, &["report", "--pdf"], &[]);
    let said = printed(&output);
    assert_eq!(code(&output), 7, "{said}");
    assert!(
        said.contains("report.pdf") && said.contains("report.html"),
        "{said}"
    );
    assert!(!said.contains("Zielinski"), "{said}");
    assert!(
        !case.case.join("exports/report.pdf").exists(),
        "nothing was written"
    );
}

#[test]
fn what_is_no_font_or_not_there_is_said() {
    let case = small(&[]);
    let file = case.folder.path().join("letter.ttf");
    std::fs::write(&file, "no font").expect("written");
    let font = file.to_string_lossy().into_owned();
    let output = report(&case, &["report", "--pdf", "--font", &font], &[]);
    assert_ne!(code(&output), 0);
    assert!(
        printed(&output).contains("letter.ttf is no font"),
        "{}",
        printed(&output)
    );
    let output = report(&case, &["report", "--pdf", "--font", "not-there.ttf"], &[]);
    assert_ne!(code(&output), 0);
    assert!(printed(&output).contains("not-there.ttf"), "{}", printed(&output));
    let output = report(&case, &["report", "--font", &font], &[]);
    assert_eq!(code(&output), 2, "{}", printed(&output));
    let none: [FontFile; 0] = [];
    let many = vec![
        FontFile {
            name: "x".to_owned(),
            bytes: Vec::new(),
        };
        101
    ];
    assert!(pdf("<p>x", &none).is_ok());
    assert!(matches!(
        pdf("<p>x", &many),
        Err(PdfError::TooManyFonts {
            given: 101,
            most: 100
        })
    ));
}

#[test]
fn hostile_names_are_text() {
    let names = [
        "<script>alert(1)</script>",
        "(a) Tj ET /JavaScript (app.alert(1))",
        "endstream endobj 1 0 obj <</OpenAction 2 0 R>>",
        "=HYPERLINK(\"http://example.org\")",
        "A\u{202e}gnp.exe",
        "\\u0000 \u{7}bell \u{feff}mark \u{0}",
        "a\u{301}\u{301}\u{301}\u{301} z\u{200d}\u{200d}w",
        "💰 and \u{10ffff} and \u{e000}",
    ];
    let items: String = names
        .iter()
        .map(|name| {
            let plain = name.replace('&', "&amp;").replace('<', "&lt;");
            format!("<tr><td><bdi class=\"name\">{plain}</bdi></td></tr>")
        })
        .collect();
    let html = format!("<title>x</title><h1>x</h1><table><tr><th>Name</th></tr>{items}</table>");
    let (made, read) = of(&html);
    let told = read.words();
    for name in &names[..4] {
        assert!(told.contains(&unspaced(name)), "{name}: {told}");
    }
    for shown in [
        "A[U+202E]gnp.exe",
        "[U+0007]bell",
        "[U+FEFF]mark",
        "[U+1F4B0]and[U+10FFFF]and[U+E000]",
    ] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    let all = read.instructions();
    for word in [
        "/OpenAction",
        "/JavaScript",
        "/JS",
        "/URI",
        "/Launch",
        "/AA",
        "/EmbeddedFile",
    ] {
        assert!(!all.contains(word), "{word}");
    }
    assert!(made.missing.contains(&'💰'));
}

#[test]
fn writing_from_right_to_left_is_in_order() {
    let html = "<html lang=\"nl\"><title>x</title><h1>x</h1>\
                <p>voor <bdi>שלום עולם 12</bdi> achter <bdi>محمد بن سلمان</bdi> (3)</p>\
                <p dir=\"rtl\">مرحبا (Jan Jansen) 5</p>";
    let (made, read) = of(html);
    let told = read.words();
    assert!(told.contains("voorשלוםעולם12achterمحمدبنسلمان(3)"), "{told}");
    assert!(told.contains("مرحبا(JanJansen)5"), "{told}");
    assert!(made.missing.is_empty());
    assert!(read.edges()[0].contains("pagina 1 van 1"), "{:?}", read.edges());
    // The first letter that is read stands furthest to the right.
    let places = read.places("שלוםעולם");
    assert!(places.windows(2).all(|two| two[0] > two[1]), "{places:?}");
}

#[test]
fn a_table_goes_on_with_its_head_and_long_words_are_broken() {
    let hash = "0123456789abcdef".repeat(8);
    let rows: String = (0..120)
        .map(|row| format!("<tr><th scope=\"row\">row {row}</th><td>{hash}</td><td class=\"number\">{row}.00</td><td></td></tr>"))
        .collect();
    let html = format!(
        "<title>x</title><h1>x</h1><table><caption>All rows</caption><thead><tr><th>Key</th><th>Hash of it</th>\
         <th>Amount</th><th>Nothing</th></tr></thead><tbody>{rows}</tbody></table>"
    );
    let (made, read) = of(&html);
    assert!(made.pages > 2);
    assert_eq!(read.count("TR"), 121);
    assert_eq!(read.count("TH"), 4 + 120);
    assert_eq!(read.count("TD"), 3 * 120, "empty cells too: a table is a grid");
    // The head is content once, and drawn on every page.
    assert_eq!(read.words().matches("Hashofit").count(), 1);
    let heads = read
        .edges()
        .iter()
        .filter(|edges| edges.contains("Hash of it"))
        .count();
    assert_eq!(heads, made.pages - 1);
    assert_eq!(
        read.words().matches(&hash).count(),
        120,
        "a word over two lines is one word"
    );
    assert!(
        read.widest() <= 595.0,
        "nothing leaves the page: {}",
        read.widest()
    );
}

#[test]
fn amounts_of_a_wide_table_stay_whole() {
    let head: String = (0..8)
        .map(|column| format!("<th class=\"number\">method {column}</th>"))
        .collect();
    let amounts: String = (0..8)
        .map(|_| "<td class=\"number\">1 015 324.00 EUR</td>")
        .collect();
    let html = format!(
        "<title>x</title><style>.number {{ text-align: right; white-space: nowrap }} table {{ font-size: 7.6pt }}</style>\
         <h1>x</h1><table><thead><tr><th>Place</th>{head}</tr></thead><tbody><tr><th scope=\"row\">drawn</th>{amounts}</tr></tbody></table>"
    );
    let (_, read) = of(&html);
    assert_eq!(read.places("1 015 324.00 EUR").len(), 8, "each in one line");
    // Their ends stand beneath each other at the right of their column, so they begin in steps.
    let places = read.places("1 015 324.00 EUR");
    assert!(places.windows(2).all(|two| two[1] - two[0] > 30.0), "{places:?}");
}

/// Pages put together by chance, from what pages and names have. The same seed gives the same page.
fn by_chance(seed: u64) -> String {
    const ELEMENTS: [&str; 30] = [
        "p",
        "div",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "caption",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h5",
        "span",
        "a",
        "b",
        "code",
        "bdi",
        "section",
        "nav",
        "details",
        "svg",
        "text",
        "pre",
        "blockquote",
    ];
    const ATTRIBUTES: [&str; 14] = [
        "",
        " class=\"number\"",
        " class=\"finding\"",
        " class=\"cards\"",
        " class=\"facts\"",
        " colspan=3",
        " rowspan=2",
        " rowspan=99999",
        " href=\"#x\"",
        " id=\"x\"",
        " dir=rtl",
        " dir=auto",
        " hidden",
        " viewBox=\"0 0 10 10\"",
    ];
    const TEXTS: [&str; 20] = [
        "hello world ",
        "שלום",
        "محمد ",
        "\u{200d}\u{200d}",
        "e\u{301}\u{302}",
        "\u{301}",
        "\u{fe0f}",
        "中文",
        "\u{202e}",
        "\n",
        "1 234.00 EUR",
        "👩\u{200d}👩",
        "क्षि",
        "\u{34f}",
        "\u{64b}\u{64b}",
        "&nbsp;",
        "&#0;",
        "ﷺ",
        "////",
        "\u{2028}",
    ];
    let mut state = seed;
    let mut next = |most: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    let mut html = "<title>t</title>".to_owned();
    if seed.is_multiple_of(2) {
        let css = std::fs::read_to_string(package().join("src/report/templates/style.css")).expect("a style");
        html.push_str(&format!("<style>{css}</style>"));
    }
    let mut open: Vec<&str> = Vec::new();
    for _ in 0..next(150) {
        match next(5) {
            0 | 1 => {
                let element = ELEMENTS[next(ELEMENTS.len())];
                html.push_str(&format!("<{element}{}>", ATTRIBUTES[next(ATTRIBUTES.len())]));
                open.push(element);
            }
            2 => {
                if let Some(element) = open.pop() {
                    html.push_str(&format!("</{element}>"));
                }
            }
            _ => html.push_str(TEXTS[next(TEXTS.len())]),
        }
    }
    html
}

#[test]
fn whatever_a_page_holds_a_pdf_comes_of_it() {
    for seed in 0..150 {
        let html = by_chance(seed);
        let made = pdf(&html, &[]).unwrap_or_else(|fault| panic!("seed {seed}: {fault}\n{html}"));
        Document::read(&made.bytes).words();
    }
}

#[test]
fn what_is_for_hands_alone_is_left_out_and_folded_parts_are_open() {
    let html = "<title>x</title><style>.skip { left: -60rem } @media print { .skip { display: none } }</style>\
                <a class=\"skip\" href=\"#t\">Skip</a><h1 id=\"t\">Title</h1><script>let a = 1;</script><button>Press</button>\
                <div role=\"toolbar\">Tools</div><p>kept</p><p hidden>never</p><p>kept too</p><label>Find <input></label>\
                <details><summary>More</summary><p>folded</p></details><new-element>unknown <b>bold</b></new-element>";
    let (_, read) = of(html);
    assert_eq!(read.words(), "TitlekeptkepttooMorefoldedunknownbold");
}

#[test]
fn the_fonts_are_those_that_are_named() {
    let folder = package().join("assets/fonts");
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("SHA256SUMS");
    let notice = std::fs::read_to_string(package().join("NOTICE")).expect("NOTICE");
    let mut count = 0;
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("a hash and a name");
        let bytes = std::fs::read(folder.join(name)).expect("a font");
        let own = geldspoor::model::hex(&geldspoor::model::sha256(&bytes));
        assert_eq!(own, sum, "{name}");
        count += 1;
    }
    let there = std::fs::read_dir(&folder).expect("fonts").flatten();
    let there = there.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "ttf"));
    assert_eq!(there.count(), count);
    for family in ["Noto Sans", "DejaVu Sans", "DejaVu Sans Mono", "SIL Open Font"] {
        assert!(notice.contains(family), "{family}");
    }
}
