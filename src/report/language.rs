//! The language of a page. The English text is the key.

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, HtmlEscape};

/// All that a page says by itself, in one language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words;

impl Words {
    /// A text of the page in this language, each `{name}` replaced by its value.
    pub fn say(self, english: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(english.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }
}

/// Gives templates `_("text with {name}", name=value)`. Values are escaped unless they are markup already.
pub(super) fn add_to(environment: &mut Environment<'_>, words: Words) {
    environment.add_function(
        "_",
        move |english: &str, values: Kwargs| -> Result<Value, Error> {
            let mut known: Vec<(&str, String)> = Vec::new();
            for name in values.args() {
                let value: Value = values.get(name)?;
                let markup = match value.is_safe() {
                    true => value.to_string(),
                    false => HtmlEscape(&value.to_string()).to_string(),
                };
                known.push((name, markup));
            }
            let known: Vec<(&str, &str)> = known
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            Ok(Value::from_safe_string(words.say(english, &known)))
        },
    );
}
