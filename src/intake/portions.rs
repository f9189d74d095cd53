//! A delivery cut into portions, so that a killed intake goes on where it was.

/// How much of a delivery is read between two commits. Tables do not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Portions {
    /// Files of a portion; those inside archives and workbooks count too.
    pub files: usize,
    /// Bytes from which a portion is full. A larger file is a portion of its own.
    pub bytes: u64,
}

impl Default for Portions {
    fn default() -> Self {
        Portions {
            files: 400,
            bytes: 2 << 30,
        }
    }
}

impl Portions {
    /// Cuts a list by what each item holds; the order stays.
    pub(super) fn cut<T>(&self, items: Vec<T>, size: impl Fn(&T) -> u64) -> Vec<Vec<T>> {
        let mut portions = Vec::new();
        let mut open: Vec<T> = Vec::new();
        let mut bytes: u64 = 0;
        for item in items {
            let more = size(&item);
            if !open.is_empty()
                && (open.len() >= self.files.max(1) || bytes.saturating_add(more) > self.bytes)
            {
                portions.push(std::mem::take(&mut open));
                bytes = 0;
            }
            bytes = bytes.saturating_add(more);
            open.push(item);
        }
        if !open.is_empty() {
            portions.push(open);
        }
        portions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_ends_at_either_bound_and_nothing_is_lost() {
        let portions = Portions { files: 3, bytes: 10 };
        let cut = portions.cut(vec![1, 1, 1, 1, 9, 2, 40, 1], |size| *size);
        assert_eq!(cut, [vec![1, 1, 1], vec![1, 9], vec![2], vec![40], vec![1]]);
        assert!(portions.cut(Vec::<u64>::new(), |size| *size).is_empty());
    }
}
