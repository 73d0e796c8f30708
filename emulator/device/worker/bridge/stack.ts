import type { StackGuard } from '../stack-guard.ts';
import type { BridgeFunctions } from './functions.ts';

export function stackFunctions(guard: StackGuard): BridgeFunctions {
  return {
    /** What raises when C has outgrown its stack: addresses of a built-in function and of its argument. */
    on_stack_overflow(builtin: number, argument: number) {
      guard.arm(builtin, argument);
      return 0;
    },
  };
}
