/** What happened in the district before the tests look at it: the same month at both stations. */

/** A visit. Without `found` nothing was found; with `checkIn` it is a policeman's tap. `away` is how far from the venue the phone had its position, in metres; without it, it had none. */
export interface Visit {
  /** The venue, as its place in the station's list. */
  venue: number;
  /** Who goes, as their place among the station's phones: two volunteers, then the policeman. */
  by: 0 | 1 | 2;
  /** When, in the station's own time. */
  at: string;
  checkIn?: boolean;
  away?: number;
  found?: { item: string; choice: string; count?: number; bands?: string[] };
  photo?: { item: string };
}

/** The day on which the tests look: some venues have their visits, some are late, some can wait. */
export const NOW = "2026-11-20T15:00:00+08:00";

export const VISITS: readonly Visit[] = [
  { venue: 0, by: 0, at: "2026-11-03T19:10:00+08:00", away: 6, photo: { item: "wb_sign" } },
  { venue: 0, by: 1, at: "2026-11-12T20:05:00+08:00", away: 11 },
  {
    venue: 1,
    by: 0,
    at: "2026-11-05T19:40:00+08:00",
    away: 14,
    found: { item: "wb_minor", choice: "yes", count: 2, bands: ["junior"] },
  },
  { venue: 2, by: 1, at: "2026-11-18T12:30:00+08:00", away: 9, found: { item: "wb_sign", choice: "no" } },
  { venue: 2, by: 0, at: "2026-11-10T12:45:00+08:00" },
  { venue: 4, by: 0, at: "2026-11-04T18:20:00+08:00", away: 17 },
  { venue: 4, by: 1, at: "2026-11-13T18:50:00+08:00", away: 21, found: { item: "yj_exit", choice: "no" } },
  { venue: 5, by: 1, at: "2026-11-19T21:15:00+08:00", away: 1250 },
  { venue: 6, by: 2, at: "2026-11-15T22:00:00+08:00", away: 12, checkIn: true },
];
