/** Lines as a terminal wants them: \r is put before \n, unless it is there, as the port's `mp_hal_stdout_tx_strn_cooked` does. */
const NEWLINE = 0x0a;
const RETURN = 0x0d;

export class Newlines {
  private last = 0;

  /** The bytes to send for these that were printed; `raw`: as they are. */
  send(printed: Uint8Array, raw = false): Uint8Array {
    if (printed.length === 0) return printed;
    const line = raw ? printed : this.cook(printed);
    this.last = printed.at(-1)!;
    return line;
  }

  private cook(printed: Uint8Array): Uint8Array {
    const bytes: number[] = [];
    let { last } = this;
    for (const byte of printed) {
      if (byte === NEWLINE && last !== RETURN) bytes.push(RETURN);
      bytes.push(byte);
      last = byte;
    }
    return Uint8Array.from(bytes);
  }
}
