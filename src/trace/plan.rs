//! What a claim can reach, and only that: the movements that matter, by connected part, each part ready to be run.
//!
//! The state of an account before the first claimed money can be on it is its balance. One thing needs more: what a
//! reversal takes back has to be known from the movement on that is reversed.

use hashbrown::HashMap;
use petgraph::unionfind::UnionFind;

use super::book::{Balances, Book, Kind, Movement, Opening};
use super::claim::Accepted;
use super::lot::End;

/// No vertex, no movement.
pub(super) const NONE: u32 = u32::MAX;

/// The accounts and sold assets that a claim can reach, and what moves there.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) parts: Vec<Part>,
}

/// A connected part of it. Vertices are numbered from 0 within.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) vertices: Vec<Vertex>,
    pub(super) events: Vec<Event>,
}

/// An account, or a sold asset, as the part finds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) place: Place,
    /// Balance before its first event.
    pub(super) opening: i64,
    /// [`Opening::AsNeeded`]: what a debit lacks comes in just then.
    pub(super) as_needed: bool,
}

/// What a vertex is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Account(u32),
    Asset(u32),
}

impl Place {
    /// What money is called that still lies there.
    pub(super) const fn held(self) -> End {
        match self {
            Place::Account(account) => End::Held(account),
            Place::Asset(asset) => End::Asset(asset),
        }
    }

    /// What money is called that filled its overdraft. Assets have none.
    pub(super) const fn overdraft(self) -> End {
        match self {
            Place::Account(account) => End::Overdraft(account),
            Place::Asset(asset) => End::Asset(asset),
        }
    }
}

/// A movement as its part sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) movement: u32,
    /// Vertex that pays, or [`NONE`] where what comes is own money.
    pub(super) payer: u32,
    /// Vertex that is paid, or [`NONE`] where the money ends.
    pub(super) payee: u32,
    /// For a reversal what it reverses, else [`NONE`].
    pub(super) reverses: u32,
    pub(super) paid: i64,
    pub(super) received: i64,
    pub(super) flags: u8,
}

/// A claim is on it.
pub(super) const CLAIMED: u8 = 1;
/// A later reversal takes it back.
pub(super) const REVERSED: u8 = 2;
/// Interest.
pub(super) const INTEREST: u8 = 4;
/// Sells all of its payer, which is an asset.
pub(super) const SALE: u8 = 8;

impl Event {
    pub(super) const fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// How much of the book a method needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// What comes after a claim.
    Claims,
    /// All of it, from the first movement on: when money was born matters for own money too.
    Everything,
}

/// Vertices of a book: its accounts, then the assets that are sold.
pub(super) struct Vertices<'a> {
    book: &'a Book,
    /// One byte an account, which stays in the processor's cache where the accounts themselves do not.
    recorded: Vec<bool>,
    sold: HashMap<u32, u32>,
    pub(super) places: Vec<Place>,
}

impl<'a> Vertices<'a> {
    pub(super) fn of(book: &'a Book) -> Vertices<'a> {
        let mut places: Vec<Place> = (0..book.accounts().len() as u32).map(Place::Account).collect();
        let mut sold = HashMap::new();
        for movement in book.movements() {
            if let Kind::Sale(asset) = movement.kind {
                sold.entry(asset).or_insert_with(|| {
                    places.push(Place::Asset(asset));
                    places.len() as u32 - 1
                });
            }
        }
        let recorded = book.accounts().iter().map(|account| account.recorded).collect();
        Vertices {
            book,
            recorded,
            sold,
            places,
        }
    }

    /// Vertices that pay and are paid. Accounts without statements are none, and a transfer of an account to itself
    /// moves nothing.
    pub(super) fn sides(&self, number: u32) -> (u32, u32) {
        let movement = &self.book.movements()[number as usize];
        let account = |account: u32| match self.recorded.get(account as usize) {
            Some(true) => account,
            _ => NONE,
        };
        let asset = |asset: &u32| self.sold.get(asset).copied().unwrap_or(NONE);
        match &movement.kind {
            Kind::Reversal(reversed) => {
                let (payer, payee) = self.sides(*reversed);
                (payee, payer)
            }
            _ if movement.payer == movement.payee => (NONE, NONE),
            Kind::Asset(number) => (account(movement.payer), asset(number)),
            Kind::Sale(number) => (asset(number), account(movement.payee)),
            _ => (account(movement.payer), account(movement.payee)),
        }
    }
}

impl Plan {
    /// `claims` are sorted by movement.
    pub(super) fn of(book: &Book, claims: &[Accepted], reach: Reach) -> Plan {
        let Some(first) = claims.first() else {
            return Plan::default();
        };
        let vertices = Vertices::of(book);
        let since = match reach {
            Reach::Claims => reached(&vertices, claims, first.movement),
            Reach::Everything => vec![0; vertices.places.len()],
        };
        let events = events(&vertices, claims, &since);
        parts(events)
    }
}

/// For each vertex the movement from which on it matters, or [`NONE`] where it never does.
fn reached(vertices: &Vertices<'_>, claims: &[Accepted], first: u32) -> Vec<u32> {
    let movements = vertices.book.movements();
    let mut since = vec![NONE; vertices.places.len()];
    let mut claims = claims.iter().peekable();
    for number in first..movements.len() as u32 {
        let (payer, payee) = vertices.sides(number);
        if payee == NONE {
            continue;
        }
        let mut claimed = false;
        while claims.next_if(|claim| claim.movement == number).is_some() {
            claimed = true;
        }
        let carries = payer != NONE && since[payer as usize] < number;
        if (claimed || carries) && since[payee as usize] == NONE {
            since[payee as usize] = number;
        }
    }
    for (number, movement) in movements.iter().enumerate() {
        if let Kind::Reversal(reversed) = movement.kind {
            let (payer, payee) = vertices.sides(number as u32);
            for vertex in [payer, payee] {
                if vertex != NONE && since[vertex as usize] != NONE {
                    let since = &mut since[vertex as usize];
                    *since = (*since).min(reversed);
                }
            }
        }
    }
    since
}

/// Vertices that matter, numbered in the order in which they begin to, and all events.
struct Events {
    vertices: Vec<Vertex>,
    events: Vec<Event>,
}

fn events(vertices: &Vertices<'_>, claims: &[Accepted], since: &[u32]) -> Events {
    let movements = vertices.book.movements();
    let reversed: hashbrown::HashSet<u32> = movements
        .iter()
        .filter_map(|movement| match movement.kind {
            Kind::Reversal(reversed) => Some(reversed),
            _ => None,
        })
        .collect();
    let mut state = Numbering {
        vertices,
        balances: Balances::of(vertices.book),
        numbers: vec![NONE; vertices.places.len()],
        found: Vec::new(),
    };
    state.balances.extend_to(vertices.places.len());
    let mut claims = claims.iter().peekable();
    let mut events = Vec::new();
    for (number, movement) in movements.iter().enumerate() {
        let number = number as u32;
        let mut flags = 0;
        while claims.next_if(|claim| claim.movement == number).is_some() {
            flags |= CLAIMED;
        }
        let (payer, payee) = vertices.sides(number);
        let since_when = |vertex: u32| since.get(vertex as usize).copied().unwrap_or(NONE);
        let (payer_since, payee_since) = (since_when(payer), since_when(payee));
        if payer_since == NONE && payee_since == NONE {
            continue;
        }
        let (from, to) = (payer_since <= number, payee_since <= number);
        if !from && payer_since != NONE {
            state.pay(payer, movement);
        }
        if !to && payee_since != NONE {
            state.balances.receive(payee, movement.received);
        }
        let mut reverses = NONE;
        match movement.kind {
            Kind::Reversal(earlier) => reverses = earlier,
            Kind::Interest => flags |= INTEREST,
            Kind::Sale(_) if from => flags |= SALE,
            _ => {}
        }
        if !from && !to {
            continue;
        }
        if reversed.contains(&number) {
            flags |= REVERSED;
        }
        events.push(Event {
            movement: number,
            payer: if from { state.number(payer) } else { NONE },
            payee: if to { state.number(payee) } else { NONE },
            reverses,
            paid: movement.paid,
            received: movement.received,
            flags,
        });
    }
    Events {
        vertices: state.found,
        events,
    }
}

/// Balances until a vertex begins to matter, and its number from then on.
struct Numbering<'a> {
    vertices: &'a Vertices<'a>,
    balances: Balances,
    numbers: Vec<u32>,
    found: Vec<Vertex>,
}

impl Numbering<'_> {
    fn as_needed(&self, vertex: u32) -> bool {
        let account = self.vertices.book.accounts().get(vertex as usize);
        account.is_some_and(|account| account.opening == Opening::AsNeeded)
    }

    fn pay(&mut self, vertex: u32, movement: &Movement) {
        match movement.kind {
            Kind::Sale(_) => self.balances.clear(vertex),
            _ => {
                self.balances.pay(vertex, movement.paid);
            }
        }
    }

    fn number(&mut self, vertex: u32) -> u32 {
        if self.numbers[vertex as usize] == NONE {
            self.numbers[vertex as usize] = self.found.len() as u32;
            self.found.push(Vertex {
                place: self.vertices.places[vertex as usize],
                opening: self.balances.on(vertex),
                as_needed: self.as_needed(vertex),
            });
        }
        self.numbers[vertex as usize]
    }
}

/// Splits into connected parts, those without a claim left out. Parts are ordered by their first event.
fn parts(all: Events) -> Plan {
    let mut joined: UnionFind<u32> = UnionFind::new(all.vertices.len());
    for event in &all.events {
        if event.payer != NONE && event.payee != NONE {
            joined.union(event.payer, event.payee);
        }
    }
    let leaders = joined.into_labeling();
    let side = |event: &Event| {
        if event.payer != NONE {
            event.payer
        } else {
            event.payee
        }
    };
    let mut claimed = vec![false; leaders.len()];
    for event in all.events.iter().filter(|event| event.is(CLAIMED)) {
        claimed[leaders[side(event) as usize] as usize] = true;
    }
    let mut part_of = vec![NONE; leaders.len()];
    let mut in_part = vec![NONE; leaders.len()];
    let mut inside = vec![NONE; leaders.len()];
    let mut parts: Vec<Part> = Vec::new();
    for vertex in 0..all.vertices.len() {
        let leader = leaders[vertex] as usize;
        if !claimed[leader] {
            continue;
        }
        if part_of[leader] == NONE {
            part_of[leader] = parts.len() as u32;
            parts.push(Part::default());
        }
        let part = &mut parts[part_of[leader] as usize];
        in_part[vertex] = part_of[leader];
        inside[vertex] = part.vertices.len() as u32;
        part.vertices.push(all.vertices[vertex]);
    }
    let inside = |vertex: u32| {
        if vertex == NONE {
            NONE
        } else {
            inside[vertex as usize]
        }
    };
    // Nearly always all hangs together: then the events stay where they are, which halves the memory.
    if let [only] = parts.as_mut_slice() {
        only.events = all.events;
        only.events.retain_mut(|event| {
            let is_in = in_part[side(event) as usize] != NONE;
            (event.payer, event.payee) = (inside(event.payer), inside(event.payee));
            is_in
        });
        return Plan { parts };
    }
    for event in all.events {
        let part = in_part[side(&event) as usize];
        if part != NONE {
            parts[part as usize].events.push(Event {
                payer: inside(event.payer),
                payee: inside(event.payee),
                ..event
            });
        }
    }
    Plan { parts }
}
