//! The language of the page. English text is its own key: what is said in another language is looked up by it.

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, HtmlEscape};

/// The words of one language.
#[derive(Clone, Debug, Default)]
pub struct Words {}

impl Words {
    /// The sentence in the language of the page, each `{name}` replaced by its value.
    pub fn say(&self, english: &str, values: &[(&str, String)]) -> String {
        let mut text = english.to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// The sentence for one or for many; `{n}` is the number.
    pub fn plural(&self, one: &str, many: &str, number: u64) -> String {
        let english = if number == 1 { one } else { many };
        self.say(english, &[("n", number.to_string())])
    }

    /// Gives templates `_("sentence with {name}", name=value)` and `n_("{n} entry", "{n} entries", number)`. Values are
    /// escaped unless they are markup already.
    pub(super) fn register(&self, environment: &mut Environment<'_>) {
        let words = self.clone();
        environment.add_function(
            "_",
            move |english: &str, values: Kwargs| -> Result<Value, minijinja::Error> {
                let mut given = Vec::new();
                for name in values.args() {
                    given.push((name, markup(&values.get::<Value>(name)?)));
                }
                Ok(Value::from_safe_string(words.say(english, &given)))
            },
        );
        let words = self.clone();
        environment.add_function("n_", move |one: &str, many: &str, number: u64| -> Value {
            Value::from_safe_string(words.plural(one, many, number))
        });
    }
}

/// A value as markup: escaped, unless it is markup already.
fn markup(value: &Value) -> String {
    match value.is_safe() {
        true => value.to_string(),
        false => HtmlEscape(&value.to_string()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_their_places_and_are_escaped() {
        let words = Words::default();
        assert_eq!(
            words.say("{n} of {all}", &[("n", "1".into()), ("all", "2".into())]),
            "1 of 2"
        );
        assert_eq!(words.plural("{n} entry", "{n} entries", 2), "2 entries");
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
        words.register(&mut environment);
        environment
            .add_template(
                "t",
                "{{ _(\"a {x} b\", x=value) }}, {{ n_(\"{n} entry\", \"{n} entries\", 1) }}",
            )
            .expect("a template");
        let template = environment.get_template("t").expect("it is there");
        let made = template
            .render(minijinja::context! { value => "<b>" })
            .expect("rendered");
        assert_eq!(made, "a &lt;b&gt; b, 1 entry");
    }
}
