/** What happens to a venue: it closes, is suspended, opens again, was on file twice, goes to another station; a school that was on file twice. */

import type { Page } from "@playwright/test";

import { Phone } from "../district/phone.ts";
import { add, merge, onFile, open } from "../support/places.ts";
import { expect, test } from "../support/test.ts";
import { signedIn } from "../support/world.ts";

// Phones go out, and pages are opened by several people.
test.slow();

/** Opens one of the forms and fills in its days. */
async function turn(page: Page, summary: string, days: Record<string, string>, button: string): Promise<void> {
  const form = page.locator("details").filter({ hasText: summary });
  await form.locator("summary").click();
  for (const [label, day] of Object.entries(days)) await form.getByLabel(label).fill(day);
  await form.getByRole("button", { name: button }).click();
}

test("a venue closes, is not expected any more, and opens again", async ({ page, expectUsable }) => {
  const name = "收音机网吧";
  await add(page, name, "2026-10-01");
  await turn(page, "停业…", { 最后一天: "2026-10-31" }, "登记停业");
  await expect(page.getByRole("status")).toContainText("已保存");
  await expectUsable(page);
  await expect(await onFile(page, name)).toContainText("最后一天 2026年10月31日");
  await page.goto("/coverage?month=2026-11");
  const line = page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  await expect(line).toContainText("免检");
  await open(page, name);
  await turn(page, "恢复检查…", { 从这天起: "2026-11-02" }, "恢复检查");
  await expect(page.getByRole("status")).toContainText("已保存");
  await expect(await onFile(page, name)).toContainText("应检查");
  await page.goto("/coverage?month=2026-11");
  await expect(line).not.toContainText("免检");
});

test("a venue is suspended for some days, and opens early", async ({ page, expectUsable }) => {
  const name = "留声机网吧";
  await add(page, name);
  await turn(page, "暂停（", { "到（含）": "2026-11-10" }, "登记暂停");
  await expect(page.getByRole("alert")).toContainText("结束日期不能早于开始日期");
  await turn(page, "暂停（", { "到（含）": "2026-12-10" }, "登记暂停");
  await expect(page.getByText("暂停：2026年11月20日 – 2026年12月10日")).toBeVisible();
  await expectUsable(page);
  await expect(await onFile(page, name)).toContainText("到 2026年12月10日");
  await open(page, name);
  await turn(page, "恢复检查…", {}, "恢复检查");
  await expect(await onFile(page, name)).toContainText("应检查");
});

test("one that was on file twice is merged into the other, which gets its records", async ({ page, world, station, expectUsable }) => {
  const [owner = "", companion = ""] = station.phones;
  const [kept, double] = ["石榴网吧", "石榴网巴"];
  await add(page, kept);
  await add(page, double);
  const phone = await Phone.enrolled(world, owner, `${owner}的第四部`);
  await phone.visit({ venue: 0, by: 0, at: "2026-11-20T10:20:20+08:00" }, double, companion);
  await phone.sync();

  await merge(page, double, kept);
  await expectUsable(page);
  await page.getByRole("link", { name: "查看检查记录" }).click();
  await expect(page.getByRole("link", { name: /2026年11月20日 10:20/ }).first()).toBeVisible();
  await expect(await onFile(page, double)).toContainText("重复登记");
});

test("one that moved is read with its earlier history by the head of the other station", async ({ page, browser, world, station, at, javaScriptEnabled, expectUsable }) => {
  const [owner = "", companion = ""] = station.phones;
  const name = ["渡口网吧", "水塔网吧"][at] ?? "";
  await add(page, name);
  const phone = await Phone.enrolled(world, owner, `${owner}的第五部`);
  const found = { item: "wb_minor", choice: "yes", count: 3, bands: ["senior"] };
  await phone.visit({ venue: 0, by: 0, at: "2026-11-20T10:40:20+08:00", found }, name, companion);
  await phone.sync();
  await open(page, name);
  await expect(page.getByText("移交…", { exact: true })).toHaveCount(0);

  const another = world.stations[at === 0 ? 1 : 0];
  const as = async (who: "admin" | "head"): Promise<Page> => {
    const of = who === "admin" ? world.stations[0] : another;
    const context = await browser.newContext({ baseURL: world.url, javaScriptEnabled: javaScriptEnabled ?? true, storageState: signedIn(world, of, who) });
    return context.newPage();
  };
  const admin = await as("admin");
  await admin.goto(`${new URL(page.url()).pathname}?station=${station.id}`);
  await admin.getByText("移交…", { exact: true }).click();
  await admin.getByLabel("接收的工作站").selectOption({ label: `云浦分局 · ${another.name}` });
  await admin.getByRole("button", { name: "确认移交" }).click();
  await expect(admin.getByRole("status")).toContainText("已保存");
  await expectUsable(admin);
  await admin.context().close();

  const head = await as("head");
  await head.goto("/coverage");
  await head.getByRole("link", { name, exact: true }).click();
  const before = head.locator("section").filter({ has: head.getByRole("heading", { name: `移交前：${station.name}` }) });
  await expect(before.getByRole("heading", { name: /2026年11月20日 10:40/ })).toBeVisible();
  await expect(before).toContainText("当时未办结的问题，由原站办结");
  await expect(before).toContainText(owner);
  await expect(before.getByRole("link")).toHaveCount(0);
  await expectUsable(head);
  await head.context().close();

  await page.reload();
  await expect(page.getByText("已移交其他工作站")).toBeVisible();
  // Until its last day here it may still be shut or close.
  await expect(page.getByText("停业…", { exact: true })).toHaveCount(1);
  await expect(page.getByText("移交…", { exact: true })).toHaveCount(0);
});

test("a school that was on file twice is merged into the other, and distances are to that one only", async ({ page, expectUsable }) => {
  const [kept, double] = ["风车小学", "风车完小"];
  for (const name of [kept, double]) {
    await page.goto("/places/schools/new");
    await page.getByLabel("名称").fill(name);
    await page.getByLabel("每行一个点").fill("32.1500 118.9000");
    await page.getByRole("button", { name: "保存" }).click();
    await expect(page.locator("h1")).toContainText("场所与学校");
  }
  await page.getByRole("link", { name: double, exact: true }).click();
  await page.getByText("并入另一条…").click();
  await expectUsable(page);
  await page.getByLabel("保留的那一条").selectOption({ label: `${kept} · 小学` });
  await page.getByRole("button", { name: "确认合并" }).click();
  await expect(page.getByLabel("名称")).toHaveValue(kept);
  await expect(page.getByText("并入了一条重复登记")).toBeVisible();
  await expectUsable(page);
  await expect(await onFile(page, double)).toContainText("重复登记");
  await page.getByRole("link", { name: double, exact: true }).click();
  await expect(page.getByText("已并入另一条登记")).toBeVisible();
  await expect(page.getByText("并入另一条…")).toHaveCount(0);
});
