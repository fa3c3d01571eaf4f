// What every page loads: htmx, the islands where a page has them, hot keys, words picked from a text.

import "htmx.org";
import { followKeys } from "./keys";
import { followPicks } from "./pick";

type Island = { [selector: string]: () => Promise<{ attach: (host: HTMLElement) => void }> };

const ISLANDS: Island = {
  "[data-map]": () => import("./map"),
  "[data-brush]": () => import("./brush"),
};

/** Brings to life what the page holds now; `attach` knows a host that it has seen. */
function attachIslands(): void {
  for (const [selector, load] of Object.entries(ISLANDS)) {
    for (const host of document.querySelectorAll<HTMLElement>(selector)) {
      load().then(({ attach }) => attach(host), report);
    }
  }
}

/** A failure leaves what the server wrote; the page says so where it has words for it. */
function report(error: unknown): void {
  console.warn(error);
  for (const said of document.querySelectorAll<HTMLElement>("[data-failed]")) said.hidden = false;
}

/** What is marked `data-fold` is open on a wide screen; on a narrow one closed, unless something in it is wrong. */
function foldByWidth(wide: MediaQueryList | MediaQueryListEvent): void {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-fold]")) {
    fold.open = wide.matches || fold.querySelector("[aria-invalid]") !== null;
  }
}

const wide = matchMedia("(width >= 64rem)");
foldByWidth(wide);
wide.addEventListener("change", foldByWidth);
// the row of pages scrolls on a narrow screen: where one is should be seen
document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

attachIslands();
document.addEventListener("htmx:after:swap", attachIslands);
document.addEventListener("htmx:after:history:update", attachIslands);
document.addEventListener("htmx:error", report);
followKeys(document);
followPicks(document);
