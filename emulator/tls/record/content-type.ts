/** RFC 5246 section 6.2.1. */
export const CONTENT_TYPES = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
} as const;

export type ContentType = keyof typeof CONTENT_TYPES;

const NAMES = new Map<number, ContentType>(
  Object.entries(CONTENT_TYPES).map(([name, code]) => [code, name as ContentType]),
);

export function contentTypeByCode(code: number): ContentType | undefined {
  return NAMES.get(code);
}

export const RECORD_HEADER_LENGTH = 5;
/** RFC 5246 section 6.2.1: octets of plaintext in a record. */
export const MAX_PLAINTEXT_LENGTH = 16_384;
/** RFC 5246 section 6.2.3: octets of a protected fragment. */
export const MAX_CIPHERTEXT_LENGTH = MAX_PLAINTEXT_LENGTH + 2048;
