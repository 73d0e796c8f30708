/**
 * The ladder as data: what the diagram says, before anyone decides where on the page it stands. Rows come in
 * the order in which they are read.
 */
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import type { Tone } from '../canvas.ts';

/** thin: TCP and other carriers. plain: TLS anyone can read. sealed: encrypted. */
export type Stroke = 'thin' | 'plain' | 'sealed';

interface RowBase {
  readonly t: Nanoseconds;
  /** Place among the rows: the index in the trace of the event that it tells of; fractions stand beside it. */
  readonly order: number;
  /** While the run goes on: what comes of it is not known yet, and another row may come in its place. */
  readonly pending?: true;
}

/**
 * `over`: what has not come will not come any more. `paused`: somebody looks, and wants to see what is on its way;
 * while a run is `running`, that would be in the way of the rows to come.
 */
export type Moment = 'running' | 'paused' | 'over';

/** Something that went from one actor to another. */
export interface ArrowRow extends RowBase {
  readonly kind: 'arrow';
  readonly from: string;
  readonly to: string;
  readonly stroke: Stroke;
  readonly name: string;
  /** Bytes. */
  readonly size?: number;
  /** What matters in it, in order of importance. */
  readonly phrases: readonly string[];
  readonly tone: Tone;
}

/** A line across, from one actor to another, that divides what is before from what comes after. */
export interface RuleRow extends RowBase {
  readonly kind: 'rule';
  readonly between: readonly [string, string];
  readonly text: string;
}

export type Mark = '✓' | '✗' | '–' | '!' | '';

/** Something that one actor did or met. */
export interface NoteRow extends RowBase {
  readonly kind: 'note';
  readonly actor: string;
  readonly mark: Mark;
  readonly text: string;
  readonly tone: Tone;
  readonly items: readonly NoteItem[];
  /** As long as the text may become; who draws while the run goes on leaves so much room from the start. */
  readonly longest?: string;
}

export interface NoteItem {
  readonly mark: Mark;
  readonly label: string;
  readonly text: string;
  readonly tone: Tone;
}

export type Row = ArrowRow | RuleRow | NoteRow;

export interface Lane {
  readonly actor: string;
  /** Shown under the name: the board, the address. */
  readonly subtitle: string;
  readonly isDevice: boolean;
  readonly isAttacker: boolean;
}

export interface Ladder {
  /** Devices first, then peers, each in order of appearance. */
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
}

/** A row without the parts that most rows do not need. */
export function note(
  at: { t: Nanoseconds; order: number },
  actor: string,
  text: string,
  more: Partial<Pick<NoteRow, 'mark' | 'tone' | 'items' | 'pending' | 'longest'>> = {},
): NoteRow {
  return {
    kind: 'note',
    t: at.t,
    order: at.order,
    actor,
    text,
    mark: more.mark ?? '',
    tone: more.tone ?? 'plain',
    items: more.items ?? [],
    ...(more.pending && { pending: true }),
    ...(more.longest && { longest: more.longest }),
  };
}
