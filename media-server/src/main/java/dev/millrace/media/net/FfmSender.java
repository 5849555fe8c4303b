package dev.millrace.media.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches with sendmmsg; consecutive datagrams of equal size along one path become one UDP_SEGMENT message.
 *
 * <p>Datagrams are copied one behind the other into an arena, so a run needs no more than a longer iovec. Loop's thread.
 */
final class FfmSender {
    private static final Logger LOG = LoggerFactory.getLogger(FfmSender.class);

    /** Large enough for 64 messages of 14 datagrams, small enough to stay in the second-level cache's reach. */
    private static final int ARENA_BYTES = 1 << 20;

    /** UDP_MAX_SEGMENTS of kernels before 6.9. */
    private static final int MAX_SEGMENTS = 64;

    /** A segmented message is one IP packet until it is cut: 64 KiB less headers. */
    private static final int MAX_MESSAGE_BYTES = 63 << 10;

    private static final int MAX_PAYLOAD_BYTES = 65_507;

    /** How long a full send buffer may hold the loop up, once a flush. */
    private static final long FULL_WAIT_NS = 1_000_000;

    /** The message behind the batch sends single datagrams of a run that the kernel refused to cut. */
    private static final int SINGLE = UdpPort.BATCH;

    private final int fd;
    private final boolean ipv6;
    private final DropCounters drops;
    private final MemorySegment errno;
    private final Messages messages;
    private final MemorySegment arena;
    private final long address;
    private final MemorySegment poll;
    private final AtomicLong calls = new AtomicLong();

    private final @Nullable NetworkPath[] paths = new @Nullable NetworkPath[UdpPort.BATCH];
    private final int[] starts = new int[UdpPort.BATCH];
    private final int[] lengths = new int[UdpPort.BATCH];
    private final int[] segmentBytes = new int[UdpPort.BATCH];
    private final int[] segments = new int[UdpPort.BATCH];
    private int count;
    private int used;
    private boolean runOpen;
    private boolean segmentation = true;

    FfmSender(Arena memory, int fd, boolean ipv6, DropCounters drops) {
        this.fd = fd;
        this.ipv6 = ipv6;
        this.drops = drops;
        this.errno = LinuxSockets.newErrno(memory);
        this.messages = new Messages(memory, UdpPort.BATCH + 1);
        this.arena = memory.allocate(ARENA_BYTES, 64);
        this.address = arena.address();
        this.poll = memory.allocate(24, 8);
        poll.set(JAVA_INT, 0, fd);
        poll.set(JAVA_SHORT, 4, LinuxSockets.POLLOUT);
        poll.set(JAVA_LONG, 8, 0L);
        poll.set(JAVA_LONG, 16, FULL_WAIT_NS);
    }

    void send(NetworkPath to, byte[] buffer, int offset, int length) {
        if (length > MAX_PAYLOAD_BYTES) {
            drops.count(DropReason.DATAGRAM_TOO_LARGE);
            return;
        }
        if (!canReach(to)) {
            drops.count(DropReason.SEND_FAILED);
            return;
        }
        makeRoom(length);
        MemorySegment.copy(buffer, offset, arena, JAVA_BYTE, used, length);
        commit(to, length);
    }

    private boolean canReach(NetworkPath to) {
        return ipv6 || Addresses.isMapped(to.remoteHigh, to.remoteLow);
    }

    private void makeRoom(int bytes) {
        if (used + bytes > ARENA_BYTES) {
            flush();
        }
    }

    /** Where the next datagram may be written; 0 when {@link #send} has to see it, to refuse it by name. */
    long reserve(NetworkPath to, int bytes) {
        if (bytes > MAX_PAYLOAD_BYTES || !canReach(to)) {
            return 0;
        }
        makeRoom(bytes);
        return address + used;
    }

    /** Queues the datagram behind what is used of the arena. */
    void commit(NetworkPath to, int length) {
        if (count > 0 && joins(count - 1, to, length)) {
            join(count - 1, length);
        } else {
            begin(to, length);
        }
        used += length;
        if (count == UdpPort.BATCH && !runOpen) {
            flush();
        }
    }

    private boolean joins(int last, NetworkPath to, int length) {
        return runOpen
                && length > 0
                && length <= segmentBytes[last]
                && segments[last] < MAX_SEGMENTS
                && lengths[last] + length <= MAX_MESSAGE_BYTES
                && to.equals(paths[last]);
    }

    private void join(int last, int length) {
        if (segments[last] == 1) {
            messages.appendSegmentSize(last, segmentBytes[last]);
        }
        segments[last]++;
        lengths[last] += length;
        messages.setData(last, address + starts[last], lengths[last]);
        runOpen = length == segmentBytes[last];
    }

    private void begin(NetworkPath to, int length) {
        int at = used;
        if (count == UdpPort.BATCH) {
            // The new datagram is behind the batch already; move it to the front of the emptied arena.
            flush();
            MemorySegment.copy(arena, at, arena, 0, length);
            at = 0;
        }
        int index = count++;
        paths[index] = to;
        starts[index] = at;
        lengths[index] = length;
        segmentBytes[index] = length;
        segments[index] = 1;
        messages.writePath(index, to, ipv6);
        messages.setData(index, address + at, length);
        runOpen = segmentation && length > 0;
    }

    void flush() {
        int done = 0;
        boolean waited = false;
        while (done < count) {
            int sent = call(done, count - done);
            if (sent > 0) {
                done += sent;
                continue;
            }
            int error = LinuxSockets.errno(errno);
            if (error == LinuxSockets.EINTR) {
                continue;
            }
            if (error == LinuxSockets.EAGAIN) {
                if (!waited && awaitWritable()) {
                    waited = true;
                    continue;
                }
                dropFrom(done);
                break;
            }
            refused(done, error);
            done++;
        }
        count = 0;
        used = 0;
        runOpen = false;
    }

    private int call(int first, int messageCount) {
        calls.setRelease(calls.getPlain() + 1);
        return LinuxSockets.sendmmsg(errno, fd, messages.address(first), messageCount);
    }

    private boolean awaitWritable() {
        return LinuxSockets.ppoll(errno, poll.address(), 1, poll.address() + 8) > 0;
    }

    private void dropFrom(int first) {
        long dropped = 0;
        for (int i = first; i < count; i++) {
            dropped += segments[i];
        }
        drops.count(DropReason.SEND_BUFFER_FULL, dropped);
    }

    /** One message failed: a run is tried again uncut, a single datagram is counted. */
    private void refused(int index, int error) {
        if (segments[index] == 1) {
            countFailure(error);
            return;
        }
        if (error == LinuxSockets.EIO && segmentation) {
            segmentation = false;
            LOG.info("the network device cannot segment UDP; datagrams leave one by one from now on");
        }
        if (error == LinuxSockets.EIO || error == LinuxSockets.EINVAL || error == LinuxSockets.EMSGSIZE) {
            sendSingly(index);
        } else {
            for (int i = 0; i < segments[index]; i++) {
                countFailure(error);
            }
        }
    }

    private void sendSingly(int index) {
        messages.writePath(SINGLE, Objects.requireNonNull(paths[index]), ipv6);
        int end = starts[index] + lengths[index];
        for (int at = starts[index]; at < end; at += segmentBytes[index]) {
            messages.setData(SINGLE, address + at, Math.min(segmentBytes[index], end - at));
            if (call(SINGLE, 1) != 1) {
                countFailure(LinuxSockets.errno(errno));
            }
        }
    }

    private void countFailure(int error) {
        switch (error) {
            case LinuxSockets.EMSGSIZE -> drops.count(DropReason.DATAGRAM_TOO_LARGE);
            case LinuxSockets.EAGAIN, LinuxSockets.ENOBUFS -> drops.count(DropReason.SEND_BUFFER_FULL);
            default -> drops.count(DropReason.SEND_FAILED);
        }
    }

    long calls() {
        return calls.getAcquire();
    }
}
