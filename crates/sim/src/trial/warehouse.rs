//! How much of each SKU lay in the channel's warehouse, and what was on its way.
// float-ok: cover in days of a model.

use super::{
    goods::Sku,
    level::{Level, Sight},
    live::SkuDay,
    spec::TrialSpec,
};

/// Days between two arrivals, from sending to arriving, and of cover at the start.
const EVERY: usize = 28;
const ON_THE_WAY: usize = 18;
const AT_FIRST: f64 = 50.0;
/// What comes too much comes so many days before the last.
const TOO_MUCH: i64 = 115;

/// Goods sent to the channel.
#[derive(Clone, Debug)]
pub(crate) struct Shipment {
    pub(crate) sent: usize,
    pub(crate) due: usize,
    /// `None` while it is on its way.
    pub(crate) arrived: Option<usize>,
    pub(crate) units: u32,
}

/// The stock of one SKU at the end of each day.
pub(crate) struct Stock {
    pub(crate) sellable: Vec<u32>,
    pub(crate) shipments: Vec<Shipment>,
    pub(crate) aged: (u32, u32),
}

impl Stock {
    pub(crate) fn of(spec: &TrialSpec, sku: &Sku, days: &[SkuDay]) -> Self {
        if let Some(units) = sku.stock.still {
            return Self::still(spec, days, units);
        }
        let last = spec.len() - 1;
        let out = sku.stock.out_from.unwrap_or(spec.len());
        let usual = Level::of(sku, out.saturating_sub(1).min(last), Sight::AsItIs).economics(1.0);
        let at_first = Level::of(sku, 0, Sight::AsItIs).economics(1.0).units.max(usual.units);
        let mut start = (at_first * AT_FIRST) as i64 + 5;
        let mut arrivals: Vec<(usize, i64)> = Vec::new();
        for day in (20..spec.len() + ON_THE_WAY).step_by(EVERY) {
            let sold: u32 =
                (day..day + EVERY).filter_map(|at| days.get(at)).map(|at| at.units).sum();
            let unknown = (day + EVERY).saturating_sub(spec.len().max(day)) as f64 * usual.units;
            arrivals.push((day, i64::from(sold) + unknown as i64));
        }
        let (end, wanted) = match (sku.stock.out_from, sku.stock.end_cover) {
            (Some(out), _) => (out, Some(0)),
            (None, Some(cover)) => (spec.len(), Some((cover * usual.units) as i64)),
            (None, None) => (spec.len(), None),
        };
        if let Some(wanted) = wanted {
            // Nothing more is sent than what the wish says.
            arrivals.retain(|(day, _)| *day < end);
            let sold: i64 = days[..end].iter().map(|day| i64::from(day.units)).sum();
            let came: i64 = arrivals.iter().map(|(_, units)| units).sum();
            let mut need = wanted - (start + came - sold);
            let early = spec.back(TOO_MUCH);
            if need > 0 {
                if let Some(big) = arrivals.iter_mut().find(|(day, _)| *day >= early) {
                    big.1 += need;
                } else {
                    start += need;
                }
            } else {
                for (_, units) in arrivals.iter_mut().rev() {
                    let cut = (*units).min(-need);
                    *units -= cut;
                    need += cut;
                }
                start += need.min(0);
            }
        }
        let mut stock = Self::walk(spec, days, start, &arrivals);
        stock.aged = sku.stock.aged;
        if let Some((cover, sent, due)) = sku.stock.inbound {
            let units = (cover * usual.units) as u32;
            stock.shipments.push(Shipment { sent, due, arrived: None, units });
        }
        stock
    }

    fn still(spec: &TrialSpec, days: &[SkuDay], units: u32) -> Self {
        let sold: u32 = days.iter().map(|day| day.units).sum();
        let mut left = units + sold;
        let mut sellable = Vec::with_capacity(spec.len());
        for day in days {
            left -= day.units;
            sellable.push(left);
        }
        Self { sellable, shipments: Vec::new(), aged: (0, 0) }
    }

    fn walk(spec: &TrialSpec, days: &[SkuDay], start: i64, arrivals: &[(usize, i64)]) -> Self {
        let mut left = start;
        let mut sellable = Vec::with_capacity(spec.len());
        for (number, day) in days.iter().enumerate() {
            left += arrivals
                .iter()
                .filter(|(at, _)| *at == number)
                .map(|(_, units)| units)
                .sum::<i64>();
            left -= i64::from(day.units);
            sellable.push(u32::try_from(left.max(0)).unwrap_or(0));
        }
        let shipments =
            arrivals.iter().filter(|(_, units)| *units > 0).filter_map(|(day, units)| {
                let sent = day.saturating_sub(ON_THE_WAY);
                let arrived = (*day < spec.len()).then_some(*day);
                let units = u32::try_from(*units).unwrap_or(0);
                (sent < spec.len()).then_some(Shipment { sent, due: *day, arrived, units })
            });
        Self { sellable, shipments: shipments.collect(), aged: (0, 0) }
    }

    /// Units on their way at the end of a day.
    pub(crate) fn inbound(&self, day: usize) -> u32 {
        let on_way = |shipment: &&Shipment| {
            shipment.sent <= day && shipment.arrived.is_none_or(|arrived| arrived > day)
        };
        self.shipments.iter().filter(on_way).map(|shipment| shipment.units).sum()
    }

    /// Units by age: up to 90 days, 180, 270, 365, and older.
    pub(crate) fn ages(&self, day: usize) -> [u32; 5] {
        let all = self.sellable[day];
        let (half_year, year) = (self.aged.0.min(all), self.aged.1.min(all - self.aged.0.min(all)));
        let rest = all - half_year - year;
        let came = |shipment: &&Shipment| {
            shipment.arrived.is_some_and(|arrived| arrived <= day && arrived + 90 > day)
        };
        let fresh: u32 = self.shipments.iter().filter(came).map(|shipment| shipment.units).sum();
        let young = if day < 90 { rest } else { rest.min(fresh) };
        [young, rest - young, half_year, 0, year]
    }
}
