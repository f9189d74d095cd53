//! Pairs to parties: the strongest first, and never two in one party that rule each other out.

use hashbrown::HashMap;

use super::apart::Apart;
use super::decide::{Ground, Veto, veto};
use super::levels::name;
use super::records::{Compare, Records};
use super::score::{Score, Scorer};
use super::texts::join;

/// The parties: every record is in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    of: Vec<u32>,
    offsets: Vec<u32>,
    members: Vec<u32>,
}

impl Clusters {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cluster of a record. Clusters are numbered by their first record.
    pub fn of(&self, record: u32) -> u32 {
        self.of[record as usize]
    }

    /// The records of a cluster, sorted.
    pub fn members(&self, cluster: u32) -> &[u32] {
        let cluster = cluster as usize;
        &self.members[self.offsets[cluster] as usize..self.offsets[cluster + 1] as usize]
    }

    /// All clusters with their records.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len() as u32).map(|cluster| self.members(cluster))
    }

    fn from_roots(roots: &[u32]) -> Clusters {
        let mut number = vec![u32::MAX; roots.len()];
        let mut of = Vec::with_capacity(roots.len());
        let mut offsets = vec![0_u32];
        for root in roots {
            let number = &mut number[*root as usize];
            if *number == u32::MAX {
                *number = offsets.len() as u32 - 1;
                offsets.push(0);
            }
            of.push(*number);
            offsets[*number as usize + 1] += 1;
        }
        for cluster in 1..offsets.len() {
            offsets[cluster] += offsets[cluster - 1];
        }
        let mut next = offsets.clone();
        let mut members = vec![0; roots.len()];
        for (record, cluster) in of.iter().enumerate() {
            let slot = &mut next[*cluster as usize];
            members[*slot as usize] = record as u32;
            *slot += 1;
        }
        Clusters { of, offsets, members }
    }
}

/// A link that would have brought together what is not one party.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    pub left: u32,
    pub right: u32,
    /// What the link weighs, and what it rests on.
    pub bits: f64,
    pub ground: Ground,
    /// Two records of the two sides that rule each other out, and why.
    pub between: (u32, u32),
    pub veto: Veto,
}

/// A link between two records; links are taken in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub left: u32,
    pub right: u32,
    pub bits: f64,
    /// What a person decided only another decision stands against.
    pub ground: Ground,
}

/// Joins what the links say, in their order.
pub(super) fn cluster(scorer: &Scorer, apart: &Apart, links: &[Link]) -> (Clusters, Vec<Cut>) {
    let mut groups = Groups {
        scorer,
        apart,
        parent: (0..scorer.records.len() as u32).collect(),
        many: HashMap::new(),
    };
    let mut cuts = Vec::new();
    for link in links {
        let (left, right) = (groups.root(link.left), groups.root(link.right));
        if left == right {
            continue;
        }
        match groups.barred(left, right, link.ground == Ground::Decision) {
            Some((between, veto)) => cuts.push(Cut {
                left: link.left,
                right: link.right,
                bits: link.bits,
                ground: link.ground,
                between,
                veto,
            }),
            None => groups.join(left, right),
        }
    }
    let roots: Vec<u32> = (0..groups.parent.len() as u32)
        .map(|record| groups.root(record))
        .collect();
    (Clusters::from_roots(&roots), cuts)
}

/// Records joined so far.
struct Groups<'a> {
    scorer: &'a Scorer<'a>,
    apart: &'a Apart,
    parent: Vec<u32>,
    /// Of groups of two and more, by their root.
    many: HashMap<u32, Many>,
}

#[derive(Default)]
struct Many {
    members: Vec<u32>,
    /// The first record of each stand that a member takes on what could rule others out.
    stands: Vec<(u64, u32)>,
}

impl Groups<'_> {
    fn root(&mut self, record: u32) -> u32 {
        let mut root = record;
        while self.parent[root as usize] != root {
            root = self.parent[root as usize];
        }
        let mut record = record;
        while self.parent[record as usize] != root {
            record = std::mem::replace(&mut self.parent[record as usize], root);
        }
        root
    }

    fn group(&mut self, root: u32) -> Many {
        self.many.remove(&root).unwrap_or_else(|| Many {
            members: vec![root],
            stands: vec![(stand(self.scorer, self.apart, root), root)],
        })
    }

    fn join(&mut self, left: u32, right: u32) {
        let (mut a, mut b) = (self.group(left), self.group(right));
        let root = if a.members.len() >= b.members.len() {
            left
        } else {
            right
        };
        if root == right {
            std::mem::swap(&mut a, &mut b);
        }
        self.parent[left as usize] = root;
        self.parent[right as usize] = root;
        a.members.append(&mut b.members);
        for (stand, record) in b.stands {
            match a.stands.iter_mut().find(|(known, _)| *known == stand) {
                Some((_, known)) => *known = (*known).min(record),
                None => a.stands.push((stand, record)),
            }
        }
        self.many.insert(root, a);
    }

    /// The smallest pair of the two groups that must not be one.
    fn barred(&mut self, left: u32, right: u32, decided: bool) -> Option<((u32, u32), Veto)> {
        let (a, b) = (self.group(left), self.group(right));
        let mut found: Option<((u32, u32), Veto)> = None;
        let mut bar = |one: u32, other: u32, veto: Veto| {
            let pair = (one.min(other), one.max(other));
            found = Some(found.map_or((pair, veto), |found| found.min((pair, veto))));
        };
        let scorer = self.scorer;
        for (_, one) in &a.stands {
            for (_, other) in &b.stands {
                if self.apart.out(*one) != self.apart.out(*other) {
                    bar(*one, *other, Veto::Decision);
                } else if !decided && let Some(veto) = vetoes(scorer, *one, *other) {
                    bar(*one, *other, veto);
                }
            }
        }
        if self.apart.any_never() {
            let (fewer, other_root) = if a.members.len() <= b.members.len() {
                (&a.members, right)
            } else {
                (&b.members, left)
            };
            for member in fewer {
                for other in self.apart.never_of(*member) {
                    let mut root = other;
                    while self.parent[root as usize] != root {
                        root = self.parent[root as usize];
                    }
                    if root == other_root {
                        bar(*member, other, Veto::Decision);
                    }
                }
            }
        }
        if a.members.len() > 1 {
            self.many.insert(left, a);
        }
        if b.members.len() > 1 {
            self.many.insert(right, b);
        }
        found
    }
}

/// What rules out that two records are one party.
pub(super) fn vetoes(scorer: &Scorer, left: u32, right: u32) -> Option<Veto> {
    let score = scorer.score(left, right);
    veto(&score).or_else(|| kin(scorer, &score, left, right).then_some(Veto::Names))
}

/// Whether two whole names share a part and differ in another, as those of twins do, or are a part or a letter apart with
/// nothing else that tells kin from one person: a third record with an initial must not make them one. An identifier may:
/// people marry.
fn kin(scorer: &Scorer, score: &Score, left: u32, right: u32) -> bool {
    if score.identifies {
        return false;
    }
    let tied = score.hard || score.beside;
    match score.name {
        name::ONE_PART => !tied || scorer.differ_in_a_part(left, right),
        name::INITIAL => false,
        _ => score.doubtful && !tied,
    }
}

/// The same for records that rule out the same others.
fn stand(scorer: &Scorer, apart: &Apart, record: u32) -> u64 {
    let records: &Records = scorer.records;
    let mut stand = records.kind(record) as u64;
    for (field, column) in records.columns.iter().enumerate() {
        if matches!(
            column.compare,
            Compare::Date
                | Compare::Identifier
                | Compare::Contact
                | Compare::PersonName
                | Compare::CompanyName
        ) {
            // By the whole text: the same words may be known to be the family's in one name and not in another.
            stand = column
                .of(record)
                .iter()
                .fold(join(stand, field as u64), |stand, value| {
                    join(stand, u64::from(*value))
                });
        }
    }
    apart
        .out(record)
        .iter()
        .fold(stand, |stand, group| join(stand, u64::from(*group) + 1))
}
