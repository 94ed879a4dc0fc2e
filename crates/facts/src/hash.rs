//! Hashes of what rows say, whatever their order and wherever they came from.

use std::collections::BTreeMap;

use argosy_kernel::Table;
use datafusion::arrow::{
    array::{
        Array, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    datatypes::DataType,
};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::{FactsError, Session, schema::LINEAGE};

const NULL: u64 = 0x9e37_79b9_7f4a_7c15;

/// The content of a set of rows: equal sets have equal sums, in any order, lineage left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(crate) struct RowSum {
    pub rows: u64,
    sum: u128,
}

impl RowSum {
    pub(crate) fn add(&mut self, row: u64) {
        self.rows += 1;
        // Widened by a second mixing so that sums of many rows do not meet by chance.
        self.sum = self.sum.wrapping_add(xxh3_128(&row.to_le_bytes()));
    }
}

fn mix(left: u64, right: u64) -> u64 {
    // The finaliser of SplitMix64 over both halves: cheap, and every bit counts.
    let mut z = left.rotate_left(23) ^ right.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One hash per row over all columns but lineage.
///
/// # Errors
/// [`FactsError::Query`] when a column has a type no fact table uses.
pub fn row_hashes(batch: &RecordBatch) -> Result<Vec<u64>, FactsError> {
    let mut hashes = vec![0; batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if LINEAGE.contains(&field.name().as_str()) {
            continue;
        }
        mix_column(&mut hashes, column)?;
    }
    Ok(hashes)
}

fn mix_column(hashes: &mut [u64], column: &dyn Array) -> Result<(), FactsError> {
    macro_rules! each {
        ($array:ty, |$value:ident| $hash:expr) => {{
            let wrong = || FactsError::Query("a column is not of its own type".to_owned());
            let array = column.as_any().downcast_ref::<$array>().ok_or_else(wrong)?;
            for (hash, value) in hashes.iter_mut().zip(array.iter()) {
                *hash = mix(*hash, value.map_or(NULL, |$value| $hash));
            }
        }};
    }
    match column.data_type() {
        DataType::Utf8 => each!(StringArray, |text| xxh3_64(text.as_bytes())),
        DataType::Int64 => each!(Int64Array, |number| number.cast_unsigned()),
        DataType::Date32 => each!(Date32Array, |day| u64::from(day.cast_unsigned())),
        DataType::Boolean => each!(BooleanArray, |flag| u64::from(flag) + 1),
        DataType::Timestamp(..) => {
            each!(TimestampMicrosecondArray, |instant| instant.cast_unsigned());
        }
        DataType::Decimal128(..) => {
            each!(Decimal128Array, |amount| xxh3_64(&amount.to_le_bytes()));
        }
        other => return Err(FactsError::Query(format!("facts have no column of type {other}"))),
    }
    Ok(())
}

/// The content of every fact table as a short text: equal facts, equal hashes, whatever files,
/// order or import they came by. `argosy rebuild` and the tests compare these.
///
/// # Errors
/// [`FactsError`] when a file cannot be read.
pub async fn content_hash(session: &Session) -> Result<BTreeMap<Table, String>, FactsError> {
    let mut hashes = BTreeMap::new();
    for table in Table::ALL {
        let frame = session.context().table(table.name()).await?;
        let add = |sum: &mut RowSum, batch: &RecordBatch| {
            let batch = crate::session::plain_strings(batch)?;
            row_hashes(&batch)?.into_iter().for_each(|row| sum.add(row));
            Ok(())
        };
        let sum = session.answer(frame, add).await?;
        hashes.insert(table, format!("{:032x}-{}", sum.sum, sum.rows));
    }
    Ok(hashes)
}
