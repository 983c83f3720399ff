/** Pages to which no address alone leads: answers to a form, and pages of what is made first. */

import { readFileSync } from "node:fs";
import { type Browser, expect, type Page } from "@playwright/test";

import { Phone } from "../district/phone.ts";
import { administrator, enlist, OWN, reset, secondFactor, settled, signIn } from "../support/accounts.ts";
import { add, merge, open } from "../support/places.ts";
import { statutory, tryFile } from "../support/rules.ts";
import { signedIn, type Station, type Who, type World } from "../support/world.ts";

/** What it takes to get there. */
export interface Given {
  world: World;
  station: Station;
  browser: Browser;
}

export interface Prepared {
  name: string;
  who: Who;
  /** Where it stands then, as the hub's table of addresses has it. */
  at: string;
  prepare: (page: Page, given: Given) => Promise<void>;
}

export const PREPARED: readonly Prepared[] = [
  {
    name: "temporary password of a new member",
    who: "admin",
    at: "/members/{id}/password",
    prepare: async (page, { station }) => {
      await enlist(page, station, "虞可久", "head");
      await reset(page);
    },
  },
  {
    name: "a password in place of a temporary one",
    who: "nobody",
    at: "/sign-in/password",
    prepare: async (page, { browser, world, station }) => {
      const desk = await administrator(browser, world, station, "翟思齐");
      await signIn(page, "翟思齐", await reset(desk));
      await desk.context().close();
      await expect(page.locator("h1")).toHaveText("设置密码");
    },
  },
  {
    name: "codes on paper for the second factor",
    who: "nobody",
    at: "/account/second-factor",
    prepare: async (page, { browser, world, station }) => {
      await settled(page, browser, world, station, "殷若谷");
      await secondFactor(page, world);
    },
  },
  {
    name: "the second step of signing in",
    who: "nobody",
    at: "/sign-in/code",
    prepare: async (page, { browser, world, station }) => {
      await settled(page, browser, world, station, "卓行之");
      await secondFactor(page, world);
      await page.getByRole("button", { name: "退出", exact: true }).click();
      await signIn(page, "卓行之", OWN);
      await expect(page.locator("h1")).toHaveText("两步验证");
    },
  },
  {
    name: "enrolment card",
    who: "head",
    at: "/enrolments",
    prepare: async (page, { station }) => {
      await enlist(page, station, "糜春晖", "volunteer");
      await page.getByRole("button", { name: "开登记卡" }).click();
      await expect(page.locator("h1")).toHaveText("糜春晖 · 登记卡");
    },
  },
  {
    name: "records that were not decided on",
    who: "head",
    at: "/reviews",
    prepare: async (page) => {
      await page.goto("/reviews");
      await page.getByLabel("退回原因").fill("照片看不清");
      await page.getByRole("button", { name: "退回选中的" }).click();
      await expect(page.getByRole("alert")).toContainText("请先勾选");
    },
  },
  {
    name: "step about a finding that was not taken",
    who: "head",
    at: "/findings/steps",
    prepare: async (page) => {
      await page.goto("/findings");
      const found = page.locator("ul.history > li").filter({ has: page.getByText("下一步", { exact: true }) }).first();
      await found.getByText("下一步", { exact: true }).click();
      await found.getByLabel("做了什么").selectOption({ label: "办结" });
      await found.getByRole("button", { name: "记下" }).click();
      await expect(page.getByRole("alert")).toContainText("这一步没有记下");
    },
  },
  {
    name: "form that was sent when the session was over",
    who: "head",
    at: "/reviews",
    prepare: async (page) => {
      await page.goto("/reviews");
      await page.getByRole("checkbox").first().check();
      await page.getByLabel("退回原因").fill("照片看不清");
      await page.context().clearCookies();
      await page.getByRole("button", { name: "退回选中的" }).click();
      await expect(page.locator("h1")).toContainText("刚才填写的没有保存");
      await expect(page.getByText("照片看不清", { exact: true })).toBeVisible();
    },
  },
  {
    name: "import on trial, with new, changed and bad rows and one that is very like another",
    who: "head",
    at: "/import/{id}",
    prepare: async (page, { station }) => {
      const [known, other] = station.venues.map((venue) => venue.name);
      const rows = [`${known},网吧,云亭路66号`, "走马灯网吧,网吧,云亭路2号", `${other?.slice(0, 2)} ${other?.slice(2)},网吧,云亭路4号`, "坏类型网吧,菜市场??,云亭路6号"];
      const csv = ["工作站,场所名称,类型,地址", ...rows.map((row) => `${station.name},${row}`)].join("\n");
      await page.goto("/import");
      await page.getByLabel("文件", { exact: true }).setInputFiles({ name: "场所.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
      await page.getByRole("button", { name: "查看会改动什么" }).click();
      await expect(page.locator("h1")).toHaveText("场所.csv");
      for (const outcome of ["新增", "变更", "有误"]) await expect(page.getByRole("cell", { name: outcome, exact: true }).first()).toBeVisible();
      await expect(page.getByText(`与已登记的“${other}”很像`)).toBeVisible();
    },
  },
  {
    name: "export that was begun",
    who: "head",
    at: "/export/{what}/{id}",
    prepare: async (page) => {
      await page.goto("/export");
      const list = page.locator("section").filter({ has: page.getByRole("heading", { name: "记录", exact: true }) });
      await Promise.all([page.waitForEvent("download"), list.getByRole("button", { name: "下载" }).click()]);
      await expect(page.locator("h1")).toHaveText("导出 · 记录");
    },
  },
  {
    name: "entry of the ledger with two versions",
    who: "head",
    at: "/ledger/{id}",
    prepare: async (page) => {
      await page.goto("/ledger");
      await page.getByLabel("日期").fill("2026-10-15");
      await page.getByLabel("事项").fill("秋季家长会");
      await page.getByRole("button", { name: "记入台账" }).click();
      await page.goto("/ledger?month=2026-10");
      await page.getByRole("row").filter({ hasText: "秋季家长会" }).getByRole("link").click();
      await page.getByLabel("孩子人数").fill("48");
      await page.getByLabel("修改原因").fill("补记人数");
      await page.getByRole("button", { name: "保存新版本" }).click();
      await expect(page.getByRole("article")).toHaveCount(2);
    },
  },
  {
    name: "checklist on trial, beside the version before it",
    who: "admin",
    at: "/checklists",
    prepare: async (page) => {
      const list = cafe();
      const question = { zh: "门口的标志看得清吗？", en: "Can the sign at the door be read?" };
      await page.goto("/checklists");
      await tryFile(page, "cafe.json", JSON.stringify({ ...list, version: 9, items: [{ ...list.items[0], question }, ...list.items.slice(1)] }));
      await expect(page.getByRole("status")).toContainText("文件可用");
    },
  },
  {
    name: "checklist on trial that can't be used",
    who: "admin",
    at: "/checklists",
    prepare: async (page) => {
      await page.goto("/checklists");
      await tryFile(page, "bad.json", JSON.stringify({ ...cafe(), version: 0 }));
      await expect(page.getByRole("alert")).toContainText("有误的地方");
    },
  },
  {
    name: "two versions of a checklist side by side",
    who: "admin",
    at: "/checklists/{code}/{version}",
    prepare: async (page) => {
      // A list of its own kind of venues: what others look at stays as it is.
      const list = { ...cafe(), code: "billiards", venue_kinds: ["billiards"], title: { zh: "台球厅表", en: "Billiards" } };
      const question = { zh: "门口的标志看得清吗？", en: "Can the sign at the door be read?" };
      const versions = [list, { ...list, version: 2, items: [{ ...list.items[0], question }, ...list.items.slice(1)] }];
      for (const [at, version] of versions.entries()) {
        await page.goto("/checklists");
        await tryFile(page, "billiards.json", JSON.stringify(version));
        await page.getByLabel("从哪一天起").fill(`2027-0${3 + at}-01`);
        await page.getByRole("button", { name: "全市启用" }).click();
        await expect(page.getByRole("status")).toContainText("已启用");
      }
      await page.goto("/checklists/billiards/2");
      await expect(page.getByRole("row").filter({ hasText: "修改" })).toContainText(question.zh);
    },
  },
  {
    name: "year of statutory days on trial",
    who: "admin",
    at: "/calendar",
    prepare: async (page) => {
      await page.goto("/calendar");
      await page.getByLabel("通知日期").fill("2026-11-04");
      const table = ["日期,节日,性质", ...statutory(2026)].join("\n");
      await page.getByLabel("文件").setInputFiles({ name: "2026.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
      await page.getByRole("button", { name: "试读" }).click();
      await expect(page.getByRole("cell", { name: "新增", exact: true }).or(page.getByRole("cell", { name: "不变", exact: true })).first()).toBeVisible();
    },
  },
  {
    name: "venue that another one was merged into",
    who: "head",
    at: "/places/venues/{id}",
    prepare: async (page) => {
      await add(page, "算盘网吧");
      await add(page, "算盘网巴");
      await merge(page, "算盘网巴", "算盘网吧");
    },
  },
  {
    name: "double that was merged into another",
    who: "head",
    at: "/places/venues/{id}",
    prepare: async (page) => {
      await add(page, "转盘网吧");
      await add(page, "转盘网巴");
      await merge(page, "转盘网巴", "转盘网吧");
      await open(page, "转盘网巴");
      await expect(page.getByText("已并入另一条登记")).toBeVisible();
    },
  },
  {
    name: "venue that came from another station, with its earlier records",
    who: "head",
    at: "/venues/{id}",
    prepare: async (page, { browser, world, station }) => {
      const [, before] = world.stations;
      const [owner = "", companion = ""] = before.phones;
      const at = async (who: Who, of: Station) => (await browser.newContext({ baseURL: world.url, storageState: signedIn(world, of, who) })).newPage();
      const desk = await at("head", before);
      await add(desk, "栈桥网吧");
      const phone = await Phone.enrolled(world, owner, `${owner}的第六部`);
      await phone.visit({ venue: 0, by: 0, at: "2026-11-20T11:10:20+08:00", found: { item: "wb_sign", choice: "no" } }, "栈桥网吧", companion);
      await phone.sync();
      await open(desk, "栈桥网吧");
      const admin = await at("admin", station);
      await admin.goto(`${new URL(desk.url()).pathname}?station=${before.id}`);
      await admin.getByText("移交…", { exact: true }).click();
      await admin.getByLabel("接收的工作站").selectOption({ label: `云浦分局 · ${station.name}` });
      await admin.getByRole("button", { name: "确认移交" }).click();
      await expect(admin.getByRole("status")).toContainText("已保存");
      await Promise.all([desk, admin].map((one) => one.context().close()));
      await page.goto("/coverage");
      await page.getByRole("rowheader").getByRole("link", { name: "栈桥网吧", exact: true }).click();
      await expect(page.getByRole("heading", { name: `移交前：${before.name}` })).toBeVisible();
    },
  },
];

/** The program's own list of cafés. */
function cafe(): { items: object[] } {
  return JSON.parse(readFileSync(new URL("../../../core/checklists/internet_cafe.v1.json", import.meta.url), "utf8")) as { items: object[] };
}
