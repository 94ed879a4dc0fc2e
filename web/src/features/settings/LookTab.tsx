import { App, Button, Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { type Theme, usePreferences } from "../../app/preferences";
import { useSpeak } from "../../app/useSpeak";
import type { Language } from "../../format/format";
import { errorText } from "../../i18n/names";
import { PASSWORD_MIN } from "./UsersTab";

interface PasswordForm {
  password: string;
  new_password: string;
}

function ChangePassword() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordForm>();
  const finish = async (values: PasswordForm) => {
    try {
      await calls.changeMe(values);
      form.resetFields();
      message.success(t("settings.password_changed"));
    } catch (error) {
      message.error(errorText(error, t));
    }
  };
  return (
    <Form form={form} layout="vertical" onFinish={finish} requiredMark={false}>
      <h2>{t("settings.password")}</h2>
      <Form.Item
        name="password"
        label={t("settings.password_now")}
        rules={[{ required: true, message: t("form.required") }]}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="new_password"
        label={t("settings.password_new")}
        rules={[{ required: true, min: PASSWORD_MIN, message: t("form.password") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button htmlType="submit">{t("settings.password_change")}</Button>
    </Form>
  );
}

/** What belongs to the person: language, theme, password. */
export function LookTab() {
  const { t } = useTranslation();
  const { language, theme, paint } = usePreferences();
  const speak = useSpeak();
  return (
    <div className="narrow look">
      <div className="field">
        <span>{t("settings.language")}</span>
        <Segmented<Language>
          aria-label={t("settings.language")}
          value={language}
          onChange={speak}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      <div className="field">
        <span>{t("settings.theme")}</span>
        <Segmented<Theme>
          aria-label={t("settings.theme")}
          value={theme}
          onChange={paint}
          options={(["light", "dark", "system"] as const).map((value) => ({
            value,
            label: t(`theme.${value}`),
          }))}
        />
      </div>
      <ChangePassword />
    </div>
  );
}
