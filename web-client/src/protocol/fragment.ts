/** SDP fragments of trickle ICE and ICE restart (RFC 8840 section 4.4, RFC 9725 section 4.3). */

const EOL = '\r\n';

/** User name fragment and password of an SDP's first section that has them. */
export function iceCredentials(sdp: string): { ufrag: string; pwd: string } {
  return {
    ufrag: attribute(sdp, 'ice-ufrag') ?? '',
    pwd: attribute(sdp, 'ice-pwd') ?? '',
  };
}

/**
 * Our candidates as application/trickle-ice-sdpfrag: only the tagged first section of the BUNDLE group.
 *
 * @param sdp our current local description
 * @param candidates `candidate:…` lines
 * @param ended whether gathering is over
 */
export function trickleFragment(sdp: string, candidates: string[], ended: boolean): string {
  const { ufrag, pwd } = iceCredentials(sdp);
  const lines = [
    ...copied(sdp, /^a=ice-options:.*$/m),
    ...copied(sdp, /^a=group:BUNDLE.*$/m),
    ...copied(sdp, /^m=.*$/m),
    `a=mid:${attribute(sdp, 'mid') ?? '0'}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    ...candidates.map((candidate) => `a=${candidate}`),
  ];
  if (ended) lines.push('a=end-of-candidates');
  return lines.join(EOL) + EOL;
}

/**
 * The server's answer with its ICE part exchanged for that of a restart: everything else was agreed before and stays.
 */
export function withIceOf(answer: string, fragment: string): string {
  const { ufrag, pwd } = iceCredentials(fragment);
  if (!ufrag || !pwd) throw new Error('the ICE restart was answered without credentials');
  const candidates = fragment.match(/^a=(?:candidate:.*|end-of-candidates)$/gm) ?? [];
  const kept = answer
    .split(/\r?\n/)
    .filter((line) => line !== '' && !/^a=(?:candidate:|end-of-candidates)/.test(line))
    .map((line) => line.replace(/^a=ice-ufrag:.*/, `a=ice-ufrag:${ufrag}`))
    .map((line) => line.replace(/^a=ice-pwd:.*/, `a=ice-pwd:${pwd}`));
  const second = kept.findIndex(
    (line, i) => line.startsWith('m=') && kept.slice(0, i).some((l) => l.startsWith('m=')),
  );
  kept.splice(second < 0 ? kept.length : second, 0, ...candidates);
  return kept.join(EOL) + EOL;
}

/** Asks for (and offers) stereo in every Opus format, which browsers leave at mono unless told. */
export function withStereoOpus(sdp: string): string {
  const opus = [...sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000\/2/gim)].map((match) => match[1]);
  return opus.reduce((text: string, pt) => {
    const fmtp = new RegExp(`^a=fmtp:${pt} (.*)$`, 'm');
    const now = fmtp.exec(text)?.[1]?.trim();
    if (now === undefined) return text;
    const rest = now.split(';').filter((p) => !/^\s*(sprop-)?stereo=/.test(p));
    return text.replace(fmtp, `a=fmtp:${pt} ${[...rest, 'stereo=1', 'sprop-stereo=1'].join(';')}`);
  }, sdp);
}

/**
 * Tells Chromium (others ignore it) at which rate to begin, in kbit/s: from its usual 300 it may take a minute until a
 * busy machine has probed its way up to the highest simulcast layer.
 */
export function withStartBitrate(answer: string, kbps: number): string {
  const video = [...answer.matchAll(/^a=rtpmap:(\d+) (?:H264|VP8|VP9|AV1)\/90000/gim)].map(
    (match) => match[1],
  );
  return video.reduce((text: string, pt) => {
    const hint = `x-google-start-bitrate=${kbps}`;
    const fmtp = new RegExp(`^(a=fmtp:${pt} .*?)(\\r?)$`, 'm');
    return fmtp.test(text)
      ? text.replace(fmtp, `$1;${hint}$2`)
      : text.replace(new RegExp(`^(a=rtpmap:${pt} .*?)(\\r?)$`, 'm'), `$1$2\na=fmtp:${pt} ${hint}$2`);
  }, answer);
}

function attribute(sdp: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)?.[1]?.trim();
}

function copied(sdp: string, line: RegExp): string[] {
  const found = line.exec(sdp)?.[0]?.trim();
  return found === undefined ? [] : [found];
}
