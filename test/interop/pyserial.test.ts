import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openBoard } from '../serial/board.ts';
import { NO_PTY, NO_PYSERIAL, python } from '../serial/others.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-sandbox-serial-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'board');

const board = await openBoard(NO_PTY ? {} : { pty: path });
const url = `rfc2217://127.0.0.1:${board.rfc2217}`;

/** Opens the port as `port`, and has a helper that reads until a text has come. */
const OPEN = `import serial, sys, time
port = serial.serial_for_url(sys.argv[1], 115200, timeout=0.2)
def until(mark, patience=10):
    text = b""
    end = time.time() + patience
    while mark not in text:
        assert time.time() < end, text
        text += port.read(1)
    return text.decode()
def pulse(**lines):
    for line, state in lines.items():
        setattr(port, line, state)
`;

describe('python3-serial over RFC 2217', { skip: NO_PYSERIAL }, () => {
  it('opens the port without resetting the board, and talks', async () => {
    await python(
      `${OPEN}port.write(b"\\r"); until(b">>> "); port.write(b"seen = 1\\r"); until(b">>> ")`,
      url,
    );
    const said = await python(`${OPEN}port.write(b"seen\\r"); print(until(b">>> ").splitlines())`, url);
    assert.equal(said, "['seen', '1', '>>> ']\n");
    assert.deepEqual(
      board.log.filter((line) => line.includes('reset')),
      [],
    );
  });

  it('sends and gets every byte', async () => {
    const program = `${OPEN}port.write(b"\\r\\x03\\r\\x01"); until(b"exit\\r\\n>")
port.write(b"import sys, micropython; micropython.kbd_intr(-1); sys.stdout.buffer.write(sys.stdin.buffer.read(256))\\x04")
until(b"OK")
port.write(bytes(range(256)))
echo = b""
while len(echo) < 256: echo += port.read(256 - len(echo))
print(echo == bytes(range(256)))
until(b"\\x04>")
port.write(b"\\x02")`;
    assert.equal(await python(program, url), 'True\n');
  });

  it('resets the board as a development board is: RTS alone holds EN low', async () => {
    const program = `${OPEN}port.dtr = False
port.rts = True
time.sleep(0.1)
port.rts = False
print(until(b">>> "))`;
    const said = await python(program, url);
    assert.match(
      said,
      /rst:0x1 \(POWERON_RESET\),boot:0x13 \(SPI_FAST_FLASH_BOOT\)\s+configsip[\s\S]*MicroPython v1\.29\.0/,
    );
  });

  it('leaves it waiting for a download when IO0 is low then, until the next reset', async () => {
    const program = `${OPEN}port.dtr = False
port.rts = True
time.sleep(0.1)
port.dtr = True
port.rts = False
time.sleep(0.05)
port.dtr = False
print(until(b"waiting for download"))
port.write(b"1 + 1\\r")
print(repr(port.read(100)))
port.rts = True
time.sleep(0.1)
port.rts = False
print(until(b">>> "))`;
    const said = await python(program, url);
    assert.match(said, /boot:0x3 \(DOWNLOAD_BOOT\(.*\)\)\s+waiting for download\nb'\\r\\n'\n/);
    assert.match(said, /SPI_FAST_FLASH_BOOT\)[\s\S]*MicroPython/);
    assert.ok(board.log.includes('waiting for download: only another reset starts the program'));
  });

  it('can set what it likes, read the modem lines, break and purge', async () => {
    const program = `${OPEN}port.baudrate = 9600
port.parity = "E"
port.send_break(0.01)
port.reset_input_buffer()
port.reset_output_buffer()
def modem_lines():
    # The first notification comes on its own time.
    end = time.time() + 10
    while True:
        try:
            return port.cts, port.dsr, port.ri, port.cd
        except serial.SerialException:
            assert time.time() < end
            time.sleep(0.05)
print(*modem_lines())
port.write(b"\\r"); until(b">>> ")`;
    assert.equal(await python(program, url), 'False False False False\n');
    assert.ok(board.log.some((line) => line.includes('9600 baud 8E1')));
  });

  it('is told that there is no flow control by lines', async () => {
    const program = `${OPEN}
try:
    port.rtscts = True
except ValueError as error:
    print(error)`;
    assert.match(await python(program, url), /rejected/);
  });
});

describe('python3-serial on the pseudo-terminal', { skip: NO_PYSERIAL || NO_PTY }, () => {
  it('opens it as a serial port, again and again, without DTR and RTS', async () => {
    for (let round = 0; round < 3; round++) {
      const said = await python(
        `${OPEN}port.write(b"\\r\\x03\\x02"); until(b">>> "); port.write(b"6 * 7\\r"); until(b"42\\r\\n>>> "); print("ok")`,
        path,
      );
      assert.equal(said, 'ok\n');
    }
    assert.ok(board.log.includes(`pty ${path} gone`));
  });

  it('takes the link away with the port', async () => {
    assert.ok(existsSync(path));
    await board.ports.close();
    assert.ok(!existsSync(path));
  });
});
