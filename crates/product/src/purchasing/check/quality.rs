//! Inspections: no more defects than units looked at, no pass with a critical defect.

use argosy_chapter::face::{ChapterError, Draft};

use super::Findings;
use crate::model::{buying::Inspection, of_draft, supply::Supply};

pub(super) fn check(
    supply: &Supply,
    draft: &Draft,
    findings: &mut Findings<'_>,
) -> Result<(), ChapterError> {
    let inspection = of_draft::<Inspection>(draft)?.body;
    let order = supply.orders.get(&inspection.purchase_order);
    for (at, line) in inspection.lines.iter().enumerate() {
        let path = |field: &str| format!("lines[{at}].{field}");
        if line.defective > line.checked {
            let (bad, checked) = (line.defective, line.checked);
            let en = format!("{bad} defective of {checked} checked; correct one of them");
            let zh = format!("抽检 {checked} 件，不良 {bad} 件，请核对");
            findings.add(path("defective"), "above_checked", en, zh);
        }
        if let Some(lot) = line.lot_units.filter(|lot| line.checked > *lot) {
            let en = format!("{} checked of a lot of {lot}; correct one of them", line.checked);
            let zh = format!("批量 {lot} 件，抽检 {} 件，请核对", line.checked);
            findings.add(path("checked"), "above_lot", en, zh);
        }
        if order.is_some_and(|order| order.body.units_of(&line.sku) == 0) {
            let en = format!("order {} has no {}", inspection.purchase_order, line.sku);
            let zh = format!("采购单 {} 中没有 {}", inspection.purchase_order, line.sku);
            findings.add(path("sku"), "not_ordered", en, zh);
        }
    }
    let critical: i64 = inspection.lines.iter().filter_map(|line| line.critical).sum();
    if critical > 0 && inspection.verdict == "pass" {
        let en = format!("{critical} critical defects and a pass; choose another verdict");
        let zh = format!("存在 {critical} 个致命缺陷，不能判定为合格");
        findings.add("verdict", "critical_passed", en, zh);
    }
    Ok(())
}
