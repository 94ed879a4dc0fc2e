import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "./States";

export function NotFound() {
  const { t } = useTranslation();
  return <Empty title={t("state.not_found")} action={<Link to="/">{t("nav.today")}</Link>} />;
}
