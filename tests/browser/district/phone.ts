/** A phone of the district: `xuncha field` in a folder of its own. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { xuncha } from "../support/program.ts";
import { answers } from "./answers.ts";
import { NOW, type Visit } from "./visits.ts";

export class Phone {
  private visits = 0;

  /** `folder` is the district's; `owner` the name of whose phone it is. */
  constructor(
    private readonly folder: string,
    private readonly owner: string,
  ) {}

  async enrol(link: string): Promise<void> {
    await this.field(NOW, "enrol", "--link", link, "--label", `${this.owner}的手机`);
  }

  async sync(): Promise<void> {
    await this.field(NOW, "sync");
  }

  /** Goes to a venue; the record of it, which stays on the phone until the next sync. */
  async visit(visit: Visit, venue: string, companion: string): Promise<string> {
    const script = join(this.folder, `${this.owner}-${visit.at.replaceAll(":", "")}-${this.visits++}.json`);
    writeFileSync(script, JSON.stringify({ steps: steps(visit, venue, companion, this.folder) }));
    const done = await this.field(visit.at, "work", "--script", script);
    return done.at(-1)?.did?.record ?? "";
  }

  private async field(now: string, ...words: string[]): Promise<{ did?: { record?: string } }[]> {
    return xuncha("field", ...words, "--dir", join(this.folder, this.owner), "--now", now);
  }
}

function steps(visit: Visit, venue: string, companion: string, folder: string): object[] {
  if (visit.checkIn) return [{ do: "check_in", venue }];
  const photo = visit.photo && [{ do: "photo", file: join(folder, "sign.jpg"), item: visit.photo.item }];
  const kind = visit.venue === 4 ? "game_arcade" : "internet_cafe";
  return [{ do: "start", venue, with: [companion] }, ...answers(kind, visit.found), ...(photo ?? []), { do: "finish" }];
}
