import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { CostProblem } from "../../../api/types";
import { Partial } from "../../../ui/States";

/** What keeps costs from being known, each as a sentence. */
export function CostProblemList({ problems }: { problems: CostProblem[] }) {
  const { t } = useTranslation();
  return problems.map((problem) => (
    <Partial key={`${problem.code}:${problem.document}:${problem.sku}:${problem.found}`}>
      {t(`costs.problem.${problem.code}`, {
        document: problem.document,
        sku: problem.sku,
        found: problem.found,
        defaultValue: `${problem.code}: ${problem.found}`,
      })}
    </Partial>
  ));
}

/** The same beside the documents, where most of it is mended. */
export function CostProblems() {
  const { data } = useQuery({ queryKey: ["cost_problems"], queryFn: calls.costProblems });
  return <CostProblemList problems={data?.problems ?? []} />;
}
