/** Names of a certificate as people write them; what kind each is shows in its form. */
import type { AltNameSpec } from '../../../emulator/x509/build-extensions.ts';
import { parseAddress } from '../../../emulator/x509/general-name.ts';

/** "api.example.com", "192.0.2.1", "2001:db8::1", "https://example.com/x", "ops@example.com". */
export function generalNames(texts: readonly string[]): AltNameSpec[] {
  return texts.flatMap(numbered).map(generalName);
}

function generalName(text: string): AltNameSpec {
  // A name constraint of addresses has a prefix length (RFC 5280, section 4.2.1.10).
  if (parseAddress(text.replace(/\/\d+$/, '')) !== undefined) return { ip: text };
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return { uri: text };
  return text.includes('@') ? { email: text } : { dns: text };
}

/** "host-{1..3}.example.com" is three names, as in a shell. */
function numbered(text: string): string[] {
  const match = /^(.*)\{(\d+)\.\.(\d+)\}(.*)$/.exec(text);
  if (match === null) return [text];
  const [, before, first, last, after] = match;
  const length = Math.max(0, Number(last) - Number(first) + 1);
  return Array.from({ length }, (_, i) => `${before}${Number(first) + i}${after}`);
}
