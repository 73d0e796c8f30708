import type { Command } from 'commander';
import { defineInspect } from '../cert/inspect.ts';
import { defineMake } from '../cert/make.ts';
import { defineVerify } from '../cert/verify.ts';

/** Certificates without a run. */
export function define(command: Command): void {
  defineInspect(
    command
      .command('inspect')
      .description('show what is in certificates, requests, revocation lists and keys'),
  );
  defineVerify(
    command.command('verify').description('judge a certificate chain as the device or RFC 5280 does'),
  );
  defineMake(
    command.command('make').description('make a CA, certificates and keys that are ready for a device'),
  );
}
