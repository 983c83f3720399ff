/** Sets the district up once for all tests: lists, phones with their visits, a hub, people who are signed in. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

import { BROWSER } from "../support/chromium.ts";
import { startHub, told, xuncha } from "../support/program.ts";
import { publish, type Clock, type Person, type Station, type Who } from "../support/world.ts";
import { Phone, type At } from "./phone.ts";
import { pictures } from "./tiles.ts";
import { NOW, VISITS, type Visit } from "./visits.ts";

interface Listed {
  id: string;
  name: string;
  station?: string;
  role?: string;
  latitude?: number | null;
  longitude?: number | null;
}

/** Runs before all tests; what it returns runs after them. */
export default async function setUp(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "xuncha-browser-"));
  const data = join(folder, "hub");
  await told("import", "--data", data, ...LISTS.flatMap((list) => [`--${list}`, listFile(list)]));
  const tiles = join(folder, "tiles.pmtiles");
  writeFileSync(tiles, pictures());
  const { url, hub } = await startHub(data, NOW, join(folder, "hub.log"), tiles);
  const clock = { now: Date.parse(NOW), since: Date.now() };
  const tearDown = async () => {
    hub.kill("SIGTERM");
    await new Promise((resolve) => hub.once("exit", resolve));
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  try {
    publish({ url, clock, folder, stations: await settle({ data, folder, url, clock }) });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

interface Place {
  data: string;
  folder: string;
  url: string;
  clock: Clock;
}

/** Sends the phones of both stations out, and signs people in. */
async function settle(place: Place): Promise<[Station, Station]> {
  await takePicture(join(place.folder, "sign.jpg"));
  const on = async (list: string): Promise<Listed[]> => xuncha<Listed>("export", list, "--data", place.data);
  const [stations = [], members = [], venues = [], schools = []] = await Promise.all(LISTS.map(on));
  // The other sub-bureau's has nobody yet: it is there to be told apart.
  const manned = stations.filter(({ id }) => members.some((member) => member.station === id));
  const settled = inFileOrder(manned, "").map(async ({ id, name }): Promise<Station> => {
    const here = (list: Listed[]) => inFileOrder(list.filter((one) => one.station === id), ",");
    const ofRole = (role: string) => here(members).filter((member) => member.role === role);
    const phones = [...ofRole("volunteer"), ...ofRole("police")].map((member) => member.name);
    const made = await Promise.all(phones.map((owner, by) => patrol(place, { owner, by, phones, venues: here(venues) })));
    const byVisit = new Map(made.flat());
    const people: Partial<Record<Who, Person>> = {};
    const [head, second] = ofRole("head");
    const [volunteer] = ofRole("volunteer");
    const [supervisor] = ofRole("supervisor");
    const [admin] = ofRole("admin");
    for (const [who, member] of Object.entries({ head, "second head": second, volunteer, supervisor, admin })) {
      if (member) people[who as Who] = await signedUp(place, member);
    }
    return {
      id,
      name,
      phones,
      people: people as Station["people"],
      venues: here(venues),
      schools: here(schools),
      records: VISITS.map((visit) => byVisit.get(visit) ?? ""),
    };
  });
  return (await Promise.all(settled)) as [Station, Station];
}

const LISTS = ["stations", "members", "venues", "schools"];

const listFile = (list: string) => fileURLToPath(new URL(`${list}.csv`, import.meta.url));

/** All lists as one text: the order in which their rows stand there. */
const FILE = LISTS.map((list) => readFileSync(listFile(list), "utf8")).join("");

function inFileOrder(rows: Listed[], before: string): Listed[] {
  const line = (row: Listed) => FILE.indexOf(`${before}${row.name},`);
  return [...rows].sort((a, b) => line(a) - line(b));
}

/** One phone: enrolled, out on its visits, everything handed over. The records by visit. */
async function patrol(
  place: Place,
  phone: { owner: string; by: number; phones: string[]; venues: Listed[] },
): Promise<[Visit, string][]> {
  const own = await Phone.enrolled(place, phone.owner);
  const made: [Visit, string][] = [];
  for (const visit of VISITS.filter((visit) => visit.by === phone.by).sort((a, b) => a.at.localeCompare(b.at))) {
    const companion = phone.phones[visit.by === 0 ? 1 : 0] ?? "";
    const { name = "", latitude, longitude } = phone.venues[visit.venue] ?? {};
    const at: At | undefined = latitude && longitude ? [latitude, longitude] : undefined;
    made.push([visit, await own.visit(visit, name, companion, at)]);
  }
  await own.sync();
  return made;
}

/** A password for somebody, and a session. */
async function signedUp({ data, url }: Place, { id, name }: Listed): Promise<Person> {
  const { password } = await told<{ password: string }>("hub", "password", "--data", data, "--member", name, "--generate", "--now", NOW);
  const answer = await fetch(`${url}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ name, password }),
    redirect: "manual",
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (!cookie) throw new Error(`${name} could not sign in: ${answer.status}`);
  return { id, name, password, cookie };
}

/** A photo of a sign, as a volunteer would take it. */
async function takePicture(path: string): Promise<void> {
  const browser = await chromium.launch(BROWSER);
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  await page.setContent('<body style="background:#b9c2c9;font:700 90px sans-serif"><p style="background:#fff;color:#b00;margin:150px 40px;padding:40px">未成年人禁入</p>');
  await page.screenshot({ path, type: "jpeg", quality: 80 });
  await browser.close();
}
