//! `_` and `n_` for templates. Values are escaped unless they are markup already; the text around them is the tool's own
//! and may hold simple markup.

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, HtmlEscape};

use super::{Words, filled};

impl Words {
    /// Gives an environment the functions and the global `language` (`en`, `nl`).
    pub(in super::super) fn register(self, environment: &mut Environment<'_>) {
        add_to(environment, self);
    }
}

fn add_to(environment: &mut Environment<'_>, words: Words) {
    environment.add_global("language", words.language().code());
    environment.add_function("_", move |english: &str, values: Kwargs| {
        say(words, english, &values, None)
    });
    environment.add_function(
        "n_",
        move |one: &str, many: &str, number: Value, values: Kwargs| {
            // A figure stands for its number, and is shown as a figure.
            let counted = match number.kind() {
                ValueKind::Map => number.get_attr("value")?,
                _ => number.clone(),
            };
            let is_one = counted.to_string() == "1";
            say(words, if is_one { one } else { many }, &values, Some(&number))
        },
    );
    environment.add_filter("shown", move |text: &str| words.figure(text));
    environment.add_filter("told", move |text: &str| words.told(text));
}

fn say(words: Words, english: &str, values: &Kwargs, number: Option<&Value>) -> Result<Value, Error> {
    let mut known: Vec<(&str, String)> = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        if value.is_undefined() || value.is_none() {
            return Err(fault(format!("‘{english}’: nothing stands for {{{name}}}")));
        }
        known.push((name, escaped(&value)));
    }
    if let Some(number) = number.filter(|_| !known.iter().any(|(name, _)| *name == "n")) {
        known.push(("n", escaped(number)));
    }
    values.assert_all_used()?;
    let text = words.text(english);
    for (name, _) in known.iter().filter(|(name, _)| *name != "n") {
        if !text.contains(&format!("{{{name}}}")) {
            return Err(fault(format!("‘{text}’ has no place for {{{name}}}")));
        }
    }
    let own = |name: &str| {
        let value = known.iter().find(|(own, _)| *own == name);
        value.map(|(_, value)| value.clone())
    };
    Ok(Value::from_safe_string(filled(text, own)))
}

/// A value as markup; a figure as the macro `f` writes it.
fn escaped(value: &Value) -> String {
    let part = |name: &str| {
        let part = value.get_attr(name).unwrap_or_default();
        HtmlEscape(&part.to_string()).to_string()
    };
    match (value.is_safe(), value.kind()) {
        (true, _) => value.to_string(),
        (_, ValueKind::Map) => format!(
            "<data value=\"{}\" data-figure=\"{}\" data-key=\"{}\">{}</data>",
            part("value"),
            part("name"),
            part("key"),
            part("shown")
        ),
        _ => HtmlEscape(&value.to_string()).to_string(),
    }
}

fn fault(what: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    fn rendered(template: &str, language: Language) -> Result<String, Error> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
        add_to(&mut environment, Words::of(language));
        let figure = minijinja::context! { value => "1", name => "a.b", key => "<", shown => "1" };
        let values = minijinja::context! { name => "<b>", figure };
        environment.render_named_str("a.html", template, values)
    }

    #[test]
    fn values_are_escaped_and_markup_of_macros_is_not() {
        let of = |template| rendered(template, Language::English).expect("it renders");
        assert_eq!(
            of(r#"{{ _("<em>Of</em> {name}", name=name) }}"#),
            "<em>Of</em> &lt;b&gt;"
        );
        assert_eq!(
            of(r#"{% macro m(a) %}<i>{{ a }}</i>{% endmacro %}{{ _("{a}", a=m(name)) }}"#),
            "<i>&lt;b&gt;</i>"
        );
        assert_eq!(of(r#"{{ n_("{n} group", "{n} groups", 3) }}"#), "3 groups");
        assert_eq!(of(r#"{{ n_("group", "groups", figure) }}"#), "group");
        assert_eq!(
            of(r#"{{ n_("{n} group", "{n} groups", figure) }}"#),
            "<data value=\"1\" data-figure=\"a.b\" data-key=\"&lt;\">1</data> group"
        );
        assert_eq!(
            of(r#"{{ n_("{n} group", "{n} groups", figure, n="a") }}"#),
            "a group"
        );
        assert_eq!(of("{{ language }}"), "en");
        assert!(rendered(r#"{{ _("of", name=name) }}"#, Language::English).is_err());
    }
}
