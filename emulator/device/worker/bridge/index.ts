import type { MicroPython } from '../micropython.ts';
import type { Session } from '../session.ts';
import type { StackGuard } from '../stack-guard.ts';
import { consoleFunctions } from './console.ts';
import { cryptoFunctions } from './crypto.ts';
import { flashFunctions } from './flash.ts';
import type { BridgeFunctions } from './functions.ts';
import { PythonMemory } from './memory.ts';
import { nvsFunctions } from './nvs.ts';
import { secureElementFunctions } from './secure-element.ts';
import { socketFunctions } from './socket.ts';
import { stackFunctions } from './stack.ts';
import { systemFunctions } from './system.ts';
import { timeFunctions } from './time.ts';
import { tlsFunctions } from './tls.ts';
import { wifiFunctions } from './wifi.ts';

/**
 * The `_esp32` module of one interpreter. The firmware keeps its functions from run to run; what they know of a run,
 * handles above all, ends with it.
 */
export class Bridge {
  readonly functions: BridgeFunctions;
  private readonly create: () => BridgeFunctions;
  private live: BridgeFunctions;

  constructor(current: () => Session, python: MicroPython, guard: StackGuard) {
    this.create = () => createBridge(current, python, guard);
    this.live = this.create();
    this.functions = Object.fromEntries(
      Object.keys(this.live).map((name) => [name, (...args: never[]) => this.live[name]!(...args)]),
    );
  }

  /** Forgets the run. */
  renew(): void {
    this.live = this.create();
  }
}

function createBridge(current: () => Session, python: MicroPython, guard: StackGuard): BridgeFunctions {
  const memory = new PythonMemory(python);
  return {
    ...timeFunctions(current),
    ...systemFunctions(current, memory),
    ...stackFunctions(guard),
    ...consoleFunctions(current, memory),
    ...nvsFunctions(current, memory),
    ...flashFunctions(current, memory),
    ...socketFunctions(current, memory),
    ...tlsFunctions(current, memory),
    ...cryptoFunctions(current, memory),
    ...wifiFunctions(current, memory),
    ...secureElementFunctions(current, memory),
  };
}
