/** What a person says about files that do not say it themselves. */
export interface Given {
  store: string;
  market?: string;
  period?: [string, string];
  /** The file stands in place of everything of its report in its days. */
  replace?: boolean;
}

/** The form of an upload: what the files do not say stands before them. */
export function formOf(files: File[], given: Given): FormData {
  const form = new FormData();
  if (given.store) form.set("store", given.store);
  if (given.market) form.set("market", given.market);
  if (given.period) {
    form.set("period_from", given.period[0]);
    form.set("period_to", given.period[1]);
  }
  if (given.replace) form.set("replace", "true");
  for (const file of files) form.append("file", file, file.name);
  return form;
}
