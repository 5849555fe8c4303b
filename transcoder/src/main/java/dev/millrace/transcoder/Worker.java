package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Close;
import dev.millrace.media.transcode.wire.Done;
import dev.millrace.media.transcode.wire.Failed;
import dev.millrace.media.transcode.wire.Lost;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Open;
import dev.millrace.media.transcode.wire.Picture;
import dev.millrace.media.transcode.wire.Ping;
import dev.millrace.media.transcode.wire.Pong;
import dev.millrace.media.transcode.wire.RemuxWanted;
import dev.millrace.media.transcode.wire.Sound;
import dev.millrace.media.transcode.wire.StillMade;
import dev.millrace.media.transcode.wire.StillWanted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what is wanted and hands it to whoever does it; on the main thread, which never decodes anything itself. */
final class Worker {
    private final SocketChannel channel;
    private final Outlet outlet;
    private final Encoders encoders;
    private final Map<Integer, StreamWork> streams = new ConcurrentHashMap<>();
    private final ExecutorService stills = Executors.newSingleThreadExecutor();
    private final ExecutorService remuxes = Executors.newSingleThreadExecutor();
    private final LongAdder droppedSounds = new LongAdder();
    private final LongAdder droppedPictures = new LongAdder();

    Worker(SocketChannel channel, Outlet outlet, Encoders encoders) {
        this.channel = channel;
        this.outlet = outlet;
        this.encoders = encoders;
    }

    /** Works until the socket closes, or says something that makes no sense. */
    void run() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Message.LENGTH_BYTES);
        while (true) {
            if (!fill(head.clear())) {
                return;
            }
            int length = head.flip().getInt();
            if (length <= 0 || length > Message.MAX_BYTES) {
                throw new IOException("a message of " + length + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.allocate(length);
            if (!fill(bytes)) {
                throw new EOFException("half a message");
            }
            accept(Message.read(bytes.array()));
        }
    }

    private boolean fill(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                return false;
            }
        }
        return true;
    }

    private void accept(@Nullable Message message) throws IOException {
        switch (message) {
            case Open open -> open(open);
            case Sound sound -> {
                StreamWork stream = streams.get(sound.job());
                if (stream != null) {
                    stream.accept(sound, droppedSounds);
                }
            }
            case Picture picture -> {
                StreamWork stream = streams.get(picture.job());
                if (stream != null) {
                    stream.accept(picture, droppedPictures);
                }
            }
            case Close close -> {
                StreamWork stream = streams.remove(close.job());
                if (stream != null) {
                    stream.close();
                }
            }
            case StillWanted wanted ->
                answer(
                        stills,
                        wanted.request(),
                        () -> new StillMade(wanted.request(), StillMaker.jpeg(wanted.coded(), wanted.maxWidth())));
            case RemuxWanted wanted ->
                answer(remuxes, wanted.request(), () -> {
                    Remux.run(wanted.tracks(), wanted.output());
                    return new Done(wanted.request());
                });
            case Ping ping -> pong(ping);
            case null, default -> throw new IOException("a message that makes no sense");
        }
    }

    private void open(Open open) {
        try {
            streams.put(open.job(), new StreamWork(open, encoders, outlet));
        } catch (MediaException e) {
            outlet.send(new Lost(open.job(), "The transcoder cannot begin: " + e.getMessage() + "."));
        }
    }

    private void answer(ExecutorService where, int request, Supplier<Message> work) {
        where.execute(() -> {
            try {
                outlet.send(work.get());
            } catch (MediaException e) {
                outlet.send(new Failed(request, "The transcoder " + e.getMessage() + "."));
            } catch (RuntimeException e) {
                e.printStackTrace(); // a bug: the media server logs it
                outlet.send(new Failed(request, "The transcoder failed."));
            }
        });
    }

    private void pong(Ping ping) {
        long nowNs = System.nanoTime();
        long busy = 0;
        for (StreamWork stream : streams.values()) {
            busy = Math.max(busy, stream.busyMs(nowNs));
        }
        outlet.send(new Pong(ping.number(), (int) busy, droppedSounds.sum(), droppedPictures.sum()));
    }
}
