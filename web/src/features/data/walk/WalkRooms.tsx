import { useTranslation } from "react-i18next";
import type { Walk, WalkPart } from "../../../api/types";
import { isZero } from "../../../format/decimal";
import { useFormat } from "../../../format/useFormat";
import { nameOf } from "../../../i18n/names";
import { BalanceTable } from "../BalanceTable";
import { ProblemTable } from "../ProblemTable";
import { Decoded, Recognised, Translated } from "./PartRooms";
import { Room } from "./Room";

/** The nearest known report of an unknown file, and what stands between them. */
function Nearest({ closest }: { closest: Walk["closest"] }) {
  const { t, i18n } = useTranslation();
  if (!closest) return <p>{t("walk.no_report")}</p>;
  const columns: [string, string[]][] = [
    ["walk.missing", closest.missing],
    ["walk.extra", closest.extra],
  ];
  return (
    <>
      <p>{t("walk.nearest", { report: nameOf(closest.name, i18n.language), id: closest.id })}</p>
      <dl className="walk-columns">
        {columns
          .filter(([, names]) => names.length > 0)
          .map(([text, names]) => (
            <div key={text}>
              <dt>{t(text, { count: names.length })}</dt>
              <dd>{names.join(" · ")}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

function Balanced({ parts }: { parts: WalkPart[] }) {
  const { t } = useTranslation();
  const balance = parts.flatMap((part) => part.balance);
  if (balance.length === 0) return <p className="mut">{t("walk.no_control")}</p>;
  return <BalanceTable balance={balance} />;
}

/** From the bytes to the facts, in the order in which the rooms worked. */
export function WalkRooms({ walk }: { walk: Walk }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { parts, problems } = walk;
  const balance = parts.flatMap((part) => part.balance);
  const errors = problems.some((problem) => problem.severity === "error");
  return (
    <ol className="walk-rooms">
      <Room name="receive" tone="good">
        <p>
          {walk.file_name} · {format.bytes(walk.bytes)}
        </p>
      </Room>
      <Room name="recognise" tone={parts.length > 0 ? "good" : "bad"}>
        {parts.map((part) => (
          <Recognised key={part.label} part={part} />
        ))}
        {parts.length === 0 && <Nearest closest={walk.closest} />}
      </Room>
      {parts.length > 0 && (
        <>
          <Room name="decode" tone="good">
            {parts.map((part) => (
              <Decoded key={part.label} part={part} />
            ))}
          </Room>
          <Room
            name="translate"
            tone={parts.some((part) => part.unknown_fees.length > 0) ? "look" : "good"}
          >
            {parts.map((part) => (
              <Translated key={part.label} part={part} />
            ))}
          </Room>
          <Room
            name="balance"
            tone={balance.every((one) => isZero(one.difference)) ? "good" : "bad"}
          >
            <Balanced parts={parts} />
          </Room>
        </>
      )}
      <Room name="problems" tone={errors ? "bad" : problems.length > 0 ? "look" : "good"}>
        {problems.length > 0 ? (
          <ProblemTable problems={problems} />
        ) : (
          <p className="mut">{t("data.no_problems")}</p>
        )}
      </Room>
    </ol>
  );
}
