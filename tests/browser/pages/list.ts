/** Every page of the dashboard: its address, and who looks at it. */

import type { Station, Who } from "../support/world.ts";

export interface PageOf {
  name: string;
  who: Who;
  path: (station: Station) => string;
}

const venue = (station: Station, at: number) => station.venues[at]?.id ?? "";

function of(who: Who, name: string, path: PageOf["path"] | string): PageOf {
  return { who, name, path: typeof path === "string" ? () => path : path };
}

export const PAGES: readonly PageOf[] = [
  of("nobody", "sign-in", "/sign-in"),
  of("nobody", "sign-in after a wrong address", "/sign-in?next=%2Fvenues%2Fx"),
  of("head", "coverage", "/coverage"),
  of("head", "coverage of one state", "/coverage?state=due"),
  of("head", "coverage of a month without visits", "/coverage?month=2026-09"),
  of("supervisor", "coverage of all stations", "/coverage"),
  of("supervisor", "coverage of one station for a supervisor", (s) => `/coverage?station=${s.id}`),
  of("head", "venue with photos and findings", (s) => `/venues/${venue(s, 0)}?month=2026-11`),
  of("head", "history of a venue", (s) => `/venues/${venue(s, 0)}/history`),
  of("head", "venue near a school with minors found", (s) => `/venues/${venue(s, 1)}`),
  of("head", "venue without a position", (s) => `/venues/${venue(s, 7)}`),
  of("head", "record", (s) => `/records/${s.records[2]}`),
  of("head", "record with a photo", (s) => `/records/${s.records[0]}`),
  of("head", "check-in", (s) => `/records/${s.records[8]}`),
  of("head", "reviews", "/reviews"),
  of("supervisor", "reviews of all stations", "/reviews"),
  of("head", "findings", "/findings"),
  of("supervisor", "findings of all stations", "/findings"),
  of("head", "venue's placard", (s) => `/venues/${venue(s, 0)}/placard`),
  of("head", "placards of a station", "/placards"),
  of("head", "hand-over slip of a finding", (s) => `/findings/${s.records[2]}/wb_minor/slip`),
  of("head", "ledger", "/ledger"),
  of("head", "ledger of a month", "/ledger?month=2026-11"),
  of("supervisor", "choice of a station's ledger", "/ledger"),
  of("head", "month report", "/report/2026-11"),
  of("supervisor", "month report of all stations", "/report/2026-11"),
  of("head", "trends", "/trends"),
  of("supervisor", "trends of all stations", "/trends"),
  of("head", "alerts", "/alerts"),
  of("supervisor", "alerts of all stations", "/alerts"),
  of("head", "phones", "/devices"),
  of("head", "import", "/import"),
  of("head", "hand-over by file", "/handover"),
  of("head", "export", "/export"),
  of("head", "manage", "/manage"),
  of("admin", "manage, for those above a station", "/manage"),
  of("head", "members", "/members"),
  of("head", "member", (s) => `/members/${s.people.volunteer.id}`),
  of("head", "venues and schools", "/places"),
  of("head", "new venue", "/places/venues/new"),
  of("head", "venue's form", (s) => `/places/venues/${venue(s, 0)}`),
  of("head", "new school", "/places/schools/new"),
  of("head", "school's form", (s) => `/places/schools/${s.schools[0]?.id}`),
  of("head", "policy", "/policy"),
  of("head", "policy of a kind", "/policy?for=game_arcade&from=2026-12"),
  of("head", "checklists", "/checklists"),
  of("head", "checklist as on the phone", "/checklists/internet_cafe/1"),
  of("head", "statutory days", "/calendar"),
  of("admin", "statutory days for an administrator", "/calendar"),
  of("admin", "member for an administrator", (s) => `/members/${s.people.volunteer.id}`),
  of("admin", "audit", "/audit"),
  of("admin", "audit of looks at minors", "/audit?about=minors"),
  of("admin", "venue's form for an administrator, who moves it", (s) => `/places/venues/${venue(s, 0)}?station=${s.id}`),
  of("head", "account", "/account"),
  of("head", "second factor", "/account/second-factor"),
  of("head", "page that is not there", "/venues/none"),
];

/** The pages that everybody comes to, which are looked at in English too: its words are longer. */
export const IN_ENGLISH: readonly PageOf[] = [
  "sign-in",
  "coverage",
  "coverage of all stations",
  "venue with photos and findings",
  "record",
  "reviews",
  "reviews of all stations",
  "findings",
  "findings of all stations",
  "ledger",
  "month report",
  "trends",
  "alerts",
  "phones",
  "import",
  "hand-over by file",
  "export",
  "manage",
  "members",
  "venues and schools",
  "policy",
  "checklists",
  "account",
].map(named);

function named(name: string): PageOf {
  const page = PAGES.find((page) => page.name === name);
  if (!page) throw new Error(`there is no page “${name}”`);
  return page;
}
