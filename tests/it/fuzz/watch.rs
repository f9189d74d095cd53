//! Watches what a target needs: memory at its peak, and inputs that never come back.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Longest time for an input before the process ends itself: a hang would never be told otherwise.
const HANG: u64 = 120;
/// Bytes of memory at which it does so: the machine may be shared with others.
const MOST: u64 = 4 << 30;

pub struct Watch {
    /// Whether the target has the process for itself, so that the peak is its own and every input is kept first.
    alone: bool,
    folder: PathBuf,
    kept: RefCell<Vec<PathBuf>>,
    /// Seconds since the watch began at which the input began; none where nothing is read.
    since: Arc<AtomicU64>,
    start: Instant,
}

const NOTHING: u64 = u64::MAX;

impl Watch {
    pub fn new(alone: bool) -> Watch {
        let watch = Watch {
            alone,
            folder: std::env::temp_dir().join(format!("geldspoor-fuzz-{}", std::process::id())),
            kept: RefCell::default(),
            since: Arc::new(AtomicU64::new(NOTHING)),
            start: Instant::now(),
        };
        fs::create_dir_all(&watch.folder).expect("a folder");
        if alone {
            let (since, start, folder) = (watch.since.clone(), watch.start, watch.folder.clone());
            std::thread::spawn(move || {
                loop {
                    std::thread::sleep(Duration::from_millis(50));
                    let began = since.load(Ordering::Relaxed);
                    let took = start.elapsed().as_secs().saturating_sub(began);
                    if began != NOTHING && (took > HANG || of_status("VmRSS:") > MOST) {
                        eprintln!(
                            "{took} seconds and {} MB on what lies in {}",
                            of_status("VmRSS:") >> 20,
                            folder.display()
                        );
                        std::process::abort();
                    }
                }
            });
        }
        watch
    }

    /// A target begins: its peak is counted from here.
    pub fn begin(&self) {
        if self.alone {
            // Linux: proc(5), clear_refs. Elsewhere the peak stays that of the process.
            let _ = fs::write("/proc/self/clear_refs", "5");
        }
    }

    /// Keeps what is read now and nothing else, so that it can become a test, and says where.
    pub fn reads(&self, files: &[(String, Vec<u8>)]) -> String {
        let mut kept = self.kept.borrow_mut();
        for path in kept.drain(..) {
            let _ = fs::remove_file(path);
        }
        for (name, bytes) in files {
            let path = self.folder.join(name.replace(['/', '\\'], "_"));
            fs::write(&path, bytes).expect("room");
            kept.push(path);
        }
        self.since
            .store(self.start.elapsed().as_secs(), Ordering::Relaxed);
        match files.first() {
            Some((name, _)) => self
                .folder
                .join(name.replace(['/', '\\'], "_"))
                .display()
                .to_string(),
            None => String::new(),
        }
    }

    /// The most memory since the target began, in bytes; nothing where other tests run beside, whose memory it would be.
    pub fn peak(&self) -> u64 {
        if self.alone { of_status("VmHWM:") } else { 0 }
    }

    pub fn finish(&self) {
        self.since.store(NOTHING, Ordering::Relaxed);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A size that the system tells of the process, in bytes; nothing where it does not tell.
fn of_status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .unwrap_or(0)
        * 1_024
}
