/** Rules of the city as files: a year of statutory days, a checklist. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

/** Tries a file on the page of checklists. */
export async function tryFile(page: Page, name: string, content: string): Promise<void> {
  await page.getByLabel("清单文件").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(content) });
  await page.getByRole("button", { name: "试运行" }).click();
}

/** The rows of a year: its statutory days as the program knows them, and the day after New Year's Day off. */
export function statutory(number: number): string[] {
  const file = new URL("../../../core/calendar/statutory_days.json", import.meta.url);
  const { years } = JSON.parse(readFileSync(file, "utf8")) as { years: ({ year: number } & Record<string, string[] | number>)[] };
  const year = Object.entries(years.find(({ year }) => year === number) ?? {});
  const days = year.flatMap(([festival, days]) => (Array.isArray(days) ? days.map((day) => `${day},${festival},法定`) : []));
  return [...days, `${number}-01-02,new_year,放假`];
}
