import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { NewUser, User } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useSession } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Await } from "../../ui/States";

export const PASSWORD_MIN = 12;

function UserRow({ user, roles }: { user: User; roles: string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useSession().data?.user;
  const { save, saving } = useSaving(calls.saveUser);
  const isMe = me?.id === user.id;
  return (
    <tr>
      <th scope="row">{user.login}</th>
      <td>
        <Select
          size="small"
          aria-label={`${t("settings.role")} ${user.login}`}
          value={user.role}
          disabled={isMe}
          onChange={(role) => save(user.id, { role })}
          options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          style={{ width: 140 }}
        />
      </td>
      <td>{format.moment(user.created_at)}</td>
      <td>
        <Switch
          size="small"
          aria-label={`${t("settings.active")} ${user.login}`}
          checked={!user.disabled}
          disabled={isMe}
          loading={saving}
          onChange={(active) => save(user.id, { disabled: !active })}
        />
      </td>
    </tr>
  );
}

function AddUser({ roles }: { roles: string[] }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<NewUser>();
  const { save, saving } = useSaving(calls.addUser);
  const finish = async (user: NewUser) => {
    if (await save(user)) form.resetFields();
  };
  return (
    <Form
      form={form}
      layout="inline"
      className="line-form"
      colon={false}
      onFinish={finish}
      requiredMark={false}
      initialValues={{ role: "viewer" }}
    >
      <Form.Item name="login" label={t("session.login")} rules={[{ required: true }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("session.password")}
        rules={[{ required: true, min: PASSWORD_MIN, message: t("form.password") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="role" label={t("settings.role")}>
        <Select
          options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          style={{ width: 140 }}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={saving}>
        {t("settings.add_user")}
      </Button>
    </Form>
  );
}

export function UsersTab() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["users"], queryFn: calls.users });
  return (
    <Await query={query}>
      {({ users, roles }) => (
        <>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("session.login")}</th>
                <th scope="col">{t("settings.role")}</th>
                <th scope="col">{t("settings.created")}</th>
                <th scope="col">{t("settings.active")}</th>
              </tr>
            </thead>
            <tbody>
              {users.map((user) => (
                <UserRow key={user.id} user={user} roles={roles} />
              ))}
            </tbody>
          </table>
          <AddUser roles={roles} />
        </>
      )}
    </Await>
  );
}
