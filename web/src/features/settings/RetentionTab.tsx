import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber } from "antd";
import { Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Retention, RetentionFile, RetentionPolicy } from "../../api/types";
import { useJobs } from "../../app/jobs/JobsProvider";
import { useSaving } from "../../app/useSaving";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid, type Tone, useColumnKit } from "../../ui/DataGrid";
import { Await } from "../../ui/States";

const TONES: Record<string, Tone> = { blanked: "good", due: "look", stuck: "bad", kept: "look" };

/** How long personal data stays, and which sources stay longer, with the reason that asks for it. */
function Rules({ retention }: { retention: Retention }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<RetentionPolicy>();
  const { save, saving } = useSaving(calls.saveSettings);
  const { policies } = retention;
  const add = async (policy: RetentionPolicy) => {
    if (await save({ retention_policies: [...policies, policy] })) form.resetFields();
  };
  return (
    <>
      <Form
        layout="inline"
        className="line-form"
        colon={false}
        requiredMark={false}
        initialValues={{ days: retention.days }}
        onFinish={({ days }) => save({ retention_days: days })}
      >
        <Form.Item name="days" label={t("retention.days")} rules={[{ required: true }]}>
          <InputNumber min={0} precision={0} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={saving}>
          {t("action.save")}
        </Button>
      </Form>
      {policies.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("retention.source")}</th>
              <th scope="col" className="num">
                {t("retention.days")}
              </th>
              <th scope="col">{t("retention.reason")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("action.remove")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {policies.map((one) => (
              <tr key={one.source}>
                <th scope="row">{one.source}</th>
                <td className="num">{one.days ?? t("retention.stays")}</td>
                <td>{one.reason}</td>
                <td className="num">
                  <Button
                    size="small"
                    type="text"
                    icon={<Trash2 size={13} />}
                    aria-label={`${t("action.remove")} ${one.source}`}
                    onClick={() =>
                      save({ retention_policies: policies.filter((other) => other !== one) })
                    }
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Form
        form={form}
        layout="inline"
        className="line-form"
        colon={false}
        requiredMark={false}
        onFinish={add}
      >
        <Form.Item name="source" label={t("retention.source")} rules={[{ required: true }]}>
          <Input placeholder="amazon.all_orders" />
        </Form.Item>
        <Form.Item name="days" label={t("retention.days")}>
          <InputNumber min={0} precision={0} placeholder={t("retention.stays")} />
        </Form.Item>
        <Form.Item name="reason" label={t("retention.reason")} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Button htmlType="submit">{t("retention.add")}</Button>
      </Form>
    </>
  );
}

function useFileColumns(): Column<RetentionFile>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<RetentionFile>();
  return useMemo(
    () => [
      kit.text("file", (one) => one.file_name, { width: 240 }),
      kit.tag(
        "state",
        (one) => t(`retention.state.${one.state}`, { defaultValue: one.state }),
        (one) => TONES[one.state] ?? "",
        { width: 160 },
      ),
      kit.text("received_at", (one) => one.received_at, {
        width: 160,
        cell: (one) => format.moment(one.received_at),
      }),
      kit.text("due", (one) => one.due, { width: 160, cell: (one) => format.moment(one.due) }),
      kit.number("cells", (one) => one.cells),
      kit.text("definition", (one) => one.definition, { width: 200 }),
      kit.text("reason", (one) => one.reason, { width: 240 }),
    ],
    [kit, t, format],
  );
}

/** Personal data in files as they were received: how long it stays, and where each file stands. */
export function RetentionTab() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { look } = useJobs();
  const columns = useFileColumns();
  const query = useQuery({ queryKey: ["retention"], queryFn: calls.retention });
  const { save: run, saving } = useSaving(calls.runRetention);
  const start = async () => {
    if (!(await run())) return;
    look();
    message.info(t("retention.started"));
  };
  return (
    <Await query={query} height={240}>
      {(retention) => (
        <>
          <p className="mut">{t("retention.says")}</p>
          <Rules retention={retention} />
          <div className="boxed">
            <DataGrid
              id="retention"
              label={t("retention.files")}
              rows={retention.files}
              columns={columns}
              rowKey={(one) => String(one.import)}
              height={360}
              tools={
                <Button size="small" loading={saving} onClick={start}>
                  {t("retention.run")}
                </Button>
              }
            />
          </div>
        </>
      )}
    </Await>
  );
}
