import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tasks } from "../../../stub/work";
import { openPage } from "../../../test/page";
import { layOut } from "../../../test/wrap";

vi.mock("../../ui/Chart/Drawing", () => ({
  default: ({ title }: { title: string }) => <div role="img" aria-label={title} />,
}));

const before = structuredClone(tasks);

beforeEach(() => layOut());
afterEach(() => {
  vi.unstubAllGlobals();
  tasks.splice(0, tasks.length, ...structuredClone(before));
});

it("a card is moved on the board by Shift and an arrow, and the move is said", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/tasks?view=board");
  const todo = await screen.findByRole("region", { name: "To do" });
  const [card] = within(todo).getAllByRole("button");
  card?.focus();
  await person.keyboard("{Shift>}{ArrowRight}{/Shift}");
  await waitFor(() =>
    expect(asked).toContainEqual({ call: "PATCH /tasks/1", body: { state: "doing" } }),
  );
  expect(screen.getByText(/term 1 moved to Doing/)).toBeTruthy();
});

it("a task that is done asks what was changed and begins with what it most likely was", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/tasks?task=2");
  const drawer = await screen.findByRole("dialog");
  await person.click(await within(drawer).findByRole("button", { name: "Done" }));
  const title = await screen.findByText("The task is done");
  const form = title.closest<HTMLElement>("[role=dialog]") as HTMLElement;
  expect((within(form).getByLabelText("What exactly") as HTMLInputElement).value).toBe(
    "negative exact “term 2”",
  );
  await person.clear(within(form).getByLabelText("To"));
  await person.type(within(form).getByLabelText("To"), "paused");
  await person.click(within(form).getByRole("button", { name: "Done" }));
  await waitFor(() => expect(asked.map(({ call }) => call)).toContain("POST /tasks/2/done"));
  expect(asked.find(({ call }) => call === "POST /tasks/2/done")?.body).toMatchObject({
    change: { kind: "ads.negative", store: "lantern-us", after: "paused", at: "2026-11-22" },
  });
});

it("the steps of a play are told in the reader's language and ticked off", async () => {
  const person = userEvent.setup();
  const { asked } = await openPage("/tasks?task=1", "zh-CN");
  const drawer = await screen.findByRole("dialog");
  await person.click(await within(drawer).findByRole("checkbox", { name: "记下日期" }));
  await waitFor(() => expect(asked.map(({ call }) => call)).toContain("PATCH /tasks/1"));
  const body = asked.find(({ call }) => call === "PATCH /tasks/1")?.body as {
    checklist: { done: boolean }[];
  };
  expect(body.checklist.map(({ done }) => done)).toEqual([false, false, true]);
});

it.each([
  ["/effects", "效果"],
  ["/effects/3", "Price lowered"],
  ["/rules", "规则"],
  ["/rules/ads/search_term_wastes", "搜索词只花钱不出单"],
  ["/findings/a1", "补货到达前会断货 · LED-5M-RGB"],
  ["/experiments", "实验"],
  ["/experiments/new", "设计实验"],
  ["/experiments/1", "Bids 20 % lower"],
  ["/skus?of=lantern-us&sku=LED-5M-RGB", "Lantern LED-5M-RGB"],
])("the page %s opens in Chinese", async (path, name) => {
  await openPage(path, "zh-CN");
  const heading = await screen.findByRole("heading", { level: 1, name });
  expect(heading.textContent).toBe(name);
});
