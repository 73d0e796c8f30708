import { toHex } from '../../emulator/world/bytes.ts';

/** Bytes shown of what is longer. */
const EXCERPT = 16;

/** Text in quotes where it is text, else hex; long ones cut. */
export function excerptOf(bytes: Uint8Array): string {
  const text = asText(bytes);
  if (text !== undefined) return JSON.stringify(text);
  const hex = toHex(bytes.subarray(0, EXCERPT));
  return bytes.length > EXCERPT ? `${hex}…` : hex;
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text !== '' && /^[\p{L}\p{M}\p{N}\p{P}\p{S} \n]*$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
