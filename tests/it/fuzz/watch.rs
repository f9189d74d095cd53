//! Watches what a target needs: memory at its peak, and inputs that never come back.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Looks at an input before the process ends itself: a hang would never be told otherwise. Looks are counted and not
/// seconds, because a machine that was asleep has lost minutes and done nothing.
const HANG: u32 = 2_400;
const LOOK: Duration = Duration::from_millis(50);
/// Bytes of memory at which it does so: the machine may be shared with others.
const MOST: u64 = 4 << 30;

pub struct Watch {
    /// Whether the target has the process for itself, so that the peak is its own and every input is kept first.
    alone: bool,
    folder: PathBuf,
    kept: RefCell<Vec<PathBuf>>,
    /// The number of the input that is read; none where nothing is.
    number: Arc<AtomicU64>,
}

const NOTHING: u64 = u64::MAX;

impl Watch {
    pub fn new(alone: bool) -> Watch {
        let watch = Watch {
            alone,
            folder: std::env::temp_dir().join(format!("geldspoor-fuzz-{}", std::process::id())),
            kept: RefCell::default(),
            number: Arc::new(AtomicU64::new(NOTHING)),
        };
        fs::create_dir_all(&watch.folder).expect("a folder");
        if alone {
            let (number, folder) = (watch.number.clone(), watch.folder.clone());
            std::thread::spawn(move || {
                let (mut last, mut looks) = (NOTHING, 0);
                loop {
                    std::thread::sleep(LOOK);
                    let now = number.load(Ordering::Relaxed);
                    looks = if now == last { looks + 1 } else { 0 };
                    last = now;
                    let memory = of_status("VmRSS:");
                    if now != NOTHING && (looks > HANG || memory > MOST) {
                        let seconds = (LOOK * looks).as_secs();
                        let place = folder.display();
                        eprintln!(
                            "{seconds} seconds and {} MB on what lies in {place}",
                            memory >> 20
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
        let last = self.number.load(Ordering::Relaxed);
        self.number.store(last.wrapping_add(1), Ordering::Relaxed);
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
        self.number.store(NOTHING, Ordering::Relaxed);
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
