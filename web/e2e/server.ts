import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MS = 60_000;
const POLL_MS = 200;

/** The program under test: `ARGOSY_BIN`, else the debug build of this workspace. */
export const BINARY = process.env.ARGOSY_BIN ?? "../target/debug/argosy";

export interface Argosy {
  url: string;
  stop(): void;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/api/v1/health`).then(
    (response) => response.ok,
    () => false,
  );
}

/** Who signs in to the demo company. */
export const DEMO = { login: "demo", password: "demo demo demo 1" };

/**
 * Starts the real program on a home of its own, which is gone when it is stopped: an empty one, or
 * that of the demo company with half a year of reports.
 */
export async function startArgosy(demo = false): Promise<Argosy> {
  const home = mkdtempSync(join(tmpdir(), "argosy-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ARGOSY_HOME: home };
  const make = demo
    ? ["demo", "--home", home, "--size", "small", "--no-serve", "--password", DEMO.password]
    : ["init"];
  execFileSync(BINARY, make, { env, stdio: "pipe" });
  const child: ChildProcess = spawn(BINARY, ["serve", "--addr", `127.0.0.1:${port}`], {
    env,
    stdio: ["ignore", "ignore", process.env.E2E_LOG ? "inherit" : "ignore"],
  });
  const stop = () => {
    child.kill();
    rmSync(home, { recursive: true, force: true });
  };
  const until = Date.now() + START_MS;
  while (!(await isUp(url))) {
    if (child.exitCode !== null || Date.now() > until) {
      stop();
      throw new Error(`${BINARY} did not start to serve`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { url, stop };
}
