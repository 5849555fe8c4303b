package dev.millrace.media.control;

import java.util.List;
import java.util.Map;

/**
 * One object of a stream, as HTTP asks for it.
 *
 * @param stream a valid stream name; who asks was checked by signaling
 * @param object the path below the stream's, such as {@code index.m3u8}; anything a client may have sent
 * @param query the query's parameters, decoded
 * @param carried what the names in a playlist are to end with, such as {@code ?token=…}; empty for nothing
 */
public record OriginRequest(String stream, String object, Map<String, List<String>> query, String carried) {}
