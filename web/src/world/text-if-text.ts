/** What is text is kept as text, so that an editor shows it. */
export function textIfText(contents: Uint8Array): string | Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(contents);
    return text.includes('\0') ? contents : text;
  } catch {
    return contents;
  }
}
