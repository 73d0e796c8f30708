/** Names to addresses. */
import { type CallResult, type Handlers, waitFor } from './call.ts';

const DOTTED_QUAD = /^\d{1,3}(\.\d{1,3}){3}$/;

/** For ever: lwIP's resolver has timeouts of its own. */
const UNTIL_ANSWERED = -1;

export const dnsCalls: Handlers<'dns'> = {
  'dns.resolve': (kernel, name) => {
    // lwIP answers an address without asking anyone, with or without a network.
    if (DOTTED_QUAD.test(name)) return { value: 0, data: [name] };
    let answer: CallResult<readonly string[]> | undefined;
    kernel.stack.resolve(name, (result) => {
      answer = 'error' in result ? { value: result.error } : { value: 0, data: result.addresses };
      kernel.wake();
    });
    return waitFor(
      () => answer,
      UNTIL_ANSWERED,
      () => ({ value: -1 }),
    );
  },
};
