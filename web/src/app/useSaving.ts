import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { errorText } from "../i18n/names";

/** Saves something; then every figure is asked anew. */
export function useSaving<Args extends unknown[]>(save: (...args: Args) => Promise<unknown>) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { t } = useTranslation();
  const mutation = useMutation({
    mutationFn: (args: Args) => save(...args),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => message.error(errorText(error, t)),
  });
  return {
    save: (...args: Args) =>
      mutation.mutateAsync(args).then(
        () => true,
        () => false,
      ),
    saving: mutation.isPending,
  };
}
