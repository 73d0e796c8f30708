/** A board's own times, from handshakes whose operations overlap. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Equation, fitFactors } from '../../src/mirror/calibrate/fit.ts';

const TRUE_FACTORS: Readonly<Record<string, number>> = { verify: 0.8, ecdh: 1.5, rsa: 3 };

function handshake(parts: Readonly<Record<string, number>>, disturbance = 0): Equation {
  const measured = Object.entries(parts).reduce((sum, [kind, time]) => sum + time * TRUE_FACTORS[kind]!, 0);
  return { parts: new Map(Object.entries(parts)), measured: measured + disturbance };
}

const near = (value: number | undefined, wanted: number, within: number) =>
  assert.ok(Math.abs(value! / wanted - 1) <= within, `${value} instead of ${wanted}`);

describe('the factors of a board', () => {
  it('are told apart by handshakes that differ in their operations', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      handshake({ verify: 280 * (i % 4), ecdh: 280, ...(i % 3 === 0 && { rsa: 180 }) }),
    );
    const { factors } = fitFactors(many)!;
    for (const [kind, factor] of Object.entries(TRUE_FACTORS)) near(factors.get(kind), factor, 0.15);
  });

  it('are not led astray by one handshake that was disturbed', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      handshake({ verify: 280 * (i % 4), ecdh: 280 }, i === 7 ? 20_000 : 0),
    );
    const { factors } = fitFactors(many)!;
    near(factors.get('verify'), 0.8, 0.15);
    near(factors.get('ecdh'), 1.5, 0.15);
  });

  it('are one and the same where there is one handshake', () => {
    const { factors, common } = fitFactors([handshake({ verify: 285, ecdh: 280 })])!;
    for (const factor of factors.values()) near(factor, common, 1e-9);
  });

  it('are unknown without a handshake', () => {
    assert.equal(fitFactors([]), undefined);
  });
});
