/** The findings board: what was found, and what becomes of it step by step. */

import type { Locator, Page } from "@playwright/test";

import { Phone } from "../district/phone.ts";
import { expect, test } from "../support/test.ts";

// Several steps each, and phones that go out.
test.slow();

/** A venue's findings on the board. */
function foundAt(page: Page, venue: string): Locator {
  return page.getByRole("listitem").filter({ has: page.getByRole("link", { name: venue, exact: true }) });
}

/** The part of the board for those that stand alike. */
function standing(page: Page, words: string): Locator {
  return page.getByRole("region", { name: words });
}

/** Writes a step down by the form of a finding. */
async function takeStep(found: Locator, act: string, more: Record<string, string> = {}): Promise<void> {
  const done = found.getByLabel("做了什么");
  // What was not taken stands there, open.
  if (!(await done.isVisible())) await found.getByText("下一步", { exact: true }).click();
  await done.selectOption({ label: act });
  for (const [label, value] of Object.entries(more)) await found.getByLabel(label).fill(value);
  await found.getByRole("button", { name: "记下" }).click();
}

async function expectWrittenDown(page: Page): Promise<void> {
  await expect(page.getByRole("status").filter({ hasText: "已记下" })).toBeVisible();
}

test("a finding is handed over with a slip, mended, rechecked and closed", async ({ page, station, expectUsable }) => {
  const venue = station.venues[4]?.name ?? "";
  await page.goto("/findings");
  const found = foundAt(page, venue);
  // A blocked exit is urgent, and stays on top wherever it stands.
  const urgent = standing(page, "紧急，未复查").locator(found);
  await expect(urgent).toContainText("待处理");

  await found.getByText("下一步", { exact: true }).click();
  await found.getByLabel("转交给").selectOption({ label: "消防部门" });
  await found.getByLabel("下一步期限").fill("2026-11-25");
  await found.getByLabel("说明").fill("已电话告知");
  await found.getByRole("button", { name: "记下" }).click();
  await expectWrittenDown(page);
  await expect(urgent).toContainText("转交消防部门：已电话告知");
  await expect(found).toContainText("应在 11月25日 前");
  await expectUsable(page);

  await found.getByText("下一步", { exact: true }).click();
  await found.getByRole("link", { name: "打印交接单" }).click();
  await expect(page.locator("h1")).toHaveText("问题交接单");
  await expect(page.getByRole("article")).toContainText("消防部门（119）");
  await expect(page.getByRole("article")).toContainText(venue);
  await expect(page.getByRole("article")).toContainText("2026年11月25日");
  const sheets = (await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/MediaBox/g);
  expect(sheets, "sheets of A4").toHaveLength(1);
  await page.getByRole("link", { name: "问题台" }).first().click();

  await takeStep(found, "已整改");
  await expectWrittenDown(page);
  await expect(urgent).toContainText("已整改，待复查");
  await takeStep(found, "已复查，正常");
  await expectWrittenDown(page);
  await takeStep(standing(page, "已复查，待办结").locator(found), "办结");
  await expectWrittenDown(page);
  await expect(found).toHaveCount(0);

  await page.getByLabel("进展", { exact: true }).selectOption({ label: "已办结" });
  await page.getByRole("button", { name: "筛选" }).click();
  const steps = standing(page, "已办结").locator(found).locator("ol").getByRole("listitem");
  await expect(steps.locator("strong")).toHaveText(["转交消防部门", "已整改", "已复查", "已办结"]);
});

test("without a recheck one is closed only with a word why, and opened again when it is still there", async ({ page, world, station, expectUsable }) => {
  const [owner = "", companion = ""] = station.phones;
  const venue = station.venues[5]?.name ?? "";
  const phone = await Phone.enrolled(world, owner, `${owner}的第二部`);
  await phone.visit({ venue: 5, by: 0, at: "2026-11-20T10:00:00+08:00", found: { item: "wb_sign", choice: "no" } }, venue, companion);
  await phone.sync();
  await page.goto("/findings");
  const found = foundAt(page, venue);
  await takeStep(found, "办结");
  await expect(page.getByRole("alert")).toContainText("未复查就办结要写说明");
  await expectUsable(page);
  await takeStep(found, "已整改");
  await expectWrittenDown(page);
  await takeStep(found, "复查仍有，重新打开", { 说明: "仍未张贴" });
  await expectWrittenDown(page);
  await expect(standing(page, "待处理").locator(found)).toContainText("仍未张贴");
  await takeStep(found, "办结", { 说明: "已向文化部门核实" });
  await expectWrittenDown(page);
  await expect(found).toHaveCount(0);
});

test("an inspection that finds it good is the recheck, and all that were rechecked are closed together", async ({ page, world, station, expectUsable }) => {
  const [owner = "", companion = ""] = station.phones;
  const venue = station.venues[6]?.name ?? "";
  const phone = await Phone.enrolled(world, owner, `${owner}的第三部`);
  const visit = { venue: 6, by: 0 } as const;
  await phone.visit({ ...visit, at: "2026-11-20T09:00:00+08:00", found: { item: "wb_sign", choice: "no" } }, venue, companion);
  await phone.sync();
  await page.goto("/findings");
  const found = foundAt(page, venue);
  await expect(standing(page, "待处理").locator(found)).toHaveCount(1);

  await phone.visit({ ...visit, at: "2026-11-20T13:00:00+08:00" }, venue, companion);
  await phone.sync();
  await page.goto("/findings");
  const rechecked = standing(page, "已复查，待办结");
  await expect(rechecked.locator(found)).toContainText("检查时已正常，算作复查");
  await expectUsable(page);
  await rechecked.getByRole("button", { name: "全部办结" }).click();
  await expectWrittenDown(page);
  await expect(rechecked).toHaveCount(0);
  await page.goto("/findings?stage=closed");
  await expect(found.first()).toContainText("已办结");
});

test("what somebody else did meanwhile is told, and nothing is written down twice", async ({ page, context, station }) => {
  const venue = station.venues[1]?.name ?? "";
  const other = await context.newPage();
  await Promise.all([page.goto("/findings"), other.goto("/findings")]);
  await takeStep(foundAt(other, venue), "转交");
  await expectWrittenDown(other);
  await takeStep(foundAt(page, venue), "转交");
  await expect(page.getByRole("alert")).toContainText("刚刚已有别人处理过");
  await expect(foundAt(page, venue).locator("ol").getByRole("listitem")).toHaveCount(1);
});

test("by when a finding is to be answered, and under which number, is as the station set it", async ({ page, world, station, expectUsable }) => {
  const [owner = "", companion = ""] = station.phones;
  const phone = await Phone.enrolled(world, owner, `${owner}的第六部`);
  const found = { item: "wb_sign", choice: "no" };
  const record = await phone.visit({ venue: 0, by: 0, at: "2026-11-20T08:30:00+08:00", found }, station.venues[0]?.name ?? "", companion);
  await phone.sync();
  await page.goto("/policy");
  const form = page.locator("form").filter({ has: page.getByLabel("文化部门电话") });
  await form.getByLabel("记下：几天内处理").fill("60");
  await form.getByLabel("文化部门电话").fill("025-5550-0134");
  await form.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("status")).toContainText("已保存");
  await expectUsable(page);
  await page.goto(`/findings/${record}/${found.item}/slip`);
  await expect(page.getByRole("article")).toContainText("文化部门（025-5550-0134）");
  await expect(page.getByRole("article")).toContainText("2027年1月19日");
});

test.describe("a supervisor", () => {
  test.use({ who: "supervisor", at: 0 });

  test("sees how many stand where at each station, and takes no step", async ({ page, world }) => {
    const menu = page.getByRole("navigation", { name: "主要页面" });
    await page.goto("/");
    await expect(page.locator("h1")).toContainText("各站覆盖");
    await menu.getByRole("link", { name: "问题台" }).click();
    await expect(page.locator("h1")).toHaveText("各站问题与整改");
    for (const { name } of world.stations) await expect(page.getByRole("rowheader", { name })).toBeVisible();
    await page.getByRole("link", { name: world.stations[1].name }).click();
    await expect(page.locator("h1")).toContainText(world.stations[1].name);
    await expect(foundAt(page, world.stations[1].venues[1]?.name ?? "")).toHaveCount(1);
    await expect(page.getByText("下一步", { exact: true })).toHaveCount(0);
    // Of the station that was chosen until all are asked for again.
    await menu.getByRole("link", { name: "覆盖" }).click();
    await expect(page.locator("h1")).toContainText(world.stations[1].name);
    await page.getByRole("link", { name: "全部工作站" }).click();
    await expect(page.locator("h1")).toContainText("各站覆盖");
    await menu.getByRole("link", { name: "月报" }).click();
    await expect(page.getByRole("combobox", { name: "工作站" })).toHaveValue("");
  });
});
