// The timeline: how many incidents a stretch of time has; dragging over it asks for those days.

import { axisBottom } from "d3-axis";
import { brushX, type D3BrushEvent } from "d3-brush";
import { scaleLinear, scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { fetchJson, formOf, submit } from "./form";

/** One stretch of time, days inclusive, as the server counts it. */
interface Bin {
  from: string;
  to: string;
  count: number;
}

const DAY = 86_400_000;
const HEIGHT = 120;
const MARGIN = { block: 8, axis: 24, inline: 24 };
const seen = new WeakMap<HTMLElement, string>();

const dayOf = (iso: string): Date => new Date(`${iso}T00:00:00Z`);
const isoOf = (day: Date): string => day.toISOString().slice(0, 10);

/** Draws the timeline of `data-source` in the host, once for each source. */
export function attach(host: HTMLElement): void {
  const key = `${host.dataset.source} ${host.dataset.from} ${host.dataset.to}`;
  if (seen.get(host) === key && host.querySelector("svg.brush-chart")) return;
  seen.set(host, key);
  void fetchJson<{ bins: Bin[]; earlier?: number }>(host.dataset.source ?? "").then(({ bins, earlier }) => {
    if (seen.get(host) !== key || bins.length === 0) return;
    tellEarlier(host, earlier ?? 0);
    let drawn = 0;
    const observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      if (seen.get(host) !== key || !host.isConnected) observer.disconnect();
      else if (width > 0 && Math.abs(width - drawn) > 2) draw(host, bins, (drawn = width));
    });
    observer.observe(host);
  });
}

/** Says how many incidents lie so far back that the timeline begins behind them. */
function tellEarlier(host: HTMLElement, count: number): void {
  const note = host.querySelector<HTMLElement>("[data-earlier]");
  if (!note) return;
  note.textContent = (note.dataset.text ?? "").replace("{n}", String(count));
  note.hidden = count === 0;
}

function draw(host: HTMLElement, bins: Bin[], width: number): void {
  const first = bins[0] as Bin;
  const last = bins[bins.length - 1] as Bin;
  const lang = host.dataset.locale ?? (document.documentElement.lang === "ar" ? "ar-IQ-u-nu-latn" : "en-GB");
  const foot = HEIGHT - MARGIN.axis;
  const x = scaleUtc([dayOf(first.from), new Date(+dayOf(last.to) + DAY)], [MARGIN.inline, width - MARGIN.inline]);
  const y = scaleLinear([0, Math.max(1, ...bins.map((bin) => bin.count))], [foot, MARGIN.block]);

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "brush-chart");
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", host.dataset.textLabel ?? "");
  const chart = select(svg);
  chart
    .selectAll("rect")
    .data(bins)
    .join("rect")
    .attr("class", "bar")
    .attr("x", (bin) => x(dayOf(bin.from)))
    .attr("width", (bin) => Math.max(0.5, x(new Date(+dayOf(bin.to) + DAY)) - x(dayOf(bin.from)) - 0.5))
    .attr("y", (bin) => y(bin.count))
    .attr("height", (bin) => foot - y(bin.count));

  const years = +dayOf(last.to) - +dayOf(first.from) > 1500 * DAY;
  const days = +dayOf(last.to) - +dayOf(first.from) < 60 * DAY;
  const name = new Intl.DateTimeFormat(lang, {
    timeZone: "UTC",
    year: days ? undefined : "numeric",
    month: years ? undefined : "short",
    day: days ? "numeric" : undefined,
  });
  // the names of months are long, and d3 takes the number of ticks for a hint
  const room = Math.max(2, Math.floor(width / 120));
  const ticks = x.ticks(room);
  const every = Math.ceil(ticks.length / room);
  chart
    .append("g")
    .attr("class", "axis")
    .attr("transform", `translate(0,${foot})`)
    .call(
      axisBottom<Date>(x)
        .tickValues(ticks.filter((_, at) => at % every === 0))
        .tickFormat((day) => name.format(day))
        .tickSizeOuter(0),
    );

  const brush = brushX<unknown>().extent([
    [MARGIN.inline, 0],
    [width - MARGIN.inline, foot],
  ]);
  const layer = chart.append("g").attr("class", "brush").call(brush);
  const from = host.dataset.from ? dayOf(host.dataset.from) : null;
  const to = host.dataset.to ? new Date(+dayOf(host.dataset.to) + DAY) : null;
  if (from || to) {
    const [low, high] = x.domain() as [Date, Date];
    const start = x(from && from > low ? from : low);
    const end = x(to && to < high ? to : high);
    if (end > start) layer.call(brush.move, [start, end]);
  }
  // d3 tells of moves by program too; only a hand has a sourceEvent
  brush.on("end", (event: D3BrushEvent<unknown>) => {
    const form = formOf(host);
    if (!event.sourceEvent || !form) return;
    submit(form, daysOf(event.selection as [number, number] | null, bins, x));
  });

  host.querySelector("svg.brush-chart")?.remove();
  host.prepend(svg);
  for (const plain of host.querySelectorAll<HTMLElement>("[data-without-script]")) plain.hidden = true;
  host.dataset.ready = "1";
}

/** The days of the bins that a selection touches by half or more; none for no selection. */
function daysOf(
  selection: [number, number] | null,
  bins: Bin[],
  x: (day: Date) => number,
): { from: string; to: string } {
  if (!selection) return { from: "", to: "" };
  const inside = bins.filter((bin) => {
    const middle = (x(dayOf(bin.from)) + x(new Date(+dayOf(bin.to) + DAY))) / 2;
    return selection[0] <= middle && middle <= selection[1];
  });
  const [first, last] = [inside[0], inside[inside.length - 1]];
  if (first && last) return { from: first.from, to: last.to };
  // narrower than a bar: the bar that it lies in
  const middle = (selection[0] + selection[1]) / 2;
  const held = bins.find((bin) => x(dayOf(bin.from)) <= middle && middle <= x(new Date(+dayOf(bin.to) + DAY)));
  return held ? { from: held.from, to: held.to } : { from: isoOf(new Date(0)), to: isoOf(new Date(0)) };
}
