import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { answer } from "./answer";

function reply(request: IncomingMessage, response: ServerResponse): void {
  let text = "";
  request.on("data", (part) => {
    text += part;
  });
  request.on("end", () => {
    const path = request.url ?? "";
    const isJson = request.headers["content-type"]?.includes("json") && text;
    const { status, body } = answer(
      request.method ?? "GET",
      path,
      isJson ? JSON.parse(text) : { text },
    );
    response.statusCode = status;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  });
}

/** Serves the stub under /api/v1: `ARGOSY_STUB=1 npm run dev`, or `vite preview` for the build. */
export function stubApi(): Plugin {
  return {
    name: "argosy-stub",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use("/api/v1", reply);
    },
    configurePreviewServer(server) {
      server.middlewares.use("/api/v1", reply);
    },
  };
}
