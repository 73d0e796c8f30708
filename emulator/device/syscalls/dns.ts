/** Names to addresses. */
import { type CallResult, type Handlers, waitFor } from './call.ts';

/** For ever: lwIP's resolver has timeouts of its own. */
const UNTIL_ANSWERED = -1;

export const dnsCalls: Handlers<'dns'> = {
  'dns.resolve': (kernel, name) => {
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
