package dev.millrace.perf.load;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How quantities are written on the command line: 20/s, 60s, 1%, 2.5M, 50ms. */
final class Forms {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-zA-Z%/]*)");

    private Forms() {}

    /** {@code 60s}, {@code 200ms}, {@code 5m}, {@code 1h}; a bare number is seconds. */
    static final class Seconds implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher read = read(text, "a duration such as 200ms, 60s, 5m or 1h");
            double value = Double.parseDouble(read.group(1));
            double seconds =
                    switch (read.group(2).toLowerCase(Locale.ROOT)) {
                        case "ms" -> value / 1000;
                        case "", "s" -> value;
                        case "m", "min" -> value * 60;
                        case "h" -> value * 3600;
                        default -> throw wrong(text, "a duration such as 200ms, 60s, 5m or 1h");
                    };
            return Duration.ofNanos(Math.round(seconds * 1e9));
        }
    }

    /** {@code 20/s} or {@code 600/min}; a bare number is a second's. */
    static final class PerSecond implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            Matcher read = read(text, "a rate such as 20/s or 600/min");
            double value = Double.parseDouble(read.group(1));
            return switch (read.group(2).toLowerCase(Locale.ROOT)) {
                case "", "/s" -> value;
                case "/m", "/min" -> value / 60;
                default -> throw wrong(text, "a rate such as 20/s or 600/min");
            };
        }
    }

    /** {@code 1%}, or the ratio itself, {@code 0.01}. */
    static final class Ratio implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            Matcher read = read(text, "a share such as 1% or 0.01");
            double value = Double.parseDouble(read.group(1));
            double ratio =
                    switch (read.group(2)) {
                        case "%" -> value / 100;
                        case "" -> value;
                        default -> throw wrong(text, "a share such as 1% or 0.01");
                    };
            if (ratio > 1) {
                throw wrong(text, "a share of at most 100%, such as 1% or 0.01");
            }
            return ratio;
        }
    }

    /** {@code 2.5M} or {@code 800k} or bits a second. */
    static final class Bitrate implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            Matcher read = read(text, "a bit rate such as 2.5M or 800k");
            double value = Double.parseDouble(read.group(1));
            double bps =
                    switch (read.group(2).toLowerCase(Locale.ROOT)) {
                        case "" -> value;
                        case "k", "kbps" -> value * 1e3;
                        case "m", "mbps" -> value * 1e6;
                        default -> throw wrong(text, "a bit rate such as 2.5M or 800k");
                    };
            if (bps > Integer.MAX_VALUE) {
                throw wrong(text, "a bit rate below 2147M");
            }
            return (int) Math.round(bps);
        }
    }

    private static Matcher read(String text, String wanted) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text, wanted);
        }
        return matcher;
    }

    private static TypeConversionException wrong(String text, String wanted) {
        return new TypeConversionException("\"" + text + "\" is not " + wanted);
    }
}
