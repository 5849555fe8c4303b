package dev.millrace.signaling.cli;

import dev.millrace.signaling.config.ConfigException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration keys as flags: {@code --http.port 8081} or {@code --http.port=8081}; a flag alone means true.
 *
 * @param config the file named by {@code --config}
 */
record Flags(@Nullable String config, Map<String, String> values) {

    static Flags read(List<String> arguments) {
        String config = null;
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new ConfigException("\"" + argument + "\" is no flag; flags look like --http.port 8081");
            }
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            String value;
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
                value = arguments.get(++i);
            } else {
                value = "true";
            }
            if (name.equals("config")) {
                config = value;
            } else {
                values.put(name, value);
            }
        }
        return new Flags(config, values);
    }
}
