import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBoard } from './board.ts';
import { CTRL_C, PROMPT } from './client.ts';
import { ComPortClient } from './com-port-client.ts';

const board = await openBoard();

async function atThePort(body: (client: ComPortClient) => Promise<void>): Promise<void> {
  const client = await ComPortClient.connect(board.rfc2217);
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

describe('the reset circuit of a development board', () => {
  it('ends a program where it is: the flash stays, the RTC and its memory do not', async () => {
    await atThePort(async (client) => {
      client.type('\r');
      await client.until(`${PROMPT}\r\n${PROMPT}`);
      client.type(
        'import machine; machine.RTC().memory(b"gone"); machine.RTC().datetime((2026, 1, 1, 0, 0, 0, 0, 0))\r',
      );
      await client.until(PROMPT);
      client.type('open("kept", "w").write("stays"); import time; time.sleep(100)\r');
      await client.during(100);
      await client.reset();
      const text = (await client.until(PROMPT)).toString();
      assert.match(text, /rst:0x1 \(POWERON_RESET\)[\s\S]*\r\nMicroPython v1\.29\.0/);
      client.type(
        'import machine, time; machine.reset_cause(), machine.RTC().memory(), time.localtime()[0], open("kept").read()\r',
      );
      assert.match((await client.until(`)\r\n${PROMPT}`)).toString(), /\(1, b'', 2000, 'stays'\)/);
    });
  });

  it('reaches a program that makes no call', async () => {
    await atThePort(async (client) => {
      client.type('while True: pass\r\r');
      await client.during(50);
      await client.reset();
      await client.until(PROMPT);
      client.type('1 + 1\r');
      await client.until(`2\r\n${PROMPT}`);
    });
  });

  it('holds the board for as long as EN is low', async () => {
    await atThePort(async (client) => {
      client.set('rtsOn');
      await client.during(400);
      client.type('1 + 1\r');
      assert.equal((await client.during(200)).length, 0);
      client.set('rtsOff');
      assert.match((await client.until(PROMPT)).toString(), /^ets Jul/);
    });
  });

  it('does nothing when a port is opened with both lines on, or one after the other, and closed', async () => {
    await atThePort(async (client) => {
      client.type('here = 1\r');
      await client.until(PROMPT);
      client.set('dtrOn');
      client.set('rtsOn');
      await client.during(20);
    });
    await atThePort(async (client) => {
      // RTS first: EN is low for no longer than it takes to set the other.
      client.set('rtsOn');
      client.set('dtrOn');
      await client.during(20);
      client.set('dtrOff');
      client.set('rtsOff');
      await client.during(150);
      client.type('here\r');
      assert.equal((await client.until(PROMPT)).toString(), `here\r\n1\r\n${PROMPT}`);
      client.type(CTRL_C);
    });
  });
});
