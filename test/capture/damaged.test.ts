import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { Random } from '../../emulator/world/random.ts';
import { CaptureFormatError } from '../../src/capture/packets.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { renderRun } from '../../src/report/run-report.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { eventsOf } from './support.ts';
import { connection, pcapFile } from './wire.ts';

const INPUTS = 400;
const pcap = pcapFile(connection([{ from: 'client', bytes: new Uint8Array(40).fill(22) }]), true, false);

let pcapng: Uint8Array;
before(async () => {
  pcapng = renderPcapng(await eventsOf('mode3-mutual-tls'));
  await closeDeviceWorkers();
});

function problem(file: Uint8Array): string {
  try {
    readCapture(file);
  } catch (error) {
    if (error instanceof CaptureFormatError) return error.message;
    throw error;
  }
  return 'none';
}

function changed(file: Uint8Array, offset: number, ...bytes: number[]): Uint8Array {
  const copy = file.slice();
  copy.set(bytes, offset);
  return copy;
}

describe('a damaged capture', () => {
  it('is told by the offset and what is wrong there: pcapng', () => {
    assert.match(
      problem(pcapng.subarray(0, pcapng.length - 7)),
      /^at byte \d+: a block of \d+ bytes, \d+ are there: the file is cut off$/,
    );
    assert.equal(
      problem(pcapng.subarray(0, 10)),
      'at byte 8: byte order of the section wants 4 bytes, 2 are there',
    );
    assert.equal(
      problem(changed(pcapng, 8, 9, 9, 9, 9)),
      'at byte 8: the byte order of the section is neither of the two that there are',
    );
    assert.equal(problem(changed(pcapng, 4, 5)), 'at byte 4: a block of 5 bytes');
    const length = new DataView(pcapng.buffer).getUint32(4, true);
    assert.equal(
      problem(changed(pcapng, length - 4, 0)),
      `at byte ${length - 4}: a block says ${length} bytes at its front and ${length & ~0xff} at its end`,
    );
  });

  it('is told by the offset and what is wrong there: pcap', () => {
    assert.equal(problem(pcap.subarray(0, 20)), 'at byte 20: link type wants 4 bytes, 0 are there');
    assert.equal(problem(pcap.subarray(0, 30)), 'at byte 28: time of a packet wants 4 bytes, 2 are there');
    assert.equal(
      problem(changed(pcap, 4, 9)),
      'at byte 4: version 9 of the pcap format; 2 is the one there is',
    );
    assert.match(
      problem(pcap.subarray(0, pcap.length - 1)),
      /^at byte \d+: packet wants 54 bytes, 53 are there$/,
    );
  });

  it('ends in this error or in a drawing, whatever is in it', () => {
    const random = new Random(5, 'damaged captures');
    let drawn = 0;
    for (let i = 0; i < INPUTS; i++) {
      const file = (i % 4 === 0 ? pcap : pcapng).slice();
      // Behind the headers mostly, where packets are: damage to the frame of the file ends at the first look.
      for (let n = 1 + random.below(8); n > 0; n--) file[random.below(file.length)] = random.below(256);
      if (problem(file) !== 'none') continue;
      const events = traceOfCapture(readCapture(file), { crypto: nodeProvider, name: 'damaged' });
      renderRun(events, { color: false, width: 80 });
      drawn++;
    }
    assert.ok(drawn > INPUTS / 4, `${drawn} of ${INPUTS} were drawn`);
  });
});
