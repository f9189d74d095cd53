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

impl Frames {
    /// Pairs of English and the other language. What has more fixed text is tried first.
    pub(super) fn new(pairs: impl Iterator<Item = (String, String)>) -> Frames {
        let mut frames: Vec<Frame> = pairs
            .filter_map(|(english, own)| Frame::new(&english, own))
            .collect();
        frames.sort_by(|a, b| (b.weight(), &a.fixed).cmp(&(a.weight(), &b.fixed)));
        Frames(frames)
    }

    /// The text in the other language, where all of it is known: whole, or sentence by sentence. `word` knows texts without
    /// places.
    pub(super) fn told(&self, text: &str, word: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        if let Some(own) = self.whole(text, word) {
            return Some(own);
        }
        for (mark, keep) in [("\n", "\n"), (". ", "."), ("; ", ";")] {
            for (at, _) in text.match_indices(mark) {
                let (first, rest) = text.split_at(at + keep.len());
                let gap = if keep == "\n" { "" } else { " " };
                let first = first.trim_end_matches(['\n', ';']);
                let between = match keep {
                    "\n" => "\n",
                    ";" => "; ",
                    _ => " ",
                };
                let rest = rest.strip_prefix(gap).unwrap_or(rest);
                let own = word(first).or_else(|| self.whole(first, word));
                if let Some(own) = own
                    && let Some(rest) = word(rest).or_else(|| self.told(rest, word))
                {
                    return Some(format!("{own}{between}{rest}"));
                }
            }
        }
        None
    }

    fn whole(&self, text: &str, word: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        self.0.iter().find_map(|frame| frame.told(text, word))
    }
}

impl Frame {
    fn new(english: &str, own: String) -> Option<Frame> {
        let mut fixed = vec![String::new()];
        let mut places = Vec::new();
        let mut rest = english;
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

    /// The text in the other language; nothing where it is another sentence, or where its parts can be told in two ways.
    fn told(&self, text: &str, word: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let found = self.values(text, false)?;
        if found != self.values(text, true)? {
            return None;
        }
        Some(super::filled(&self.own, |name| {
            let at = self.places.iter().position(|place| place == name)?;
            let value = found.get(at)?;
            Some(word(value).unwrap_or_else(|| (*value).to_owned()))
        }))
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
        // A value over two lines or sentences is another text that happens to begin and end alike.
        let is_value = |value: &&str| !value.is_empty() && !value.contains('\n') && !value.contains(". ");
        values.iter().all(is_value).then_some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        let pairs = [
            ("{0} of {1} accounts.", "{0} van {1} rekeningen."),
            ("Of {0} accounts {1} may.\n{2}", "Van {0} rekeningen {1}.\n{2}"),
            ("It is {0}.", "Het is {0}."),
            ("Found: {0}", "Gevonden: {0}"),
        ];
        let frames = Frames::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
        frames.told(text, &|word| match word {
            "none" => Some("geen".to_owned()),
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
            told("Found: none\nIt is x.").as_deref(),
            Some("Gevonden: geen\nHet is x.")
        );
    }

    #[test]
    fn what_is_not_known_or_not_certain_stays() {
        assert_eq!(told("4 of 5 of 6 accounts."), None);
        assert_eq!(told("It is x. And more."), None);
        assert_eq!(told("of 6 accounts."), None);
    }
}
