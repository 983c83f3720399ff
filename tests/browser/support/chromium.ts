/** The browser that the tests drive: the system's Chromium, without what it does on its own account. */

import type { LaunchOptions } from "@playwright/test";

const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

export const BROWSER: LaunchOptions = {
  executablePath: process.env["XUNCHA_CHROMIUM"] ?? "/usr/bin/chromium-headless-shell",
  // The map is drawn by WebGL, here without a graphics card.
  args: ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", ...QUIET],
};
