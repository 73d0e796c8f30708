/** Python source made of data. */

/** A string literal of ASCII characters alone, on one line. */
export function pythonString(text: string): string {
  let literal = "'";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === "'" || character === '\\') literal += `\\${character}`;
    else if (character === '\n') literal += '\\n';
    else if (character === '\r') literal += '\\r';
    else if (code >= 0x20 && code < 0x7f) literal += character;
    else if (code <= 0xff) literal += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code <= 0xffff) literal += `\\u${code.toString(16).padStart(4, '0')}`;
    else literal += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${literal}'`;
}

/** A bytes literal on one line. */
export function pythonBytes(bytes: Uint8Array): string {
  let literal = "b'";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === "'" || character === '\\') literal += `\\${character}`;
    else if (byte >= 0x20 && byte < 0x7f) literal += character;
    else literal += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${literal}'`;
}
