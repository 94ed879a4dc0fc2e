import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import { vi } from "vitest";
import { makeRouter } from "../src/app/router";
import { antTheme } from "../src/app/theme";
import type { Language } from "../src/format/format";
import { changeLanguage, i18n, startTexts } from "../src/i18n";
import { answer, stubFetch } from "../stub/answer";

/** What the pages asked of the API, as `POST /findings/a1/accept` with its body. */
export interface Asked {
  call: string;
  body: unknown;
}

/** Opens a page of the made-up company as a signed-in person sees it. */
export async function openPage(path: string, language: Language = "en") {
  answer("PATCH", "/session", { language });
  if (i18n.isInitialized) await changeLanguage(language);
  else await startTexts(language);
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = typeof input === "string" ? new URL(input, "http://stub.local") : input;
    const request = new Request(url, init);
    const { pathname } = new URL(request.url);
    const text = request.method === "GET" ? "" : await request.clone().text();
    asked.push({
      call: `${request.method} ${pathname.replace("/api/v1", "")}`,
      body: text.startsWith("{") ? JSON.parse(text) : text,
    });
    return stubFetch(request);
  });
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <ConfigProvider theme={antTheme(false)}>
      <App component={false}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>,
  );
  return { router, asked };
}
