/** Schools as stations have them on file: a campus by its boundary, or by its gates. */

import type { Feature } from "geojson";

import type { Over } from "./drawn.ts";

/** What is drawn of schools, from below. */
export const CAMPUS_LAYERS = ["campus", "gates"];

/** They on a map. */
export function campuses(features: Feature[]): Over {
  return {
    sources: { schools: { type: "geojson", data: { type: "FeatureCollection", features } } },
    layers: [
      { id: "campus", type: "fill", source: "schools", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#c9dcef" } },
      { id: "boundary", type: "line", source: "schools", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": "#174f86", "line-width": 2 } },
      {
        id: "gates",
        type: "circle",
        source: "schools",
        filter: ["!=", ["geometry-type"], "Polygon"],
        paint: { "circle-radius": 6, "circle-color": "#c9dcef", "circle-stroke-color": "#174f86", "circle-stroke-width": 2 },
      },
    ],
  };
}
