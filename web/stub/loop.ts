/** What the loop answers over HTTP, for the made-up company. */
import type * as loop from "../src/api/loop";
import { LAST_DAY } from "./facts";
import { findings, play, plays } from "./findings";
import { dayAfter, text, usd } from "./words";
import {
  change,
  changes,
  effect,
  experiment,
  power,
  proposed,
  rowOf,
  rules,
  tasks,
  WEEKS,
  waiting,
} from "./work";

const totals = (list: loop.Finding[]) => ({
  count: list.length,
  monthly: usd(list.reduce((sum, one) => sum + Number(one.monthly.amount), 0).toFixed(2)),
});

const listed = (query: URLSearchParams) => {
  const state = query.get("state") ?? "all";
  const family = query.get("family");
  const q = query.get("q")?.toLowerCase();
  return findings.filter(
    (one) =>
      (state === "all" ||
        one.state === state ||
        (state === "open" && (one.state === "new" || one.state === "accepted"))) &&
      (!family || one.family === family) &&
      (!q || one.subject.name.toLowerCase().includes(q)),
  );
};

const found = (id: string) => findings.find((one) => one.id === id);
const set = (ids: string[], state: loop.FindingState) => {
  for (const id of ids) {
    const one = found(id);
    if (one) Object.assign(one, { state, task_id: state === "accepted" ? 1 : null });
  }
  return { done: ids, failed: [] };
};
const STATE_OF = {
  accept: "accepted",
  snooze: "snoozed",
  dismiss: "dismissed",
  reopen: "new",
} as const;

let saved: loop.SavedView[] = [];

type Reply = (body: never, id: string, last: string, query: URLSearchParams) => unknown;

export const LOOP_ROUTES: [RegExp, Reply][] = [
  [
    /^GET \/findings$/,
    (_, __, ___, query) => ({
      findings: listed(query),
      totals: totals(listed(query)),
      run: {
        at: "2026-11-01T06:00:00Z",
        day: LAST_DAY,
        rules: 36,
        fired: 4,
        problems: [
          {
            rule: "listing.rating_fell",
            code: "facts",
            text: text("No reviews have been imported", "还没有导入评论"),
          },
        ],
      },
      meta: { next: null },
    }),
  ],
  [
    /^GET \/findings\/(\w+)$/,
    (_, id) => ({
      ...found(id),
      history: Array.from({ length: 5 }, (__, at) => ({
        day: dayAfter(LAST_DAY, at - 4),
        stake: usd(String(3000 + at * 240)),
        state: "new",
      })),
    }),
  ],
  [
    /^GET \/findings\/(\w+)\/measurable$/,
    (): loop.Measurable => ({
      metric: "contribution_3",
      design: "did",
      controls: 12,
      smallest: { relative: "0.18", money: usd("410.00") },
      verdict: "weak",
      why: text("Sales of one SKU vary by 22 % a week.", "单个 SKU 每周销量波动 22%。"),
      better: text("Change several SKUs at once.", "同时改动几个 SKU。"),
    }),
  ],
  [
    /^POST \/findings\/(\w+)\/(accept|snooze|dismiss|reopen)$/,
    (_, id, act) => {
      set([id], STATE_OF[act as keyof typeof STATE_OF]);
      return tasks[0];
    },
  ],
  [
    /^POST \/findings\/batch$/,
    ({ ids, action }: { ids: string[]; action: { kind: keyof typeof STATE_OF } }) =>
      set(ids, STATE_OF[action.kind]),
  ],
  [/^POST \/findings\/run$/, () => ({ id: 9, kind: "findings_run", state: "done" })],
  [/^GET \/rules$/, () => ({ rules })],
  [/^GET \/rules\/([\w.]+)$/, (_, id) => rules.find((one) => one.id === id)],
  [
    /^POST \/rules\/([\w.]+)\/preview$/,
    ({ thresholds }: { thresholds: unknown[] }): loop.Preview => ({
      days: WEEKS.map((day, at) => ({ day, fired: (at % 4) + (thresholds.length ? 1 : 3) })),
      distinct: thresholds.length ? 9 : 14,
      sample: findings.slice(0, 2),
    }),
  ],
  [/^PUT \/rules\/([\w.]+)\/thresholds$/, (_, id) => rules.find((one) => one.id === id)],
  [/^GET \/plays$/, () => ({ plays })],
  [/^GET \/tasks$/, () => ({ tasks: tasks.map(rowOf), meta: { next: null } })],
  [/^GET \/tasks\/(\d+)$/, (_, id) => tasks.find((one) => one.id === Number(id))],
  [
    /^PATCH \/tasks\/(\d+)$/,
    (body, id) => {
      const one = tasks.find((task) => task.id === Number(id));
      return one && Object.assign(one, body);
    },
  ],
  [
    /^POST \/tasks\/(\d+)\/done$/,
    (_, id) => {
      const one = tasks.find((task) => task.id === Number(id));
      if (!one) return null;
      Object.assign(one, { state: "done" });
      return { task: rowOf(one), change, effect_id: 4 };
    },
  ],
  [/^POST \/tasks\/batch$/, ({ ids }: { ids: number[] }) => ({ done: ids, failed: [] })],
  [
    /^GET \/changes$/,
    (_, __, ___, query) => {
      const kind = query.get("kind") ?? "";
      const fits = (one: loop.Change) =>
        kind.endsWith(".") ? one.kind.startsWith(kind) : !kind || one.kind === kind;
      return { changes: changes.filter(fits), meta: { next: null } };
    },
  ],
  [/^GET \/changes\/proposed$/, () => ({ proposed })],
  [
    /^DELETE \/changes\/proposed\/(\d+)$/,
    (_, id) => {
      proposed.splice(0, proposed.length, ...proposed.filter(({ task }) => task.id !== Number(id)));
      return null;
    },
  ],
  [
    /^POST \/changes$/,
    (body: loop.NewChange) => {
      const made: loop.Change = {
        ...change,
        ...body,
        id: changes.length + 7,
        at: body.at ?? LAST_DAY,
        source: body.task ? "task" : "typed",
        effect: null,
      };
      changes.unshift(made);
      return changes[0];
    },
  ],
  [/^POST \/changes\/detect$/, () => ({ jobs: [] })],
  [
    /^GET \/skus\/([^/]+)\/([^/]+)$/,
    (_, store, seller_sku): loop.Sku360 => {
      const days = Array.from({ length: 30 }, (__, at) => dayAfter(LAST_DAY, at - 29));
      const series = (metric: string, unit: string, level: number): loop.SkuSeries => ({
        metric,
        name: text(metric.replaceAll("_", " "), metric.replaceAll("_", " ")),
        unit,
        days,
        values: days.map((__, at) => (level * (1 + Math.sin(at) * 0.3)).toFixed(3)),
      });
      return {
        sku: { store, seller_sku, market: "US", markets: ["US", "DE"] },
        product: { sku: seller_sku, name: `Lantern ${seller_sku}`, category: "LED strips" },
        currency: "USD",
        from: days[0] ?? LAST_DAY,
        to: LAST_DAY,
        series: [
          series("contribution_3", "money", 80),
          series("units_sold", "units", 12),
          series("sessions", "count", 240),
          series("ad_cost", "money", 22),
          series("stock_sellable", "units", 800),
        ],
        changes: [{ ...change, at: dayAfter(LAST_DAY, -12) }],
        findings: findings.slice(0, 1),
        tasks: tasks.slice(0, 1).map(rowOf),
        effects: [effect],
      };
    },
  ],
  [/^GET \/effects$/, () => ({ effects: [effect, waiting], meta: { next: null } })],
  [
    /^GET \/effects\/gains$/,
    (): loop.Gains => ({
      total: { estimate: usd("1050"), low: usd("620"), high: usd("1480"), n: 1 },
      rows: [
        {
          effect: 3,
          verdict: "gained",
          change,
          play: play.id,
          day: "2026-10-12",
          money: effect.money as never,
        },
      ],
      plays: [
        {
          play: play.id,
          title: play.title,
          n: 5,
          estimate: usd("120"),
          low: usd("60"),
          high: usd("180"),
        },
      ],
    }),
  ],
  [/^GET \/effects\/(\d+)$/, (_, id) => (id === "4" ? waiting : effect)],
  [/^POST \/effects$/, () => waiting],
  [/^GET \/experiments$/, () => ({ experiments: [experiment] })],
  [/^POST \/experiments\/plan$/, () => power],
  [/^GET \/experiments\/(\d+)$/, () => experiment],
  [/^POST \/experiments$/, () => experiment],
  [
    /^GET \/views$/,
    (_, __, ___, query) => ({ views: saved.filter((one) => one.page === query.get("page")) }),
  ],
  [
    /^PUT \/views$/,
    (body: Omit<loop.SavedView, "id">) => {
      const view = { ...body, id: saved.length + 1 };
      saved = [...saved, view];
      return view;
    },
  ],
  [
    /^DELETE \/views\/(\d+)$/,
    (_, id) => {
      saved = saved.filter((one) => one.id !== Number(id));
      return {};
    },
  ],
  [
    /^GET \/owners$/,
    () => ({ owners: [{ scope: { scope: "store", name: "lantern-us" }, user: "lin" }] }),
  ],
  [
    /^GET \/receivers$/,
    (): loop.Receivers => ({
      receivers: [
        {
          id: 1,
          name: "运营群",
          kind: "feishu",
          has_secret: true,
          language: "zh-CN",
          events: ["finding", "digest"],
          person: null,
          min_monthly: "100",
          digest_hour: 1,
          active: true,
        },
      ],
      kinds: ["email", "feishu", "dingtalk", "wecom", "slack", "webhook"],
      events: ["finding", "task", "comment", "effect", "digest"],
      mail: false,
    }),
  ],
  [
    /^GET \/messages$/,
    (): { messages: loop.SentMessage[] } => ({
      messages: [
        {
          id: 1,
          receiver: 1,
          event: "digest",
          title: "今日 4 条发现",
          state: "failed",
          tries: 3,
          at: "2026-11-01T01:00:00Z",
          error: "connection timed out",
        },
      ],
    }),
  ],
  [
    /^GET \/people$/,
    () => ({
      people: [
        { login: "lin", role: "owner", me: true },
        { login: "chen", role: "operator", me: false },
      ],
    }),
  ],
];
