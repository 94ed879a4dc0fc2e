import {
  ChartColumn,
  Database,
  FlaskConical,
  Gauge,
  GitCompareArrows,
  LayoutDashboard,
  ListTodo,
  type LucideIcon,
  Package,
  Radar,
  Scale,
  ScanBarcode,
  Settings,
  Sigma,
  TrendingUp,
} from "lucide-react";

export interface Page {
  id: string;
  path: string;
  icon: LucideIcon;
  /** Typed after `g`. */
  key: string;
}

/** The pages in groups: what to do, how it goes, what it rests on. */
export const PAGE_GROUPS: readonly (readonly Page[])[] = [
  [
    { id: "today", path: "/", icon: Gauge, key: "t" },
    { id: "tasks", path: "/tasks", icon: ListTodo, key: "k" },
    { id: "changes", path: "/changes", icon: GitCompareArrows, key: "c" },
    { id: "effects", path: "/effects", icon: TrendingUp, key: "f" },
    { id: "experiments", path: "/experiments", icon: FlaskConical, key: "x" },
    { id: "rules", path: "/rules", icon: Radar, key: "u" },
  ],
  [
    { id: "overview", path: "/overview", icon: LayoutDashboard, key: "o" },
    { id: "profit", path: "/profit", icon: ChartColumn, key: "p" },
    { id: "skus", path: "/skus", icon: ScanBarcode, key: "i" },
    { id: "reconcile", path: "/reconcile", icon: Scale, key: "r" },
  ],
  [
    { id: "data", path: "/data", icon: Database, key: "d" },
    { id: "products", path: "/products", icon: Package, key: "s" },
    { id: "metrics", path: "/metrics", icon: Sigma, key: "m" },
    { id: "settings", path: "/settings", icon: Settings, key: "e" },
  ],
];

export const PAGES: readonly Page[] = PAGE_GROUPS.flat();
