import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeElsewhere, startRecords } from "../../../../stub/chapter/records";
import { openPage } from "../../../../test/page";
import { layOut } from "../../../../test/wrap";
import { parseRecords } from "../search";

const SUPPLIERS = "/c/product/records/supplier";
const ORDERS = "/c/product/records/purchase_order";

beforeEach(() => {
  layOut();
  startRecords();
  localStorage.clear();
});
afterEach(() => vi.unstubAllGlobals());

const bodyOf = (asked: { call: string; body: unknown }[], call: string) =>
  asked.findLast((one) => one.call === call)?.body as { body?: object; form?: object } | undefined;

it("the address of a list keeps keys that look like numbers", () => {
  expect(parseRecords({ open: 12, q: 5, add: "true" })).toEqual({
    open: "12",
    q: "5",
    add: true,
    state: undefined,
  });
});

describe("the menu", () => {
  it("unfolds to the pages of a chapter and says where one is", async () => {
    const person = userEvent.setup();
    const wide = { matches: false, addEventListener: () => {}, removeEventListener: () => {} };
    vi.stubGlobal("matchMedia", () => wide);
    await openPage(SUPPLIERS);
    const menu = await screen.findByRole("navigation", { name: "Main" });
    const here = await within(menu).findByRole("link", { name: "Suppliers" });
    expect(here.getAttribute("aria-current")).toBe("page");
    expect(within(menu).queryByRole("link", { name: "Replenishment" })).toBeNull();
    await person.click(within(menu).getByRole("button", { name: "Forecast and replenishment" }));
    expect(within(menu).getByRole("link", { name: "Replenishment" })).toBeTruthy();
    await person.click(within(menu).getByRole("button", { name: "Product and supply" }));
    expect(within(menu).queryByRole("link", { name: "Suppliers" })).toBeNull();
  });
});

describe("a list of records", () => {
  it("shows the columns its kind lists, in the reader's language", async () => {
    await openPage(SUPPLIERS, "zh-CN");
    const grid = await screen.findByRole("grid", { name: "供应商" });
    expect(within(grid).getByRole("columnheader", { name: "交期 (天)" })).toBeTruthy();
    expect(within(grid).queryByRole("columnheader", { name: "邮箱" })).toBeNull();
    expect(within(grid).getAllByText("12.5%")).toHaveLength(3);
    expect(within(grid).getAllByText("A 级，首选")).toHaveLength(3);
  });
  it("names what is referred to, and asks the server for a state", async () => {
    const person = userEvent.setup();
    const { asked, router } = await openPage(ORDERS);
    const grid = await screen.findByRole("grid", { name: "Purchase orders" });
    expect(within(grid).getAllByText("Ningbo Lighting Co.").length).toBe(2);
    expect(within(grid).getByText("2 lines")).toBeTruthy();
    await person.click(screen.getByRole("combobox", { name: "Status" }));
    await person.click(await screen.findByTitle("Draft"));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ state: "draft" }));
    await waitFor(() => expect(within(grid).queryByText("PO-2026-0001")).toBeNull());
    expect(asked.filter(({ call }) => call === "GET /records/purchase_order").length).toBe(2);
  });
  it("that is empty says what it is for and leads on", async () => {
    await openPage(`${SUPPLIERS}?q=nobody`);
    expect(await screen.findByText("No record fits these filters")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Show all" })).toBeTruthy();
  });
  it("picks rows with the space bar for an action on all of them", async () => {
    const person = userEvent.setup();
    const { asked } = await openPage(ORDERS);
    const grid = await screen.findByRole("grid", { name: "Purchase orders" });
    within(grid).getByText("PO-2026-0001").closest<HTMLElement>("[data-at]")?.focus();
    await person.keyboard(" ");
    expect(await screen.findByText("1 picked")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Create shipment…" }));
    const dialog = await screen.findByRole("dialog");
    await person.click(within(dialog).getByRole("button", { name: "Create shipment" }));
    expect(within(dialog).getAllByText("Required").length).toBeGreaterThan(0);
    await person.click(within(dialog).getByRole("combobox", { name: "By" }));
    await person.click(await screen.findByTitle("air"));
    await person.click(within(dialog).getByRole("button", { name: "Create shipment" }));
    expect(await within(dialog).findByText("Done: ship.")).toBeTruthy();
    expect(bodyOf(asked, "POST /records/purchase_order/actions/ship")).toEqual({
      rows: ["PO-2026-0001"],
      form: { mode: "air" },
    });
  });
});

describe("a form", () => {
  it("has the right input for every type, and sends what was typed exactly", async () => {
    const person = userEvent.setup();
    const { asked } = await openPage("/c/product/records/specimen/X1");
    const weight = await screen.findByLabelText<HTMLInputElement>("Weight");
    expect(weight.value).toBe("1.25");
    expect(screen.getByLabelText<HTMLInputElement>("Share").value).toBe("12.5");
    expect(screen.getByLabelText<HTMLInputElement>("Price").value).toBe("9.90");
    expect(screen.getByLabelText<HTMLInputElement>("Since").value).toBe("2026-11-01");
    expect(screen.getByRole("switch").getAttribute("aria-checked")).toBe("true");
    for (const shown of ["No", "Sea", "Steel", "LAMP-01", "lantern-us", "United States (US)"]) {
      expect((await screen.findAllByText(shown)).length, shown).toBeGreaterThan(0);
    }
    for (const shown of ["S1 · Ningbo Lighting Co.", "China (CN)", "German (de)", "2 Nov 2026"]) {
      expect(screen.getAllByText(shown).length, shown).toBeGreaterThan(0);
    }
    // Its key stands as text: it cannot be changed.
    expect(screen.queryByLabelText("Code")).toBeNull();
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
    await person.clear(screen.getByLabelText("Share"));
    await person.type(screen.getByLabelText("Share"), "33.3");
    await person.clear(weight);
    await person.type(weight, "1,250.5");
    await person.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(bodyOf(asked, "PUT /records/specimen/X1")).toBeTruthy());
    expect(bodyOf(asked, "PUT /records/specimen/X1")).toMatchObject({
      version: 1,
      body: {
        share: "0.333",
        weight: "1250.5",
        price: { amount: "9.90", currency: "EUR" },
        radio: false,
        tiers: [{ from_units: 1 }, { from_units: 500, mode: "air" }],
      },
    });
    await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  });
  it("tells what is missing at the very field, and what the server refuses", async () => {
    const person = userEvent.setup();
    const { asked, router } = await openPage(`${SUPPLIERS}?add=true`);
    const form = await screen.findByRole("dialog");
    await person.type(await within(form).findByLabelText(/^Code/), "S7");
    await person.type(within(form).getByLabelText("Lead time"), "800");
    await person.click(within(form).getByRole("button", { name: "Save" }));
    const name = within(form).getByLabelText(/^Name/);
    expect(name.getAttribute("aria-invalid")).toBe("true");
    expect(asked.some(({ call }) => call === "POST /records/supplier")).toBe(false);
    await person.type(name, "Huizhou Glass");
    await person.click(within(form).getByRole("button", { name: "Save" }));
    const lead = within(form).getByLabelText("Lead time");
    await waitFor(() => expect(lead.getAttribute("aria-invalid")).toBe("true"));
    expect(within(form).getAllByText(/At most 730 days/).length).toBeGreaterThan(0);
    await person.click(within(form).getByRole("button", { name: "Lead time" }));
    expect(document.activeElement).toBe(lead);
    await person.clear(lead);
    await person.type(lead, "30");
    await person.click(within(form).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ open: "S7" }));
    expect(bodyOf(asked, "POST /records/supplier")?.body).toEqual({
      code: "S7",
      name: "Huizhou Glass",
      country: "CN",
      currency: "CNY",
      lead_days: 30,
    });
  });
  it("adds, copies, removes and pastes lines by keyboard", async () => {
    const person = userEvent.setup();
    const { asked } = await openPage("/c/product/records/specimen/X1");
    const units = await screen.findByLabelText<HTMLInputElement>("From units, line 1");
    units.focus();
    await person.keyboard("{Enter}");
    expect(document.activeElement).toBe(screen.getByLabelText("From units, line 2"));
    await person.keyboard("{Enter}");
    const third = await screen.findByLabelText("From units, line 3");
    await waitFor(() => expect(document.activeElement).toBe(third));
    fireEvent.paste(third, {
      clipboardData: { getData: () => "1000\t7.9\t8%\n2000\t7.2 USD\t10%" },
    });
    expect(screen.getByLabelText<HTMLInputElement>("Rebate, line 4").value).toBe("10");
    await person.click(screen.getByRole("button", { name: "Copy line 1" }));
    expect(screen.getByLabelText<HTMLInputElement>("Price, line 2").value).toBe("9.90");
    screen.getByLabelText("From units, line 1").focus();
    await person.keyboard("{Control>}{Delete}{/Control}");
    await person.click(screen.getByRole("button", { name: "Remove line 2" }));
    await person.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(bodyOf(asked, "PUT /records/specimen/X1")).toBeTruthy());
    const sent = bodyOf(asked, "PUT /records/specimen/X1")?.body as { tiers?: unknown };
    expect(sent.tiers).toEqual([
      { from_units: 1, price: { amount: "9.90", currency: "EUR" }, rebate: "0.05", firm: true },
      { from_units: 1000, price: { amount: "7.9", currency: "EUR" }, rebate: "0.08" },
      { from_units: 2000, price: { amount: "7.2", currency: "USD" }, rebate: "0.1" },
    ]);
  });
  it("tells what another person saved meanwhile, and puts both together", async () => {
    const person = userEvent.setup();
    const { asked } = await openPage(`${SUPPLIERS}/S1`);
    const contact = await screen.findByLabelText("Contact person");
    await person.clear(contact);
    await person.type(contact, "Wang Fang");
    changeElsewhere("supplier", "S1", { lead_days: 33 });
    await person.click(screen.getByRole("button", { name: "Save" }));
    const told = await screen.findByText(/chen saved this/);
    const notice = told.closest("[role=alert]") as HTMLElement;
    expect(within(notice).getByRole("rowheader", { name: "Lead time" })).toBeTruthy();
    await person.click(within(notice).getByRole("button", { name: "Put my changes on top" }));
    expect(screen.getByLabelText<HTMLInputElement>("Lead time").value).toBe("33");
    await person.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(bodyOf(asked, "PUT /records/supplier/S1")).toMatchObject({
        version: 2,
        body: { contact: "Wang Fang", lead_days: 33 },
      }),
    );
  });
  it("asks before what was typed is left", async () => {
    const person = userEvent.setup();
    const { router } = await openPage(`${SUPPLIERS}?open=S2`);
    const contact = await screen.findByLabelText("Contact person");
    await person.type(contact, "x");
    await person.click(screen.getByRole("button", { name: "Close" }));
    await person.click(await screen.findByRole("button", { name: "Stay" }));
    expect(router.state.location.search).toMatchObject({ open: "S2" });
  });
});

describe("a record with a life", () => {
  it("is moved on, and its history says who did what", async () => {
    const person = userEvent.setup();
    const { asked } = await openPage(`${ORDERS}?open=PO-2026-0002`, "zh-CN");
    await person.click(await screen.findByRole("button", { name: "审批通过" }));
    expect(await screen.findByRole("button", { name: "已发供应商" })).toBeTruthy();
    expect(bodyOf(asked, "POST /records/purchase_order/PO-2026-0002/moves/approve")).toEqual({
      version: 1,
    });
    await person.click(screen.getByRole("tab", { name: "变更历史" }));
    expect(await screen.findByText("第 2 版")).toBeTruthy();
    await person.click(screen.getByRole("tab", { name: "被引用" }));
    expect(await screen.findByText("没有其他记录引用它")).toBeTruthy();
  });
  it("that has ended is only read", async () => {
    await openPage(`${ORDERS}/PO-2026-0004`);
    expect(await screen.findByText(/can no longer be changed/)).toBeTruthy();
    expect(screen.queryByLabelText("Supplier")).toBeNull();
    expect(screen.queryByRole("button", { name: "Add a line" })).toBeNull();
  });
  it("that others refer to says so, where, and is not removed", async () => {
    const person = userEvent.setup();
    await openPage(`${SUPPLIERS}/S1?tab=used`);
    expect(await screen.findAllByRole("link", { name: /PO-2026-0001/ })).toHaveLength(1);
    await person.click(screen.getByRole("button", { name: "More" }));
    await person.click(await screen.findByRole("menuitem", { name: "Remove" }));
    await person.click(await screen.findByRole("button", { name: "Remove" }));
    expect(await screen.findByText("PO-2026-0001 refers to it.")).toBeTruthy();
  });
});

describe("an import", () => {
  const drop = async (name: string) => {
    const person = userEvent.setup();
    await person.click(await screen.findByRole("button", { name: "Import…" }));
    const dialog = await screen.findByRole("dialog", { name: "Import: Suppliers" });
    await person.upload(
      within(dialog).getByLabelText(/Drop the workbook/),
      new File(["x"], name, { type: "text/csv" }),
    );
    return { person, dialog };
  };
  it("shows what it would change before it stores it", async () => {
    const { asked } = await openPage(SUPPLIERS);
    const { person, dialog } = await drop("suppliers.csv");
    const counts = await waitFor(() => {
      const found = dialog.querySelectorAll("[data-count] dd");
      expect(found.length).toBe(4);
      return [...found].map((one) => one.textContent);
    });
    expect(counts).toEqual(["1", "1", "4", "0"]);
    expect(within(dialog).getByText("Huizhou Glass Co.")).toBeTruthy();
    expect(asked.filter(({ call }) => call === "POST /records/supplier/import")).toHaveLength(1);
    await person.click(within(dialog).getByRole("button", { name: "Import 2 records" }));
    expect(await screen.findByText("S9")).toBeTruthy();
  });
  it("with a wrong row says which, and stores nothing", async () => {
    await openPage(SUPPLIERS);
    const { dialog } = await drop("wrong.csv");
    const problems = await within(dialog).findByRole("grid", { name: "What is wrong" });
    expect(within(problems).getByText("7")).toBeTruthy();
    expect(within(problems).getByText("Lead time")).toBeTruthy();
    expect(within(problems).getByText("At most 730 days.")).toBeTruthy();
    expect(
      within(dialog).getByRole("button", { name: "Download the file with its errors" }),
    ).toBeTruthy();
    const store = within(dialog).getByRole<HTMLButtonElement>("button", {
      name: "Import 2 records",
    });
    expect(store.disabled).toBe(true);
  });
});
