/** Where the build put Shaka Player, relative to player.js; the names have a hash of their content. */
declare const MILLRACE_SHAKA_DASH: string;
declare const MILLRACE_SHAKA_HLS: string;

export const SHAKA_DASH = typeof MILLRACE_SHAKA_DASH === 'string' ? MILLRACE_SHAKA_DASH : '';
export const SHAKA_HLS = typeof MILLRACE_SHAKA_HLS === 'string' ? MILLRACE_SHAKA_HLS : '';
