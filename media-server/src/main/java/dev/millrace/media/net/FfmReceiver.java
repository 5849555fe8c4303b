package dev.millrace.media.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** Receives batches with recvmmsg, with the address each datagram was sent to and the kernel's drop count. Loop's thread. */
final class FfmReceiver {
    private final int fd;
    private final MemorySegment errno;
    private final Messages messages;
    private final MemorySegment data;
    private final AtomicLong drops = new AtomicLong();

    /** The kernel's counter is 32 bits wide and wraps. */
    private int lastOverflow;

    private int lastBatch;

    FfmReceiver(Arena arena, int fd) {
        this.fd = fd;
        this.errno = LinuxSockets.newErrno(arena);
        this.messages = new Messages(arena, UdpPort.BATCH);
        this.data = arena.allocate((long) UdpPort.BATCH * MediaNetwork.MAX_DATAGRAM_BYTES, 64);
        for (int i = 0; i < UdpPort.BATCH; i++) {
            messages.setData(
                    i, data.address() + (long) i * MediaNetwork.MAX_DATAGRAM_BYTES, MediaNetwork.MAX_DATAGRAM_BYTES);
        }
        lastBatch = UdpPort.BATCH;
    }

    int receiveBatch() {
        for (int i = 0; i < lastBatch; i++) {
            messages.armReceive(i);
        }
        // A negative answer is "nothing there" or an ICMP error of an earlier send; the socket itself is well.
        lastBatch = Math.max(0, LinuxSockets.recvmmsg(errno, fd, messages.address(0), UdpPort.BATCH));
        return lastBatch;
    }

    int take(int index, byte[] into, int offset, PathKey from) {
        readControl(index, from);
        int length = messages.length(index);
        if ((messages.flags(index) & LinuxSockets.MSG_TRUNC) != 0) {
            return -1;
        }
        messages.readName(index, from);
        from.transport = Transport.UDP;
        from.connectionId = 0;
        MemorySegment.copy(data, JAVA_BYTE, (long) index * MediaNetwork.MAX_DATAGRAM_BYTES, into, offset, length);
        return length;
    }

    private void readControl(int index, PathKey from) {
        MemorySegment controls = messages.controls();
        from.localHigh = 0;
        from.localLow = 0;
        long at = messages.controlOffset(index);
        long end = at + messages.controlLength(index);
        while (at + Messages.CMSG_HEADER_BYTES <= end) {
            long length = controls.get(JAVA_LONG, at);
            if (length < Messages.CMSG_HEADER_BYTES) {
                return;
            }
            int level = controls.get(JAVA_INT, at + 8);
            int type = controls.get(JAVA_INT, at + 12);
            if (level == LinuxSockets.IPPROTO_IPV6 && type == LinuxSockets.IPV6_PKTINFO) {
                from.localHigh = controls.get(Messages.NET_LONG, at + 16);
                from.localLow = controls.get(Messages.NET_LONG, at + 24);
            } else if (level == LinuxSockets.IPPROTO_IP && type == LinuxSockets.IP_PKTINFO) {
                from.localLow = Addresses.MAPPED_PREFIX | (controls.get(Messages.NET_INT, at + 20) & 0xffff_ffffL);
            } else if (level == LinuxSockets.SOL_SOCKET && type == LinuxSockets.SO_RXQ_OVFL) {
                countOverflow(controls.get(JAVA_INT, at + 16));
            }
            at += (length + 7) & ~7L;
        }
    }

    private void countOverflow(int overflow) {
        if (overflow != lastOverflow) {
            drops.setRelease(drops.getPlain() + Integer.toUnsignedLong(overflow - lastOverflow));
            lastOverflow = overflow;
        }
    }

    long drops() {
        return drops.getAcquire();
    }
}
