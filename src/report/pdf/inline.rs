//! Elements in the middle of a line: how their letters look, what they are tagged as, where they lead.

use krilla::tagging::{Tag, TagKind};

use super::flow::{DEEPEST, Flow};
use super::html::NodeId;
use super::style::Display;
use super::tags::TagId;
use super::text::{Inline, Span, Way};

impl Flow<'_> {
    /// An element in the middle of a line.
    pub(super) fn inline(
        &mut self,
        node: NodeId,
        tag: TagId,
        link: Option<u32>,
        inline: &mut Inline,
        depth: usize,
    ) {
        if let Some(text) = self.tree.text(node) {
            let Some(parent) = self.tree.parent(node) else {
                return;
            };
            let span = self.span(parent, tag, link);
            let preserved = self.look(parent).preserved;
            inline.push(text, preserved, &span, &mut self.setter);
            return;
        }
        let look = self.look(node);
        if look.display == Display::Hidden {
            return;
        }
        self.place(node);
        let Some(name) = self.tree.name(node).map(|name| name.to_string()) else {
            return;
        };
        if name == "br" {
            inline.end_line();
            return;
        }
        if depth > DEEPEST {
            let text = self.tree.all_text(node);
            let span = self.span(node, tag, link);
            inline.push(&text, false, &span, &mut self.setter);
            return;
        }
        let language = self.tree.attribute(node, "lang").map(str::to_owned);
        let own: Option<TagKind> = match name.as_str() {
            "strong" | "b" => Some(Tag::Strong.into()),
            "em" | "i" | "cite" | "dfn" => Some(Tag::Em.into()),
            "code" | "kbd" | "samp" => Some(Tag::Code.into()),
            _ if language.is_some() => Some(Tag::Span.with_lang(language).into()),
            _ => None,
        };
        let target = self
            .tree
            .attribute(node, "href")
            .and_then(|href| href.strip_prefix('#'))
            .filter(|target| link.is_none() && name == "a" && self.targets.contains(*target))
            .map(str::to_owned);
        if let Some(target) = target {
            let text = self.tree.all_text(node);
            let own = self.tags.add(tag, Tag::Link);
            let text = match text.is_empty() {
                true => target.clone(),
                false => text,
            };
            let link = self.tags.link(target, text);
            self.inline_children(node, own, Some(link), inline, depth);
            self.tags.end_link(own, link);
            return;
        }
        let tag = match own {
            Some(kind) => self.tags.add(tag, kind),
            None => tag,
        };
        let way = match (name.as_str(), self.tree.attribute(node, "dir")) {
            (_, Some("rtl")) => Some(Way::ToLeft),
            (_, Some("ltr")) => Some(Way::ToRight),
            ("bdi", _) | (_, Some("auto")) => Some(Way::ByText),
            _ => None,
        };
        if let Some(way) = way {
            let span = self.span(node, tag, link);
            inline.open(way, &span);
        }
        self.inline_children(node, tag, link, inline, depth);
        if way.is_some() {
            inline.close();
        }
    }

    pub(super) fn inline_children(
        &mut self,
        node: NodeId,
        tag: TagId,
        link: Option<u32>,
        inline: &mut Inline,
        depth: usize,
    ) {
        for child in self.tree.children(node) {
            self.inline(*child, tag, link, inline, depth + 1);
        }
    }

    pub(super) fn span(&mut self, node: NodeId, tag: TagId, link: Option<u32>) -> Span {
        let look = self.look(node);
        let size = look.size * self.scale;
        let rise = match self.tree.name(node).map_or("", |name| name) {
            "sup" => size * 0.4,
            "sub" => -size * 0.2,
            _ => 0.0,
        };
        Span {
            size,
            bold: look.bold,
            italic: look.italic,
            mono: look.mono,
            color: look.color,
            nowrap: look.nowrap,
            rise,
            piece: self.tags.piece(tag),
            link,
        }
    }
}
