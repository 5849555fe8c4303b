/** The addresses of a stream for players other than our own, and of its still. */
export function hlsOf(stream: string): string {
  return `${location.origin}/live/${encodeURIComponent(stream)}/index.m3u8`;
}

export function dashOf(stream: string): string {
  return `${location.origin}/live/${encodeURIComponent(stream)}/manifest.mpd`;
}

/** @param at makes a new address every few seconds, or the browser would show the first still for ever */
export function stillOf(stream: string, at: number): string {
  return `/live/${encodeURIComponent(stream)}/thumb.jpg?t=${at}`;
}
