import { Button, Popover } from "antd";
import { CalendarDays } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../format/useFormat";
import { DEFAULT_PRESET, PRESETS, type Preset, type Scope, type ScopeSearch } from "./scope";

const CustomRange = lazy(() => import("./CustomRange"));

interface RangeMenuProps {
  scope: Scope;
  change(next: Partial<ScopeSearch>): void;
}

/** The days looked at: presets and own dates; the dates themselves are always shown. */
export function RangeMenu({ scope, change }: RangeMenuProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);

  const pick = (preset: Preset) => {
    setOpen(false);
    change({
      range: preset === DEFAULT_PRESET ? undefined : preset,
      from: undefined,
      to: undefined,
    });
  };
  const pickDays = (from: string, to: string) => {
    setOpen(false);
    change({ range: undefined, from, to });
  };
  const days = `${format.day(scope.from)} – ${format.day(scope.to)}`;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      content={
        <div className="range-menu">
          <fieldset className="range-presets" aria-label={t("scope.presets")}>
            {PRESETS.map((preset) => (
              <button
                key={preset}
                type="button"
                aria-pressed={scope.preset === preset}
                onClick={() => pick(preset)}
              >
                {t(`range.${preset}`)}
              </button>
            ))}
          </fieldset>
          <Suspense>
            <CustomRange from={scope.from} to={scope.to} onChange={pickDays} />
          </Suspense>
        </div>
      }
    >
      <Button icon={<CalendarDays size={14} />} aria-label={`${t("scope.days")}: ${days}`}>
        {scope.preset && <span>{t(`range.${scope.preset}`)}</span>}
        <span className={scope.preset ? "mut sm scope-dates" : ""}>{days}</span>
      </Button>
    </Popover>
  );
}
