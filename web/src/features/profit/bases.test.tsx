import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openPage } from "../../../test/page";
import { layOut } from "../../../test/wrap";

vi.mock("../../ui/Chart/Drawing", () => ({
  default: ({ title }: { title: string }) => <div role="img" aria-label={title} />,
}));

beforeEach(() => layOut());
afterEach(() => vi.unstubAllGlobals());

it("both bases are asked at once and stand side by side", async () => {
  const { asked } = await openPage("/profit?basis=both");
  const column = { name: /Order date/ };
  expect(await screen.findByRole("columnheader", column, { timeout: 5000 })).toBeTruthy();
  expect(asked.map(({ call }) => call)).toContain("POST /profit/bases");
});
