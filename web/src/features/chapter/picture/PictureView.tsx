import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Picture } from "../../../api/chapter";
import { usePreferences } from "../../../app/preferences";
import { palette } from "../../../app/theme";
import { AsTable } from "../../../ui/AsTable";
import { Chart } from "../../../ui/Chart/Chart";
import { useWrite, type Write } from "../useWrite";
import { seriesColour } from "./colours";
import { GridPicture } from "./GridPicture";
import {
  barsOf,
  barsOption,
  bubblesOption,
  groupsOf,
  linesOption,
  waterfallOption,
} from "./options";
import { type Figure, useFigure } from "./useFigure";

type Drawn = Exclude<Picture, { type: "grid" }>;

const HEIGHTS: Record<Drawn["type"], number> = {
  bubbles: 380,
  lines: 270,
  bars: 270,
  waterfall: 300,
};

/** A grid of so many columns fits beside another picture. */
const FEW = 6;

const label = (text: string, write: Write) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? write.format.day(text) : text;

function optionOf(picture: Drawn, write: Write, figure: Figure) {
  switch (picture.type) {
    case "bubbles":
      return bubblesOption(picture, write.name, figure);
    case "lines":
      return linesOption(picture, write.name, figure);
    case "bars":
      return barsOption(picture, write.name, figure);
    default:
      return waterfallOption(picture, write.name, figure);
  }
}

interface Told {
  head?: string[];
  rows: { key: string; cells: string[] }[];
}

/** The figures of a picture, to read. */
export function tableOfPicture(picture: Drawn, write: Write, figure: Figure): Told {
  switch (picture.type) {
    case "bubbles": {
      const { x, y, size } = picture;
      return {
        head: ["", write.name(x.name), write.name(y.name), write.name(size.name)],
        rows: picture.points.map((point) => ({
          key: point.name,
          cells: [
            write.name(point.group),
            figure(x.unit, point.x),
            figure(y.unit, point.y),
            figure(size.unit, point.size),
          ],
        })),
      };
    }
    case "lines":
      return {
        head: [...picture.lines, ...picture.bands].map((one) => write.name(one.name)),
        rows: picture.labels.map((text, at) => ({
          key: label(text, write),
          cells: [
            ...picture.lines.map((line) => figure(picture.unit, line.values[at])),
            ...picture.bands.map(
              (band) =>
                `${figure(picture.unit, band.low[at])} – ${figure(picture.unit, band.high[at])}`,
            ),
          ],
        })),
      };
    case "bars":
      return {
        head: picture.series.map((one) => write.name(one.name)),
        rows: picture.labels.map((text, at) => ({
          key: label(text, write),
          cells: picture.series.map((one) => figure(picture.unit, one.values[at])),
        })),
      };
    default:
      return {
        rows: barsOf(picture, write.name).map((bar) => ({
          key: bar.name,
          cells: [figure(picture.unit, bar.value)],
        })),
      };
  }
}

interface Key {
  name: string;
  look: "" | "dashed" | "box" | "dot" | "band-key";
}

/** What the marks of a picture stand for. */
function keysOf(picture: Drawn, write: Write): (Key & { at: number })[] {
  switch (picture.type) {
    case "bubbles":
      return groupsOf(picture, write.name).map((name, at) => ({ name, look: "dot", at }));
    case "lines":
      return [
        ...picture.lines.map((line, at) => ({
          name: write.name(line.name),
          look: line.expected ? ("dashed" as const) : ("" as const),
          at,
        })),
        ...picture.bands.map((band, at) => ({
          name: write.name(band.name),
          look: "band-key" as const,
          at,
        })),
      ];
    case "bars":
      return picture.series.map((line, at) => ({ name: write.name(line.name), look: "box", at }));
    default:
      return [];
  }
}

interface PictureViewProps {
  picture: Picture;
  /** What amounts are in. */
  currency?: string;
  /** Opens the row of the board that a mark stands for. */
  open?(row: string): void;
  hasRow?(row: string): boolean;
  /** The title stands elsewhere. */
  bare?: boolean;
}

function Drawn({ picture, currency, open, hasRow }: PictureViewProps & { picture: Drawn }) {
  const write = useWrite();
  const { dark } = usePreferences();
  const figure = useFigure(currency);
  const option = useMemo(() => optionOf(picture, write, figure), [picture, write, figure]);
  const table = useMemo(() => tableOfPicture(picture, write, figure), [picture, write, figure]);
  const keys = keysOf(picture, write);
  const pick = useMemo(
    () =>
      picture.type === "bubbles" && open
        ? (id: string) => (hasRow?.(id) ?? true) && open(id)
        : undefined,
    [picture.type, open, hasRow],
  );
  return (
    <>
      {keys.length > 0 && (
        <div className="legend">
          {keys.map(({ name, look, at }) => {
            const colour = seriesColour(palette(dark), at);
            return (
              <span key={`${look}${name}`}>
                <i
                  className={look}
                  style={{
                    borderColor: colour,
                    ...(look === "box" || look === "dot" || look === "band-key"
                      ? { background: colour }
                      : {}),
                  }}
                />
                {name}
              </span>
            );
          })}
        </div>
      )}
      <Chart
        title={write.name(picture.title)}
        height={HEIGHTS[picture.type]}
        option={option}
        onPick={pick}
      />
      <AsTable head={table.head} rows={table.rows} />
    </>
  );
}

/** A picture that the server tells as data: drawn, and as a table. */
export function PictureView(props: PictureViewProps) {
  const { picture, open, hasRow, bare } = props;
  const { t } = useTranslation();
  const write = useWrite();
  const title = write.name(picture.title);
  const look = picture.type === "grid" && picture.columns.length > FEW ? "wide-grid" : picture.type;
  const body =
    picture.type === "grid" ? (
      <GridPicture
        picture={picture}
        open={open}
        rowOf={(row, column) => [`${row} · ${column}`, row].find((id) => hasRow?.(id)) ?? undefined}
      />
    ) : (
      <Drawn {...props} picture={picture} />
    );
  if (bare) return <div className="picture">{body}</div>;
  return (
    <figure className={`panel picture ${look}`} aria-label={title || t("chapter.picture")}>
      <figcaption className="panel-title">
        <h2>{title}</h2>
      </figcaption>
      <div className="panel-body">{body}</div>
    </figure>
  );
}
