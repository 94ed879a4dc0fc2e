import { useQueryClient } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BatchResult } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { errorText, nameOf } from "../../i18n/names";
import { DropZone } from "../data/DropZone";
import "../data/data.css";

interface ImportRowsProps {
  what: "tasks" | "findings";
  close(): void;
}

/** A workbook that was exported, worked on and comes back: states, owners, days. */
export function ImportRows({ what, close }: ImportRowsProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [came, setCame] = useState<BatchResult>();
  const send = async (files: File[]) => {
    const [file] = files;
    if (!file) return;
    try {
      setCame(await calls.importRows(what, file));
      await queries.invalidateQueries();
    } catch (error) {
      message.error(errorText(error, t));
    }
  };
  return (
    <Modal open footer={null} title={t(`loop.import_${what}`)} onCancel={close}>
      <p className="mut">{t("loop.import_says")}</p>
      <DropZone title={t("loop.import_drop")} says="XLSX · CSV" onFiles={send} />
      {came && (
        <div role="status" className="imported">
          <p>{t("loop.imported", { count: came.done.length })}</p>
          <ul>
            {came.failed.map((one) => (
              <li key={one.id} className="neg sm">
                {one.id}
                {t("loop.colon")}
                {nameOf(one.text, i18n.language)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Modal>
  );
}
