package dev.millrace.media.scenario;

/** One picture on a viewer's screen. */
record Shown(long atNs, int layer, int frame, long capturedNs) {}
