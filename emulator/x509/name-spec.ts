/** Names as people write them: "CN=api.example.com, O=Example". */

export interface NameAttributeSpec {
  /** "CN", "O", … or a dotted OID. */
  readonly type: string;
  readonly value: string;
  /** Default: PrintableString for a country, UTF8String otherwise. */
  readonly encoding?: 'utf8String' | 'printableString' | 'ia5String';
}

/** An empty string or list is the empty Name. */
export type NameSpec = string | readonly NameAttributeSpec[];

const TYPES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  street: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  GN: '2.5.4.42',
  dnQualifier: '2.5.4.46',
  pseudonym: '2.5.4.65',
  emailAddress: '1.2.840.113549.1.9.1',
  uid: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
};

export interface ResolvedAttribute {
  readonly oid: string;
  readonly value: string;
  readonly encoding: 'utf8String' | 'printableString' | 'ia5String';
}

/** Throws TypeError for text that is not "type=value, type=value" or a type that is not known. */
export function resolveName(spec: NameSpec): ResolvedAttribute[] {
  const attributes = typeof spec === 'string' ? parseName(spec) : spec;
  return attributes.map(({ type, value, encoding }) => ({
    oid: TYPES[type] ?? (/^\d+(\.\d+)+$/.test(type) ? type : unknownType(type)),
    value,
    encoding: encoding ?? defaultEncoding(type),
  }));
}

/** Commas within a value are written "\,". */
function parseName(text: string): NameAttributeSpec[] {
  if (text.trim() === '') return [];
  return text.split(/(?<!\\),/).map((part) => {
    const match = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(part);
    if (match === null) throw new TypeError(`name "${text}": "${part.trim()}" is not of the form type=value`);
    return { type: match[1]!, value: match[2]!.replace(/\\(.)/g, '$1') };
  });
}

/** RFC 5280 appendix A.1 prescribes these encodings for country, serial number, domain component, e-mail. */
function defaultEncoding(type: string): ResolvedAttribute['encoding'] {
  if (type === 'C' || type === 'serialNumber' || type === 'dnQualifier') return 'printableString';
  return type === 'DC' || type === 'emailAddress' ? 'ia5String' : 'utf8String';
}

function unknownType(type: string): never {
  throw new TypeError(`name attribute "${type}" is not known; known are ${Object.keys(TYPES).join(', ')}`);
}
