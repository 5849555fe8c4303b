package dev.millrace.media.origin;

import org.jspecify.annotations.Nullable;

/**
 * What a path below a stream's names, as {@link dev.millrace.media.playlist.Names} writes them.
 *
 * @param track empty for what is of all tracks
 * @param stamp of the packager, empty for texts
 * @param epoch of a whole segment, -1 for all else
 * @param number of the segment or init segment, -1 for texts
 * @param part in its segment, -1 for a whole one
 */
record ObjectName(Kind kind, String track, String stamp, int epoch, long number, int part) {
    enum Kind {
        MULTIVARIANT,
        MANIFEST,
        STILL,
        PLAYLIST,
        INIT,
        SEGMENT
    }

    /** No broadcast has more segments, and no number of digits overflows. */
    private static final int MAX_DIGITS = 12;

    private static final int MAX_PART_DIGITS = 6;
    private static final int MAX_EPOCH_DIGITS = 9;

    /** Null if nothing is called so. */
    static @Nullable ObjectName parse(String path) {
        switch (path) {
            case "index.m3u8" -> {
                return text(Kind.MULTIVARIANT, "");
            }
            case "manifest.mpd" -> {
                return text(Kind.MANIFEST, "");
            }
            case "thumb.jpg" -> {
                return text(Kind.STILL, "");
            }
            default -> {
                return path.endsWith(".m3u8")
                        ? text(Kind.PLAYLIST, path.substring(0, path.length() - ".m3u8".length()))
                        : media(path);
            }
        }
    }

    private static ObjectName text(Kind kind, String track) {
        return new ObjectName(kind, track, "", -1, -1, -1);
    }

    private static @Nullable ObjectName media(String path) {
        int first = path.indexOf('-');
        int second = path.indexOf('-', first + 1);
        if (first < 1 || second < 0) {
            return null;
        }
        String track = path.substring(0, first);
        String stamp = path.substring(first + 1, second);
        String rest = path.substring(second + 1);
        if (rest.startsWith("init-") && rest.endsWith(".mp4")) {
            long number = number(rest.substring("init-".length(), rest.length() - ".mp4".length()), MAX_DIGITS);
            return number < 0 ? null : new ObjectName(Kind.INIT, track, stamp, -1, number, -1);
        }
        return rest.endsWith(".m4s") ? segment(track, stamp, rest.substring(0, rest.length() - ".m4s".length())) : null;
    }

    /** A whole one is called by its epoch and number, a part by the segment's number and its own. */
    private static @Nullable ObjectName segment(String track, String stamp, String name) {
        boolean whole = name.startsWith("e");
        int between = name.indexOf(whole ? '-' : '.');
        if (between < 0) {
            return null;
        }
        String before = name.substring(whole ? 1 : 0, between);
        String after = name.substring(between + 1);
        long epoch = whole ? number(before, MAX_EPOCH_DIGITS) : -1;
        long number = number(whole ? after : before, MAX_DIGITS);
        long part = whole ? -1 : number(after, MAX_PART_DIGITS);
        return number < 0 || (whole ? epoch : part) < 0
                ? null
                : new ObjectName(Kind.SEGMENT, track, stamp, (int) epoch, number, (int) part);
    }

    /** -1 if it is none, or written as no playlist does. */
    private static long number(String digits, int most) {
        boolean decimal = !digits.isEmpty()
                && digits.length() <= most
                && (digits.length() == 1 || digits.charAt(0) != '0')
                && digits.chars().allMatch(each -> each >= '0' && each <= '9');
        return decimal ? Long.parseLong(digits) : -1;
    }
}
