package dev.millrace.media.playlist;

/**
 * What is to come of a broadcast.
 *
 * @param epoch that is being made; -1 if nothing is, for its broadcaster is gone
 * @param ended nothing will be added
 */
public record Edge(int epoch, boolean ended) {}
