import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateGuess, type Sight } from '../src/ways/rate.ts';

const LADDER = [300_000, 1_000_000, 2_500_000];

/** A ladder over a network that carries so much: what is above it stalls. */
function watch(carriesBps: (s: number) => number, seconds: number) {
  const guess = new RateGuess();
  let stalls = 0;
  let latencyMs = 500;
  const played: number[] = [];
  for (let s = 0; s < seconds; s++) {
    const rung = LADDER.filter((bps) => bps <= guess.bps).at(-1) ?? LADDER[0]!;
    if (rung > carriesBps(s)) {
      stalls++;
      latencyMs += 400;
    } else {
      latencyMs = Math.max(500, latencyMs - 100);
    }
    played.push(rung);
    const sight: Sight = {
      nowMs: s * 1000,
      stalls,
      latencyMs,
      playedBps: rung,
      hasBetter: rung !== LADDER.at(-1),
    };
    guess.see(sight);
  }
  return { played, stalls };
}

test('a network that carries the best is given the best from the first second on', () => {
  const { played, stalls } = watch(() => 10_000_000, 300);
  assert.ok(played.every((bps) => bps === 2_500_000));
  assert.equal(stalls, 0);
});

test('a narrow one is found out within seconds, and tried again ever more rarely', () => {
  const { played, stalls } = watch(() => 1_200_000, 600);
  assert.equal(played[10], 1_000_000);
  const tooMuch = played.filter((bps) => bps > 1_200_000).length;
  assert.ok(tooMuch < 60, `${tooMuch} of 600 s above what it carries`);
  assert.ok(stalls < 60);
});

test('a narrow stretch is left behind', () => {
  const { played } = watch((s) => (s > 60 && s < 120 ? 400_000 : 10_000_000), 400);
  assert.equal(played[80], 300_000);
  assert.equal(played.at(-1), 2_500_000);
});

test('the lowest is as low as it goes, and who rewound is not late', () => {
  const guess = new RateGuess();
  for (let s = 0; s < 100; s++)
    guess.see({ nowMs: s * 1000, stalls: 0, latencyMs: undefined, playedBps: 2_500_000, hasBetter: false });
  assert.equal(guess.bps, 20_000_000);
});
