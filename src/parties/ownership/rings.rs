//! Parties that own each other in a circle, in an order in which owners come before what they own.

/// The strongly connected sets of a graph, in an order in which a set comes after all sets that its arcs lead to.
/// Inside a set, whoever was found last comes first, so that owners mostly come before what they own there too.
/// `arcs` appends the ends of the arcs of a node. Tarjan's algorithm with a stack of its own, so depth is no limit.
pub(super) fn rings(nodes: usize, mut arcs: impl FnMut(u32, &mut Vec<u32>)) -> Vec<Vec<u32>> {
    const UNSEEN: u32 = u32::MAX;
    let mut index = vec![UNSEEN; nodes];
    let mut low = vec![0_u32; nodes];
    let mut open = vec![false; nodes];
    let mut stack: Vec<u32> = Vec::new();
    // Ends of arcs that are not yet followed, of all nodes on the path, one after another.
    let mut ends: Vec<u32> = Vec::new();
    let mut path: Vec<(u32, usize)> = Vec::new();
    let mut rings = Vec::new();
    let mut count = 0;
    for start in 0..nodes as u32 {
        if index[start as usize] != UNSEEN {
            continue;
        }
        let mut enter = Some(start);
        loop {
            if let Some(node) = enter.take() {
                index[node as usize] = count;
                low[node as usize] = count;
                count += 1;
                open[node as usize] = true;
                stack.push(node);
                path.push((node, ends.len()));
                arcs(node, &mut ends);
            }
            let Some((node, base)) = path.last().copied() else {
                break;
            };
            if ends.len() > base {
                let Some(end) = ends.pop() else { break };
                if index[end as usize] == UNSEEN {
                    enter = Some(end);
                } else if open[end as usize] {
                    low[node as usize] = low[node as usize].min(index[end as usize]);
                }
                continue;
            }
            path.pop();
            if let Some((below, _)) = path.last() {
                low[*below as usize] = low[*below as usize].min(low[node as usize]);
            }
            if low[node as usize] == index[node as usize] {
                let mut ring = Vec::new();
                while let Some(member) = stack.pop() {
                    open[member as usize] = false;
                    ring.push(member);
                    if member == node {
                        break;
                    }
                }
                rings.push(ring);
            }
        }
    }
    rings
}
