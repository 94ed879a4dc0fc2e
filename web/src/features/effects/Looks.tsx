import { useTranslation } from "react-i18next";
import type { Effect } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { Panel } from "../../ui/Panel";

/** The estimate after each block; its interval holds however often one looks. */
export function Looks({ effect }: { effect: Effect }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { looks = [] } = effect;
  if (looks.length === 0) return null;
  return (
    <Panel title={t("effects.looks")} sub={t("effects.looks_sub")}>
      <div className="panel-body">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("effects.looked_on")}</th>
              <th scope="col" className="num">
                {t("effects.estimate")}
              </th>
              <th scope="col" className="num">
                {t("effects.range")}
              </th>
            </tr>
          </thead>
          <tbody>
            {looks.map((look) => (
              <tr key={look.day}>
                <td>{format.day(look.day)}</td>
                <td className="num">{format.percent(look.estimate)}</td>
                <td className="num mut">
                  {format.percent(look.low)} – {format.percent(look.high)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
