package dev.millrace.media.segment;

/**
 * What is needed before any part of a track; another one after a change of format, and in every epoch.
 *
 * @param number in its track, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; shared by all who send it
public record Init(int number, TrackFormat format, byte[] bytes) {}
