import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pictures, replenishment } from "../../../../stub/chapter/boards";
import { openPage } from "../../../../test/page";
import { layOut } from "../../../../test/wrap";
import type { Unit, WaterfallPicture } from "../../../api/chapter";
import { ICONS } from "../../../app/NamedIcon";
import { palette } from "../../../app/theme";
import { barsOf, bubblesOption, linesOption } from "../picture/options";
import { paramsOf, parseBoard } from "../search";
import { decimalOf } from "../values";
import { paramBody, paramText } from "./params";

vi.mock("../../../ui/Chart/Drawing", () => ({
  default: ({ title }: { title: string }) => <div role="img" aria-label={title} />,
}));

const BOARD = "/c/product/boards/replenishment";

beforeEach(() => {
  layOut(2400, 900);
  localStorage.clear();
});
afterEach(() => vi.unstubAllGlobals());

describe("the address of a board", () => {
  it("keeps its parameters apart from the scope", () => {
    const search = parseBoard({ p_market: "US", p_horizon: 60, market: "DE", row: 7 });
    expect(search).toEqual({ p_market: "US", p_horizon: "60", row: "7" });
    expect(paramsOf(search)).toEqual({ market: "US", horizon: "60" });
  });
  it("shows what was asked, else what the board used, else the default", () => {
    const used = { service: "0.9", horizon: 90 };
    expect(paramBody(replenishment.params, { horizon: "30" }, used)).toEqual({
      service: "0.9",
      horizon: 30,
    });
    expect(paramText({ amount: "5", currency: "EUR" })).toBe("5 EUR");
    expect(paramText(["a", "b"])).toBe("a,b");
    expect(paramText(false)).toBe("false");
  });
});

describe("figures of boards", () => {
  it("are decimals, however small", () => {
    expect(decimalOf(1e-7)).toBe("0.000000");
    expect(decimalOf("0.10")).toBe("0.10");
    expect(decimalOf({ amount: "-3", currency: "EUR" })).toBe("-3");
    expect(decimalOf("n/a")).toBeNull();
  });
});

describe("pictures", () => {
  const say = ({ en }: { en: string }) => en;
  const figure = (_: Unit, value: number | null | undefined) => String(value);
  it("draw a band as an unseen line with its height upon it", () => {
    const lines = pictures.find((one) => one.type === "lines");
    if (lines?.type !== "lines") throw new Error("no lines");
    const { series } = linesOption(lines, say, figure)(palette(false));
    expect(series).toHaveLength(4);
    const [low, height] = series as { data: (number | null)[] }[];
    expect(low?.data[0]).toBeNull();
    expect(height?.data.at(-1)).toBeCloseTo(140);
  });
  it("let steps float on what came before", () => {
    const water = pictures.find((one) => one.type === "waterfall") as WaterfallPicture;
    const bars = barsOf(water, say);
    expect(bars[1]?.from).toBeCloseTo(29.99);
    expect(bars[1]?.to).toBeCloseTo(23.59);
    expect(bars.at(-1)).toMatchObject({ from: 0, to: 11.79 });
  });
  it("never take the name of a product for markup", () => {
    const option = bubblesOption(
      {
        type: "bubbles",
        title: { en: "", "zh-CN": "" },
        x: { name: { en: "x", "zh-CN": "x" }, unit: "number" },
        y: { name: { en: "y", "zh-CN": "y" }, unit: "number" },
        size: { name: { en: "z", "zh-CN": "z" }, unit: "number" },
        points: [
          { id: "a", name: "<img src=x>", group: { en: "g", "zh-CN": "g" }, x: 1, y: 1, size: 1 },
        ],
      },
      say,
      figure,
    )(palette(true));
    expect(option.tooltip.formatter({ name: "a" })).not.toContain("<img");
  });
});

describe("a board", () => {
  it("tells every unit in the reader's language", async () => {
    await openPage(BOARD, "zh-CN");
    const grid = await screen.findByRole("grid", { name: "补货建议" });
    const row = within(grid).getAllByRole("row")[1] as HTMLElement;
    for (const told of ["LAMP-01", "US$5,140.00", "2,400", "海运", "12 天", "2026-12-05"]) {
      expect(within(row).getByText(told), told).toBeTruthy();
    }
    for (const told of ["62.0%", "是", "销售速度快于到货周期。"]) {
      expect(within(row).getByText(told), told).toBeTruthy();
    }
    expect(row.querySelector("polyline")).toBeTruthy();
    expect(within(grid).queryByRole("columnheader", { name: "供应商" })).toBeNull();
    // What is noted about a cell is there to be heard.
    expect(within(grid).getByText(/该站点尚未设置售价/)).toBeTruthy();
    const tiles = screen.getByRole("region", { name: "关键指标" });
    expect(within(tiles).getByText("96.3%")).toBeTruthy();
    expect(screen.getByText("已修正断货日的销量。")).toBeTruthy();
    expect(screen.getByText(/数据截至 2026-11-20/)).toBeTruthy();
  });
  it("draws every picture, each to be read as a table, and can do without", async () => {
    const person = userEvent.setup();
    await openPage(BOARD);
    for (const name of ["Demand by week", "Cash by month", "From price to margin"]) {
      const figure = await screen.findByRole("figure", { name });
      expect(await within(figure).findByRole("img", { name })).toBeTruthy();
      expect(within(figure).getByText("Figures as a table")).toBeTruthy();
    }
    const states = screen.getByRole("figure", { name: "May it be sold?" });
    const cell = within(states).getByRole("button", { name: "LAMP-01 US: No US safety report" });
    expect(cell.textContent).toBe("✕");
    await person.click(screen.getByRole("button", { name: "Hide pictures" }));
    expect(screen.queryByRole("figure")).toBeNull();
  });
  it("asks anew when a parameter is chosen or typed, and keeps it in the address", async () => {
    const person = userEvent.setup();
    const { router } = await openPage(BOARD);
    const horizon = await screen.findByLabelText<HTMLInputElement>("Horizon");
    await waitFor(() => expect(horizon.value).toBe("90"));
    await person.clear(horizon);
    await person.type(horizon, "60{Enter}");
    await waitFor(() => expect(router.state.location.search).toMatchObject({ p_horizon: "60" }));
    const service = screen.getByLabelText<HTMLInputElement>("Service level");
    await person.clear(service);
    await person.type(service, "97.5");
    await person.tab();
    await waitFor(() => expect(router.state.location.search).toMatchObject({ p_service: "0.975" }));
  });
  it("without rows says what to do", async () => {
    await openPage(`${BOARD}?p_horizon=1`);
    expect(await screen.findByText(/Import sales of eight weeks/)).toBeTruthy();
  });
  it("opens a row with all that stands behind it", async () => {
    const person = userEvent.setup();
    const { router } = await openPage(BOARD);
    const grid = await screen.findByRole("grid", { name: "Replenishment" });
    await person.click(within(grid).getAllByText("LAMP-01")[0] as HTMLElement);
    const drawer = await screen.findByRole("dialog");
    expect(router.state.location.search).toMatchObject({ row: "LAMP-01 · US" });
    expect(await within(drawer).findByText("LAMP-01 · US: order 2400 units")).toBeTruthy();
    expect(within(drawer).getByText("from 7 own shipments")).toBeTruthy();
    expect(within(drawer).getByText("$1,800.00")).toBeTruthy();
    expect(within(drawer).getByRole("link", { name: "S1" }).getAttribute("href")).toContain(
      "/c/product/records/supplier/S1",
    );
  });
  it("of which a row has no more to say shows the row itself", async () => {
    await openPage(`${BOARD}?row=${encodeURIComponent("NIGHT-MOON · JP")}`);
    const drawer = await screen.findByRole("dialog");
    expect(await within(drawer).findByText("Why")).toBeTruthy();
    expect(within(drawer).getByText("Sells faster than its lead time allows.")).toBeTruthy();
  });
  it("does something with picked rows and leads to what it made", async () => {
    const person = userEvent.setup();
    const { asked } = await openPage(`${BOARD}?p_market=US`);
    const grid = await screen.findByRole("grid", { name: "Replenishment" });
    await waitFor(() => expect(within(grid).getAllByRole("row")).toHaveLength(7));
    await person.click(within(grid).getByRole("checkbox", { name: "Pick all shown" }));
    expect(screen.getByText("6 picked")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Make purchase orders…" }));
    const dialog = await screen.findByRole("dialog");
    const due = within(dialog).getByLabelText(/^Due/);
    await person.type(due, "2026-12-24{Enter}");
    await person.click(within(dialog).getByRole("button", { name: "Make purchase orders" }));
    expect(await within(dialog).findByText("order: 6 rows.")).toBeTruthy();
    const link = within(dialog).getByRole("link", { name: "PO-2026-0001" });
    expect(link.getAttribute("href")).toContain("/records/purchase_order/PO-2026-0001");
    const sent = asked.find(({ call }) => call === "POST /boards/replenishment/actions/order");
    expect(sent?.body).toMatchObject({ form: { due: "2026-12-24" }, params: { market: "US" } });
  });
  it("is worked out anew as a job that is followed to its end", async () => {
    const person = userEvent.setup();
    await openPage(BOARD);
    await person.click(await screen.findByRole("button", { name: "Work out anew…" }));
    const dialog = await screen.findByRole("dialog");
    await person.click(within(dialog).getByRole("button", { name: "Work out anew" }));
    expect(await within(dialog).findByText("work_out: 0 rows.")).toBeTruthy();
  });
});

it("every icon that knowledge names is known", () => {
  const roots = ["chapters", "records", "boards"].map((folder) => join("../knowledge", folder));
  const named = roots.filter(existsSync).flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".toml"))
      .flatMap((name) => /^icon = "(.+)"/m.exec(readFileSync(join(root, name), "utf8"))?.[1] ?? []),
  );
  expect(named.filter((name) => !(name in ICONS))).toEqual([]);
});
