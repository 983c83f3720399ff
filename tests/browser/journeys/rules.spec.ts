/** What the city decides for all its stations. */

import { readFileSync } from "node:fs";

import { expectKeyboardReachesAll } from "../support/access.ts";
import { statutory, tryFile } from "../support/rules.ts";
import { expect, test } from "../support/test.ts";

// The city has one administrator. Rules hold for both stations: with and without scripts have a rule each.
test.use({ who: "admin", at: 0 });

test.describe("a checklist", () => {
  test("is downloaded, changed, tried, and put in force from a day on", async ({ page, javaScriptEnabled, expectUsable }) => {
    const [code, title] = javaScriptEnabled === false ? ["game_arcade", "游戏机室检查表"] : ["internet_cafe", "网吧检查表"];
    await page.goto("/checklists");
    await page.getByRole("row").filter({ hasText: title }).getByRole("link").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载这一版本的文件" }).click()]);
    expect(download.suggestedFilename()).toBe(`${code}.v1.json`);
    const list = JSON.parse(readFileSync(await download.path(), "utf8"));

    // Two lines are bad: both are named, and nothing can be put in force.
    const [first] = list.items;
    const bad = JSON.stringify({ ...list, version: 0, items: [{ ...first, asks_photo: "yes" }, ...list.items.slice(1)] }, null, 2);
    await page.goto("/checklists");
    await tryFile(page, "bad.json", bad);
    await expect(page.getByRole("alert")).toContainText("有误的地方：2");
    const line = bad.split("\n").findIndex((one) => one.includes('"version"')) + 1;
    await expect(page.getByRole("row", { name: "version 版本号从 1 起" })).toContainText(`${line}`);
    await expect(page.getByRole("row").filter({ hasText: first.id })).toContainText("格式不对");
    await expect(page.getByRole("button", { name: "全市启用" })).toHaveCount(0);
    await expectUsable(page);

    const question = { zh: "门口的标志看得清吗？", en: "Can the sign at the door be read?" };
    const good = { ...list, version: 2, items: [{ ...first, question }, ...list.items.slice(1)] };
    await tryFile(page, "good.json", JSON.stringify(good, null, 2));
    await expect(page.getByRole("status")).toContainText("文件可用");
    const changed = page.getByRole("row").filter({ hasText: "修改" });
    await expect(changed.getByRole("cell").nth(1)).toContainText(first.question.zh);
    await expect(changed.getByRole("cell").nth(2)).toContainText(question.zh);
    await page.getByText("手机上的样子…").click();
    await expect(page.locator(".phone-screens li").first()).toContainText(question.zh);
    await expectUsable(page);
    await expectKeyboardReachesAll(page);

    await page.getByLabel("从哪一天起").fill("2027-01-01");
    await page.getByRole("button", { name: "全市启用" }).click();
    await expect(page.getByRole("status")).toContainText("已启用");
    await page.getByRole("row").filter({ hasText: title }).filter({ hasText: "自 2027年1月1日" }).getByRole("link").click();
    await expect(page.getByRole("row").filter({ hasText: "修改" })).toContainText(question.zh);
  });
});

test.describe("a year of statutory days", () => {
  test("is tried, its bad row is named, and it is set for all stations", async ({ page, javaScriptEnabled, expectUsable }) => {
    const number = javaScriptEnabled === false ? 2028 : 2027;
    const table = ["日期,节日,性质", ...statutory(number)].join("\n");
    const tryOut = async (text: string, notice: string) => {
      await page.getByLabel("通知日期").fill(notice);
      await page.getByLabel("文件").setInputFiles({ name: `${number}.csv`, mimeType: "text/csv", buffer: Buffer.from(text) });
      await page.getByRole("button", { name: "试读" }).click();
    };
    await page.goto("/calendar");
    await tryOut(table.replace(`${number}-01-01`, `${number}-13-01`), "");
    await expect(page.getByRole("alert")).toContainText("第 2 行");
    await tryOut(table, "");
    await expect(page.getByRole("alert")).toContainText("请填写放假安排通知的日期");
    await expectUsable(page);
    await tryOut(table, "2026-11-04");
    await expect(page.getByRole("status")).toContainText(`${number} 年：文件可用`);
    await expectUsable(page);
    await expectKeyboardReachesAll(page);
    await page.getByRole("button", { name: "全市启用" }).click();
    await expect(page.getByRole("status")).toContainText("已启用");
    const year = page.locator("section").filter({ has: page.getByRole("heading", { name: `${number}年` }) });
    await expect(year).toContainText("本市录入，第 1 版");
  });
});
