//! Groups of nodes that are tied, by union and find.

/// Disjoint groups of the numbers below `len`.
pub(super) struct Groups {
    leader: Vec<u32>,
}

impl Groups {
    pub(super) fn new(len: usize) -> Groups {
        Groups {
            leader: (0..len as u32).collect(),
        }
    }

    /// The smallest number of a group.
    pub(super) fn of(&mut self, node: u32) -> u32 {
        let mut root = node;
        while self.leader[root as usize] != root {
            root = self.leader[root as usize];
        }
        let mut at = node;
        while self.leader[at as usize] != root {
            at = std::mem::replace(&mut self.leader[at as usize], root);
        }
        root
    }

    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.leader[one.max(other) as usize] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn the_smallest_leads() {
        let mut groups = Groups::new(6);
        groups.join(5, 3);
        groups.join(3, 1);
        groups.join(0, 4);
        let of: Vec<u32> = (0..6).map(|node| groups.of(node)).collect();
        assert_eq!(of, [0, 1, 2, 1, 0, 1]);
    }
}
