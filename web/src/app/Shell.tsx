import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { DrillProvider } from "../features/profit/drill/DrillProvider";
import { AsOfBanner } from "./AsOfBanner";
import { JobsProvider } from "./jobs/JobsProvider";
import { Nav } from "./Nav";
import { PAGES } from "./pages";
import { TopBar } from "./TopBar";
import { useKeys } from "./useKeys";

const CommandPalette = lazy(() => import("./CommandPalette"));
const KeyboardHelp = lazy(() => import("./KeyboardHelp"));

export type Overlay = "palette" | "keys" | null;

export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [overlay, setOverlay] = useState<Overlay>(null);

  useKeys({
    palette: () => setOverlay("palette"),
    help: () => setOverlay("keys"),
    go: (key) => {
      const found = PAGES.find((one) => one.key === key);
      if (found) navigate({ to: found.path });
      return found !== undefined;
    },
  });
  useEffect(() => {
    document.title = t("app.title");
  }, [t]);

  const close = () => setOverlay(null);
  return (
    <JobsProvider>
      <DrillProvider>
        <div className="app">
          <Nav />
          <TopBar open={setOverlay} />
          <AsOfBanner />
          <main id="main">
            <Suspense>
              <Outlet />
            </Suspense>
          </main>
          <Suspense>
            {overlay === "palette" && <CommandPalette close={close} open={setOverlay} />}
            {overlay === "keys" && <KeyboardHelp close={close} />}
          </Suspense>
        </div>
      </DrillProvider>
    </JobsProvider>
  );
}
