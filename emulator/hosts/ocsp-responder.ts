/**
 * An OCSP responder over HTTP (RFC 6960, appendix A; RFC 5019), without a network of its own: a request in, a response
 * out. It answers for one authority, whose certificates it knows all.
 */
import type { CryptoProvider } from '../crypto/provider.ts';
import { toHex } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { DerError } from '../x509/der.ts';
import type { CertStatus, OcspResponseStatus } from '../x509/ocsp.ts';
import { type CertId, isIssuedBy } from '../x509/ocsp-cert-id.ts';
import { type OcspRequest, parseOcspRequest } from '../x509/ocsp-request.ts';
import { buildOcspError, buildOcspResponse, type OcspResponseSpec } from '../x509/ocsp-responder.ts';
import type { HttpRequest, HttpResponse } from './http1.ts';

export type OcspRefusal = Exclude<OcspResponseStatus, 'successful'>;

export interface OcspResponderOptions
  extends Pick<OcspResponseSpec, 'responder' | 'hash' | 'alterSignature'> {
  readonly crypto: CryptoProvider;
  readonly now: () => UnixSeconds;
  /** Path of the URL at which it is asked, "/" or "/ocsp". */
  readonly path: string;
  /** DER of the authority for whose certificates it answers. */
  readonly issuer: Uint8Array;
  /** What became of each certificate that the authority has issued, by the contents of its serial number in hex. */
  readonly statuses: () => ReadonlyMap<string, CertStatus>;
  /** Instead of the time of the request. */
  readonly thisUpdate?: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** Whether it repeats the nonce of a request (RFC 9654). */
  readonly nonce: boolean;
  /** What it answers whatever it is asked. */
  readonly refusal?: OcspRefusal;
  /** Called with each answer: serial numbers in hex, and what it says of each, or the one word that refuses. */
  readonly onAnswer?: (serialNumbers: readonly string[], answers: readonly string[]) => void;
}

/** Octets of a nonce; others make a request malformed (RFC 9654 section 2.1). */
const NONCE_LENGTH = { least: 1, most: 128 } as const;

export class OcspResponder {
  private readonly options: OcspResponderOptions;

  constructor(options: OcspResponderOptions) {
    this.options = options;
  }

  /** A request that cannot be read has an answer as well, of OCSP's own (section 2.3). */
  answer({ method, path, body }: HttpRequest): HttpResponse {
    const target = path.split('?')[0]!;
    if (method === 'POST' && target === this.options.path) return response(this.respond(body));
    const asked = this.encodedIn(target);
    if (asked === undefined) return { status: 404, body: `OCSP is at ${this.options.path} here\n` };
    if (method !== 'GET') return { status: 405, headers: { Allow: 'GET, POST' } };
    return response(this.respond(asked));
  }

  /** The request that a URL carries: base64, and that escaped (appendix A.1). */
  private encodedIn(target: string): Uint8Array | undefined {
    const base = this.options.path.replace(/\/?$/, '/');
    if (!target.startsWith(base) || target === base) return undefined;
    try {
      const text = atob(decodeURIComponent(target.slice(base.length)));
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    } catch {
      return new Uint8Array(0);
    }
  }

  private respond(der: Uint8Array): Uint8Array {
    const request = readRequest(der);
    const { refusal = this.objectionTo(request) } = this.options;
    const serials = (request?.certIds ?? []).map(({ serialNumber }) => toHex(serialNumber));
    if (request === undefined || refusal !== undefined) {
      this.options.onAnswer?.(serials, [refusal ?? 'malformedRequest']);
      return buildOcspError(refusal ?? 'malformedRequest');
    }
    const statuses = request.certIds.map((id) => this.statusOf(id));
    this.options.onAnswer?.(
      serials,
      statuses.map(({ status }) => status),
    );
    return this.sign(request, statuses);
  }

  private objectionTo(request: OcspRequest | undefined): OcspRefusal | undefined {
    if (request === undefined || request.certIds.length === 0) return 'malformedRequest';
    const { length } = request.nonce ?? { length: NONCE_LENGTH.least };
    if (length < NONCE_LENGTH.least || length > NONCE_LENGTH.most) return 'malformedRequest';
    // Section 2.3: a responder that cannot speak for the issuer says so, unsigned.
    return request.certIds.some((id) => this.isOurs(id)) ? undefined : 'unauthorized';
  }

  private isOurs(id: CertId): boolean {
    const { issuer, crypto } = this.options;
    return isIssuedBy(id, parseCertificate(issuer), crypto);
  }

  /** "good" is said of what was issued only; a number that nobody gave out is unknown (section 2.2). */
  private statusOf(id: CertId): CertStatus {
    const known = this.isOurs(id) ? this.options.statuses().get(toHex(id.serialNumber)) : undefined;
    return known ?? { status: 'unknown' };
  }

  private sign(request: OcspRequest, statuses: readonly CertStatus[]): Uint8Array {
    const { now, thisUpdate, nextUpdate, nonce, responder, issuer, hash, alterSignature, crypto } =
      this.options;
    const producedAt = Math.floor(now());
    const delegated = toHex(responder.certificate) !== toHex(issuer);
    return buildOcspResponse(
      {
        responder,
        producedAt,
        responses: request.certIds.map((certId, index) => ({
          certId,
          certStatus: statuses[index]!,
          thisUpdate: thisUpdate ?? producedAt,
          nextUpdate,
        })),
        ...(hash && { hash }),
        ...(nonce && request.nonce && { nonce: request.nonce }),
        // Whoever asks knows the issuer; a delegate has to show whom it is from (section 4.2.2.2).
        ...(delegated && { certificates: [responder.certificate] }),
        ...(alterSignature && { alterSignature }),
      },
      crypto,
    );
  }
}

function readRequest(der: Uint8Array): OcspRequest | undefined {
  try {
    const request = parseOcspRequest(der);
    // An id of an unknown hash could not even be repeated.
    return request.certIds.every(({ hash }) => hash !== undefined) ? request : undefined;
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return undefined;
  }
}

function response(body: Uint8Array): HttpResponse {
  return { status: 200, headers: { 'Content-Type': 'application/ocsp-response' }, body };
}
