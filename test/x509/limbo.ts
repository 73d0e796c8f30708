/** The x509-limbo subset with mbedTLS's verdicts, when it lies beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';

type Result = 'SUCCESS' | 'FAILURE';

export interface LimboCase {
  readonly id: string;
  readonly features: readonly string[];
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly crls: readonly string[];
  readonly expected_result: Result;
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null;
  readonly max_chain_depth: number | null;
  readonly mbedtls_time: string;
  readonly mbedtls_result: Result | 'SKIPPED';
  readonly mbedtls_flags: readonly string[];
  readonly mbedtls_parse_error: boolean;
  /** Only where there are CRLs: mbedTLS's verdict when given them, as the port never does. */
  readonly mbedtls_with_crls?: Result;
}

const path = process.env.LIMBO_JSON ?? '../shared/data/limbo.json';

export const limbo: { readonly testcases: readonly LimboCase[] } | undefined = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : undefined;

/** Where the rfc5280 profile and limbo part, and why. */
export const DIFFERENT: Readonly<Record<string, string>> = {
  'rfc5280::ca-as-leaf': 'webpki::ca-as-leaf wants the same chain refused; servers are judged by web rules',
  'webpki::eku::ee-without-eku':
    'rfc5280::eku::ee-without-eku wants the same chain accepted; RFC 5280 does not ask for the extension',
  'webpki::nc::permitted-dns-match-noncritical':
    'rfc5280::nc::permitted-dns-match-noncritical wants the same chain refused; RFC 5280 says MUST',
};
