/** The `Link` header field (RFC 8288), as WHIP and WHEP use it for ICE servers and extensions. */
export interface Link {
  /** Absolute when a base was given. */
  url: string;
  rel: string;
  params: Record<string, string>;
}

/** Reads a header that may carry many links; targets are resolved against `base`, ICE URIs are left alone. */
export function parseLinks(header: string | null, base: string): Link[] {
  if (!header) return [];
  const links: Link[] = [];
  const target = /<([^>]*)>/y;
  // A parameter with an optional value; a semicolon forgotten between two (as in the draft's example) is forgiven.
  const param = /[\s;]*([^\s=;,<>"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/y;
  let at = 0;
  while (at < header.length) {
    target.lastIndex = at = header.indexOf('<', at);
    const found = at < 0 ? null : target.exec(header);
    if (!found) break;
    at = target.lastIndex;
    const params: Record<string, string> = {};
    for (;;) {
      param.lastIndex = at;
      const one = param.exec(header);
      if (!one?.[1]) break;
      params[one[1].toLowerCase()] = (one[2] ?? one[3] ?? '').replace(/\\(.)/g, '$1');
      at = param.lastIndex;
    }
    const uri = found[1] ?? '';
    for (const rel of (params['rel'] ?? '').split(/\s+/)) {
      if (rel) links.push({ url: rel === 'ice-server' ? uri : resolve(uri, base), rel, params });
    }
  }
  return links;
}

/** The ICE servers among the links (RFC 9725 section 4.6). */
export function iceServers(links: Link[]): RTCIceServer[] {
  return links
    .filter((link) => link.rel === 'ice-server' && /^(stun|turn)s?:/i.test(link.url))
    .map((link) => {
      const { username, credential } = link.params;
      return username !== undefined && credential !== undefined
        ? { urls: link.url, username, credential }
        : { urls: link.url };
    });
}

export function linkTo(links: Link[], rel: string): Link | undefined {
  return links.find((link) => link.rel === rel);
}

function resolve(uri: string, base: string): string {
  try {
    return new URL(uri, base).href;
  } catch {
    return uri;
  }
}
