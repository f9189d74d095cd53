//! A browser driven over the DevTools protocol by two pipes: no port is opened, and no network is there.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long an answer may take: the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where an installed browser is.
pub fn installed() -> Option<PathBuf> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(|name| {
            let paths = std::env::var_os("PATH")?;
            std::env::split_paths(&paths)
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
        });
    if found.is_none() {
        eprintln!("no Chromium here: the page is not opened in a browser");
    }
    found
}

/// A browser with one page in it.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: String,
    next: u64,
    /// What the browser told since the page was opened.
    pub events: Vec<Value>,
    /// Where files that a page saves go.
    pub saved: TempDir,
    _profile: TempDir,
}

impl Browser {
    /// Starts it; nothing where none is installed.
    pub fn start() -> Option<Browser> {
        let path = installed()?;
        let profile = tempfile::tempdir().expect("a temporary folder");
        let saved = tempfile::tempdir().expect("a temporary folder");
        // The browser reads from its third handle and writes to its fourth; the shell lays the pipes there.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>&2"])
            .arg(&path)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--remote-debugging-pipe",
                "--window-size=1280,1000",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the browser starts");
        let to = child.stdin.take().expect("a pipe");
        let mut pipe = child.stdout.take().expect("a pipe");
        let (tell, from) = channel();
        std::thread::spawn(move || {
            let (mut held, mut part) = (Vec::new(), [0_u8; 65_536]);
            while let Ok(read @ 1..) = pipe.read(&mut part) {
                held.extend_from_slice(&part[..read]);
                while let Some(end) = held.iter().position(|byte| *byte == 0) {
                    let message: Vec<u8> = held.drain(..=end).collect();
                    let Ok(value) = serde_json::from_slice(&message[..end]) else {
                        continue;
                    };
                    if tell.send(value).is_err() {
                        return;
                    }
                }
            }
        });
        let mut browser = Browser {
            child,
            to,
            from,
            session: String::new(),
            next: 0,
            events: Vec::new(),
            saved,
            _profile: profile,
        };
        let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = browser.ask(
            "Target.attachToTarget",
            json!({ "targetId": target["targetId"], "flatten": true }),
        );
        let session = attached["sessionId"].as_str().expect("a session").to_owned();
        let folder = browser.saved.path().display().to_string();
        browser.ask(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": folder, "eventsEnabled": true }),
        );
        browser.session = session;
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Asks, and waits for the answer; what the browser tells meanwhile is kept.
    pub fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).expect("the browser listens");
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.next_message(until, method);
            if answer["id"].as_u64() == Some(id) {
                assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn next_message(&mut self, until: Instant, what: &str) -> Value {
        let left = until.saturating_duration_since(Instant::now());
        self.from
            .recv_timeout(left)
            .unwrap_or_else(|error| panic!("the browser does not answer ({what}): {error}"))
    }

    /// Waits until the browser tells an event, from now on or earlier.
    pub fn wait_for(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let matches = |event: &Value| event["method"] == method && is_it(&event["params"]);
        if let Some(event) = self.events.iter().find(|event| matches(event)) {
            return event["params"].clone();
        }
        let until = Instant::now() + PATIENCE;
        loop {
            let event = self.next_message(until, method);
            self.events.push(event.clone());
            if matches(&event) {
                return event["params"].clone();
            }
        }
    }

    /// Opens a page from the disk.
    pub fn open(&mut self, page: &Path) {
        self.events.clear();
        self.ask(
            "Page.navigate",
            json!({ "url": format!("file://{}", page.display()) }),
        );
        self.wait_for("Page.loadEventFired", |_| true);
    }

    /// The value of an expression in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let answer = self.ask(
            "Runtime.evaluate",
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }),
        );
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{expression}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression in the page is true.
    pub fn until(&mut self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        while self.value(expression) != json!(true) {
            assert!(Instant::now() < until, "never so: {expression}");
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Two frames later: what was asked for is drawn.
    pub fn settle(&mut self) {
        self.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))");
    }

    /// A click in the middle of an element.
    pub fn click(&mut self, selector: &str) {
        let place = self.value(&format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{ block: 'center' }}); \
             const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()",
            json!(selector)
        ));
        self.mouse("mousePressed", &place, 1);
        self.mouse("mouseReleased", &place, 1);
        self.settle();
    }

    /// Something that a mouse does at a place of the window.
    pub fn mouse(&mut self, kind: &str, place: &Value, clicks: u32) {
        let is_held = kind != "mouseReleased";
        self.ask(
            "Input.dispatchMouseEvent",
            json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": clicks,
                    "buttons": u32::from(is_held) }),
        );
    }

    /// A key pressed and let go.
    pub fn key(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "Escape" => 27,
            "Tab" => 9,
            "Backspace" => 8,
            "Delete" => 46,
            other => u32::from(other.bytes().next().unwrap_or_default().to_ascii_uppercase()),
        };
        let text = if key.len() == 1 { key } else { "" };
        for kind in ["keyDown", "keyUp"] {
            self.ask(
                "Input.dispatchKeyEvent",
                json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": if kind == "keyDown" { text } else { "" } }),
            );
        }
        self.settle();
    }

    /// Puts a text into a field, as typing does.
    pub fn fill(&mut self, selector: &str, text: &str) {
        self.value(&format!(
            "(() => {{ const e = document.querySelector({}); e.value = {}; e.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
            json!(selector),
            json!(text)
        ));
        self.settle();
    }

    /// Keeps a picture of the window, or of the beginning of the page.
    pub fn picture(&mut self, name: &str, long: bool) {
        let mut wanted = json!({ "format": "png" });
        if long {
            wanted["captureBeyondViewport"] = json!(true);
            wanted["clip"] = json!({ "x": 0, "y": 0, "width": 1280, "height": 2400, "scale": 1 });
        }
        let shot = self.ask("Page.captureScreenshot", wanted);
        let bytes = from_base64(shot["data"].as_str().expect("a picture"));
        assert!(
            bytes.starts_with(b"\x89PNG") && bytes.len() > 10_000,
            "an empty picture: {name}"
        );
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("written");
        eprintln!("screenshot: {}", path.display());
    }

    /// A file that the page saved.
    pub fn saved(&mut self, name: &str) -> Vec<u8> {
        self.wait_for("Browser.downloadProgress", |event| event["state"] == "completed");
        self.events
            .retain(|event| event["method"] != "Browser.downloadProgress");
        std::fs::read(self.saved.path().join(name)).expect("the file is there")
    }

    /// Nothing was asked for from outside, nothing blocked, no error told.
    pub fn is_quiet(&mut self) {
        // By the answer, all that was told before it is here.
        self.value("1");
        std::thread::sleep(Duration::from_millis(100));
        self.value("1");
        for event in &self.events {
            let of = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => {
                    let url = of["request"]["url"].as_str().unwrap_or_default();
                    let is_own = ["file://", "data:", "blob:", "about:"]
                        .iter()
                        .any(|own| url.starts_with(own));
                    assert!(is_own, "asked for {url}");
                }
                "Network.webSocketCreated" | "Network.webTransportCreated" => panic!("a line out: {event}"),
                "Runtime.exceptionThrown" | "Audits.issueAdded" => panic!("{event}"),
                "Runtime.consoleAPICalled" => panic!("the console was written to: {event}"),
                "Log.entryAdded" => {
                    let level = of["entry"]["level"].as_str().unwrap_or_default();
                    // How the test itself counts painted points.
                    let is_of_test = event.to_string().contains("willReadFrequently");
                    assert!(
                        is_of_test || !["error", "warning"].contains(&level),
                        "logged: {event}"
                    );
                }
                _ => {}
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session.clear();
        let _ = self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// RFC 4648, with what is no digit left out.
pub fn from_base64(text: &str) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = held << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    out
}
