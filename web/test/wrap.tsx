import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { App } from "antd";
import type { ReactElement } from "react";
import type { Language } from "../src/format/format";
import { changeLanguage, i18n, startTexts } from "../src/i18n";

/** Draws a part of the UI in a language, with what it needs around it. */
export async function draw(element: ReactElement, language: Language = "en") {
  if (i18n.isInitialized) await changeLanguage(language);
  else await startTexts(language);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <App>{element}</App>
    </QueryClientProvider>,
  );
}

/** The test DOM has no layout: give scrolling elements a size, so that virtual rows are drawn. */
export function layOut(width = 1000, height = 400) {
  Object.defineProperties(HTMLElement.prototype, {
    offsetWidth: { configurable: true, get: () => width },
    offsetHeight: { configurable: true, get: () => height },
    clientHeight: { configurable: true, get: () => height },
  });
}
