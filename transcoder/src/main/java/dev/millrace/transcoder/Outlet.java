package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The way back. Any thread; one that writes while the media server does not read waits, and its own queue fills. */
final class Outlet {
    private final SocketChannel channel;

    Outlet(SocketChannel channel) {
        this.channel = channel;
    }

    synchronized void send(Message message) {
        ByteBuffer bytes = ByteBuffer.wrap(message.frame());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(0); // nobody is there any more
        }
    }
}
