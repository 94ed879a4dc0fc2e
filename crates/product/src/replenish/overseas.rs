//! With or without an overseas warehouse: what an order costs and how long it takes, and from which
//! volume on the warehouse pays.

use argosy_kernel::{Currency, Money, Text};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::propose::Refusal;

/// Each order sent from the origin, a parcel at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Direct {
    /// Parcel from door to door, duty and handling included.
    pub parcel: Money,
    pub days: u32,
}

/// Goods brought over in bulk and sent from there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Warehouse {
    /// Head-haul 头程 of a unit in bulk, duty included.
    pub head_haul: Money,
    /// Unloading and putting away a unit, picking and packing it.
    pub handling: Money,
    /// Delivery inside the market.
    pub delivery: Money,
    /// Storage per unit and month of 30 days.
    pub storage_month: Money,
    /// Days a unit lies there on average.
    pub days_stored: u32,
    /// Goods in a unit, tied up on the way and in store.
    pub goods: Money,
    pub days_at_sea: u32,
    /// Cost of capital per year as a share.
    pub capital_per_year: Decimal,
    /// Rent, systems, minimum charges per month whatever the volume.
    pub fixed_month: Money,
    /// From order to door.
    pub days: u32,
}

/// What faster delivery brings, as somebody judged or measured it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Speed {
    /// More orders as a share: 0.08 is 8 %.
    pub more_orders: Decimal,
    /// Margin of an order before its way to the buyer.
    pub margin: Money,
}

/// Both ways beside each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Comparison {
    /// Cost of an order sent from the origin, and of one from the warehouse without its fixed cost.
    pub direct: Money,
    pub warehouse: Money,
    /// Days an order is faster from the warehouse; below zero: slower.
    pub days_saved: i64,
    /// Orders per month from which the warehouse pays; none: at no volume.
    pub break_even: Option<u64>,
    /// What the warehouse gains or loses per month at the volume asked for.
    pub month: Money,
    pub reason: Text,
}

/// Compares both at so many orders per month.
///
/// # Errors
/// [`Refusal::TwoCurrencies`] when amounts are not all in one currency.
pub fn compare(
    direct: Direct,
    house: Warehouse,
    speed: Option<Speed>,
    orders: u32,
) -> Result<Comparison, Refusal> {
    let currency = one_currency(direct, house, speed)?;
    let year = Decimal::from(365);
    let days = Decimal::from(house.days_stored) + Decimal::from(house.days_at_sea);
    let capital = house.goods.amount * house.capital_per_year * days / year;
    let storage = house.storage_month.amount * Decimal::from(house.days_stored) / Decimal::from(30);
    let each =
        house.head_haul.amount + house.handling.amount + house.delivery.amount + storage + capital;
    let saved = direct.parcel.amount - each;
    // Orders that come only because delivery is faster pay the warehouse's way out of their margin.
    let more = speed.map_or(Decimal::ZERO, |s| s.more_orders * (s.margin.amount - each));
    let gain = saved + more;
    let break_even = (gain > Decimal::ZERO).then(|| {
        let volume = house.fixed_month.amount / gain;
        let whole = volume.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity);
        u64::try_from(whole).unwrap_or(u64::MAX)
    });
    let month = gain * Decimal::from(orders) - house.fixed_month.amount;
    let money = |amount| Money::new(amount, currency).rounded();
    let days_saved = i64::from(direct.days) - i64::from(house.days);
    let mut found = Comparison {
        direct: money(direct.parcel.amount),
        warehouse: money(each),
        days_saved,
        break_even,
        month: money(month),
        reason: Text::default(),
    };
    found.reason = reason(&found, orders);
    Ok(found)
}

fn one_currency(
    direct: Direct,
    house: Warehouse,
    speed: Option<Speed>,
) -> Result<Currency, Refusal> {
    let one = direct.parcel.currency;
    let mut all = vec![house.head_haul, house.handling, house.delivery, house.storage_month];
    all.extend([house.goods, house.fixed_month]);
    all.extend(speed.map(|speed| speed.margin));
    match all.into_iter().find(|money| money.currency != one) {
        Some(money) => Err(Refusal::TwoCurrencies { one, other: money.currency }),
        None => Ok(one),
    }
}

fn reason(found: &Comparison, orders: u32) -> Text {
    let Comparison { direct, warehouse, days_saved, month, .. } = found;
    let (en, zh) = match found.break_even {
        Some(volume) => (
            format!("the warehouse pays from {volume} orders a month on"),
            format!("每月 {volume} 单以上海外仓合算"),
        ),
        None => {
            ("the warehouse pays at no volume".to_owned(), "任何单量下海外仓都不合算".to_owned())
        }
    };
    Text {
        en: format!(
            "{direct} an order from the origin, {warehouse} from the warehouse and {days_saved} days \
             faster: {en}; at {orders} orders it changes the month by {month}"
        ),
        zh_cn: format!(
            "直发每单 {direct}，海外仓每单 {warehouse}，快 {days_saved} 天：{zh}；\
             每月 {orders} 单时损益变化 {month}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::examples::usd, *};

    fn house() -> Warehouse {
        Warehouse {
            head_haul: usd("1.80"),
            handling: usd("1.50"),
            delivery: usd("4.20"),
            storage_month: usd("0.30"),
            days_stored: 45,
            goods: usd("9.00"),
            days_at_sea: 40,
            capital_per_year: "0.12".parse().unwrap(),
            fixed_month: usd("350"),
            days: 3,
        }
    }

    #[test]
    fn a_warehouse_pays_from_the_volume_on_that_covers_its_rent() {
        let direct = Direct { parcel: usd("11.20"), days: 14 };
        let found = compare(direct, house(), None, 200).unwrap();
        // 1.80 + 1.50 + 4.20 + 0.45 storage + 9 × 12 % × 85 / 365 capital = 8.2015.
        assert_eq!(found.warehouse, usd("8.20"));
        // 350 / 2.9985 = 116.7 orders.
        assert_eq!((found.break_even, found.days_saved), (Some(117), 11));
        assert_eq!(found.month, usd("249.70"));
        assert!(found.reason.zh_cn.contains("117"));
    }

    #[test]
    fn orders_won_by_speed_lower_the_volume_needed_and_a_dear_warehouse_never_pays() {
        let direct = Direct { parcel: usd("11.20"), days: 14 };
        let speed = Speed { more_orders: "0.10".parse().unwrap(), margin: usd("16.00") };
        let found = compare(direct, house(), Some(speed), 200).unwrap();
        assert!(found.break_even < Some(117));
        let cheap = Direct { parcel: usd("8.00"), days: 14 };
        assert_eq!(compare(cheap, house(), None, 200).unwrap().break_even, None);
        let euro = Direct { parcel: "8 EUR".parse().unwrap(), days: 14 };
        assert!(matches!(compare(euro, house(), None, 1), Err(Refusal::TwoCurrencies { .. })));
    }
}
