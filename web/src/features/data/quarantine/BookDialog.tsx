import { Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { UnknownFeeType } from "../../../api/types";
import { useChart } from "../../../app/useChart";
import { useSaving } from "../../../app/useSaving";
import { useFormat } from "../../../format/useFormat";
import { channelName } from "../../../i18n/names";

interface BookForm {
  line: string;
  note?: string;
}

interface BookDialogProps {
  fee: UnknownFeeType;
  close(): void;
}

/** Says once where an unknown fee belongs; what moves is told before it is saved. */
export function BookDialog({ fee, close }: BookDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const chart = useChart();
  const [form] = Form.useForm<BookForm>();
  const line = Form.useWatch("line", form);
  const { save, saving } = useSaving(calls.book);
  const { channel, fee_type, transaction } = fee;
  const finish = async (values: BookForm) => {
    if (await save({ channel, fee_type, transaction, ...values })) close();
  };
  const stage = line && chart.stageOf(line);
  return (
    <Modal
      open
      title={t("booking.title", { fee: fee_type ?? transaction ?? "—" })}
      okText={t("booking.book_short")}
      cancelText={t("action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={close}
    >
      <p className="mut">
        {[channelName(channel), fee_type && transaction].filter(Boolean).join(" · ")}
      </p>
      <Form form={form} layout="vertical" onFinish={finish} requiredMark={false}>
        <Form.Item
          name="line"
          label={t("booking.line")}
          rules={[{ required: true, message: t("form.required") }]}
        >
          <Select showSearch={{ optionFilterProp: "label" }} options={chart.bookable} />
        </Form.Item>
        <Form.Item name="note" label={t("field.note")}>
          <Input />
        </Form.Item>
      </Form>
      {line && (
        <p role="status">
          {t("booking.effect", {
            count: fee.rows,
            rows: format.number(fee.rows),
            amounts: format.amounts(fee.amounts),
            line: chart.name(line),
            stage: stage ? t(`stage.${stage}`) : "",
          })}
        </p>
      )}
      <p className="mut sm">{t("booking.says")}</p>
    </Modal>
  );
}
