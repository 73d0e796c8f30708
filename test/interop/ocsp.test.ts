/** What ocsp.py of the catalogue asks by hand on a device, asked of a responder of OpenSSL's on a real port. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { file, folder, tool } from '../cli/tool.ts';
import { projectRoot } from '../support/project.ts';
import { Program } from '../tls/openssl.ts';
import { ocspPki } from '../x509/ocsp-pki.ts';
import { skip } from '../x509/openssl.ts';

const now = Math.floor(Date.now() / 1000);
const { root, leaf } = ocspPki(now);

/** Lines of an index as `openssl ca` keeps it. */
const INDEX = {
  good: 'V\t360101000000Z\t\t77AA01\tunknown\t/CN=api.example.com\n',
  revoked: 'R\t360101000000Z\t250102030405Z,keyCompromise\t77AA01\tunknown\t/CN=api.example.com\n',
  unknown: '',
} as const;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a device's own OCSP request", { skip }, () => {
  copyFileSync(join(projectRoot, 'scenarios/ocsp-asked-by-hand/ocsp.py'), join(folder, 'ocsp.py'));
  file('leaf.der', leaf.der);
  file('root.der', root.der);
  const at = (name: string, contents: string) => join(folder, file(name, contents));
  const rootFile = at('root.pem', encodePem('CERTIFICATE', root.der));
  const keyFile = at('key.pem', encodePem('PRIVATE KEY', encodePrivateKey(root.key, 'pkcs8')));

  for (const [status, index] of Object.entries(INDEX)) {
    it(`is answered by openssl ocsp: ${status}`, async () => {
      const port = await freePort();
      const responder = new Program('openssl', [
        ...['ocsp', '-port', String(port), '-index', at('index.txt', index), '-CA', rootFile],
        ...['-rsigner', rootFile, '-rkey', keyFile],
      ]);
      try {
        await responder.waitFor(/(waiting|ACCEPT)/i);
        file(
          'device.py',
          `import ocsp
leaf = open("leaf.der", "rb").read()
root = open("root.der", "rb").read()
print(ocsp.ask("localhost", leaf, root, ${port}))
`,
        );
        const { stdout, stderr } = tool(['micropython', 'device.py']);
        assert.equal(stderr, '');
        assert.equal(stdout, `${status}\n`);
      } finally {
        await responder.stop();
      }
    });
  }
});
