import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Popconfirm, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Owner, OwnerScope } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { Await } from "../../ui/States";
import { PersonSelect } from "../loop/PersonSelect";

const KINDS = ["sku", "product", "category", "store"] as const;

interface OwnerForm {
  kind: (typeof KINDS)[number];
  name: string;
  store?: string;
  user: string;
}

export function scopeOf({ kind, name, store }: OwnerForm): OwnerScope {
  const of = name.trim();
  if (kind === "sku") return { scope: "sku", sku: of, store };
  if (kind === "product") return { scope: "product", sku: of };
  return { scope: kind, name: of };
}

const nameOf = (scope: OwnerScope) =>
  "sku" in scope
    ? [scope.sku, "store" in scope && scope.store].filter(Boolean).join(" · ")
    : "name" in scope
      ? scope.name
      : "";

function AddOwner() {
  const { t } = useTranslation();
  const { choices } = useScope();
  const [form] = Form.useForm<OwnerForm>();
  const kind = Form.useWatch("kind", form) ?? "store";
  const { save, saving } = useSaving(calls.saveOwner);
  const stores = (choices?.stores ?? []).map(({ name }) => ({ value: name }));
  const required = [{ required: true, message: t("form.required") }];
  const finish = async (values: OwnerForm) => {
    if (await save({ scope: scopeOf(values), user: values.user })) form.resetFields();
  };
  return (
    <Form
      form={form}
      layout="inline"
      className="line-form"
      initialValues={{ kind: "store" }}
      onFinish={finish}
    >
      <Form.Item name="kind" label={t("owners.of")}>
        <Select
          options={KINDS.map((value) => ({ value, label: t(`owners.kind.${value}`) }))}
          onChange={() => form.setFieldValue("name", undefined)}
          style={{ width: 120 }}
        />
      </Form.Item>
      <Form.Item name="name" label={t("owners.what")} rules={required}>
        {kind === "store" ? <Select options={stores} style={{ width: 170 }} /> : <Input />}
      </Form.Item>
      {kind === "sku" && (
        <Form.Item name="store" label={t("field.store")}>
          <Select allowClear options={stores} style={{ width: 150 }} />
        </Form.Item>
      )}
      <Form.Item name="user" label={t("field.owner")} rules={required}>
        <PersonSelect style={{ width: 130 }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={saving}>
        {t("owners.add")}
      </Button>
    </Form>
  );
}

function OwnerTable({ owners }: { owners: Owner[] }) {
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const { save } = useSaving(calls.dropOwner);
  if (owners.length === 0) return <p>{t("owners.none")}</p>;
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("owners.of")}</th>
          <th scope="col">{t("owners.what")}</th>
          <th scope="col">{t("field.owner")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("action.remove")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {owners.map(({ scope, user }) => (
          <tr key={JSON.stringify(scope)}>
            <td>{t(`owners.kind.${scope.scope}`, { defaultValue: scope.scope })}</td>
            <td>{nameOf(scope)}</td>
            <td>{user}</td>
            <td>
              {mayEdit && (
                <Popconfirm
                  title={t("rules.drop_sure")}
                  okText={t("action.remove")}
                  cancelText={t("action.cancel")}
                  onConfirm={() => save(scope)}
                >
                  <Button size="small" type="text">
                    {t("action.remove")}
                  </Button>
                </Popconfirm>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** To whom work is proposed. */
export function OwnersTab() {
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const query = useQuery({ queryKey: ["owners"], queryFn: calls.owners });
  return (
    <>
      <p className="mut">{t("owners.says")}</p>
      <Await query={query}>{({ owners }) => <OwnerTable owners={owners} />}</Await>
      {mayEdit && <AddOwner />}
    </>
  );
}
