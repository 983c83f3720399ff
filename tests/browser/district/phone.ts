/** A phone of the district: `xuncha field` in a folder of its own. */

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { told, xuncha } from "../support/program.ts";
import { answers } from "./answers.ts";
import { NOW, type Visit } from "./visits.ts";

export class Phone {
  private visits = 0;

  /** `folder` is the district's; `called` what the phone is known by there, which is its owner's name if they have one. */
  constructor(
    private readonly folder: string,
    private readonly called: string,
  ) {}

  /** A phone that is new: enrolled with a card, and told of its station. */
  static async enrolled({ folder, url }: { folder: string; url: string }, owner: string, called = owner): Promise<Phone> {
    const phone = new Phone(folder, called);
    const member = ["--member", owner, "--hub", url, "--now", NOW];
    const { link } = await told<{ link: string }>("hub", "enrol-code", "--data", join(folder, "hub"), ...member);
    await phone.field(NOW, "enrol", "--link", link, "--label", called);
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
    await this.field(NOW, "sync");
  }

  /** Goes to a venue; the record of it, which stays on the phone until the next sync. */
  async visit(visit: Visit, venue: string, companion: string): Promise<string> {
    const script = join(this.folder, `${this.called}-${visit.at.replaceAll(":", "")}-${this.visits++}.json`);
    writeFileSync(script, JSON.stringify({ steps: steps(visit, venue, companion, this.folder) }));
    const done = await this.field(visit.at, "work", "--script", script);
    return done.at(-1)?.did?.record ?? "";
  }

  /** Writes what waits to a file, to be handed over on a stick. */
  async exportTo(file: string): Promise<void> {
    await this.field(NOW, "export", file);
  }

  /** Takes the hub's answer from a stick. */
  async take(file: string): Promise<void> {
    await this.field(NOW, "take", file);
  }

  /** The records that the hub does not have yet, as far as the phone knows. */
  async waiting(): Promise<number> {
    const outbox = await told<{ records_waiting: number }>("field", "outbox", "--dir", this.dir, "--now", NOW);
    return outbox.records_waiting;
  }

  private get dir(): string {
    return join(this.folder, this.called);
  }

  private get backup(): string {
    return `${this.dir}.backup`;
  }

  private async field(now: string, ...words: string[]): Promise<{ did?: { record?: string } }[]> {
    return xuncha("field", ...words, "--dir", this.dir, "--now", now);
  }
}

function steps(visit: Visit, venue: string, companion: string, folder: string): object[] {
  if (visit.checkIn) return [{ do: "check_in", venue }];
  const photo = visit.photo && [{ do: "photo", file: join(folder, "sign.jpg"), item: visit.photo.item }];
  const kind = visit.venue === 4 ? "game_arcade" : "internet_cafe";
  return [{ do: "start", venue, with: [companion] }, ...answers(kind, visit.found), ...(photo ?? []), { do: "finish" }];
}
