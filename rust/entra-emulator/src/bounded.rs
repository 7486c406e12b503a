//! Lists that forget their oldest items: an emulator may run for weeks.

use std::collections::VecDeque;

/// A list that is bounded by the number of its items and by their size.
pub(crate) struct Bounded<T> {
    items: VecDeque<(T, usize)>,
    most: usize,
    most_bytes: usize,
    bytes: usize,
}

impl<T> Bounded<T> {
    /// A list of so many items at most.
    pub(crate) fn new(most: usize) -> Self {
        Self::with_bytes(most, usize::MAX)
    }

    /// The same, bounded in bytes too.
    pub(crate) fn with_bytes(most: usize, most_bytes: usize) -> Self {
        Self { items: VecDeque::new(), most, most_bytes, bytes: 0 }
    }

    /// Adds an item whose size doesn't matter.
    pub(crate) fn push(&mut self, item: T) {
        self.push_sized(item, 0);
    }

    /// Adds an item of so many bytes. The oldest ones go, but the new one always stays.
    pub(crate) fn push_sized(&mut self, item: T, size: usize) {
        while self.items.len() >= self.most || self.bytes.saturating_add(size) > self.most_bytes {
            match self.items.pop_front() {
                Some((_, old)) => self.bytes -= old,
                None => break,
            }
        }
        self.bytes += size;
        self.items.push_back((item, size));
    }

    /// The items, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.iter().map(|(item, _)| item)
    }

    /// The items, oldest first.
    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.items.iter_mut().map(|(item, _)| item)
    }

    /// Removes what isn't to be kept.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.items.retain(|(item, _)| keep(item));
        self.bytes = self.items.iter().map(|(_, size)| size).sum();
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;

    fn items(list: &Bounded<u8>) -> Vec<u8> {
        list.iter().copied().collect()
    }

    #[test]
    fn the_oldest_items_go() {
        let mut list = Bounded::new(2);
        for item in 1..=3 {
            list.push(item);
        }
        assert_eq!(items(&list), [2, 3]);
    }

    #[test]
    fn bytes_count_too_and_the_newest_item_stays() {
        let mut list = Bounded::with_bytes(10, 100);
        for (item, size) in [(1, 40), (2, 40), (3, 40)] {
            list.push_sized(item, size);
        }
        assert_eq!(items(&list), [2, 3]);
        list.push_sized(4, 1000);
        assert_eq!(items(&list), [4]);
        list.retain(|_| false);
        list.push_sized(5, 100);
        assert_eq!(items(&list), [5]);
    }
}
