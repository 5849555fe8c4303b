package dev.millrace.e2e.film;

import dev.millrace.perf.Clip;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Clips to publish, each with one thing that is odd. Their encoder hears no wish for a keyframe. */
public final class Films {
    /** Frames are this far apart where nothing else is said. */
    public static final int FRAME_MS = 40;

    private static final long MS = 1_000_000;
    private static final long SECOND_MS = 1_000;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    /** A keyframe a second, none by x264's own idea. */
    private static final String EVERY_SECOND = "keyint=25:min-keyint=25:open-gop=0:bframes=0";

    private static final int IDR = 5;
    private static final int SPS = 7;

    private Films() {}

    /** Nothing odd, so long before it begins again. */
    public static Clip plain(int seconds) {
        return clip(seconds * SECOND_MS, stretch(WIDTH, HEIGHT, EVERY_SECOND, 0, steady(seconds)));
    }

    /** Three B-frames between two others, one of which others refer to; all within groups that begin with an IDR picture. */
    public static Clip closedWithB(int seconds) {
        String parameters = "keyint=25:min-keyint=25:open-gop=0:bframes=3:b-pyramid=normal";
        return clip(seconds * SECOND_MS, stretch(WIDTH, HEIGHT, parameters, 4, steady(seconds)));
    }

    /** The same in open groups: after the IDR picture that it begins with, recovery points only. */
    public static Clip openWithB(int seconds) {
        String parameters = "keyint=25:min-keyint=25:open-gop=1:bframes=3:b-pyramid=normal";
        return clip(seconds * SECOND_MS, stretch(WIDTH, HEIGHT, parameters, 4, steady(seconds)));
    }

    /** 25 pictures a second for 3 s, then 8 for 2 s, 2 for 2 s, none for 2 s. The keyframes are where they fall. */
    public static Clip uneven() {
        List<Long> shownMs = LongStream.concat(
                        LongStream.range(0, 75).map(n -> n * FRAME_MS),
                        LongStream.concat(
                                LongStream.range(0, 16).map(n -> 3_000 + n * 125),
                                LongStream.of(5_000, 5_500, 6_000, 6_500, 7_000)))
                .boxed()
                .toList();
        return clip(9_000, stretch(WIDTH, HEIGHT, EVERY_SECOND, 0, shownMs));
    }

    /** Times that go on three hours later every so often, and back again. */
    public static Clip jumping(int everySeconds) {
        long hoursNs = SECOND_MS * MS * 3 * 3_600;
        Clip plain = plain(2 * everySeconds);
        List<Clip.Picture> pictures = plain.pictures().stream()
                .map(each -> each.shownNs() < everySeconds * SECOND_MS * MS
                        ? each
                        : new Clip.Picture(each.annexB(), each.sentNs(), each.shownNs() + hoursNs, each.key()))
                .toList();
        return new Clip(pictures, plain.opus(), plain.loopNs(), false);
    }

    /** Pictures of 320x180 whose parameter sets say 640x360. */
    public static Clip lying(int seconds) {
        byte[] other = stretch(2 * WIDTH, 2 * HEIGHT, EVERY_SECOND, 0, List.of(0L))
                .getFirst()
                .annexB();
        byte[] sps = units(other).stream()
                .filter(unit -> type(unit) == SPS)
                .findFirst()
                .orElseThrow();
        Clip plain = plain(seconds);
        List<Clip.Picture> pictures = plain.pictures().stream()
                .map(each -> with(
                        each,
                        units(each.annexB()).stream()
                                .map(unit -> type(unit) == SPS ? sps : unit)
                                .toList()))
                .toList();
        return new Clip(pictures, plain.opus(), plain.loopNs(), false);
    }

    /** No picture that a decoder could begin with. */
    public static Clip keyless(int seconds) {
        Clip plain = plain(seconds);
        List<Clip.Picture> pictures =
                plain.pictures().stream().filter(each -> !each.key()).toList();
        return new Clip(pictures, plain.opus(), plain.loopNs(), false);
    }

    private static Clip clip(long loopMs, List<Clip.Picture> pictures) {
        return new Clip(pictures, List.of(), loopMs * MS, false);
    }

    private static List<Long> steady(int seconds) {
        return LongStream.range(0, seconds * SECOND_MS / FRAME_MS)
                .mapToObj(n -> n * FRAME_MS)
                .toList();
    }

    /**
     * Encoded pictures of one size.
     *
     * @param held how many pictures the encoder has seen before the first comes out
     */
    private static List<Clip.Picture> stretch(int width, int height, String parameters, int held, List<Long> shownMs) {
        List<FilmEncoder.Encoded> encoded;
        try (FilmEncoder encoder = new FilmEncoder(width, height, parameters)) {
            encoded = encoder.encode(shownMs);
        }
        List<Clip.Picture> pictures = new ArrayList<>();
        for (int i = 0; i < encoded.size(); i++) {
            FilmEncoder.Encoded each = encoded.get(i);
            boolean key = units(each.annexB()).stream().anyMatch(unit -> type(unit) == IDR);
            long sentMs = shownMs.get(i) + (long) held * FRAME_MS;
            pictures.add(new Clip.Picture(each.annexB(), sentMs * MS, each.shownMs() * MS, key));
        }
        return pictures;
    }

    private static Clip.Picture with(Clip.Picture picture, List<byte[]> units) {
        ByteArrayOutputStream annexB = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            annexB.writeBytes(new byte[] {0, 0, 0, 1});
            annexB.writeBytes(unit);
        }
        return new Clip.Picture(annexB.toByteArray(), picture.sentNs(), picture.shownNs(), picture.key());
    }

    private static int type(byte[] unit) {
        return unit[0] & 0x1f;
    }

    /** NAL units, without start codes and the zeros before them. */
    private static List<byte[]> units(byte[] annexB) {
        List<Integer> starts = IntStream.range(0, annexB.length - 3)
                .filter(i -> annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1)
                .mapToObj(i -> i + 3)
                .toList();
        List<byte[]> units = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) - 3 : annexB.length;
            while (end > starts.get(i) && annexB[end - 1] == 0) {
                end--;
            }
            units.add(java.util.Arrays.copyOfRange(annexB, starts.get(i), end));
        }
        return units;
    }
}
