import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { parseView, type ViewSearch } from "../features/profit/view";
import { Broken } from "../ui/Broken";
import { NotFound } from "../ui/NotFound";
import { Gate } from "./Gate";
import { parseScope, SCOPE_KEYS, type ScopeSearch } from "./scope";

/** The scope stays in the address from page to page; what only one page knows stays with it. */
const root = createRootRoute({
  component: Gate,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): ScopeSearch => parseScope(search),
  search: { middlewares: [retainSearchParams([...SCOPE_KEYS])] },
});

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

interface TabSearch {
  tab?: string;
}
interface DataSearch extends TabSearch {
  import?: number;
}
interface ProfitSearch extends ViewSearch {
  view?: string;
  by?: string;
}
const tabOf = (search: Record<string, unknown>): TabSearch => ({ tab: text(search.tab) });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../features/overview/Overview"), "Overview"),
});
const profit = createRoute({
  getParentRoute: () => root,
  path: "/profit",
  validateSearch: (search: Record<string, unknown>): ProfitSearch => ({
    view: text(search.view),
    by: text(search.by),
    ...parseView(search),
  }),
  component: lazyRouteComponent(() => import("../features/profit/ProfitPage"), "ProfitPage"),
});
const reconcile = createRoute({
  getParentRoute: () => root,
  path: "/reconcile",
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import("../features/reconcile/Reconcile"), "Reconcile"),
});
const data = createRoute({
  getParentRoute: () => root,
  path: "/data",
  validateSearch: (search: Record<string, unknown>): DataSearch => ({
    ...tabOf(search),
    import: Number(search.import) || undefined,
  }),
  component: lazyRouteComponent(() => import("../features/data/DataPage"), "DataPage"),
});
const products = createRoute({
  getParentRoute: () => root,
  path: "/products",
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import("../features/products/ProductsPage"), "ProductsPage"),
});
const metrics = createRoute({
  getParentRoute: () => root,
  path: "/metrics",
  component: lazyRouteComponent(() => import("../features/metrics/MetricsPage"), "MetricsPage"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import("../features/settings/SettingsPage"), "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([overview, profit, reconcile, data, products, metrics, settings]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
