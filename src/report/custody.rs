//! The chain of custody as the page tells it: how the ledger of the case stands, and which commands were run.

use serde::Serialize;

use super::page::Context;
use super::text::visible;

/// Commands that are listed: the first and the last.
const FIRST: usize = 30;
const LAST: usize = 120;

/// The ledger of the case as of the last line that changed records, tables or decisions.
#[derive(Clone, Debug, Default)]
pub struct Custody {
    /// Lines of the ledger until then.
    pub lines: u64,
    /// SHA-256 of the last of them; empty where there is none.
    pub head: String,
    /// What is wrong with it, a sentence each; nothing where it is whole.
    pub faults: Vec<String>,
    pub commands: Vec<Command>,
    /// Files that were received and that a person took out of use.
    pub out_of_use: Vec<OutOfUse>,
}

/// A file that is out of use: outside the order, privileged, handed over by mistake.
#[derive(Clone, Debug, Default)]
pub struct OutOfUse {
    /// Of the file, in hexadecimal digits.
    pub sha256: String,
    pub name: String,
    /// UTC, RFC 3339; empty where no decision is known.
    pub time: String,
    pub author: String,
    pub reason: String,
}

/// A line of the ledger.
#[derive(Clone, Debug, Default)]
pub struct Command {
    pub number: u64,
    /// UTC, RFC 3339.
    pub time: String,
    pub user: String,
    /// The command as typed.
    pub typed: String,
    /// The verb alone: what was typed names files, and files name people.
    pub verb: String,
    /// Which piece of a command this line is; empty for the whole.
    pub portion: String,
    pub tool: String,
}

/// What the template gets.
#[derive(Serialize)]
pub(super) struct Told {
    lines: String,
    head: String,
    is_whole: bool,
    faults: Vec<String>,
    commands: Vec<Line>,
    out_of_use: Vec<Out>,
    /// How many lines between the first and the last are not listed.
    left_out: Option<String>,
}

/// Where names are not shown neither name nor reason stands there: both are words of people about people.
#[derive(Serialize)]
struct Out {
    sha256: String,
    name: Option<String>,
    time: String,
    author: Option<String>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Line {
    number: String,
    time: String,
    user: Option<String>,
    command: String,
    tool: String,
    begins_the_last: bool,
}

/// Lays it out. Where names are not shown, neither who ran a command nor what was typed stands there.
pub(super) fn custody(custody: &Custody, context: &Context<'_>) -> Told {
    let reveals = context.names.reveals();
    let all = custody.commands.len();
    let cut = all > FIRST + LAST;
    let commands = custody
        .commands
        .iter()
        .enumerate()
        .filter(|(at, _)| !cut || *at < FIRST || *at >= all - LAST)
        .map(|(at, command)| Line {
            number: command.number.to_string(),
            time: visible(&command.time),
            user: reveals.then(|| visible(&command.user)),
            command: match (reveals, command.portion.is_empty()) {
                (true, true) => visible(&command.typed),
                (true, false) => visible(&format!("{} ({})", command.typed, command.portion)),
                (false, _) => match command.verb.as_str() {
                    "another command" => context.words.say("another command", &[]),
                    verb => visible(verb),
                },
            },
            tool: visible(&command.tool),
            begins_the_last: cut && at == all - LAST,
        })
        .collect();
    Told {
        lines: custody.lines.to_string(),
        head: visible(&custody.head),
        is_whole: custody.faults.is_empty(),
        faults: match reveals {
            true => custody.faults.iter().map(|fault| visible(fault)).collect(),
            // A fault may quote a line.
            false => Vec::new(),
        },
        commands,
        out_of_use: custody
            .out_of_use
            .iter()
            .map(|out| Out {
                sha256: visible(&out.sha256),
                name: reveals.then(|| visible(&out.name)),
                time: seconds(&out.time),
                author: reveals.then(|| visible(&out.author)),
                reason: reveals.then(|| visible(&out.reason)),
            })
            .collect(),
        left_out: cut.then(|| (all - FIRST - LAST).to_string()),
    }
}

/// A moment in UTC without parts of a second, as the ledger tells it.
fn seconds(time: &str) -> String {
    match time.split_once('.') {
        Some((whole, _)) => visible(&format!("{whole}Z")),
        None => visible(time),
    }
}
