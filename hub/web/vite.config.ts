/** Builds the islands into `dist`: names with a hash of what is in them, everything gzipped for good. */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** The hub serves what is here as it is. */
const DIST = new URL("dist/", import.meta.url);

function gzipped(): Plugin {
  return {
    name: "gzipped",
    closeBundle() {
      for (const name of readdirSync(DIST)) {
        const file = new URL(name, DIST);
        writeFileSync(new URL(`${name}.gz`, DIST), gzipSync(readFileSync(file), { level: 9 }));
        rmSync(file);
      }
    },
  };
}

/** The licences and notices of every package that goes out with the islands, as they ask for it. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((made) => (made.type === "chunk" ? made.moduleIds : []));
      const packages = modules.flatMap((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
      const texts = [...new Set(packages)].sort().map((name) => {
        // What a package leaves out stands in `licences`.
        const folders = [`node_modules/${name}/`, `node_modules/${name}/licenses/`, `licences/${name}/`];
        const told = folders.flatMap((folder) => legal(new URL(folder, import.meta.url)));
        if (!told.length) throw new Error(`${name} brings no licence`);
        return [name, ...told].join("\n\n");
      });
      this.emitFile({ type: "asset", name: "licences.txt", source: texts.join("\n\n") });
    },
  };
}

function legal(folder: URL): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile() && /^(licen[cs]e|notice)/i.test(one.name));
  return files.map((file) => readFileSync(new URL(file.name, folder), "utf8"));
}

export default defineConfig({
  base: "/assets/web/",
  publicDir: false,
  build: {
    target: "es2022",
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // MapLibre is one chunk of that size, and is loaded only by those who open the map.
    chunkSizeWarningLimit: 1_100,
    rollupOptions: {
      input: "src/main.ts",
      output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
  plugins: [licences(), gzipped()],
});
