package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Done;
import dev.millrace.media.transcode.wire.Failed;
import dev.millrace.media.transcode.wire.Fetch;
import dev.millrace.media.transcode.wire.Message;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The main class of a process that fetches one source: comes in through the socket it is named, is told what to fetch, and
 * ends with the source or with the socket.
 */
public final class SourceMain {
    private SourceMain() {}

    /** The socket's path. */
    public static void main(String[] args) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(args[0]));
            if (Message.read(message(channel)) instanceof Fetch fetch) {
                Thread.ofPlatform().daemon().start(() -> awaitEnd(channel));
                Outlet outlet = new Outlet(channel);
                outlet.send(fetch(fetch, outlet));
            }
        }
        Runtime.getRuntime().halt(0); // FFmpeg's threads need not end gently
    }

    private static Message fetch(Fetch fetch, Outlet outlet) {
        try {
            // Its lines have addresses in them, and those may have passwords.
            avutil.av_log_set_level(avutil.AV_LOG_QUIET);
            avformat.avformat_network_init();
            try (Source source = new Source(fetch, outlet::send)) {
                source.run();
            }
            return new Done(0);
        } catch (MediaException e) {
            return new Failed(0, "FFmpeg " + e.getMessage() + ".");
        } catch (LinkageError e) {
            return new Failed(0, "There is no FFmpeg for this machine: " + e.getMessage());
        } catch (RuntimeException e) {
            e.printStackTrace(); // a bug: the media server logs it
            return new Failed(0, "The process that fetches it failed.");
        }
    }

    private static byte[] message(SocketChannel from) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Message.LENGTH_BYTES);
        fill(from, head);
        ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(head.getInt(0), 0, Message.MAX_BYTES));
        fill(from, bytes);
        return bytes.array();
    }

    private static void fill(SocketChannel from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into) < 0) {
                throw new IOException("the socket closed");
            }
        }
    }

    /** Nothing more is said to it: what comes is the end, and FFmpeg may be waiting for its source meanwhile. */
    private static void awaitEnd(SocketChannel channel) {
        try {
            while (channel.read(ByteBuffer.allocate(1)) >= 0) {
                // not expected, and of no meaning
            }
        } catch (IOException e) {
            // the same
        }
        Runtime.getRuntime().halt(0);
    }
}
