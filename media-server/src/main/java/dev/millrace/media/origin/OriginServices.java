package dev.millrace.media.origin;

import dev.millrace.media.segment.Follower;
import dev.millrace.media.transcode.Transcoder;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all streams' origins share.
 *
 * @param stamps unguessable names, of letters and digits alone
 * @param followers who follows a stream; asked once a stream, on its thread
 */
public record OriginServices(
        OriginConfig config,
        Transcoder transcoder,
        Supplier<String> stamps,
        Function<String, List<Follower>> followers) {}
