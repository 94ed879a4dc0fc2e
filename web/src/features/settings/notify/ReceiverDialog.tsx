import { Checkbox, Form, Input, InputNumber, Modal, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Receiver, Receivers, SaveReceiver } from "../../../api/loop";
import * as calls from "../../../api/loopCalls";
import { useSaving } from "../../../app/useSaving";
import { PersonSelect } from "../../loop/PersonSelect";

interface ReceiverForm {
  name: string;
  kind: string;
  address?: string;
  secret?: string;
  drop_secret?: boolean;
  language: string;
  events: string[];
  person?: string;
  min_monthly: string | number | null;
  digest_hour: number | null;
  active: boolean;
}

const DEFAULTS: Partial<ReceiverForm> = {
  kind: "email",
  language: "en",
  events: ["finding", "task", "digest"],
  min_monthly: "0",
  digest_hour: 0,
  active: true,
};

/** What is sent: an address or secret left empty stays as it is; a secret goes only when told so. */
export function wishOf(form: ReceiverForm): SaveReceiver {
  const { drop_secret, address, secret, person, min_monthly, digest_hour, ...rest } = form;
  return {
    ...rest,
    address: address?.trim() || null,
    secret: drop_secret ? "" : secret || null,
    person: person ?? null,
    min_monthly: String(min_monthly ?? 0),
    digest_hour: digest_hour ?? 0,
  };
}

const formOf = (one: Receiver): Partial<ReceiverForm> => ({
  ...one,
  person: one.person ?? undefined,
});

interface ReceiverDialogProps {
  found: Receivers;
  receiver?: Receiver;
  close(): void;
}

export function ReceiverDialog({ found, receiver, close }: ReceiverDialogProps) {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<ReceiverForm>();
  const kind = Form.useWatch("kind", form) ?? "email";
  const isMail = kind === "email";
  const { save, saving } = useSaving((wish: SaveReceiver) =>
    receiver ? calls.saveReceiver(receiver.id, wish) : calls.addReceiver(wish),
  );
  // Not `required`: a group of boxes has no such attribute.
  const some = {
    validator: (_: unknown, events: string[]) =>
      events.length ? Promise.resolve() : Promise.reject(new Error(t("form.required"))),
  };
  const required = [{ required: true, message: t("form.required") }];
  return (
    <Modal
      open
      closable={false}
      width={560}
      title={t(receiver ? "notify.edit" : "notify.add")}
      okText={t("action.save")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={receiver ? formOf(receiver) : { ...DEFAULTS, language: i18n.language }}
        onFinish={async (values) => {
          if (await save(wishOf(values))) close();
        }}
      >
        <div className="pair">
          <Form.Item name="name" label={t("notify.name")} rules={required}>
            <Input maxLength={80} />
          </Form.Item>
          <Form.Item
            name="kind"
            label={t("field.kind")}
            extra={isMail && !found.mail ? t("notify.no_mail") : undefined}
          >
            <Select
              options={found.kinds.map((value) => ({
                value,
                label: t(`notify.kind.${value}`, { defaultValue: value }),
              }))}
            />
          </Form.Item>
        </div>
        <Form.Item
          name="address"
          label={t(isMail ? "notify.mail_address" : "notify.hook_address")}
          extra={t(receiver ? "notify.address_stays" : "notify.address_says")}
          rules={receiver ? undefined : required}
        >
          <Input autoComplete="off" />
        </Form.Item>
        {!isMail && (
          <Form.Item
            name="secret"
            label={t("notify.secret")}
            extra={receiver?.has_secret ? t("notify.secret_stays") : t("notify.secret_says")}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        )}
        {receiver?.has_secret && !isMail && (
          <Form.Item name="drop_secret" valuePropName="checked">
            <Checkbox>{t("notify.drop_secret")}</Checkbox>
          </Form.Item>
        )}
        <Form.Item name="events" label={t("notify.events")} rules={[some]}>
          <Checkbox.Group
            options={found.events.map((value) => ({
              value,
              label: t(`notify.event.${value}`, { defaultValue: value }),
            }))}
          />
        </Form.Item>
        <div className="pair">
          <Form.Item name="person" label={t("notify.person")} extra={t("notify.person_says")}>
            <PersonSelect allowClear placeholder={t("notify.everybody")} />
          </Form.Item>
          <Form.Item
            name="min_monthly"
            label={t("notify.min_monthly")}
            extra={t("notify.min_says")}
          >
            <InputNumber stringMode min="0" style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="digest_hour" label={t("notify.digest_hour")}>
            <InputNumber min={0} max={23} precision={0} style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="language" label={t("settings.language")}>
            <Select
              options={[
                { value: "en", label: "English" },
                { value: "zh-CN", label: "中文" },
              ]}
            />
          </Form.Item>
        </div>
        <Form.Item name="active" label={t("settings.active")} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  );
}
