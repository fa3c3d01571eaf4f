// Hot keys by the physical key (event.code): the letter on it differs between Arabic and Latin.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** A key pressed alone clicks the element that names it: `data-key="KeyA"`. */
export function followKeys(root: Document): void {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    const target = root.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.code)}"]`);
    if (!target || target.closest("[hidden], :disabled")) return;
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  });
}
