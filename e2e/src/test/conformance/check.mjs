// Reads what a stream's addresses gave, as other people's libraries do: playlists by m3u8-parser, segments by mp4box.
// node check.mjs <directory>: prints {"complaints": [...], "playlists": n, "segments": n, "samples": n, "irregular": [...]} and nothing else.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from 'm3u8-parser';
import { createFile, Log } from 'mp4box';

const directory = process.argv[2];
const complaints = [];
// Parts of odd lengths are what a publisher on a busy machine may cause, whose pictures do not come regularly.
const found = { playlists: 0, segments: 0, samples: 0, irregular: [] };
const text = (name) => readFileSync(join(directory, name), 'utf8');

function parsed(name) {
  const parser = new Parser({ url: `http://localhost/${name}` });
  parser.on('warn', ({ message }) => complaints.push(`${name}: ${message}`));
  parser.push(text(name));
  parser.end();
  found.playlists++;
  return parser.manifest;
}

function checkMultivariant({ playlists, mediaGroups }) {
  if (!playlists?.length) complaints.push('index.m3u8 names no variant');
  for (const { attributes, uri } of playlists ?? []) {
    for (const wanted of ['BANDWIDTH', 'AVERAGE-BANDWIDTH', 'CODECS', 'RESOLUTION']) {
      if (!attributes[wanted]) complaints.push(`${uri} lacks ${wanted}`);
    }
    if (!mediaGroups.AUDIO[attributes.AUDIO]) complaints.push(`${uri} names no group of sound`);
  }
}

function checkMedia(name, manifest) {
  const { segments = [], targetDuration, partTargetDuration, serverControl, preloadSegment, renditionReports } = manifest;
  if (segments.length < 3) complaints.push(`${name}: only ${segments.length} segments`);
  if (!serverControl?.['CAN-BLOCK-RELOAD'] && !serverControl?.canBlockReload) complaints.push(`${name}: no blocking reload`);
  if (!(preloadSegment?.preloadHints ?? segments.at(-1)?.preloadHints)?.length) complaints.push(`${name}: no preload hint`);
  if (!renditionReports?.length) complaints.push(`${name}: no rendition reports`);
  segments.forEach((segment, i) => {
    if (Math.round(segment.duration) > targetDuration) complaints.push(`${name}: segment ${i} lasts ${segment.duration}`);
    if (!segment.dateTimeObject) complaints.push(`${name}: segment ${i} has no date`);
    const parts = segment.parts ?? [];
    parts.forEach((part, j) => {
      if (part.duration > partTargetDuration + 1e-6) found.irregular.push(`${name}: part ${i}.${j} lasts ${part.duration}`);
      const last = j === parts.length - 1;
      if (!last && part.duration < 0.85 * partTargetDuration) found.irregular.push(`${name}: part ${i}.${j} lasts only ${part.duration}`);
    });
    const next = segments[i + 1];
    if (next && segment.uri && next.dateTimeObject && !next.discontinuity) {
      const apart = (next.dateTimeObject - segment.dateTimeObject) / 1000;
      if (Math.abs(apart - segment.duration) > 0.003) complaints.push(`${name}: dates ${apart} s apart, EXTINF ${segment.duration}`);
    }
  });
}

const buffer = (bytes, at) => {
  const own = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  own.fileStart = at;
  return own;
};

/** Init and segments of one track, one after the other. */
function checkTrack(name, files, codecs) {
  const iso = createFile();
  let ready = null;
  let end = null;
  iso.onError = (module, message) => complaints.push(`${name}: ${module} ${message}`);
  iso.onReady = (info) => {
    ready = info;
    iso.setExtractionOptions(info.tracks[0].id, null, { nbSamples: 1 });
    iso.start();
  };
  iso.onSamples = (_, __, samples) => samples.forEach((sample) => {
    found.samples++;
    if (end !== null && sample.dts !== end) complaints.push(`${name}: a sample at ${sample.dts}, the one before ends at ${end}`);
    end = sample.dts + sample.duration;
    if (sample.data.byteLength !== sample.size || sample.size === 0) complaints.push(`${name}: a sample without its data`);
  });
  let at = 0;
  for (const file of files) {
    const bytes = readFileSync(join(directory, file));
    iso.appendBuffer(buffer(bytes, at));
    at += bytes.length;
    found.segments++;
  }
  iso.flush();
  if (!ready) complaints.push(`${name}: no track found`);
  else if (!ready.isFragmented || ready.tracks.length !== 1) complaints.push(`${name}: ${ready.tracks.length} tracks`);
  else if (!codecs.some((each) => each.toLowerCase() === ready.tracks[0].codec.toLowerCase())) complaints.push(`${name}: told as ${codecs}, is ${ready.tracks[0].codec}`);
}

Log.setLogLevel(Log.LOG_LEVEL_ERROR ?? Log.error ?? 4);
const index = parsed('index.m3u8');
checkMultivariant(index);
const { tracks } = JSON.parse(text('tracks.json'));
for (const { name, files, codecs } of tracks) {
  checkMedia(`${name}.m3u8`, parsed(`${name}.m3u8`));
  checkTrack(name, files, codecs);
}
for (const name of readdirSync(directory).filter((each) => each.startsWith('delta-'))) {
  const manifest = parsed(name);
  if (!manifest.skip?.skippedSegments && !manifest.skip) complaints.push(`${name}: nothing skipped`);
}
process.stdout.write(JSON.stringify({ complaints, ...found }));
