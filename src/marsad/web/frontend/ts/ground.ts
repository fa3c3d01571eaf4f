// The ground under the incidents: its layers, with colours taken from the page's tokens.

import type { Map as MapLibre, StyleSpecification } from "maplibre-gl";

export const FONT = ["Plex Arabic", "system-ui", "sans-serif"];
/** Countries whose governorates are known. */
const HOME = ["IRQ", "SYR"];

/** What takes its colour from which token. */
const COLOURS: [layer: string, property: string, token: string][] = [
  ["sea", "background-color", "--map-sea"],
  ["land", "fill-color", "--map-land"],
  ["home", "fill-color", "--map-home"],
  ["areas", "fill-color", "--map-point"],
  ["inner", "line-color", "--map-inner"],
  ["border", "line-color", "--map-border"],
  ["towns", "text-color", "--map-label"],
  ["towns", "text-halo-color", "--map-halo"],
  ["governorates", "text-color", "--map-label"],
  ["governorates", "text-halo-color", "--map-halo"],
  ["countries", "text-color", "--map-label"],
  ["countries", "text-halo-color", "--map-land"],
  ["around", "circle-color", "--map-point"],
  ["around", "circle-stroke-color", "--map-point"],
  ["near", "circle-stroke-color", "--map-point"],
  ["exact", "circle-color", "--map-point"],
  ["exact", "circle-stroke-color", "--map-on-point"],
  ["clusters", "circle-color", "--map-point"],
  ["clusters", "circle-stroke-color", "--map-halo"],
  ["cluster-counts", "text-color", "--map-on-point"],
  ["area-counts", "text-color", "--map-point"],
  ["area-counts", "text-halo-color", "--map-halo"],
];

/** The style without the incidents' layers; colours are set by `paint`. */
export function ground(basemap: string, lang: "ar" | "en"): StyleSpecification {
  const is = (kind: string) => ["==", ["get", "is"], kind] as never;
  const text = (kind: string, size: number) =>
    ({ "text-field": ["get", lang], "text-font": FONT, "text-size": size, "text-padding": 3,
       "symbol-sort-key": ["-", ["get", "weight"]] }) as object;
  const halo = { "text-halo-width": 1.5 } as never;
  return {
    version: 8,
    sources: { ground: { type: "geojson", data: basemap, promoteId: "place", attribution: "Natural Earth" } },
    layers: [
      { id: "sea", type: "background" },
      { id: "land", type: "fill", source: "ground", filter: is("land"), paint: { "fill-antialias": false } },
      { id: "home", type: "fill", source: "ground", filter: ["in", ["get", "code"], ["literal", HOME]] as never },
      {
        id: "areas", type: "fill", source: "ground", filter: is("area"),
        paint: { "fill-opacity": ["coalesce", ["feature-state", "shade"], 0] as never },
      },
      { id: "inner", type: "line", source: "ground", filter: is("area"), paint: { "line-width": 0.75 } },
      { id: "border", type: "line", source: "ground", filter: is("land"), paint: { "line-width": 1.25 } },
      {
        id: "towns", type: "symbol", source: "ground", minzoom: 6.5,
        filter: ["all", is("town"), [">=", ["get", "weight"], ["step", ["zoom"], 70, 7.5, 50, 9, 0]]] as never,
        // beside its point, where an incident may be drawn
        layout: { ...text("town", 11), "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.7 },
        paint: halo,
      },
      {
        id: "governorates", type: "symbol", source: "ground", minzoom: 5.4, filter: is("governorate"),
        layout: text("governorate", 12) as never, paint: { "text-halo-width": 1.5, "text-opacity": 0.85 },
      },
      {
        id: "countries", type: "symbol", source: "ground", maxzoom: 7, filter: is("country"),
        layout: text("country", 15) as never, paint: { "text-halo-width": 1.5, "text-opacity": 0.8 },
      },
    ],
  };
}

/** Gives every layer that the map has the colours of the page as it is now, light or dark. */
export function paint(map: MapLibre, host: HTMLElement): void {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  for (const [layer, property, token] of COLOURS) {
    if (!map.getLayer(layer)) continue;
    probe.style.color = `var(${token})`;
    map.setPaintProperty(layer, property as never, getComputedStyle(probe).color as never);
  }
  probe.remove();
}
