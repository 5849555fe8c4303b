package dev.millrace.signaling.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the YAML file into dotted keys, each with its line. */
final class YamlFile {
    /** A configuration is a page; more is a mistake. */
    private static final long MAX_BYTES = 1 << 20;

    private final Path path;
    private final Map<String, Value> values;

    private YamlFile(Path path, Map<String, Value> values) {
        this.path = path;
        this.values = values;
    }

    /** Puts the file's values into {@code values}. */
    static void read(Path path, Map<String, Value> values) {
        Optional<Node> root;
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new ConfigException(path + ": over 1 MiB, not a configuration");
            }
            root = new Compose(LoadSettings.builder().setLabel(path.toString()).build())
                    .composeString(Files.readString(path));
        } catch (IOException e) {
            throw new ConfigException(path + ": cannot be read (" + e + ")");
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new ConfigException(path + ":" + line + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigException(path + ": not YAML: " + e.getMessage());
        }
        root.ifPresent(node -> new YamlFile(path, values).node("", node));
    }

    private void node(String name, Node node) {
        switch (node) {
            case MappingNode mapping when !Key.ALL.containsKey(name) -> mapping(name, mapping);
            case ScalarNode scalar -> scalar(name, scalar);
            case SequenceNode sequence -> put(name, node, items(name, sequence));
            default -> throw wrong(node, name, "a value is expected here");
        }
    }

    private void mapping(String name, MappingNode mapping) {
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(entry.getKeyNode(), name, "a key is expected here");
            }
            String full = name.isEmpty() ? key.getValue() : name + "." + key.getValue();
            if (!isKnown(full)) {
                throw new ConfigException(at(key) + ": unknown key " + full + "; " + SettingsReader.suggest(full));
            }
            node(full, entry.getValueNode());
        }
    }

    private void scalar(String name, ScalarNode scalar) {
        boolean nothing =
                scalar.getValue().isEmpty() || "null".equals(scalar.getValue()) || "~".equals(scalar.getValue());
        if (!Key.ALL.containsKey(name)) {
            if (nothing) {
                return; // a section whose keys are all commented out
            }
            throw wrong(scalar, name, "keys are expected below it");
        }
        if (!nothing) {
            put(name, scalar, scalar.getValue().strip());
        }
    }

    private String items(String name, SequenceNode sequence) {
        List<String> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            if (!(item instanceof ScalarNode scalar)) {
                throw wrong(item, name, "a plain list is expected here");
            }
            items.add(scalar.getValue());
        }
        return String.join(",", items);
    }

    private void put(String name, Node node, String text) {
        if (!Key.ALL.containsKey(name)) {
            throw wrong(node, name, "keys are expected below it");
        }
        if (values.put(name, new Value(text, at(node))) != null) {
            throw new ConfigException(at(node) + ": " + name + " is set twice");
        }
    }

    private static boolean isKnown(String name) {
        return Key.ALL.containsKey(name) || Key.ALL.keySet().stream().anyMatch(key -> key.startsWith(name + "."));
    }

    private ConfigException wrong(Node node, String name, String what) {
        return new ConfigException(at(node) + ": " + (name.isEmpty() ? "" : name + ": ") + what);
    }

    private String at(Node node) {
        return path
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }
}
