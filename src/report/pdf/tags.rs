//! The tree of tags by which a reader that speaks or enlarges knows what is a heading, a table's head, a list or a link.
//! Layout makes the tree and numbers its pieces of content; drawing says where on the pages each piece is.

use krilla::geom::Rect;
use krilla::tagging::{BBox, Identifier, Node, TagGroup, TagKind, TagTree};

/// The number of an element of the tree.
pub(super) type TagId = u32;

/// Content that is no part of the tree: rules, page numbers, heads of tables that are said again.
pub(super) const ARTIFACT: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Tags {
    groups: Vec<Group>,
    pieces: Vec<Vec<Identifier>>,
    links: Vec<Link>,
    /// The piece that text may go on in.
    open: Option<(TagId, u32)>,
}

#[derive(Debug)]
struct Group {
    kind: Option<TagKind>,
    children: Vec<Child>,
    /// Cells are told even where nothing is in them: a table is a grid.
    may_be_empty: bool,
}

#[derive(Clone, Copy, Debug)]
enum Child {
    Group(TagId),
    Piece(u32),
    Link(u32),
}

/// A link within the document.
#[derive(Debug)]
pub(super) struct Link {
    /// The name of the place that it leads to.
    pub target: String,
    /// What is read out for it.
    pub text: String,
    marks: Vec<Identifier>,
}

impl Tags {
    pub(super) fn new() -> Tags {
        Tags {
            groups: vec![Group {
                kind: None,
                children: Vec::new(),
                may_be_empty: true,
            }],
            pieces: Vec::new(),
            links: Vec::new(),
            open: None,
        }
    }

    pub(super) const fn root(&self) -> TagId {
        0
    }

    /// Adds an element at the end of another.
    pub(super) fn add(&mut self, parent: TagId, kind: impl Into<TagKind>) -> TagId {
        let kind = kind.into();
        let may_be_empty = matches!(kind, TagKind::TD(_) | TagKind::TH(_));
        self.groups.push(Group {
            kind: Some(kind),
            children: Vec::new(),
            may_be_empty,
        });
        let id = (self.groups.len() - 1) as TagId;
        self.groups[parent as usize].children.push(Child::Group(id));
        self.open = None;
        id
    }

    /// The piece of content that text of an element goes into: the one before where nothing came between.
    pub(super) fn piece(&mut self, tag: TagId) -> u32 {
        if let Some((own, piece)) = self.open
            && own == tag
        {
            return piece;
        }
        self.pieces.push(Vec::new());
        let piece = (self.pieces.len() - 1) as u32;
        self.groups[tag as usize].children.push(Child::Piece(piece));
        self.open = Some((tag, piece));
        piece
    }

    /// Text from here on is another piece.
    pub(super) fn end_piece(&mut self) {
        self.open = None;
    }

    /// A link to a place of the document.
    pub(super) fn link(&mut self, target: String, text: String) -> u32 {
        self.links.push(Link {
            target,
            text,
            marks: Vec::new(),
        });
        (self.links.len() - 1) as u32
    }

    /// Says that a link's areas stand at the end of its element.
    pub(super) fn end_link(&mut self, tag: TagId, link: u32) {
        self.groups[tag as usize].children.push(Child::Link(link));
        self.open = None;
    }

    pub(super) fn links(&self) -> &[Link] {
        &self.links
    }

    /// A piece was drawn, or went on on another page.
    pub(super) fn drawn(&mut self, piece: u32, mark: Identifier) {
        if let Some(marks) = self.pieces.get_mut(piece as usize) {
            marks.push(mark);
        }
    }

    pub(super) fn linked(&mut self, link: u32, mark: Identifier) {
        if let Some(link) = self.links.get_mut(link as usize) {
            link.marks.push(mark);
        }
    }

    /// Where a picture is.
    pub(super) fn place_figure(&mut self, tag: TagId, page: usize, rect: Rect) {
        if let Some(TagKind::Figure(figure)) = &mut self.groups[tag as usize].kind {
            *figure = figure.clone().with_bbox(Some(BBox::new(page, rect)));
        }
    }

    /// The tree as it is written; elements with nothing in them are left out.
    pub(super) fn finish(mut self, language: &str) -> TagTree {
        let children = self.nodes(0);
        TagTree::from(children).with_lang(Some(language.to_owned()))
    }

    fn nodes(&mut self, id: TagId) -> Vec<Node> {
        let children = std::mem::take(&mut self.groups[id as usize].children);
        let mut nodes = Vec::with_capacity(children.len());
        for child in children {
            match child {
                Child::Piece(piece) => nodes.extend(self.pieces[piece as usize].drain(..).map(Node::Leaf)),
                Child::Link(link) => nodes.extend(self.links[link as usize].marks.drain(..).map(Node::Leaf)),
                Child::Group(group) => {
                    let children = self.nodes(group);
                    let own = &mut self.groups[group as usize];
                    if let Some(kind) = own.kind.take()
                        && (own.may_be_empty || !children.is_empty())
                    {
                        nodes.push(Node::Group(TagGroup::with_children(kind, children)));
                    }
                }
            }
        }
        nodes
    }
}
