// One scenario of data channels against EchoServer, for browsers, werift and libdatachannel alike. Every step says what
// it waited for when it fails. An adapter wraps one library: create(label, options), onChannel(callback), connect(url),
// close(); its channels are lines: { label, opened, closed, next(), send(data), close(), id() }.
export const LONGEST = 256 * 1024;
const STEP_MS = 20_000;

/** A channel as promises: the adapter calls open(), message(data) and gone(). */
export function line(label, act) {
  const waiting = [];
  const received = [];
  let open;
  let gone;
  const opened = new Promise((resolve) => { open = resolve; });
  const closed = new Promise((resolve) => { gone = resolve; });
  const message = (data) => { if (waiting.length) waiting.shift()(data); else received.push(data); };
  const next = () => (received.length ? Promise.resolve(received.shift()) : new Promise((resolve) => { waiting.push(resolve); }));
  return { label, opened, closed, next, open, gone, message, ...act };
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not within ${STEP_MS} ms: ${what}`)), STEP_MS); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function pattern(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = 1; i < length; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

const same = (a, b) => typeof b !== 'string' && a.length === b.length && a.every((byte, i) => byte === b[i]);

async function echo(channel, data) {
  channel.send(data);
  const back = await within(channel.next(), `${data.length} back on ${channel.label}`);
  return typeof data === 'string' ? back === data : same(data, back);
}

/**
 * Runs it; answers what came true by name. The server knows id 100 as "agreed". With `both` the server opens
 * "from-server" by itself at the moment in which the peer opens its first; else it is asked to, later. `empty` messages
 * are left out for who cannot send them. A `hasty` peer takes an id for free before the server closed its direction, and
 * is held up for a round trip.
 */
export async function scenario(adapter, url, { both = true, empty = true, hasty = false } = {}) {
  const came = new Map();
  const awaited = new Map();
  adapter.onChannel((channel) => {
    const wanted = awaited.get(channel.label);
    if (wanted) { awaited.delete(channel.label); wanted(channel); } else came.set(channel.label, channel);
  });
  const fromServer = (label) => {
    const there = came.get(label);
    came.delete(label);
    return within(there ?? new Promise((resolve) => { awaited.set(label, resolve); }), `${label} opened by the server`);
  };
  const seen = {};
  const a = adapter.create('a', {});
  const agreed = adapter.create('agreed', { negotiated: true, id: 100 });
  await adapter.connect(url);
  await within(a.opened, 'a is open');
  seen.opened = true;
  const control = adapter.create('control', {});
  await within(control.opened, 'control is open');
  if (!both) control.send('open from-server');
  const theirs = await fromServer('from-server');
  await within(theirs.opened, 'from-server is open');
  seen.text = (await echo(a, 'hello ✓ 👏')) && (await echo(theirs, 'and to you'));
  if (empty) seen.empty = (await echo(a, '')) && (await echo(a, new Uint8Array(0)));
  seen.binary = await echo(a, pattern(1000));
  seen.longest = (await echo(a, pattern(LONGEST))) && (await echo(a, 'x'.repeat(LONGEST)));
  await within(agreed.opened, 'agreed is open');
  seen.negotiated = await echo(agreed, 'by another way');
  const lossy = adapter.create('lossy', { ordered: false, maxRetransmits: 0 });
  await within(lossy.opened, 'lossy is open');
  seen.lossy = await echo(lossy, 'once');
  const id = a.id();
  a.close();
  await within(a.closed, 'a is closed');
  if (hasty) await echo(theirs, 'meanwhile');
  const again = adapter.create('a', {});
  await within(again.opened, 'a is open again');
  seen.reopened = await echo(again, 'again');
  seen.ids = [id, again.id()];
  control.send('close from-server');
  await within(theirs.closed, 'from-server closed by the server');
  control.send('open from-server');
  const anew = await fromServer('from-server');
  await within(anew.opened, 'from-server is open again');
  seen.serverReopened = await echo(anew, 'you again');
  await adapter.hangUp();
  await within(anew.closed, 'the server closed everything');
  seen.hungUp = true;
  return seen;
}

/** The W3C's interface in a page. */
export function webAdapter() {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  pc.addTransceiver('video', { direction: 'recvonly' });
  let location;
  const wrap = (channel) => {
    channel.binaryType = 'arraybuffer';
    const made = line(channel.label, { send: (data) => channel.send(data), close: () => channel.close(), id: () => channel.id });
    if (channel.readyState === 'open') made.open();
    channel.onopen = () => made.open();
    channel.onclose = () => made.gone();
    channel.onmessage = ({ data }) => made.message(typeof data === 'string' ? data : new Uint8Array(data));
    return made;
  };
  return {
    create: (label, options) => wrap(pc.createDataChannel(label, options)),
    onChannel: (heard) => { pc.ondatachannel = ({ channel }) => heard(wrap(channel)); },
    hangUp: () => fetch(location, { method: 'DELETE' }),
    close: () => pc.close(),
    async connect(url) {
      await pc.setLocalDescription(await pc.createOffer());
      for (let i = 0; i < 30 && pc.iceGatheringState !== 'complete'; i++) await new Promise((resolve) => { setTimeout(resolve, 50); });
      const answer = await post(url, pc.localDescription.sdp);
      location = answer.location;
      await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    },
  };
}

/** Offers by WHEP. */
export async function post(url, sdp) {
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${url}: ${response.status} ${text}`);
  return { sdp: text, location: new URL(response.headers.get('Location'), url).href };
}

/** What a page is asked to do. */
export async function channels(url) {
  const adapter = webAdapter();
  try {
    return await scenario(adapter, url);
  } finally {
    adapter.close();
  }
}
