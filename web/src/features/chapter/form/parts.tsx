/** Where a problem of a field is found on the page. */
export const fieldId = (form: string, path: string) => `${form}-${path}`;

export function ProblemTexts({ id, texts }: { id: string; texts: string[] | undefined }) {
  return texts?.length ? (
    <span id={id} className="field-wrong neg sm">
      {texts.join(" ")}
    </span>
  ) : null;
}
