/** Reads the NSS key log format (draft-ietf-tls-keylogfile): "LABEL client_random secret", a line each. */

import { fromHex } from '../../emulator/world/bytes.ts';

export interface LoggedSecret {
  readonly label: string;
  readonly secret: Uint8Array;
}

/** Secrets by the client random that they belong to. */
export class KeyLog {
  private readonly secrets = new Map<string, LoggedSecret[]>();

  /** Lines that are no secrets are passed over, as the format asks; comments begin with "#". */
  add(text: string): void {
    for (const line of text.split(/\r?\n/)) {
      const found = /^\s*([A-Z][A-Z0-9_]*)\s+([0-9a-f]{64})\s+((?:[0-9a-f]{2})+)\s*$/i.exec(line);
      if (found === null) continue;
      const [, label, random, secret] = found as unknown as [string, string, string, string];
      const key = random.toLowerCase();
      const known = this.secrets.get(key) ?? [];
      if (!known.some((each) => each.label === label)) known.push({ label, secret: fromHex(secret) });
      this.secrets.set(key, known);
    }
  }

  /** All secrets of a connection. `random`: hex, lower case. */
  of(random: string): readonly LoggedSecret[] {
    return this.secrets.get(random) ?? [];
  }
}
