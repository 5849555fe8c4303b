/** What the statistics line and overlay show, distilled from RTCPeerConnection.getStats(). Rates are per second. */
export interface PlayStats {
  width: number;
  height: number;
  framesPerSecond: number;
  videoBps: number;
  audioBps: number;
  rttMs: number | undefined;
  jitterBufferMs: number | undefined;
  /** 0 to 1, of what was sent since the last look. */
  loss: number;
  packetsLost: number;
  framesDropped: number;
  framesDecoded: number;
  freezes: number;
  videoCodec: string;
  audioCodec: string;
  /** such as `udp host → 192.0.2.1:10000` */
  transport: string;
}

export interface LayerStats {
  rid: string;
  width: number;
  height: number;
  framesPerSecond: number;
  bps: number;
}

export interface PublishStats {
  layers: LayerStats[];
  videoBps: number;
  audioBps: number;
  rttMs: number | undefined;
  loss: number;
  videoCodec: string;
  audioCodec: string;
  /** Why the encoder gives less than asked: none, cpu, bandwidth or other. */
  limitation: string;
  transport: string;
}

/** getStats() entries are open-ended; these are the members read here, all optional. */
interface Entry {
  id: string;
  type: string;
  timestamp: number;
  [member: string]: unknown;
}

/** Turns growing counters into rates: each reader belongs to one peer connection at a time. */
export class StatsReader {
  private before = new Map<string, Entry>();
  private pc: RTCPeerConnection | undefined;

  async play(pc: RTCPeerConnection): Promise<PlayStats> {
    const now = await this.entries(pc);
    const video = find(now, (e) => e.type === 'inbound-rtp' && e['kind'] === 'video');
    const audio = find(now, (e) => e.type === 'inbound-rtp' && e['kind'] === 'audio');
    const pair = selectedPair(now);
    const stats: PlayStats = {
      width: num(video, 'frameWidth'),
      height: num(video, 'frameHeight'),
      framesPerSecond: num(video, 'framesPerSecond'),
      videoBps: this.rate(video, 'bytesReceived') * 8,
      audioBps: this.rate(audio, 'bytesReceived') * 8,
      rttMs: ms(pair, 'currentRoundTripTime'),
      jitterBufferMs: this.jitterBuffer(video ?? audio),
      loss: this.lossOf(video ?? audio),
      packetsLost: num(video, 'packetsLost') + num(audio, 'packetsLost'),
      framesDropped: num(video, 'framesDropped'),
      framesDecoded: num(video, 'framesDecoded'),
      freezes: num(video, 'freezeCount'),
      videoCodec: codec(now, video),
      audioCodec: codec(now, audio),
      transport: transport(now, pair),
    };
    this.before = now;
    return stats;
  }

  async publish(pc: RTCPeerConnection): Promise<PublishStats> {
    const now = await this.entries(pc);
    const out = [...now.values()].filter((e) => e.type === 'outbound-rtp');
    const video = out.filter((e) => e['kind'] === 'video');
    const audio = out.find((e) => e['kind'] === 'audio');
    const remote = find(
      now,
      (e) => e.type === 'remote-inbound-rtp' && e['kind'] === (video[0] ? 'video' : 'audio'),
    );
    const pair = selectedPair(now);
    const layers = video.map((e) => ({
      rid: str(e, 'rid'),
      width: num(e, 'frameWidth'),
      height: num(e, 'frameHeight'),
      framesPerSecond: num(e, 'framesPerSecond'),
      bps: this.rate(e, 'bytesSent') * 8,
    }));
    const stats: PublishStats = {
      layers: layers.sort((a, b) => a.height - b.height || a.bps - b.bps),
      videoBps: layers.reduce((sum, layer) => sum + layer.bps, 0),
      audioBps: this.rate(audio, 'bytesSent') * 8,
      rttMs: ms(pair, 'currentRoundTripTime') ?? ms(remote, 'roundTripTime'),
      loss: num(remote, 'fractionLost'),
      videoCodec: codec(now, video[0]),
      audioCodec: codec(now, audio),
      limitation:
        video.map((e) => str(e, 'qualityLimitationReason')).find((r) => r && r !== 'none') ?? 'none',
      transport: transport(now, pair),
    };
    this.before = now;
    return stats;
  }

  private async entries(pc: RTCPeerConnection): Promise<Map<string, Entry>> {
    if (pc !== this.pc) this.before = new Map<string, Entry>();
    this.pc = pc;
    const entries = new Map<string, Entry>();
    (await pc.getStats()).forEach((entry: Entry) => entries.set(entry.id, entry));
    return entries;
  }

  private rate(entry: Entry | undefined, member: string): number {
    const before = entry && this.before.get(entry.id);
    if (!entry || !before || entry.timestamp <= before.timestamp) return 0;
    return Math.max(
      0,
      ((num(entry, member) - num(before, member)) * 1000) / (entry.timestamp - before.timestamp),
    );
  }

  private grown(entry: Entry | undefined, member: string): number {
    return num(entry, member) - num(entry && this.before.get(entry.id), member);
  }

  private jitterBuffer(entry: Entry | undefined): number | undefined {
    const emitted = this.grown(entry, 'jitterBufferEmittedCount');
    return emitted > 0 ? (this.grown(entry, 'jitterBufferDelay') / emitted) * 1000 : undefined;
  }

  private lossOf(entry: Entry | undefined): number {
    const lost = Math.max(0, this.grown(entry, 'packetsLost'));
    const received = this.grown(entry, 'packetsReceived');
    return lost + received > 0 ? lost / (lost + received) : 0;
  }
}

function find(entries: Map<string, Entry>, wanted: (entry: Entry) => boolean): Entry | undefined {
  return [...entries.values()].find(wanted);
}

function selectedPair(entries: Map<string, Entry>): Entry | undefined {
  const transport = find(entries, (e) => e.type === 'transport' && 'selectedCandidatePairId' in e);
  return (
    entries.get(str(transport, 'selectedCandidatePairId')) ??
    find(entries, (e) => e.type === 'candidate-pair' && e['nominated'] === true && e['state'] === 'succeeded')
  );
}

function transport(entries: Map<string, Entry>, pair: Entry | undefined): string {
  const local = entries.get(str(pair, 'localCandidateId'));
  const remote = entries.get(str(pair, 'remoteCandidateId'));
  if (!local || !remote) return '';
  const address = str(remote, 'address') || str(remote, 'ip');
  const host = address.includes(':') ? `[${address}]` : address;
  return `${str(local, 'protocol')} ${str(local, 'candidateType')} → ${host}:${num(remote, 'port')}`;
}

function codec(entries: Map<string, Entry>, rtp: Entry | undefined): string {
  const mime = str(entries.get(str(rtp, 'codecId')), 'mimeType');
  const name = mime.slice(mime.indexOf('/') + 1);
  return name === 'opus' ? 'Opus' : name;
}

function num(entry: Entry | undefined, member: string): number {
  const value = entry?.[member];
  return typeof value === 'number' ? value : 0;
}

function str(entry: Entry | undefined, member: string): string {
  const value = entry?.[member];
  return typeof value === 'string' ? value : '';
}

function ms(entry: Entry | undefined, member: string): number | undefined {
  const value = entry?.[member];
  return typeof value === 'number' ? value * 1000 : undefined;
}
