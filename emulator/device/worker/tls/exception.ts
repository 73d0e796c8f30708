/** From what the engine reports to what Python raises. */
import { TlsError } from '../../../tls/engine.ts';
import { mbedtlsError } from '../../../tls/mbedtls-errors.ts';
import { type VerifyException, verifyException } from '../../../x509/mbedtls-texts.ts';
import { CallbackRaised, type Judgement } from './judge.ts';
import { AllocationError, type OsError } from './memory-error.ts';

/** "ValueError" with its text, or "OSError" with its number and perhaps a name. */
export type PythonException =
  | { readonly type: 'ValueError'; readonly text: string }
  | ({ readonly type: 'OSError' } & OsError);

/** What the call that failed raises. */
export function exceptionOf(error: unknown, judgement: Judgement | undefined): PythonException {
  if (!(error instanceof TlsError)) throw error;
  if (error.cause instanceof AllocationError) return { type: 'OSError', ...error.cause.osError };
  if (error.cause instanceof CallbackRaised) return storedException(error);
  if (error.reason === 'internal' && error.cause !== undefined) throw error.cause;
  if (error.reason === 'certificate-refused' && judgement !== undefined) return ofJudgement(judgement);
  return storedException(error);
}

/** What later calls raise: the port keeps the number alone. */
export function storedException(error: TlsError): PythonException {
  if (error.cause instanceof AllocationError) return { type: 'OSError', ...error.cause.osError };
  // The library was left in the middle of the certificate, and takes the next message for one.
  if (error.cause instanceof CallbackRaised) return { type: 'OSError', ...UNEXPECTED_MESSAGE };
  const { code, name } = mbedtlsError(error);
  return { type: 'OSError', number: code, name };
}

const UNEXPECTED_MESSAGE = { number: -30464, name: 'MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE' };

function ofJudgement({ flags, error, callbackResult }: Judgement): PythonException {
  if (callbackResult !== undefined) return ofCallback(callbackResult);
  if (error !== undefined) return { type: 'OSError', number: error.code, name: error.name };
  const exception: VerifyException = verifyException(flags);
  if (exception.type === 'ValueError') return exception;
  return { type: 'OSError', number: exception.code, name: exception.name };
}

/** What the library keeps for itself; a callback that says so has misused it (x509_crt.c, at the end of a verification). */
const VERIFY_FAILED = -9984;
const FATAL_ERROR = { number: -12288, name: 'MBEDTLS_ERR_X509_FATAL_ERROR' };

/** Numbers above it and below 0 pass for an errno (modtls_mbedtls.c, mbedtls_raise_error). */
const SMALLEST_ERRNO = -256;

/** A positive number is looked up among mbedTLS's errors. */
function ofCallback(result: number): PythonException {
  if (result === VERIFY_FAILED) return { type: 'OSError', ...FATAL_ERROR };
  if (result < 0) return { type: 'OSError', number: result > SMALLEST_ERRNO ? -result : result };
  return { type: 'OSError', number: result, name: 'MBEDTLS_ERR_ERROR_GENERIC_ERROR' };
}
