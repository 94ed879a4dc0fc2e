import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { sessionQuery } from "../../app/useSession";
import { errorText } from "../../i18n/names";
import { Frame } from "./Frame";

interface SignInForm {
  login: string;
  password: string;
}

export default function SignIn({ demo }: { demo: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  const finish = async ({ login, password }: SignInForm) => {
    setBusy(true);
    try {
      queries.setQueryData(sessionQuery.queryKey, await calls.signIn(login, password));
      await queries.invalidateQueries();
    } catch (problem) {
      setError(errorText(problem, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Frame title={t("session.sign_in")} says={t(demo ? "session.demo_says" : "session.says")}>
      <Form layout="vertical" onFinish={finish} requiredMark={false}>
        <Form.Item
          name="login"
          label={t("session.login")}
          rules={[{ required: true, message: t("form.required") }]}
        >
          <Input autoFocus autoComplete="username" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("session.password")}
          rules={[{ required: true, message: t("form.required") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {error && (
          <p className="neg" role="alert">
            {error}
          </p>
        )}
        <Button type="primary" htmlType="submit" loading={busy} block>
          {t("session.sign_in")}
        </Button>
      </Form>
    </Frame>
  );
}
