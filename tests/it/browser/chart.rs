//! The link chart in a browser: drawn, filtered, expanded, saved and printed; with names that would be markup, without
//! script, in forced colours, and as large as it gets.

use std::collections::BTreeSet;
use std::path::PathBuf;

use geldspoor::case::Table;
use geldspoor::report::figures::MEANINGS;
use geldspoor::report::{Names, PageSettings, page};
use serde_json::{Value, json};

use super::devtools::{Browser, from_base64};
use crate::command::sample;
use crate::report::{Memory, WICKED, figures};

/// The number of accounts or ties that the chart says it shows.
fn shown(browser: &mut Browser, what: &str) -> u64 {
    let text = browser.value(&format!("document.getElementById('chart').dataset.{what}"));
    text.as_str()
        .and_then(|text| text.parse().ok())
        .expect("a number")
}

/// How many pixels of the chart's canvases are painted.
fn painted(browser: &mut Browser) -> u64 {
    let count = browser.value(
        "[...document.querySelectorAll('#chart-canvas canvas')].map(c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; \
         let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n++; return n; }).reduce((a, b) => a + b, 0)",
    );
    count.as_u64().expect("a count")
}

fn well_formed(xml: &[u8]) -> (usize, String) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut text) = (0, String::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(_) | quick_xml::events::Event::Empty(_) => elements += 1,
            quick_xml::events::Event::Text(part) => text.push_str(&part),
            quick_xml::events::Event::GeneralRef(name) => {
                text.push_str(match &name[..] {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    other => panic!("&{other}; in the picture"),
                });
            }
            quick_xml::events::Event::Eof => return (elements, text),
            _ => {}
        }
    }
}

#[test]
fn the_chart_of_the_sample_is_drawn_and_answers() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    browser.open(&sample().case.join("exports/report.html"));
    browser.until("document.getElementById('chart').classList.contains('is-live')");
    let (first, first_ties) = (shown(&mut browser, "accounts"), shown(&mut browser, "ties"));
    assert!(
        (5..=60).contains(&first) && first_ties > 3,
        "{first} accounts, {first_ties} ties"
    );
    assert!(painted(&mut browser) > 2_000, "the chart is empty");
    browser.value("document.getElementById('chart').scrollIntoView()");
    browser.settle();
    browser.picture("chart-sample.png", false);

    // By keyboard: choose an account, show its neighbours, hide them.
    browser.value("document.getElementById('chart-canvas').focus()");
    let mut grown = first;
    for _ in 0..12 {
        browser.key("ArrowRight");
        browser.key("Enter");
        grown = shown(&mut browser, "accounts");
        if grown > first {
            break;
        }
        browser.key("ArrowDown");
    }
    assert!(grown > first, "no account had more neighbours");
    let said = browser.value("document.getElementById('chart-status').textContent");
    assert!(
        said.as_str().is_some_and(|said| said.contains("accounts added")),
        "{said}"
    );
    browser.picture("chart-expanded.png", false);
    browser.key("Backspace");
    assert!(shown(&mut browser, "accounts") < grown, "nothing was hidden");
    browser.key("t");
    let details = browser.value("document.getElementById('chart-details').textContent");
    assert!(
        details.as_str().is_some_and(|text| text.contains("Transfers")),
        "{details}"
    );
    browser.picture("chart-tie.png", false);

    // Time and amount: less is shown, and all of it again without them.
    browser.click("#chart-reset");
    assert_eq!(shown(&mut browser, "accounts"), first);
    let all_ties = shown(&mut browser, "ties");
    browser.fill("#chart-least", "1.000,00");
    browser.settle();
    let large = shown(&mut browser, "ties");
    assert!(large < all_ties, "{large} of {all_ties}");
    browser.fill("#chart-least", "");
    browser.fill("#chart-slide-to", "0");
    browser.settle();
    let early = shown(&mut browser, "ties");
    assert!(early < all_ties, "{early} of {all_ties}");
    assert_eq!(browser.value("document.getElementById('chart-to').value"), "0");
    browser.fill("#chart-least", "so much");
    assert_eq!(
        browser.value("document.getElementById('chart-least').getAttribute('aria-invalid')"),
        "true"
    );
    browser.click("#chart-reset");
    assert_eq!(shown(&mut browser, "ties"), all_ties);

    // Sums of the data are those of the table beneath.
    let table = browser.value(
        "[...document.querySelectorAll('#chart tbody tr[id^=tie-]')].map(r => r.cells[2].textContent.replace(/\\s/g, ''))",
    );
    let data = browser.value(
        "(() => { const d = JSON.parse(document.getElementById('chart-data').textContent); return d.rows.split('u').map(r => { \
         const p = d.ties[r].split('u'), c = d.currencies[p[2]]; let sum = 0; for (let i = 9; i < p.length; i += 3) sum += Number(p[i].replaceAll('t', '')); \
         return (sum / 10 ** c.digits).toFixed(c.digits) + c.code; }); })()",
    );
    assert_eq!(data, table);

    // Found by its label.
    let label =
        browser.value("JSON.parse(document.getElementById('chart-data').textContent).nodes.at(-1).label");
    browser.fill("#chart-find", label.as_str().expect("a label"));
    browser.click("#chart-found button");
    let heading = browser.value("document.querySelector('#chart-details h3').textContent");
    assert_eq!(heading, label);
    browser.key("p");
    assert!(
        browser
            .value("document.getElementById('chart-status').textContent")
            .as_str()
            .is_some_and(|said| said.ends_with("pinned"))
    );

    browser.click("#chart-svg");
    let (elements, _) = well_formed(&browser.saved("link-chart.svg"));
    assert!(elements > 20, "{elements} elements");
    browser.click("#chart-png");
    let png = browser.saved("link-chart.png");
    assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000);
    browser.is_quiet();

    browser.click("#chart-all");
    browser.until("document.getElementById('chart-status').textContent.includes('are shown')");
    let nodes = browser.value("JSON.parse(document.getElementById('chart-data').textContent).nodes.length");
    assert_eq!(shown(&mut browser, "accounts"), nodes.as_u64().expect("a number"));
    browser.value("document.getElementById('chart').scrollIntoView()");
    browser.settle();
    browser.picture("chart-all.png", false);

    // In print the picture stands in its place.
    let printed = browser.ask(
        "Page.printToPDF",
        json!({ "preferCSSPageSize": true, "printBackground": true }),
    );
    let pdf = from_base64(printed["data"].as_str().expect("a file"));
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 20_000);
    let pages = pdf
        .windows(12)
        .filter(|part| part.starts_with(b"/Type /Page") && !part.ends_with(b"s"))
        .count();
    assert!(pages >= 4, "{pages} pages");
    browser.is_quiet();
}

#[test]
fn in_dark_forced_colours_and_with_less_motion_it_can_be_read() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let page = sample().case.join("exports/report.html");
    let with = |browser: &mut Browser, features: &[(&str, &str)], picture: &str| {
        let features: Vec<Value> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        browser.ask("Emulation.setEmulatedMedia", json!({ "features": features }));
        browser.open(&page);
        browser.until("document.getElementById('chart').classList.contains('is-live')");
        assert!(painted(browser) > 2_000, "the chart is empty: {picture}");
        browser.value("document.getElementById('chart').scrollIntoView()");
        browser.settle();
        browser.picture(picture, false);
        browser.is_quiet();
    };
    with(
        &mut browser,
        &[("prefers-color-scheme", "dark")],
        "chart-dark.png",
    );
    with(
        &mut browser,
        &[("forced-colors", "active"), ("prefers-reduced-motion", "reduce")],
        "chart-forced-colours.png",
    );
    // A telephone.
    browser.ask("Emulation.setEmulatedMedia", json!({ "features": [] }));
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true }),
    );
    browser.open(&page);
    browser.value("document.getElementById('chart').scrollIntoView()");
    browser.settle();
    browser.picture("chart-narrow.png", false);
    browser.is_quiet();
}

#[test]
fn without_script_the_picture_and_the_table_stand_there() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    browser.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&sample().case.join("exports/report.html"));
    // What asks is not the page's own script.
    let seen = browser.value(
        "[getComputedStyle(document.getElementById('chart-tool')).display, \
          document.getElementById('chart-still').getBoundingClientRect().height > 100, \
          document.querySelectorAll('#chart-still .edge').length > 3, document.querySelectorAll('#chart tbody tr').length > 3]",
    );
    assert_eq!(seen, json!(["none", true, true, true]));
    browser.value("document.getElementById('chart').scrollIntoView()");
    browser.picture("chart-without-script.png", false);
    browser.is_quiet();
}

/// Every account has a name that would be markup, another script, or turned around.
struct Wicked;

impl Names for Wicked {
    fn finding(&self, _: &str) -> Option<String> {
        None
    }
    fn account(&self, account_id: &str) -> String {
        let at = account_id.bytes().map(usize::from).sum::<usize>();
        let name = match at % 3 {
            0 => "</script><script>window.hit = 1</script>",
            1 => "]]><img src=x onerror=\"window.hit = 2\">\u{2028}\u{2029}<!--",
            _ => WICKED[at % WICKED.len()],
        };
        format!("{name} {}", account_id.get(2..6).unwrap_or_default())
    }
    fn party(&self, _: &str) -> String {
        "<svg onload=\"window.hit = 3\"> \u{202e}evil".to_owned()
    }
    fn reveals(&self) -> bool {
        true
    }
}

/// A case of transfers alone: `accounts` accounts, `transfers` transfers over 36 months, a few hubs.
fn many(accounts: u32, transfers: u32) -> Memory {
    let memory = Memory::new(Vec::new());
    memory.derive(
        Table::Accounts,
        &format!(
            "SELECT concat('a-', lpad(CAST(value AS VARCHAR), 20, '0')), 'iban', concat('NL', CAST(value AS VARCHAR)), NULL AS c1, NULL AS c2, \
             NULL AS c3, 'EUR', 'NL', NULL AS c4, NULL AS c5, NULL AS c6, value % 7 = 0 FROM generate_series(0, {})",
            accounts - 1
        ),
    );
    // Half of the money goes through forty hubs, the rest from anybody to anybody.
    let id = |number: &str| format!("concat('a-', lpad(CAST({number} AS VARCHAR), 20, '0'))");
    let payer = id(&format!(
        "CASE WHEN value % 2 = 0 THEN (value / 7) % 40 ELSE (value * 104729 + value / {accounts} * 977) % {accounts} END"
    ));
    let payee = id(&format!("value * 15485863 % {accounts}"));
    memory.derive(
        Table::Transfers,
        &format!(
            "SELECT concat('t-', CAST(value AS VARCHAR)), {payer}, {payee}, at AS debited, NULL AS c1, 'day', NULL AS c2, NULL AS c3, \
             amount AS paid, currency AS paid_in, amount AS got, currency AS got_in, NULL AS c4, NULL AS c5, 'transfer', NULL AS c6, \
             'observed', NULL AS c7, NULL AS c8, at, NULL AS c9, NULL AS c10, NULL AS c11, NULL AS c12 FROM (SELECT value, \
             arrow_cast(arrow_cast(arrow_cast(18993 + value * 31 % 1095, 'Int32'), 'Date32'), 'Timestamp(Microsecond, None)') AS at, \
             (value * 7907 % 900000 + 100) / 100.0 AS amount, CASE WHEN value % 11 = 0 THEN 'USD' ELSE 'EUR' END AS currency \
             FROM generate_series(1, {transfers}))"
        ),
    );
    memory
}

fn written(memory: &Memory, names: &dyn Names, folder: &tempfile::TempDir) -> PathBuf {
    let settings = PageSettings {
        handling: "Restricted <case team>".to_owned(),
        ..PageSettings::default()
    };
    let html = page(memory, &settings, names).expect("a page");
    let path = folder.path().join("page.html");
    std::fs::write(&path, html).expect("written");
    path
}

#[test]
fn names_are_text_and_nothing_of_them_is_run() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    browser.open(&written(&many(60, 300), &Wicked, &folder));
    browser.until("document.getElementById('chart').classList.contains('is-live')");
    assert!(painted(&mut browser) > 2_000, "the chart is empty");
    browser.fill("#chart-find", "script");
    browser.click("#chart-found button");
    let heading = browser.value("document.querySelector('#chart-details h3').textContent");
    assert!(
        heading
            .as_str()
            .is_some_and(|text| text.contains("</script><script>window.hit")),
        "{heading}"
    );
    browser.value("document.getElementById('chart').scrollIntoView()");
    browser.settle();
    browser.picture("chart-hostile-names.png", false);
    browser.click("#chart-svg");
    let (_, text) = well_formed(&browser.saved("link-chart.svg"));
    assert!(text.contains("</script><script>window.hit") && text.contains("Restricted <case team>"));
    assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'));
    assert_eq!(browser.value("typeof window.hit"), "undefined");
    assert_eq!(
        browser.value("document.querySelectorAll('main img, main script').length"),
        4
    );
    // One of the scripts changed by a sign does not run.
    browser.is_quiet();
    let changed = std::fs::read_to_string(folder.path().join("page.html"))
        .expect("the page")
        .replace("window.hit = 1", "window.hit = 4")
        .replace("\"use strict\";\n  const by", "\"use strict\"; \n  const by");
    let path = folder.path().join("changed.html");
    std::fs::write(&path, changed).expect("written");
    browser.open(&path);
    assert_eq!(
        browser.value("document.getElementById('chart').classList.contains('is-live')"),
        false
    );
    let blocked = browser.events.iter().any(|event| {
        event["method"] == "Audits.issueAdded" || event.to_string().contains("Content Security Policy")
    });
    assert!(blocked, "a script that the policy does not name ran");
}

/// What a page may take at its largest. The bounds are wide, as tests run beside others; the figures are printed.
#[test]
fn five_thousand_accounts_stay_fluid() {
    struct Numbered;
    impl Names for Numbered {
        fn finding(&self, _: &str) -> Option<String> {
            None
        }
        fn account(&self, account_id: &str) -> String {
            format!(
                "Account {}",
                account_id.trim_start_matches("a-").trim_start_matches('0')
            )
        }
        fn party(&self, party_id: &str) -> String {
            party_id.to_owned()
        }
        fn reveals(&self) -> bool {
            false
        }
    }
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let memory = many(5_400, 40_000);
    let path = written(&memory, &Numbered, &folder);
    // What it says of itself is what SQL says.
    let html = std::fs::read_to_string(&path).expect("the page");
    let told: Vec<_> = figures(&html)
        .into_iter()
        .filter(|(name, _, _)| name.starts_with("chart."))
        .collect();
    assert!(
        told.iter()
            .any(|(name, _, value)| name == "chart.ties_left_out" && value != "0")
    );
    for (name, key, value) in told {
        let meaning = MEANINGS
            .iter()
            .find(|meaning| meaning.name == name)
            .expect("a meaning");
        assert_eq!(memory.keyed(meaning.sql).get(&key), Some(&value), "{name}");
    }
    let bytes = std::fs::metadata(&path).expect("the page").len();
    browser.open(&path);
    browser.until("document.getElementById('chart').classList.contains('is-live')");
    let whole = browser.value(
        "(() => { const d = JSON.parse(document.getElementById('chart-data').textContent); return [d.nodes.length, d.ties.length]; })()",
    );
    assert_eq!(whole, json!([5_000, 20_000]));
    let text = browser.value("document.getElementById('chart').textContent");
    assert!(
        text.as_str()
            // The reference of the figure stands behind it.
            .is_some_and(|text| text.contains("Left out: 400 ") && text.contains(" accounts.")),
        "what is left out is told"
    );
    browser.value("document.getElementById('chart').scrollIntoView()");
    browser.settle();
    let drawn = browser.value(
        "new Promise(done => { const at = performance.now(), status = document.getElementById('chart-status'); \
         document.getElementById('chart-all').click(); \
         const look = () => document.getElementById('chart').dataset.accounts === '5000' \
           ? requestAnimationFrame(() => done(performance.now() - at)) : requestAnimationFrame(look); look(); })",
    );
    assert_eq!(
        (shown(&mut browser, "accounts"), shown(&mut browser, "ties")),
        (5_000, 20_000)
    );
    browser.settle();
    browser.picture("chart-5000.png", false);
    // Moved by the mouse: the time of each frame.
    let place = browser.value(
        "(() => { const b = document.getElementById('chart-canvas').getBoundingClientRect(); return [b.x + 40, b.y + 30]; })()",
    );
    browser.value(
        "window.frames_seen = []; (() => { let last = performance.now(); const tick = now => { window.frames_seen.push(now - last); last = now; \
         if (!window.frames_end) requestAnimationFrame(tick); }; requestAnimationFrame(tick); })()",
    );
    browser.mouse("mousePressed", &place, 1);
    let at = |n: u32, of: usize| place[of].as_f64().expect("a place") + f64::from(n * 3);
    for n in 1..80 {
        browser.mouse("mouseMoved", &json!([at(n, 0), at(n, 1)]), 0);
    }
    browser.mouse("mouseReleased", &json!([at(80, 0), at(80, 1)]), 1);
    let frames = browser.value("window.frames_end = 1, window.frames_seen.slice(2).sort((a, b) => a - b)");
    let frames: Vec<f64> = frames
        .as_array()
        .expect("frames")
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    let (median, worst) = (frames[frames.len() / 2], frames[frames.len() * 95 / 100]);
    let filtered = browser.value(
        "new Promise(done => { const at = performance.now(), before = document.getElementById('chart').dataset.ties; \
         const slide = document.getElementById('chart-slide-to'); slide.value = '11'; slide.dispatchEvent(new Event('input', { bubbles: true })); \
         const look = () => document.getElementById('chart').dataset.ties !== before \
           ? requestAnimationFrame(() => done(performance.now() - at)) : requestAnimationFrame(look); look(); })",
    );
    let left = shown(&mut browser, "ties");
    assert!(left > 1_000 && left < 20_000, "{left}");
    browser.picture("chart-5000-filtered.png", false);
    let (drawn, filtered) = (
        drawn.as_f64().expect("a time"),
        filtered.as_f64().expect("a time"),
    );
    eprintln!(
        "5,000 accounts and 20,000 ties: page {:.1} MB, drawn in {drawn:.0} ms, frame median {median:.1} ms, 95th of a hundred {worst:.1} ms \
         ({} frames), filter {filtered:.0} ms",
        bytes as f64 / 1e6,
        frames.len()
    );
    assert!(bytes < 8_000_000, "{bytes} bytes");
    assert!(median < 120.0 && filtered < 8_000.0 && drawn < 30_000.0);
    let kinds: BTreeSet<&str> = browser
        .events
        .iter()
        .filter_map(|event| event["method"].as_str())
        .collect();
    assert!(kinds.contains("Page.loadEventFired"));
    browser.is_quiet();
}
