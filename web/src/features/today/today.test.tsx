import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findings } from "../../../stub/findings";
import { openPage } from "../../../test/page";
import { layOut } from "../../../test/wrap";

vi.mock("../../ui/Chart/Drawing", () => ({
  default: ({ title }: { title: string }) => <div role="img" aria-label={title} />,
}));

const before = structuredClone(findings);

beforeEach(() => layOut());
afterEach(() => {
  vi.unstubAllGlobals();
  findings.splice(0, findings.length, ...structuredClone(before));
});

const rows = () => within(screen.getByRole("list", { name: "Findings" })).getAllByRole("listitem");
const titles = () => rows().map((row) => within(row).getAllByRole("link")[0]?.textContent);

it("the queue shows what is to decide, the dearest first, with money, range, cause and play", async () => {
  await openPage("/");
  await screen.findByRole("list", { name: "Findings" });
  await waitFor(() => expect(rows()).toHaveLength(3));
  const [first] = rows();
  expect(first?.textContent).toContain("$9,840");
  expect(first?.textContent).toContain("expected $5.9K");
  expect(first?.textContent).toContain("Stock runs out before more can arrive LED-5M-RGB");
  await waitFor(() => expect(first?.textContent).toContain("Order now by air"));
  expect(screen.getByText(/Checked 36 rules on 31 Oct 2026/)).toBeTruthy();
});

it("is worked through by keyboard: j moves, d dismisses with a reason, u takes it back", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/");
  await waitFor(() => expect(rows()).toHaveLength(3));
  await person.keyboard("j");
  await person.keyboard("j");
  expect(document.activeElement?.textContent).toContain("Search term spends without orders");
  await person.keyboard("d");
  const dialog = await screen.findByRole("dialog");
  await person.click(within(dialog).getByRole("radio", { name: "Known and accepted" }));
  await person.click(within(dialog).getByRole("button", { name: "Dismiss" }));
  await waitFor(() => expect(titles()).toHaveLength(2));
  expect(asked).toContainEqual({
    call: "POST /findings/a2/dismiss",
    body: { reason: "known", note: null, revision: 1 },
  });
  await person.keyboard("u");
  await waitFor(() => expect(titles()).toHaveLength(3));
  expect(asked.map(({ call }) => call)).toContain("POST /findings/a2/reopen");
});

it("`g d` goes to the data and dismisses nothing", async () => {
  const person = userEvent.setup();
  const { router } = await openPage("/");
  await waitFor(() => expect(rows()).toHaveLength(3));
  await person.keyboard("gd");
  await waitFor(() => expect(router.state.location.pathname).toBe("/data"));
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("before a task is accepted it says the smallest effect that can be told", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/");
  await waitFor(() => expect(rows()).toHaveLength(3));
  await person.keyboard("a");
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByText("Smallest effect that can be told: $410 · 18.0%");
  await person.click(within(dialog).getByRole("button", { name: "Create task" }));
  await waitFor(() => expect(titles()).toHaveLength(2));
  const accepted = asked.find(({ call }) => call === "POST /findings/a1/accept")?.body;
  expect(accepted).toMatchObject({
    owner: "lin",
    play: "stock.order_now",
    promise: { metric: "contribution_3", amount: "5904", currency: "USD" },
  });
});

it("several are picked with x and snoozed at once", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/");
  await waitFor(() => expect(rows()).toHaveLength(3));
  await person.keyboard("jxjx");
  expect(await screen.findByText("2 picked")).toBeTruthy();
  await person.keyboard("s");
  const dialog = await screen.findByRole("dialog");
  await person.click(within(dialog).getByRole("button", { name: /In a week/ }));
  await waitFor(() => expect(titles()).toHaveLength(1));
  const batch = asked.find(({ call }) => call === "POST /findings/batch")?.body;
  expect(batch).toMatchObject({ ids: ["a1", "a2"], action: { kind: "snooze" } });
});

it("an empty answer says why and leads on, in Chinese too", async () => {
  await openPage("/?q=nothing-like-this", "zh-CN");
  expect(await screen.findByText("没有符合条件的发现")).toBeTruthy();
  expect(screen.getAllByRole("button", { name: "清除筛选" }).length).toBeGreaterThan(0);
});
