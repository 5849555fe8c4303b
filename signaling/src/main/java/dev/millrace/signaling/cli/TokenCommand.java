package dev.millrace.signaling.cli;

import dev.millrace.signaling.auth.Token;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.auth.Tokens;
import dev.millrace.signaling.config.ConfigException;
import dev.millrace.signaling.config.Form;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.StreamName;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code millrace token}: mints a token with the configured secret. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Prints a token, signed with auth.secret. Configuration flags may follow.")
final class TokenCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "STREAM", description = "the stream it is for, * for any")
    private String stream = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "publish, watch, moderate or admin (default: watch)")
    private String role = "watch";

    @Option(names = "--name", paramLabel = "NAME", description = "what its holder is called")
    private String name = "";

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "how long it lasts, such as 90m or 7d (default: 1d)")
    private String life = "1d";

    @Unmatched
    private List<String> flags = new ArrayList<>();

    @Override
    public Integer call() {
        if (!stream.equals(Token.ANY) && !StreamName.isValid(stream)) {
            throw new ConfigException("\"" + stream + "\" is not a stream name");
        }
        TokenRole wanted = Arrays.stream(TokenRole.values())
                .filter(r -> r.claim().equals(role))
                .findFirst()
                .orElseThrow(() -> new ConfigException("--role: one of publish, watch, moderate, admin"));
        Duration lasts =
                Form.duration(life).orElseThrow(() -> new ConfigException("--for: " + Form.DURATION.allowed()));
        Settings settings = Main.settings(flags);
        String secret = settings.auth()
                .secret()
                .orElseThrow(() -> new ConfigException("auth.secret is not set; tokens are signed with it"));
        Vertx vertx = Vertx.vertx();
        try {
            Main.out().println(new Tokens(vertx, secret).mint(stream, wanted, name, lasts));
        } finally {
            vertx.close();
        }
        return 0;
    }
}
