/** What a program finds on a board: a simulated device is asked, so that the list is what there is. */
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import type { BrowserWorkerPool } from '../../../emulator/device/spawn.browser.ts';
import { programScenario } from '../../../src/scenario/program-world.ts';
import { simulate } from '../../../src/scenario/simulate.ts';

export type MemberKind = 'function' | 'class' | 'constant' | 'module';

export interface Member {
  readonly name: string;
  readonly kind: MemberKind;
  /** Of a constant, as Python writes it. */
  readonly value?: string;
  /** Of a class. */
  readonly members?: readonly string[];
}

/** By module; what a call returns, under its dotted name behind RESULT. */
export type ModuleMembers = Readonly<Record<string, readonly Member[]>>;

/** `=ssl.SSLContext.wrap_socket`: no module is called so. */
export const RESULT = '=';

/** Prints a line of JSON for each module, and for each call whose result has a class without a name to import. Names that begin with "_" are nobody's business. */
const PROGRAM = `
import json
NAMES = """array asyncio binascii bluetooth builtins cmath collections cryptolib deflate errno esp esp32 framebuf gc hashlib heapq
io json machine math micropython mip network ntptime os platform random re requests select socket ssl struct sys time tls
uctypes umqtt.simple umqtt.robust vfs weakref websocket"""

def names(thing):
    return [name for name in dir(thing) if name[0] != "_"]

def described(thing, name):
    value = getattr(thing, name)
    kind = type(value).__name__
    if kind == "type":
        return [name, "class", names(value)]
    if kind in ("int", "str", "float"):
        return [name, "constant", repr(value)]
    return [name, "module" if kind == "module" else "function", None]

for name in NAMES.split():
    try:
        module = __import__(name, None, None, ["*"])
    except ImportError:
        continue
    print(json.dumps([name, [described(module, each) for each in names(module)]]))

import io, requests, ssl
secured = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_socket(io.BytesIO(), do_handshake_on_connect=False)
response = requests.Response(None)
response.status_code = 200
response.reason = response.headers = None
RESULTS = (
    (secured, "ssl.SSLContext.wrap_socket ssl.wrap_socket tls.SSLContext.wrap_socket"),
    (response, " ".join("requests." + each for each in "request get head post put patch delete".split())),
)
for result, calls in RESULTS:
    for call in calls.split():
        print(json.dumps(["${RESULT}" + call, [[each, "function", None] for each in names(result)]]))
`;

type Line = [module: string, members: [name: string, kind: MemberKind, detail: string | string[] | null][]];

/** Takes a worker of `pool`, and ends it. Rejected with a sentence when the device says something else. */
export async function readModules(pool: BrowserWorkerPool): Promise<ModuleMembers> {
  await pool.prepare(1);
  const loaded = programScenario('main.py', new Map([['main.py', new TextEncoder().encode(PROGRAM)]]));
  const { output } = await simulate(loaded, {}, { crypto: nobleProvider, workers: pool });
  pool.take().terminate();
  const lines = (output.device ?? '').split('\n').filter((line) => line.startsWith('['));
  return Object.fromEntries(lines.map((line) => readLine(JSON.parse(line))));
}

function readLine([module, members]: Line): [string, Member[]] {
  return [
    module,
    members.map(([name, kind, detail]) => ({
      name,
      kind,
      ...(typeof detail === 'string' && { value: detail }),
      ...(Array.isArray(detail) && { members: detail }),
    })),
  ];
}
