import { useTranslation } from "react-i18next";
import { DayRange } from "../ui/DayRange";

interface CustomRangeProps {
  from: string;
  to: string;
  onChange(from: string, to: string): void;
}

export default function CustomRange({ from, to, onChange }: CustomRangeProps) {
  const { t } = useTranslation();
  return (
    <div className="range-custom">
      <h3>{t("scope.custom")}</h3>
      <DayRange value={[from, to]} onChange={(days) => days && onChange(...days)} />
      <p className="mut sm">{t("scope.anchor")}</p>
    </div>
  );
}
