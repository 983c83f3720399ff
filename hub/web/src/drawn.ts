/** A map with what is under it and the buttons on it, ready to be drawn on. */

import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";
import workerUrl from "maplibre-gl/dist/maplibre-gl-csp-worker.js?url";
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";

/** West, south, east, north. */
export type Box = [number, number, number, number];

/** What stands on the ground. */
export interface Over {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
}

/** What the hub says for an island. */
export async function told<T>(element: HTMLElement): Promise<T> {
  const answer = await fetch(element.dataset["src"] ?? "", { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()) as T;
}

/** A plain ground, tiles if the hub has some, and what stands on it. */
export async function drawn(element: HTMLElement, box: Box | null | undefined, over: Over): Promise<maplibregl.Map> {
  const container = element.querySelector<HTMLElement>("[data-map]");
  if (!container || !box) throw new Error("there is nothing to draw");
  maplibregl.setWorkerUrl(workerUrl);
  const tiles = element.dataset["tiles"];
  const brought = tiles ? await import("./ground.ts") : undefined;
  // A file that can't be read any more takes only the ground away, not the map.
  const ground = await brought?.ground(new URL(tiles ?? "", location.href)).catch((error: unknown): undefined => void console.warn(error));
  const map = new maplibregl.Map({
    container,
    style: {
      version: 8,
      sources: { ...(ground && { tiles: ground.source }), ...over.sources },
      layers: [{ id: "ground", type: "background", paint: { "background-color": "#f4f6f8" } }, ...(ground?.layers ?? []), ...over.layers],
    },
    bounds: box,
    fitBoundsOptions: { padding: 48, maxZoom: 16 },
    // A map that was approved says so by its number.
    attributionControl: tiles ? { compact: false } : false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: JSON.parse(element.dataset["words"] ?? "{}") as Record<string, string>,
  });
  brought?.drawNames(map);
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }));
  return map;
}
