/**
 * A step is one thing that happens to a running world from outside: a person types, a cable is pulled, somebody
 * waits for a line of output. Each kind is a class of its own file; `kinds.ts` lists them.
 */
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import type { Board } from '../../../emulator/device/boards/board.ts';
import type { Device } from '../../../emulator/device/device.ts';
import type { LinkQuality } from '../../../emulator/net/link.ts';
import type { Random } from '../../../emulator/world/random.ts';
import type { World } from '../../../emulator/world/world.ts';
import type { Values } from '../lessons/values.ts';
import type { FaultTargets } from '../network-faults.ts';
import type { Pki } from '../pki/build.ts';
import type { Output } from './output.ts';

/** What the uses of keys share. */
export interface Lesson {
  readonly pki: Pki;
  readonly crypto: CryptoProvider;
  readonly random: Random;
  /** Whose times are told. */
  readonly board: Board;
  readonly values: Values;
}

/** What a step can reach. Names have been checked before anything runs. */
export interface Stage {
  readonly world: World;
  readonly network: FaultTargets;
  /** What steps have changed of links, by the name they were told. */
  readonly linkChanges: Map<string, { readonly quality: Partial<LinkQuality>; undo(): void }>;
  readonly devices: ReadonlyMap<string, Device>;
  /** What the devices have printed. */
  readonly output: Output;
  readonly lesson: Lesson;
}

export interface Step {
  /** Does what there is to do and calls `done`, now or when what it waits for has come. Called once. */
  begin(stage: Stage, done: () => void): void;
  /** What it waits for, and what has come instead, when the run has ended before it was done. */
  missed(stage: Stage): { readonly expected: string; readonly observed: string };
}

/** A step that is done as soon as it has begun: nothing to wait for, nothing to miss but its turn. */
export abstract class InstantStep implements Step {
  begin(stage: Stage, done: () => void): void {
    this.apply(stage);
    done();
  }

  missed(): { expected: string; observed: string } {
    return { expected: 'to be carried out', observed: 'the run had ended before' };
  }

  protected abstract apply(stage: Stage): void;
}
