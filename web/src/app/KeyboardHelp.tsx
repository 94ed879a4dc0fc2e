import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { PAGES } from "./pages";

const GRID_KEYS: [string[], string][] = [
  [["←", "→", "↑", "↓"], "keys.cells"],
  [["Enter"], "keys.open"],
  [["Home", "End"], "keys.ends"],
  [["PgUp", "PgDn"], "keys.pages"],
  [["Shift", "←/→"], "keys.resize"],
  [["Space"], "keys.pick"],
];

const LINE_KEYS: [string[], string][] = [
  [["Enter"], "keys.line.next"],
  [["Ctrl", "D"], "keys.line.copy"],
  [["Ctrl", "Del"], "keys.line.remove"],
  [["Ctrl", "V"], "keys.line.paste"],
];

const QUEUE_KEYS: [string[], string][] = [
  [["j", "k"], "keys.queue.move"],
  [["o"], "keys.queue.open"],
  [["a"], "finding.accept"],
  [["s"], "finding.snooze"],
  [["d"], "finding.dismiss"],
  [["x"], "keys.queue.pick"],
  [["u"], "finding.undo"],
  [["n"], "keys.queue.new"],
  [["Shift", "←/→"], "keys.queue.card"],
];

export default function KeyboardHelp({ close }: { close(): void }) {
  const { t } = useTranslation();
  return (
    <Modal open onCancel={close} footer={null} title={t("keys.title")}>
      <dl className="keys">
        <dt>
          <kbd>Ctrl</kbd>
          <kbd>K</kbd>
        </dt>
        <dd>{t("palette.open")}</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>{t("keys.title")}</dd>
        {PAGES.map((page) => (
          <div key={page.id} style={{ display: "contents" }}>
            <dt>
              <kbd>g</kbd>
              <kbd>{page.key}</kbd>
            </dt>
            <dd>{t(`nav.${page.id}`)}</dd>
          </div>
        ))}
        {[...QUEUE_KEYS, ...GRID_KEYS, ...LINE_KEYS].map(([names, says]) => (
          <div key={says} style={{ display: "contents" }}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{t(says)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
