import {
  ChartColumn,
  Database,
  Gauge,
  type LucideIcon,
  Package,
  Scale,
  Settings,
  Sigma,
} from "lucide-react";

export interface Page {
  id: string;
  path: string;
  icon: LucideIcon;
  /** Typed after `g`. */
  key: string;
}

export const PAGES: readonly Page[] = [
  { id: "overview", path: "/", icon: Gauge, key: "o" },
  { id: "profit", path: "/profit", icon: ChartColumn, key: "p" },
  { id: "reconcile", path: "/reconcile", icon: Scale, key: "r" },
  { id: "data", path: "/data", icon: Database, key: "d" },
  { id: "products", path: "/products", icon: Package, key: "s" },
  { id: "metrics", path: "/metrics", icon: Sigma, key: "m" },
  { id: "settings", path: "/settings", icon: Settings, key: "e" },
];
