/** Reading the serial console. */
import { Errno } from '../../net/api.ts';
import { failure, type Handlers, waitFor } from './call.ts';

export const consoleCalls: Handlers<'console'> = {
  'console.read': ({ console }, limit, timeout) => {
    const attempt = () => {
      if (console.readable === 0 && !console.ended) {
        console.onStarved?.();
        return undefined;
      }
      const data = console.read(limit);
      return { value: data.length, data };
    };
    return waitFor(attempt, timeout, () => failure(Errno.EAGAIN));
  },
};
