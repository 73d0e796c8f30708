/** Programs that say the same on every board and need nobody to talk to. */
export interface ReadyProgram {
  readonly title: string;
  readonly text: string;
}

export const READY: readonly ReadyProgram[] = [
  {
    title: 'what ssl says before it connects',
    text: `# What ssl is, and what it refuses before a byte is sent.
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
print('verify_mode', context.verify_mode)
for name in ('CERT_NONE', 'CERT_OPTIONAL', 'CERT_REQUIRED', 'PROTOCOL_TLS_CLIENT', 'PROTOCOL_TLS_SERVER'):
    print(name, getattr(ssl, name))


def attempt(what, action):
    try:
        action()
        print(what, 'works')
    except Exception as error:
        print(what, type(error).__name__, error)


attempt('a root that is none:', lambda: context.load_verify_locations(b'no certificate'))
attempt('a key that is none:', lambda: context.load_cert_chain(b'no certificate', b'no key'))
attempt('a suite that is none:', lambda: context.set_ciphers(['TLS-NO-SUCH-SUITE']))
`,
  },
  {
    title: 'an exception and its line',
    text: `# Where a program ends, and with what words.
def settings(text):
    return int(text.split('=')[1])


print('interval', settings('interval=60'))
print('interval', settings('interval=often'))
`,
  },
  {
    title: 'the clock and the memory',
    text: `# Two boards need not say the same here.
import gc
import time

gc.collect()
print('it is', time.gmtime()[0])
print('free for Python', gc.mem_free())
`,
  },
];
