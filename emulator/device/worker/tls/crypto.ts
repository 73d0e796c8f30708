/** The device's cryptography: a provider whose every operation costs CPU time and, for a moment, memory. */
import { meter } from '../../../crypto/metered.ts';
import type { CryptoOperation, CryptoProvider } from '../../../crypto/provider.ts';
import { MILLISECOND } from '../../../world/time.ts';
import { temporaries } from '../../mbedtls-memory.ts';
import type { Session } from '../session.ts';
import { AllocationError, arithmeticError } from './memory-error.ts';

/** Shorter operations are in the device's time, but not in the trace. */
const WORTH_TELLING = MILLISECOND;

export function deviceCrypto(session: Session): CryptoProvider {
  return meter(session.crypto, (operation) => {
    const cost = session.board.cost(operation);
    const duration = session.cpuTime(cost);
    session.charge(cost);
    if (duration >= WORTH_TELLING) {
      session.emit({ type: 'device.cpu', operation: describe(operation), duration });
    }
    const size = temporaries(operation);
    if (size === 0 || session.heap.borrow(size)) return;
    throw new AllocationError(operation.operation, arithmeticError(operation));
  });
}

function describe({ operation, algorithm, size }: CryptoOperation): string {
  return algorithm === 'rsa' ? `${operation} ${size}` : `${operation} ${algorithm}`;
}
