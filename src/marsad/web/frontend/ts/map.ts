// The map of incidents. A place told exactly is a point; one told roughly is a circle as wide as
// the doubt about it; one told as a governorate is that area. Nothing is drawn finer than it was told.

import {
  AttributionControl, type GeoJSONSource, Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent,
  NavigationControl, Popup, ScaleControl, setWorkerUrl,
} from "maplibre-gl";
import { fetchJson, formOf, submit } from "./form";
import { FONT, ground, paint } from "./ground";

declare const MAP_CSS: string;
declare const MAP_WORKER: string;
declare const BASEMAP: string;

/** What the server says of one spot: how many incidents, how exactly known, and where they are listed. */
interface Spot {
  n?: number;
  precision: number | null;
  radius_km: number | null;
  area?: string | null;
  title: string;
  url: string;
}
type Feature = { type: "Feature"; geometry: { type: "Point"; coordinates: [number, number] } | null; properties: Spot };
type Collection = { type: "FeatureCollection"; features: Feature[] };

/** Iraq and Syria: where the map stands when nothing else is asked for. */
const HOME: [number, number, number, number] = [35.4, 28.9, 48.8, 37.6];
const GOVERNORATE = 4;
const COUNTRY = 6;
/** From so many incidents on, the few far off do not decide what the map shows first. */
const MANY = 50;
type Weighed = [value: number, n: number];
/** Width of the world in metres at the equator, and in pixels at zoom 0. */
const EQUATOR_M = 40_075_016.7;
const WORLD_PX = 512;

const beside = (name: string): string => new URL(name, import.meta.url).href;
setWorkerUrl(beside(MAP_WORKER));

class IncidentMap {
  private readonly box = document.createElement("div");
  private readonly map: MapLibre;
  private readonly ready: Promise<void>;
  private source = "";

  constructor(private host: HTMLElement) {
    this.box.className = "map-canvas";
    this.settle(host);
    this.map = new MapLibre({
      container: this.box,
      style: ground(beside(BASEMAP), document.documentElement.lang === "ar" ? "ar" : "en"),
      bounds: frameOf(host) ?? HOME,
      minZoom: 2,
      maxZoom: 15,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      cooperativeGestures: false,
      fadeDuration: 0,
      locale: {
        "NavigationControl.ZoomIn": host.dataset.textZoomIn ?? "+",
        "NavigationControl.ZoomOut": host.dataset.textZoomOut ?? "−",
        "Map.Title": host.dataset.textLabel ?? "",
        "Popup.Close": host.dataset.textClose ?? "×",
      },
    });
    this.map.touchZoomRotate.disableRotation();
    const end = document.dir === "rtl" ? "left" : "right";
    this.map.addControl(new NavigationControl({ showCompass: false }), `top-${end}`);
    this.map.addControl(new ScaleControl(), `bottom-${end}`);
    this.map.addControl(new AttributionControl({ compact: false }), `bottom-${end}`);
    this.ready = new Promise((done) => this.map.once("load", () => done()));
    this.map.on("click", (event) => void this.click(event));
    this.map.on("mousemove", (event) => {
      this.map.getCanvas().style.cursor = this.at(event).length ? "pointer" : "";
    });
    const repaint = () => paint(this.map, this.box);
    this.map.once("styledata", repaint);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Stands in a host, the same as before or one that took its place, and shows what that asks for. */
  async show(host: HTMLElement, source: string, asked: Promise<Collection>): Promise<void> {
    if (this.box.parentElement !== host) this.settle(host);
    if (source === this.source) return;
    this.source = source;
    delete host.dataset.ready;
    const [data] = await Promise.all([asked, this.ready]);
    if (this.source !== source) return;
    this.draw(data);
    this.map.once("idle", () => {
      host.dataset.ready = "1";
    });
  }

  /** Whether the host has the map already, with what it asks for. */
  stands(host: HTMLElement, source: string): boolean {
    return this.box.parentElement === host && this.source === source;
  }

  private settle(host: HTMLElement): void {
    this.host = host;
    for (const plain of host.querySelectorAll<HTMLElement>(":scope > *")) plain.hidden = true;
    host.classList.add("live");
    host.append(this.box);
    if (host.dataset.textFrame && formOf(host)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "map-frame-button small";
      button.textContent = host.dataset.textFrame;
      button.addEventListener("click", () => this.askForFrame());
      host.append(button);
    }
    this.map?.resize();
  }

  private askForFrame(): void {
    const bounds = this.map.getBounds();
    const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const form = formOf(this.host);
    if (form) submit(form, { bbox: sides.map((side) => side.toFixed(3)).join(",") });
  }

  private draw(data: Collection): void {
    const spots: object[] = [];
    const wide: object[] = [];
    const perArea = new Map<string, number>();
    let count = 0;
    let unplaced = 0;
    const bounds = new Bounds();
    for (const { geometry, properties } of data.features) {
      const n = properties.n ?? 1;
      count += n;
      if (!geometry || (properties.precision ?? 0) >= COUNTRY) {
        unplaced += n;
        continue;
      }
      const [lon, lat] = geometry.coordinates;
      bounds.add(lon, lat, n);
      const metresPerPixel = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / WORLD_PX;
      const feature = {
        type: "Feature",
        geometry,
        properties: { ...properties, n, reach: ((properties.radius_km ?? 0) * 1000) / metresPerPixel },
      };
      if (properties.precision === GOVERNORATE && properties.area) {
        perArea.set(properties.area, (perArea.get(properties.area) ?? 0) + n);
        wide.push(feature);
      } else spots.push(feature);
    }
    this.place("spots", spots);
    this.place("wide", wide);
    this.map.removeFeatureState({ source: "ground" });
    const most = Math.max(1, ...perArea.values());
    for (const [id, n] of perArea) {
      this.map.setFeatureState({ source: "ground", id }, { shade: 0.08 + 0.22 * Math.sqrt(n / most) });
    }
    paint(this.map, this.box);
    if (!frameOf(this.host)) {
      this.map.fitBounds(bounds.box() ?? HOME, { padding: 48, maxZoom: 9, duration: 0 });
    }
    this.host.dataset.count = String(count);
    this.note(unplaced);
  }

  private place(id: string, features: object[]): void {
    const data = { type: "FeatureCollection", features } as never;
    const known = this.map.getSource<GeoJSONSource>(id);
    if (known) void known.setData(data);
    else if (id === "spots") this.addSpots(data);
    else this.addWide(data);
  }

  private addSpots(data: never): void {
    this.map.addSource("spots", {
      type: "geojson", data, cluster: true, clusterRadius: 42, clusterMaxZoom: 10,
      clusterProperties: { n: ["+", ["get", "n"]] },
    });
    const single = ["!", ["has", "point_count"]];
    const exact = ["<=", ["coalesce", ["get", "precision"], 9], 2];
    // Pixels double with each zoom, as the world does: the circle keeps its size on the ground.
    const reach = ["interpolate", ["exponential", 2], ["zoom"], 0, ["get", "reach"], 20, ["*", ["get", "reach"], 2 ** 20]];
    const layer = (spec: object) => this.map.addLayer({ source: "spots", ...spec } as never);
    layer({
      id: "around", type: "circle", filter: single,
      paint: { "circle-radius": reach, "circle-opacity": 0.14, "circle-stroke-width": 1, "circle-stroke-opacity": 0.6 },
    });
    layer({
      id: "near", type: "circle", filter: ["all", single, ["!", exact]],
      paint: { "circle-radius": 6, "circle-opacity": 0, "circle-stroke-width": 2 },
    });
    layer({
      id: "exact", type: "circle", filter: ["all", single, exact],
      paint: { "circle-radius": 5.5, "circle-stroke-width": 1.5 },
    });
    layer({
      id: "clusters", type: "circle", filter: [">", ["get", "n"], 1],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "n"]], 0.3, 10, 2, 18, 4, 30],
        "circle-opacity": 0.88, "circle-stroke-width": 1.5,
      },
    });
    layer({
      id: "cluster-counts", type: "symbol", filter: [">", ["get", "n"], 1],
      layout: {
        "text-field": ["to-string", ["get", "n"]], "text-font": FONT, "text-size": 12.5, "text-allow-overlap": true,
      },
    });
  }

  private addWide(data: never): void {
    this.map.addSource("wide", { type: "geojson", data });
    this.map.addLayer({
      id: "area-counts", type: "symbol", source: "wide",
      layout: {
        "text-field": ["to-string", ["get", "n"]], "text-font": FONT, "text-size": 14, "text-offset": [0, 1.2],
        "text-allow-overlap": true,
      },
      paint: { "text-halo-width": 2 },
    });
  }

  /** Says what no point can show. */
  private note(unplaced: number): void {
    this.host.querySelector(".map-note")?.remove();
    const words = this.host.dataset.textUnplaced;
    if (!unplaced || !words) return;
    const note = document.createElement("p");
    note.className = "map-note";
    note.textContent = words.replace("{n}", String(unplaced));
    this.host.append(note);
  }

  private at(event: MapMouseEvent): MapGeoJSONFeature[] {
    const layers = ["clusters", "exact", "near", "around", "area-counts"].filter((id) => this.map.getLayer(id));
    return layers.length ? this.map.queryRenderedFeatures(event.point, { layers }) : [];
  }

  private async click(event: MapMouseEvent): Promise<void> {
    const found = this.at(event);
    const cluster = found.find((feature) => feature.properties.cluster);
    if (cluster) {
      const spots = this.map.getSource<GeoJSONSource>("spots");
      const zoom = await spots?.getClusterExpansionZoom(cluster.properties.cluster_id as number);
      const centre = (cluster.geometry as unknown as { coordinates: [number, number] }).coordinates;
      this.map.easeTo({ center: centre, zoom: zoom ?? this.map.getZoom() + 2 });
      return;
    }
    const links = new Map(found.map((feature) => [String(feature.properties.url), String(feature.properties.title)]));
    if (!links.size) return;
    const list = document.createElement("ul");
    for (const [url, title] of [...links].slice(0, 12)) {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = title;
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    new Popup({ maxWidth: "20rem" }).setLngLat(event.lngLat).setDOMContent(list).addTo(this.map);
  }
}

/** The smallest frame around what was added. */
class Bounds {
  private readonly lons: Weighed[] = [];
  private readonly lats: Weighed[] = [];

  add(lon: number, lat: number, n: number): void {
    this.lons.push([lon, n]);
    this.lats.push([lat, n]);
  }

  box(): [number, number, number, number] | null {
    if (!this.lons.length) return null;
    const [west, east] = middle(this.lons);
    const [south, north] = middle(this.lats);
    return [west, south, east, north];
  }
}

/** The ends of values, less the outermost fortieth of the incidents on either side where they are many. */
function middle(values: Weighed[]): [number, number] {
  const sorted = [...values].sort((a, b) => a[0] - b[0]);
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  const left = total < MANY ? 0 : total / 40;
  const end = (from: Weighed[]): number => {
    let passed = 0;
    return (from.find(([, n]) => (passed += n) > left) ?? [0])[0];
  };
  return [end(sorted), end([...sorted].reverse())];
}

/** The frame that the page asks for: `data-bbox="west,south,east,north"`. */
function frameOf(host: HTMLElement): [number, number, number, number] | null {
  const sides = (host.dataset.bbox ?? "").split(",").map(Number);
  return sides.length === 4 && sides.every(Number.isFinite) ? (sides as [number, number, number, number]) : null;
}

function webgl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

let styled: Promise<unknown> | undefined;

/** The styles of the map and its letters; labels are drawn once, with whatever font is there then. */
function style(): Promise<unknown> {
  styled ??= Promise.all([
    new Promise((done, fail) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = beside(MAP_CSS);
      link.onload = done;
      link.onerror = fail;
      document.head.append(link);
    }),
    document.fonts.load("400 16px 'Plex Arabic'", "م"),
  ]);
  return styled;
}

/** A map outlives a swap of the page around it: a canvas is dear, its host is not. */
const kept = new Map<string, IncidentMap>();

/** Makes the host a map, or leaves the list that the server wrote where the browser cannot draw one. */
export function attach(host: HTMLElement): void {
  if (!kept.has(host.id) && !webgl()) return;
  const source = host.dataset.source ?? "";
  if (kept.get(host.id)?.stands(host, source)) return;
  const asked = fetchJson<Collection>(source); // while styles and letters are on their way
  void style().then(() => {
    if (!host.isConnected) return;
    const map = kept.get(host.id) ?? new IncidentMap(host);
    kept.set(host.id, map);
    return map.show(host, source, asked);
  });
}
