/** Coming in and going out. */

import { expect, test } from "../support/test.ts";

test.use({ who: "nobody" });

test("a head signs in, sees the station's coverage, and signs out", async ({ page, station }) => {
  const { name, password } = station.people["second head"];
  await page.goto("/reviews");
  await page.getByLabel("姓名").fill(name);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.locator("h1")).toHaveText(`${station.name} · 待审核`);
  await page.getByRole("link", { name: "覆盖", exact: true }).click();
  await expect(page.locator("h1")).toContainText(`${station.name} · 2026年11月`);
  await page.getByRole("button", { name: "退出" }).click();
  await page.goto("/coverage");
  await expect(page.locator("h1")).toHaveText("登录");
});

test("a wrong password is told of, and opens nothing", async ({ page, station }) => {
  await page.goto("/sign-in");
  await page.getByLabel("姓名").fill(station.people["second head"].name);
  await page.getByLabel("密码").fill("not this one");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("alert")).toContainText("姓名或密码不对");
  await page.goto("/coverage");
  await expect(page.locator("h1")).toHaveText("登录");
});

test("a head signs in with the keyboard alone", async ({ page, station }) => {
  const { name, password } = station.people["second head"];
  await page.goto("/sign-in");
  await expect(page.getByLabel("姓名")).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toContainText(station.name);
});
