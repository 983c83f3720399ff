/** A phone of the district: `xuncha field` in a folder of its own. */

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { told, xuncha } from "../support/program.ts";
import { shown, type World } from "../support/world.ts";
import { answers } from "./answers.ts";
import type { Visit } from "./visits.ts";

type District = Pick<World, "folder" | "url" | "clock">;

/** Where a venue is; without it no phone has a position there. */
export type At = readonly [latitude: number, longitude: number];

/** Metres of a degree of latitude. */
const DEGREE = 111_195;

export class Phone {
  private visits = 0;

  /** `called` is what the phone is known by in the district: its owner's name, if they have one. */
  constructor(
    private readonly district: District,
    private readonly called: string,
  ) {}

  /** A phone that is new: enrolled with a card, and told of its station. */
  static async enrolled(district: District, owner: string, called = owner): Promise<Phone> {
    const phone = new Phone(district, called);
    const member = ["--member", owner, "--hub", district.url, "--now", phone.now];
    const { link } = await told<{ link: string }>("hub", "enrol-code", "--data", join(district.folder, "hub"), ...member);
    await phone.field(phone.now, "enrol", "--link", link, "--label", called);
    await phone.sync();
    return phone;
  }

  /** Keeps a copy of all that the phone has. */
  backUp(): void {
    cpSync(this.dir, this.backup, { recursive: true });
  }

  /** Puts the copy back: what came since is forgotten. */
  restore(): void {
    rmSync(this.dir, { recursive: true });
    cpSync(this.backup, this.dir, { recursive: true });
  }

  async sync(): Promise<void> {
    await this.field(this.now, "sync");
  }

  /** Goes to a venue; the record of it, which stays on the phone until the next sync. */
  async visit(visit: Visit, venue: string, companion: string, at?: At): Promise<string> {
    const script = join(this.district.folder, `${this.called}-${visit.at.replaceAll(":", "")}-${this.visits++}.json`);
    writeFileSync(script, JSON.stringify({ steps: steps(visit, venue, companion, this.district.folder, at) }));
    const done = await this.field(visit.at, "work", "--script", script);
    return done.at(-1)?.did?.record ?? "";
  }

  /** Writes what waits to a file, to be handed over on a stick. */
  async exportTo(file: string): Promise<void> {
    await this.field(this.now, "export", file);
  }

  /** Takes the hub's answer from a stick. */
  async take(file: string): Promise<void> {
    await this.field(this.now, "take", file);
  }

  /** The records that the hub does not have yet, as far as the phone knows. */
  async waiting(): Promise<number> {
    const outbox = await told<{ records_waiting: number }>("field", "outbox", "--dir", this.dir, "--now", this.now);
    return outbox.records_waiting;
  }

  /** As the hub has it: by a phone whose clock differs, visits would stand at another minute. */
  private get now(): string {
    return new Date(shown(this.district.clock)).toISOString();
  }

  private get dir(): string {
    return join(this.district.folder, this.called);
  }

  private get backup(): string {
    return `${this.dir}.backup`;
  }

  private async field(now: string, ...words: string[]): Promise<{ did?: { record?: string } }[]> {
    return xuncha("field", ...words, "--dir", this.dir, "--now", now);
  }
}

function steps(visit: Visit, venue: string, companion: string, folder: string, at?: At): object[] {
  const fix = at && visit.away !== undefined && { fix: { lat: at[0] + visit.away / DEGREE, lon: at[1], accuracy: 12 } };
  if (visit.checkIn) return [{ do: "check_in", venue, ...fix }];
  const photo = visit.photo && [{ do: "photo", file: join(folder, "sign.jpg"), item: visit.photo.item }];
  const kind = visit.venue === 4 ? "game_arcade" : "internet_cafe";
  return [{ do: "start", venue, with: [companion], ...fix }, ...answers(kind, visit.found), ...(photo ?? []), { do: "finish" }];
}
