// Builds ../static: hashed files, manifest.json (logical name -> file) and LICENSES.txt.
// Run by hatch_build.py, which says when it has to be run.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const data = join(here, "..", "..", "data");
process.chdir(here);

const manifest = {};
const bundled = new Set(); // npm packages of which something is handed on

function emit(logical, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const end = extname(logical);
  const name = `${basename(logical, end)}-${hash}${end}`;
  writeFileSync(join(out, name), bytes);
  manifest[logical] = name;
  return name;
}

async function bundle(entryPoints, options = {}) {
  const result = await esbuild.build({
    entryPoints, outdir: out, bundle: true, minify: true, format: "esm", target: "es2022",
    entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" }, legalComments: "none", metafile: true, logLevel: "warning", ...options,
  });
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    const name = basename(file);
    const logical = name.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "");
    if (made.entryPoint || name.endsWith(".woff2")) manifest[logical] = name;
    for (const input of Object.keys(made.inputs)) {
      const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
      if (found) bundled.add(found[1]);
    }
  }
}

// The ground under the incidents: countries, governorates, and the names of both and of towns.
function basemap() {
  const features = (name) => JSON.parse(readFileSync(join(data, name), "utf8")).features;
  const [head, ...rows] = readFileSync(join(data, "places.tsv"), "utf8").trimEnd().split("\n")
    .map((line) => line.split("\t"));
  const places = rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
  const shown = { country: "country", governorate: "governorate", city: "town", town: "town" };
  const labels = places
    .filter((p) => p.type in shown && (p.type !== "town" || (Number(p.weight) >= 45 && p.needs_cue === "0")))
    .map((p) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [Number(p.lon), Number(p.lat)] },
      properties: { is: shown[p.type], ar: p.name_ar, en: p.name_en, weight: Number(p.weight) },
    }));
  const areas = features("areas.geojson").map((f) => ({
    ...f, properties: { is: "area", place: f.properties.place },
  }));
  const countries = features("countries.geojson").map((f) => ({ ...f, properties: { is: "land", code: f.properties.code } }));
  return JSON.stringify({ type: "FeatureCollection", features: [...countries, ...areas, ...labels] });
}

/** A package that comes as one file with what it depends on inside. */
function withParts(name) {
  bundled.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  for (const part of Object.keys(dependencies)) {
    if (!part.startsWith("@types/") && !bundled.has(part)) withParts(part);
  }
}

function licences() {
  const texts = [...bundled].sort().map((name) => {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${license}`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const rule = `\n${"-".repeat(78)}\n\n`;
  return `Parts of the files beside this one come from these packages.\n${rule}${texts.join(rule)}`;
}

if (existsSync(out)) rmSync(out, { recursive: true });
mkdirSync(out);
await bundle(["node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"], { bundle: false });
await bundle(["css/app.css", "css/map.css"]);
emit("basemap.geojson", basemap());
emit("icon.svg", readFileSync("icon.svg"));
await bundle(["ts/app.ts"], {
  splitting: true,
  define: {
    MAP_CSS: JSON.stringify(manifest["map.css"]),
    MAP_WORKER: JSON.stringify(manifest["maplibre-gl-worker.js"]),
    BASEMAP: JSON.stringify(manifest["basemap.geojson"]),
  },
});
withParts("maplibre-gl"); // it and its worker come bundled
writeFileSync(join(out, "LICENSES.txt"), licences());
manifest["LICENSES.txt"] = "LICENSES.txt";
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, Object.keys(manifest).sort(), 1) + "\n");
