/**
 * Recursion in the interpreter's C that outgrows the engine's stack becomes the exception that a board raises.
 *
 * MicroPython measures how much stack C has used, but WebAssembly keeps most of it where C cannot see it: a regular
 * expression, a deep literal or a nested list to print run until the engine throws. That exception knows nothing of
 * MicroPython's handlers (`nlr_push`). All of them are in functions that call others by `invoke_…` of JavaScript, and the
 * innermost such call belongs to the handler that would be next, or lies below it. There, the stack being free again, a
 * function of C is called that raises, and its long jump goes the usual way.
 */
import type { WasmExports } from './micropython.ts';

/** V8's and JavaScriptCore's, SpiderMonkey's. */
const OVERFLOW = /call stack|too much recursion/i;

type Invoke = (...args: readonly number[]) => unknown;

export class StackGuard {
  private exports: WasmExports | undefined;
  /** Calls a function of C with one argument; a long jump out of it is noted, and C asks for that note. */
  private invokeWithOne: Invoke | undefined;
  private raiser: { readonly index: number; readonly argument: number } | undefined;

  /** The module's imports, with the calls that lead to handlers watched. */
  watch(imports: WebAssembly.Imports): WebAssembly.Imports {
    const watched = Object.entries(imports).map(([module, functions]) => [
      module,
      Object.fromEntries(
        Object.entries(functions).map(([name, value]) => [
          name,
          name.startsWith('invoke_') ? this.watched(value as Invoke) : value,
        ]),
      ),
    ]);
    this.invokeWithOne = Object.values(imports).find(({ invoke_ii }) => invoke_ii)?.invoke_ii as Invoke;
    return Object.fromEntries(watched);
  }

  attach(exports: WasmExports): void {
    this.exports = exports;
  }

  /**
   * What raises: the addresses of a built-in function of one argument, and of an argument with which it does. A function
   * object is its type, and then its place in the table of functions (py/obj.h, mp_obj_fun_builtin_fixed_t).
   */
  arm(builtin: number, argument: number): void {
    const index = new DataView(this.exports!.memory.buffer).getUint32(builtin + 4, true);
    this.raiser = { index, argument };
  }

  private watched(invoke: Invoke): Invoke {
    return (...args) => {
      try {
        return invoke(...args);
      } catch (error) {
        const { raiser } = this;
        if (raiser === undefined || !isOverflow(error)) throw error;
        return this.invokeWithOne!(raiser.index, raiser.argument);
      }
    };
  }
}

function isOverflow(error: unknown): boolean {
  return error instanceof Error && OVERFLOW.test(error.message);
}
