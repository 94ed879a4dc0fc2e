import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { usePreferences } from "../../app/preferences";
import { sessionQuery } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { errorText } from "../../i18n/names";
import { Frame } from "./Frame";

/** Offered first; any other can be chosen in the settings. */
const CURRENCIES = ["CNY", "USD", "EUR", "GBP", "JPY", "HKD", "CAD", "AUD", "SGD", "KRW"];
const PASSWORD_MIN = 12;

interface SetUpForm {
  company: string;
  currency: string;
  login: string;
  password: string;
}

export default function SetUp() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const format = useFormat();
  const queries = useQueryClient();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  const finish = async (values: SetUpForm) => {
    setBusy(true);
    try {
      queries.setQueryData(sessionQuery.queryKey, await calls.setUp({ ...values, language }));
      await queries.invalidateQueries();
    } catch (problem) {
      setError(errorText(problem, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Frame title={t("setup.title")} says={t("setup.says")}>
      <Form
        layout="vertical"
        onFinish={finish}
        requiredMark={false}
        initialValues={{ currency: language === "en" ? "USD" : "CNY" }}
      >
        <Form.Item
          name="company"
          label={t("settings.company_name")}
          rules={[{ required: true, message: t("form.required") }]}
        >
          <Input autoFocus autoComplete="organization" />
        </Form.Item>
        <Form.Item
          name="currency"
          label={t("settings.currency")}
          extra={t("settings.currency_says")}
        >
          <Select
            showSearch={{ optionFilterProp: "label" }}
            options={CURRENCIES.map((code) => ({
              value: code,
              label: `${code} ${format.currencyName(code)}`,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="login"
          label={t("session.login")}
          rules={[{ required: true, message: t("form.required") }]}
        >
          <Input autoComplete="username" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("session.password")}
          extra={t("form.password")}
          rules={[{ required: true, min: PASSWORD_MIN, message: "" }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {error && (
          <p className="neg" role="alert">
            {error}
          </p>
        )}
        <Button type="primary" htmlType="submit" loading={busy} block>
          {t("setup.start")}
        </Button>
      </Form>
    </Frame>
  );
}
