import { Link } from "@tanstack/react-router";
import { Button, Drawer } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Change } from "../../api/loop";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { nameOf, whoName } from "../../i18n/names";
import { DeclareDialog } from "../effects/DeclareDialog";
import { EffectVerdict } from "../effects/EffectVerdict";
import { usePlays } from "../loop/queries";
import { useKindName, whatOf } from "../sku/kinds";

function Effect({ change }: { change: Change }) {
  const { t } = useTranslation();
  const mayWork = useMay("work");
  const [declaring, setDeclaring] = useState(false);
  if (change.effect) {
    return (
      <Link to="/effects/$id" params={{ id: String(change.effect.id) }}>
        <EffectVerdict effect={change.effect} />
      </Link>
    );
  }
  return (
    <>
      <span className="mut">{t("change.not_declared")}</span>{" "}
      {mayWork && (
        <Button size="small" onClick={() => setDeclaring(true)}>
          {t("change.measure")}
        </Button>
      )}
      {declaring && <DeclareDialog change={change} close={() => setDeclaring(false)} />}
    </>
  );
}

/** One change with all that hangs on it. */
export function ChangeDrawer({ change, close }: { change: Change; close(): void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const kindName = useKindName();
  const play = usePlays().get(change.play ?? "");
  const { seller_sku, store, market } = change;
  const facts: [string, ReactNode][] = [
    [t("field.kind"), kindName(change.kind)],
    [t("change.day"), format.day(change.at)],
    [t("change.before"), change.before],
    [t("change.after"), change.after],
    [
      t("field.seller_sku"),
      seller_sku && (
        <Link to="/skus" search={{ of: store, sku: seller_sku, at: market ?? undefined }}>
          {seller_sku}
        </Link>
      ),
    ],
    [t("field.campaign"), change.campaign],
    [t("field.store"), store],
    [t("field.market"), market && format.country(market)],
    [t("field.who"), whoName(change.who, t)],
    [t("change.from_where"), t(`change.source.${change.source}`)],
    [
      t("nav.tasks"),
      change.task && (
        <Link to="/tasks" search={{ task: change.task }}>
          {t("finding.task", { id: change.task })}
        </Link>
      ),
    ],
    [t("finding.play"), nameOf(play?.title, i18n.language)],
    [t("change.effect"), <Effect key="effect" change={change} />],
  ];
  return (
    <Drawer open title={whatOf(change, i18n.language)} size={460} onClose={close}>
      <dl className="details">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </Drawer>
  );
}
