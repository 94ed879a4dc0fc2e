import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { stubApi } from "./stub/plugin";

/** During development the API is the real binary; `ARGOSY_URL` says where it listens. */
const stub = process.env.ARGOSY_STUB === "1";
const api = process.env.ARGOSY_URL ?? "http://127.0.0.1:7070";

export default defineConfig({
  plugins: stub ? [react(), stubApi()] : [react()],
  server: stub ? {} : { proxy: { "/api": { target: api, changeOrigin: false } } },
  // What the binary sends with every page: a preview that breaks it would break there.
  preview: {
    headers: {
      "Content-Security-Policy":
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    },
  },
  build: {
    target: "es2022",
    // The content security policy allows no `data:` fonts or scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    manifest: true,
  },
});
