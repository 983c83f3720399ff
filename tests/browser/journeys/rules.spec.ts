/** What the city decides for all its stations. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

import { expectKeyboardReachesAll } from "../support/access.ts";
import { expect, test } from "../support/test.ts";

/** Tries a file on the page of checklists. */
async function tryFile(page: Page, name: string, content: string): Promise<void> {
  await page.getByLabel("清单文件").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(content) });
  await page.getByRole("button", { name: "试运行" }).click();
}

test.describe("a checklist", () => {
  // The city has one administrator.
  test.use({ who: "admin", at: 0 });

  test("is downloaded, changed, tried, and put in force from a day on", async ({ page, javaScriptEnabled, expectUsable }) => {
    // Rules hold for both stations: with and without scripts have a list each.
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
