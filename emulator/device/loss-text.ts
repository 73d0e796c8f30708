/** What a board says that was reset because Ctrl-C could not reach its program. */
export function lossText(sockets: number): Uint8Array {
  return new TextEncoder().encode(
    '\n\nCtrl-C cannot reach a loop without calls: the board was reset, as by its watchdog.\n' +
      `Lost: variables, the Wi-Fi connection, ${sockets} open socket${sockets === 1 ? '' : 's'}.\n` +
      'Kept: the files, as they were when the line was entered.\n\n',
  );
}
