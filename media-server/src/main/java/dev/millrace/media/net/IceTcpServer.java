package dev.millrace.media.net;

import org.jspecify.annotations.Nullable;

/** Accepts ICE-TCP connections. */
final class IceTcpServer implements AutoCloseable {
    @Nullable
    IceTcpConnection find(long connectionId) {
        return null;
    }

    @Override
    public void close() {}
}
