package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the text of a session description or of a fragment, bounded in every direction (RFC 8866 section 9). */
final class SdpParser {
    /** What the HTTP side takes as a body, too; a Chromium offer of six sections has 12 KiB. */
    static final int MAX_CHARS = 256 * 1024;

    /** One address line or candidate is below 300; the longest sprop-parameter-sets seen stay below 2,000. */
    static final int MAX_LINE_CHARS = 8 * 1024;

    /** A real offer has about 250 lines; this bounds the work that is more than linear in them. */
    static final int MAX_LINES = 8 * 1024;

    static final int MAX_SECTIONS = 64;

    private SdpParser() {}

    static SessionDescription parse(String text) throws SdpException {
        List<SdpLine> lines = lines(text);
        int firstMedia = nextMedia(lines, 0);
        List<SdpLine> session = lines.subList(0, firstMedia);
        checkSession(session);
        return new SessionDescription(session, sections(lines, firstMedia));
    }

    /** All sections from the line at {@code start} (an {@code m=} line, or the end) on. */
    static List<MediaSection> sections(List<SdpLine> lines, int start) throws SdpException {
        List<MediaSection> sections = new ArrayList<>();
        for (int from = start; from < lines.size(); ) {
            SdpLine media = lines.get(from);
            if (sections.size() == MAX_SECTIONS) {
                throw new SdpException(media.number(), "more than " + MAX_SECTIONS + " media sections");
            }
            int to = nextMedia(lines, from + 1);
            sections.add(section(media, lines.subList(from + 1, to)));
            from = to;
        }
        return sections;
    }

    static int nextMedia(List<SdpLine> lines, int from) {
        int index = from;
        while (index < lines.size() && lines.get(index).type() != 'm') {
            index++;
        }
        return index;
    }

    /** Splits into lines at LF or CRLF; empty lines are skipped, as every parser in the field does. */
    static List<SdpLine> lines(String text) throws SdpException {
        if (text.length() > MAX_CHARS) {
            throw new SdpException(0, "longer than " + MAX_CHARS / 1024 + " KiB");
        }
        List<SdpLine> lines = new ArrayList<>();
        int number = 0;
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int next = end + 1;
            number++;
            if (end > start && text.charAt(end - 1) == '\r') {
                end--;
            }
            if (end > start) {
                if (lines.size() == MAX_LINES) {
                    throw new SdpException(number, "more than " + MAX_LINES + " lines");
                }
                lines.add(line(text, start, end, number));
            }
            start = next;
        }
        return lines;
    }

    private static SdpLine line(String text, int start, int end, int number) throws SdpException {
        if (end - start > MAX_LINE_CHARS) {
            throw new SdpException(number, "longer than " + MAX_LINE_CHARS + " characters");
        }
        char type = text.charAt(start);
        if (type < 'a' || type > 'z' || end - start < 2 || text.charAt(start + 1) != '=') {
            throw new SdpException(number, "expected a lower-case letter, an equals sign and a value");
        }
        String value = text.substring(start + 2, end);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t') {
                // A lone CR or a NUL would come out again as another line, or cut one short.
                throw new SdpException(number, "has a control character");
            }
        }
        return new SdpLine(number, type, value);
    }

    private static void checkSession(List<SdpLine> session) throws SdpException {
        if (session.isEmpty() || session.getFirst().type() != 'v') {
            throw new SdpException(session.isEmpty() ? 0 : session.getFirst().number(), "expected v=0 first");
        }
        if (!session.getFirst().value().strip().equals("0")) {
            throw new SdpException(session.getFirst().number(), "only version 0 exists");
        }
        if (session.stream().noneMatch(line -> line.type() == 'o')) {
            throw new SdpException(0, "there is no o= line");
        }
    }

    private static MediaSection section(SdpLine media, List<SdpLine> lines) throws SdpException {
        List<String> words = Arrays.asList(media.value().strip().split(" +", -1));
        if (words.size() < 4) {
            throw new SdpException(media.number(), "expected m=<media> <port> <protocol> <format> …");
        }
        String port = words.get(1);
        int slash = port.indexOf('/');
        int portNumber = SdpNumbers.parse(slash < 0 ? port : port.substring(0, slash), 0, 65535);
        if (portNumber < 0) {
            throw new SdpException(media.number(), "the port is not a number from 0 to 65535");
        }
        return new MediaSection(
                media.number(), words.get(0), portNumber, words.get(2), words.subList(3, words.size()), lines);
    }
}
