/**
 * How the two kinds of speaker differ in DTLS, as data. The facts about mbedTLS 3.6 are from ssl_msg.c, ssl_tls.c
 * and ssl.h; MicroPython's port (extmod/modtls_mbedtls.c) changes none of these defaults.
 */
import type { ProfileName } from '../profiles.ts';
import { DTLS10, DTLS12 } from '../versions.ts';

export interface DtlsRules {
  /** Octets of the largest datagram, when the host does not say. */
  readonly mtu: number;
  /** Version of records before there is an agreed one (RFC 6347 section 4.2.1 prefers DTLS 1.0). */
  readonly firstRecordVersion: number;
  /** Handshake messages put together or kept at once, the next one included. */
  readonly maxMessages: number;
  /** Octets of those, and of the longest single message with its header. */
  readonly maxBuffered: number;
  readonly maxMessage: number;
  /** Records of the next epoch kept until its keys are there: a Finished that overtook its ChangeCipherSpec. */
  readonly maxEarlyRecords: number;
  /** Whether a server ends after each HelloVerifyRequest, so that a new connection takes the second hello. */
  readonly endsAfterHelloVerify: boolean;
  /** Whether a record that does not decrypt is fatal where Finished is due; everywhere else it is dropped. */
  readonly badMacEndsFinished: boolean;
}

export const DTLS_RULES: Readonly<Record<ProfileName, DtlsRules>> = {
  mbedtls: {
    // Nobody calls mbedtls_ssl_set_mtu, so only the out-buffer limits: 13 + 4096 + 16 (IV) + 48 (MAC) + 256 (padding).
    mtu: 4429,
    firstRecordVersion: DTLS12,
    maxMessages: 4,
    maxBuffered: 32_768,
    maxMessage: 16_384,
    maxEarlyRecords: 1,
    endsAfterHelloVerify: true,
    badMacEndsFinished: true,
  },
  modern: {
    // An Ethernet frame less the headers of IPv6 and UDP, and room for a tunnel.
    mtu: 1400,
    firstRecordVersion: DTLS10,
    maxMessages: 10,
    maxBuffered: 131_072,
    maxMessage: 65_536,
    maxEarlyRecords: 8,
    endsAfterHelloVerify: false,
    badMacEndsFinished: false,
  },
};
