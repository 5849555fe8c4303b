package dev.millrace.perf.load;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report as JSON and as one page of HTML that needs nothing from anywhere. */
final class ReportFiles {
    /** More digits than any of the figures is good for. */
    private static final MathContext DIGITS = new MathContext(7);

    private static final String DATA_MARK = "/*DATA*/";
    private static final ObjectMapper JSON = mapper();

    private ReportFiles() {}

    private static ObjectMapper mapper() {
        SimpleModule rounded = new SimpleModule();
        rounded.addSerializer(double.class, new Rounded());
        rounded.addSerializer(Double.class, new Rounded());
        return new ObjectMapper()
                .registerModule(rounded)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
                .enable(SerializationFeature.INDENT_OUTPUT);
    }

    static String json(Report report) {
        try {
            return JSON.writeValueAsString(report) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that is no JSON", e);
        }
    }

    static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    /** A result of an earlier run; a sentence when the file is none. */
    static JsonNode read(Path file) {
        JsonNode read;
        try {
            read = JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw LoadException.usage(file + " is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw LoadException.usage("cannot read " + file + ": " + reason(e));
        }
        if (!Report.SCHEMA.equals(read.path("schema").asText())) {
            throw LoadException.usage(
                    file + " is no result of millrace load (its \"schema\" is not " + Report.SCHEMA + ")");
        }
        return read;
    }

    /** The page: the data stand in it as they are, safe from ending its script. */
    static String html(Report report) {
        String data = json(report).replace("<", "\\u003c").replace("\u2028", "\\u2028");
        return template().replace(DATA_MARK, data);
    }

    private static String template() {
        try (InputStream in = ReportFiles.class.getResourceAsStream("report.html")) {
            if (in == null) {
                throw new IllegalStateException("report.html is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Before a run: what cannot be written is better known now than after an hour. */
    static void checkWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw LoadException.usage("cannot write " + file + ": it is a directory");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw LoadException.usage("cannot write " + file + ": there is no directory " + folder);
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw LoadException.usage("cannot write " + file + ": permission denied");
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LoadException(Exit.HARNESS, "cannot write " + file + ": " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException
                ? "there is no such file"
                : String.valueOf(e.getMessage());
    }

    private static final class Rounded extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider context) throws IOException {
            if (value.isNaN() || value.isInfinite()) {
                out.writeNull();
            } else {
                out.writeNumber(
                        new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString());
            }
        }
    }
}
