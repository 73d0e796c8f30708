import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { durationOption, readCount, readPort } from '../options.ts';
import { serve } from '../tls-server/serve.ts';
import { readSettings, type ServerOptions } from '../tls-server/settings.ts';

/** `tls-server`: the engine that plays a scenario's servers, on a real port of this computer. */
export function define(command: Command): void {
  command
    .requiredOption('--listen <port>', 'port on 127.0.0.1; 0: any that is free', readPort)
    .requiredOption(
      '--cert <file...>',
      'certificate (PEM, may hold its chain, or DER); several are chosen by server name, then by key',
    )
    .requiredOption('--key <file...>', "the certificates' private keys (PEM or DER), in the same order")
    .option('--chain <file>', 'intermediate certificates to send along, nearest the certificate first')
    .addOption(
      new Option('--tls <version>', 'speak this version alone (default: all that the engine has)').choices([
        '1.2',
        '1.3',
      ]),
    )
    .option('--client-ca <file>', 'ask for a client certificate; these authorities are trusted')
    .addOption(
      new Option(
        '--client-auth <how>',
        'request: serve clients without certificate too (default: require)',
      ).choices(['request', 'require']),
    )
    .addOption(
      new Option('--profile <profile>', 'modern: as the RFCs ask; mbedtls: as an ESP32 that serves')
        .choices(['modern', 'mbedtls'])
        .default('modern'),
    )
    .option('--ciphers <names>', 'cipher suites in order of preference, separated by commas (default: all)')
    .option('--keylog <file>', 'append the secrets in the NSS format, for Wireshark')
    .option('--max-connections <n>', 'serve so many at once, close others unheard', readCount, 1000)
    .addOption(
      durationOption('--timeout <duration>', 'end a handshake or a silence that lasts longer', '30s'),
    )
    .addOption(new Option('--json', 'log lines as JSON objects'))
    .addHelpText('after', '\nExit status: 0 ended by Ctrl-C, 2 usage, or the port is taken.')
    .action(async (options: ServerOptions) => {
      await serve(readSettings(options));
      process.exitCode = EXIT.pass;
    });
}
