/** Lists that have nothing, or nothing of what one looks for: they say so, and lead on. */

import { expect, test } from "../support/test.ts";

test.describe("a station that has nothing yet", () => {
  test.use({ who: "admin", at: 0 });

  const PAGES: [path: string, words: string[]][] = [
    ["/coverage", ["还没有登记场所"]],
    ["/reviews", ["没有等待审核的记录"]],
    ["/findings", ["近十二个月没有发现问题"]],
    ["/alerts", ["没有提醒"]],
    ["/ledger?month=2026-11", ["没有台账"]],
    ["/devices", ["还没有登记手机"]],
    ["/members", ["还没有登记人员"]],
    ["/places", ["还没有登记场所", "还没有登记学校"]],
  ];

  test("says on every page what is not there yet", async ({ page, expectUsable }) => {
    test.slow();
    await page.goto("/coverage");
    await page.getByRole("link", { name: "青桐工作站", exact: true }).click();
    const station = new URL(page.url()).searchParams.get("station") ?? "";
    for (const [path, words] of PAGES) {
      await page.goto(`${path}${path.includes("?") ? "&" : "?"}station=${station}`);
      for (const said of words) await expect(page.getByText(said), path).toBeVisible();
      await expectUsable(page);
    }
    for (const path of ["/report/2026-11", "/trends", "/export", "/policy"]) {
      const answer = await page.goto(`${path}?station=${station}`);
      expect(answer?.status(), path).toBe(200);
      await expectUsable(page);
    }
    await page.goto(`/coverage?station=${station}`);
    await page.getByRole("link", { name: "新增场所" }).click();
    await expect(page.locator("h1")).toHaveText("新增场所");
  });
});

test("who looks for what is not there is told so, and led back to all", async ({ page, expectUsable }) => {
  await page.goto("/coverage?q=没有这个馆");
  await expect(page.getByText("没有这样的场所。")).toBeVisible();
  await expectUsable(page);
  await page.getByRole("link", { name: "全部显示" }).click();
  await expect(page.getByText("没有这样的场所。")).toHaveCount(0);
  await page.goto("/places?q=没有这个馆");
  await expect(page.getByText("没有这样的场所。")).toBeVisible();
  await expectUsable(page);
});

test("a month in which nothing happened has its venues, and a report that says so", async ({ page, station, expectUsable }) => {
  await page.goto("/coverage?month=2025-03");
  await expect(page.getByText("本月还没有人去过").first()).toBeVisible();
  await expectUsable(page);
  await page.goto("/report/2025-03");
  await expect(page.getByText("本月没有。").first()).toBeVisible();
  await expectUsable(page);
  await page.goto(`/venues/${station.venues[0]?.id}?month=2025-03`);
  await expect(page.getByText("本月还没有人去过。")).toBeVisible();
  await expectUsable(page);
});

test("a venue that closed is shown as not expected, with its history", async ({ page, station, expectUsable }) => {
  await page.goto(`/venues/${station.venues[7]?.id}`);
  await expect(page.getByText("免检").first()).toBeVisible();
  await expect(page.getByText("场所位置未登记，无法计算距离。")).toBeVisible();
  await expectUsable(page);
});
