import type { Command } from 'commander';
import { defineVerify } from '../cert/verify.ts';

/** `cert verify`: certificates without a run. */
export function define(command: Command): void {
  defineVerify(
    command.command('verify').description('judge a certificate chain as the device or RFC 5280 does'),
  );
}
