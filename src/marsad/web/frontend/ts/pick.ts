// A value corrected from the text: the words that are selected go into the form.

/** Offset in code points of a point in the DOM, counted from the start of the document's text. */
function offsetIn(text: HTMLElement, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(text);
  range.setEnd(node, offset);
  // The record counts code points, JavaScript UTF-16 units
  return Number(text.dataset.start ?? 0) + [...range.toString()].length;
}

/**
 * A selection inside `.source-text[data-document]` fills `document`, `start`, `end` and `quote` of
 * the forms marked `data-pick`, and shows them. The element's text is the document's, unchanged, from
 * its beginning or from the character that `data-start` names.
 */
export function followPicks(root: Document): void {
  root.addEventListener("selectionchange", () => {
    const forms = root.querySelectorAll<HTMLFormElement>("form[data-pick]");
    const selection = root.getSelection();
    if (!forms.length || !selection || selection.isCollapsed || selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0);
    const common = range.commonAncestorContainer;
    const text = (common instanceof Element ? common : common.parentElement)?.closest<HTMLElement>(
      ".source-text[data-document]",
    );
    if (!text) return;
    const picked = {
      document: text.dataset.document ?? "",
      start: String(offsetIn(text, range.startContainer, range.startOffset)),
      end: String(offsetIn(text, range.endContainer, range.endOffset)),
      quote: range.toString(),
    };
    for (const form of forms) {
      for (const [name, value] of Object.entries(picked)) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
      }
      for (const shown of form.querySelectorAll<HTMLElement>("[data-picked]")) shown.textContent = picked.quote;
    }
  });
}
