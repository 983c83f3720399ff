/** Made-up maps in the format PMTiles 3: one tile, from which all of the world is drawn. */

/** What a map says of itself; the number is made up. */
export const APPROVED = "审图号：测试〔2026〕1号";

const HEADER = 127;
const PLAIN = 1;
const MVT = 1;
const PNG = 2;

/** A PNG, light green all over. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mPYcmcBEDFAKAA9ngjBx3PdpAAAAABJRU5ErkJggg==", "base64");

/** A map of pictures. */
export const pictures = (): Buffer => archive({ tile: PICTURE, kind: PNG, zoom: 0, metadata: { attribution: APPROVED } });

/** A map of shapes: parks everywhere, on them roads and the names of places. Its one tile stands for all of a zoom near enough for names. */
export function shapes(): Buffer {
  const layers = {
    park: layer("park", [{ shape: "area", geometry: [[0, 0, TILE, 0, TILE, TILE, 0, TILE]] }]),
    transportation: layer("transportation", [{ shape: "line", geometry: [[0, 300, TILE, 300]], told: { class: "primary" } }]),
    place: layer("place", [{ shape: "point", geometry: [grid(40).flat()], told: { name: "柳岸 Liu'an" } }]),
  };
  const metadata = { attribution: APPROVED, vector_layers: Object.keys(layers).map((id) => ({ id, fields: {} })) };
  return archive({ tile: Buffer.concat(Object.values(layers)), kind: MVT, zoom: 10, metadata });
}

function archive({ tile, kind, zoom, metadata }: { tile: Buffer; kind: number; zoom: number; metadata: object }): Buffer {
  // One entry: the first tile of the zoom, a run of all of it, its length, its place plus one.
  const directory = Buffer.from([1, (4 ** zoom - 1) / 3, 4 ** zoom, tile.length, 1].flatMap(varint));
  const told = Buffer.from(JSON.stringify(metadata));
  const header = Buffer.alloc(HEADER);
  header.write("PMTiles\x03", "latin1");
  let at = HEADER;
  // Directory, metadata, further directories, tiles: each as place and length.
  [directory.length, told.length, 0, tile.length].forEach((length, part) => {
    header.writeBigUInt64LE(BigInt(at), 8 + part * 16);
    header.writeBigUInt64LE(BigInt(length), 16 + part * 16);
    at += length;
  });
  // Tiles, entries and contents.
  header.writeBigUInt64LE(BigInt(4 ** zoom), 72);
  for (const place of [80, 88]) header.writeBigUInt64LE(1n, place);
  header.set([1, PLAIN, PLAIN, kind, zoom, zoom], 96);
  // The whole world, in ten millionths of a degree.
  [-180, -85, 180, 85].forEach((degrees, edge) => header.writeInt32LE(degrees * 1e7, 102 + edge * 4));
  return Buffer.concat([header, directory, told, tile]);
}

/** Units from one side of a tile of shapes to the other. */
const TILE = 4096;

interface Feature {
  shape: "point" | "line" | "area";
  /** Each part as x, y, x, y… */
  geometry: number[][];
  told?: Record<string, string>;
}

/** A layer of a tile in the format MVT 2, which is Protocol Buffers by hand. */
function layer(name: string, features: Feature[]): Buffer {
  const told = features.flatMap((feature) => Object.entries(feature.told ?? {}));
  let tag = 0;
  const drawn = features.map(({ shape, geometry, told = {} }) => {
    const tags = Object.keys(told).flatMap(() => [tag, tag++]);
    return field(2, [...field(2, tags.flatMap(varint)), ...varint(3 << 3), ["", "point", "line", "area"].indexOf(shape), ...field(4, commands(shape, geometry).flatMap(varint))]);
  });
  const keys = told.map(([key]) => field(3, text(key)));
  const values = told.map(([, value]) => field(4, field(1, text(value))));
  return Buffer.from(field(3, [...field(1, text(name)), ...drawn.flat(), ...keys.flat(), ...values.flat(), ...varint(5 << 3), ...varint(TILE), ...varint(15 << 3), 2]));
}

/** The moves of a pen: 1 goes to a place, 2 draws on, 7 closes. */
function commands(shape: Feature["shape"], geometry: number[][]): number[] {
  const pen = [0, 0];
  const step = (to: number, axis: number) => {
    const by = to - (pen[axis] ?? 0);
    pen[axis] = to;
    return (by << 1) ^ (by >> 31);
  };
  return geometry.flatMap((part) => {
    const steps = part.map((to, at) => step(to, at % 2));
    const points = part.length / 2;
    if (shape === "point") return [1 | (points << 3), ...steps];
    return [1 | (1 << 3), ...steps.slice(0, 2), 2 | ((points - 1) << 3), ...steps.slice(2), ...(shape === "area" ? [7 | (1 << 3)] : [])];
  });
}

/** Points all over a tile. */
function grid(count: number): [number, number][] {
  const along = Array.from({ length: count }, (_, at) => Math.round(((at + 0.5) * TILE) / count));
  return along.flatMap((x) => along.map((y): [number, number] => [x, y]));
}

function field(number: number, content: number[]): number[] {
  return [...varint((number << 3) | 2), ...varint(content.length), ...content];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

const text = (words: string) => [...Buffer.from(words)];
