/** Memory ran out below TLS. Which error a program sees depends on which allocation failed (esp32.md). */
import type { CryptoOperation } from '../../../crypto/provider.ts';

/** What Python raises: `OSError(number)`, or `OSError(number, name)`. */
export interface OsError {
  readonly number: number;
  readonly name?: string;
}

export class AllocationError extends Error {
  override readonly name = 'AllocationError';
  readonly osError: OsError;

  constructor(what: string, osError: OsError) {
    super(`the IDF heap has no block for ${what}`);
    this.osError = osError;
  }
}

export const X509_ALLOC_FAILED: OsError = { number: -10_368, name: 'MBEDTLS_ERR_X509_ALLOC_FAILED' };

export const PK_ALLOC_FAILED: OsError = { number: -16_256, name: 'MBEDTLS_ERR_PK_ALLOC_FAILED' };

export function arithmeticError({ operation }: CryptoOperation): OsError {
  switch (operation) {
    case 'rsa-public':
      return { number: -17_040, name: 'MBEDTLS_ERR_RSA_PUBLIC_FAILED+MBEDTLS_ERR_MPI_ALLOC_FAILED' };
    case 'rsa-private':
      return { number: -17_168, name: 'MBEDTLS_ERR_RSA_PRIVATE_FAILED+MBEDTLS_ERR_MPI_ALLOC_FAILED' };
    default:
      // MBEDTLS_ERR_MPI_ALLOC_FAILED, which the port takes for an errno.
      return { number: 16 };
  }
}
