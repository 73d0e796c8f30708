/** What `mirror` tells, and where: progress while it goes on, the reports, the summary, and the files. */
import { closeSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Mirrored } from '../../mirror/mirror.ts';
import { renderParityJunit } from '../../mirror/parity/junit.ts';
import { renderParityPage } from '../../mirror/parity/render-html.ts';
import { renderParity, renderRow, renderTotals } from '../../mirror/parity/render-text.ts';
import { parityJson, type TimedRow } from '../../mirror/parity/row.ts';
import type { DrawOptions } from '../../report/ladder.ts';
import { openForWriting } from '../files.ts';

export interface MirrorOutputOptions {
  readonly json?: boolean;
  readonly html?: string;
  readonly junit?: string;
  readonly trace?: string;
  readonly pcap?: string;
  readonly keylog?: string;
  readonly calibrate?: string;
}

export type MirrorRow = TimedRow & { readonly mirrored?: Mirrored };

type FileKind = 'html' | 'junit' | 'trace' | 'pcap' | 'keylog' | 'calibrate';

const KINDS: readonly FileKind[] = ['html', 'junit', 'trace', 'pcap', 'keylog', 'calibrate'];

export class MirrorOutput {
  readonly rows: MirrorRow[] = [];
  /** Several scenarios: each then is a line. */
  readonly isMany: boolean;
  private readonly options: MirrorOutputOptions;
  private readonly drawing: DrawOptions;
  private readonly nameWidth: number;
  private readonly remarks = new Set<string>();
  private readonly files: ReadonlyMap<FileKind, number>;

  /** Opens the files. Throws UsageError. */
  constructor(options: MirrorOutputOptions, drawing: DrawOptions, names: readonly string[]) {
    this.options = options;
    this.drawing = drawing;
    this.isMany = names.length > 1;
    this.nameWidth = Math.max(...names.map((name) => name.length));
    this.files = new Map(
      KINDS.flatMap((kind) => {
        const path = options[kind];
        return path === undefined ? [] : [[kind, openForWriting(path)] as const];
      }),
    );
  }

  static addOptions(command: Command): Command {
    return command
      .addOption(new Option('--json', 'one JSON object a scenario, alone on stdout'))
      .addOption(new Option('--html <file>', 'write the parity report as a page'))
      .addOption(
        new Option('--junit <file>', 'write it as JUnit XML: a scenario a case, a differing line a failure'),
      )
      .addOption(new Option('--trace <file>', "write the board's trace, which explain draws (JSON lines)"))
      .addOption(
        new Option(
          '--pcap <file>',
          "write a capture of the board's run that Wireshark opens already decrypted (pcapng)",
        ),
      )
      .addOption(new Option('--keylog <file>', "write the secrets of the board's connections (NSS key log)"))
      .addOption(
        new Option(
          '--calibrate <file>',
          "write a board profile with the board's own times, which --board reads (YAML)",
        ),
      );
  }

  /** On a terminal alone, in one line that is written over; an empty text clears it. */
  progress(text: string): void {
    if (process.stderr.isTTY !== true) return;
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }

  /** Before the run; what holds for many is said once. */
  remark(text: string): void {
    // Times differ from scenario to scenario, and say nothing more.
    const key = text.replace(/\d/g, '');
    if (this.remarks.has(key)) return;
    this.remarks.add(key);
    this.progress('');
    process.stderr.write(`note: ${text}\n`);
  }

  row(row: MirrorRow): void {
    this.progress('');
    this.rows.push(row);
    if (this.options.json) process.stdout.write(`${JSON.stringify(jsonOf(row))}\n`);
    else if (this.isMany) process.stdout.write(renderRow(row, this.nameWidth, this.drawing));
    else if (row.report !== undefined) process.stdout.write(renderParity(row.report, this.drawing));
  }

  /** The totals of many, and the files. */
  async end(): Promise<void> {
    if (this.isMany && !this.options.json) process.stdout.write(renderTotals(this.rows, this.drawing));
    for (const [kind, file] of this.files) {
      writeFileSync(file, await this.render(kind));
      closeSync(file);
    }
  }

  private async render(kind: FileKind): Promise<string | Uint8Array> {
    const runs = this.rows.flatMap(({ mirrored }) => (mirrored === undefined ? [] : [mirrored]));
    switch (kind) {
      case 'html':
        return renderParityPage(this.rows);
      case 'junit':
        return renderParityJunit(this.rows);
      case 'trace': {
        const { renderJsonLines } = await import('../../report/json-lines.ts');
        return runs.map(({ onBoard }) => renderJsonLines(onBoard.events)).join('');
      }
      case 'pcap': {
        // A section for each scenario.
        const { renderPcapng } = await import('../../report/pcapng.ts');
        return Buffer.concat(runs.map(({ onBoard }) => renderPcapng(onBoard.events)));
      }
      case 'keylog': {
        const { renderKeyLog } = await import('../../report/keylog.ts');
        return runs.map(({ onBoard }) => renderKeyLog(onBoard.events)).join('');
      }
      case 'calibrate':
        return (await import('../../mirror/calibrate/calibrate.ts')).calibrate(runs);
    }
  }
}

function jsonOf({ mirrored: _, ...row }: MirrorRow): object {
  return parityJson(row);
}
