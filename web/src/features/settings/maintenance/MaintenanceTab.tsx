import { useMay } from "../../../app/useSession";
import { Check } from "./Check";
import { FactFiles } from "./FactFiles";
import { Rebuild } from "./Rebuild";
import "./maintenance.css";

/** What keeps the house in order: the check, the rebuild and where the facts lie. */
export function MaintenanceTab() {
  const mayAdminister = useMay("administer");
  return (
    <>
      <Check />
      {mayAdminister && <Rebuild />}
      {mayAdminister && <FactFiles />}
    </>
  );
}
