package dev.millrace.signaling.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts file, environment and flags together, later ones winning, and checks every value. */
final class SettingsReader {
    private final Map<String, Value> values = new LinkedHashMap<>();

    void file(Path path) {
        YamlFile.read(path, values);
    }

    /** Variables that begin with MILLRACE_; a name nobody knows stops the start like an unknown key. */
    void environment(Map<String, String> environment) {
        environment.forEach((name, text) -> {
            if (!name.startsWith("MILLRACE_") || name.equals("MILLRACE_CONFIG") || name.startsWith("MILLRACE_JAVA")) {
                return;
            }
            Key key = Key.ofVariable(name);
            if (key == null) {
                String dotted = name.substring("MILLRACE_".length()).toLowerCase(java.util.Locale.ROOT);
                throw new ConfigException(name + ": no such key; " + suggest(dotted.replace('_', '.')));
            }
            values.put(key.name(), new Value(text.strip(), name));
        });
    }

    void flags(Map<String, String> flags) {
        flags.forEach((name, text) -> {
            if (!Key.ALL.containsKey(name)) {
                throw new ConfigException("--" + name + ": no such key; " + suggest(name));
            }
            values.put(name, new Value(text.strip(), "--" + name));
        });
    }

    boolean isSet(String name) {
        Value value = values.get(name);
        return value != null && !value.text().isEmpty();
    }

    String origin(String name) {
        Value value = values.get(name);
        return value == null ? name : value.origin() + ": " + name;
    }

    String text(String name) {
        return get(name, Form.TEXT);
    }

    boolean flag(String name) {
        return get(name, Form.FLAG);
    }

    int number(String name) {
        Form<?> form = key(name).form();
        return form.reader().apply(raw(name)).map(Integer.class::cast).orElseThrow(() -> bad(name, form));
    }

    List<String> list(String name) {
        return get(name, key(name).form().equals(Form.LADDER) ? Form.LADDER : Form.LIST);
    }

    java.time.Duration duration(String name) {
        return get(name, Form.DURATION);
    }

    /** The word of a key that takes one of a few. */
    String word(String name) {
        Form<?> form = key(name).form();
        return form.reader().apply(raw(name)).map(Object::toString).orElseThrow(() -> bad(name, form));
    }

    private <T> T get(String name, Form<T> form) {
        return form.reader().apply(raw(name)).orElseThrow(() -> bad(name, form));
    }

    private String raw(String name) {
        Value value = values.get(name);
        return value == null || value.text().isEmpty() ? key(name).initial() : value.text();
    }

    private ConfigException bad(String name, Form<?> form) {
        return wrong(name, "\"" + raw(name) + "\" is not " + form.allowed());
    }

    ConfigException wrong(String name, String what) {
        return new ConfigException(origin(name) + ": " + what);
    }

    private static Key key(String name) {
        Key key = Key.ALL.get(name);
        if (key == null) {
            throw new IllegalArgumentException(name);
        }
        return key;
    }

    /** What somebody who wrote this name may have meant. */
    static String suggest(String name) {
        String section = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
        List<String> siblings = Key.ALL.keySet().stream()
                .filter(key -> key.startsWith(section + "."))
                .toList();
        if (siblings.isEmpty()) {
            List<String> sections = Key.ALL.keySet().stream()
                    .map(key -> key.substring(0, key.indexOf('.')))
                    .distinct()
                    .toList();
            return "the sections are " + String.join(", ", sections);
        }
        return "the keys there are " + String.join(", ", siblings);
    }

    /** The file to read: the one named, else {@code millrace.yaml} here when there is one. */
    static @Nullable Path fileToRead(@Nullable String named, Path here) {
        if (named != null) {
            Path path = here.resolve(named);
            if (!Files.isRegularFile(path)) {
                throw new ConfigException("--config " + named + ": no such file");
            }
            return path;
        }
        Path usual = here.resolve("millrace.yaml");
        return Files.isRegularFile(usual) ? usual : null;
    }
}
