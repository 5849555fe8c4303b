package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Hello;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/** The worker's main class: comes in through the socket it is named, works until that closes. */
public final class Main {
    private Main() {}

    private static boolean connect(SocketChannel channel, String path) {
        try {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false; // whoever started this has ended meanwhile
        }
    }

    /** Encoder, preset and the socket's path. */
    public static void main(String[] args) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            if (!connect(channel, args[2])) {
                return;
            }
            Outlet outlet = new Outlet(channel);
            Encoders encoders;
            try {
                encoders = Encoders.find(args[0], args[1]);
            } catch (LinkageError | MediaException e) {
                outlet.send(new Hello(false, "There is no FFmpeg for this machine: " + e.getMessage(), ""));
                return;
            }
            outlet.send(new Hello(true, encoders.toString(), encoders.note()));
            new Worker(channel, outlet, encoders).run();
        }
        Runtime.getRuntime().halt(0); // whoever asked is gone: no job ends gently, and nothing is worth waiting for
    }
}
