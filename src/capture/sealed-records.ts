/** Records that nobody here can open: kind and size are all there is to show. Such of data in a row are one event. */

import type { RawRecord } from '../../emulator/tls/record/splitter.ts';
import { concatAll } from '../../emulator/world/bytes.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import type { ConnectionAccount, Side } from './account.ts';

interface Run {
  readonly from: Side;
  readonly name: string;
  readonly events: readonly TraceEvent[];
  readonly fragments: Uint8Array[];
}

export class SealedRecords {
  private readonly account: ConnectionAccount;
  private run: Run | undefined;

  constructor(account: ConnectionAccount) {
    this.account = account;
  }

  /** `why`: the reason that it was not opened, in words. */
  add(from: Side, name: string, { type, fragment }: RawRecord, why: string): void {
    const { run } = this;
    if (type === 'application_data' && run?.from === from && run.name === name) {
      run.fragments.push(fragment);
      return;
    }
    this.finish();
    const events = this.account.passes(from, {
      type: 'tls.message',
      message: name,
      encrypted: true,
      summary: [why],
      bytes: fragment,
      fields: [{ name: 'ciphertext', offset: 0, length: fragment.length }],
    });
    this.run = { from, name, events, fragments: [fragment] };
  }

  /** Something else passes: what comes after it is told anew. */
  finish(): void {
    const { run } = this;
    this.run = undefined;
    if (run === undefined || run.fragments.length < 2) return;
    const bytes = concatAll(run.fragments);
    let offset = 0;
    const fields = run.fragments.map(({ length }, i) => {
      const field = { name: `ciphertext of record ${i + 1}`, offset, length };
      offset += length;
      return field;
    });
    for (const event of run.events) {
      if (event.type !== 'tls.message') continue;
      const summary = [`${run.fragments.length} records`, ...event.summary];
      Object.assign(event, { bytes, fields, summary });
    }
  }
}
