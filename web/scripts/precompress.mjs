// After `vite build`: writes .br and .gz beside every text asset, so the binary serves them
// without compressing at run time. Quality 9: level 11 takes fifteen seconds for one percent.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const texts = readdirSync("dist", { recursive: true }).filter((name) =>
  /\.(js|css|html|svg|json)$/.test(name),
);
for (const name of texts) {
  const bytes = readFileSync(`dist/${name}`);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(`dist/${name}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`dist/${name}.gz`, gzipSync(bytes, { level: 9 }));
}
console.log(`precompressed ${texts.length} files`);
