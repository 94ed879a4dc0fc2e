/** Records of the made-up company, kept in memory, with the checks a journey meets. */
import type {
  Body,
  FieldProblem,
  Kind,
  RecordNames,
  RecordRow,
  RecordVersion,
} from "../../src/api/chapter";
import { Refused } from "../refused";
import { text } from "../words";
import { KINDS } from "./kinds";

type Kept = RecordRow & { kind: string; versions: RecordVersion[] };

const AT = "2026-11-22T08:00:00Z";
const kindOf = (id: string): Kind => {
  const found = KINDS.find((one) => one.id === id);
  if (!found) throw new Refused(404, { code: "not_found", detail: id, problems: [] });
  return found;
};

let kept: Kept[] = [];

function keep(kind: string, id: string, body: Body, state: string | null = null): Kept {
  const label = String(body[kindOf(kind).label] ?? id);
  const one: Kept = {
    kind,
    id,
    label,
    state,
    version: 1,
    changed_at: AT,
    changed_by: "lin",
    body,
    versions: [{ version: 1, state, body, who: "lin", at: AT, deleted: false }],
  };
  kept.push(one);
  return one;
}

function change(one: Kept, next: { body?: Body; state?: string }, who = "lin"): Kept {
  one.version += 1;
  one.body = next.body ?? one.body;
  one.state = next.state ?? one.state;
  one.label = String(one.body[kindOf(one.kind).label] ?? one.id);
  one.changed_by = who;
  one.changed_at = "2026-11-23T07:30:00Z";
  one.versions.unshift({
    version: one.version,
    state: one.state,
    body: one.body,
    who,
    at: one.changed_at,
    deleted: false,
  });
  return one;
}

const TOWNS = ["Ningbo", "Shenzhen", "Yiwu", "Dongguan", "Zhongshan", "Foshan"];

/** Everything as at first; tests begin with it. */
export function startRecords(): void {
  kept = [];
  TOWNS.forEach((town, at) => {
    keep("supplier", `S${at + 1}`, {
      code: `S${at + 1}`,
      name: `${town} Lighting Co.`,
      country: "CN",
      grade: at % 2 ? "b" : "a",
      contact: ["Chen Wei", "李雷", "韩梅梅"][at % 3],
      lead_days: 20 + at * 5,
      deposit_share: at % 2 ? "0.3" : "0.125",
      incoterm: "fob",
      currency: "CNY",
    });
  });
  keep("place", "SZX", { code: "SZX", name: "Shenzhen hub", country: "CN" });
  keep("place", "LAX-3PL", { code: "LAX-3PL", name: "Los Angeles 3PL", country: "US" });
  const line = (sku: string, units: number, amount: string) => ({
    sku,
    units,
    price: { amount, currency: "CNY" },
    due: "2026-12-20",
  });
  const order = (id: string, supplier: string, state: string, lines: Body[]) =>
    keep(
      "purchase_order",
      id,
      {
        supplier,
        ordered_on: "2026-11-02",
        currency: "CNY",
        deposit_share: "0.3",
        deliver_to: "SZX",
        lines,
      },
      state,
    );
  order("PO-2026-0001", "S1", "sent", [
    line("LAMP-01", 600, "28.50"),
    line("BULB-E27-4", 2400, "6.2"),
  ]);
  order("PO-2026-0002", "S2", "draft", [line("LAMP-01", 300, "29.00")]);
  order("PO-2026-0003", "S4", "received", [line("STRIP-5M", 1200, "11.80")]);
  order("PO-2026-0004", "S1", "cancelled", [line("STRIP-5M", 100, "12.40")]);
  keep("specimen", "X1", {
    code: "X1",
    name: "First",
    story: "Two\nlines",
    weight: "1.25",
    units: 12,
    share: "0.125",
    price: { amount: "9.90", currency: "EUR" },
    since: "2026-11-01",
    radio: false,
    active: true,
    mode: "sea",
    materials: ["steel"],
    supplier: "S1",
    others: ["S2", "S3"],
    sku: "LAMP-01",
    store: "lantern-us",
    market: "US",
    country: "CN",
    currency: "CNY",
    language: "de",
    owner: "lin",
    link: "https://example.org/x1",
    made: "2026-11-02",
    tiers: [
      { from_units: 1, price: { amount: "9.90", currency: "EUR" }, rebate: "0.05", firm: true },
      { from_units: 500, price: { amount: "8.40", currency: "EUR" }, mode: "air" },
    ],
  });
}
startRecords();

function namesOf(records: RecordRow[]): RecordNames {
  const names: RecordNames = {};
  const told = JSON.stringify(records.map(({ body }) => body));
  for (const one of kept) {
    if (told.includes(`"${one.id}"`)) names[one.kind] = { ...names[one.kind], [one.id]: one.label };
  }
  return names;
}

const rowOf = ({ kind: _, versions: __, ...row }: Kept): RecordRow => row;
const withNames = (one: Kept) => ({ ...rowOf(one), names: namesOf([one]) });
const find = (kind: string, id: string): Kept => {
  const found = kept.find((one) => one.kind === kind && one.id === id);
  if (!found) throw new Refused(404, { code: "not_found", detail: id, problems: [] });
  return found;
};

/** What somebody else saved: the next to save meets a conflict. */
export const changeElsewhere = (kind: string, id: string, body: Body) => {
  const one = find(kind, id);
  change(one, { body: { ...one.body, ...body } }, "chen");
};

const problem = (kind: string, path: string, code: string, en: string, zh: string) =>
  ({ kind, record: null, row: null, path, code, says: text(en, zh) }) satisfies FieldProblem;

function check(kind: string, body: Body): void {
  const found: FieldProblem[] = [];
  const days = Number(body.lead_days ?? 0);
  if (days > 730) {
    found.push(problem(kind, "lead_days", "above_max", "At most 730 days.", "最多 730 天。"));
  }
  const lines = (body.lines ?? []) as Body[];
  lines.forEach((line, at) => {
    if (Number(line.units) < 1) {
      found.push(
        problem(kind, `lines[${at}].units`, "below_min", "At least 1 unit.", "数量至少为 1。"),
      );
    }
  });
  if (found.length) {
    throw new Refused(422, {
      code: "invalid_records",
      detail: `${found.length} problems`,
      problems: [],
      fields: found,
    });
  }
}

export function list(kind: string, query: URLSearchParams) {
  const q = query.get("q")?.toLowerCase();
  const state = query.get("state");
  const records = kept.filter(
    (one) =>
      one.kind === kindOf(kind).id &&
      (!state || one.state === state) &&
      (!q || `${one.id} ${JSON.stringify(one.body)}`.toLowerCase().includes(q)),
  );
  return {
    records: records.map(rowOf),
    names: namesOf(records),
    total: records.length,
    meta: { next: null },
  };
}

export const read = (kind: string, id: string) => withNames(find(kind, id));

export function add(kind: string, { body }: { body: Body }) {
  check(kind, body);
  const { key, states } = kindOf(kind);
  const count = kept.filter((one) => one.kind === kind).length + 1;
  const id = "field" in key ? String(body[key.field]) : `PO-2026-${String(count).padStart(4, "0")}`;
  return withNames(keep(kind, id, body, states?.states[0]?.id ?? null));
}

export function save(kind: string, id: string, given: { body: Body; version: number }) {
  const one = find(kind, id);
  if (one.version !== given.version) {
    throw new Refused(409, { code: "conflict", detail: "changed meanwhile", problems: [] });
  }
  check(kind, given.body);
  return withNames(change(one, { body: given.body }));
}

export function drop(kind: string, id: string) {
  const used = referring(kind, id).records[0];
  if (used) {
    throw new Refused(409, {
      code: "conflict",
      detail: `used by ${used.id}`,
      problems: [],
      says: text(`${used.id} refers to it.`, `${used.id} 引用了它。`),
    });
  }
  kept = kept.filter((one) => !(one.kind === kind && one.id === id));
  return null;
}

export const history = (kind: string, id: string) => {
  const { versions } = find(kind, id);
  return { versions, names: namesOf(versions as unknown as RecordRow[]) };
};

export function referring(kind: string, id: string) {
  return {
    records: kept.flatMap((one) =>
      kindOf(one.kind).fields.flatMap((field) =>
        field.to === kind && [one.body[field.id]].flat().includes(id)
          ? [{ kind: one.kind, id: one.id, label: one.label, path: field.id }]
          : [],
      ),
    ),
  };
}

export function shift(kind: string, id: string, move: string) {
  const one = find(kind, id);
  const found = kindOf(kind).states?.moves.find((of) => of.id === move);
  if (!found?.from.includes(one.state ?? "")) {
    throw new Refused(422, {
      code: "invalid",
      detail: "not possible",
      problems: [],
      says: text("Not possible in this status.", "当前状态不能执行。"),
    });
  }
  return withNames(change(one, { state: found.to }));
}

export const act = (kind: string, id: string, action: string) => ({
  done: {
    says: text(`Done: ${action}.`, `已完成：${action}。`),
    records: [[kind, id]],
  },
  job: null,
});

/** A file is told by its name: one with "wrong" in it has a wrong row. */
export function takeIn(kind: string, file: string, dry: boolean) {
  const wrong = file.includes("wrong");
  const body = { code: "S9", name: "Huizhou Glass Co.", country: "CN", lead_days: 25 };
  if (!dry && !wrong && !kept.some(({ id }) => id === "S9")) keep(kind, "S9", body);
  return {
    new: 1,
    changed: 1,
    same: 4,
    wrong: wrong ? 1 : 0,
    problems: wrong
      ? [
          {
            ...problem(kind, "lead_days", "above_max", "At most 730 days.", "最多 730 天。"),
            record: "S8",
            row: 7,
          },
        ]
      : [],
    sample: [
      { row: 2, id: "S9", label: body.name, change: "new", body },
      {
        row: 3,
        id: "S1",
        label: "",
        change: "changed",
        body: find("supplier", "S1").body,
        before: { ...find("supplier", "S1").body, lead_days: 18 },
      },
    ],
    ignored: ["Colour"],
    names: {},
  };
}
