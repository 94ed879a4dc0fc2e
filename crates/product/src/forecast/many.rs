//! Many series at once, on all cores, in the order they were asked.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{available_parallelism, scope},
};

/// Series a thread takes at a time.
const PORTION: usize = 32;

/// Applies `work` to every item. Results come in the order of the items, whatever the threads did.
///
/// `threads` 0 means one per core.
pub fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let cores = available_parallelism().map_or(1, NonZero::get);
    let threads = if threads == 0 { cores } else { threads };
    if threads == 1 || items.len() <= PORTION {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Vec<R>)>> = Mutex::new(Vec::new());
    let run = || loop {
        let from = next.fetch_add(PORTION, Ordering::Relaxed);
        let Some(portion) = items.get(from..items.len().min(from + PORTION)) else { return };
        if portion.is_empty() {
            return;
        }
        let found: Vec<R> = portion.iter().map(&work).collect();
        done.lock().unwrap_or_else(PoisonError::into_inner).push((from, found));
    };
    scope(|threads_of| {
        for _ in 0..threads {
            threads_of.spawn(run);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(from, _)| *from);
    done.into_iter().flat_map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items_on_any_number_of_threads() {
        let items: Vec<u64> = (0..1000).collect();
        let one = each(&items, 1, |item| item * item);
        assert_eq!(each(&items, 7, |item| item * item), one);
        assert_eq!(each(&items, 0, |item| item * item), one);
        assert!(each(&[] as &[u64], 4, |item| *item).is_empty());
    }
}
