/** A phone of the district: `xuncha field` in a folder of its own. */

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { told, xuncha } from "../support/program.ts";
import { answers } from "./answers.ts";
import { NOW, type Visit } from "./visits.ts";

export class Phone {
  private visits = 0;

  /** `folder` is the district's; `owner` the name of whose phone it is; `called` tells several of theirs apart. */
  constructor(
    private readonly folder: string,
    private readonly owner: string,
    private readonly called = owner,
  ) {}

  /** A phone that is new: enrolled with a card, and told of its station. */
  static async enrolled({ folder, url }: { folder: string; url: string }, owner: string, called = owner): Promise<Phone> {
    const phone = new Phone(folder, owner, called);
    const member = ["--member", owner, "--hub", url, "--now", NOW];
    const { link } = await told<{ link: string }>("hub", "enrol-code", "--data", join(folder, "hub"), ...member);
    await phone.field(NOW, "enrol", "--link", link, "--label", `${called}的手机`);
    await phone.sync();
    return phone;
  }

  /** Another phone with all that this one has, as a backup makes it when it is put back. */
  copied(called: string): Phone {
    cpSync(this.dir, join(this.folder, called), { recursive: true });
    return new Phone(this.folder, this.owner, called);
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
