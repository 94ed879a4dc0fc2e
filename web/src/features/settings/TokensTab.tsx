import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useSaving } from "../../app/useSaving";
import { useFormat } from "../../format/useFormat";
import { errorText } from "../../i18n/names";
import { Await } from "../../ui/States";

/** Keys for programs; the secret is shown once, when it is made. */
export function TokensTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ name: string }>();
  const [secret, setSecret] = useState<string | null>(null);
  const query = useQuery({ queryKey: ["tokens"], queryFn: calls.tokens });
  const { save: revoke } = useSaving(calls.revokeToken);

  const add = async ({ name }: { name: string }) => {
    try {
      setSecret((await calls.addToken(name)).token);
      form.resetFields();
      queries.invalidateQueries({ queryKey: ["tokens"] });
    } catch (error) {
      message.error(errorText(error, t));
    }
  };
  return (
    <Await query={query}>
      {({ tokens }) => (
        <>
          <p className="mut">{t("settings.tokens_says")}</p>
          <p className="mut">
            {t("settings.assistant_says")} <code>ARGOSY_TOKEN=… argosy mcp</code>
          </p>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("settings.token_name")}</th>
                <th scope="col">{t("settings.created")}</th>
                <th scope="col">{t("settings.last_used")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.revoke")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <tr key={token.id}>
                  <th scope="row">{token.name}</th>
                  <td>{format.moment(token.created_at)}</td>
                  <td>{format.moment(token.last_used_at)}</td>
                  <td className="num">
                    <Button size="small" danger onClick={() => revoke(token.id)}>
                      {t("settings.revoke")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {secret && (
            <div className="secret" role="status">
              <p>{t("settings.secret_once")}</p>
              <Typography.Text code copyable>
                {secret}
              </Typography.Text>
            </div>
          )}
          <Form
            form={form}
            layout="inline"
            className="line-form"
            colon={false}
            onFinish={add}
            requiredMark={false}
          >
            <Form.Item name="name" label={t("settings.token_name")} rules={[{ required: true }]}>
              <Input />
            </Form.Item>
            <Button type="primary" htmlType="submit">
              {t("settings.add_token")}
            </Button>
          </Form>
        </>
      )}
    </Await>
  );
}
