/** `hashlib` and `cryptolib` of the port: what they compute, what they refuse, and what they cost. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run as runOn } from './bench.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

function run(script: string, crypto: 'node' | 'noble' = 'node'): string[] {
  const { output, of } = runOn(script, { pool, crypto });
  assert.deepEqual(of('device.exception'), []);
  return output.trimEnd().split('\n');
}

/** Prints what each expression raises. */
function raised(setup: string, expressions: readonly string[]): string[] {
  return run(
    [
      setup,
      ...expressions.map(
        (expression) => `try:\n    print(${expression})\nexcept Exception as e:\n    print(repr(e))`,
      ),
    ].join('\n'),
  );
}

describe('hashlib', () => {
  it('has md5, sha1 and sha256 (RFC 1321 A.5, FIPS 180 "abc")', () => {
    const script = `import hashlib, binascii
for name in ("md5", "sha1", "sha256"):
    print(binascii.hexlify(getattr(hashlib, name)(b"abc").digest()).decode())
print(sorted([n for n in dir(hashlib) if n[0] != "_"]))`;
    const expected = [
      '900150983cd24fb0d6963f7d28e17f72',
      'a9993e364706816aba3e25717850c26c9cd0d89d',
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      "['md5', 'sha1', 'sha256']",
    ];
    assert.deepEqual(run(script), expected);
    assert.deepEqual(run(script, 'noble'), expected);
  });

  it('takes data in pieces, of any kind that has bytes', () => {
    assert.deepEqual(
      run(`import hashlib
h = hashlib.sha1("a")
print(h.update(memoryview(b"xbx")[1:2]), h.update(bytearray(b"c")))
print(h.digest() == hashlib.sha1(b"abc").digest())`),
      ['None None', 'True'],
    );
  });

  it('is used up by the digest, and refuses as C does', () => {
    assert.deepEqual(
      raised('import hashlib\nh = hashlib.md5()\nh.digest()', [
        'h.digest()',
        'h.update(b"")',
        'hashlib.sha256(5)',
        'hashlib.sha256(b"", b"")',
        'hashlib.sha256(data=b"")',
        'h.hexdigest()',
      ]),
      [
        "ValueError('hash is final',)",
        "ValueError('hash is final',)",
        "TypeError('object with buffer protocol required',)",
        "TypeError('function expected at most 1 arguments, got 2',)",
        `TypeError("function doesn't take keyword arguments",)`,
        `AttributeError("'md5' object has no attribute 'hexdigest'",)`,
      ],
    );
  });

  it("costs what the board's unit takes: 8 MB/s", () => {
    const [milliseconds] = run(`import hashlib, time
data = bytes(80000)
start = time.ticks_us()
hashlib.sha256(data)
print((time.ticks_us() - start) // 1000)`);
    assert.equal(milliseconds, '10');
  });
});

describe('binascii', () => {
  it('takes text where the port does, and refuses as it does', () => {
    assert.deepEqual(
      raised('import binascii', [
        'binascii.a2b_base64("QUJD")',
        'binascii.hexlify("abc", ":")',
        'binascii.unhexlify("6162")',
        'binascii.b2a_base64(b"abc", newline=False)',
        'hex(binascii.crc32(b"123456789"))',
        'binascii.a2b_base64(b"QUJ")',
        'binascii.crc32(b"abc", "")',
        'binascii.unhexlify()',
        'binascii.hexlify(data=b"abc")',
        '[name for name in dir(binascii) if name[:2] != "__"]',
      ]),
      [
        "b'ABC'",
        "b'61:62:63'",
        "b'ab'",
        "b'YWJj'",
        '0xcbf43926',
        "ValueError('incorrect padding',)",
        `TypeError("can't convert str to int",)`,
        "TypeError('function takes 1 positional arguments but 0 were given',)",
        `TypeError("function doesn't take keyword arguments",)`,
        "['a2b_base64', 'b2a_base64', 'crc32', 'hexlify', 'unhexlify']",
      ],
    );
  });
});

describe('cryptolib', () => {
  const KEY = 'key = binascii.unhexlify("2b7e151628aed2a6abf7158809cf4f3c")';
  const TEXT =
    'text = binascii.unhexlify("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")';

  it('encrypts and decrypts blocks on their own: SP 800-38A F.1.1', () => {
    const script = `import cryptolib, binascii
${KEY}
${TEXT}
secret = cryptolib.aes(key, 1).encrypt(text)
print(binascii.hexlify(secret).decode())
print(cryptolib.aes(key, 1).decrypt(secret) == text)`;
    const expected = ['3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf', 'True'];
    assert.deepEqual(run(script), expected);
    assert.deepEqual(run(script, 'noble'), expected);
  });

  it('chains blocks over several calls: SP 800-38A F.2.1', () => {
    assert.deepEqual(
      run(`import cryptolib, binascii
${KEY}
${TEXT}
iv = bytes(range(16))
cipher = cryptolib.aes(key, 2, iv)
secret = cipher.encrypt(text[:16]) + cipher.encrypt(text[16:])
print(binascii.hexlify(secret).decode())
reader = cryptolib.aes(key, 2, iv)
into = bytearray(16)
print(reader.decrypt(secret[:16], into) is into, bytes(into) + reader.decrypt(secret[16:]) == text)
print(iv == bytes(range(16)))`),
      ['7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2', 'True True', 'True'],
    );
  });

  it('writes over its input when told to', () => {
    assert.deepEqual(
      run(`import cryptolib
buf = bytearray(b"0123456789abcdef" * 3)
whole = cryptolib.aes(bytes(32), 2, bytes(16)).encrypt(buf)
print(cryptolib.aes(bytes(32), 2, bytes(16)).encrypt(buf, buf) is buf, buf == whole)`),
      ['True True'],
    );
  });

  it('refuses as the port does, in its order; stock firmware has no CTR and no names for the modes', () => {
    assert.deepEqual(
      raised(
        `import cryptolib
aes = cryptolib.aes
one = aes(bytes(16), 1)
one.encrypt(bytes(16))`,
        [
          '[n for n in dir(cryptolib) if n[0] != "_"]',
          'aes(bytes(16), 6, bytes(16))',
          'aes(bytes(16), 3)',
          'aes(bytes(16), "1")',
          'aes(bytes(24), 1)',
          'aes(bytes(16), 2)',
          'aes(bytes(16), 2, bytes(15))',
          'aes(bytes(16), 1, bytes(15))',
          'aes(5, 1)',
          'aes(bytes(16))',
          'one.encrypt(bytes(15))',
          'one.encrypt(bytes(16), bytearray(15))',
          'one.encrypt(bytes(16), bytes(16))',
          'one.decrypt(bytes(16))',
        ],
      ),
      [
        "['aes']",
        "ValueError('mode',)",
        "ValueError('mode',)",
        `TypeError("can't convert str to int",)`,
        "ValueError('key',)",
        "ValueError('IV',)",
        "ValueError('IV',)",
        "ValueError('IV',)",
        "TypeError('object with buffer protocol required',)",
        "TypeError('function missing 1 required positional arguments',)",
        "ValueError('blksize % 16',)",
        "ValueError('output too small',)",
        "TypeError('object with buffer protocol required',)",
        `ValueError("can't encrypt & decrypt",)`,
      ],
    );
  });
});
