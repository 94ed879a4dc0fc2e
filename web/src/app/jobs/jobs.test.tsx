import { screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { stubFetch } from "../../../stub/answer";
import { draw } from "../../../test/wrap";
import type { Job } from "../../api/types";
import { JobList } from "./JobList";

vi.mock("@tanstack/react-router", () => ({
  Link: ({ children }: { children: ReactNode }) => <span>{children}</span>,
}));

afterEach(() => vi.unstubAllGlobals());

const job = (state: string): Job => ({
  id: 7,
  kind: "import",
  subject: "settlement-2026-10.txt",
  state: "done",
  progress: { done: 1, total: 1, unit: "bytes", step: "" },
  result: { import: 4, state, rows: 0 },
  error: null,
});

it("a file that did not come in says why, in the reader's language", async () => {
  vi.stubGlobal("fetch", stubFetch);
  await draw(<JobList jobs={[job("failed")]} />);
  expect(await screen.findByText("Line 118: `2026-02-31` is not a day")).toBeTruthy();
});

it("a file that came in is not asked for its problems", async () => {
  const asked = vi.fn(stubFetch);
  vi.stubGlobal("fetch", asked);
  await draw(<JobList jobs={[job("done")]} />);
  expect(screen.getByText("settlement-2026-10.txt")).toBeTruthy();
  expect(asked).not.toHaveBeenCalled();
});
