package dev.millrace.perf;

import dev.millrace.media.rtp.RtpWriter;

/**
 * Cuts pictures of H.264 into payloads (RFC 6184) as browsers do: parameter sets and SEI that follow each other into one
 * STAP-A (section 5.7.1), large units into FU-As of equal size (section 5.8), all others by themselves. Access unit
 * delimiters and filler are left out. Owned by one thread.
 */
final class AnnexBPayloads {
    /** As libwebrtc: leaves room for extensions, SRTP and tunnels. */
    private static final int MAX_PAYLOAD_BYTES = 1_100;

    /** With the importance of the parameter sets in it. */
    private static final byte STAP_A = 0x78;

    private static final int FU_A = 28;
    private static final int FU_START = 0x80;
    private static final int FU_END = 0x40;
    private static final int SEI = 6;
    private static final int PPS = 8;
    private static final int DELIMITER = 9;
    private static final int FILLER = 12;
    private static final int START_CODE_BYTES = 3;

    private final byte[] head = new byte[2];
    private byte[] picture = new byte[0];
    private int unitAt;
    private int unitEnd;
    private int fragments;
    private int fragment;
    private int fragmentAt;

    /** Begins a picture: NAL units after start codes of three or four bytes. */
    void begin(byte[] annexB) {
        picture = annexB;
        unitEnd = 0;
        nextUnit();
    }

    boolean hasMore() {
        return unitAt < picture.length;
    }

    /** Writes the next payload; with the marker if it is the last. */
    void writeNext(RtpWriter out) {
        if (unitEnd - unitAt > MAX_PAYLOAD_BYTES) {
            writeFragment(out);
        } else {
            writeUnits(out);
        }
        out.marker(!hasMore());
    }

    private void writeFragment(RtpWriter out) {
        if (fragments == 0) {
            fragments = Math.ceilDiv(unitEnd - unitAt - 1, MAX_PAYLOAD_BYTES - 2);
            fragment = 0;
            fragmentAt = unitAt + 1;
        }
        int size = (unitEnd - fragmentAt) / (fragments - fragment);
        byte header = picture[unitAt];
        head[0] = (byte) ((header & 0xe0) | FU_A);
        head[1] = (byte) ((header & 0x1f) | (fragment == 0 ? FU_START : 0) | (fragment == fragments - 1 ? FU_END : 0));
        out.payload(head, 0, 2).payload(picture, fragmentAt, size);
        fragmentAt += size;
        fragment++;
        if (fragment == fragments) {
            nextUnit();
        }
    }

    /** One unit as it is, or parameter sets and SEI together. */
    private void writeUnits(RtpWriter out) {
        int length = 1 + 2 + unitEnd - unitAt;
        boolean together = isParameters();
        int at = unitAt;
        int end = unitEnd;
        nextUnit();
        if (!together || !joins(length)) {
            out.payload(picture, at, end - at);
            return;
        }
        head[0] = STAP_A;
        out.payload(head, 0, 1).payload16(end - at).payload(picture, at, end - at);
        while (joins(length)) {
            length += 2 + unitEnd - unitAt;
            out.payload16(unitEnd - unitAt).payload(picture, unitAt, unitEnd - unitAt);
            nextUnit();
        }
    }

    private boolean isParameters() {
        int type = picture[unitAt] & 0x1f;
        return type >= SEI && type <= PPS;
    }

    /** There is another such unit that fits behind so many bytes. */
    private boolean joins(int length) {
        return hasMore() && isParameters() && length + 2 + unitEnd - unitAt <= MAX_PAYLOAD_BYTES;
    }

    private void nextUnit() {
        fragments = 0;
        do {
            unitAt = afterStartCode(unitEnd);
            unitEnd = endOfUnit(unitAt);
        } while (hasMore() && isLeftOut());
    }

    private boolean isLeftOut() {
        int type = picture[unitAt] & 0x1f;
        return unitEnd == unitAt || type == DELIMITER || type == FILLER;
    }

    private int afterStartCode(int from) {
        int code = startCode(from);
        return code < 0 ? picture.length : code + START_CODE_BYTES;
    }

    /** Where the unit ends that begins there: before the next start code and the zeros that lead to it. */
    private int endOfUnit(int from) {
        int code = startCode(from);
        int end = code < 0 ? picture.length : code;
        while (end > from && picture[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private int startCode(int from) {
        for (int i = from; i + START_CODE_BYTES <= picture.length; i++) {
            if (picture[i] == 0 && picture[i + 1] == 0 && picture[i + 2] == 1) {
                return i;
            }
        }
        return -1;
    }
}
