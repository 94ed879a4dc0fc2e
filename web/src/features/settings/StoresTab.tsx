import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Store, Stores } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { channelName } from "../../i18n/names";
import { Await } from "../../ui/States";
import { StoreDialog } from "./StoreDialog";
import { StoreFields } from "./StoreFields";

function AddStore({ channels, markets }: Stores) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Store>();
  const { save, saving } = useSaving(calls.addStore);
  const finish = async (store: Store) => {
    if (await save(store)) form.resetFields();
  };
  return (
    <Form
      form={form}
      layout="inline"
      className="line-form"
      colon={false}
      onFinish={finish}
      requiredMark={false}
    >
      <Form.Item name="name" label={t("settings.store_name")} rules={[{ required: true }]}>
        <Input placeholder="lantern-us" />
      </Form.Item>
      <Form.Item name="channel" label={t("field.channel")} rules={[{ required: true }]}>
        <Select
          options={channels.map((id) => ({ value: id, label: channelName(id) }))}
          style={{ width: 130 }}
        />
      </Form.Item>
      <StoreFields markets={markets} />
      <Button type="primary" htmlType="submit" loading={saving}>
        {t("settings.add_store")}
      </Button>
    </Form>
  );
}

export function StoresTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const [editing, setEditing] = useState<Store | null>(null);
  const query = useQuery({ queryKey: ["stores"], queryFn: calls.stores });
  return (
    <Await query={query}>
      {(body) => (
        <>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("settings.store_name")}</th>
                <th scope="col">{t("field.channel")}</th>
                <th scope="col">{t("settings.home_market")}</th>
                <th scope="col">{t("field.currency")}</th>
                <th scope="col">{t("settings.time_zone")}</th>
                {mayEdit && (
                  <th scope="col">
                    <span className="visually-hidden">{t("action.edit")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {body.stores.map((store) => (
                <tr key={store.name}>
                  <th scope="row">{store.name}</th>
                  <td>{channelName(store.channel)}</td>
                  <td>{store.market ? format.country(store.market) : "—"}</td>
                  <td>{store.currency ?? "—"}</td>
                  <td>{store.time_zone ?? "—"}</td>
                  {mayEdit && (
                    <td className="num">
                      <Button
                        size="small"
                        type="text"
                        icon={<Pencil size={13} />}
                        aria-label={`${t("action.edit")} ${store.name}`}
                        onClick={() => setEditing(store)}
                      />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
          {body.stores.length === 0 && <p className="mut">{t("settings.no_stores")}</p>}
          {mayEdit && <AddStore {...body} />}
          {editing && (
            <StoreDialog
              key={editing.name}
              store={editing}
              markets={body.markets}
              close={() => setEditing(null)}
            />
          )}
        </>
      )}
    </Await>
  );
}
