import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SAMPLES = "../knowledge/channels/amazon/samples";
const FILES_MAX = 12;

export interface Upload {
  path: string;
  store: string;
  market?: string;
  period_from?: string;
  period_to?: string;
}

interface Manifest {
  files: (Upload & { kind: string })[];
}

/** The settlement of the built-in samples: small, real in its layout, and it adds up. */
export const SETTLEMENT: Upload = {
  path: join(SAMPLES, "settlement_v2.en-US.txt"),
  store: "lantern-us",
};

/** A picture instead of a report: refused with a reason, and listed. */
export const PHOTO: Upload = { path: "public/favicon.svg", store: "lantern-us" };

/**
 * Reports to look at: those of the simulated company in `ARGOSY_DEMO_FILES`, a few of each kind,
 * else the built-in samples.
 */
export function reports(): Upload[] {
  const folder = process.env.ARGOSY_DEMO_FILES;
  const manifest = folder && join(folder, "manifest.json");
  if (folder && manifest && existsSync(manifest)) {
    const { files } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
    const kinds = new Map<string, number>();
    return files
      .filter(({ kind, store }) => {
        const seen = kinds.get(`${kind}:${store}`) ?? 0;
        kinds.set(`${kind}:${store}`, seen + 1);
        return seen < 2;
      })
      .slice(0, FILES_MAX)
      .map((file) => ({ ...file, path: join(folder, file.path) }));
  }
  return readdirSync(SAMPLES)
    .filter((name) => /^(settlement_v2|all_orders)\..*\.txt$/.test(name))
    .map((name) => ({ path: join(SAMPLES, name), store: storeOf(name) }));
}

const storeOf = (name: string) =>
  name.includes("de-DE") ? "lantern-de" : name.includes("ja-JP") ? "lantern-jp" : "lantern-us";
