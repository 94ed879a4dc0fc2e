//! What was worked out last from the whole history. Facts and desk change far less often than
//! questions are asked, and layers of stock need the whole history.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{allocation::ad_cost::Choice, costing::Book};

/// What is kept between questions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) book: Kept<Book>,
    pub(crate) ad_cost: Kept<Choice>,
}

/// The last value worked out, and the key of what it was worked out from.
pub(crate) struct Kept<T>(Arc<Mutex<Option<KeyAndValue<T>>>>);

type KeyAndValue<T> = (u64, Arc<T>);

impl<T> Kept<T> {
    pub(crate) fn get(&self, key: u64) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(of, _)| *of == key).map(|(_, value)| Arc::clone(value))
    }

    pub(crate) fn put(&self, key: u64, value: T) -> Arc<T> {
        let value = Arc::new(value);
        let kept = Some((key, Arc::clone(&value)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        value
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}
