/**
 * What lies under venues and schools: the tiles of the operator's file, loaded only where there is one. Pictures are
 * shown as they are. Shapes (MVT) are drawn in a plain style of ours, by the names that OpenMapTiles, Protomaps and
 * Shortbread give their layers; names are drawn with the reader's own fonts, so no glyphs are fetched.
 */

import type { ExpressionSpecification, LayerSpecification, Map, SourceSpecification } from "maplibre-gl";
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";
import { PMTiles, Protocol, TileType } from "pmtiles";

/** The source of the tiles, and how it is drawn. */
export interface Ground {
  source: SourceSpecification;
  layers: LayerSpecification[];
}

/** Looks at a file of tiles: its header says what they are. */
export async function ground(tiles: URL): Promise<Ground> {
  const archive = new PMTiles(tiles.href);
  const protocol = new Protocol({ metadata: true });
  protocol.add(archive);
  maplibregl.addProtocol("pmtiles", protocol.tile);
  const url = `pmtiles://${tiles}`;
  if ((await archive.getHeader()).tileType !== TileType.Mvt) {
    return {
      source: { type: "raster", url, tileSize: 256 },
      layers: [{ id: "tiles", type: "raster", source: SOURCE, paint: { "raster-opacity": 0.7, "raster-fade-duration": 0 } }],
    };
  }
  const metadata = (await archive.getMetadata()) as { vector_layers?: { id: string }[] };
  return { source: { type: "vector", url }, layers: shapes((metadata.vector_layers ?? []).map((layer) => layer.id)) };
}

export const SOURCE = "tiles";

const kind: ExpressionSpecification = ["coalesce", ["get", "class"], ["get", "kind"], ""];
const areas: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const ways: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const named: ExpressionSpecification = ["any", ["has", "name"], ["has", "name:zh"], ["has", "name:en"]];
const amongst = (kinds: string[]): ExpressionSpecification => ["in", kind, ["literal", kinds]];

const GREEN = ["park", "national_park", "nature_reserve", "garden", "village_green", "recreation_ground", "grass", "grassland", "meadow", "scrub", "wood", "forest", "cemetery", "golf_course", "pitch", "playground"];
const GREAT = ["motorway", "trunk", "primary", "secondary", "highway", "major_road"];
const RAILS = ["rail", "transit", "subway", "light_rail", "tram"];

/** The layers that a file has, from the ground up. One that it has not would be an error to draw. */
function shapes(has: string[]): LayerSpecification[] {
  const of = (names: string[], draw: (layer: { id: string; source: string; "source-layer": string }) => LayerSpecification[]) =>
    names.filter((name) => has.includes(name)).flatMap((name) => draw({ id: `tiles-${name}`, source: SOURCE, "source-layer": name }));
  const water = { "line-color": "#bfd7e6", "line-width": 1.5 };
  return [
    ...of(["park"], (layer) => [{ ...layer, type: "fill", filter: areas, paint: { "fill-color": "#dcebd0" } }]),
    ...of(["landcover", "landuse", "land"], (layer) => [{ ...layer, type: "fill", filter: ["all", areas, amongst(GREEN)], paint: { "fill-color": "#dcebd0" } }]),
    ...of(["ocean", "water", "water_polygons"], (layer) => [
      { ...layer, type: "fill", filter: areas, paint: { "fill-color": "#bfd7e6" } },
      { ...layer, id: `${layer.id}-lines`, type: "line", filter: ways, paint: water },
    ]),
    ...of(["waterway", "water_lines"], (layer) => [{ ...layer, type: "line", paint: water }]),
    ...of(["building", "buildings"], (layer) => [{ ...layer, type: "fill", minzoom: 14, filter: areas, paint: { "fill-color": "#e2dfda" } }]),
    ...of(["transportation", "roads", "streets"], (layer) => [
      { ...layer, type: "line", filter: ["all", ways, ["!", amongst([...GREAT, ...RAILS])]], minzoom: 12, paint: { "line-color": "#d3d8de", "line-width": ["interpolate", ["linear"], ["zoom"], 12, 0.5, 18, 8] } },
      { ...layer, id: `${layer.id}-rails`, type: "line", filter: ["all", ways, amongst(RAILS)], paint: { "line-color": "#a8b0b9", "line-width": 1, "line-dasharray": [4, 2] } },
      { ...layer, id: `${layer.id}-great`, type: "line", filter: ["all", ways, amongst(GREAT)], paint: { "line-color": "#c2c9d1", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 18, 16] } },
    ]),
    ...of(["transportation_name", "street_labels", "roads"], (layer) => [{ ...layer, id: `${layer.id}-names`, type: "symbol", minzoom: 14, filter: ["all", ways, named], layout: { ...NAMED, "symbol-placement": "line-center", "icon-rotation-alignment": "viewport" } }]),
    ...of(["water_name", "place", "places", "place_labels"], (layer) => [{ ...layer, id: `${layer.id}-names`, type: "symbol", filter: ["all", ["==", ["geometry-type"], "Point"], named], layout: NAMED }]),
  ];
}

/** A name is a picture that {@link drawNames} makes when it is first wanted. */
const NAME = "name:";
const NAMED = { "icon-image": ["concat", NAME, ["coalesce", ["get", "name"], ["get", "name:zh"], ["get", "name:en"], ""]] as ExpressionSpecification, "icon-padding": 8 };

/** Draws names as they are wanted, in the page's own font. */
export function drawNames(map: Map): void {
  const font = `500 26px ${getComputedStyle(map.getContainer()).fontFamily}`;
  map.on("styleimagemissing", ({ id }: { id: string }) => {
    if (!id.startsWith(NAME)) return;
    const name = id.slice(NAME.length, NAME.length + 40);
    const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!pen) return;
    pen.font = font;
    // Twice as many dots as it takes up, so that it is sharp on good screens too.
    [pen.canvas.width, pen.canvas.height] = [Math.ceil(pen.measureText(name).width) + 12, 40];
    Object.assign(pen, { font, textBaseline: "middle", lineWidth: 6, lineJoin: "round", strokeStyle: "#ffffff", fillStyle: "#4a4a4a" });
    pen.strokeText(name, 6, 20);
    pen.fillText(name, 6, 20);
    map.addImage(id, pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height), { pixelRatio: 2 });
  });
}
