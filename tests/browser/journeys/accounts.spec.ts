/** One's own account, by keyboard alone: a password in place of a temporary one, sign-ins elsewhere, the second factor. */

import type { Browser, BrowserContext, Page } from "@playwright/test";

import { administrator, choose, OWN, reset, settled, signIn } from "../support/accounts.ts";
import { press, type } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";
import { code, later } from "../support/totp.ts";
import { shown, type World } from "../support/world.ts";

test.use({ who: "nobody" });
// Passwords take their time, and each journey signs in several times.
test.slow();

const NEXT = "石桥上另一句好记的话";

/** Another browser, in which they sign in too. */
async function elsewhere(browser: Browser, world: World, name: string, password: string): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ baseURL: world.url });
  const page = await context.newPage();
  await signIn(page, name, password);
  await expect(page.locator("h1")).not.toHaveText("登录");
  return [context, page];
}

test("after a reset by an administrator nothing opens before one has chosen a password", async ({ page, browser, world, station, at, expectUsable }) => {
  const name = ["龚守真", "康宁远"][at] ?? "";
  const desk = await administrator(browser, world, station, name);
  const given = await reset(desk);
  await expectUsable(desk);
  await signIn(page, name, given);
  await expect(page.locator("h1")).toHaveText("设置密码");
  await expectUsable(page);
  await page.goto("/coverage");
  await expect(page.locator("h1")).toHaveText("设置密码");
  await choose(page, given);
  await expect(page.getByRole("alert")).toContainText("不要用临时密码");
  await choose(page, OWN, NEXT);
  await expect(page.getByRole("alert")).toContainText("两次输入不一样");
  await expectUsable(page);
  await choose(page, OWN);
  await expect(page.locator("h1")).toContainText(`${station.name} · 2026年11月`);

  // Another reset ends what is open, and the password that was chosen.
  await desk.goBack();
  const again = await reset(desk);
  await desk.context().close();
  await page.goto("/coverage");
  await expect(page.locator("h1")).toHaveText("登录");
  await signIn(page, name, OWN);
  await expect(page.getByRole("alert")).toContainText("姓名或密码不对");
  await signIn(page, name, again);
  await expect(page.locator("h1")).toHaveText("设置密码");
});

test("a password is changed by who knows the old one, and elsewhere one is signed out", async ({ page, browser, world, station, at, expectUsable }) => {
  const name = ["解明轩", "宿长庚"][at] ?? "";
  await settled(page, browser, world, station, name);
  const [context, other] = await elsewhere(browser, world, name, OWN);
  await press(page, page.getByRole("link", { name }));
  await expect(page.locator("h1")).toHaveText("我的账号");
  await type(page, page.getByLabel("现在的密码").first(), NEXT);
  await choose(page, NEXT);
  await expect(page.getByRole("alert")).toContainText("现在的密码不对");
  await expectUsable(page);
  await type(page, page.getByLabel("现在的密码").first(), OWN);
  await choose(page, NEXT);
  await expect(page.getByRole("status")).toContainText("新密码已保存");
  await expectUsable(page);
  await other.goto("/coverage");
  await expect(other.locator("h1")).toHaveText("登录");
  await signIn(other, name, OWN);
  await expect(other.getByRole("alert")).toContainText("姓名或密码不对");
  await signIn(other, name, NEXT);
  await expect(other.locator("h1")).toContainText(station.name);
  await context.close();
});

test("one sees where one is signed in, and signs out there", async ({ page, browser, world, station, at, expectUsable }) => {
  const name = ["樊知秋", "訾怀远"][at] ?? "";
  await settled(page, browser, world, station, name);
  const [first, one] = await elsewhere(browser, world, name, OWN);
  await page.goto("/account");
  const sessions = page.getByRole("table").getByRole("row").filter({ has: page.getByRole("rowheader") });
  await expect(sessions).toHaveCount(2);
  await expect(sessions.filter({ hasText: "现在这里" })).toHaveCount(1);
  await expectUsable(page);
  await press(page, sessions.getByRole("button", { name: "退出" }));
  await expect(page.getByRole("status")).toContainText("已退出");
  await expect(sessions).toHaveCount(1);
  await one.goto("/coverage");
  await expect(one.locator("h1")).toHaveText("登录");

  const [second, two] = await elsewhere(browser, world, name, OWN);
  const [third, three] = await elsewhere(browser, world, name, OWN);
  await page.goto("/account");
  await press(page, page.getByRole("button", { name: "退出其他所有地方" }));
  await expect(sessions).toHaveCount(1);
  for (const gone of [two, three]) {
    await gone.goto("/coverage");
    await expect(gone.locator("h1")).toHaveText("登录");
  }
  await page.goto("/coverage");
  await expect(page.locator("h1")).toContainText(station.name);
  await Promise.all([first, second, third].map((context) => context.close()));
});

test("with a second factor one signs in by password and digits, or by a code on paper", async ({ page, browser, world, station, at, expectUsable }) => {
  const name = ["郦书声", "逄晚晴"][at] ?? "";
  await settled(page, browser, world, station, name);
  await page.goto("/account");
  await press(page, page.getByRole("link", { name: "开启两步验证" }));
  await expect(page.locator("h1")).toHaveText("开启两步验证");
  await expectUsable(page);
  const secret = (await page.locator("code").textContent()) ?? "";
  const digits = page.getByLabel("六位数字");
  const now = shown(world.clock);
  const right = code(secret, now);
  const password = page.getByLabel("现在的密码");
  await type(page, digits, right === "000000" ? "000001" : "000000");
  await type(page, password, OWN);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("数字不对");
  await type(page, digits, right);
  await type(page, password, "not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("现在的密码不对");
  await type(page, digits, right);
  await type(page, password, OWN);
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toHaveText("备用码");
  await expect(page.locator(".codes li")).toHaveCount(8);
  await expectUsable(page);
  const paper = (await page.locator(".codes code").first().textContent()) ?? "";
  await press(page, page.getByRole("link", { name: "已保存，返回" }));
  await expect(page.getByRole("status")).toContainText("两步验证已开启");

  const signOut = async () => {
    await press(page, page.getByRole("button", { name: "退出", exact: true }));
    await expect(page.locator("h1")).toHaveText("登录");
  };
  await signOut();
  await signIn(page, name, OWN);
  await expect(page.locator("h1")).toHaveText("两步验证");
  await expectUsable(page);
  await page.goto("/coverage");
  await expect(page.locator("h1")).toHaveText("两步验证");
  const asked = page.getByLabel("验证码");
  const answer = async (words: string) => {
    await expect(asked).toBeFocused();
    await page.keyboard.insertText(words);
    await page.keyboard.press("Enter");
  };
  await answer(right);
  await expect(page.getByRole("alert")).toContainText("已用过");
  // The app shows the next digits half a minute later, and a phone's clock may be ahead by as much.
  await answer(code(secret, later(now)));
  await expect(page.locator("h1")).toContainText(station.name);

  await signOut();
  await signIn(page, name, OWN);
  await answer(paper);
  await expect(page.locator("h1")).toContainText(station.name);
  await page.goto("/account");
  await press(page, page.getByText("关闭…"));
  await type(page, page.locator("details").getByLabel("现在的密码"), OWN);
  await press(page, page.getByRole("button", { name: "关闭两步验证" }));
  await expect(page.getByRole("status")).toContainText("两步验证已关闭");
  await signOut();
  await signIn(page, name, OWN);
  await expect(page.locator("h1")).toContainText(station.name);
});
