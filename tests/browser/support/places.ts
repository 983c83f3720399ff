/** Venues as the desk keeps them. */

import { expect, type Locator, type Page } from "@playwright/test";

/** A venue of one's own, on whose page one is then; to be checked from today, or from a day of last month, which is asked about. */
export async function add(page: Page, name: string, from?: string): Promise<void> {
  await page.goto("/places/venues/new");
  await page.getByLabel("名称").fill(name);
  await page.getByLabel("类型").selectOption("internet_cafe");
  await expect(page.getByLabel("从哪天起检查")).toHaveValue(/^2026-11-2/);
  if (from !== undefined) await page.getByLabel("从哪天起检查").fill(from);
  await page.getByRole("button", { name: "保存" }).click();
  if (from !== undefined) {
    await expect(page.getByRole("alert")).toContainText("会改变 2026年10月 的覆盖进度");
    await page.getByRole("button", { name: "确认保存" }).click();
  }
  await expect(page.getByRole("status")).toContainText("已保存");
}

/** Its line on the page of places. */
export async function onFile(page: Page, name: string): Promise<Locator> {
  await page.goto("/places");
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

export async function open(page: Page, name: string): Promise<void> {
  await (await onFile(page, name)).getByRole("link").click();
  await expect(page.locator("h1")).toHaveText(name);
}

/** Merges a venue that was on file twice into the other, on whose page one is then. */
export async function merge(page: Page, double: string, kept: string): Promise<void> {
  await open(page, double);
  await page.getByText("并入另一条…").click();
  const into = page.getByLabel("保留的那一条");
  await into.selectOption((await into.locator("option").filter({ hasText: kept }).getAttribute("value")) ?? "");
  await page.getByRole("button", { name: "确认合并" }).click();
  await expect(page.locator("h1")).toHaveText(kept);
  await expect(page.getByText("并入了一条重复登记")).toBeVisible();
}
