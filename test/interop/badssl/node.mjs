// A client for `tls-sandbox badssl --score`: node.mjs URL CA
import { readFileSync } from 'node:fs';
import { get } from 'node:https';

const [url, ca] = process.argv.slice(2);

function fail(error) {
  console.error(error.code ?? error.message);
  process.exit(1);
}

get(url, { ca: readFileSync(ca) }, (response) => {
  response.on('error', fail).on('end', () => process.exit(0));
  response.resume();
}).on('error', fail);
