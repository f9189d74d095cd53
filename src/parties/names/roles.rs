//! Which word of a person's name is what, as far as the writing shows it.

use super::letters::{APOSTROPHE, CAPS, COMMA, DOT, SMALL, TIED};
use super::words::{self, Word};
use super::{Order, Role, Token};

/// Words of a name that are looked at; nobody's name has more.
const MOST: usize = 32;

/// What is known of each word, side by side with the words.
type Known = [Word; MOST];

/// Marks honorifics of a company (“Fa.”) and the words that join its names.
pub(super) fn company(tokens: &mut [Token]) {
    let count = tokens.len();
    for (at, token) in tokens.iter_mut().enumerate() {
        if token.role != Role::Unknown || at + 1 == count {
            continue;
        }
        if at > 0 && is_and(&token.text) {
            token.role = Role::Particle;
        } else if at == 0 && matches!(token.text.as_str(), "firma" | "fa") {
            token.role = Role::Honorific;
        }
    }
}

/// The words that join two names, in the languages of the records.
pub(super) fn is_and(text: &str) -> bool {
    matches!(
        text,
        "en" | "und"
            | "u"
            | "et"
            | "and"
            | "e"
            | "y"
            | "i"
            | "og"
            | "och"
            | "ja"
            | "si"
            | "es"
            | "ve"
            | "kai"
    )
}

/// What tells father from son, from the words marked as suffixes.
pub(super) fn suffix(tokens: &[Token]) -> Option<String> {
    tokens
        .iter()
        .filter(|token| token.role == Role::Suffix)
        .map(|token| match token.text.as_str() {
            "id" => "sr",
            other => words::of(other).becomes,
        })
        .find(|becomes| !becomes.is_empty())
        .map(str::to_owned)
}

/// Marks the words of a person and tells what showed their order.
pub(super) fn person(tokens: &mut [Token]) -> Order {
    let count = tokens.len().min(MOST);
    let tokens = &mut tokens[..count];
    let mut known: Known = [Word::default(); MOST];
    for (word, token) in known.iter_mut().zip(tokens.iter()) {
        *word = words::of(&token.text);
    }
    if count < 2 {
        return Order::Unknown;
    }
    let comma = (1..count).find(|&at| tokens[at].marks & COMMA != 0);
    titles(tokens, &known, 0, comma.unwrap_or(count));
    if let Some(comma) = comma {
        let mut from = comma;
        while from < count {
            let to = (from + 1..count)
                .find(|&at| tokens[at].marks & COMMA != 0)
                .unwrap_or(count);
            after_comma(tokens, &known, from, to);
            from = to;
        }
    }
    endings(tokens, &known, comma);
    small_words(tokens, &known);
    if let Some(comma) = comma
        && tokens[..comma].iter().any(|token| token.role.names())
        && tokens[comma..].iter().any(|token| token.role.names())
    {
        return by_comma(tokens, &known, comma);
    }
    initials(tokens, &known);
    particles(tokens, &known);
    if known[0].uses & words::HEIRS != 0 {
        // “Erven J. de Vries”: the words are a person's, the party is not.
        return Order::Unknown;
    }
    order(tokens)
}

/// Honorifics at the beginning of a part of the name; one word always stays.
fn titles(tokens: &mut [Token], known: &Known, from: usize, to: usize) {
    let mut at = from;
    while at + 1 < to {
        let left = to - at - 1;
        let uses = known[at].uses;
        let dotted = tokens[at].marks & DOT != 0;
        let text = tokens[at].text.as_str();
        let next = tokens[at + 1].text.as_str();
        let two = match text {
            // “de heer”, “d-na”, “г-н”, “dott.ssa”, “Dr. h. c.”
            "de" => next == "heer",
            "d" => {
                tokens[at + 1].marks & TIED != 0
                    && !dotted
                    && matches!(next, "na" | "l" | "ra" | "lui" | "nei")
            }
            "g" => tokens[at + 1].marks & TIED != 0 && !dotted && matches!(next, "n" | "zha" | "ja" | "zhi"),
            "dott" => next == "ssa",
            "h" => next == "c" && at > from && tokens[at - 1].role == Role::Honorific,
            _ => false,
        };
        let linked = at > from
            && tokens[at - 1].role == Role::Honorific
            && (is_and(text) || matches!(text, "of" | "or" | "ou" | "oder"))
            && known[at + 1].uses & words::TITLE != 0;
        if two && left >= 2 {
            tokens[at].role = Role::Honorific;
            tokens[at + 1].role = Role::Honorific;
            at += 2;
            continue;
        }
        let title = uses & words::TITLE != 0
            || (uses & words::EARLY != 0 && (dotted || left >= 2))
            || (uses & words::SUFFIX != 0 && matches!(text, "sr") && at == from && dotted)
            || linked;
        let before = at == 0 && ((uses & words::BEFORE != 0) || (text == "id" && dotted)) && left >= 1;
        if before {
            tokens[at].role = Role::Suffix;
        } else if title {
            tokens[at].role = Role::Honorific;
        } else {
            break;
        }
        at += 1;
    }
}

/// A part after a comma: suffixes and degrees may be all of it.
fn after_comma(tokens: &mut [Token], known: &Known, from: usize, to: usize) {
    let all = |wanted: u16| known[from..to].iter().all(|word| word.uses & wanted != 0);
    let degree = words::AFTER | words::AFTER_COMMA;
    if all(words::SUFFIX | words::DOTTED) {
        tokens[from..to]
            .iter_mut()
            .for_each(|token| token.role = Role::Suffix);
    } else if all(degree | words::TITLE) || is_doctor(&tokens[from..to]) {
        tokens[from..to]
            .iter_mut()
            .for_each(|token| token.role = Role::Honorific);
    } else {
        titles(tokens, known, from, to);
    }
}

/// “Ph.D.” in two words.
fn is_doctor(tokens: &[Token]) -> bool {
    matches!(tokens, [first, second] if first.text == "ph" && second.text == "d")
}

/// Suffixes and degrees at the end; a name always stays.
fn endings(tokens: &mut [Token], known: &Known, comma: Option<usize>) {
    let mut ends = [tokens.len(), comma.unwrap_or(0)];
    ends.sort_unstable();
    for end in ends {
        let mut last = end;
        while last > 1 {
            let at = last - 1;
            if !tokens[at].role.names() {
                last = at;
                continue;
            }
            let before = tokens[..at].iter().filter(|token| token.role.names()).count();
            let uses = known[at].uses;
            let text = tokens[at].text.as_str();
            let mut words = 1;
            let role = if before == 0 {
                None
            } else if matches!(text, "jongere" | "oude" | "oudere" | "jungere" | "altere") {
                words = 2;
                (before >= 2 && matches!(tokens[at - 1].text.as_str(), "de" | "der" | "den"))
                    .then_some(Role::Suffix)
            } else if matches!(text, "neto" | "filho" | "hijo") {
                (before >= 2).then_some(Role::Suffix)
            } else if uses & words::SUFFIX != 0
                && before < 2
                && (tokens[at].marks & CAPS != 0 || text.starts_with('i'))
                && tokens[at].marks & COMMA == 0
            {
                // “SMITH JR”: as likely initials.
                None
            } else if uses & words::SUFFIX != 0 || (uses & words::DOTTED != 0 && tokens[at].marks & DOT != 0)
            {
                Some(Role::Suffix)
            } else if uses & words::AFTER != 0 && before >= 2 {
                Some(Role::Honorific)
            } else if before >= 2 && is_doctor(&tokens[at - 1..=at]) {
                words = 2;
                Some(Role::Honorific)
            } else if before >= 1
                && matches!(
                    text,
                    "dhr" | "mevr" | "mevrouw" | "drs" | "mrs" | "mme" | "mlle" | "prof" | "herr" | "frau"
                )
            {
                Some(Role::Honorific)
            } else {
                None
            };
            let Some(role) = role else {
                break;
            };
            for token in &mut tokens[last - words..last] {
                token.role = role;
            }
            last -= words;
        }
    }
}

/// One-letter words that are no initials: “d'”, “O'”, “'t”, “v.d.”, a small “y” between names.
fn small_words(tokens: &mut [Token], known: &Known) {
    for at in 0..tokens.len() {
        let token = &tokens[at];
        if token.role != Role::Unknown {
            continue;
        }
        let last = at + 1 == tokens.len();
        let small = token.marks & SMALL != 0;
        let particle = match token.text.as_str() {
            "o" | "d" | "l" | "n" | "dell" | "dall" | "nell" | "all" => {
                token.marks & APOSTROPHE != 0 && !last
            }
            "t" | "s" => small && !last,
            "v" => small && !last && tokens[at + 1].text == "d",
            "y" | "e" | "i" => at > 0 && !last && small && known[at].uses & words::JOINING != 0,
            _ => false,
        };
        if particle {
            if token.text == "v" {
                tokens[at + 1].role = Role::Particle;
            }
            tokens[at].role = Role::Particle;
        }
    }
}

/// Marks initials: one letter, a block of capitals without a vowel, a short word with a full stop (“Chr.”).
fn initials(tokens: &mut [Token], known: &Known) {
    let mixed = tokens
        .iter()
        .any(|token| token.role.names() && token.text.len() > 1 && token.marks & CAPS == 0);
    let words = tokens.iter().filter(|token| token.role == Role::Unknown).count();
    for (token, word) in tokens.iter_mut().zip(known) {
        if token.role != Role::Unknown {
            continue;
        }
        let text = token.text.as_bytes();
        let letters = text.iter().all(u8::is_ascii_alphabetic);
        let block = words > 1
            && mixed
            && token.marks & CAPS != 0
            && matches!(text.len(), 2..=4)
            && !text.iter().any(|letter| b"aeiouy".contains(letter))
            && word.uses & words::PARTICLE == 0;
        let short = words > 1
            && token.marks & DOT != 0
            && matches!(text.len(), 2..=3)
            && word.uses == 0
            && !matches!(token.text.as_str(), "st" | "ste" | "mc");
        if letters && (text.len() == 1 || block || short) {
            token.role = Role::Initial;
        }
    }
}

/// Marks particles where a name follows, and those put last (“Berg J van den”).
fn particles(tokens: &mut [Token], known: &Known) {
    let count = tokens.len();
    let words = tokens.iter().filter(|token| token.role == Role::Unknown).count();
    for at in (0..count).rev() {
        if tokens[at].role != Role::Unknown {
            continue;
        }
        let uses = known[at].uses;
        let followed = tokens[at + 1..].iter().any(|token| token.role.names());
        let next_particle = at + 1 < count
            && (tokens[at + 1].role == Role::Particle || known[at + 1].uses & words::PARTICLE != 0);
        let first = tokens[..at].iter().all(|token| !token.role.names());
        let capital = tokens[at].marks & SMALL == 0;
        let particle = if uses & words::PARTICLE != 0 {
            followed || (words > 2 && tokens[at].text.len() > 1)
        } else if uses & words::SHY != 0 {
            followed && (!first || !capital || next_particle)
        } else if uses & words::LINK != 0 {
            followed && next_particle
        } else {
            uses & words::JOINING != 0 && followed && next_particle && !first
        };
        if particle {
            tokens[at].role = Role::Particle;
        }
    }
}

fn by_comma(tokens: &mut [Token], known: &Known, comma: usize) -> Order {
    initials(tokens, known);
    for (at, token) in tokens.iter_mut().enumerate() {
        match token.role {
            Role::Unknown => {}
            Role::Initial if at < comma => {}
            _ => continue,
        }
        let uses = known[at].uses;
        token.role = if uses & (words::PARTICLE | words::SHY) != 0 && at != comma {
            Role::Particle
        } else if at < comma {
            Role::Family
        } else if patronymic(&token.text) {
            Role::Patronymic
        } else {
            Role::Given
        };
    }
    // A family name of a particle only (“De, Jan”) is a family name; “van den, Jan” after a comma stays particles.
    if !tokens[..comma].iter().any(|token| token.role == Role::Family)
        && let Some(token) = tokens[..comma]
            .iter_mut()
            .rev()
            .find(|token| token.role == Role::Particle)
    {
        token.role = Role::Family;
    }
    // “Vries, de, Jan”: a particle alone after the comma stands before the name that follows.
    if comma < tokens.len()
        && known[comma].uses & (words::PARTICLE | words::SHY) != 0
        && comma + 1 < tokens.len()
    {
        tokens[comma].role = Role::Particle;
    }
    Order::Comma
}

/// Tells roles of the words that are left, by the strongest sign there is.
fn order(tokens: &mut [Token]) -> Order {
    let mut open: [usize; MOST] = [0; MOST];
    let mut count = 0;
    let (mut capitals, mut others) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        if token.role == Role::Unknown {
            open[count] = at;
            count += 1;
            if token.marks & CAPS != 0 {
                // “AN Jansen”: two capitals alone are as likely initials.
                capitals += usize::from(token.text.len() > 2);
            } else {
                others += 1;
            }
        }
    }
    let open = &open[..count];
    if count == 0 {
        return Order::Unknown;
    }
    if capitals > 0 && others > 0 {
        for &at in open {
            let token = &mut tokens[at];
            token.role = if token.marks & CAPS != 0 {
                Role::Family
            } else if count > 2 && patronymic(&token.text) {
                Role::Patronymic
            } else {
                Role::Given
            };
        }
        return Order::Capitals;
    }
    if let Some(order) = by_patronymic(tokens, open) {
        return order;
    }
    if let Some(order) = by_initials(tokens, open) {
        return order;
    }
    by_particle(tokens, open)
}

/// Whether a word is a father's name in the Slavic way.
fn patronymic(text: &str) -> bool {
    const MALE: [&str; 10] = [
        "ovich", "evich", "yevich", "ovych", "evych", "yovych", "iyovych", "ilyich", "kuzmich", "ilich",
    ];
    MALE.iter().any(|ending| text.len() > 5 && text.ends_with(ending)) || daughter(text)
}

fn daughter(text: &str) -> bool {
    const FEMALE: [&str; 6] = ["ovna", "evna", "yevna", "ivna", "yivna", "ichna"];
    FEMALE
        .iter()
        .any(|ending| text.len() > 5 && text.ends_with(ending))
}

/// Endings of Bulgarian and Macedonian names, which have the father's name in the middle.
fn balkan(text: &str) -> bool {
    ["ov", "ev", "ova", "eva"]
        .iter()
        .any(|ending| text.len() > 4 && text.ends_with(ending))
}

fn by_patronymic(tokens: &mut [Token], open: &[usize]) -> Option<Order> {
    let is = |at: usize, test: fn(&str) -> bool| test(&tokens[open[at]].text);
    let (father, given, family) = match open.len() {
        2 if is(1, daughter) && !is(0, patronymic) => (1, Some(0), None),
        3 if is(1, patronymic) => (1, Some(0), Some(2)),
        3 if is(2, patronymic) => (2, Some(1), Some(0)),
        3 if is(1, balkan)
            && !is(0, balkan)
            && (is(2, balkan)
                || tokens[open[2]].text.ends_with("ski")
                || tokens[open[2]].text.ends_with("ska")) =>
        {
            (1, Some(0), Some(2))
        }
        _ => return None,
    };
    tokens[open[father]].role = Role::Patronymic;
    if let Some(given) = given {
        tokens[open[given]].role = Role::Given;
    }
    if let Some(family) = family {
        tokens[open[family]].role = Role::Family;
    }
    Some(Order::Patronymic)
}

fn by_initials(tokens: &mut [Token], open: &[usize]) -> Option<Order> {
    let first = tokens.iter().position(|token| token.role == Role::Initial)?;
    let last = tokens.iter().rposition(|token| token.role == Role::Initial)?;
    let before = open.iter().filter(|&&at| at < first).count();
    let after = open.iter().filter(|&&at| at > last).count();
    match (before, after) {
        // “J.P. Jansen”, “J. van der Berg”
        (0, 1) => tokens[open[0]].role = Role::Family,
        // “Jansen J.P.”, “Garcia Lopez J”
        (_, 0) if before > 0 => open
            .iter()
            .filter(|&&at| at < first)
            .for_each(|&at| tokens[at].role = Role::Family),
        // “John F. Kennedy”
        (1, 1) if open.len() == 2 => {
            tokens[open[0]].role = Role::Given;
            tokens[open[1]].role = Role::Family;
        }
        _ => return None,
    }
    Some(Order::Initials)
}

fn by_particle(tokens: &mut [Token], open: &[usize]) -> Order {
    let servant = |at: usize| {
        at > 0
            && matches!(
                tokens[at - 1].text.as_str(),
                "abd" | "abdul" | "abu" | "umm" | "abou"
            )
    };
    let Some(at) = (0..tokens.len())
        .find(|&at| tokens[at].role == Role::Particle && !servant(at) && open.iter().any(|&word| word > at))
    else {
        return Order::Unknown;
    };
    if open.len() < 2 {
        return Order::Unknown;
    }
    let before = open.iter().filter(|&&word| word < at).count();
    if before == 0 {
        // “Van den Berg Jan”: the name after the particle; what follows may be given or a second family name.
        tokens[open[0]].role = Role::Family;
    } else {
        tokens[open[0]].role = Role::Given;
        for &word in open.iter().filter(|&&word| word > at) {
            tokens[word].role = Role::Family;
        }
    }
    Order::Particle
}
