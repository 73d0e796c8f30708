/** One direction of a connection as a stream: TLS, or something that anybody can read. */
import { looksLikeTls, RecordSplitter } from '../../tls/record/splitter.ts';
import type { Findings } from './findings.ts';
import { TlsOnlooker } from './tls-onlooker.ts';

export class StreamOnlooker {
  private readonly findings: Findings;
  private readonly records = new RecordSplitter();
  private tls: TlsOnlooker | undefined;
  private clear = false;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  take(bytes: Uint8Array): void {
    if (this.tls === undefined && !this.clear) {
      if (looksLikeTls(bytes)) this.tls = new TlsOnlooker(this.findings);
      else this.clear = true;
    }
    if (this.tls === undefined) this.findings.read('data', bytes);
    else for (const record of this.records.push(bytes)) this.tls.take(record);
  }
}
