/**
 * A run's trace as the page exports it, without a download, of which a browser makes more than the run itself takes. Each
 * function goes into the page as its text, and so stands alone.
 */

export interface Exported {
  /** Of the file. */
  readonly name: string;
  readonly sha256: string;
}

/** Before the page's own scripts: what it would hand over is told to the page itself. */
export function keepExports(): void {
  let blob: Blob | undefined;
  URL.createObjectURL = (made) => {
    blob = made as Blob;
    return '#';
  };
  URL.revokeObjectURL = () => {};
  HTMLAnchorElement.prototype.click = function () {
    dispatchEvent(new CustomEvent('export', { detail: { name: this.download, blob } }));
  };
}

/** The trace of the last run, by the page's export menu. Its text stays in the page, as `exported`. */
export async function exportTrace(): Promise<Exported> {
  const exported = new Promise<{ name: string; blob: Blob }>((resolve) => {
    addEventListener('export', (event) => resolve((event as CustomEvent).detail), { once: true });
  });
  const buttons = [...document.querySelectorAll<HTMLElement>('.menu-items button')];
  buttons.find(({ textContent }) => textContent === 'Trace (JSON lines)')!.click();
  const { name, blob } = await exported;
  Object.assign(globalThis, { exported: blob });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  return { name, sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}
