/** Builds the islands into `dist`: names with a hash of what is in them, everything gzipped for good. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** The licences of what goes out with the islands, as they ask for it. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle() {
      const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
      const texts = Object.keys(dependencies).map((name) => {
        const folder = new URL(`node_modules/${name}/`, import.meta.url);
        const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
        if (!file) throw new Error(`${name} brings no licence`);
        return `${name}\n\n${readFileSync(new URL(file, folder), "utf8")}`;
      });
      this.emitFile({ type: "asset", name: "licences.txt", source: texts.join("\n\n") });
    },
  };
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
