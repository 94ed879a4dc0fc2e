import { Tabs } from "antd";
import type { ReactNode } from "react";

interface Tab {
  key: string;
  label: ReactNode;
  children: ReactNode;
}

interface TabsPanelProps {
  tabs: Tab[];
  /** What stands in the address; the first tab is left out of it. */
  active: string | undefined;
  onChange(tab: string | undefined): void;
}

/** A panel of tabs; only the open one is drawn and asks the server. */
export function TabsPanel({ tabs, active, onChange }: TabsPanelProps) {
  const first = tabs[0]?.key;
  const known = tabs.some(({ key }) => key === active);
  return (
    <section className="panel tabs-panel">
      <Tabs
        activeKey={known ? active : first}
        onChange={(key) => onChange(key === first ? undefined : key)}
        destroyOnHidden
        items={tabs}
      />
    </section>
  );
}
