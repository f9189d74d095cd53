//! The page as a tree: what the reader of HTML makes of it, in one list of nodes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, QualName, local_name, ns, parse_document};

/// The number of a node in its tree.
pub(super) type NodeId = u32;

/// A page that was read.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    children: Vec<NodeId>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Root,
    Element(Rc<QualName>, Vec<(LocalName, StrTendril)>),
    Text(String),
    /// Comments and the like: nothing to show.
    Nothing,
}

impl Tree {
    /// Reads a page. Reading HTML cannot fail: what is not well-formed is read as browsers read it.
    pub(super) fn parse(html: &str) -> Tree {
        let sink = Sink {
            nameless: Rc::new(QualName::new(None, ns!(), local_name!(""))),
            nodes: RefCell::new(vec![Node {
                parent: 0,
                children: Vec::new(),
                kind: Kind::Root,
            }]),
        };
        parse_document(sink, html5ever::ParseOpts::default()).one(html)
    }

    pub(super) fn root(&self) -> NodeId {
        0
    }

    pub(super) fn children(&self, node: NodeId) -> &[NodeId] {
        &self.nodes[node as usize].children
    }

    /// The element above; none above the first.
    pub(super) fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.nodes[node as usize].parent;
        (node != 0 && self.name(parent).is_some()).then_some(parent)
    }

    /// The name of an element, in small letters; nothing of text.
    pub(super) fn name(&self, node: NodeId) -> Option<&LocalName> {
        match &self.nodes[node as usize].kind {
            Kind::Element(name, _) => Some(&name.local),
            _ => None,
        }
    }

    pub(super) fn is(&self, node: NodeId, name: &str) -> bool {
        self.name(node).is_some_and(|own| &**own == name)
    }

    /// Whether it belongs to a picture.
    pub(super) fn is_svg(&self, node: NodeId) -> bool {
        matches!(&self.nodes[node as usize].kind, Kind::Element(name, _) if name.ns == ns!(svg))
    }

    pub(super) fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        self.attributes(node)
            .iter()
            .find(|(own, _)| &**own == name)
            .map(|(_, value)| &**value)
    }

    pub(super) fn attributes(&self, node: NodeId) -> &[(LocalName, StrTendril)] {
        match &self.nodes[node as usize].kind {
            Kind::Element(_, attributes) => attributes,
            _ => &[],
        }
    }

    pub(super) fn has_class(&self, node: NodeId, class: &str) -> bool {
        self.attribute(node, "class")
            .is_some_and(|classes| classes.split_ascii_whitespace().any(|own| own == class))
    }

    /// The text of a text node.
    pub(super) fn text(&self, node: NodeId) -> Option<&str> {
        match &self.nodes[node as usize].kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// All text beneath a node, white space as one space.
    pub(super) fn all_text(&self, node: NodeId) -> String {
        let mut out = String::new();
        for below in self.walk(node) {
            if let Some(text) = self.text(below) {
                out.push_str(text);
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A node and all beneath it, in the order of the page.
    pub(super) fn walk(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut open = vec![node];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(self.children(next).iter().rev());
            Some(next)
        })
    }

    /// The first element of a name beneath a node.
    pub(super) fn find(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.walk(node).find(|below| self.is(*below, name))
    }
}

struct Sink {
    /// The name of what is no element.
    nameless: Rc<QualName>,
    nodes: RefCell<Vec<Node>>,
}

#[derive(Clone)]
struct Handle {
    id: NodeId,
    name: Rc<QualName>,
}

#[derive(Debug)]
struct Named<'a>(&'a QualName);

impl ElemName for Named<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl Sink {
    fn nameless(&self, id: NodeId) -> Handle {
        Handle {
            id,
            name: Rc::clone(&self.nameless),
        }
    }

    fn add(&self, kind: Kind) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            parent: 0,
            children: Vec::new(),
            kind,
        });
        (nodes.len() - 1) as NodeId
    }

    /// Puts something in among the children of a node, before the place `at`; at the end where none is given.
    fn insert(&self, parent: NodeId, at: Option<usize>, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(handle) => {
                self.detach(handle.id);
                let mut nodes = self.nodes.borrow_mut();
                nodes[handle.id as usize].parent = parent;
                let siblings = &mut nodes[parent as usize].children;
                siblings.insert(at.unwrap_or(siblings.len()).min(siblings.len()), handle.id);
            }
            NodeOrText::AppendText(text) => {
                let before = {
                    let nodes = self.nodes.borrow();
                    let siblings = &nodes[parent as usize].children;
                    match at {
                        Some(at) => at.checked_sub(1).and_then(|at| siblings.get(at).copied()),
                        None => siblings.last().copied(),
                    }
                };
                if let Some(before) = before
                    && let Kind::Text(own) = &mut self.nodes.borrow_mut()[before as usize].kind
                {
                    own.push_str(&text);
                    return;
                }
                let id = self.add(Kind::Text(text.to_string()));
                self.insert(parent, at, NodeOrText::AppendNode(self.nameless(id)));
            }
        }
    }

    fn detach(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let parent = nodes[id as usize].parent;
        let siblings = &mut nodes[parent as usize].children;
        if let Some(at) = siblings.iter().rposition(|own| *own == id) {
            siblings.remove(at);
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = Named<'a>;

    fn finish(self) -> Tree {
        Tree {
            nodes: self.nodes.into_inner(),
        }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.nameless(0)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Named<'a> {
        Named(&target.name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let name = Rc::new(name);
        let attributes = attributes
            .into_iter()
            .map(|own| (own.name.local, own.value))
            .collect();
        let id = self.add(Kind::Element(Rc::clone(&name), attributes));
        Handle { id, name }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        let id = self.add(Kind::Nothing);
        self.nameless(id)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.create_comment(StrTendril::new())
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.insert(parent.id, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let has_parent = {
            let nodes = self.nodes.borrow();
            let parent = nodes[element.id as usize].parent;
            nodes[parent as usize].children.contains(&element.id)
        };
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let (parent, at) = {
            let nodes = self.nodes.borrow();
            let parent = nodes[sibling.id as usize].parent;
            let at = nodes[parent as usize]
                .children
                .iter()
                .position(|own| *own == sibling.id);
            (parent, at)
        };
        self.insert(parent, at, child);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        if let Kind::Element(_, own) = &mut self.nodes.borrow_mut()[target.id as usize].kind {
            for attribute in attributes {
                if !own.iter().any(|(name, _)| *name == attribute.name.local) {
                    own.push((attribute.name.local, attribute.value));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let moved = std::mem::take(&mut nodes[node.id as usize].children);
        for child in &moved {
            nodes[*child as usize].parent = parent.id;
        }
        nodes[parent.id as usize].children.extend(moved);
    }
}
