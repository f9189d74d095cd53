//! How the page wants to look on paper: its own style sheet, read for what layout here can follow (display, size, weight,
//! colour, side, borders, columns). Whatever else it asks for is left aside, so that a page stays legible whatever its
//! style says.

use std::collections::HashMap;

use html5ever::LocalName;
use simplecss::{AttributeOperator, Element, PseudoClass, StyleSheet};

use super::html::{NodeId, Tree};

/// A colour as red, green, blue.
pub(super) type Rgb = [u8; 3];

/// Points of a CSS pixel.
const PIXEL: f32 = 0.75;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    Inline,
    Block,
    Hidden,
}

/// How one element looks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub display: Display,
    /// Of letters, in points.
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
    pub mono: bool,
    pub color: Rgb,
    pub to_right: bool,
    pub centred: bool,
    pub nowrap: bool,
    /// White space as written.
    pub preserved: bool,
    pub background: Option<Rgb>,
    pub border: Option<Rgb>,
    pub border_top: Option<(f32, Rgb)>,
    pub border_left: Option<(f32, Rgb)>,
    /// Children stand beside each other, each at least so wide in points.
    pub columns: Option<f32>,
}

/// The page's style sheet for paper, its variables put in.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    css: String,
}

impl Sheet {
    /// The style of a page: all its `<style>` elements, those rules last that are for print alone.
    pub(super) fn of(tree: &Tree) -> Sheet {
        let mut source = String::new();
        for node in tree.walk(tree.root()).filter(|node| tree.is(*node, "style")) {
            for child in tree.children(node) {
                source.push_str(tree.text(*child).unwrap_or_default());
            }
            source.push('\n');
        }
        Sheet {
            css: for_paper(&source),
        }
    }

    /// The rules in words that a reader of pictures understands.
    pub(super) fn text(&self) -> &str {
        &self.css
    }
}

/// Looks of all elements of a page. Elements of one kind in one place share theirs: the rules are asked once for each.
pub(super) struct Looks<'a> {
    sheet: StyleSheet<'a>,
    looks: Vec<Look>,
    known: HashMap<(u32, LocalName, String), u32>,
    of_node: HashMap<NodeId, u32>,
    root: f32,
}

impl<'a> Looks<'a> {
    pub(super) fn new(sheet: &'a Sheet, tree: &Tree) -> Looks<'a> {
        let first = Look {
            display: Display::Block,
            size: 9.5,
            bold: false,
            italic: false,
            mono: false,
            color: [0, 0, 0],
            to_right: false,
            centred: false,
            nowrap: false,
            preserved: false,
            background: None,
            border: None,
            border_top: None,
            border_left: None,
            columns: None,
        };
        let mut looks = Looks {
            sheet: StyleSheet::parse(&sheet.css),
            looks: vec![first],
            known: HashMap::new(),
            of_node: HashMap::new(),
            root: 9.5,
        };
        if let Some(html) = tree.find(tree.root(), "html") {
            looks.root = looks.of(tree, html).size.clamp(6.0, 14.0);
        }
        looks
    }

    /// How an element looks; of text, how the element around it does.
    pub(super) fn of(&mut self, tree: &Tree, node: NodeId) -> Look {
        let at = self.number(tree, node);
        let mut look = self.looks[at as usize].clone();
        // What is for hands alone, and what the page itself hides.
        let is_tool = matches!(
            tree.attribute(node, "role"),
            Some("toolbar" | "search" | "slider" | "tooltip")
        );
        if is_tool || tree.attribute(node, "hidden").is_some() {
            look.display = Display::Hidden;
        }
        look
    }

    fn number(&mut self, tree: &Tree, node: NodeId) -> u32 {
        let Some(name) = tree.name(node) else {
            return match tree.parent(node) {
                Some(parent) => self.number(tree, parent),
                None => 0,
            };
        };
        if let Some(known) = self.of_node.get(&node) {
            return *known;
        }
        let above = tree.parent(node).map_or(0, |parent| self.number(tree, parent));
        let class = tree.attribute(node, "class").unwrap_or_default().to_owned();
        let key = (above, name.clone(), class);
        let number = match self.known.get(&key) {
            Some(number) => *number,
            None => {
                let look = self.compute(tree, node, above);
                self.looks.push(look);
                let number = (self.looks.len() - 1) as u32;
                self.known.insert(key, number);
                number
            }
        };
        if tree.children(node).len() > 1 {
            self.of_node.insert(node, number);
        }
        number
    }

    fn compute(&self, tree: &Tree, node: NodeId, above: u32) -> Look {
        let parent = &self.looks[above as usize];
        let mut look = Look {
            display: Display::Inline,
            background: None,
            border: None,
            border_top: None,
            border_left: None,
            columns: None,
            ..parent.clone()
        };
        by_name(tree.name(node).map_or("", |name| name), parent.size, &mut look);
        let at = At { tree, node };
        for rule in self.sheet.rules.iter().filter(|rule| rule.selector.matches(&at)) {
            for declaration in &rule.declarations {
                self.declare(declaration.name, declaration.value.trim(), parent.size, &mut look);
            }
        }
        look
    }

    fn declare(&self, name: &str, value: &str, above: f32, look: &mut Look) {
        let first = value.split_ascii_whitespace().next().unwrap_or_default();
        match name {
            "display" => {
                look.display = match first {
                    "none" => Display::Hidden,
                    "inline" | "inline-block" | "inline-flex" | "contents" => Display::Inline,
                    _ => Display::Block,
                }
            }
            "font-size" => look.size = length(first, above, self.root).unwrap_or(look.size),
            "font-weight" => look.bold = is_bold(first),
            "font-style" => look.italic = first != "normal",
            "font-family" => look.mono = value.ends_with("monospace"),
            "font" => {
                look.mono = value.ends_with("monospace");
                for word in value.split_ascii_whitespace() {
                    let size = word.split('/').next().unwrap_or_default();
                    if word.parse::<u16>().is_ok() || word == "bold" {
                        look.bold = is_bold(word);
                    } else if let Some(size) = length(size, above, self.root) {
                        look.size = size;
                        break;
                    }
                }
            }
            "color" => look.color = color(value).unwrap_or(look.color),
            "text-align" => {
                look.to_right = matches!(first, "right" | "end");
                look.centred = first == "center";
            }
            "white-space" => {
                look.nowrap = first == "nowrap";
                look.preserved = first.starts_with("pre");
            }
            "background" | "background-color" => {
                look.background = color(value).filter(|own| *own != [255; 3]);
            }
            "border" => {
                look.border = border(value).map(|(_, color)| color);
                (look.border_top, look.border_left) = (None, None);
            }
            "border-color" => look.border = look.border.and(color(value)),
            "border-top" => look.border_top = border(value),
            "border-left" => look.border_left = border(value),
            "grid-template-columns" => {
                look.columns = value
                    .split_once("minmax(")
                    .and_then(|(_, rest)| rest.split([',', ')']).next())
                    .and_then(|least| length(least.trim(), look.size, self.root));
            }
            _ => {}
        }
        look.size = look.size.clamp(5.5, 28.0);
    }
}

fn by_name(name: &str, above: f32, look: &mut Look) {
    let block = "html body main header footer nav section article aside div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table \
                 caption thead tbody tfoot tr th td figure figcaption details summary blockquote pre address hr form \
                 legend svg dialog";
    if block.split_ascii_whitespace().any(|own| own == name) {
        look.display = Display::Block;
    }
    match name {
        "script" | "style" | "template" | "head" | "title" | "link" | "meta" | "noscript" | "button"
        | "input" | "select" | "label" | "fieldset" | "datalist" | "textarea" | "canvas" | "dialog"
        | "iframe" | "object" | "embed" | "audio" | "video" => {
            look.display = Display::Hidden;
        }
        "h1" => look.size = above * 2.0,
        "h2" => look.size = above * 1.5,
        "h3" => look.size = above * 1.2,
        "small" | "sup" | "sub" => look.size = above * 0.8,
        "em" | "i" | "cite" | "dfn" | "var" => look.italic = true,
        "code" | "kbd" | "samp" => look.mono = true,
        "pre" => (look.mono, look.preserved) = (true, true),
        _ => {}
    }
    if matches!(
        name,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "b" | "strong" | "th" | "caption" | "summary"
    ) {
        look.bold = true;
    }
}

fn is_bold(weight: &str) -> bool {
    weight == "bold" || weight.parse::<u16>().is_ok_and(|weight| weight >= 550)
}

/// A length in points.
fn length(text: &str, above: f32, root: f32) -> Option<f32> {
    let at = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))?;
    let number: f32 = text[..at].parse().ok()?;
    let unit = match &text[at..] {
        "pt" => 1.0,
        "px" => PIXEL,
        "rem" => root,
        "em" => above,
        "ch" => above * 0.55,
        "%" => above / 100.0,
        "mm" => 2.834_646,
        _ => return None,
    };
    Some(number * unit)
}

fn border(value: &str) -> Option<(f32, Rgb)> {
    let width = value
        .split_ascii_whitespace()
        .find_map(|word| length(word, 1.0, 1.0))?;
    let color = value.split_ascii_whitespace().find_map(color)?;
    (width > 0.0).then_some((width * 0.8, color))
}

fn color(value: &str) -> Option<Rgb> {
    let digits = value.split_ascii_whitespace().next()?.strip_prefix('#')?;
    let wide: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let number = u32::from_str_radix(&wide, 16).ok()?;
    Some([(number >> 16) as u8, (number >> 8) as u8, number as u8])
}

/// Rules outside of media queries, then those for print; the values of variables in their places.
fn for_paper(source: &str) -> String {
    let mut plain = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("/*") {
        plain.push_str(&rest[..at]);
        rest = rest[at..].find("*/").map_or("", |end| &rest[at + end + 2..]);
    }
    plain.push_str(rest);
    let (mut always, mut print) = (String::new(), String::new());
    let mut rest = plain.as_str();
    while let Some(at) = rest.find('@') {
        always.push_str(&rest[..at]);
        let rule = &rest[at..];
        let open = rule.find('{').unwrap_or(rule.len());
        let end = match rule.find(';').filter(|end| *end < open) {
            Some(end) => end + 1,
            None => {
                let end = block_end(rule, open);
                if rule[..open].contains("print") && end > open {
                    print.push_str(&rule[open + 1..end - 1]);
                }
                end
            }
        };
        rest = &rule[end..];
    }
    always.push_str(rest);
    always.push_str(&print);
    put_in_variables(&always)
}

/// Where the block that opens at `open` ends, its brace included.
fn block_end(text: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

fn put_in_variables(css: &str) -> String {
    let mut values: HashMap<String, String> = HashMap::new();
    let mut rules = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find(":root") {
        rules.push_str(&rest[..at]);
        let open = at + rest[at..].find('{').unwrap_or(rest.len() - at);
        let end = block_end(rest, open);
        let body = rest.get(open + 1..end.saturating_sub(1)).unwrap_or_default();
        for (name, value) in body.split(';').filter_map(|one| one.split_once(':')) {
            if name.trim().starts_with("--") {
                values.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        rest = &rest[end..];
    }
    rules.push_str(rest);
    let mut out = String::with_capacity(rules.len());
    let mut rest = rules.as_str();
    while let Some(at) = rest.find("var(") {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find(')') else { break };
        let name = rest[at + 4..at + end].split(',').next().unwrap_or_default();
        out.push_str(values.get(name.trim()).map_or("inherit", |value| value));
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out
}

#[derive(Clone, Copy)]
struct At<'a> {
    tree: &'a Tree,
    node: NodeId,
}

impl Element for At<'_> {
    fn parent_element(&self) -> Option<Self> {
        self.tree.parent(self.node).map(|node| At { node, ..*self })
    }

    // Looks are shared by name, class and place, so siblings, ids and states cannot be told apart.
    fn prev_sibling_element(&self) -> Option<Self> {
        None
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.tree.is(self.node, name)
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        name == "class"
            && self
                .tree
                .attribute(self.node, name)
                .is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, _: PseudoClass<'_>) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_comes_last_and_variables_are_put_in() {
        let css = ":root { --ink: #123456; } a { color: var(--ink); } @media (max-width: 4rem) { a { color: #fff; } } \
                   @page { margin: 1mm; @top-left { content: \"x\"; } } \
                   @media print { :root { --ink: #000000; } b { display: none; } }";
        let paper = for_paper(css);
        assert!(paper.contains("a { color: #000000; }"), "{paper}");
        assert!(paper.contains("b { display: none; }"), "{paper}");
        assert!(!paper.contains("#fff") && !paper.contains("content"), "{paper}");
    }

    #[test]
    fn looks_follow_classes_and_places() {
        let html = "<style>td .x { text-align: right; font: 400 .5rem monospace } .y { display: none }</style>\
                    <table><tr><td><p class=x>1</p><p class=y>2</p></td></tr></table><p class=x>3</p>";
        let tree = Tree::parse(html);
        let sheet = Sheet::of(&tree);
        let mut looks = Looks::new(&sheet, &tree);
        let all: Vec<Look> = tree
            .walk(0)
            .filter(|node| tree.is(*node, "p"))
            .map(|node| looks.of(&tree, node))
            .collect();
        assert!(all[0].to_right && all[0].mono && !all[0].bold);
        assert!(all[0].size < 6.0);
        assert_eq!(all[1].display, Display::Hidden);
        assert!(!all[2].to_right);
    }
}
