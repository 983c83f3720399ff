/**
 * The map of a station: outlines of schools drawn, venues as links that stand on it with the sign and the
 * colour of their state. Nothing is fetched but the station's own data, and tiles from the hub if it has them; the
 * table below tells the same.
 */

import type { Feature, Geometry, Point } from "geojson";
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";

import { type Box, drawn, told } from "./drawn.ts";
import type { Island } from "./island.ts";
import { campuses } from "./schools.ts";

/** What the hub says of a venue or a school. */
interface Told {
  what: "venue" | "school";
  name: string;
  /** Of a venue: its state, as sign, word and class of the style sheet; and its page. */
  state?: string;
  sign?: string;
  label?: string;
  href?: string;
}

type Seen = Feature<Geometry, Told>;

/** All of a station, and the box around it. */
interface Patch {
  features: Seen[];
  bbox?: Box;
}

const map: Island = async (element) => {
  const patch = await told<Patch>(element);
  const schools = patch.features.filter((feature) => feature.properties.what === "school");
  const on = await drawn(element, patch.bbox, campuses(schools));
  for (const feature of patch.features) {
    const at = place(feature);
    if (at) new maplibregl.Marker({ element: mark(feature.properties), ...standing(feature) }).setLngLat(at).addTo(on);
  }
};

export default map;

/** A venue is a link to its page; a school only a name. */
function mark(told: Told): HTMLElement {
  if (told.what === "school") {
    const name = document.createElement("span");
    name.className = "map-school";
    name.role = "note";
    name.ariaLabel = told.name;
    name.textContent = told.name;
    return name;
  }
  const link = document.createElement("a");
  link.href = told.href ?? "";
  link.className = `map-venue ${told.state}`;
  const sign = document.createElement("b");
  sign.ariaHidden = "true";
  sign.textContent = told.sign ?? "";
  const name = document.createElement("span");
  name.textContent = told.name;
  link.append(sign, name);
  // MapLibre takes a mark for a button unless it is told otherwise.
  link.role = "link";
  link.ariaLabel = `${told.name}，${told.label}`;
  return link;
}

/** A venue's sign stands on its place and the name beside it; a school's name in the middle. */
function standing({ properties }: Seen): { anchor: "center" | "left"; offset: [number, number] } {
  return properties.what === "school" ? { anchor: "center", offset: [0, 0] } : { anchor: "left", offset: [-13, 0] };
}

/** Where its name stands. */
function place({ geometry }: Seen): [number, number] | undefined {
  const points = geometry.type === "Polygon" ? geometry.coordinates[0]?.slice(1) : geometry.type === "MultiPoint" ? geometry.coordinates : [(geometry as Point).coordinates];
  if (!points?.length) return undefined;
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / points.length;
  return [mean(0), mean(1)];
}
