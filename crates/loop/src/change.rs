//! What was changed: recorded by people, imported, or seen in the facts; and the time axis of a SKU.

mod axis;
mod detect;
mod record;
#[cfg(test)]
mod tests;

pub use axis::{AXIS_METRICS, AxisQuestion, AxisSeries, TimeAxis, axis};
pub use detect::{DetectQuestion, detect, new_ones};
pub use record::{ChangeRecord, ChangeSource};
