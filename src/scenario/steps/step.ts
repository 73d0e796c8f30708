/**
 * A step is one thing that happens to a running world from outside: a person types, a cable is pulled, somebody
 * waits for a line of output. Each kind is a class of its own file; `kinds.ts` lists them.
 */
import type { Device } from '../../../emulator/device/device.ts';
import type { Link } from '../../../emulator/net/link.ts';
import type { World } from '../../../emulator/world/world.ts';
import type { Plug } from '../topology.ts';
import type { Output } from './output.ts';

/** What a step can reach. Names have been checked before anything runs. */
export interface Stage {
  readonly world: World;
  /** Where the links' frames can be held up: "wifi", "internet". */
  readonly links: ReadonlyMap<string, Link>;
  /** Where the hosts hang on the network, by name. */
  readonly hosts: ReadonlyMap<string, Plug>;
  /** Hosts whose cable is pulled, with how to plug it in again. */
  readonly unplugged: Map<string, () => void>;
  readonly devices: ReadonlyMap<string, Device>;
  /** What the devices have printed. */
  readonly output: Output;
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
