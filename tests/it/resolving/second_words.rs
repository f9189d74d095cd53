//! Names, dates and numbers compared the slow way, on texts.

/// The distance of Damerau and Levenshtein (restricted), over a full table.
pub fn distance(left: &str, right: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mut least = (table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                    .min(table[i - 1][j] + 1)
                    .min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

/// How many letters apart, where close.
fn close(left: &str, right: &str) -> Option<usize> {
    let shorter = left.chars().count().min(right.chars().count());
    let digits = left
        .chars()
        .chain(right.chars())
        .any(|letter| letter.is_ascii_digit());
    let allowed = if shorter < 4 || digits {
        0
    } else {
        1 + usize::from(shorter >= 8)
    };
    let apart = distance(left, right);
    (apart > 0 && apart <= allowed).then_some(apart)
}

/// A word and whether it is known to be the family's.
type Word = (String, bool);

fn words(text: &str) -> (Vec<Word>, bool) {
    let (family, others) = text.split_once(',').unwrap_or(("", text));
    let mut words: Vec<Word> = family
        .split_whitespace()
        .map(|word| (word.to_owned(), true))
        .collect();
    words.extend(others.split_whitespace().map(|word| (word.to_owned(), false)));
    (words, !family.is_empty())
}

pub fn plain_words(text: &str) -> Vec<String> {
    words(text).0.into_iter().map(|(word, _)| word).collect()
}

/// What two names share.
#[derive(Default)]
pub struct Names {
    pub level: usize,
    pub same: Vec<String>,
    pub close: Vec<(String, String)>,
    /// Kin may be called so: an initial, or a letter apart in what is not known to be the family's.
    pub initials: bool,
    pub close_given: Vec<(String, String)>,
}

/// Compares two names: takes matching words out of both lists until none is left that matches.
pub fn names(left: &str, right: &str) -> Names {
    let ((mut a, _), (mut b, _)) = (words(left), words(right));
    let in_order = a.iter().map(|word| &word.0).eq(b.iter().map(|word| &word.0));
    let mut found = Names::default();
    let (mut whole, mut beyond, mut initials) = (false, false, 0);
    let mut take = |a: &mut Vec<Word>, b: &mut Vec<Word>, fits: &dyn Fn(&str, &str) -> bool| {
        let mut taken = Vec::new();
        let mut i = 0;
        while i < a.len() {
            match b.iter().position(|word| fits(&a[i].0, &word.0)) {
                Some(j) => {
                    let (one, other) = (a.remove(i), b.remove(j));
                    beyond |= !one.1 && !other.1;
                    taken.push((one.0, other.0, one.1 && other.1));
                }
                None => i += 1,
            }
        }
        taken
    };
    for (word, _, _) in take(&mut a, &mut b, &|left, right| left == right) {
        whole |= word.chars().count() >= 3;
        found.same.push(word);
    }
    let one = |text: &str| text.chars().count() == 1;
    let initial = |short: &str, long: &str| one(short) && !one(long) && long.starts_with(short);
    let by_initial = take(&mut a, &mut b, &|left, right| initial(left, right)).len()
        + take(&mut a, &mut b, &|left, right| initial(right, left)).len();
    initials += by_initial;
    for letters in 1..=2 {
        for (one, other, family) in take(&mut a, &mut b, &|left, right| close(left, right) == Some(letters)) {
            if !family {
                found.close_given.push((one.clone(), other.clone()));
            }
            found.close.push((one, other));
        }
    }
    beyond |= by_initial > 0;
    found.initials = by_initial > 0;
    let missing = a.len().max(b.len());
    let parts = found.same.len() + found.close.len();
    let contradicted = !a.is_empty() && !b.is_empty();
    let little = missing > 0 && (parts + initials < 2 || !beyond);
    found.level = if left == right {
        1
    } else if contradicted || parts == 0 || little {
        if whole { 7 } else { 8 }
    } else if found.close.is_empty() && initials == 0 && missing == 0 {
        if in_order { 1 } else { 2 }
    } else if found.close.is_empty() && initials == 0 {
        3
    } else if found.close.is_empty() {
        4
    } else if found.close.len() == 1 && initials == 0 && missing == 0 && !found.same.is_empty() {
        5
    } else {
        6
    };
    found
}

/// The level of two dates, as texts.
pub fn dates(left: &str, right: &str) -> usize {
    if left.len() < 10 || right.len() < 10 {
        let known = left.len().min(right.len());
        return if left[..known] == right[..known] { 4 } else { 5 };
    }
    let swapped = format!("{}-{}-{}", &left[..4], &left[8..], &left[5..7]);
    let digits = |text: &str| text.replace('-', "").into_bytes();
    let (a, b) = (digits(left), digits(right));
    let off: Vec<usize> = (0..8).filter(|place| a[*place] != b[*place]).collect();
    if left == right {
        1
    } else if swapped == right {
        2
    } else if off.len() == 1
        || (off.len() == 2 && off[1] == off[0] + 1 && a[off[0]] == b[off[1]] && a[off[1]] == b[off[0]])
    {
        3
    } else {
        5
    }
}

/// The same numbers, and half of the other words.
pub fn addresses(left: &str, right: &str) -> usize {
    if left == right {
        return 1;
    }
    let has_digit = |word: &String| word.chars().any(|letter| letter.is_ascii_digit());
    let (mut numbers, mut others): (Vec<String>, Vec<String>) =
        plain_words(left).into_iter().partition(has_digit);
    let (mut more_numbers, mut more): (Vec<String>, Vec<String>) =
        plain_words(right).into_iter().partition(has_digit);
    numbers.sort();
    more_numbers.sort();
    let fewer = others.len().min(more.len());
    let mut found = 0;
    for letters in 0..=2 {
        others.retain(|word| {
            let fits = |other: &String| {
                if letters == 0 {
                    other == word
                } else {
                    close(word, other) == Some(letters)
                }
            };
            let place = more.iter().position(fits);
            if let Some(place) = place {
                more.remove(place);
                found += 1;
            }
            place.is_none()
        });
    }
    if !numbers.is_empty() && numbers == more_numbers && found > 0 && found * 2 >= fewer {
        2
    } else {
        3
    }
}
