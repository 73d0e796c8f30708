/** The raw REPL and standard input, where a computer is on the serial line. */
import { failure, type Handlers, waitFor } from './call.ts';

const EIO = 5;
const FOR_EVER = -1;

export const serialCalls: Handlers<'serial'> = {
  'serial.program': ({ serial }) => {
    if (serial === undefined) return failure(EIO);
    serial.onPrompt?.();
    const attempt = () => {
      const data = serial.takeProgram();
      return data === undefined ? undefined : { value: 0, data };
    };
    return waitFor(attempt, FOR_EVER, () => failure(EIO));
  },

  'serial.read': ({ serial }) => {
    if (serial === undefined) return failure(EIO);
    const attempt = () => {
      const value = serial.takeByte();
      return value === undefined ? undefined : { value };
    };
    return waitFor(attempt, FOR_EVER, () => failure(EIO));
  },
};
