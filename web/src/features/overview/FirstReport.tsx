import { useTranslation } from "react-i18next";
import { useMay } from "../../app/useSession";
import { Empty } from "../../ui/States";
import { DropPanel } from "../data/DropPanel";
import "../data/data.css";

/** Before the first report: what to fetch, and the place to drop it, on the same page. */
export function FirstReport() {
  const { t } = useTranslation();
  const mayImport = useMay("import");
  return (
    <>
      <section className="panel">
        <Empty title={t("overview.empty")} says={t("overview.empty_says")} />
      </section>
      {mayImport && <DropPanel />}
    </>
  );
}
