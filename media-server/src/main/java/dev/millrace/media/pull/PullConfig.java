package dev.millrace.media.pull;

import java.util.List;

/** What is fetched from the start on. */
public record PullConfig(List<Source> sources) {
    public static final PullConfig NOTHING = new PullConfig(List.of());

    public PullConfig {
        sources = List.copyOf(sources);
    }

    /**
     * One stream and where it comes from; it begins anew at its end.
     *
     * @param address checked already; of a file with its whole path
     */
    public record Source(String stream, String address) {
        /** The address may have a password in it. */
        @Override
        public String toString() {
            return "Source[" + stream + "]";
        }
    }
}
