import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Empty } from "./States";

/** A page that has nothing to say before the first report. */
export function NoData() {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <Empty
        title={t("state.no_data")}
        says={t("state.no_data_says")}
        action={
          <Link to="/data">
            <Button type="primary" tabIndex={-1}>
              {t("overview.empty_action")}
            </Button>
          </Link>
        }
      />
    </section>
  );
}
