import type { ExportedFile } from '../world/protocol.ts';

/** Hands a file to the person at the page. */
export function download({ name, type, contents }: ExportedFile): void {
  const url = URL.createObjectURL(new Blob([contents as BlobPart], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
