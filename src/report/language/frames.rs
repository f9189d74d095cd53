//! Sentences that the tool wrote into tables with figures and names in them, known again by what stands around these.

/// Sentences with places, and the same in another language.
#[derive(Debug, Default)]
pub(super) struct Frames(Vec<Frame>);

#[derive(Debug)]
struct Frame {
    /// What stands before, between and behind the places.
    fixed: Vec<String>,
    /// Names of the places in order.
    places: Vec<String>,
    own: String,
}

/// Knows texts without places.
type Word<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A place whose text is known itself.
const TEXT: &str = "text";
/// A place with several of them between semicolons; a star marks those that weigh more.
const LIST: &str = "list";
/// A place with several of them between commas.
const COMMAS: &str = "commas";
/// A sentence within a sentence within a sentence: deeper is no sentence of ours.
const DEEPEST: usize = 6;

impl Frames {
    /// Pairs of texts in one language and the other. What has more fixed text is tried first.
    pub(super) fn new(pairs: impl Iterator<Item = (String, String)>) -> Frames {
        let mut frames: Vec<Frame> = pairs.filter_map(|(from, to)| Frame::new(&from, to)).collect();
        frames.sort_by(|a, b| (b.weight(), &a.fixed).cmp(&(a.weight(), &b.fixed)));
        Frames(frames)
    }

    /// The text in the other language, where all of it is known: whole, or sentence by sentence.
    pub(super) fn told(&self, text: &str, word: Word<'_>) -> Option<String> {
        self.told_within(text, word, 0)
    }

    fn told_within(&self, text: &str, word: Word<'_>, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        if let Some(own) = self.whole(text, word, depth) {
            return Some(own);
        }
        // Where the first sentence ends: what belongs to it, and what stands between it and the next.
        for (mark, kept) in [("\n", 0), (". ", 1), ("; ", 0)] {
            for (at, _) in text.match_indices(mark) {
                let (first, rest) = (text.get(..at + kept)?, text.get(at + mark.len()..)?);
                if let Some(first) = self.whole(first, word, depth)
                    && let Some(rest) = self.told_within(rest, word, depth + 1)
                {
                    return Some(format!("{first}{}{rest}", mark.get(kept..)?));
                }
            }
        }
        None
    }

    fn whole(&self, text: &str, word: Word<'_>, depth: usize) -> Option<String> {
        word(text).or_else(|| {
            self.0
                .iter()
                .find_map(|frame| self.framed(frame, text, word, depth))
        })
    }

    /// The text in the other language; nothing where it is another sentence, or where its parts can be told in two ways.
    fn framed(&self, frame: &Frame, text: &str, word: Word<'_>, depth: usize) -> Option<String> {
        let found = frame.values(text, false)?;
        if found != frame.values(text, true)? {
            return None;
        }
        let mut values = Vec::new();
        for (place, value) in frame.places.iter().zip(found) {
            values.push((place, self.value(place, value, word, depth + 1)?));
        }
        Some(super::filled(&frame.own, |name| {
            let value = values.iter().find(|(place, _)| *place == name);
            value.map(|(_, value)| value.clone())
        }))
    }

    fn value(&self, place: &str, value: &str, word: Word<'_>, depth: usize) -> Option<String> {
        let several = |mark: &str| -> Option<String> {
            let items = value.split(mark).map(|item| {
                let bare = item.strip_suffix('*').unwrap_or(item);
                let own = self.told_within(bare, word, depth)?;
                Some(format!("{own}{}", item.get(bare.len()..)?))
            });
            Some(items.collect::<Option<Vec<String>>>()?.join(mark))
        };
        match place {
            TEXT => self.told_within(value, word, depth),
            LIST => several("; "),
            COMMAS => several(", "),
            _ => Some(
                self.told_within(value, word, depth)
                    .or_else(|| words_of(value, word))
                    .unwrap_or_else(|| value.to_owned()),
            ),
        }
    }
}

/// Known words with commas or semicolons between them, every one of them known. A word may hold a comma itself.
fn words_of(value: &str, word: Word<'_>) -> Option<String> {
    [", ", "; "].into_iter().find_map(|mark| {
        value.match_indices(mark).find_map(|(at, _)| {
            let own = word(value.get(..at)?)?;
            let rest = value.get(at + mark.len()..)?;
            let rest = word(rest).or_else(|| words_of(rest, word))?;
            Some(format!("{own}{mark}{rest}"))
        })
    })
}

impl Frame {
    fn new(from: &str, own: String) -> Option<Frame> {
        let mut fixed = vec![String::new()];
        let mut places = Vec::new();
        let mut rest = from;
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}')?;
            fixed.last_mut()?.push_str(before);
            places.push(name.to_owned());
            fixed.push(String::new());
            rest = after;
        }
        fixed.last_mut()?.push_str(rest);
        (!places.is_empty()).then_some(Frame { fixed, places, own })
    }

    fn weight(&self) -> usize {
        self.fixed.iter().map(String::len).sum()
    }

    /// What stands in the places: as little as can be from the front, or from the back.
    fn values<'a>(&self, text: &'a str, backward: bool) -> Option<Vec<&'a str>> {
        let (first, last) = (self.fixed.first()?, self.fixed.last()?);
        let mut rest = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let inner = self.fixed.get(1..self.fixed.len() - 1)?;
        let mut values = Vec::new();
        if backward {
            for fixed in inner.iter().rev() {
                let (before, value) = rest.rsplit_once(fixed.as_str())?;
                values.push(value);
                rest = before;
            }
            values.push(rest);
            values.reverse();
        } else {
            for fixed in inner {
                let (value, behind) = rest.split_once(fixed.as_str())?;
                values.push(value);
                rest = behind;
            }
            values.push(rest);
        }
        let pairs = self.places.iter().zip(&values);
        pairs
            .into_iter()
            .all(|(place, value)| is_value(place, value))
            .then_some(values)
    }
}

/// A value over two lines or sentences is another text that happens to begin and end alike.
fn is_value(place: &str, value: &str) -> bool {
    let is_figure = place.bytes().all(|byte| byte.is_ascii_digit());
    let is_more = value.contains('\n') || value.contains(". ") || is_figure && value.contains("; ");
    !value.is_empty() && !is_more && !value.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        let pairs = [
            ("{0} of {1} accounts.", "{0} van {1} rekeningen."),
            ("Of {0} accounts {1} may.\n{2}", "Van {0} rekeningen {1}.\n{2}"),
            ("It is {0}.", "Het is {0}."),
            ("Found: {list}.", "Gevonden: {list}."),
            ("not seen: {text}", "niet gezien: {text}"),
            ("Signs of it: {control}.", "Tekens ervan: {control}."),
            ("{0} in {1} transfers", "{0} in {1} overboekingen"),
            ("{0} got {1} and sent {2}.", "{0} kreeg {1} en gaf {2}."),
        ];
        let frames = Frames::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
        frames.told(text, &|word| match word {
            "none" => Some("geen".to_owned()),
            "phone, e-mail" => Some("telefoon of e-mail".to_owned()),
            "Somebody decides." => Some("Iemand beslist.".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn sentences_are_known_again() {
        assert_eq!(told("3 of 7 accounts.").as_deref(), Some("3 van 7 rekeningen."));
        assert_eq!(
            told("It is none. 3 of 7 accounts. Somebody decides.").as_deref(),
            Some("Het is geen. 3 van 7 rekeningen. Iemand beslist.")
        );
        assert_eq!(
            told("Of 3 accounts 1 may.\nIt is so.").as_deref(),
            Some("Van 3 rekeningen 1.\nHet is so.")
        );
        assert_eq!(
            told("Found: none; 5 in 2 transfers*.\nIt is x.").as_deref(),
            Some("Gevonden: geen; 5 in 2 overboekingen*.\nHet is x.")
        );
        assert_eq!(
            told("{account:a-1} got 1.00 in 3 transfers and sent nothing.").as_deref(),
            Some("{account:a-1} kreeg 1.00 in 3 overboekingen en gaf nothing.")
        );
        assert_eq!(told("not seen: none").as_deref(), Some("niet gezien: geen"));
        assert_eq!(
            told("Signs of it: none, phone, e-mail; none.").as_deref(),
            Some("Tekens ervan: geen, telefoon of e-mail; geen.")
        );
        assert_eq!(told("It is none, x.").as_deref(), Some("Het is none, x."));
    }

    #[test]
    fn what_is_not_known_or_not_certain_stays() {
        assert_eq!(told("4 of 5 of 6 accounts."), None);
        assert_eq!(told("It is x. And more."), None);
        assert_eq!(told("of 6 accounts."), None);
        assert_eq!(told("Found: none; another thing."), None);
        assert_eq!(told("not seen: another thing"), None);
    }
}
