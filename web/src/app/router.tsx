import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  retainSearchParams,
} from "@tanstack/react-router";
import { type ChangesSearch, parseChanges } from "../features/changes/search";
import {
  type BoardSearch,
  parseBoard,
  parseRecord,
  parseRecords,
  type RecordSearch,
  type RecordsSearch,
} from "../features/chapter/search";
import { parseView, type ViewSearch } from "../features/profit/view";
import { parseSku, type SkuSearch } from "../features/sku/search";
import { parseTasks, type TasksSearch } from "../features/tasks/search";
import { parseQueue, type QueueSearch } from "../features/today/search";
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

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search: Record<string, unknown>): QueueSearch => parseQueue(search),
  component: lazyRouteComponent(() => import("../features/today/Today"), "Today"),
});
const finding = createRoute({
  getParentRoute: () => root,
  path: "/findings/$id",
  component: lazyRouteComponent(() => import("../features/finding/FindingPage"), "FindingPage"),
});
const tasks = createRoute({
  getParentRoute: () => root,
  path: "/tasks",
  validateSearch: (search: Record<string, unknown>): TasksSearch => parseTasks(search),
  component: lazyRouteComponent(() => import("../features/tasks/TasksPage"), "TasksPage"),
});
const changes = createRoute({
  getParentRoute: () => root,
  path: "/changes",
  validateSearch: (search: Record<string, unknown>): ChangesSearch => parseChanges(search),
  component: lazyRouteComponent(() => import("../features/changes/ChangesPage"), "ChangesPage"),
});
const effects = createRoute({
  getParentRoute: () => root,
  path: "/effects",
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import("../features/effects/EffectsPage"), "EffectsPage"),
});
const effect = createRoute({
  getParentRoute: () => root,
  path: "/effects/$id",
  component: lazyRouteComponent(() => import("../features/effects/EffectPage"), "EffectPage"),
});
const experiments = createRoute({
  getParentRoute: () => root,
  path: "/experiments",
  component: lazyRouteComponent(
    () => import("../features/experiments/ExperimentsPage"),
    "ExperimentsPage",
  ),
});
const plan = createRoute({
  getParentRoute: () => root,
  path: "/experiments/new",
  component: lazyRouteComponent(() => import("../features/experiments/PlanPage"), "PlanPage"),
});
const experiment = createRoute({
  getParentRoute: () => root,
  path: "/experiments/$id",
  component: lazyRouteComponent(
    () => import("../features/experiments/ExperimentPage"),
    "ExperimentPage",
  ),
});
const rules = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import("../features/rules/RulesPage"), "RulesPage"),
});
const rule = createRoute({
  getParentRoute: () => root,
  path: "/rules/$family/$name",
  component: lazyRouteComponent(() => import("../features/rules/RulePage"), "RulePage"),
});
const skus = createRoute({
  getParentRoute: () => root,
  path: "/skus",
  validateSearch: (search: Record<string, unknown>): SkuSearch => parseSku(search),
  component: lazyRouteComponent(() => import("../features/sku/SkuPage"), "SkuPage"),
});
const overview = createRoute({
  getParentRoute: () => root,
  path: "/overview",
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

const records = createRoute({
  getParentRoute: () => root,
  path: "/c/$chapter/records/$kind",
  validateSearch: (search: Record<string, unknown>): RecordsSearch => parseRecords(search),
  component: lazyRouteComponent(
    () => import("../features/chapter/record/RecordsPage"),
    "RecordsPage",
  ),
});
const record = createRoute({
  getParentRoute: () => root,
  path: "/c/$chapter/records/$kind/$id",
  validateSearch: (search: Record<string, unknown>): RecordSearch => parseRecord(search),
  component: lazyRouteComponent(
    () => import("../features/chapter/record/RecordPage"),
    "RecordPage",
  ),
});
const board = createRoute({
  getParentRoute: () => root,
  path: "/c/$chapter/boards/$board",
  validateSearch: (search: Record<string, unknown>): BoardSearch => parseBoard(search),
  component: lazyRouteComponent(() => import("../features/chapter/board/BoardPage"), "BoardPage"),
});

const routeTree = root.addChildren([
  today,
  finding,
  tasks,
  changes,
  effects,
  effect,
  experiments,
  plan,
  experiment,
  rules,
  rule,
  skus,
  overview,
  profit,
  reconcile,
  data,
  products,
  metrics,
  settings,
  records,
  record,
  board,
]);

/** The pages; a history of its own lets tests begin where they like. */
export const makeRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree,
    history,
    defaultPreload: "intent",
    defaultErrorComponent: Broken,
  });

export const router = makeRouter();

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
