package dev.millrace.signaling.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a value looks like: reads its text, or says in words what is allowed.
 *
 * @param allowed in words, for error messages and the documentation
 * @param reader the value, or empty when the text is none
 */
public record Form<T>(String allowed, Function<String, Optional<T>> reader) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern RUNG = Pattern.compile("\\d{2,4}p");

    /** The highest number of a port. */
    private static final int MAX_PORT = 65_535;

    public static final Form<String> TEXT = new Form<>("text", Optional::of);
    public static final Form<Boolean> FLAG = new Form<>("true or false", Form::flag);
    public static final Form<Integer> PORT =
            new Form<>("a port, 0 to 65535; 0 is any free one", text -> number(text, MAX_PORT));
    public static final Form<Integer> COUNT = between(0, 1_000_000);
    public static final Form<Duration> DURATION =
            new Form<>("a duration with its unit, such as 200ms, 2s, 30m, 6h or 1d", Form::duration);
    public static final Form<List<String>> LIST = new Form<>("a list, or its items with commas between", Form::list);
    public static final Form<List<String>> LADDER =
            new Form<>("heights with commas between, such as 720p,480p,360p,144p", text -> list(text)
                    .filter(rungs ->
                            rungs.stream().allMatch(r -> RUNG.matcher(r).matches())));

    /** One of a few words. */
    public static Form<String> oneOf(String... words) {
        return new Form<>(
                "one of " + String.join(", ", words),
                text -> Arrays.asList(words).contains(text) ? Optional.of(text) : Optional.empty());
    }

    /** A number within bounds, both of them allowed. */
    public static Form<Integer> between(int min, int max) {
        return new Form<>(
                "a number from " + min + " to " + max, text -> number(text, max).filter(n -> n >= min));
    }

    private static Optional<Boolean> flag(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> number(String text, int max) {
        return NUMBER.matcher(text).matches()
                ? Optional.of(Integer.valueOf(text)).filter(n -> n <= max)
                : Optional.empty();
    }

    private static Optional<List<String>> list(String text) {
        return Optional.of(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList());
    }

    /** Reads a duration with its unit. */
    public static Optional<Duration> duration(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return Optional.empty();
        }
        long n = Long.parseLong(time.group(1));
        return Optional.of(
                switch (time.group(2)) {
                    case "ms" -> Duration.ofMillis(n);
                    case "s" -> Duration.ofSeconds(n);
                    case "m" -> Duration.ofMinutes(n);
                    case "h" -> Duration.ofHours(n);
                    default -> Duration.ofDays(n);
                });
    }
}
