package dev.millrace.media.send;

/** One layer of a published track on one loop: its packets, keyframe position, clock and measures. */
public final class SourceLayer {}
