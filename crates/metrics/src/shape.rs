//! Shapes of values of other rooms, for the description of answers.

use utoipa::ToSchema;

/// An amount in the natural unit of its currency, as a decimal text.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
pub(crate) struct Money {
    #[schema(example = "-12.34")]
    amount: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
}
