/** The dashboard's addresses, of which each that shows a page is walked. */

import { readFileSync } from "node:fs";

/** All that can be got, by the hub's own table, which a test of the hub keeps whole. */
export function addresses(): string[] {
  const table = readFileSync(new URL("../../../hub/tests/hub/routes.rs", import.meta.url), "utf8");
  return [...table.matchAll(/\("(\/[^"]*)", Get, /g)].map(([, address]) => address ?? "");
}

/** Those that lead on to a page, or give no page but a file, a picture or news. */
export const NO_PAGES: readonly string[] = [
  "/",
  "/calendar/{year}",
  "/checklists/{code}/{version}/file",
  "/coverage/area.json",
  "/coverage/map.json",
  "/coverage/tiles.pmtiles",
  "/export/{what}",
  "/import/{id}/report.csv",
  "/lang/{tag}",
  "/live",
  "/photos/{id}",
  "/photos/{id}/small",
  "/report",
];

/** Which of the addresses a path is of; one without a variable part before those with. */
export function addressOf(path: string, all: readonly string[]): string | undefined {
  const is = (address: string) => new RegExp(`^${address.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`).test(path);
  return all.find((address) => address === path) ?? all.find(is);
}
