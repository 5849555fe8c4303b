package dev.millrace.media;

import java.util.List;

/**
 * What a media server is told at its start.
 *
 * @param port UDP and TCP port of all media, 0 for any free one
 * @param announce addresses or names offered as candidates instead of the interfaces' own; empty for those
 * @param loopback whether loopback addresses are offered too
 * @param loops event loops, each with a socket of its own on the port; 0 for a number that fits the machine
 * @param tcp whether ICE-TCP is offered
 */
public record MediaConfig(int port, List<String> announce, boolean loopback, int loops, boolean tcp) {
    public MediaConfig {
        announce = List.copyOf(announce);
    }
}
