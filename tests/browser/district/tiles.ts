/** A made-up map in the format PMTiles 3: one tile of one colour, from which all of the world is drawn. */

import { writeFileSync } from "node:fs";

/** A PNG, light green all over. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mPYcmcBEDFAKAA9ngjBx3PdpAAAAABJRU5ErkJggg==", "base64");
/** What a map says of itself; the number is made up. */
export const APPROVED = "审图号：测试〔2026〕1号";

const HEADER = 127;
const PLAIN = 1;
const PNG = 2;

export function writeTiles(path: string): void {
  // One entry: tile 0, a run of one, its length, its place plus one.
  const directory = Buffer.from([1, 0, 1, PICTURE.length, 1]);
  const metadata = Buffer.from(JSON.stringify({ attribution: APPROVED }));
  const header = Buffer.alloc(HEADER);
  header.write("PMTiles\x03", "latin1");
  let at = HEADER;
  // Directory, metadata, further directories, tiles: each as place and length.
  [directory.length, metadata.length, 0, PICTURE.length].forEach((length, part) => {
    header.writeBigUInt64LE(BigInt(at), 8 + part * 16);
    header.writeBigUInt64LE(BigInt(length), 16 + part * 16);
    at += length;
  });
  // Tiles, entries and contents: one each.
  for (const place of [72, 80, 88]) header.writeBigUInt64LE(1n, place);
  header.set([1, PLAIN, PLAIN, PNG, 0, 0], 96);
  // The whole world, in ten millionths of a degree.
  [-180, -85, 180, 85].forEach((degrees, edge) => header.writeInt32LE(degrees * 1e7, 102 + edge * 4));
  writeFileSync(path, Buffer.concat([header, directory, metadata, PICTURE]));
}
