//! Problems of the data itself; they cost nothing by themselves.

use std::collections::BTreeMap;

use super::{Planner, Plant, Worth};
use crate::trial::goods::{DE, TRIAL_STORES, US};

/// Which days of which report are not there: counted back from the last day.
pub(crate) const MISSING: (i64, i64) = (76, 70);
/// The last days that a report does not reach.
pub(crate) const STALE: i64 = 40;
/// The oldest day that is told again with other figures.
pub(crate) const RESTATED: i64 = 40;

impl Planner<'_> {
    pub(super) fn data(&mut self) {
        let missing = self.spec.back(MISSING.0);
        self.of_report(
            "data.report_missing",
            (DE, "amazon.ads_targeting_new"),
            missing,
            "report_missing",
        );
        let stale = self.spec.back(STALE);
        let report = (DE, "amazon.search_query_performance");
        self.of_report("data.report_stale", report, stale, "report_stale");
        let newest = self.spec.back(27);
        let report = (US, "amazon.storage_fee_charges");
        self.of_report("data.header_changed", report, newest, "header_changed");
        let restated = self.spec.back(RESTATED);
        self.of_report(
            "data.restated_more",
            (DE, "amazon.ads_product_new"),
            restated,
            "restated_more",
        );
    }

    fn of_report(
        &mut self,
        rule: &'static str,
        (store, report): (usize, &str),
        from: usize,
        cause: &'static str,
    ) {
        let subject = BTreeMap::from([
            ("store", TRIAL_STORES[store].name.to_owned()),
            ("report", report.to_owned()),
        ]);
        let worth = Worth::Dollars(Default::default());
        let (to, says) = (self.last(), report.to_owned());
        let (sku, noisy) = (None, None);
        self.plants.push(Plant { rule, store, sku, subject, from, to, cause, worth, noisy, says });
    }
}
