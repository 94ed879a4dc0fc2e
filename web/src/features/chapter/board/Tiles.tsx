import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Cell, Tile } from "../../../api/chapter";
import { UNDEFINED } from "../../../format/format";
import { Spark } from "../../../ui/Spark";
import { useWrite } from "../useWrite";
import { isSpark } from "../values";

const IN_A_ROW = 6;

/** In rows of about the same length. */
const columnsOf = (count: number) => Math.ceil(count / Math.ceil(count / IN_A_ROW));

/** Figures above the table, in one strip with hairlines. */
export function Tiles({ tiles, values }: { tiles: Tile[]; values: Record<string, Cell> }) {
  const { t } = useTranslation();
  const write = useWrite();
  if (tiles.length === 0) return null;
  return (
    <section className="panel" aria-label={t("overview.headline")}>
      <dl
        className="kpis tiles"
        style={{ gridTemplateColumns: `repeat(${columnsOf(tiles.length)}, minmax(0, 1fr))` }}
      >
        {tiles.map((tile) => {
          const value = values[tile.id];
          const full = write.cell(tile.unit, value);
          const shown = write.cell(tile.unit, value, undefined, true) ?? UNDEFINED;
          const name = write.name(tile.name);
          return (
            <div key={tile.id} data-tile={tile.id}>
              <dt>
                {tile.help ? (
                  <Tooltip title={write.name(tile.help)}>
                    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the help shows on focus. */}
                    <span tabIndex={0} className="kpi-name">
                      {name}
                    </span>
                  </Tooltip>
                ) : (
                  name
                )}
              </dt>
              <dd className="kpi-value" title={full && full !== shown ? full : undefined}>
                {isSpark(value) ? <Spark values={value} /> : <span>{shown}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
