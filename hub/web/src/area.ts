/**
 * The map over all stations: schools, and thousands of venues as signs in the colour of their state, drawn and not set as
 * links, because no page bears so many. A click names those under it, with links to the venues' pages; whoever uses a
 * keyboard has them in the tables.
 */

import type { Feature, FeatureCollection, Point } from "geojson";
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";

import { type Box, drawn, told } from "./drawn.ts";
import type { Island } from "./island.ts";
import { CAMPUS_LAYERS, campuses } from "./schools.ts";

interface State {
  slug: string;
  sign: string;
  label: string;
}

/** What the hub says: venues name their state and station by its place in the list of them. */
interface Area {
  month: string;
  states: State[];
  stations: [id: string, name: string][];
  venues: [lon: number, lat: number, state: number, station: number, name: string, id: string][];
  schools: Feature[];
  bbox: Box | null;
}

/** Venues that one click names. */
const NAMED = 12;

const area: Island = async (element) => {
  const all = await told<Area>(element);
  const schools = campuses(all.schools);
  const map = await drawn(element, all.bbox, {
    sources: { ...schools.sources, venues: { type: "geojson", data: points(all) } },
    layers: [
      ...schools.layers,
      {
        id: "venues",
        type: "symbol",
        source: "venues",
        layout: {
          "icon-image": ["concat", "state:", ["get", "state"]],
          "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.35, 14, 1],
          "icon-allow-overlap": true,
          // What needs somebody lies on top.
          "symbol-sort-key": ["-", ["get", "state"]],
        },
      },
    ],
  });
  const container = map.getContainer();
  map.on("styleimagemissing", ({ id }: { id: string }) => {
    const state = id.startsWith("state:") ? all.states[Number(id.slice("state:".length))] : undefined;
    const picture = state && sign(state, container);
    if (picture && !map.hasImage(id)) map.addImage(id, picture, { pixelRatio: 2 });
  });
  map.on("click", ({ lngLat, point }) => {
    const at = (layers: string[], property: string) => [...new Set(map.queryRenderedFeatures(point, { layers }).map((one) => String(one.properties[property])))];
    const [venues, campus] = [at(["venues"], "at"), at(CAMPUS_LAYERS, "name")];
    if (venues.length + campus.length === 0) return;
    new maplibregl.Popup({ maxWidth: "320px" }).setLngLat(lngLat).setDOMContent(names(all, venues.map(Number), campus)).addTo(map);
  });
  map.on("mouseenter", "venues", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "venues", () => (map.getCanvas().style.cursor = ""));
};

export default area;

function points({ venues }: Area): FeatureCollection<Point> {
  return {
    type: "FeatureCollection",
    features: venues.map(([lon, lat, state], at) => ({ type: "Feature", properties: { at, state }, geometry: { type: "Point", coordinates: [lon, lat] } })),
  };
}

/** The sign of a state as it stands on the map of a station: the sheet says its colours. */
function sign({ slug, sign }: State, container: HTMLElement): ImageData | undefined {
  const model = document.createElement("a");
  model.className = `map-venue ${slug}`;
  const look = getComputedStyle(model.appendChild(document.createElement("b")));
  container.append(model);
  const [colour, soft, font] = [look.color, look.backgroundColor, look.fontFamily];
  const round = look.borderTopLeftRadius.endsWith("%");
  model.remove();
  const side = 48;
  const pen = Object.assign(document.createElement("canvas"), { width: side, height: side }).getContext("2d", { willReadFrequently: true });
  if (!pen) return undefined;
  Object.assign(pen, { strokeStyle: colour, fillStyle: soft, lineWidth: 4, font: `bold 28px ${font}`, textAlign: "center", textBaseline: "middle" });
  pen.beginPath();
  if (round) pen.arc(side / 2, side / 2, side / 2 - 3, 0, 2 * Math.PI);
  else pen.rect(3, 3, side - 6, side - 6);
  pen.fill();
  pen.stroke();
  pen.fillStyle = colour;
  pen.fillText(sign, side / 2, side / 2 + 1);
  return pen.getImageData(0, 0, side, side);
}

/** The schools under a click, and the venues, each a link to its page. */
function names({ venues, stations, states, month }: Area, found: number[], campus: string[]): HTMLElement {
  const list = document.createElement("ul");
  list.className = "plain";
  list.append(...campus.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  for (const at of found.slice(0, NAMED)) {
    const venue = venues[at];
    if (!venue) continue;
    const [, , state, station, name, id] = venue;
    const [stationId = "", stationName = ""] = stations[station] ?? [];
    const link = document.createElement("a");
    link.href = `/venues/${id}?month=${month}&station=${stationId}`;
    link.textContent = name;
    const item = document.createElement("li");
    item.append(link, ` ${states[state]?.label ?? ""} · ${stationName}`);
    list.append(item);
  }
  if (found.length > NAMED) list.append(Object.assign(document.createElement("li"), { textContent: `… +${found.length - NAMED}` }));
  return list;
}
