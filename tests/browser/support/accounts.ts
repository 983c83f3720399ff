/** Somebody new: on file by an administrator, with a password of their own. */

import { type Browser, expect, type Page } from "@playwright/test";

import { press, type } from "./keyboard.ts";
import { code } from "./totp.ts";
import { shown, signedIn, type Station, type World } from "./world.ts";

/** The password that they choose. */
export const OWN = "柳岸边的一句好记的话";

/** The administrator's browser, on the page of a member who is new at the station. */
export async function administrator(browser: Browser, world: World, station: Station, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: world.url, storageState: signedIn(world, world.stations[0], "admin") });
  const page = await context.newPage();
  await enlist(page, station, name, "head");
  return page;
}

/** Puts somebody on file, on whose page one is then. */
export async function enlist(page: Page, station: Station, name: string, role: "head" | "volunteer"): Promise<void> {
  await page.goto(`/members?station=${station.id}`);
  await page.getByLabel("姓名").fill(name);
  await page.getByLabel("身份").selectOption(role);
  await page.getByRole("button", { name: "新增" }).click();
  await expect(page.locator("h1")).toContainText(name);
}

/** Gives a new password, by keyboard; the one that is shown. */
export async function reset(page: Page): Promise<string> {
  await press(page, page.getByText("重设密码…"));
  await press(page, page.getByRole("button", { name: "生成临时密码" }));
  await expect(page.locator("h1")).toContainText("临时密码");
  const given = await page.locator(".code").textContent();
  return given?.trim() ?? "";
}

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto("/sign-in");
  await expect(page.getByLabel("姓名")).toBeFocused();
  await page.keyboard.insertText(name);
  await type(page, page.getByLabel("密码"), password);
  await page.keyboard.press("Enter");
}

export async function choose(page: Page, password: string, again = password): Promise<void> {
  await type(page, page.getByLabel("新密码"), password);
  await type(page, page.getByLabel("再输一遍"), again);
  await page.keyboard.press("Enter");
}

/** Somebody new who has signed in and chosen a password. */
export async function settled(page: Page, browser: Browser, world: World, station: Station, name: string): Promise<void> {
  const desk = await administrator(browser, world, station, name);
  await signIn(page, name, await reset(desk));
  await desk.context().close();
  await expect(page.locator("h1")).toHaveText("设置密码");
  await choose(page, OWN);
  await expect(page.locator("h1")).toContainText(station.name);
}

/** Switches the second factor on for somebody who is signed in, and shows their codes for paper. */
export async function secondFactor(page: Page, world: World): Promise<void> {
  await page.goto("/account/second-factor");
  const secret = (await page.locator("code").textContent()) ?? "";
  await page.getByLabel("六位数字").fill(code(secret, shown(world.clock)));
  await page.getByLabel("现在的密码").fill(OWN);
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toHaveText("备用码");
}
