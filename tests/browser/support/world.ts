/** What the tests know of the district that was set up for them. */

import type { BrowserContextOptions } from "@playwright/test";

export type StorageState = Exclude<BrowserContextOptions["storageState"], string | undefined>;

/** Who looks at a page. */
export type Who = "nobody" | "head" | "second head" | "volunteer" | "supervisor" | "admin";

/** One of the two stations. */
export interface Station {
  id: string;
  name: string;
  people: Record<Exclude<Who, "nobody">, Person>;
  /** Volunteers and policeman, by name. */
  phones: string[];
  venues: Place[];
  schools: Place[];
  /** The records in the order of the visits. */
  records: string[];
}

export interface Person {
  id: string;
  name: string;
  password: string;
  /** Their session's cookie, as `name=value`. */
  cookie: string;
}

export interface Place {
  id: string;
  name: string;
}

/** The hub's clock, which goes on from a moment of its own since a moment of ours; in milliseconds. */
export interface Clock {
  now: number;
  since: number;
}

/** What it shows. */
export function shown({ now, since }: Clock): number {
  return now + Date.now() - since;
}

export interface World {
  url: string;
  clock: Clock;
  /** Where the phones are. */
  folder: string;
  stations: [Station, Station];
}

const ENV = "XUNCHA_WORLD";

/** Hands the world to the processes that run the tests. */
export function publish(world: World): void {
  process.env[ENV] = JSON.stringify(world);
}

export function world(): World {
  const text = process.env[ENV];
  if (!text) throw new Error("the district was not set up");
  return JSON.parse(text) as World;
}

/** A browser in which somebody is signed in. */
export function signedIn(world: World, station: Station, who: Who): StorageState {
  if (who === "nobody") return { cookies: [], origins: [] };
  const [name, value] = station.people[who].cookie.split("=", 2) as [string, string];
  const { hostname } = new URL(world.url);
  const cookie = { name, value, domain: hostname, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" as const };
  return { cookies: [cookie], origins: [] };
}
