// What players see over time: a sample of their getStats every 50 ms, for the test to judge afterwards.
import { session } from './peer.js';
import { inbound } from './measure.js';

const SAMPLE_EVERY_MS = 50;
const records = new Map();

function sample({ video, audio, pair }) {
  return [
    performance.timeOrigin + performance.now(),
    video.framesDecoded ?? 0, video.frameWidth ?? 0, video.frameHeight ?? 0,
    video.bytesReceived ?? 0, video.packetsReceived ?? 0, video.packetsLost ?? 0,
    video.retransmittedPacketsReceived ?? 0, video.nackCount ?? 0, video.pliCount ?? 0, video.freezeCount ?? 0,
    audio.bytesReceived ?? 0, audio.totalSamplesReceived ?? 0, audio.concealedSamples ?? 0, audio.silentConcealedSamples ?? 0,
    pair.rttMs ?? 0,
  ];
}

/** Starts to note what these players see; samples in order of time, fields as in Seen.java. */
export function record(ids) {
  for (const id of ids) {
    const state = session(id);
    const kept = { joinedMs: performance.timeOrigin + state.postedAt, samples: [], stopped: false };
    records.set(id, kept);
    (async () => {
      while (!kept.stopped) {
        kept.samples.push(sample(await inbound(id)));
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
      }
    })();
  }
}

/** What was noted so far; the noting goes on. */
export function recorded(id) {
  const { joinedMs, samples } = records.get(id);
  return { joinedMs, samples };
}

export function stopRecording(id) {
  records.get(id).stopped = true;
}
