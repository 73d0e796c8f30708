/** What a person hands the tool by mistake: each is one message in plain words, and status 2. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { file, folder, toolInThread, toolProcess } from './tool.ts';

mkdirSync(join(folder, 'here'));
mkdirSync(join(folder, 'beside'));
mkdirSync(join(folder, 'beside/folder.py'));
file('beside/ok.py', 'print("ran")\n');
file('ok.py', 'print("ran")\n');
file('empty', '');
file('text', 'hello\n');
file('escape.yaml', 'x\u001b[31m'.repeat(1000));
file('no-results.json', '{"version":1,"results":[{}]}');

const NO_FILE = /^none: there is no such file\n$/;
const FOLDER = /^here: that is a folder\n$/;
const NO_FOLDER = /^cannot write none\/out: there is no such folder; make it first\n$/;
const IS_FOLDER = /^cannot write here: that is a folder\n$/;

const cases: readonly (readonly [words: string, message: RegExp])[] = [
  ['explain none', NO_FILE],
  ['explain here', FOLDER],
  ['explain text --pcap none/out', /^text: neither a trace/],
  ['merge none', NO_FILE],
  ['merge here', FOLDER],
  ['merge empty', /^empty: not a report of version 1 \(test --reporter json\)\n$/],
  ['merge text', /^text: not a report of version 1/],
  ['merge no-results.json', /^no-results\.json: not a report of version 1/],
  ['cert inspect none', NO_FILE],
  ['cert inspect here', FOLDER],
  ['cert verify --anchors none --chain none', NO_FILE],
  ['cert make --host a --ca none --ca-key-file none', NO_FILE],
  ['cert make --host a --csr text', /^text: neither PEM nor DER: expected "-----BEGIN …" or the byte 30/],
  ['cert make --host a --out ok.py', /^cannot write ok\.py: a file of that name is in the way\n$/],
  ['tls-server --listen 0 --cert none --key none', NO_FILE],
  ['probe --chain here', FOLDER],
  ['run none.py', /^none\.py: there is no such file\n$/],
  ['run ok.py --board none.yaml', /^cannot read the board none\.yaml: there is no such file\n$/],
  ['run ok.py --pcap none/out', NO_FOLDER],
  ['run ok.py --html here', IS_FOLDER],
  ['run escape.yaml', /^escape\.yaml:1:1: the scenario: expected a mapping, not '(x\\x1b\[31m)+.{0,12}…'\n$/],
  ['repl --keylog none/out', NO_FOLDER],
  ['multitest none', NO_FILE],
  ['multitest none --peer-engine openssl', /^error: unknown option '--peer-engine'/],
  ['init ok.py', /^cannot write ok\.py: a file of that name is in the way\n$/],
  ['init ok.py/x', /^cannot write ok\.py\/x: what should be a folder on the way there is a file\n$/],
  ['test mode1-no-auth --reporter junit --output here', IS_FOLDER],
  ['test mode1-no-auth --json --reporter junit', /^--json is --reporter json: name one of the two\n$/],
  ['list --json --markdown', /'--json' cannot be used with option '--markdown'/],
  ['serial --rfc2217 0 --flash ok.py', /^--flash ok\.py: a file of that name is in the way\n$/],
  ['serial --rfc2217 0 --allow 1.2.3.4:65536', /^--allow: "1\.2\.3\.4:65536" is not HOST:PORT\n$/],
  ['serial --rfc2217 0 --pty none/out', /^--pty none\/out: there is no such folder; make it first\n$/],
  [
    'badssl --listen 65530',
    /^--listen 65530: its \d+ cases want the ports after it, and there are none after 65535\n$/,
  ],
  ['cert make --host a --time 99999999999999', /of the years 1950 to 9999/],
  [
    'cert make --host a --time 9999-06-01',
    /^--time: certificates cannot say that they end after the year 9999\n$/,
  ],
  ['mirror mode1-psk --device none --wifi none', NO_FILE],
  ['serve --mirror --wifi here', /^--wifi: here: that is a folder\n$/],
];

describe('what cannot be used is told in one message, with status 2:', () => {
  for (const [words, message] of cases) {
    it(words, () => {
      const { status, stdout, stderr } = toolInThread(words.split(' '));
      assert.match(stderr, message);
      assert.equal(status, 2);
      assert.equal(stdout, '');
    });
  }

  for (const [words, message] of [
    ['--pcap none/out -c 1', NO_FOLDER],
    ['--cput host', /^unknown option --cput \(--help shows what there is\)\n$/],
    ['-c', /^-c wants a value \(--help shows what there is\)\n$/],
    ['here', /^micropython: can't open file 'here': \[Errno 21\] Is a directory\n$/],
  ] as const) {
    it(`micropython ${words}`, () => {
      const { status, stdout, stderr } = toolProcess(['micropython', ...words.split(' ')]);
      assert.match(stderr, message);
      assert.equal(status, 2);
      assert.equal(stdout, '');
    });
  }
});

describe('tls-sandbox run FILE.py', () => {
  it('takes the files beside it, and no folder that is called like one', () => {
    const { status, stdout } = toolProcess(['run', 'beside/ok.py']);
    assert.match(stdout, /ran/);
    assert.equal(status, 0);
  });
});
