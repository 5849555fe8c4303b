/** Paths of the player's icons in a 24 × 24 box. */
export const ICONS = {
  play: ['M8 5v14l11-7z'],
  pause: ['M7 5h4v14H7zM13 5h4v14h-4z'],
  sound: ['M4 9v6h4l5 4V5L8 9z', 'M16 8.5a5 5 0 0 1 0 7M18.5 6a8.5 8.5 0 0 1 0 12'],
  muted: ['M4 9v6h4l5 4V5L8 9z', 'M16.5 9.5l5 5M21.5 9.5l-5 5'],
  stats: ['M5 20v-7M12 20V4M19 20v-11'],
  pip: ['M3 5h18v14H3z', 'M12 12h7v5h-7z'],
  back: ['M4 12a8 8 0 1 0 2.6-5.9', 'M3.6 3.4v4h4'],
  close: ['M6 6l12 12M18 6L6 18'],
  full: ['M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5'],
  shrink: ['M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5'],
  viewers: [
    'M2.5 12s3.5-6 9.5-6 9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z',
    'M12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  ],
} as const;
