/** What `cert inspect` knows of one thing: what --json prints and the table is drawn from. */
import type { AnnotatedField } from '../../../../emulator/world/trace-events.ts';
import type { Kind } from './identify.ts';

export interface Inspected {
  readonly kind: Kind;
  /** Line of BEGIN and label, in PEM. */
  readonly line?: number;
  readonly label?: string;
  readonly derBytes: number;
  readonly pemBytes: number;
  readonly subject?: string;
  readonly subjectAltNames?: readonly { readonly kind: string; readonly value: string }[];
  readonly issuer?: string;
  /** Hex. */
  readonly serialNumber?: string;
  readonly version?: number;
  readonly validity?: Period;
  readonly publicKey?: KeyFacts;
  readonly privateKey?: { readonly format: string };
  readonly signature?: {
    readonly algorithm: string;
    /** Verified with its own key; absent where that is not the key that signed. */
    readonly selfSigned?: boolean;
  };
  readonly attributes?: readonly { readonly name: string; readonly text: string }[];
  readonly extensions?: readonly ExtensionFacts[];
  readonly revoked?: readonly { readonly serialNumber: string; readonly text: string }[];
  readonly responder?: string;
  readonly responseStatus?: string;
  readonly responses?: readonly {
    readonly serialNumber: string;
    readonly status: string;
    readonly validity: Period;
  }[];
  /** Hex, of the DER. */
  readonly fingerprints?: { readonly sha256: string; readonly sha1: string };
  readonly device?: DeviceView;
  /** For who develops the device. */
  readonly remarks: readonly string[];
  /** With --fields and --hex. */
  readonly fields?: readonly AnnotatedField[];
}

export interface Period {
  /** "2026-01-31 23:59:59Z" */
  readonly from: string;
  readonly until?: string;
  readonly state: 'valid' | 'expired' | 'future';
  /** "valid for another 40 days" */
  readonly text: string;
}

export interface KeyFacts {
  readonly kind: string;
  readonly bits: number;
  readonly curve?: string;
  /** Base64 of the SHA-256 of SubjectPublicKeyInfo, as pins are written (RFC 7469 section 2.4). */
  readonly pin: string;
  /** Hex of the SHA-1 of the key's bits (RFC 5280 section 4.2.1.2). */
  readonly keyIdentifier: string;
}

export interface ExtensionFacts {
  readonly name: string;
  readonly oid: string;
  readonly critical: boolean;
  readonly text: string;
}

/** What becomes of it on the emulated ESP32. */
export interface DeviceView {
  readonly accepted: boolean;
  readonly text: string;
  /** Estimates, bytes of the IDF heap: loaded into a context, and received from a peer. */
  readonly heapLoaded?: number;
  readonly heapFromPeer?: number;
}

/** Recognised by its beginning, but not well-formed. */
export interface Malformed {
  readonly kind: string;
  readonly line?: number;
  readonly label?: string;
  /** Where and what was expected. */
  readonly problem: string;
  /** From the start of the DER. */
  readonly offset?: number;
}
