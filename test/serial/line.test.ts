import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { openBoard } from './board.ts';
import { CTRL_B, CTRL_C, CTRL_D, CTRL_E, LineClient, PROMPT, RAW_PROMPT } from './client.ts';

const BANNER =
  'MicroPython v1.29.0 on 2026-08-25; Generic ESP32 module with ESP32\r\nType "help()" for more information.\r\n>>> ';

const board = await openBoard();

/** A client for the length of a test. */
async function atTheLine(body: (client: LineClient) => Promise<void>): Promise<void> {
  const client = await LineClient.open(board.socket);
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

describe("a board's serial line", () => {
  it('gives the prompt, and keeps what was done there for the next client', async () => {
    await atTheLine(async (client) => {
      await client.until(BANNER);
      client.type('kept = 6 * 7\r');
      assert.equal((await client.until(PROMPT)).toString(), 'kept = 6 * 7\r\n>>> ');
    });
    await atTheLine(async (client) => {
      client.type('kept\r');
      assert.equal((await client.until(PROMPT)).toString(), 'kept\r\n42\r\n>>> ');
    });
  });

  it('lets a program run on when its client has gone', async () => {
    await atTheLine(async (client) => {
      client.type('import time; n = 0\r');
      await client.until(PROMPT);
      client.type('while n < 5: n += 1; time.sleep_ms(20)\r\r');
      await client.during(30);
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await atTheLine(async (client) => {
      client.type('n\r');
      // It may have to wait for the prompt, which then stands before it.
      assert.match((await client.until('5\r\n>>> ')).toString(), /n\r\n5\r\n>>> $/);
    });
  });

  it('belongs to one client: the second is told who has it', async () => {
    await atTheLine(async (first) => {
      first.type('\r');
      await first.until(PROMPT);
      const second = await LineClient.open(board.socket);
      assert.match(await second.rest(), /^The serial line is busy: 127\.0\.0\.1:\d+ has it\.\r\n$/);
      first.type('1 + 1\r');
      await first.until('2\r\n>>> ');
    });
    assert.ok(board.log.some((line) => /refused: 127\.0\.0\.1:\d+ has the line/.test(line)));
  });

  it('takes a program of 200 KB and a file of 200 KB, and gives the file back whole', async () => {
    await atTheLine(async (client) => {
      await client.enterRaw();
      const long = `print(len("""${'x'.repeat(200_000)}"""))`;
      assert.equal(await client.print(long), '200000\r\n');
      const bytes = randomBytes(200_000);
      await client.print("f = open('big', 'wb')\nfrom binascii import unhexlify");
      for (let at = 0; at < bytes.length; at += 6_000) {
        await client.print(`f.write(unhexlify('${bytes.subarray(at, at + 6_000).toString('hex')}'))`);
      }
      await client.print('f.close()');
      const digest = createHash('sha256').update(bytes).digest('hex');
      const program = `import hashlib
h = hashlib.sha256()
with open('big', 'rb') as f:
    while chunk := f.read(4096):
        h.update(chunk)
print(h.digest().hex())
import os; os.remove('big')`;
      assert.equal(await client.print(program), `${digest}\r\n`);
    });
  });

  it('loses nothing of 10 KB pasted at once at the prompt', async () => {
    await atTheLine(async (client) => {
      client.type(CTRL_B);
      await client.until(PROMPT);
      const lines = Array.from({ length: 700 }, (_, at) => `total += ${at}\r`);
      client.type(`total = 0\r${lines.join('')}print("sum", total)\r`);
      assert.match((await client.until('sum 244650\r\n')).toString(), /total \+= 699\r\n/);
      await client.until(PROMPT);
    });
  });

  it('takes the same in paste mode, where a bare newline comes back as it is', async () => {
    await atTheLine(async (client) => {
      client.type(CTRL_E);
      await client.until('=== ');
      client.type('a = 1\nb = 2\r');
      assert.equal((await client.until('=== ')).toString(), 'a = 1\nb = 2\r\n=== ');
      client.type(`print(a + b)${CTRL_D}`);
      await client.until('\r\n3\r\n>>> ');
    });
  });

  it('passes over a bare newline at the prompt, as the port does', async () => {
    await atTheLine(async (client) => {
      client.type('\r');
      await client.until(PROMPT);
      client.type('\n\n1 + \n1\r');
      assert.equal((await client.until(PROMPT)).toString(), '1 + 1\r\n2\r\n>>> ');
    });
  });

  it('soft-resets in the raw REPL as mpremote expects it, and keeps what was typed too early', async () => {
    await atTheLine(async (client) => {
      await client.enterRaw();
      await client.execute('gone = 1');
      client.type(`${CTRL_D}print('early', 'gone' in globals())${CTRL_D}`);
      const text = (await client.until(RAW_PROMPT)).toString();
      assert.equal(text, `OK\r\nMPY: soft reboot\r\n${RAW_PROMPT}`);
      assert.equal((await client.bytes(2)).toString(), 'OK');
      assert.deepEqual(await client.outcome(), { output: 'early False\r\n', error: '' });
    });
  });

  it('says after a hard reset what the ROM says, and then the banner', async () => {
    await atTheLine(async (client) => {
      client.type(`${CTRL_B}\r`);
      await client.until('>>> \r\n>>> ');
      client.type('import machine; machine.reset()\r');
      const text = (await client.until(BANNER)).toString();
      assert.equal(
        text,
        'import machine; machine.reset()\r\nets Jul 29 2019 12:21:46\r\n\r\n' +
          `rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nconfigsip: 0, SPIWP:0xee\r\n` +
          'clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00\r\nmode:DIO, clock div:2\r\n' +
          BANNER,
      );
    });
  });
});

describe('Ctrl-C on the line', () => {
  it('interrupts a program, whoever started it', async () => {
    await atTheLine(async (client) => {
      await client.enterRaw();
      await client.paste('import time\nprint("on")\nwhile True: time.sleep(1)');
      await client.until('on\r\n');
    });
    await atTheLine(async (client) => {
      client.type(CTRL_C);
      const { error } = await client.outcome();
      assert.match(error, /KeyboardInterrupt/);
      assert.equal(await client.print('print(7)'), '7\r\n');
    });
  });

  it('resets a board that computes without a call, and says what is lost', async () => {
    await atTheLine(async (client) => {
      client.type(CTRL_B);
      await client.until(PROMPT);
      client.type('while True: pass\r\r');
      await client.during(100);
      client.type(CTRL_C);
      const text = (await client.until(BANNER)).toString();
      assert.match(text, /the board was reset, as by its watchdog/);
      assert.match(text, /rst:0xc \(SW_CPU_RESET\)/);
    });
  });
});
