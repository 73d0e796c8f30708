/** A file for a person's eyes: text as text, all else in hex. */

/** Bytes that are shown: more would keep the page busy, and nobody reads it. */
const SHOWN = 32_768;

const ROW = 16;

export function shownContents(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, SHOWN);
  const rest = bytes.length - shown.length;
  const text = asText(bytes, shown) ?? hexDump(shown);
  return rest > 0 ? `${text}\n… and ${rest} bytes more` : text;
}

function asText(whole: Uint8Array, shown: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(shown, {
      stream: shown.length < whole.length,
    });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = bytes.subarray(at, at + ROW);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(row, (byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join(
      '',
    );
    rows.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(ROW * 3)} ${text}`);
  }
  return rows.join('\n');
}
