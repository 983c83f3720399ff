/** Answers to a checklist: all is well, but for what was found. */

import { readFileSync } from "node:fs";

import type { Visit } from "./visits.ts";

interface Item {
  id: string;
  kind: { type: string; choices?: { code: string; tone: string }[] };
}

/** The steps of a phone's script that answer every question. */
export function answers(checklist: string, found: Visit["found"]): object[] {
  const file = new URL(`../../../core/checklists/${checklist}.v1.json`, import.meta.url);
  const { items } = JSON.parse(readFileSync(file, "utf8")) as { items: Item[] };
  return items.map(({ id, kind }) => {
    if (found?.item === id) return { do: "answer", ...found };
    const good = kind.choices?.find((choice) => choice.tone === "good")?.code;
    return { do: "answer", item: id, ...(good && { choice: good }) };
  });
}
