import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changes, proposed } from "../../../stub/work";
import { openPage } from "../../../test/page";
import { layOut } from "../../../test/wrap";
import { isFiltered, parseChanges, questionOf } from "./search";

vi.mock("../../ui/Chart/Drawing", () => ({
  default: ({ title }: { title: string }) => <div role="img" aria-label={title} />,
}));

const before = structuredClone({ changes, proposed });

beforeEach(() => layOut());
afterEach(() => {
  vi.unstubAllGlobals();
  changes.splice(0, changes.length, ...structuredClone(before.changes));
  proposed.splice(0, proposed.length, ...structuredClone(before.proposed));
});

describe("the address of the changes", () => {
  it("keeps days in their order and known origins only", () => {
    const turned = parseChanges({ since: "2026-06-02", until: "2026-06-01", source: "rumour" });
    expect(isFiltered(turned)).toBe(false);
    const good = parseChanges({ since: "2026-06-01", until: "2026-06-02", q: 421733 });
    expect(good).toMatchObject({ since: "2026-06-01", until: "2026-06-02", q: "421733" });
  });
  it("asks for the stores and markets of the scope", () => {
    const scope = { filters: { store: ["a", "b"], market: ["US"] } } as never;
    expect(questionOf({ kind: "ads." }, scope)).toMatchObject({
      kind: "ads.",
      store: "a,b",
      market: "US",
    });
  });
});

it("changes say what became of them, and open with all that hangs on them", async () => {
  const person = userEvent.setup();
  await openPage("/changes");
  const grid = await screen.findByRole("grid", { name: "Changes" });
  const row = within(grid).getByText("Price lowered");
  expect(within(grid).getByText("Gained")).toBeTruthy();
  expect(within(grid).getByText("not measured")).toBeTruthy();
  await person.click(row);
  const drawer = await screen.findByRole("dialog");
  const effect = within(drawer).getByRole("link", { name: "Gained" });
  expect(effect.getAttribute("href")).toContain("/effects/3");
});

it("a done task that nobody spoke of is recorded as the change it was", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/changes");
  const open = await screen.findByRole("region", {
    name: "Done, but nobody said what was changed",
  });
  await person.click(within(open).getByRole("button", { name: "Record it" }));
  const form = await screen.findByRole("dialog");
  await person.click(within(form).getByRole("button", { name: "Save" }));
  await waitFor(() => expect(asked.map(({ call }) => call)).toContain("POST /changes"));
  expect(asked.find(({ call }) => call === "POST /changes")?.body).toMatchObject({
    kind: "ads.negative",
    store: "lantern-us",
    task: 4,
  });
});

it("a done task that changed nothing is asked no more", async () => {
  const person = userEvent.setup();
  await openPage("/changes", "zh-CN");
  const open = await screen.findByRole("region", { name: "任务已完成，但没有填写改动" });
  await person.click(within(open).getByRole("button", { name: "没有改动" }));
  await waitFor(() => expect(screen.queryByText("任务已完成，但没有填写改动")).toBeNull());
});

it("filters that fit nothing say so, and what to do", async () => {
  await openPage("/changes?kind=stock.out");
  expect(await screen.findByText("No change fits these filters")).toBeTruthy();
});

it("a running experiment shows its weeks and the looks so far", async () => {
  await openPage("/experiments/1");
  expect(await screen.findByText("Waiting: 4 of 8 weeks are there.")).toBeTruthy();
  const looks = screen.getByRole("heading", { name: "Looks so far" }).closest("section");
  expect(within(looks as HTMLElement).getByText("−60.0% – 90.0%")).toBeTruthy();
  expect(screen.getByText("Changed and compared")).toBeTruthy();
});
