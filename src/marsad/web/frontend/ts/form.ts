// Islands speak to the server as a reader does: they fill in the form and send it.

/** The form that the host names with `data-form`, `#filters` otherwise. */
export function formOf(host: HTMLElement): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>(host.dataset.form ?? "#filters");
}

/** Sets fields, making those that the form lacks, and sends it. */
export function submit(form: HTMLFormElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    let field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) {
      field = document.createElement("input");
      (field as HTMLInputElement).type = "hidden";
      (field as HTMLInputElement).name = name;
      form.append(field);
    }
    (field as HTMLInputElement).value = value;
  }
  form.requestSubmit();
}

/** JSON of this host. */
export async function fetchJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as T;
}
