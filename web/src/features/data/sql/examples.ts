/** Questions to begin with; what each asks stands in the texts under `sql.example`. */
export const EXAMPLES = {
  lines: `select day, store, line, amount, currency, seller_sku, order_id
from ledger
order by day desc, amount
limit 100`,
  months: `select cast(date_trunc('month', day) as date) as month, channel, currency, line, sum(amount) as amount
from ledger
group by 1, 2, 3, 4
order by 1 desc, 2, 3, 5 desc`,
  fees: `select channel, transaction, fee_type, currency, count(*) as rows, sum(amount) as amount
from ledger
where line = 'unclassified'
group by 1, 2, 3, 4
order by 5 desc`,
  files: `select definition, raw, min(day) as first_day, max(day) as last_day, count(*) as rows
from ledger
group by 1, 2
order by 4 desc`,
} as const;

export type Example = keyof typeof EXAMPLES;
