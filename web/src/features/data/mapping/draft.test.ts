import { expect, it } from "vitest";
import type { MappingDraft, MappingTable } from "../../../api/types";
import { lacking, mapColumn, setField } from "./draft";

const column = (from: string, to: string[]) => ({ from, name: "", as: "text", formats: [], to });
const draft: MappingDraft = {
  id: "bank",
  name: "Bank",
  channel: "argosy",
  table: "bank",
  columns: [column("Datum", ["day"])],
  fixed: {},
  computed: {},
  replace_by: ["day"],
};
const table: MappingTable = {
  name: "bank",
  columns: ["day", "amount", "currency"].map((name) => ({
    name,
    as: "text",
    required: true,
    names: { en: name, "zh-CN": name },
  })),
};

it("a field of the facts comes from one column: the last one chosen", () => {
  const next = mapColumn(draft, "Valuta", { to: ["day"], as: "day" });
  expect(next.columns).toEqual([column("Datum", []), { ...column("Valuta", ["day"]), as: "day" }]);
  expect(mapColumn(next, "Valuta", { formats: ["%d.%m.%Y"] }).columns[1]?.to).toEqual(["day"]);
});

it("what the facts need can be one value for all rows, or be worked out", () => {
  const mapped = mapColumn(draft, "Betrag", { to: ["amount"] });
  expect(lacking(mapped, table)).toEqual(["currency"]);
  expect(lacking(setField(mapped, "fixed", "currency", " EUR "), table)).toEqual([]);
  const worked = setField(setField(draft, "fixed", "amount", "1"), "computed", "amount", "a * b");
  expect([worked.fixed, worked.computed]).toEqual([{}, { amount: "a * b" }]);
  expect(setField(worked, "computed", "amount", " ").computed).toEqual({});
});
